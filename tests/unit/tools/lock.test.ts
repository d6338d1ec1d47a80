import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { withLock } from "../../../tools/bootstrap/lock.cjs";
import { temporaryFolders } from "./support/files";
import { kill, startScript, until } from "./support/processes";
import { recordedProgress } from "./support/recordedProgress";

describe("lock between processes", () => {
  const temporaryFolder = temporaryFolders();
  const quick = { purpose: "testing", staleMs: 500, pollMs: 10, heartbeatMs: 50 };
  const enter = async (): Promise<string> => "entered";

  /** A lock that looks as if the process described in `owner` held it. */
  function heldBy(owner: object | string): { readonly folder: string; readonly file: string } {
    const folder = path.join(temporaryFolder(), "lock");
    mkdirSync(folder);
    const file = path.join(folder, "owner.json");
    writeFileSync(file, typeof owner === "string" ? owner : JSON.stringify(owner));
    return { folder, file };
  }

  /** What this very process writes about itself. */
  async function ownRecord(): Promise<Record<string, unknown>> {
    const folder = path.join(temporaryFolder(), "lock");
    return withLock(folder, quick, async () => {
      const [name = ""] = readdirSync(folder);
      return JSON.parse(readFileSync(path.join(folder, name), "utf8"));
    });
  }

  it("lets one process in at a time, and the next one as soon as the first is out", async () => {
    const folder = path.join(temporaryFolder(), "lock");
    const running = [1, 2, 3].map(() => startScript("holdLock.ts", [folder, "150"]));
    await Promise.all(running.map(({ ended }) => ended));
    const spans = running
      .map(({ stdout }) => [...stdout().matchAll(/\d+/g)].map(Number))
      .sort(([a = 0], [b = 0]) => a - b);
    expect(spans).toHaveLength(3);
    const moments = spans.flat();
    expect(moments).toHaveLength(6);
    expect(moments).toEqual([...moments].sort((a, b) => a - b));
    expect(existsSync(folder)).toBe(false);
  });

  it("says for which process it waits, and takes over at once when that process is killed", async () => {
    const folder = path.join(temporaryFolder(), "lock");
    const owner = startScript("holdLock.ts", [folder, "60000"]);
    await until(() => owner.stdout().includes("in"), "the other process holds the lock");
    const { progress, text } = recordedProgress();
    const entered = withLock(folder, { ...quick, staleMs: 60_000, progress }, enter);
    await until(() => text() !== "", "it is said that we wait");
    expect(text()).toBe(`Waiting for process ${owner.child.pid} (holding on) ...\n`);
    await kill(owner);
    expect(await entered).toBe("entered");
    expect(text()).toMatch(/over after [\d.]+ s\n$/);
  });

  it("outlasts its owner while the owner's worker runs on", async () => {
    const folder = path.join(temporaryFolder(), "lock");
    const owner = startScript("holdLock.ts", [folder, "60000", "with worker"]);
    await until(() => owner.stdout().includes("in"), "the other process holds the lock");
    const worker = Number(/worker (\d+)/.exec(owner.stdout())?.[1]);
    owner.child.kill("SIGKILL");
    const { progress, text } = recordedProgress();
    let hasEntered = false;
    const entered = withLock(folder, { ...quick, staleMs: 60_000, progress }, async () => {
      hasEntered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(hasEntered).toBe(false);
    expect(text()).toContain(`Waiting for process ${worker} (holding on)`);
    process.kill(worker, "SIGKILL");
    await entered;
  });

  it("is released when the work fails", async () => {
    const folder = path.join(temporaryFolder(), "lock");
    const failing = withLock(folder, quick, async () => {
      throw new Error("no luck");
    });
    await expect(failing).rejects.toThrow("no luck");
    expect(existsSync(folder)).toBe(false);
  });

  it("is taken at once from a process whose id now belongs to a later process", async () => {
    const { folder } = heldBy({ ...(await ownRecord()), startedAt: "1" });
    const begun = performance.now();
    await withLock(folder, { ...quick, staleMs: 60_000 }, enter);
    expect(performance.now() - begun).toBeLessThan(30_000);
  });

  it("is not taken from a live process of this machine, however old its heartbeat", async () => {
    const { folder, file } = heldBy(await ownRecord());
    utimesSync(file, 1, 1);
    let hasEntered = false;
    const entered = withLock(folder, { ...quick, staleMs: 50 }, async () => {
      hasEntered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(hasEntered).toBe(false);
    writeFileSync(file, JSON.stringify({ ...(await ownRecord()), startedAt: "1" }));
    await entered;
  });

  it("is not taken from another container while its heartbeat goes on, and is when that stops, whatever its clock says", async () => {
    const { folder, file } = heldBy({ ...(await ownRecord()), place: "elsewhere", host: "builder-7" });
    // Dated years in the future: only the change counts.
    let beat = 4_000_000_000;
    const beating = setInterval(() => utimesSync(file, beat, beat++), 50);
    const { progress, text } = recordedProgress();
    let hasEntered = false;
    const entered = withLock(folder, { ...quick, progress }, async () => {
      hasEntered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(hasEntered).toBe(false);
    expect(text()).toContain("on builder-7 or in another container");
    clearInterval(beating);
    await entered;
    expect(hasEntered).toBe(true);
  });

  it("removes what a process left that was killed while it was about to take it", async () => {
    const folder = path.join(temporaryFolder(), "lock");
    mkdirSync(`${folder}.1234`, { recursive: true });
    await withLock(folder, quick, enter);
    expect(readdirSync(path.dirname(folder))).toEqual([]);
  });

  it("is taken after a while when its record cannot be read", async () => {
    const { folder } = heldBy("{ half");
    expect(await withLock(folder, quick, enter)).toBe("entered");
  });

  it("keeps its owner's heartbeat going while the work lasts", async () => {
    const folder = path.join(temporaryFolder(), "lock");
    const owner = startScript("holdLock.ts", [folder, "60000"]);
    await until(() => owner.stdout().includes("in"), "the other process holds the lock");
    const [name = ""] = readdirSync(folder);
    const file = path.join(folder, name);
    const record = JSON.parse(readFileSync(file, "utf8"));
    // The waiter can no longer look the owner up, so the heartbeat alone keeps it out.
    writeFileSync(file, JSON.stringify({ ...record, place: "elsewhere" }));
    let hasEntered = false;
    const entered = withLock(folder, quick, async () => {
      hasEntered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(hasEntered).toBe(false);
    await kill(owner);
    await entered;
  });
});
