import { hasKind, isAnswerLost, isProviderError, messageOf, ProviderError } from "../core/errors";
import { refusal } from "../core/impact";
import type { CallContext } from "../core/lifecycle";
import type { ObshellApi } from "./api";
import { type ArchivingTarget, type Reopened, setArchiving } from "./archiving";
import { adopt, confirm, unreadableIn } from "./backupConfig.certainty";
import { type BackupConfigPlan, type PlannedCall, planBackupConfig, setsArchive, setsData } from "./backupConfig.plan";
import {
  lastSeenTask,
  observeAgain,
  type Progress,
  remaining,
  type TaskRecord,
  type Work,
} from "./backupConfig.progress";
import { type Configure, queue } from "./backupConfig.queue";
import { attempted, type Recorded, takeUp, unreadOf } from "./backupConfig.records";
import { stoppedBy } from "./backupConfig.stopped";
import { parametersToWire } from "./configBody";
import { destinationText } from "./destination";
import { takeInitialBackups } from "./initialBackup";
import { type ClosingTask, closingTask, withClosedBy } from "./leftClosed";
import { isBlind, type ObservedTenant } from "./observe";
import { requireNoHeldTenants, settleTasks } from "./taskLocks";
import { closedAt, closedTenants, outcomeOf, type TaskOutcome, type TenantReference } from "./taskLog";
import { hasEnded, releaseTask, tenantOfTask, waitForTask } from "./tasks";
import type { Task } from "./wire";

/** One round applies everything; more are for settings that appear late and for a cluster that changes meanwhile. */
const MAX_ROUNDS = 3;

/** A task that may have been queued, and that this version of obshell does not list any more. */
const LOST_TASK = "a task that may have been queued when an answer was lost";

type SetParameters = Extract<PlannedCall, { kind: "setParameters" }>;

/** Plan, apply, verify, until nothing is left to do. Works from what was observed, so it may start anywhere and be repeated. */
export async function converge(work: Work, progress: Progress): Promise<void> {
  const { api, inputs, context } = work;
  let recorded = work.recorded;
  for (let round = 1; ; round++) {
    await settleTasks(work, progress);
    if (recorded) {
      recorded = takeUp(recorded, progress.observed.newerTasks);
      progress.record = unreadOf(recorded);
    }
    progress.lastSeenTask = lastSeenTask(progress);
    const plan = await planWithBackups(work, progress, recorded);
    const refused = refusal(plan.impacts, inputs.accept ?? []);
    if (refused) throw refused;
    requireNoHeldTenants(plan, progress.observed);
    adopt(progress, inputs, plan);
    if (plan.calls.length === 0) return;
    if (round > MAX_ROUNDS) throw progress.lost ? unanswered(progress.lost) : unstable(plan.changes);
    progress.lost = undefined;
    for (const change of plan.changes) context.log(`${progress.observed.cluster.name}: ${change}`);
    for (const call of plan.calls) await carryOut(work, progress, call);
    progress.observed = await observeAgain(api, inputs, progress);
    recorded = { ...progress.record, tenants: progress.observed.tenants, reapply: inputs.reapply };
  }
}

/** Whether a backup is running matters, and is asked, only when a data destination would be set. */
async function planWithBackups(
  { api, inputs }: Work,
  progress: Progress,
  recorded: Recorded | undefined,
): Promise<BackupConfigPlan> {
  const plan = planBackupConfig(inputs, progress.observed, recorded, []);
  const asks = plan.calls.some((call) => call.kind === "configure" && setsData(call.settings));
  return asks ? planBackupConfig(inputs, progress.observed, recorded, await api.runningBackups()) : plan;
}

