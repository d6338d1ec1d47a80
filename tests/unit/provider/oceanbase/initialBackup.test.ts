import { takeInitialBackups } from "../../../../provider/oceanbase/initialBackup";
import { brokenConnection, oneAfterAnother, type ScriptedAgent, scriptedAgent } from "../../support/agent";
import { rejectionOf } from "../../support/failures";

const T1 = { id: 1002, name: "t1" };
const NAME = "Obcluster start full backup for t1";
const TASKS = "GET /api/v1/task/dags/ob?show_details=false";
const ROUND = "GET /api/v1/tenant/t1/backup/log/tasks";
const START = "POST /api/v1/tenant/t1/backup";
const JOBS = "GET /api/v1/tenant/t1/backup/tasks?page=1&size=1&sort=start_timestamp,desc";

/** The backup's task as obshell writes it; with a failure, the last log line of the step that failed. */
const dag = (state: string, failure?: string, changes: object = {}): object => ({
  id: "17",
  dag_id: 7,
  name: NAME,
  state,
  operator: "RUN",
  nodes: failure === undefined ? null : [{ name: "x", state: "FAILED", sub_tasks: [{ state, task_logs: [failure] }] }],
  ...changes,
});
const round = (status?: string): object => ({ contents: status === undefined ? [] : [{ status }] });
const job = (status: string, changes: object = {}): object => ({
  contents: [{ status, backup_set_id: 3, result: 0, comment: "", ...changes }],
});

/** An agent with a good first backup, unless routes say otherwise. */
const agent = (routes: Readonly<Record<string, unknown>> = {}): ScriptedAgent =>
  scriptedAgent({
    [TASKS]: { contents: [] },
    [START]: dag("READY"),
    [ROUND]: round("DOING"),
    "GET /api/v1/task/dag/17": dag("SUCCEED"),
    [JOBS]: job("COMPLETED"),
    ...routes,
  });

const take = ({ api, context }: ScriptedAgent, deadlineMs = 2 * 60 * 60_000): Promise<void> =>
  takeInitialBackups(api, [T1], context.clock.now() + deadlineMs, context);

const starts = ({ calls }: ScriptedAgent): number => calls.filter((call) => call.startsWith("POST")).length;

const TIMEOUT = "ERROR: [OB.Cluster.AsyncOperationTimeout]: backup for t1(1002) timeout";

describe("A first backup is good", () => {
  it.each<[string, Record<string, unknown>]>([
    ["when task and backup have ended well", {}],
    [
      "when it goes on after its task has given up, and ends well",
      {
        "GET /api/v1/task/dag/17": dag("FAILED", TIMEOUT),
        [JOBS]: oneAfterAnother(job("DOING"), job("BACKUP_USER_DATA"), job("COMPLETED")),
      },
    ],
    ["when its task has waited for it", { "GET /api/v1/task/dag/17": oneAfterAnother(dag("RUNNING"), dag("SUCCEED")) }],
  ])("%s", async (_name, routes) => {
    const one = agent(routes);
    await take(one);
    expect(one.context.lines).toContain("t1: log archiving is running");
    expect(one.context.lines.at(-1)).toBe("t1: first backup has ended");
  });

  it("for the run when it goes on beyond the time that is left", async () => {
    const one = agent({ [JOBS]: job("DOING") });
    await take(one, 10 * 60_000);
    expect(one.context.lines).toContain(
      "the first backup of t1: running, although its task has ended, 1m 16s of at most 10m 0s",
    );
    expect(one.context.lines.at(-1)).toBe(
      "t1: the first backup is still running after 10m 0s and goes on without us; oceanbase.getBackupStatus shows what becomes of it",
    );
  });
});

describe("A first backup fails the run although it has opened log archiving", () => {
  it.each<[string, Record<string, unknown>, string]>([
    [
      "when the database gives up on it, with the database's reason",
      { [JOBS]: job("FAILED", { comment: "(server) 10.0.0.1:2882, (result) -4184" }) },
      `backup set 3 of task 17 (${NAME}) is FAILED: (server) 10.0.0.1:2882, (result) -4184`,
    ],
    [
      "when somebody cancels the backup",
      { [JOBS]: job("CANCELED") },
      `backup set 3 of task 17 (${NAME}) is CANCELED: the task left no reason`,
    ],
    [
      "when it fails after its task has given up",
      { "GET /api/v1/task/dag/17": dag("FAILED", TIMEOUT), [JOBS]: oneAfterAnother(job("DOING"), job("FAILED")) },
      `backup set 3 of task 17 (${NAME}) is FAILED: ${TIMEOUT}`,
    ],
    [
      "when the database refuses to begin it",
      {
        "GET /api/v1/task/dag/17": dag("FAILED", "ERROR: [MySQL.Error]: MySQL error: start full backup: Error 9040"),
        [JOBS]: { contents: [] },
      },
      `task 17 (${NAME}) has made none: ERROR: [MySQL.Error]: MySQL error: start full backup: Error 9040`,
    ],
    [
      "when somebody cancels its task before it has begun",
      { "GET /api/v1/task/dag/17": dag("FAILED", undefined, { operator: "CANCEL" }), [JOBS]: { contents: null } },
      `task 17 (${NAME}) has made none: the task was cancelled`,
    ],
    [
      "when somebody passes its task",
      { "GET /api/v1/task/dag/17": dag("SUCCEED", undefined, { operator: "PASS" }), [JOBS]: { contents: [] } },
      `task 17 (${NAME}) has made none: the task left no reason`,
    ],
    [
      "when nobody can see what became of it",
      {
        [JOBS]: () => {
          throw brokenConnection();
        },
      },
      `what became of task 17 (${NAME}) could not be seen: `,
    ],
  ])("%s", async (_name, routes, reason) => {
    const { kind, message } = await rejectionOf(take(agent(routes)));
    expect(kind).toBe("TaskFailed");
    expect(message).toContain("log archiving runs, but there is no good first backup");
    expect(message).toContain(`of t1 (${reason}`);
    expect(message).toContain("start a full backup with obshell (POST /api/v1/tenant/t1/backup)");
  });
});

