import type { ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import type { ObshellApi } from "./api";
import { wantsFirstRound } from "./backupConfig.differences";
import type { Recorded, Unread, Unreadable } from "./backupConfig.records";
import type { BackupConfigInputs } from "./backupConfig.schema";
import { type ObservedCluster, type ObservedTenant, type ObserveOptions, observe } from "./observe";
import type { StorageKeys } from "./storageUri";
import type { TaskOutcome } from "./taskLog";
import { hasEnded } from "./tasks";

export interface TaskRecord {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly state: string;
  readonly seconds?: number;
  /** Where a task has failed: what became of each tenant. */
  readonly tenants?: TaskOutcome;
}

/** How long log archiving of a tenant was off. */
export interface ArchiveGap {
  readonly tenant: string;
  readonly seconds: number;
}

/** What is known so far. Kept by the caller, so that it is true also when the work is cut short. */
export interface Progress {
  observed: ObservedCluster;
  record: Unread;
  /** Ids of the tenants that this run has sent a setting, by its name. */
  readonly sent: Map<Unreadable, ReadonlySet<number>>;
  lastTask?: TaskRecord;
  /** Number of the newest configuration task whose effects the record contains. */
  lastSeenTask?: number;
  archiveGaps: readonly ArchiveGap[];
  /** Why the answer to a call of this round was lost. */
  lost?: ProviderError;
  /** True from the first write that may have taken effect. */
  changed: boolean;
}

export interface Work {
  readonly api: ObshellApi;
  readonly inputs: BackupConfigInputs;
  /** What an earlier run has recorded; undefined for a new resource. */
  readonly recorded: Recorded | undefined;
  readonly keys: StorageKeys | undefined;
  readonly deadline: number;
  readonly context: CallContext;
}

/** Number of the newest task that state has taken into account; undefined for a state that knows none. */
function recordedTask({
  lastTask,
  lastSeenTask: seen,
}: Pick<Progress, "lastTask" | "lastSeenTask">): number | undefined {
  // One of ours that nobody has seen end still has something to tell.
  const newest = Math.max(lastTask && hasEnded(lastTask) ? lastTask.number : 0, seen ?? 0);
  return newest === 0 ? undefined : newest;
}

/** What was known before a look, from state or from an earlier look of the same run. */
export type Known = Pick<Progress, "lastTask" | "lastSeenTask"> & { readonly tenants: readonly ObservedTenant[] };

export function observeFor(
  api: ObshellApi,
  inputs: BackupConfigInputs,
  { tenants, ...tasks }: Known,
  limit?: ObserveOptions["limit"],
): Promise<ObservedCluster> {
  return observe(api, {
    tenantName: inputs.tenantName,
    recordedTask: recordedTask(tasks),
    recordedTenants: tenants,
    declaredArchiving: inputs.archiving,
    findsNeverArchived: wantsFirstRound(inputs),
    limit,
  });
}

export function observeAgain(
  api: ObshellApi,
  inputs: BackupConfigInputs,
  progress: Progress,
): Promise<ObservedCluster> {
  const { lastTask, lastSeenTask: seen, observed } = progress;
  return observeFor(api, inputs, { lastTask, lastSeenTask: seen, tenants: observed.tenants });
}

/** The same with the tasks that were found. */
export function lastSeenTask(progress: Pick<Progress, "observed" | "lastTask" | "lastSeenTask">): number | undefined {
  const found = progress.observed.newerTasks.map(({ number }) => number);
  const newest = Math.max(recordedTask(progress) ?? 0, ...found);
  return newest === 0 ? undefined : newest;
}

/** Milliseconds that are left of the run. */
export function remaining({ deadline, context }: Work): number {
  return Math.max(0, deadline - context.clock.now());
}
