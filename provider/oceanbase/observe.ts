import type { Clock } from "../core/clock";
import { mapLimit } from "../core/concurrency";
import { describeDuration } from "../core/duration";
import { ProviderError } from "../core/errors";
import { identityOf } from "./agentIdentity";
import { type ObshellApi, PARAMETER_NAMES } from "./api";
import { type ArchiveState, stateOf } from "./archiveState";
import type { WantedArchiving } from "./archiving";
import { type ClosingTask, findLeftClosed } from "./leftClosed";
import type { TenantReference } from "./taskLog";
import { concernsTenant, hasEnded, isConfigurationTask, tenantOfTask } from "./tasks";
import type { ParameterValues, Task, TenantInfo } from "./wire";

/** Requests in flight against one agent. */
const MAX_IN_FLIGHT = 8;

/** The first obshell release that can show destinations and log archiving. */
const SHOWS_BACKUP = "4.3.2";
/** The first one that can list the parameters of all tenants and all tasks. */
const LISTS_ALL = "4.3.0";

/** Newer tasks of others that are looked at in detail; more than that, and what they have done is not worth the calls. */
const MAX_NEWER_TASKS = 50;

/** Which cluster it is. Ids are chosen by operators and often 1, so name and birth of `sys` belong to it. */
export interface ClusterIdentity {
  readonly id: number;
  readonly name: string;
  /** Creation time of the tenant `sys`. */
  readonly createdTime: string;
}

export interface ObservedTenant {
  readonly id: number;
  readonly name: string;
  /** Destinations without keys, as obshell reports them. */
  readonly archiveUri?: string;
  readonly dataUri?: string;
  readonly archiving: ArchiveState;
  /** What has closed its log archiving, where that was a task and nobody has brought it back since. */
  readonly closedBy?: ClosingTask;
  /** True for a tenant that never archived; looked at only where it matters. */
  readonly neverArchived?: true;
  /** What this version of obshell cannot show. */
  readonly unreadable?: readonly ("destinations" | "archiving")[];
  /** Values by parameter; several while a change spreads over the servers. */
  readonly parameters: Readonly<Record<(typeof PARAMETER_NAMES)[number], readonly string[]>>;
}

export interface ObservedCluster {
  readonly cluster: ClusterIdentity;
  /** All user tenants, whether or not a resource covers them; or the one that was asked for, if it is there. */
  readonly tenants: readonly ObservedTenant[];
  /** All user tenants, by id and name alone. */
  readonly names: readonly TenantReference[];
  /** Configuration tasks newer than the recorded one, oldest first, with their logs. Without a record, only the newest. */
  readonly newerTasks: readonly Task[];
  /** Configuration tasks that are still at work. */
  readonly unfinished: readonly Task[];
  /** Failed configuration tasks of single tenants: each locks its tenant. */
  readonly holding: readonly Task[];
  /** Number of the newest task of any kind. */
  readonly lastTaskNumber: number;
  /** False where this version of obshell lists a task only while it is at work. */
  readonly listsEndedTasks: boolean;
}

export interface ObserveOptions {
  /** Looks at this tenant alone, and at the tasks that concern it: a cluster can have hundreds of others. */
  readonly tenantName?: string;
  /** Number of the configuration task that state knows last. */
  readonly recordedTask?: number;
  /** What state says of the tenants. */
  readonly recordedTenants?: readonly ObservedTenant[];
  /** What the program declares of archiving. Where it is to be stopped, it does not matter what has closed it. */
  readonly declaredArchiving?: WantedArchiving;
  /** Also find out which tenants never archived. */
  readonly findsNeverArchived?: boolean;
  /** No tenant is looked at after this long. */
  readonly limit?: { readonly clock: Clock; readonly deadlineMs: number };
}

/**
 * Everything that can be read: 4 calls for the cluster, 2 for each tenant that is looked at, and 1 for each configuration task newer than ours
 * (and 1 for each tenant whose archiving such a task, or one that state names, has closed).
 */
