import type { Bag } from "../core/bag";
import { type CheckedInputs, checkInputs } from "../core/checkInputs";
import { durationMs } from "../core/duration";
import { isProviderError, ProviderError } from "../core/errors";
import type { Impact } from "../core/impact";
import { type CallContext, type DiffResult, PartialFailure, type ResourceHandler } from "../core/lifecycle";
import { knownInputs, previewDiff } from "../core/previewDiff";
import { containsUnknown, known } from "../core/unknowns";
import { announceInputs } from "./backupConfig.advice";
import { converge } from "./backupConfig.converge";
import { coveredTenants, PARAMETER_SETTINGS, wantsFirstRound } from "./backupConfig.differences";
import { keepWhatWasRunning, liveInputs } from "./backupConfig.drift";
import { planBackupConfig } from "./backupConfig.plan";
import {
  type ArchiveGap,
  lastSeenTask,
  observeAgain,
  type Progress,
  recordedTask,
  type TaskRecord,
} from "./backupConfig.progress";
import { type Recorded, takeUp, type Unread, unreadOf } from "./backupConfig.records";
import { type BackupConfigInputs, isSecretPath, isUriProperty, URI_PROPERTIES } from "./backupConfig.schema";
import { connect, requireSameCluster } from "./connection";
import type { ConnectionInputs } from "./credentials";
import { stopOnDelete } from "./delete";
import { type ClusterIdentity, type ObservedCluster, type ObservedTenant, observe } from "./observe";
import { clusterKey, requireOwnership } from "./ownership";
import { resolveStorageKeys, storageFingerprint } from "./storageKeys";
import { parseStorageUri } from "./storageUri";

export interface BackupConfigOutputs extends BackupConfigInputs, Unread {
  readonly cluster: ClusterIdentity;
  /** Id of the tenant, for a resource of one. */
  readonly tenantId?: number;
  /** Live settings of every tenant that the resource covers. */
  readonly tenants: readonly ObservedTenant[];
  /** The configuration task that this resource ran last. */
  readonly lastTask?: TaskRecord;
  /** Number of the newest configuration task, of anybody, that has been taken into account. */
  readonly lastSeenTask?: number;
  /** How long log archiving was off in the last change, by tenant. */
  readonly archiveGaps: readonly ArchiveGap[];
}

/** What tells the two resources apart. */
export interface BackupConfigResource {
  readonly object: string;
  readonly schema: Parameters<typeof checkInputs<BackupConfigInputs>>[1];
  readonly rules: Parameters<typeof checkInputs<BackupConfigInputs>>[2];
  readonly properties: readonly (keyof BackupConfigInputs)[];
}

/** obshell itself waits up to 70 minutes for each tenant's archiving to stop. */
const DEFAULT_TIMEOUT_MS = 2 * 60 * 60_000;
const DEFAULT_READ_TIMEOUT_MS = 10 * 60_000;

/** Settings of the target, as opposed to how it is reached and what is accepted. */
const SETTINGS = [
  ...URI_PROPERTIES,
  "binding",
  "pieceSwitchInterval",
  "deletePolicy",
  "archiving",
  ...PARAMETER_SETTINGS,
] as const;

