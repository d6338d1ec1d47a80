import { describeDuration } from "../core/duration";
import { hasKind, isProviderError, messageOf, ProviderError } from "../core/errors";
import { refusal } from "../core/impact";
import type { CallContext } from "../core/lifecycle";
import type { ObshellApi } from "./api";
import { reopenArchiving, type ToReopen } from "./archiving";
import { type Applied, type Recorded, UNREADABLE, type Unreadable } from "./clusterBackupConfig.differences";
import {
  type ClusterBackupConfigPlan,
  type PlannedCall,
  planClusterBackupConfig,
  type Settings,
} from "./clusterBackupConfig.plan";
import type { ClusterBackupConfigInputs } from "./clusterBackupConfig.schema";
import { clusterBody, parametersToWire, tenantBody } from "./configBody";
import { type ObservedCluster, observe, stateToRestore } from "./observe";
import type { StorageKeys } from "./storageUri";
import { closedTenants, configurationTaskName, findQueuedTask, waitForTask } from "./tasks";
import type { Task } from "./wire";

/** One round applies everything; more are for settings that appear late and for a cluster that changes meanwhile. */
const MAX_ROUNDS = 3;
const FIND_TASK_TRIES = 3;
const FIND_TASK_INTERVAL_MS = 2_000;

export interface TaskRecord {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly state: string;
}

/** What is known so far. Kept by the caller, so that it is true also when the work is cut short. */
export interface Progress {
  observed: ObservedCluster;
  applied: Applied;
  unconfirmed: readonly Unreadable[];
  unverified: readonly Unreadable[];
  covered: readonly number[];
  lastTask?: TaskRecord;
  /** True from the first write that may have taken effect. */
  changed: boolean;
}

export interface Work {
  readonly api: ObshellApi;
  readonly inputs: ClusterBackupConfigInputs;
  readonly recorded: Recorded | undefined;
  readonly keys: StorageKeys | undefined;
  readonly deadline: number;
  readonly context: CallContext;
}

type Configure = Extract<PlannedCall, { kind: "configure" }>;

/** Plan, apply, verify, until nothing is left to do. Works from what was observed, so it may start anywhere and be repeated. */
export async function converge(work: Work, progress: Progress): Promise<void> {
  const { api, inputs, context } = work;
  let recorded = work.recorded;
  for (let round = 1; ; round++) {
    await waitForRunningTask(work, progress);
    const plan = await planWithBackups(work, progress, recorded);
    const refused = refusal(plan.impacts, inputs.accept ?? []);
    if (refused) throw refused;
    adopt(progress, inputs, plan);
    if (plan.calls.length === 0) return;
    if (round > MAX_ROUNDS) throw unstable(plan.changes);
    for (const change of plan.changes) context.log(`${progress.observed.cluster.name}: ${change}`);
    for (const call of plan.calls) await carryOut(work, progress, call);
    progress.observed = await observe(api, progress.lastTask?.number);
    const { applied, unconfirmed, unverified, covered, observed } = progress;
    recorded = { applied, unconfirmed, unverified, covered, tenants: observed.tenants, reapply: inputs.reapply };
  }
}

/** Whether a backup is running matters, and is asked, only when a destination would be set. */
async function planWithBackups(
  { api, inputs }: Work,
  progress: Progress,
  recorded: Recorded | undefined,
): Promise<ClusterBackupConfigPlan> {
  const plan = planClusterBackupConfig(inputs, progress.observed, recorded, []);
  const setsDestination = plan.calls.some(
    (call) => call.kind === "configure" && call.settings.destination !== undefined,
  );
  return setsDestination
    ? planClusterBackupConfig(inputs, progress.observed, recorded, await api.runningBackups())
    : plan;
}

/** Two configuration tasks would interleave, and a task that a killed run has left must not be queued a second time. */
async function waitForRunningTask(work: Work, progress: Progress): Promise<void> {
  const { api, context } = work;
  const task = progress.observed.newerTask;
  if (!task || task.state === "SUCCEED" || task.state === "FAILED") return;
  context.log(
    `${progress.observed.cluster.name}: waiting for task ${task.id} (${task.name}), which is not ours or was left by an earlier run`,
  );
  await waitForTask(api, task, remaining(work), context).catch((error: unknown) => {
    // How it ended is read from the new observation; only an endless one stops us.
    if (!hasKind(error, "TaskFailed")) throw error;
  });
  progress.observed = await observe(api, progress.lastTask?.number);
}

async function carryOut(work: Work, progress: Progress, call: PlannedCall): Promise<void> {
  switch (call.kind) {
    case "configure":
      return configure(work, progress, call);
    case "setParameters":
      progress.changed = true;
      return work.api.setParameters(call.tenant, parametersToWire(call.settings));
    case "reopenArchiving":
      progress.changed = true;
      return reopenArchiving(work.api, call.tenants, work.context);
  }
}

/**
 * Queues a configuration task, waits for it, and then, whatever became of it, brings back the archiving that it has stopped.
 * A failure of either names both.
 */
