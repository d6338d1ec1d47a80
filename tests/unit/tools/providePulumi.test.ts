import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type PulumiSource, PulumiUnavailable, providePulumi, SourceFailure } from "../../../tools/pulumi-cli";
import { findEntry } from "../../../tools/pulumi-cli/cache";
import { askVersion } from "../../../tools/pulumi-cli/locate";
import { FAKE_ENTRY, FAKE_VERSION, fakeSource } from "./support/fakeSource";
import { answering, temporaryFolders, writeExecutable } from "./support/files";
import { kill, type Running, startScript, until } from "./support/processes";
import { recordedProgress } from "./support/recordedProgress";

describe("provision of the Pulumi CLI", () => {
  const temporaryFolder = temporaryFolders();

  interface Bench {
    readonly cache: string;
    readonly log: string;
    readonly env: NodeJS.ProcessEnv;
    builds(): number;
    start(buildMs: number): Running;
  }

  function bench(): Bench {
    const root = temporaryFolder();
    const log = path.join(root, "builds.log");
    const env = { PATH: path.join(root, "path"), PULUMI_BACKUP_POLICIES_CACHE: root };
    return {
      cache: path.join(root, "pulumi"),
      log,
      env,
      builds: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").length : 0),
      start: (buildMs) => startScript("provide.ts", [log, String(buildMs)], { ...process.env, ...env }),
    };
  }

  /** True from the moment at which the executable is there, can be run, and lacks its second half. */
  const isHalfWritten = (cache: string): boolean =>
    existsSync(cache) &&
    readdirSync(cache).some((name) => existsSync(path.join(cache, name, "bin", "pulumi"))) &&
    !existsSync(path.join(cache, FAKE_ENTRY));

  const failing = (title: string, failure: Error): PulumiSource => ({
    kind: "installer",
    title,
    entry: `${title}-entry`,
    version: FAKE_VERSION,
    fill: () => Promise.reject(failure),
  });

  it("builds once, and from then on answers from the cache without a word", async () => {
    const { env, log, builds } = bench();
    const sources = [fakeSource({ log, buildMs: 0 })];
    const first = recordedProgress();
    const made = await providePulumi({ env, sources, progress: first.progress });
    expect(made).toMatchObject({ version: FAKE_VERSION, source: "go-build", isNew: true });
    expect(readdirSync(made.dir).sort()).toEqual(["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"]);
    expect(first.text()).toMatch(/Pulumi CLI 3\.300\.0 is ready in .* after [\d.]+ s/);

    const second = recordedProgress();
    const found = await providePulumi({ env, sources, progress: second.progress });
    expect(found).toMatchObject({ bin: made.bin, version: FAKE_VERSION, source: "go-build", isNew: false });
    expect(second.text()).toBe("");
    expect(builds()).toBe(1);
  });

  it("leaves nothing usable when it is killed half way, and the next run cleans up and builds again", async () => {
    const { env, log, cache, builds, start } = bench();
    const killed = start(60_000);
    await until(() => isHalfWritten(cache), "the executable is half written");
    await kill(killed);
    expect(findEntry(cache, FAKE_ENTRY)).toBeUndefined();
    expect(readdirSync(cache)).toContain(".lock");

    const { progress } = recordedProgress();
    const made = await providePulumi({ env, sources: [fakeSource({ log, buildMs: 0 })], progress });
    expect(made.isNew).toBe(true);
    expect(await askVersion(made.bin, env)).toMatchObject({ major: 3, minor: 300 });
    expect(readdirSync(cache)).toEqual([FAKE_ENTRY]);
    expect(builds()).toBe(2);
  });

  it("builds once for two processes at once: one builds, the other says that it waits and takes the result", async () => {
    const { builds, start } = bench();
    const both = [start(700), start(700)];
    await Promise.all(both.map(({ ended }) => ended));
    expect(builds()).toBe(1);
    const [a, b] = both.map(({ stdout }) => JSON.parse(stdout()));
    expect([a.isNew, b.isNew].sort()).toEqual([false, true]);
    expect(a.bin).toBe(b.bin);
    const waiting = both.filter(({ stderr }) => stderr().includes("Waiting for process"));
    expect(waiting).toHaveLength(1);
    expect(waiting[0]?.stderr()).toContain("(providing the Pulumi CLI)");
  });

  it("takes over from a process that is killed while others wait for it", async () => {
    const { cache, builds, start } = bench();
    const builder = start(60_000);
    await until(() => isHalfWritten(cache), "the first process builds");
    const waiter = start(0);
    await until(() => waiter.stderr().includes(`Waiting for process ${builder.child.pid}`), "the second one waits");
    await kill(builder);
    expect((await waiter.ended).code).toBe(0);
    expect(JSON.parse(waiter.stdout()).isNew).toBe(true);
    expect(builds()).toBe(2);
    expect(readdirSync(cache)).toEqual([FAKE_ENTRY]);
  });

  it("publishes nothing that does not answer with the version it should have", async () => {
    const { env, log, cache } = bench();
    const { progress } = recordedProgress();
    const sources = [fakeSource({ log, buildMs: 0, version: "3.299.0" })];
    await expect(providePulumi({ env, sources, progress })).rejects.toThrow(
      "brought version 3.299.0 instead of 3.300.0",
    );
    expect(readdirSync(cache)).toEqual([]);
  });

  it("goes on to the next source when one fails, saying why", async () => {
    const { env, log } = bench();
    const { progress, text } = recordedProgress();
    const sources = [
      failing("vending machine", new SourceFailure("it is out of order")),
      fakeSource({ log, buildMs: 0 }),
    ];
    expect(await providePulumi({ env, sources, progress })).toMatchObject({ source: "go-build" });
    expect(text()).toContain("The vending machine gave no Pulumi CLI: it is out of order\n");
  });

  it("tells, when every source fails, what was tried, the last output, and what to do", async () => {
    const { env, cache } = bench();
    writeExecutable(path.join(env.PATH ?? "", "pulumi"), answering("v3.1.0"));
    const { progress } = recordedProgress();
    const sources = [
      failing("vending machine", new SourceFailure("it is out of order")),
      failing("forge", new SourceFailure("the fire is out", "Light the fire.", ["puff", "hiss"])),
    ];
    const error = await providePulumi({ env, sources, progress }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PulumiUnavailable);
    expect(`${error}`.split("\n")).toEqual([
      "Error: There is no Pulumi CLI on this machine, and none could be made.",
      `- on PATH: ${env.PATH}/pulumi is not used: it is version 3.1.0, and 3.216.0 or newer is needed`,
      "- vending machine: it is out of order",
      "- forge: the fire is out",
      "Last lines of the output:",
      "  puff",
      "  hiss",
      "What to do:",
      "- Light the fire.",
      "- Instead, you can install the Pulumi CLI 3.216.0 or newer yourself, so that `pulumi` is on PATH.",
      "Then run the same command again: it goes on from here.",
    ]);
    expect(readdirSync(cache)).toEqual([]);
  });

  it("names the variable that moves the cache when its folder cannot be made", async () => {
    const { env, log } = bench();
    const file = path.join(temporaryFolder(), "file");
    writeFileSync(file, "");
    const { progress } = recordedProgress();
    const provided = providePulumi({
      env: { ...env, PULUMI_BACKUP_POLICIES_CACHE: file },
      sources: [fakeSource({ log, buildMs: 0 })],
      progress,
    });
    await expect(provided).rejects.toThrow(/cannot be written.*PULUMI_BACKUP_POLICIES_CACHE/);
  });

  it("prefers a usable pulumi on PATH and touches no cache", async () => {
    const { env, log, cache } = bench();
    const bin = writeExecutable(path.join(env.PATH ?? "", "pulumi"), answering("v3.250.0"));
    writeExecutable(path.join(env.PATH ?? "", "pulumi-language-nodejs"), "");
    const { progress, text } = recordedProgress();
    const found = await providePulumi({ env, sources: [fakeSource({ log, buildMs: 0 })], progress });
    expect(found).toMatchObject({ bin, version: "3.250.0", source: "path", isNew: false });
    expect(text()).toBe("");
    expect(existsSync(cache)).toBe(false);
  });

  it("offers an environment with the project's Node first, then the CLI, and the dynamic provider somewhere", async () => {
    const { env, log } = bench();
    const { progress } = recordedProgress();
    const made = await providePulumi({ env, sources: [fakeSource({ log, buildMs: 0 })], progress });
    const folders = (made.environment({ PATH: "/usr/bin" }).PATH ?? "").split(path.delimiter);
    expect(folders.slice(1)).toEqual([made.dir, "/usr/bin"]);
    expect(folders[0]).toMatch(/node_modules.\.bin$/);

    writeExecutable(path.join(env.PATH ?? "", "pulumi"), answering("v3.250.0"));
    writeExecutable(path.join(env.PATH ?? "", "pulumi-language-nodejs"), "");
    const bare = await providePulumi({ env, sources: [], progress });
    expect(bare.environment({ PATH: "/usr/bin" }).PATH).toMatch(/@pulumi.pulumi$/);
  });
});
