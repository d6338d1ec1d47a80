import { ProviderError } from "../../../../provider/core/errors";
import {
  closedTenants,
  configurationTaskName,
  findQueuedTask,
  isConfigurationTask,
  waitForTask,
} from "../../../../provider/oceanbase/tasks";
import type { Task } from "../../../../provider/oceanbase/wire";
import { testContext } from "../../support/context";
import { rejectionOf } from "../../support/failures";
import { obshellApi, oneAfterAnother } from "../../support/obshellApi";
import { node, task } from "../../support/oceanbase";

const DOWN = new ProviderError({ kind: "Unavailable", problem: "the agent has lost its database" });
const LATE = new ProviderError({ kind: "RequestTimeout", problem: "no answer" });

describe("A configuration task", () => {
  it.each([
    ["Set obcluster backup config", true],
    ["Set obcluster backup config for t1", true],
    ["Set obcluster backup configuration", false],
    ["Obcluster start full backup", false],
    ["set obcluster backup config", false],
    ["", false],
  ])("is told by its name %j: %s", (name, isOne) => {
    expect(isConfigurationTask(task({ name }))).toBe(isOne);
  });

  it("has the name that obshell gives it", () => {
    expect(configurationTaskName()).toBe("Set obcluster backup config");
    expect(configurationTaskName("t1")).toBe("Set obcluster backup config for t1");
    expect(isConfigurationTask(task({ name: configurationTaskName("t1") }))).toBe(true);
  });
});

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

describe("Waiting for a task", () => {
  const READY = task({ state: "READY", stage: 1 });
  const RUNNING = task({ state: "RUNNING", stage: 1 });
  const DONE = task();

  const waitFor = (deadlineMs: number, ...seen: readonly (Task | Error)[]) => {
    const context = testContext();
    const api = obshellApi({ task: oneAfterAnother(...seen) });
    return { context, result: waitForTask(api, READY, deadlineMs, context) };
  };

  it("gives the task once it has succeeded and was really run", async () => {
    const { context, result } = waitFor(60_000, READY, RUNNING, DONE);
    await expect(result).resolves.toBe(DONE);
    expect(context.clock.sleeps).toEqual([1_000, 1_000]);
  });

  it.each([
    ["the database is down for a moment", DOWN],
    ["an answer is late", LATE],
  ])("goes on when %s", async (_name, failure) => {
    await expect(waitFor(60_000, READY, failure, failure, RUNNING, DONE).result).resolves.toBe(DONE);
  });

  it("ends with any other error of a look", async () => {
    const forbidden = new ProviderError({ kind: "Forbidden", problem: "no right" });
    expect(await rejectionOf(waitFor(60_000, READY, forbidden).result)).toBe(forbidden);
  });

  it.each([
    ["PASS", "was ended by somebody with PASS"],
    ["ROLLBACK", "was ended by somebody with ROLLBACK"],
    ["CANCEL", "was ended by somebody with CANCEL"],
  ])("fails though the task shows SUCCEED, when it was not run but %s", async (operator, text) => {
    const error = await rejectionOf(waitFor(60_000, task({ operator })).result);
    expect(error.kind).toBe("TaskFailed");
    expect(error.message).toContain(`task 14 (Set obcluster backup config) ${text}, so nothing of it can be relied on`);
  });

  it.each<[string, Partial<Task>, string]>([
    [
      "with the last log line of the failed step",
      {
        nodes: [
          node({ name: "Check backup config" }),
          node({ state: "FAILED", failures: ["ERROR: [MySQL.Error]: MySQL error: set log archive: Error 1235"] }),
        ],
      },
      'failed at stage 2 of 2, "Set backup config": ERROR: [MySQL.Error]: MySQL error: set log archive: Error 1235 [TaskFailed]',
    ],
    [
      "without a line, when the step left none",
      { nodes: [node({ state: "FAILED" })] },
      '"Set backup config": it left no log line',
    ],
    [
      "without a step, when none is marked",
      { stage: undefined, maxStage: undefined },
      "failed at stage ? of ?: it left no log line",
    ],
    [
      "as cancelled, when it was",
      { operator: "CANCEL", nodes: [node({ state: "FAILED", failures: ["x"] })] },
      "it was cancelled",
    ],
  ])("fails when the task fails, %s", async (_name, changes, text) => {
    const error = await rejectionOf(waitFor(60_000, RUNNING, task({ state: "FAILED", ...changes })).result);
    expect(error.kind).toBe("TaskFailed");
    expect(error.message).toContain(text);
  });

  it("keeps storage keys out of the step's message", async () => {
    const failures = ["ERROR: LOCATION=oss://b/p?host=h&access_id=i&access_key=KEYSECRET' TENANT = t1"];
    const failed = task({ state: "FAILED", nodes: [node({ state: "FAILED", failures })] });
    const error = await rejectionOf(waitFor(60_000, failed).result);
    expect(error.message).toContain("access_key=[secret]");
    expect(error.message).not.toContain("KEYSECRET");
  });

  it("gives up at its deadline, names task, state and time, and says that the task goes on", async () => {
    const error = await rejectionOf(waitFor(90_000, RUNNING).result);
    expect(error.message).toBe(
      "task 14 (Set obcluster backup config) is still RUNNING (stage 1 of 2) after 1m 30s [WaitTimeout]. " +
        "The task goes on without us; run the command again when it has ended, and the result will be taken up.",
    );
  });

  it("says so at its deadline when the task could not be seen", async () => {
    const error = await rejectionOf(waitFor(2_000, DOWN).result);
    expect(error.message).toContain("is still unreadable (the agent cannot reach its database) after 2s");
  });

  it("tells how far it is every quarter of a minute, not at every look", async () => {
    const { context, result } = waitFor(46_000, RUNNING);
    await rejectionOf(result);
    expect(context.lines).toEqual([
      "task 14 (Set obcluster backup config): RUNNING (stage 1 of 2), 15s",
      "task 14 (Set obcluster backup config): RUNNING (stage 1 of 2), 30s",
      "task 14 (Set obcluster backup config): RUNNING (stage 1 of 2), 45s",
    ]);
  });
});

describe("A task whose answer was lost", () => {
  const NAME = "Set obcluster backup config";
  const listed = (...tasks: readonly Partial<Task>[]) =>
    findQueuedTask(obshellApi({ tasks: async () => tasks.map((changes) => task(changes)) }), NAME, 4);

  it("is the first one of its name after those that were there before", async () => {
    const found = await listed({ number: 7, id: "17" }, { number: 4 }, { number: 5, id: "15" }, { number: 3 });
    expect(found?.id).toBe("15");
  });

  it("is not one of another name: a tenant's, or a backup", async () => {
    expect(
      await listed({ number: 5, name: `${NAME} for t1` }, { number: 6, name: "Obcluster start full backup" }),
    ).toBeUndefined();
  });

  it("does not exist when the call was not taken", async () => {
    expect(await listed({ number: 4 })).toBeUndefined();
    expect(await listed()).toBeUndefined();
  });
});