async function configure(work: Work, progress: Progress, call: Configure): Promise<void> {
  const { api, context } = work;
  const startedAt = context.clock.now();
  const queued = await queue(work, progress, call);
  record(progress, queued);
  attempt(progress, work.inputs, call.settings);
  let failure: unknown;
  let ended: Task = queued;
  try {
    ended = await waitForTask(api, queued, remaining(work), context);
  } catch (error) {
    failure = error;
    ended = await api.task(queued.id).catch(() => queued);
  }
  record(progress, ended);
  const toReopen = call.stopsArchiving ? stoppedBy(call, progress.observed, ended) : [];
  try {
    await reopenArchiving(api, toReopen, context);
  } catch (error) {
    throw failure === undefined ? error : both(failure, error);
  }
  if (failure !== undefined) throw toReopen.length === 0 ? failure : archivingIsBack(failure, toReopen);
  confirm(progress, call);
  context.log(
    `${progress.observed.cluster.name}: task ${ended.id} (${ended.name}) succeeded in ${describeDuration(context.clock.now() - startedAt)}`,
  );
}

/** Sends the call. When its answer is lost, the task is looked for instead of being queued a second time. */
async function queue(work: Work, progress: Progress, call: Configure): Promise<Task> {
  const { api, context, keys } = work;
  const before = Math.max(progress.observed.lastTaskNumber, progress.lastTask?.number ?? 0);
  try {
    const task = await (call.tenant === undefined
      ? api.configureCluster(call.method, clusterBody(call.settings, keys))
      : api.configureTenant(call.tenant, call.method, tenantBody(call.settings, keys)));
    progress.changed = true;
    return task;
  } catch (error) {
    if (!isProviderError(error) || !error.facts.outcomeUnknown) throw error;
    progress.changed = true;
    context.log(`${progress.observed.cluster.name}: the answer was lost (${messageOf(error)}); looking for the task`);
    for (let attempt = 1; attempt <= FIND_TASK_TRIES; attempt++) {
      const found = await findQueuedTask(api, configurationTaskName(call.tenant), before);
      if (found) return found;
      await context.clock.sleep(FIND_TASK_INTERVAL_MS);
    }
    throw error.with({ problem: `${error.facts.problem}; no task was queued by it`, outcomeUnknown: false });
  }
}

/** Tenants that were archiving before the call, and those that the task says it closed: the recycle bin is not in our list. */
function stoppedBy(call: Configure, observed: ObservedCluster, task: Task): ToReopen[] {
  const affected = new Map<number, ToReopen>();
  for (const tenant of observed.tenants) {
    const wanted = stateToRestore(tenant.archiving);
    if (wanted && (call.tenant === undefined || call.tenant === tenant.name))
      affected.set(tenant.id, { id: tenant.id, name: tenant.name, wanted });
  }
  for (const { id, name } of closedTenants(task)) {
    if (!affected.has(id)) affected.set(id, { id, name, wanted: "running" });
  }
  return [...affected.values()];
}

function adopt(progress: Progress, inputs: ClusterBackupConfigInputs, plan: ClusterBackupConfigPlan): void {
  progress.covered = [...new Set([...progress.covered, ...plan.adopted])];
  if (plan.unverified.length === 0) return;
  progress.applied = { ...pick(inputs, plan.unverified), ...progress.applied };
  progress.unverified = plan.unverified;
}

/** From the moment a call is queued until it has succeeded, nobody knows what became of the settings that cannot be read. */
function attempt(progress: Progress, inputs: ClusterBackupConfigInputs, settings: Settings): void {
  const touched = unreadableIn(settings);
  progress.applied = { ...progress.applied, ...pick(inputs, touched) };
  progress.unconfirmed = [...new Set([...progress.unconfirmed, ...touched])];
}

function confirm(progress: Progress, { settings, tenant }: Configure): void {
  const touched = unreadableIn(settings);
  progress.unconfirmed = progress.unconfirmed.filter((name) => !touched.includes(name));
  if (touched.length > 0) {
    const sentTo = progress.observed.tenants.filter(({ name }) => tenant === undefined || tenant === name);
    progress.covered = [...new Set([...progress.covered, ...sentTo.map(({ id }) => id)])];
  }
  // One tenant's settings say nothing about those of the others, which were adopted unread.
  if (tenant === undefined) progress.unverified = progress.unverified.filter((name) => !touched.includes(name));
}

function unreadableIn(settings: Settings): Unreadable[] {
  return UNREADABLE.filter(
    (name) => (name === "deletePolicy" ? settings.deletePolicy : settings.destination) !== undefined,
  );
}

function pick(inputs: ClusterBackupConfigInputs, names: readonly Unreadable[]): Applied {
  return Object.fromEntries(names.filter((name) => inputs[name] !== undefined).map((name) => [name, inputs[name]]));
}

function record(progress: Progress, task: Task): void {
  progress.lastTask = { id: task.id, number: task.number, name: task.name, state: task.state };
}

function remaining({ deadline, context }: Work): number {
  return Math.max(0, deadline - context.clock.now());
}

function archivingIsBack(failure: unknown, tenants: readonly ToReopen[]): unknown {
  if (!isProviderError(failure)) return failure;
  const names = tenants.map(({ name }) => name).join(", ");
  return failure.with({ problem: `${failure.facts.problem}. Log archiving is on again for ${names}` });
}

function both(failure: unknown, reopening: unknown): unknown {
  if (!isProviderError(failure) || !isProviderError(reopening)) return failure;
  return failure.with({
    problem: `${failure.facts.problem}; besides, ${reopening.facts.problem}`,
    advice: reopening.facts.advice,
  });
}

function unstable(changes: readonly string[]): ProviderError {
  return new ProviderError({
    kind: "Conflict",
    problem: `the configuration keeps changing: after ${MAX_ROUNDS} rounds still to do: ${changes.join("; ")}`,
    advice: "Look for another program or person that configures the same cluster, then run the command again.",
  });
}