async function carryOut(work: Work, progress: Progress, call: PlannedCall): Promise<void> {
  const { api, context } = work;
  if (call.kind === "configure") return configure(work, progress, call);
  progress.changed = true;
  if (call.kind === "setParameters") return setParameters(work, progress, call);
  if (call.kind === "initialBackup") return takeInitialBackups(api, call.tenants, work.deadline, context);
  const isBlindHere = progress.observed.tenants.some(isBlind);
  const { reopened, failure } = await setArchiving(api, call.tenants, context, { isBlind: isBlindHere });
  // The gap that an earlier task has left ends here; where nobody knows its beginning, nothing is claimed.
  for (const { name, at = context.clock.now(), closedBy } of reopened) {
    const from = Date.parse(closedBy?.closedAt ?? "");
    if (at >= from) reportGap(progress, name, at - from, context);
  }
  if (failure) throw failure;
  // Where archiving cannot be seen, having asked for it is all there is.
  holdResponsible(progress, call.tenants);
}

async function setParameters(
  { api, context }: Work,
  progress: Progress,
  { tenant, settings }: SetParameters,
): Promise<void> {
  try {
    await api.setParameters(tenant, parametersToWire(settings));
  } catch (error) {
    if (!isAnswerLost(error)) throw error;
    // The next round looks, and sends only what is not there.
    progress.lost = error;
    context.log(`${tenant}: the answer was lost (${messageOf(error)}); looking at its parameters`);
  }
}

/**
 * Queues a configuration task, waits for it, and then, whatever became of it, brings back the archiving that it has stopped.
 * A failure of either names both.
 */
async function configure(work: Work, progress: Progress, call: Configure): Promise<void> {
  const { api, context, inputs } = work;
  const startedAt = context.clock.now();
  const addressed = progress.observed.tenants.filter(({ name }) => call.tenant === undefined || call.tenant === name);
  const touched = unreadableIn(inputs, call);
  const destination = addressed.some(isBlind) && setsArchive(call.settings) ? destinationText(inputs) : undefined;
  const attempt = (): void => {
    if (touched.length > 0) progress.record = attempted(progress.record, inputs, touched, addressed, destination);
  };
  const queued = await queue(work, progress, call).catch((error: unknown) => {
    if (hasUnknownOutcome(error)) {
      attempt();
      // Nothing but our memory will tell where neither the task nor log archiving can be seen.
      if (call.stopsArchiving) holdResponsible(progress, addressed.filter(isBlind), { task: LOST_TASK });
    }
    throw error;
  });
  attempt();
  record(progress, queued);
  let failure: unknown;
  let ended: Task = queued;
  let isAtWork = false;
  try {
    ended = await waitForTask(api, queued, remaining(work), context);
  } catch (error) {
    failure = error;
    const seen = await api.task(queued.id).catch(() => undefined);
    isAtWork = seen !== undefined && !hasEnded(seen);
    ended = seen ?? queued;
  }
  const seconds = Math.round((context.clock.now() - startedAt) / 1_000);
  const outcome = failure === undefined ? undefined : outcomeFor(call, addressed, ended);
  record(progress, ended, { seconds, tenants: outcome });
  confirm(progress, inputs, call, addressed, touched, ended, failure === undefined);
  const stopped = call.stopsArchiving ? stoppedBy(call, inputs, addressed, ended) : [];
  // Opening archiving under a task that waits for it to stop would make that fail; the run that finds it ended reopens.
  const toReopen = isAtWork ? [] : stopped;
  const isBlindHere = addressed.some(isBlind);
  const reopening = await setArchiving(api, toReopen, context, { isBlind: isBlindHere });
  reportGaps(progress, reopening.reopened, ended, startedAt, context);
  if (reopening.failure) {
    // The next run does not look at our own task again, and still has to tell the gap.
    const closed = closedTenants(ended).filter(({ id }) => toReopen.some((target) => target.id === id));
    if (hasEnded(ended)) holdResponsible(progress, closed, closingTask(ended));
    throw failure === undefined ? reopening.failure : both(failure, reopening.failure);
  }
  if (failure !== undefined) {
    await releaseOwn(api, ended, context);
    throw explain(failure, outcome, toReopen, isAtWork ? stopped : []);
  }
  context.log(`${progress.observed.cluster.name}: task ${ended.id} (${ended.name}) succeeded in ${seconds} s`);
}