describe("A first backup that does not open log archiving fails the run", () => {
  it.each<[string, Record<string, unknown>, string]>([
    [
      "with the reason of its task",
      { [ROUND]: round(), "GET /api/v1/task/dag/17": dag("FAILED", "ERROR: interrupted") },
      `(task 17 (${NAME}) failed: ERROR: interrupted`,
    ],
    [
      "when the time is over",
      { [ROUND]: round("BEGINNING"), "GET /api/v1/task/dag/17": dag("RUNNING") },
      "(log archiving of t1, which task 17 (Obcluster start full backup for t1) opens, is still starting after",
    ],
  ])("%s", async (_name, routes, reason) => {
    const { message } = await rejectionOf(take(agent(routes)));
    expect(message).toContain(`the first backup did not open log archiving of t1 ${reason}`);
    expect(message).not.toContain("no good first backup");
  });
});

describe("A first backup is begun once", () => {
  it.each<[string, Record<string, unknown>, number]>([
    ["and no other beside one that a killed run has left at work", { [TASKS]: { contents: [dag("RUNNING")] } }, 0],
    [
      "also after one that has failed",
      { [TASKS]: { contents: [dag("FAILED", undefined, { id: "15", dag_id: 5 })] } },
      1,
    ],
    [
      "and looked for, when its answer is lost",
      {
        [TASKS]: oneAfterAnother({ contents: [] }, { contents: [dag("RUNNING")] }),
        [START]: () => {
          throw brokenConnection().with({ outcomeUnknown: true });
        },
      },
      1,
    ],
  ])("%s", async (_name, routes, expected) => {
    const one = agent(routes);
    await take(one);
    expect(starts(one)).toBe(expected);
  });

  it("and its loss is named when no task is found", async () => {
    const one = agent({
      [START]: () => {
        throw brokenConnection().with({ outcomeUnknown: true });
      },
    });
    const { message } = await rejectionOf(take(one));
    expect(message).toContain("the first backup did not open log archiving of t1 (");
    expect(starts(one)).toBe(1);
  });
});

describe("Tenants whose first backup goes well", () => {
  it("get it although that of others fails, and one error names each of the others with what it lacks", async () => {
    const names = ["t1", "t2", "t3", "t4", "t5", "t6"];
    const routes = names.flatMap((name): [string, unknown][] => {
      const id = `17${name.slice(1)}`;
      const isRefused = name === "t2";
      return [
        [`POST /api/v1/tenant/${name}/backup`, dag("READY", undefined, { id, name: `backup of ${name}` })],
        [`GET /api/v1/tenant/${name}/backup/log/tasks`, round(isRefused ? undefined : "DOING")],
        [
          `GET /api/v1/task/dag/${id}`,
          isRefused ? dag("FAILED", "ERROR: no", { id }) : dag("SUCCEED", undefined, { id }),
        ],
        [
          `GET /api/v1/tenant/${name}/backup/tasks?page=1&size=1&sort=start_timestamp,desc`,
          job(name === "t5" ? "FAILED" : "COMPLETED"),
        ],
      ];
    });
    const { api, context } = scriptedAgent({ [TASKS]: { contents: [] }, ...Object.fromEntries(routes) });
    const tenants = names.map((name, index) => ({ id: 1002 + index, name }));
    const { message } = await rejectionOf(takeInitialBackups(api, tenants, context.clock.now() + 3_600_000, context));
    expect(message).toMatch(/did not open log archiving of t2 \(.*; log archiving runs, but .* of t5 \(backup set 3/);
    const ended = context.lines.filter((line) => line.endsWith("first backup has ended"));
    expect(ended.map((line) => line.slice(0, 2)).sort()).toEqual(["t1", "t3", "t4", "t6"]);
  });
});
