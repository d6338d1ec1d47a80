import type { Progress, Work } from "../../../../provider/oceanbase/backupConfig.progress";
import { unreadOf } from "../../../../provider/oceanbase/backupConfig.records";
import { requireNoHeldTenants, settleTasks } from "../../../../provider/oceanbase/taskLocks";
import type { Task } from "../../../../provider/oceanbase/wire";
import { Refusal, scriptedAgent } from "../../support/agent";
import { rejectionOf, thrownBy } from "../../support/failures";
import { cluster, task, tenant } from "../../support/oceanbase";

const held = task({ id: "19", state: "FAILED", name: "Set obcluster backup config for t4" });
const call = (name?: string) =>
  ({ kind: "configure", tenant: name, method: "PATCH", settings: {}, stopsArchiving: false }) as const;
const plan = (...calls: readonly ReturnType<typeof call>[]) => ({
  calls,
  changes: [],
  impacts: [],
  unverified: [],
  adopted: [],
});

describe("A tenant that a failed task of unknown origin holds", () => {
  const observed = cluster([tenant(1002), tenant(1004)], { holding: [held] });

  it("is refused by name, with the task that may be released", () => {
    const error = thrownBy(() => requireNoHeldTenants(plan(call("t2"), call("t4")), observed));
    expect(error.kind).toBe("Conflict");
    expect(error.message).toContain("task 19 (Set obcluster backup config for t4) has failed and still locks t4");
    expect(error.message).toContain('releaseTask: "19"');
  });

  it("does not hinder calls for other tenants, or of the cluster, which takes no lock", () => {
    expect(() => requireNoHeldTenants(plan(call("t2"), call()), observed)).not.toThrow();
    expect(() => requireNoHeldTenants(plan(), observed)).not.toThrow();
  });
});

describe("A task that is still at work", () => {
  const running = task({ state: "RUNNING", stage: 1 });
  const wire = ({ id, number, name, state, operator, stage, maxStage }: Task) => {
    return { id, dag_id: number, name, state, operator, stage, max_stage: maxStage, nodes: null };
  };
  const settle = (lastTask: Progress["lastTask"], leftMs: number) => {
    const { api, calls, context } = scriptedAgent({ "GET /api/v1/task/dag/14": wire(running) });
    const observed = cluster([tenant(1002)], { unfinished: [running] });
    const deadline = context.clock.now() + leftMs;
    const work: Work = { api, inputs: {}, recorded: undefined, keys: undefined, deadline, context };
    const progress = { observed, record: {}, lastTask, archiveGaps: [], changed: false } as unknown as Progress;
    return { calls, context, result: settleTasks(work, progress) };
  };

  it.each<[string, number, string]>([
    ["ten minutes", 60 * 60_000, "10m 0s"],
    ["what is left of the run, where that is less", 3 * 60_000, "3m 0s"],
  ])("and is somebody else's is waited for at most %s, then named, and never touched", async (_name, left, shown) => {
    const { calls, context, result } = settle(undefined, left);
    const error = await rejectionOf(result);
    expect(error.kind).toBe("Conflict");
    expect(error.message).toContain(
      `task 14 (Set obcluster backup config), which is not ours, is still at work after ${shown}`,
    );
    expect(context.lines[0]).toContain("waiting for task 14 (Set obcluster backup config)");
    expect(calls.filter((text) => !text.startsWith("GET"))).toEqual([]);
  });

  it("and is ours is waited for as long as the run may take", async () => {
    const { context, result } = settle({ id: "14", number: 4, name: running.name, state: "RUNNING" }, 60 * 60_000);
    const before = context.clock.now();
    const { message } = await rejectionOf(result);
    expect(message).toContain(
      "task 14 (Set obcluster backup config), which an earlier run has left, is still at work after 1h",
    );
    expect(context.clock.now() - before).toBeGreaterThanOrEqual(60 * 60_000);
  });
});

