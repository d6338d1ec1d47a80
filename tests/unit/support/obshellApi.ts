import type { ObshellApi } from "../../../provider/oceanbase/api";

/** An agent that answers these calls only; every other one fails the test. */
export function obshellApi(calls: Partial<ObshellApi>): ObshellApi {
  const unexpected = (name: string) => async (): Promise<never> => {
    throw new Error(`nobody expected ${name}`);
  };
  return {
    endpoints: ["http://10.10.10.1:2886"],
    clusterInfo: unexpected("clusterInfo"),
    tenants: unexpected("tenants"),
    parameters: unexpected("parameters"),
    storage: unexpected("storage"),
    archiveStatus: unexpected("archiveStatus"),
    archiveCheckpoint: unexpected("archiveCheckpoint"),
    runningBackups: unexpected("runningBackups"),
    configureCluster: unexpected("configureCluster"),
    configureTenant: unexpected("configureTenant"),
    setParameters: unexpected("setParameters"),
    setArchiveStatus: unexpected("setArchiveStatus"),
    task: unexpected("task"),
    tasks: unexpected("tasks"),
    ...calls,
  };
}

/** Gives these values one after another, and the last one for ever. An error is thrown. */
export function oneAfterAnother<T>(...values: readonly (T | Error)[]): () => Promise<T> {
  let next = 0;
  return async () => {
    const value = values[Math.min(next++, values.length - 1)] as T | Error;
    if (value instanceof Error) throw value;
    return value;
  };
}
