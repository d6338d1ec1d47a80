import type { Bag } from "../core/bag";
import { checkInputs } from "../core/checkInputs";
import { durationMs } from "../core/duration";
import { isProviderError } from "../core/errors";
import type { Impact } from "../core/impact";
import { type CallContext, PartialFailure, type ResourceHandler } from "../core/lifecycle";
import { knownInputs, previewDiff } from "../core/previewDiff";
import { containsUnknown, known } from "../core/unknowns";
import { converge, type Progress, type TaskRecord } from "./clusterBackupConfig.converge";
import { type Applied, PARAMETER_SETTINGS, type Recorded, type Unreadable } from "./clusterBackupConfig.differences";
import { keepWhatWasRunning, liveInputs } from "./clusterBackupConfig.drift";
import { planClusterBackupConfig } from "./clusterBackupConfig.plan";
import { clusterBackupConfigRules } from "./clusterBackupConfig.rules";
import {
  type ClusterBackupConfigInputs,
  clusterBackupConfigSchema,
  isSecretPath,
  PROPERTIES,
} from "./clusterBackupConfig.schema";
import { connect, requireSameCluster } from "./connection";
import type { ConnectionInputs } from "./credentials";
import { type ClusterIdentity, type ObservedCluster, type ObservedTenant, observe } from "./observe";
import { resolveStorageKeys, storageFingerprint } from "./storageKeys";
import { parseStorageUri } from "./storageUri";

interface Unread {
  /** Last-applied values of what cannot be read. */
  readonly applied: Applied;
  /** Settings that were sent in a call that failed or was cut short; the next run sends them again. */
  readonly unconfirmed: readonly Unreadable[];
  /** Ids of the tenants that hold these values. */
  readonly covered: readonly number[];
  /** Declared settings that were adopted unread, and were never sent by us. */
  readonly unverified: readonly Unreadable[];
}

export interface ClusterBackupConfigOutputs extends ClusterBackupConfigInputs, Unread {
  readonly cluster: ClusterIdentity;
  /** Live settings of every user tenant. */
  readonly tenants: readonly ObservedTenant[];
  /** The configuration task that was run last. */
  readonly lastTask?: TaskRecord;
}

/** obshell itself waits up to 70 minutes for each tenant's archiving to stop. */
const DEFAULT_TIMEOUT_MS = 2 * 60 * 60_000;

export const clusterBackupConfig: ResourceHandler<ClusterBackupConfigInputs, ClusterBackupConfigOutputs> = {
  object: "OceanBase cluster backup config",

  identity(bag) {
    const cluster = bag.cluster as Partial<ClusterIdentity> | undefined;
    if (cluster?.name) return cluster.name;
    const endpoints = known((bag.connection as ConnectionInputs | undefined)?.endpoints);
    return Array.isArray(endpoints) ? endpoints.join(", ") : undefined;
  },

  isSecret: (path, bag) => {
    if (path[0] !== "backupBaseUri") return isSecretPath(path);
    return typeof bag.backupBaseUri === "string" && /access_(id|key)/i.test(bag.backupBaseUri);
  },

  secrets(bag: Bag) {
    const connection = (bag.connection ?? {}) as Bag;
    const storage = (bag.storageCredentials ?? {}) as Bag;
    const uri = typeof bag.backupBaseUri === "string" ? parseStorageUri(bag.backupBaseUri).uri : undefined;
    const values = [
      connection.password,
      connection.agentPassword,
      (connection.tls as Bag | undefined)?.key,
      storage.accessKey,
      uri?.keys?.accessKey,
    ];
    return values.filter((value) => typeof value === "string" && !containsUnknown(value)) as string[];
  },

  check(news, _olds, context) {
    const checked = checkInputs(news, clusterBackupConfigSchema, clusterBackupConfigRules);
    if (checked.violations.length > 0) return checked;
    try {
      const fingerprint = storageFingerprint(checked.inputs, context.environment);
      return { ...checked, inputs: { ...checked.inputs, storageFingerprint: fingerprint } };
    } catch (error) {
      if (!isProviderError(error)) throw error;
      return {
        ...checked,
        violations: [{ path: (error.facts.property ?? "").split("."), rule: error.facts.problem, showValue: false }],
      };
    }
  },

  diff(olds, news) {
    const recorded = olds as Partial<ClusterBackupConfigOutputs>;
    return previewDiff({
      olds,
      news,
      properties: PROPERTIES,
      // Endpoints are addresses, not identity: whether they still lead to the recorded cluster is seen in the apply.
      identity: [],
      settings: ["backupBaseUri", "binding", "pieceSwitchInterval", "deletePolicy", ...PARAMETER_SETTINGS],
      name: recorded.cluster?.name ?? "cluster",
      impacts: () => impactsFromRecords(news, recorded),
    });
  },

  async create(inputs, context) {
    const outputs = await apply(inputs, undefined, context);
    return { id: idOf(outputs.cluster), outputs };
  },

  update: (_id, recorded, inputs, context) => apply(inputs, recorded as unknown as ClusterBackupConfigOutputs, context),

  async read(_id, bag, context) {
    const recorded = bag as unknown as ClusterBackupConfigOutputs;
    const api = connect(recorded.connection, context);
    const observed = await observe(api, recorded.lastTask?.number);
    requireSameCluster(recorded.cluster, observed.cluster, api);
    const { inputs, drift } = liveInputs(recorded, observed);
    const { cluster } = observed;
    const tenants = keepWhatWasRunning(recorded, observed);
    return {
      inputs,
      drift,
      outputs: { ...unread(recorded), ...inputs, cluster, tenants, lastTask: recorded.lastTask },
    };
  },

  async delete(_id, bag, context) {
    const { cluster } = bag as unknown as ClusterBackupConfigOutputs;
    context.log(
      `${cluster?.name ?? "cluster"}: destinations, parameters, clean-up policy and log archiving stay as they are; Pulumi no longer manages them`,
    );
  },
};

