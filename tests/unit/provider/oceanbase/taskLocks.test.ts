import type { Progress, Work } from "../../../../provider/oceanbase/backupConfig.progress";
import { requireNoHeldTenants, settleTasks } from "../../../../provider/oceanbase/taskLocks";
import type { Task } from "../../../../provider/oceanbase/wire";
import { scriptedAgent } from "../../support/agent";
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
