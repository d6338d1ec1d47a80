import { buildDataPolicy } from "./advancedDataPolicies";
import { buildLogPolicy } from "./advancedLogPolicies";
import { newPolicyId, seedAdvancedLists } from "./advancedSeeds";
import type { Cluster, LockMode } from "./cluster";
import { DATA_POLICY_FIELDS } from "./dataPolicyFields";
import type { AccessKeyOptions, ClusterOptions } from "./options";
import type { Row } from "./request";
import type { AdvancedDataPolicy, AdvancedLogPolicy, AdvancedPolicyOption, DataPolicy, LogPolicy } from "./settings";
import type { Knobs, Switches } from "./switches";
import { readDays } from "./values";
import type { AbsenceCode, World } from "./world";

/**
 * A change made behind the client's back: by an operator at the console, by another program, by the vendor. `POST /__state`
 * takes one as JSON. Such a change is visible at once and leaves a cluster's status alone; `visibilityDelayMs` and
 * `busyAfterModifyMs` are for Modify calls only. Values of policies are held to the same grammar as in those calls (level-1 retention up to
 * 30 days), but not to rules between fields, engine or region: the point of it is states that a client did not make.
 *
 * | kind | effect |
 * | --- | --- |
 * | `setPolicy` | sets fields of the data policy and of the log policy, under the vendor's names |
 * | `addAdvancedPolicy` | adds one to the advanced list, answers `{PolicyId}`; `list` is `data` (default) or `log`; `AutoCreated: true` is honoured |
 * | `changeAdvancedPolicy` | changes the fields given |
 * | `deleteAdvancedPolicy` | takes one away |
 * | `switchToAdvanced` | what the console's switch does: level Advanced, option `enable`, automatic policies |
 * | `setAdvancedOption` | whether advanced backup can be had |
 * | `setStatus` | another cluster status; with `forMs` it ends by itself |
 * | `setLock` | `Unlock`, `ManualLock`, `LockByExpiration` |
 * | `addCluster`, `deleteCluster` | `answer` chooses how the service says that the deleted cluster is not there |
 * | `addAccessKey`, `setKeyActive`, `setAllowedActions` | `actions: null` grants all again |
 * | `expireToken` | ends the life of the key's security token now |
 * | `setSwitches`, `setKnobs` | changes those given |
 */
export type StateChange =
  | {
      readonly kind: "setPolicy";
      readonly clusterId: string;
      readonly policy?: Partial<DataPolicy>;
      readonly logPolicy?: Partial<LogPolicy>;
    }
  | {
      readonly kind: "addAdvancedPolicy";
      readonly clusterId: string;
      readonly policy: Partial<AdvancedDataPolicy> | Partial<AdvancedLogPolicy>;
      readonly list?: AdvancedList;
    }
  | {
      readonly kind: "changeAdvancedPolicy";
      readonly clusterId: string;
      readonly policyId: string;
      readonly policy: Partial<AdvancedDataPolicy> | Partial<AdvancedLogPolicy>;
      readonly list?: AdvancedList;
    }
  | {
      readonly kind: "deleteAdvancedPolicy";
      readonly clusterId: string;
      readonly policyId: string;
      readonly list?: AdvancedList;
    }
  | { readonly kind: "switchToAdvanced"; readonly clusterId: string }
  | { readonly kind: "setAdvancedOption"; readonly clusterId: string; readonly option: AdvancedPolicyOption }
  | { readonly kind: "setStatus"; readonly clusterId: string; readonly status: string; readonly forMs?: number }
  | { readonly kind: "setLock"; readonly clusterId: string; readonly lockMode: LockMode }
  | { readonly kind: "addCluster"; readonly cluster: ClusterOptions }
  | { readonly kind: "deleteCluster"; readonly clusterId: string; readonly answer?: AbsenceCode }
  | { readonly kind: "addAccessKey"; readonly key: AccessKeyOptions }
  | { readonly kind: "setKeyActive"; readonly accessKeyId: string; readonly active: boolean }
  | { readonly kind: "setAllowedActions"; readonly accessKeyId: string; readonly actions: readonly string[] | null }
  | { readonly kind: "expireToken"; readonly accessKeyId: string }
  | { readonly kind: "setSwitches"; readonly switches: Partial<Switches> }
  | { readonly kind: "setKnobs"; readonly knobs: Partial<Knobs> };

