import { ProviderError } from "../../../../provider/core/errors";
import { createStatusApi } from "../../../../provider/oceanbase/statusApi";

/** What an agent answers by path; a function throws. */
type Answers = Readonly<Record<string, unknown>>;

function apiOf(answers: Answers) {
  const asked: string[] = [];
  const read = async (path: string): Promise<unknown> => {
    asked.push(path);
    const answer = answers[path];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { api: createStatusApi({ read }), asked };
}

const notFound = (vendorCode: string, problem: string): ProviderError =>
  new ProviderError({ kind: "InvalidInput", problem, vendorCode, httpStatus: 404 });

const TASKS = "/api/v1/tenant/t1/backup/tasks?page=1&size=1&sort=start_timestamp,desc";
const OVERVIEW = "/api/v1/tenant/t1/backup/overview";
const NO_ROUTE = notFound("Common.NotFound", "Element not found: 404 not found");

describe("The last backup of a tenant", () => {
  const row = { status: "BACKUP_USER_DATA", start_timestamp: "T", end_timestamp: "0001-01-01T00:00:00Z" };

  it("is asked for as one job, not as the whole history", async () => {
    const { api, asked } = apiOf({ [TASKS]: { contents: [] } });
    expect(await api.newestBackup("t1")).toBeUndefined();
    expect(asked).toEqual([TASKS]);
  });

  it.each<[string, unknown, object | undefined]>([
    ["one", { status: row }, { status: "BACKUP_USER_DATA", startedAt: "T" }],
    ["none", notFound("Task.NotFound", "Task not found: no backup task"), undefined],
    ["none, as older agents put it", notFound("1003", "Task not found: no backup task"), undefined],
  ])("comes from the overview of an agent without the route: %s", async (_name, answer, backup) => {
    const { api, asked } = apiOf({ [TASKS]: NO_ROUTE, [OVERVIEW]: answer });
    expect(await api.newestBackup("t1")).toEqual(backup);
    expect(asked).toEqual([TASKS, OVERVIEW]);
  });

  it("is not there to be read where neither route is", async () => {
    const { api } = apiOf({ [TASKS]: NO_ROUTE, [OVERVIEW]: NO_ROUTE });
    await expect(api.newestBackup("t1")).rejects.toBe(NO_ROUTE);
  });

  it("is not looked for elsewhere after any other failure", async () => {
    const failure = new ProviderError({ kind: "Forbidden", problem: "no", httpStatus: 403 });
    const { api, asked } = apiOf({ [TASKS]: failure });
    await expect(api.newestBackup("t1")).rejects.toBe(failure);
    expect(asked).toEqual([TASKS]);
  });
});

it("Names of tenants are encoded where they stand in a path", async () => {
  const { api, asked } = apiOf({ "/api/v1/tenant/a%2Fb%20%23/backup/info": {} });
  await api.checkpoint("a/b #");
  expect(asked).toEqual(["/api/v1/tenant/a%2Fb%20%23/backup/info"]);
});