export async function observe(api: ObshellApi, options: ObserveOptions = {}): Promise<ObservedCluster> {
  const requireTime = timeGuard(options);
  const info = await api.clusterInfo();
  const isOld = (release: string): boolean =>
    info.agentVersion !== undefined && compareVersions(info.agentVersion, release) < 0;
  const [all, parameters, tasks] = await Promise.all([
    api.tenants(),
    isOld(LISTS_ALL) ? undefined : api.parameters(),
    isOld(LISTS_ALL) ? api.unfinishedTasks() : api.tasks(),
  ]);
  const cluster = identityOf(info, all);
  const { tenantName } = options;
  const users = all.filter((tenant) => tenant.name !== "sys");
  const tenants = await mapLimit(
    users.filter(({ name }) => tenantName === undefined || name === tenantName),
    MAX_IN_FLIGHT / 2,
    async (tenant): Promise<ObservedTenant> => {
      requireTime();
      const values = parameters ? parametersOf(tenant, parameters) : readParameters(api, tenant);
      return isOld(SHOWS_BACKUP)
        ? {
            ...named(tenant),
            archiving: "unknown",
            parameters: await values,
            unreadable: ["destinations", "archiving"],
          }
        : { ...(await observeTenant(api, tenant, options)), parameters: await values };
    },
  );
  const configurations = tasks
    .filter((task) => isConfigurationTask(task) && (tenantName === undefined || concernsTenant(task, tenantName)))
    .sort((a, b) => a.number - b.number);
  const { recordedTask, recordedTenants = [], declaredArchiving } = options;
  // What is taken up is never looked at again, so it must have ended; where the past is not listed, this is the only chance.
  const seen = isOld(LISTS_ALL) ? configurations : endedBefore(configurations);
  const newer =
    recordedTask === undefined
      ? seen.slice(-1)
      : seen.filter(({ number }) => number > recordedTask).slice(-MAX_NEWER_TASKS);
  const newerTasks = await mapLimit(newer, MAX_IN_FLIGHT, ({ id }) => api.task(id));
  const closing =
    declaredArchiving === "stopped"
      ? undefined
      : await findLeftClosed(api, newerTasks, tenants, recordedTenants, declaredArchiving !== undefined);
  return {
    cluster,
    tenants: tenants.map((tenant) => {
      const closedBy = closing?.get(tenant.id);
      return closedBy ? { ...tenant, closedBy } : tenant;
    }),
    names: users.map(named),
    newerTasks,
    unfinished: configurations.filter((task) => !hasEnded(task)),
    holding: configurations.filter((task) => task.state === "FAILED" && tenantOfTask(task) !== undefined),
    lastTaskNumber: Math.max(0, ...tasks.map(({ number }) => number)),
    listsEndedTasks: !isOld(LISTS_ALL),
  };
}

/** Those before the first one that is still at work. */
function endedBefore(tasks: readonly Task[]): readonly Task[] {
  const first = tasks.findIndex((task) => !hasEnded(task));
  return first < 0 ? tasks : tasks.slice(0, first);
}

function timeGuard({ limit }: ObserveOptions): () => void {
  if (!limit) return () => undefined;
  const { clock, deadlineMs } = limit;
  const startedAt = clock.now();
  return () => {
    if (clock.now() - startedAt <= deadlineMs) return;
    throw new ProviderError({
      kind: "WaitTimeout",
      problem: `reading the cluster took longer than ${describeDuration(deadlineMs)}`,
      advice: "Look at the agents, or allow more time with timeouts.read.",
    });
  };
}

export function hasNoDestination(tenant: ObservedTenant): boolean {
  return tenant.archiveUri === undefined && tenant.dataUri === undefined;
}

/** True where this version of obshell shows neither destinations nor log archiving. */
export function isBlind(tenant: ObservedTenant): boolean {
  return tenant.unreadable !== undefined;
}

async function observeTenant(
  api: ObshellApi,
  tenant: TenantInfo,
  { findsNeverArchived }: ObserveOptions,
): Promise<Omit<ObservedTenant, "parameters">> {
  const [storage, round] = await Promise.all([api.storage(tenant.name), api.archiveRound(tenant.name)]);
  const archiving = stateOf(round);
  const isNever =
    findsNeverArchived && archiving === "unknown" && (await api.archiveCheckpoint(tenant.name)) === undefined;
  return { ...named(tenant), ...storage, archiving, ...(isNever ? { neverArchived: true } : {}) };
}

function named({ id, name }: TenantInfo): { readonly id: number; readonly name: string } {
  return { id, name };
}

function parametersOf(
  tenant: TenantInfo,
  parameters: ReadonlyMap<string, ParameterValues>,
): ObservedTenant["parameters"] {
  const values = PARAMETER_NAMES.map((name) => [name, parameters.get(name)?.get(tenant.id) ?? []]);
  return Object.fromEntries(values) as ObservedTenant["parameters"];
}

async function readParameters(api: ObshellApi, tenant: TenantInfo): Promise<ObservedTenant["parameters"]> {
  const read = async (name: string) => [name, [await api.tenantParameter(tenant.name, name)]] as const;
  const values: Record<string, readonly string[]> = Object.fromEntries(await Promise.all(PARAMETER_NAMES.map(read)));
  return values as ObservedTenant["parameters"];
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number)) as [number[], number[]];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