describe("A failed task that holds its tenant", () => {
  const NAME = "Set obcluster backup config for t4";
  const dag = (id: string, changes: object = {}): object => ({
    id,
    dag_id: Number(id.slice(1)),
    name: NAME,
    state: "FAILED",
    operator: "RUN",
    nodes: steps("SUCCEED", "FAILED"),
    ...changes,
  });
  const steps = (...states: string[]) => states.map((state) => ({ name: "step", state, sub_tasks: null }));
  const OPERATION = /^POST \/api\/v1\/task\/dag\//;

  /** Settles the tasks of a cluster without tenants in which the tasks 15 and 19 have failed. */
  const settle = async (
    settings: { readonly ours?: string; readonly releaseTask?: string; readonly nodes?: object[] },
    refusal?: Refusal,
  ) => {
    const { ours, releaseTask, nodes = steps("SUCCEED", "FAILED") } = settings;
    const released = new Set<string>();
    const routes = ["15", "19"].flatMap((id): [string, unknown][] => [
      [
        `GET /api/v1/task/dag/${id}`,
        () => dag(id, released.has(id) ? { state: "SUCCEED", operator: "PASS" } : { nodes }),
      ],
      [
        `POST /api/v1/task/dag/${id}`,
        (body: unknown) => {
          if (refusal && (body as { operator: string }).operator === "rollback") throw refusal;
          released.add(id);
        },
      ],
    ]);
    const { api, calls, context } = scriptedAgent({
      ...Object.fromEntries(routes),
      "GET /api/v1/ob/info": { agent_info: null, obcluster_info: { id: 1, name: "obcluster" } },
      "GET /api/v1/tenants/overview": { contents: [{ tenant_id: 1, tenant_name: "sys" }] },
      "GET /api/v1/obcluster/parameters": { contents: [] },
      "GET /api/v1/task/dags/ob?show_details=false": () => ({
        contents: ["15", "19"].filter((id) => !released.has(id)).map((id) => dag(id, { nodes: null })),
      }),
    });
    const holding = ["15", "19"].map((id) => task({ id, number: Number(id.slice(1)), state: "FAILED", name: NAME }));
    const lastTask = ours === undefined ? undefined : { id: ours, number: 9, name: NAME, state: "FAILED" };
    const progress: Progress = {
      observed: cluster([tenant(1004)], { holding }),
      record: unreadOf({}),
      sent: new Map(),
      lastTask,
      lastSeenTask: 9,
      archiveGaps: [],
      changed: false,
    };
    const deadline = context.clock.now() + 60_000;
    const work: Work = { api, inputs: { releaseTask }, recorded: undefined, keys: undefined, deadline, context };
    await settleTasks(work, progress);
    return { operations: calls.filter((text) => OPERATION.test(text)), calls, lines: context.lines, progress };
  };

  it.each<[string, Parameters<typeof settle>[0], string[]]>([
    ["is left alone when nobody knows whose it is", {}, []],
    ["is released when it is ours", { ours: "15" }, ["15 pass"]],
    ["is released when the program names it", { releaseTask: "19" }, ["19 pass"]],
    ["is released beside one of ours", { ours: "15", releaseTask: "19" }, ["15 pass", "19 pass"]],
    ["is released once when it is ours and named", { ours: "15", releaseTask: "15" }, ["15 pass"]],
    [
      "is rolled back when only its probe has failed",
      { ours: "15", nodes: steps("FAILED", "PENDING") },
      ["15 rollback"],
    ],
    ["is passed when it was cancelled before it began", { ours: "15", nodes: steps("FAILED", "FAILED") }, ["15 pass"]],
  ])("%s", async (_name, settings, expected) => {
    const { operations, progress, calls } = await settle(settings);
    expect(operations.map((text) => text.replace(/^POST .*\/(\d+) \{"operator":"(\w+)"\}$/, "$1 $2"))).toEqual(
      expected,
    );
    const held = ["15", "19"].filter((id) => !expected.some((text) => text.startsWith(id)));
    expect(progress.observed.holding.map(({ id }) => id)).toEqual(held);
    // What is left is looked at again only where something was released.
    expect(calls.includes("GET /api/v1/ob/info")).toBe(expected.length > 0);
  });

  it("is passed when it cannot be rolled back", async () => {
    const refusal = new Refusal(400, "Task.Dag.Operator.RollbackNotAllowed", "cannot rollback");
    const { operations } = await settle({ ours: "15", nodes: steps("FAILED", "PENDING") }, refusal);
    expect(operations.map((text) => /"(\w+)"\}$/.exec(text)?.[1])).toEqual(["rollback", "pass"]);
  });

  it("is said to be none when the named one holds nothing, and nothing is sent", async () => {
    const { operations, lines } = await settle({ releaseTask: "12" });
    expect(operations).toEqual([]);
    expect(lines).toEqual(["obcluster: releaseTask 12 is no failed task that holds a tenant; remove it"]);
  });
});
