import { ProviderError } from "../../../../provider/core/errors";
import {
  configurationTaskName,
  findQueuedTask,
  isConfigurationTask,
  releaseTask,
  waitForTask,
} from "../../../../provider/oceanbase/tasks";
import type { Task, TaskNode } from "../../../../provider/oceanbase/wire";
import { brokenConnection, oneAfterAnother, Refusal, scriptedAgent } from "../../support/agent";
import { rejectionOf } from "../../support/failures";
import { node, task } from "../../support/oceanbase";

const DOWN = new Refusal(500, "Agent.OceanBase.Useless", "Task not found: The current database is useless");

/** A task as obshell writes it. */
const wire = ({ nodes = [], ...changes }: Partial<Task> = {}): object => {
  const { id, number, name, state, operator, stage, maxStage } = task(changes);
  return {
    id,
    dag_id: number,
    name,
    state,
    operator,
    stage,
    max_stage: maxStage,
    nodes: nodes.map((item) => ({
      name: item.name,
      state: item.state,
      sub_tasks: [{ state: item.state, task_logs: [...item.logs, ...item.failures] }],
    })),
  };
};

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

describe("Waiting for a task", () => {
  const READY = task({ state: "READY", stage: 1 });
  const RUNNING = task({ state: "RUNNING", stage: 1 });
  const DONE = task();

  const waitFor = (deadlineMs: number, ...seen: readonly (Partial<Task> | Error)[]) => {
    const replies = seen.map((reply) => (reply instanceof Error ? reply : wire(reply)));
    const { api, context } = scriptedAgent({ "GET /api/v1/task/dag/14": oneAfterAnother(...replies) });
    return { context, result: waitForTask(api, READY, deadlineMs, context) };
  };

  it("gives the task once it has succeeded and was really run", async () => {
    const { context, result } = waitFor(60_000, READY, RUNNING, DONE);
    await expect(result).resolves.toMatchObject({ id: "14", state: "SUCCEED" });
    expect(context.clock.sleeps).toEqual([1_000, 1_000]);
  });

  it.each([
    ["the database is down for a moment", DOWN],
    ["an answer is late", new ProviderError({ kind: "RequestTimeout", problem: "no answer" })],
    ["the agent is down", brokenConnection()],
  ])("goes on when %s", async (_name, failure) => {
    await expect(waitFor(60_000, READY, failure, failure, RUNNING, DONE).result).resolves.toMatchObject({
      state: "SUCCEED",
    });
  });

  it("ends with any other error of a look", async () => {
    const refused = new Refusal(401, "Security.User.PermissionDenied", "Permission denied");
    expect((await rejectionOf(waitFor(60_000, READY, refused).result)).kind).toBe("Forbidden");
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
      "task 14 (Set obcluster backup config) is still RUNNING (stage 1 of 2) after 1m 30s, looked at 91 times [WaitTimeout]. " +
        "The task goes on in the cluster without us; GET /api/v1/task/dag/14 of an agent shows it. " +
        "Run the command again when it has ended, and the result is taken up; `timeouts` give a run longer.",
    );
  });

  it("says so at its deadline when the task could not be seen", async () => {
    const error = await rejectionOf(waitFor(2_000, DOWN).result);
    expect(error.message).toMatch(
      /is still unreadable \(.*The current database is useless; tried \d+ times in .*\) after /,
    );
  });

  it("tells how far it is, not at every look", async () => {
    const { context, result } = waitFor(46_000, RUNNING);
    await rejectionOf(result);
    expect(context.lines).toEqual([
      "task 14 (Set obcluster backup config): RUNNING (stage 1 of 2), 15s of at most 46s",
    ]);
  });
});

describe("A task whose answer was lost", () => {
  const NAME = "Set obcluster backup config";
  const listed = (...tasks: readonly Partial<Task>[]) => {
    const { api } = scriptedAgent({
      "GET /api/v1/task/dags/ob?show_details=false": { contents: tasks.map((changes) => wire(changes)) },
    });
    return findQueuedTask(api, NAME, 4);
  };

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

describe("A failed task that holds its tenant", () => {
  const release = async (nodes: readonly Partial<TaskNode>[], ...refusals: readonly Error[]) => {
    const failed = task({
      state: "FAILED",
      name: "Set obcluster backup config for t1",
      nodes: nodes.map((item) => node(item)),
    });
    const { api, calls, context } = scriptedAgent({
      "POST /api/v1/task/dag/14": oneAfterAnother(...refusals, undefined),
      "GET /api/v1/task/dag/14": oneAfterAnother(wire(failed), wire({ ...failed, state: "SUCCEED", operator: "PASS" })),
    });
    await releaseTask(api, failed, context);
    expect(context.lines.join()).toContain(
      "task 14 (Set obcluster backup config for t1) had failed and held its tenant; it is released",
    );
    return calls.filter((call) => call.startsWith("POST"));
  };

  it("is rolled back when only the step that probes has failed", async () => {
    const nodes = [
      { name: "Check backup config", state: "FAILED" },
      { name: "Set backup config", state: "PENDING" },
    ];
    expect(await release(nodes)).toEqual(['POST /api/v1/task/dag/14 {"operator":"rollback"}']);
  });

  it("is passed as a whole when a later step has failed, never the step alone", async () => {
    const nodes = [{ name: "Check backup config" }, { name: "Set backup config", state: "FAILED" }];
    expect(await release(nodes)).toEqual(['POST /api/v1/task/dag/14 {"operator":"pass"}']);
  });

  it("is passed when it cannot be rolled back", async () => {
    const nodes = [{ name: "Check backup config", state: "FAILED" }];
    const refusal = new Refusal(400, "Task.Dag.Operator.RollbackNotAllowed", "Failed to set DAG rollback");
    expect(await release(nodes, refusal)).toEqual([
      'POST /api/v1/task/dag/14 {"operator":"rollback"}',
      'POST /api/v1/task/dag/14 {"operator":"pass"}',
    ]);
  });
});
