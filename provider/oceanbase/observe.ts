import { mapLimit } from "../core/concurrency";
import { ProviderError } from "../core/errors";
import { type ObshellApi, PARAMETER_NAMES } from "./api";
import { closedTenants, isConfigurationTask } from "./tasks";
import type { ClusterInfo, ParameterValues, Task, TenantInfo } from "./wire";

/** Requests in flight against one agent. */
const MAX_IN_FLIGHT = 8;

/** The first obshell release with the read routes that everything here relies on. */
const OLDEST_AGENT = "4.3.2";

/** Which cluster it is. Ids are chosen by operators and often 1, so name and birth of `sys` belong to it. */
export interface ClusterIdentity {
  readonly id: number;
  readonly name: string;
  /** Creation time of the tenant `sys`. */
  readonly createdTime: string;
}

/**
 * What a listed round proves. `notListed` is all the rest: obshell does not list stopped, interrupted and suspending rounds,
 * nor tenants that never archived.
 */
export type ArchiveState = "running" | "starting" | "suspended" | "stopping" | "notListed";

const STATES: Readonly<Record<string, ArchiveState>> = {
  DOING: "running",
  PREPARE: "starting",
  BEGINNING: "starting",
  SUSPEND: "suspended",
};

export interface ObservedTenant {
  readonly id: number;
  readonly name: string;
  /** Destinations without keys, as obshell reports them. */
  readonly archiveUri?: string;
  readonly dataUri?: string;
  readonly archiving: ArchiveState;
  /** Values by parameter; several while a change spreads over the servers. */
  readonly parameters: Readonly<Record<(typeof PARAMETER_NAMES)[number], readonly string[]>>;
}

export interface ObservedCluster {
  readonly cluster: ClusterIdentity;
  readonly tenants: readonly ObservedTenant[];
  /** The newest configuration task that the cluster ever ran, with its log, if it is newer than the recorded one. */
  readonly newerTask?: Task;
  /** Ids of the tenants whose archiving that task has closed and nobody has opened since. */
  readonly leftClosed: readonly number[];
  /** Number of the newest task of any kind. */
  readonly lastTaskNumber: number;
}

/**
 * Everything that can be read: 4 calls for the cluster, 2 for each tenant, and 1 for a configuration task newer than ours
 * (and 1 for each tenant whose archiving that task has closed).
 */
export async function observe(api: ObshellApi, recordedTaskNumber: number | undefined): Promise<ObservedCluster> {
  const info = await api.clusterInfo();
  checkVersion(info, api);
  const [all, parameters, tasks] = await Promise.all([api.tenants(), api.parameters(), api.tasks()]);
  const tenants = await mapLimit(
    all.filter((tenant) => tenant.name !== "sys"),
    MAX_IN_FLIGHT / 2,
    (tenant) => observeTenant(api, tenant, parameters),
  );
  const newest = newestOf(tasks.filter(isConfigurationTask));
  const newerTask = newest && newest.number > (recordedTaskNumber ?? 0) ? await api.task(newest.id) : undefined;
  return {
    cluster: identityOf(info, all, api),
    tenants,
    newerTask,
    leftClosed: newerTask ? await findLeftClosed(api, newerTask, tenants) : [],
    lastTaskNumber: newestOf(tasks)?.number ?? 0,
  };
}

export async function archiveState(api: ObshellApi, tenant: string): Promise<ArchiveState> {
  const status = await api.archiveStatus(tenant);
  return status === undefined ? "notListed" : (STATES[status] ?? "stopping");
}

/** The state that must be restored after something has stopped archiving; undefined where nothing is to restore. */
export function stateToRestore(state: ArchiveState | undefined): "running" | "suspended" | undefined {
  if (state === "suspended") return "suspended";
  return state === "running" || state === "starting" ? "running" : undefined;
}

export function hasNoDestination(tenant: ObservedTenant): boolean {
  return tenant.archiveUri === undefined && tenant.dataUri === undefined;
}

/**
 * Tenants whose archiving a configuration task has closed, of somebody else or of a run that was killed, and that nobody has
 * opened since. A round that archived beyond the end of the task was opened again, so its present stop is deliberate.
 */
async function findLeftClosed(api: ObshellApi, task: Task, tenants: readonly ObservedTenant[]): Promise<number[]> {
  const closed = new Set(closedTenants(task).map(({ id }) => id));
  const candidates = tenants.filter((tenant) => closed.has(tenant.id) && tenant.archiving === "notListed");
  const found = await mapLimit(candidates, MAX_IN_FLIGHT, async (tenant) => {
    const checkpoint = await api.archiveCheckpoint(tenant.name);
    return checkpoint !== undefined && Date.parse(checkpoint) <= Date.parse(task.endTime ?? "") ? tenant.id : undefined;
  });
  return found.filter((id) => id !== undefined);
}

async function observeTenant(
  api: ObshellApi,
  tenant: TenantInfo,
  parameters: ReadonlyMap<string, ParameterValues>,
): Promise<ObservedTenant> {
  const [storage, archiving] = await Promise.all([api.storage(tenant.name), archiveState(api, tenant.name)]);
  const values = Object.fromEntries(PARAMETER_NAMES.map((name) => [name, parameters.get(name)?.get(tenant.id) ?? []]));
  return {
    id: tenant.id,
    name: tenant.name,
    ...storage,
    archiving,
    parameters: values as ObservedTenant["parameters"],
  };
}

function identityOf(info: ClusterInfo, tenants: readonly TenantInfo[], api: ObshellApi): ClusterIdentity {
  const sys = tenants.find(({ name }) => name === "sys");
  if (info.id === 0 || !sys) {
    throw new ProviderError({
      kind: "Unavailable",
      problem: `the agent at ${api.endpoints.join(", ")} has no connection to its database`,
      advice: "Check that the OceanBase server beside this agent is running, then run the command again.",
    });
  }
  return { id: info.id, name: info.name, createdTime: sys.createdTime ?? "" };
}

function checkVersion(info: ClusterInfo, api: ObshellApi): void {
  if (info.agentVersion === undefined || compareVersions(info.agentVersion, OLDEST_AGENT) >= 0) return;
  throw new ProviderError({
    kind: "InvalidInput",
    problem: `the obshell agent at ${api.endpoints.join(", ")} is version ${info.agentVersion}, which cannot show destinations and archive status`,
    advice: `Upgrade obshell to ${OLDEST_AGENT} or later. Without these readings a change could leave log archiving off unseen.`,
  });
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number)) as [number[], number[]];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function newestOf(tasks: readonly Task[]): Task | undefined {
  return tasks.reduce<Task | undefined>(
    (newest, task) => (newest && newest.number >= task.number ? newest : task),
    undefined,
  );
}