/** Records what keeps archiving of these tenants off, for the run that reopens it. */
function holdResponsible(progress: Progress, those: readonly TenantReference[], closedBy?: ClosingTask): void {
  const { observed } = progress;
  progress.observed = { ...observed, tenants: withClosedBy(observed.tenants, those, closedBy) };
}

/** Says how long archiving was off, in the database's own time where obshell tells both ends. */
function reportGaps(
  progress: Progress,
  reopened: readonly Reopened[],
  task: Task,
  startedAt: number,
  context: CallContext,
): void {
  const closed = closedAt(task);
  for (const { name, at } of reopened) {
    const ms = closed !== undefined && at !== undefined && at >= closed ? at - closed : context.clock.now() - startedAt;
    reportGap(progress, name, ms, context);
  }
}

function reportGap(progress: Progress, tenant: string, ms: number, context: CallContext): void {
  const seconds = Math.round(ms / 100) / 10;
  progress.archiveGaps = [...progress.archiveGaps, { tenant, seconds }];
  context.log(`${tenant}: log archiving was off for ${seconds} s; that time cannot be restored to`);
}

/** A failed task of one tenant goes on locking it, also against scaling and upgrades, so ours is released at once. */
async function releaseOwn(api: ObshellApi, task: Task, context: CallContext): Promise<void> {
  if (task.state !== "FAILED" || tenantOfTask(task) === undefined) return;
  try {
    await releaseTask(api, task, context);
  } catch (error) {
    // The failure of the task is what matters now; its id is recorded, so the next run releases it.
    context.log(`task ${task.id} (${task.name}) still holds its tenant: ${messageOf(error)}`);
  }
}

function record(progress: Progress, task: Task, facts: Pick<TaskRecord, "seconds" | "tenants"> = {}): void {
  const { id, number, name, state } = task;
  progress.lastTask = { id, number, name, state, ...facts };
}

function outcomeFor({ settings }: Configure, addressed: readonly ObservedTenant[], task: Task): TaskOutcome {
  return outcomeOf(task, addressed, {
    archive: setsArchive(settings),
    data: setsData(settings),
    policy: settings.deletePolicy !== undefined,
  });
}

function hasUnknownOutcome(error: unknown): boolean {
  return isProviderError(error) && error.facts.outcomeUnknown === true;
}

function explain(
  failure: unknown,
  outcome: TaskOutcome | undefined,
  reopened: readonly ArchivingTarget[],
  keptOff: readonly ArchivingTarget[],
): unknown {
  if (!isProviderError(failure)) return failure;
  const parts = Object.entries(outcome ?? {}).flatMap(([what, names]: [string, readonly string[]]) =>
    names.length === 0 ? [] : [`${what}: ${names.join(", ")}`],
  );
  const sentences = [
    failure.facts.problem,
    ...(parts.length > 0 && hasKind(failure, "TaskFailed") ? [`Tenants ${parts.join("; ")}`] : []),
    ...(reopened.length > 0 ? [`Log archiving is on again for ${reopened.map(({ name }) => name).join(", ")}`] : []),
    ...(keptOff.length > 0
      ? [`Log archiving of ${keptOff.map(({ name }) => name).join(", ")} is off until a run after its end reopens it`]
      : []),
  ];
  return failure.with({ problem: sentences.join(". ") });
}

function both(failure: unknown, reopening: ProviderError): unknown {
  if (!isProviderError(failure)) return failure;
  return failure.with({
    problem: `${failure.facts.problem}; besides, ${reopening.facts.problem}`,
    advice: reopening.facts.advice,
  });
}

/** Every answer was lost and nothing came of the calls: that is what the user can do something about. */
function unanswered(lost: ProviderError): ProviderError {
  return lost.with({ problem: `${lost.facts.problem}; sent ${MAX_ROUNDS} times, and the change does not show` });
}

function unstable(changes: readonly string[]): ProviderError {
  return new ProviderError({
    kind: "Conflict",
    problem: `the configuration keeps changing: after ${MAX_ROUNDS} rounds still to do: ${changes.join("; ")}`,
    advice: "Look for another program or person that configures the same cluster, then run the command again.",
  });
}