type AdvancedList = "data" | "log";

/** Returns what `POST /__state` answers: `{PolicyId}` of a policy that was added, else nothing. */
export function applyChange(world: World, change: StateChange): { readonly PolicyId?: string } {
  switch (change.kind) {
    case "addAdvancedPolicy":
      return putAdvanced(world, world.cluster(change.clusterId), change.list, { ...change.policy }, undefined);
    case "changeAdvancedPolicy":
      return putAdvanced(world, world.cluster(change.clusterId), change.list, { ...change.policy }, change.policyId);
    case "addCluster":
      world.addCluster(change.cluster);
      break;
    case "deleteCluster":
      world.removeCluster(change.clusterId, change.answer);
      break;
    case "setSwitches":
      Object.assign(world.switches, change.switches);
      break;
    case "setKnobs":
      Object.assign(world.knobs, change.knobs);
      break;
    case "addAccessKey":
    case "setKeyActive":
    case "setAllowedActions":
    case "expireToken":
      changeKey(world, change);
      break;
    default:
      changeCluster(world, world.cluster(change.clusterId), change);
  }
  return {};
}

type KeyChange = Extract<StateChange, { readonly key: unknown } | { readonly accessKeyId: string }>;
type ClusterChange = Exclude<
  Extract<StateChange, { readonly clusterId: string }>,
  { readonly kind: "addAdvancedPolicy" | "changeAdvancedPolicy" | "deleteCluster" }
>;

function changeKey(world: World, change: KeyChange): void {
  switch (change.kind) {
    case "addAccessKey":
      world.addAccessKey(change.key);
      break;
    case "setKeyActive":
      world.accessKey(change.accessKeyId).active = change.active;
      break;
    case "setAllowedActions":
      world.accessKey(change.accessKeyId).allowedActions = change.actions ? [...change.actions] : undefined;
      break;
    case "expireToken":
      expireToken(world, change.accessKeyId);
      break;
  }
}

function changeCluster(world: World, cluster: Cluster, change: ClusterChange): void {
  switch (change.kind) {
    case "setPolicy":
      setPolicy(world, cluster, change.policy ?? {}, change.logPolicy ?? {});
      break;
    case "deleteAdvancedPolicy":
      deleteAdvanced(world, cluster, change.list, change.policyId);
      break;
    case "switchToAdvanced":
      switchToAdvanced(world, cluster);
      break;
    case "setAdvancedOption":
      world.overwrite(cluster, { ...cluster.settings, option: change.option });
      break;
    case "setStatus":
      setStatus(world, cluster, change.status, change.forMs);
      break;
    case "setLock":
      cluster.lockMode = change.lockMode;
      break;
  }
}

/** Besides the MySQL-only fields. Where a level-1 schedule is held, the service need not show another one. */
const MAY_BE_EMPTY: ReadonlySet<keyof DataPolicy> = new Set([
  "PreferredBackupPeriod",
  "DataLevel2BackupAnotherRegionRegion",
]);

function setPolicy(world: World, cluster: Cluster, policy: Partial<DataPolicy>, logPolicy: Partial<LogPolicy>): void {
  const next = structuredClone(cluster.settings);
  const lenient: Switches = { ...world.switches, maximumLevel1Retention: 30 };
  for (const field of DATA_POLICY_FIELDS) {
    const text = policy[field.name];
    if (text === undefined) continue;
    const mayBeEmpty = field.mysqlOnly || MAY_BE_EMPTY.has(field.name);
    const value = text === "" && mayBeEmpty ? "" : field.read(text, lenient);
    if (value === undefined)
      throw new Error(`policy.${field.name}: ${JSON.stringify(text)} is not a value of this field`);
    next.data[field.name] = value;
  }
  checkDays("LogBackupRetentionPeriod", logPolicy.LogBackupRetentionPeriod, -1);
  checkDays("LogBackupAnotherRegionRetentionPeriod", logPolicy.LogBackupAnotherRegionRetentionPeriod, 0, -1);
  Object.assign(next.log, logPolicy);
  world.overwrite(cluster, next);
}

