import { type ArchivingTarget, setArchiving } from "../../../../provider/oceanbase/archiving";
import { oneAfterAnother, Refusal, scriptedAgent } from "../../support/agent";

const T1: ArchivingTarget = { id: 1002, name: "t1", wanted: "running" };
const T2: ArchivingTarget = { id: 1004, name: "t2", wanted: "suspended" };
const T3: ArchivingTarget = { id: 1006, name: "t3", wanted: "stopped" };

const START = "2026-01-05T12:00:00+08:00";

/** Statuses that `log/tasks` shows one after another, by tenant; the last one stays. */
function agent(statuses: Record<string, (string | undefined)[]>, refuses: readonly string[] = []) {
  const routes = Object.entries(statuses).flatMap(([name, seen]) => [
    [
      `GET /api/v1/tenant/${name}/backup/log/tasks`,
      oneAfterAnother(
        ...seen.map((status) => ({ contents: status === undefined ? null : [{ status, start_time: START }] })),
      ),
    ],
    [
      `PATCH /api/v1/tenant/${name}/backup/log`,
      () => {
        if (refuses.includes(name)) throw new Refusal(500, "Common.Unexpected", "tenant archive log is interrupted");
      },
    ],
  ]);
  const scripted = scriptedAgent(Object.fromEntries(routes));
  const requests = () =>
    scripted.calls
      .filter((call) => call.startsWith("PATCH"))
      .map((call) => call.replace(/^PATCH \/api\/v1\/tenant\/(\w+)\/backup\/log \{"status":"(\w+)"\}$/, "$1 $2"));
  return { ...scripted, requests };
}

describe("Reopening log archiving", () => {
  it("opens it and looks until a running round is listed, which alone proves it, and tells when that began", async () => {
    const { api, context, requests } = agent({ t1: [undefined, "PREPARE", "BEGINNING", "DOING"] });
    expect(await setArchiving(api, [T1], context)).toEqual({
      reopened: [{ id: 1002, name: "t1", at: Date.parse(START) }],
    });
    expect(requests()).toEqual(["t1 doing"]);
    expect(context.clock.sleeps).toEqual([1_000, 1_000, 1_000]);
    expect(context.lines).toEqual(["t1: log archiving is running again after 3s"]);
  });

  it("says which task had switched it off, where that is known", async () => {
    const { api, context } = agent({ t1: ["DOING"] });
    await setArchiving(api, [{ ...T1, closedBy: { task: "task 14 (Set obcluster backup config)" } }], context);
    expect(context.lines.join()).toContain("; task 14 (Set obcluster backup config) had switched it off");
  });

  it("opens one that was suspended and then suspends it again", async () => {
    const { api, context, requests } = agent({ t2: ["DOING", "DOING", "SUSPEND"] });
    await setArchiving(api, [T2], context);
    expect(requests()).toEqual(["t2 doing", "t2 suspend"]);
  });

  it.each([
    ["stays so", ["SUSPEND"]],
    ["is opened once more by what we have asked for", [undefined, "SUSPEND", "DOING", "SUSPEND"]],
  ])("suspends one that another run has suspended before it was seen running, and that %s", async (_what, seen) => {
    const { api, context, requests } = agent({ t2: seen });
    expect(await setArchiving(api, [T2], context)).toMatchObject({ reopened: [{ name: "t2" }], failure: undefined });
    expect(requests()).toEqual(["t2 doing", "t2 suspend"]);
  });

  it("does nothing when there is nothing to reopen", async () => {
    const { api, context, calls } = agent({});
    await setArchiving(api, [], context);
    expect(calls).toEqual([]);
  });

  it("fails by name when archiving does not come back though the call answered 200", async () => {
    const { api, context } = agent({ t1: [undefined] });
    const { failure } = await setArchiving(api, [T1], context);
    expect(failure?.kind).toBe("TaskFailed");
    expect(failure?.message).toMatch(
      /log archiving is OFF for t1 \(log archiving of t1 is still not running after 10m 0s/,
    );
    expect(failure?.message).toContain("cannot be restored to a point in time");
  });

  it("tries every tenant although others fail, and names only those that are not archiving", async () => {
    const { api, context, requests } = agent({ t1: ["DOING"], t3: [undefined], t4: ["DOING"] }, ["t3"]);
    const tenants = ["t1", "t3", "t4"].map((name, index) => ({ id: 1002 + index, name, wanted: "running" as const }));
    const { failure, reopened } = await setArchiving(api, tenants, context);
    // Whoever came back has a gap to be told.
    expect(reopened.map(({ name }) => name)).toEqual(["t1", "t4"]);
    expect(new Set(requests())).toEqual(new Set(["t1 doing", "t3 doing", "t4 doing"]));
    expect(failure?.message).toContain("log archiving is OFF for t3 (PATCH /api/v1/tenant/t3/backup/log");
    expect(failure?.message).not.toMatch(/t1 \(|t4 \(/);
  });

  it("asks only, and says that nothing shows the outcome, where the agent cannot show archiving", async () => {
    const { api, context, calls } = agent({ t1: ["DOING"] });
    expect(await setArchiving(api, [T1], context, { isBlind: true })).toEqual({ reopened: [] });
    expect(calls).toEqual(['PATCH /api/v1/tenant/t1/backup/log {"status":"doing"}']);
    expect(context.lines.join()).toContain("this version of obshell cannot show whether it does");
  });
});

describe("Stopping log archiving", () => {
  it("looks until no round is listed", async () => {
    const { api, context, requests } = agent({ t3: ["DOING", "STOPPING", undefined] });
    expect(await setArchiving(api, [T3], context)).toEqual({ reopened: [] });
    expect(requests()).toEqual(["t3 stop"]);
    expect(context.lines).toEqual(["t3: log archiving is stopped"]);
  });

  it("fails by name when it goes on, without calling it off", async () => {
    const { api, context } = agent({ t3: ["STOPPING"] });
    const { failure } = await setArchiving(api, [T3], context);
    expect(failure?.message).toMatch(/log archiving could not be stopped for t3 \(.*still stopping after 10m 0s/);
    expect(failure?.message).not.toContain("OFF");
  });
});