/** `create` and `update` are one flow; creating on a configured cluster is adoption and writes nothing that is equal. */
async function apply(
  inputs: ClusterBackupConfigInputs,
  state: ClusterBackupConfigOutputs | undefined,
  context: CallContext,
): Promise<ClusterBackupConfigOutputs> {
  const timeout = durationMs(state ? inputs.timeouts?.update : inputs.timeouts?.create, DEFAULT_TIMEOUT_MS);
  const deadline = context.clock.now() + timeout;
  const keys = resolveStorageKeys(inputs, context.environment);
  context.redactor.add(keys?.accessKey);
  const api = connect(inputs.connection, context);
  const observed = await observe(api, state?.lastTask?.number);
  if (state?.cluster) requireSameCluster(state.cluster, observed.cluster, api);
  const recorded = state && recordsOf(state);
  const progress: Progress = { observed, ...unread(state), lastTask: state?.lastTask, changed: false };
  const outputs = (): ClusterBackupConfigOutputs => ({
    ...inputs,
    ...unread(progress),
    cluster: progress.observed.cluster,
    tenants: progress.observed.tenants,
    lastTask: newerOf(progress.lastTask, progress.observed),
  });
  try {
    await converge({ api, inputs, recorded, keys, deadline, context }, progress);
  } catch (error) {
    if (!progress.changed || !isProviderError(error)) throw error;
    // What was archiving before stays on record, so that the next run still knows what must come back.
    const before = progress.observed.tenants;
    const now = await observe(api, progress.lastTask?.number).catch(() => undefined);
    if (now) progress.observed = { ...now, tenants: keepWhatWasRunning({ tenants: before }, now) };
    throw new PartialFailure(idOf(progress.observed.cluster), outputs(), error);
  }
  if (progress.unverified.length > 0) {
    context.log(
      `${progress.observed.cluster.name}: ${progress.unverified.join(", ")} cannot be read and were taken over as declared; set "reapply" to send them`,
    );
  }
  return outputs();
}

/** A finished task of somebody else that this run has taken into account need not be looked at again. */
function newerOf(lastTask: TaskRecord | undefined, observed: ObservedCluster): TaskRecord | undefined {
  const task = observed.newerTask;
  if (!task || (lastTask && lastTask.number >= task.number)) return lastTask;
  return { id: task.id, number: task.number, name: task.name, state: task.state };
}

/** Impacts of the change as far as records and known inputs show them, without any call. */
function impactsFromRecords(
  news: ClusterBackupConfigInputs,
  recorded: Partial<ClusterBackupConfigOutputs>,
): readonly Impact[] {
  const { cluster, tenants } = recorded;
  if (!cluster || !tenants) return [];
  const observed: ObservedCluster = { cluster, tenants, leftClosed: [], lastTaskNumber: 0 };
  return planClusterBackupConfig(knownInputs(news), observed, recordsOf(recorded), []).impacts;
}

function recordsOf(state: Partial<ClusterBackupConfigOutputs>): Recorded {
  return { ...unread(state), tenants: state.tenants ?? [], reapply: state.reapply };
}

/** What is known of the settings that cannot be read. */
function unread(state: Partial<Unread> | undefined): Unread {
  const { applied = {}, unconfirmed = [], covered = [], unverified = [] } = state ?? {};
  return { applied, unconfirmed, covered, unverified };
}

function idOf(cluster: ClusterIdentity): string {
  return `${cluster.name}:${cluster.id}`;
}
