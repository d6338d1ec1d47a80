import { durationMs } from "../core/duration";
import { isProviderError, type ProviderError } from "../core/errors";
import { type CallContext, PartialFailure } from "../core/lifecycle";
import { clusterKey } from "./agentIdentity";
import { stateToRestore } from "./archiveState";
import { converge } from "./backupConfig.converge";
import { coveredTenants } from "./backupConfig.differences";
import { keepWhatWasRunning } from "./backupConfig.drift";
import {
  type ArchiveGap,
  lastSeenTask,
  observeAgain,
  observeFor,
  type Progress,
  type TaskRecord,
} from "./backupConfig.progress";
import { type Recorded, type Unread, unreadOf } from "./backupConfig.records";
import type { BackupConfigInputs } from "./backupConfig.schema";
import { connectForChange, requireSameCluster } from "./connection";
import type { ClusterIdentity, ObservedCluster, ObservedTenant } from "./observe";
import { requireOwnership } from "./ownership";
import { resolveStorageKeys } from "./storageKeys";
import { requireSameTenant } from "./tenantIdentity";

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

/** obshell itself waits up to 70 minutes for each tenant's archiving to stop. */
const DEFAULT_TIMEOUT_MS = 2 * 60 * 60_000;

/** `create` and `update` are one flow; creating on a configured target is adoption and writes nothing that is equal. */
export async function apply(
  inputs: BackupConfigInputs,
  state: BackupConfigOutputs | undefined,
  object: string,
  context: CallContext,
): Promise<BackupConfigOutputs> {
  const timeout = durationMs(state ? inputs.timeouts?.update : inputs.timeouts?.create, DEFAULT_TIMEOUT_MS);
  const deadline = context.clock.now() + timeout;
  const keys = resolveStorageKeys(inputs, context.environment);
  context.redactor.add(keys?.accessKey);
  const api = connectForChange(inputs.connection, context);
  const { lastTask, lastSeenTask: seen, tenants: recordedTenants = [] } = state ?? {};
  const look = (): Promise<ObservedCluster> =>
    observeFor(api, inputs, { lastTask, lastSeenTask: seen, tenants: recordedTenants });
  const first = await look();
  if (state?.cluster) requireSameCluster(state.cluster, first.cluster, api);
  if (state) requireSameTenant(state, first);
  requireOwnership(inputs, first, object, context.claims);
  const key = clusterKey(first.cluster);
  const isBusy = context.exclusive.isBusy(key);
  return context.exclusive.run(key, async () => {
    const observed = isBusy ? await look() : first;
    const record = unreadOf(state ?? {});
    const progress: Progress = {
      observed,
      record,
      lastTask,
      lastSeenTask: seen,
      archiveGaps: [],
      sent: new Map(),
      changed: false,
    };
    const outputs = (): BackupConfigOutputs => outputsOf(inputs, progress);
    try {
      await converge({ api, inputs, recorded: state && recordsOf(state), keys, deadline, context }, progress);
    } catch (error) {
      if (!isProviderError(error)) throw error;
      // What was archiving before stays on record, so that the next run still knows what must come back.
      const before = keepWhatWasRunning(recordedTenants, progress.observed.tenants);
      if (!progress.changed) throw withHarm(error, isLeftClosed(inputs, progress.observed, before));
      const now = await observeAgain(api, inputs, progress).catch(() => undefined);
      const isClosed = isLeftClosed(inputs, now, before);
      progress.observed = now
        ? { ...now, tenants: keepWhatWasRunning(before, now.tenants) }
        : { ...progress.observed, tenants: before };
      throw new PartialFailure(idOf(progress.observed.cluster, inputs), outputs(), withHarm(error, isClosed));
    }
    reportUnverified(progress, context);
    return outputs();
  });
}

/** True where a tenant that archived before is not seen archiving. What cannot be looked at is not. */
function isLeftClosed(
  inputs: BackupConfigInputs,
  now: ObservedCluster | undefined,
  before: readonly ObservedTenant[],
): boolean {
  if (inputs.archiving === "stopped") return false;
  return coveredTenants(inputs, { tenants: before }).some((tenant) => {
    if (stateToRestore(tenant.archiving) === undefined && !tenant.closedBy) return false;
    const live = now?.tenants.find(({ id }) => id === tenant.id);
    return live?.archiving !== "running" && live?.archiving !== "suspended";
  });
}

/** Whoever changes several tenants in turn must know of it. */
function withHarm(error: ProviderError, isClosed: boolean): ProviderError {
  return isClosed ? error.with({ leavesHarm: true }) : error;
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

export function recordsOf(state: Partial<BackupConfigOutputs>): Recorded {
  return { ...unreadOf(state), tenants: state.tenants ?? [], reapply: state.reapply };
}

export function idOf(cluster: ClusterIdentity, { tenantName }: BackupConfigInputs): string {
  return [cluster.name, cluster.id, ...(tenantName === undefined ? [] : [tenantName])].join(":");
}
