import {
  closedAt,
  closedTenants,
  effectsOf,
  lostPolicies,
  outcomeOf,
  type TaskOutcome,
} from "../../../../provider/oceanbase/taskLog";
import type { Task } from "../../../../provider/oceanbase/wire";
import { node, task } from "../../support/oceanbase";

describe("The tenants that a task has closed", () => {
  it("are those of its own log, each once, in order, the recycle bin included", () => {
    const nodes = [
      node({ logs: ["Check archive path for all tenants", "Path is empty, skip check"] }),
      node({
        logs: [
          "Close archive log for t1(1002)",
          "Archive log has been closed for t1(1002)",
          "Wait for t1(1002) to close archive log",
          "Close archive log for __recycle_$_1_17(1004)",
          "Close archive log for a(b)(1006)",
          "Close archive log for t1(1002)",
          "ERROR: [MySQL.Error]: MySQL error: Close archive log for t9(1018) failed",
        ],
      }),
    ];
    expect(closedTenants(task({ nodes }))).toEqual([
      { id: 1002, name: "t1" },
      { id: 1004, name: "__recycle_$_1_17" },
      { id: 1006, name: "a(b)" },
    ]);
  });

  it("are none when the log says nothing of it", () => {
    expect(closedTenants(task())).toEqual([]);
    expect(closedTenants(task({ nodes: [node({ logs: ["Archive log has been closed for t1(1002)"] })] }))).toEqual([]);
  });
});

/** Lines as obshell logs them. */
const closing = (name: string, id: number): string[] => [
  `Close archive log for ${name}(${id})`,
  `Archive log has been closed for ${name}(${id})`,
  `Wait for ${name}(${id}) to close archive log`,
  `Wait for ${name}(${id}) archive log to be 'STOP'`,
  `Archive log has been closed for ${name}(${id})`,
];
const BINDING = "Set log archive dest binding to MANDATORY";
const INTERVAL = "Set log archive dest piece switch interval to 6d";
const archive = (name: string, id: number): string[] => [
  `Set log archive dest for ${name}(${id})`,
  `URI is 'file:///data/backup/1/${id}/clog'`,
];
const data = (name: string, id: number): string[] => [
  `Set data backup dest for ${name}(${id})`,
  `URI is 'file:///data/backup/1/${id}/data'`,
];
const drop = (name: string, id: number): string => `Drop delete policy {${id} default 7d} for ${name}(${id})`;
const add = (name: string, id: number): string => `Set delete policy to {default 5d} for ${name}(${id})`;
const REFUSED = "ERROR: [MySQL.Error]: MySQL error: set log archive: Error 9051 (HY000): invalid backup destination";

/** What obshell logs when somebody cancels a task (recorded as dag/cancel). */
const CANCELLED = "sub task cancelled";

const ran = (...logs: string[]): Task =>
  task({ state: logs.some((line) => line.startsWith("ERROR")) ? "FAILED" : "SUCCEED", nodes: [node({ logs })] });

const NOTHING = { archiveSet: false, dataSet: false, uncertain: [] };