function checkDays(field: keyof LogPolicy, value: string | number | undefined, ...extra: number[]): void {
  if (value !== undefined && readDays(String(value), 3, 7300, ...extra) === undefined) {
    throw new Error(`logPolicy.${field}: ${JSON.stringify(value)} is not a value of this field`);
  }
}

function putAdvanced(
  world: World,
  cluster: Cluster,
  list: AdvancedList | undefined,
  row: Row,
  policyId: string | undefined,
): { PolicyId: string } {
  const next = structuredClone(cluster.settings);
  const id = policyId ?? newPolicyId();
  if (list === "log") {
    const base = policyId === undefined ? undefined : findPolicy(next.advancedLog, policyId);
    next.advancedLog = put(next.advancedLog, buildLogPolicy(cluster, row, base, id));
  } else {
    const base = policyId === undefined ? undefined : findPolicy(next.advancedData, policyId);
    const policy = buildDataPolicy(cluster, row, base, id);
    if (typeof row.AutoCreated === "boolean") policy.AutoCreated = row.AutoCreated;
    next.advancedData = put(next.advancedData, policy);
  }
  world.overwrite(cluster, next);
  return { PolicyId: id };
}

function deleteAdvanced(world: World, cluster: Cluster, list: AdvancedList | undefined, policyId: string): void {
  const next = structuredClone(cluster.settings);
  if (list === "log") {
    findPolicy(next.advancedLog, policyId);
    next.advancedLog = next.advancedLog.filter(({ PolicyId }) => PolicyId !== policyId);
  } else {
    findPolicy(next.advancedData, policyId);
    next.advancedData = next.advancedData.filter(({ PolicyId }) => PolicyId !== policyId);
  }
  world.overwrite(cluster, next);
}

function switchToAdvanced(world: World, cluster: Cluster): void {
  const next = structuredClone(cluster.settings);
  if (next.option === "notSupport") throw new Error(`cluster ${cluster.id} does not support advanced backup`);
  if (next.level === "Advanced") throw new Error(`cluster ${cluster.id} is Advanced already`);
  next.level = "Advanced";
  next.option = "enable";
  seedAdvancedLists(cluster.region, next);
  world.overwrite(cluster, next);
}

function setStatus(world: World, cluster: Cluster, status: string, forMs: number | undefined): void {
  if (forMs === undefined) {
    cluster.status = status;
    cluster.busy = undefined;
  } else {
    cluster.busy = { status, until: world.clock.now() + forMs };
  }
}

function expireToken(world: World, accessKeyId: string): void {
  const key = world.accessKey(accessKeyId);
  if (key.securityToken === undefined) throw new Error(`access key ${accessKeyId} has no security token`);
  key.expiresAt = world.clock.now();
}

function findPolicy<P extends { PolicyId: string }>(policies: readonly P[], policyId: string): P {
  const policy = policies.find(({ PolicyId }) => PolicyId === policyId);
  if (!policy)
    throw new Error(`no advanced policy ${policyId}; there are: ${policies.map((p) => p.PolicyId).join(", ")}`);
  return policy;
}

function put<P extends { PolicyId: string }>(policies: readonly P[], policy: P): P[] {
  const isNew = policies.every(({ PolicyId }) => PolicyId !== policy.PolicyId);
  return isNew ? [...policies, policy] : policies.map((other) => (other.PolicyId === policy.PolicyId ? policy : other));
}