/** The six calls, which are the same for a whole cluster and for one tenant: only what they cover differs. */
export function backupConfigHandler(
  resource: BackupConfigResource,
): ResourceHandler<BackupConfigInputs, BackupConfigOutputs> {
  const { object, schema, rules, properties } = resource;
  return {
    object,

    identity(bag) {
      const cluster = (bag.cluster as Partial<ClusterIdentity> | undefined)?.name ?? endpointsOf(bag);
      const tenant = known(bag.tenantName);
      return typeof tenant === "string" ? [tenant, cluster].filter(Boolean).join(" of ") : cluster;
    },

    isSecret: (path, bag) => {
      const [property] = path;
      if (!isUriProperty(property)) return isSecretPath(path);
      const text = bag[property];
      return typeof text === "string" && /access_(id|key)/i.test(text);
    },

    secrets: secretsOf,

    check(news, olds, context) {
      const checked = checkInputs<BackupConfigInputs>(news, schema, rules);
      if (checked.violations.length > 0) return checked;
      announceInputs(checked.inputs, olds as Partial<BackupConfigInputs>, object, context);
      return withFingerprint(checked, context);
    },

    diff: (olds, news) => diff(olds, news, object, properties),

    async create(inputs, context) {
      const outputs = await apply(inputs, undefined, object, context);
      return { id: idOf(outputs.cluster, inputs), outputs };
    },

    update: (_id, recorded, inputs, context) =>
      apply(inputs, recorded as unknown as BackupConfigOutputs, object, context),

    async read(_id, bag, context) {
      const recorded = bag as unknown as BackupConfigOutputs;
      const declared = pickInputs(recorded, properties);
      const api = connect(recorded.connection, context);
      const deadlineMs = durationMs(recorded.timeouts?.read, DEFAULT_READ_TIMEOUT_MS);
      const observed = await observe(api, {
        recordedTask: recordedTask(recorded),
        findsNeverArchived: wantsFirstRound(recorded),
        limit: { clock: context.clock, deadlineMs },
      });
      requireSameCluster(recorded.cluster, observed.cluster, api);
      if (isTenantGone(recorded, observed)) return undefined;
      const record = takeUp(recordsOf(recorded), observed.newerTasks);
      const covered = coveredTenants(declared, observed);
      const tenants = keepWhatWasRunning(recorded.tenants ?? [], { ...observed, tenants: covered });
      const { inputs, drift } = liveInputs(declared, observed, record);
      const { cluster } = observed;
      const { lastTask, tenantId, archiveGaps = [] } = recorded;
      const seen = lastSeenTask({ observed, lastTask, lastSeenTask: recorded.lastSeenTask });
      return {
        inputs,
        drift,
        outputs: {
          ...inputs,
          ...unreadOf(record),
          cluster,
          tenantId,
          tenants,
          lastTask,
          lastSeenTask: seen,
          archiveGaps,
        },
      };
    },

    delete: (_id, bag, context) => stopOnDelete(bag as unknown as BackupConfigOutputs, context),
  };
}

function diff(
  olds: Bag,
  news: BackupConfigInputs,
  object: string,
  properties: readonly (keyof BackupConfigInputs)[],
): DiffResult {
  const recorded = olds as Partial<BackupConfigOutputs>;
  const name = [known(news.tenantName), recorded.cluster?.name ?? "cluster"].filter(Boolean).join(" of ");
  return previewDiff({
    olds,
    news: news as BackupConfigInputs & Bag,
    properties,
    // Endpoints are addresses, not identity: whether they still lead to the recorded cluster is seen in the apply.
    identity: ["tenantName"],
    settings: SETTINGS,
    name: `${object} (${name})`,
    impacts: () => impactsFromRecords(news, recorded),
  });
}

/** `create` and `update` are one flow; creating on a configured target is adoption and writes nothing that is equal. */
async function apply(
  inputs: BackupConfigInputs,
  state: BackupConfigOutputs | undefined,
  object: string,
  context: CallContext,
): Promise<BackupConfigOutputs> {
  const timeout = durationMs(state ? inputs.timeouts?.update : inputs.timeouts?.create, DEFAULT_TIMEOUT_MS);
  const deadline = context.clock.now() + timeout;
  const keys = resolveStorageKeys(inputs, context.environment);
  context.redactor.add(keys?.accessKey);
  const api = connect(inputs.connection, context);
  const { lastTask, lastSeenTask: seen } = state ?? {};
  const first = await observeAgain(api, inputs, { lastTask, lastSeenTask: seen });
  if (state?.cluster) requireSameCluster(state.cluster, first.cluster, api);
  if (state) requireSameTenant(state, first);
  requireOwnership(inputs, first, object, context.claims);
  const key = clusterKey(first.cluster);
  const isBusy = context.exclusive.isBusy(key);
  return context.exclusive.run(key, async () => {
    const observed = isBusy ? await observeAgain(api, inputs, { lastTask, lastSeenTask: seen }) : first;
    const record = unreadOf(state ?? {});
    const progress: Progress = { observed, record, lastTask, lastSeenTask: seen, archiveGaps: [], changed: false };
    const outputs = (): BackupConfigOutputs => outputsOf(inputs, progress);
    try {
      await converge({ api, inputs, recorded: state && recordsOf(state), keys, deadline, context }, progress);
    } catch (error) {
      if (!progress.changed || !isProviderError(error)) throw error;
      // What was archiving before stays on record, so that the next run still knows what must come back.
      const before = progress.observed.tenants;
      const now = await observeAgain(api, inputs, progress).catch(() => undefined);
      if (now) progress.observed = { ...now, tenants: keepWhatWasRunning(before, now) };
      throw new PartialFailure(idOf(progress.observed.cluster, inputs), outputs(), error);
    }
    reportUnverified(progress, context);
    return outputs();
  });
}

function outputsOf(inputs: BackupConfigInputs, progress: Progress): BackupConfigOutputs {
  const { observed, record, lastTask, archiveGaps } = progress;
  const tenants = coveredTenants(inputs, observed);
  return {
    ...inputs,
    ...record,
    cluster: observed.cluster,
    ...(inputs.tenantName === undefined ? {} : { tenantId: tenants[0]?.id }),
    tenants,
    lastTask,
    lastSeenTask: lastSeenTask(progress),
    archiveGaps,
  };
}