describe("What a task's log shows of a tenant", () => {
  it.each<[string, Task, object | undefined]>([
    [
      "the destinations, with binding and interval",
      ran(...closing("t1", 1002), BINDING, INTERVAL, ...archive("t1", 1002), ...data("t1", 1002)),
      { name: "t1", binding: "mandatory", pieceSwitchInterval: "6d", archiveSet: true, dataSet: true, uncertain: [] },
    ],
    [
      "that the database has fallen back to its defaults for what was left out",
      ran(...closing("t1", 1002), ...archive("t1", 1002)),
      { name: "t1", binding: "optional", pieceSwitchInterval: "1d", archiveSet: true, dataSet: false, uncertain: [] },
    ],
    [
      "what the last retry has done, and nothing of the one before",
      ran(
        ...closing("t1", 1002),
        BINDING,
        ...archive("t1", 1002),
        REFUSED,
        ...closing("t1", 1002),
        ...archive("t1", 1002),
      ),
      { name: "t1", binding: "optional", pieceSwitchInterval: "1d", archiveSet: true, dataSet: false, uncertain: [] },
    ],
    [
      "that nobody knows what a refused destination has left",
      ran(...closing("t1", 1002), BINDING, ...archive("t1", 1002), REFUSED),
      expect.objectContaining({ archiveSet: false, uncertain: ["binding", "pieceSwitchInterval"] }),
    ],
    [
      "the new policy",
      ran(drop("t1", 1002), add("t1", 1002)),
      { ...NOTHING, name: "t1", droppedPolicy: "7d", deletePolicy: { policy: "default", recoveryWindow: "5d" } },
    ],
    [
      "that a tenant is left without a policy when the new one is refused",
      ran(drop("t1", 1002), add("t1", 1002), "ERROR: [MySQL.Error]: MySQL error: set delete policy: Error 1210"),
      { ...NOTHING, name: "t1", droppedPolicy: "7d", deletePolicy: null },
    ],
    [
      "that nobody knows the policy when the task is cancelled while it adds the new one",
      ran(drop("t1", 1002), add("t1", 1002), CANCELLED),
      expect.objectContaining({ uncertain: ["deletePolicy"], deletePolicy: undefined }),
    ],
    [
      "that nobody knows the policy when the time is over while it adds the new one",
      ran(add("t1", 1002), "sub task timeout"),
      expect.objectContaining({ uncertain: ["deletePolicy"], deletePolicy: undefined }),
    ],
    [
      "that nobody knows the policy when the connection breaks while it adds the new one",
      ran(add("t1", 1002), "ERROR: [MySQL.Error]: MySQL error: set delete policy: invalid connection"),
      expect.objectContaining({ uncertain: ["deletePolicy"], deletePolicy: undefined }),
    ],
    [
      "that nobody knows the policy when the database does not answer in time while it adds the new one",
      ran(add("t1", 1002), "ERROR: [MySQL.Error]: MySQL error: set delete policy: Error 4012 (HY000): Timeout"),
      expect.objectContaining({ uncertain: ["deletePolicy"], deletePolicy: undefined }),
    ],
    [
      "the new policy when a retry has added it after the task was cancelled",
      ran(drop("t1", 1002), add("t1", 1002), CANCELLED, add("t1", 1002)),
      expect.objectContaining({ uncertain: [], deletePolicy: { policy: "default", recoveryWindow: "5d" } }),
    ],
    [
      "that nobody knows the policy when dropping the old one is refused",
      ran(drop("t1", 1002), "ERROR: [MySQL.Error]: MySQL error: drop delete policy: Error 1210"),
      expect.objectContaining({ uncertain: ["deletePolicy"], deletePolicy: undefined, isPolicyCutShort: false }),
    ],
    [
      "that nobody knows what a cancelled destination has left",
      ran(...closing("t1", 1002), BINDING, ...archive("t1", 1002), CANCELLED),
      expect.objectContaining({ archiveSet: false, uncertain: ["binding", "pieceSwitchInterval"] }),
    ],
    [
      "that nobody knows the policy when the task is cancelled while it drops the old one",
      ran(drop("t1", 1002), CANCELLED),
      expect.objectContaining({ uncertain: ["deletePolicy"], deletePolicy: undefined, isPolicyCutShort: true }),
    ],
    [
      "no doubt about destinations when a later step is refused that names no tenant",
      ran(BINDING, ...archive("t1", 1002), "Set archive lag target to 2h", REFUSED),
      expect.objectContaining({ archiveSet: true, uncertain: [] }),
    ],
    [
      "nothing when only the probe ran",
      task({ nodes: [node({ name: "Check backup config", logs: archive("t1", 1002) })] }),
      undefined,
    ],
  ])("is %s", (_name, seen, expected) => {
    expect(effectsOf(seen).get(1002)).toEqual(expected);
  });
});

