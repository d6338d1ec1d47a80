import {
  closedTenants,
  effectsOf,
  lostPolicies,
  outcomeOf,
  type TaskOutcome,
} from "../../../../provider/oceanbase/taskLog";
import { type Task, taskFromWire } from "../../../../provider/oceanbase/wire";
import { loadRecording } from "../../../contract/support/obshellRecording";

/** Tasks with the texts of a real obshell 4.5 agent. */
const EXCHANGES = new Map(loadRecording().map((exchange) => [exchange.name, exchange]));
const TENANT = { id: 1002, name: "mysql_tenant" };

function recordedTask(name: string): Task {
  const body = EXCHANGES.get(name)?.response.body as { data: unknown } | undefined;
  if (!body) throw new Error(`nothing was recorded as ${name}`);
  return taskFromWire(body.data);
}

describe("What the log of a real task shows", () => {
  it.each<[string, string, object | undefined]>([
    [
      "everything that a full change has set",
      "tenant-config/patch-full/poll-5",
      {
        archiveSet: true,
        dataSet: true,
        binding: "mandatory",
        pieceSwitchInterval: "3d",
        deletePolicy: { policy: "default", recoveryWindow: "6d" },
        uncertain: [],
      },
    ],
    [
      "that binding and interval were reset by a destination that came alone",
      "cluster-config/post-only-uri/poll-5",
      { archiveSet: true, dataSet: true, binding: "optional", pieceSwitchInterval: "1d", uncertain: [] },
    ],
    [
      "a data destination alone",
      "tenant-config/patch-only-data_base_uri/poll-5",
      { archiveSet: false, dataSet: true, uncertain: [] },
    ],
    [
      "doubt about a destination that the database has refused",
      "dag/fail-node2/get",
      { archiveSet: false, dataSet: false, uncertain: ["binding", "pieceSwitchInterval"] },
    ],
    [
      "no doubt any more once a retry has succeeded",
      "dag/fail-node2/get-after-retry",
      { archiveSet: true, dataSet: true, binding: "optional", pieceSwitchInterval: "1d", uncertain: [] },
    ],
    [
      "that a tenant has no policy after the new one was refused",
      "cluster-config/patch-only-delete_policy-no-window/poll-5",
      { deletePolicy: null, uncertain: [] },
    ],
    [
      "nothing of a tenant in a step that names none",
      "cluster-config/patch-only-archive_lag_target-empty/poll-5",
      undefined,
    ],
    ["nothing set by a task that was cancelled while it waited", "dag/cancel-tenant/after/poll-3", undefined],
  ])("is %s", (_name, exchange, expected) => {
    const effects = effectsOf(recordedTask(exchange)).get(TENANT.id);
    if (expected === undefined) expect(effects).toBeUndefined();
    else expect(effects).toMatchObject({ name: TENANT.name, ...expected });
  });

  it("is read from every task that was recorded, and from a retried or passed one too", () => {
    const tasks = [...EXCHANGES.values()].flatMap(({ response }) => {
      const { data } = (response.body ?? {}) as { data?: { dag_id?: number; nodes?: unknown } };
      return data?.dag_id !== undefined && data.nodes ? [taskFromWire(data)] : [];
    });
    expect(tasks.length).toBeGreaterThan(100);
    for (const task of tasks) {
      for (const { name, uncertain } of effectsOf(task).values()) {
        expect(name).not.toMatch(/[()]/);
        expect(new Set(uncertain).size).toBe(uncertain.length);
      }
      if (task.state === "SUCCEED" && task.operator === "RUN") expect(lostPolicies(task)).toEqual([]);
    }
  });
});

describe("What a real failed task has left", () => {
  const wanted = { archive: true, data: true, policy: false };

  it.each<[string, string, typeof wanted, keyof TaskOutcome]>([
    ["failed, where its destination was refused", "dag/fail-node2/get", wanted, "failed"],
    [
      "failed, where its policy was refused",
      "cluster-config/patch-only-delete_policy-no-window/poll-5",
      { archive: false, data: false, policy: true },
      "failed",
    ],
    ["failed, where the task was cancelled while it waited for it", "dag/cancel-tenant/after/poll-3", wanted, "failed"],
  ])("is a tenant that is %s", (_name, exchange, asked, where) => {
    const none = { done: [], failed: [], partly: [], untouched: [] };
    expect(outcomeOf(recordedTask(exchange), [TENANT], asked)).toEqual({ ...none, [where]: [TENANT.name] });
  });

  it("is a tenant without log archiving, where the task was cancelled after it had closed that", () => {
    expect(closedTenants(recordedTask("dag/cancel-tenant/after/poll-3"))).toEqual([TENANT]);
  });

  it("is a tenant without a clean-up policy, where the old one was dropped and the new one refused", () => {
    expect(lostPolicies(recordedTask("cluster-config/patch-only-delete_policy-no-window/poll-5"))).toEqual([
      "mysql_tenant has no clean-up policy now: obshell dropped that of 5d before it added the new one.",
    ]);
  });
});
