import { createApi, type ObshellApi } from "../../../../provider/oceanbase/api";

/** Asked by the session with an agent, for its key and its clock. */
const OF_THE_SESSION = ["GET /api/v1/secret", "GET /api/v1/time"];

type Calls = { readonly [Name in Exclude<keyof ObshellApi, "endpoints">]: (api: ObshellApi) => Promise<unknown>[] };

/** Each function of the api, with everything that decides about the route. A function without a row does not compile. */
const CALLS: Calls = {
  clusterInfo: (api) => [api.clusterInfo()],
  tenants: (api) => [api.tenants()],
  parameters: (api) => [api.parameters()],
  storage: (api) => [api.storage("t1")],
  tenantParameter: (api) => [api.tenantParameter("t1", "name")],
  archiveRound: (api) => [api.archiveRound("t1")],
  archiveCheckpoint: (api) => [api.archiveCheckpoint("t1")],
  runningBackups: (api) => [api.runningBackups()],
  lastBackup: (api) => [api.lastBackup("t1")],
  configureCluster: (api) => [api.configureCluster("POST", {}), api.configureCluster("PATCH", {})],
  configureTenant: (api) => [api.configureTenant("t1", "POST", {}), api.configureTenant("t1", "PATCH", {})],
  setParameters: (api) => [api.setParameters("t1", {})],
  setArchiveStatus: (api) => [api.setArchiveStatus("t1", "doing")],
  startFullBackup: (api) => [api.startFullBackup("t1")],
  task: (api) => [api.task("11")],
  endTask: (api) => [api.endTask("11", "pass")],
  tasks: (api) => [api.tasks()],
  unfinishedTasks: (api) => [api.unfinishedTasks()],
};

/** Every call that this package can make, as the api itself forms it. */
export async function obshellCalls(distinct: (call: string) => string): Promise<string[]> {
  const made = new Set(OF_THE_SESSION);
  const note = (method: string, path: string): Promise<never> => {
    made.add(distinct(`${method} ${path.split("?")[0]}`));
    return Promise.reject(new Error("nobody is there"));
  };
  const api = createApi({
    endpoints: [],
    read: (path) => note("GET", path),
    write: (method, path) => note(method, path),
  });
  await Promise.allSettled(Object.values(CALLS).flatMap((calls) => calls(api)));
  return [...made];
}