describe("What became of the tenants of a failed task", () => {
  const TENANTS = [1002, 1004, 1006].map((id) => ({ id, name: `t${id}` }));
  const all = { archive: true, data: true, policy: true };

  it.each<[string, Task, object, Partial<TaskOutcome>]>([
    [
      "the first one partly, the second failed and the third untouched, when the second destination is refused",
      ran(...archive("t1002", 1002), ...archive("t1004", 1004), REFUSED),
      all,
      { partly: ["t1002"], failed: ["t1004"], untouched: ["t1006"] },
    ],
    [
      "done, failed and untouched, when a policy is refused and nothing else was asked for",
      ran(drop("t1002", 1002), add("t1002", 1002), drop("t1004", 1004), add("t1004", 1004), REFUSED),
      { archive: false, data: false, policy: true },
      { done: ["t1002"], failed: ["t1004"], untouched: ["t1006"] },
    ],
    [
      "nobody failed, when the refused step names no tenant",
      ran(...archive("t1002", 1002), "Set archive lag target to 2h", REFUSED),
      { archive: true, data: false, policy: false },
      { done: ["t1002"], untouched: ["t1004", "t1006"] },
    ],
    [
      "one failed at which archiving could not be stopped in time",
      ran(
        "Wait for t1004(1004) archive log to be 'STOP'",
        "ERROR: [OB.Cluster.AsyncOperationTimeout]: stop archive log timeout",
      ),
      all,
      { failed: ["t1004"], untouched: ["t1002", "t1006"] },
    ],
    [
      "one failed at whose destination the task was cancelled, though the log had announced it",
      ran(...data("t1002", 1002), ...data("t1004", 1004), "Wait t1004(1004) backup finish", CANCELLED),
      { archive: false, data: true, policy: false },
      { done: ["t1002"], failed: ["t1004"], untouched: ["t1006"] },
    ],
    [
      "all untouched, when the probe has failed",
      task({ state: "FAILED" }),
      all,
      { untouched: ["t1002", "t1004", "t1006"] },
    ],
  ])("is %s", (_name, failed, wanted, expected) => {
    const none = { done: [], failed: [], partly: [], untouched: [] };
    expect(outcomeOf(failed, TENANTS, wanted as typeof all)).toEqual({ ...none, ...expected });
  });
});

describe("A clean-up policy that a failed task was replacing", () => {
  it("is said to be missing when it was dropped and the new one was refused", () => {
    expect(lostPolicies(ran(drop("t1", 1002), add("t1", 1002), REFUSED))).toEqual([
      "t1 has no clean-up policy now: obshell dropped that of 7d before it added the new one.",
    ]);
  });

  it("is not said to be lost where there was none", () => {
    expect(lostPolicies(ran(add("t1", 1002), REFUSED))).toEqual([
      "t1 has no clean-up policy: there was none before, and the new one was not added.",
    ]);
  });

  it.each([
    ["dropped", ran(drop("t1", 1002), CANCELLED)],
    ["added", ran(drop("t1", 1002), add("t1", 1002), CANCELLED)],
  ])("is said to be unknown when the task was cancelled while one was %s", (_name, cancelled) => {
    expect(lostPolicies(cancelled)).toEqual([
      "Nobody knows which clean-up policy t1 has now, if any: the task was cut short while it set one.",
    ]);
  });

  it("is said not to be replaced when it could not be dropped", () => {
    expect(lostPolicies(ran(drop("t1", 1002), REFUSED))).toEqual(["The clean-up policy of t1 was not replaced."]);
  });

  it("is not spoken of when nothing has happened to it", () => {
    expect(lostPolicies(ran(...archive("t1", 1002), REFUSED))).toEqual([]);
    expect(lostPolicies(ran(drop("t1", 1002), add("t1", 1002)))).toEqual([]);
  });
});

describe("The time from which on a task kept archiving off", () => {
  it("is the start of its second step", () => {
    const startTime = "2026-01-05T12:00:03+08:00";
    const nodes = [node({ name: "Check backup config", startTime: "2026-01-05T12:00:01+08:00" }), node({ startTime })];
    expect(closedAt(task({ nodes }))).toBe(Date.parse(startTime));
  });

  it("is not known of a task without that step", () => {
    expect(closedAt(task())).toBeUndefined();
    expect(closedAt(task({ nodes: [node()] }))).toBeUndefined();
  });
});