function reportUnverified({ record, observed }: Progress, context: CallContext): void {
  if (record.unverified.length === 0) return;
  context.log(
    `${observed.cluster.name}: ${record.unverified.join(", ")} cannot be read and were taken over as declared; set "reapply" to send them`,
  );
}

/** Impacts of the change as far as records and known inputs show them, without any call. */
function impactsFromRecords(news: BackupConfigInputs, recorded: Partial<BackupConfigOutputs>): readonly Impact[] {
  const { cluster, tenants } = recorded;
  if (!cluster || !tenants || containsUnknown(news.tenantName) || containsUnknown(news.exceptTenants)) return [];
  const observed: ObservedCluster = {
    cluster,
    tenants,
    newerTasks: [],
    unfinished: [],
    holding: [],
    leftClosed: [],
    lastTaskNumber: 0,
  };
  return planBackupConfig(knownInputs(news), observed, recordsOf(recorded), []).impacts;
}

function recordsOf(state: Partial<BackupConfigOutputs>): Recorded {
  return { ...unreadOf(state), tenants: state.tenants ?? [], reapply: state.reapply };
}

function pickInputs(
  outputs: BackupConfigOutputs,
  properties: readonly (keyof BackupConfigInputs)[],
): BackupConfigInputs {
  const declared = properties.filter((property) => outputs[property] !== undefined);
  return Object.fromEntries(declared.map((property) => [property, outputs[property]])) as BackupConfigInputs;
}

/** A tenant is gone when the recorded cluster has none of its id; another one may have taken its name since. */
function isTenantGone({ tenantName, tenantId }: BackupConfigOutputs, { tenants }: ObservedCluster): boolean {
  return tenantName !== undefined && !tenants.some(({ id, name }) => id === tenantId && name === tenantName);
}

function requireSameTenant(state: BackupConfigOutputs, observed: ObservedCluster): void {
  const { tenantName, tenantId, cluster } = state;
  if (tenantName === undefined || tenantId === undefined || !isTenantGone(state, observed)) return;
  const [byId, byName] = [
    observed.tenants.find(({ id }) => id === tenantId),
    observed.tenants.find(({ name }) => name === tenantName),
  ];
  const found = byId ? `is now called ${byId.name}` : byName ? `was dropped and created anew (id ${byName.id})` : "";
  throw new ProviderError({
    kind: found === "" ? "NotFound" : "WrongTarget",
    problem: `the tenant ${tenantName} (id ${tenantId}) of ${cluster.name} ${found === "" ? "does not exist any more" : found}`,
    advice: byId
      ? `Set tenantName: "${byId.name}".`
      : "Run `pulumi refresh`: the resource then leaves the state, and the next `up` looks at the cluster again.",
  });
}

function withFingerprint(
  checked: CheckedInputs<BackupConfigInputs>,
  context: CallContext,
): CheckedInputs<BackupConfigInputs> {
  try {
    const fingerprint = storageFingerprint(checked.inputs, context.environment);
    return { ...checked, inputs: { ...checked.inputs, storageFingerprint: fingerprint } };
  } catch (error) {
    if (!isProviderError(error)) throw error;
    const path = (error.facts.property ?? "").split(".");
    return { ...checked, violations: [{ path, rule: error.facts.problem, showValue: false }] };
  }
}

function secretsOf(bag: Bag): string[] {
  const connection = (bag.connection ?? {}) as Bag;
  const storage = (bag.storageCredentials ?? {}) as Bag;
  const keys = URI_PROPERTIES.map((property) => {
    const text = bag[property];
    return typeof text === "string" ? parseStorageUri(text).uri?.keys?.accessKey : undefined;
  });
  const values = [
    connection.password,
    connection.agentPassword,
    (connection.tls as Bag | undefined)?.key,
    storage.accessKey,
    ...keys,
  ];
  return values.filter((value) => typeof value === "string" && !containsUnknown(value)) as string[];
}

function endpointsOf(bag: Bag): string | undefined {
  const endpoints = known((bag.connection as ConnectionInputs | undefined)?.endpoints);
  // An address with a password in it is refused, and must not be printed for that.
  return Array.isArray(endpoints)
    ? endpoints.map((endpoint) => String(endpoint).replace(/\/\/.*@/, "//")).join(", ")
    : undefined;
}

function idOf(cluster: ClusterIdentity, { tenantName }: BackupConfigInputs): string {
  return [cluster.name, cluster.id, ...(tenantName === undefined ? [] : [tenantName])].join(":");
}
