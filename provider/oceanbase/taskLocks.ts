import { describeDuration } from "../core/duration";
import { hasKind, ProviderError } from "../core/errors";
import type { BackupConfigPlan } from "./backupConfig.plan";
import { observeAgain, type Progress, type Work } from "./backupConfig.progress";
import type { ObservedCluster } from "./observe";
import { lookAtTask, releaseTask, tenantOfTask, waitForTask } from "./tasks";
import type { Task } from "./wire";

/** How long a configuration task of somebody else is waited for. */
const FOREIGN_TASK_WAIT_MS = 10 * 60_000;

/**
 * Deals with the tasks that are there before anything is planned: unfinished ones are waited for, because two would interleave and
 * what a killed run has queued must not be queued again; failed ones that are ours, or named, free their tenants.
 */
export async function settleTasks(work: Work, progress: Progress): Promise<void> {
  const { api, inputs, context } = work;
  const { unfinished, holding, cluster } = progress.observed;
  const ours = holding.filter(({ id }) => id === progress.lastTask?.id || id === inputs.releaseTask);
  for (const task of unfinished) {
    context.log(
      `${cluster.name}: waiting for task ${task.id} (${task.name}), which is not ours or was left by an earlier run`,
    );
    await waitForForeign(work, progress, task);
  }
  for (const { id } of ours) await releaseTask(api, await api.task(id), context);
  if (inputs.releaseTask !== undefined && !holding.some(({ id }) => id === inputs.releaseTask)) {
    context.log(`${cluster.name}: releaseTask ${inputs.releaseTask} is no failed task that holds a tenant; remove it`);
  }
  if (unfinished.length + ours.length > 0) progress.observed = await observeAgain(api, inputs, progress);
}

/** Refuses, before the first write, a plan that needs a tenant which a failed task of unknown origin holds. */
export function requireNoHeldTenants(plan: BackupConfigPlan, { holding }: ObservedCluster): void {
  const needed = new Set(plan.calls.flatMap((call) => (call.kind === "configure" && call.tenant ? [call.tenant] : [])));
  const task = holding.find((held) => needed.has(tenantOfTask(held) ?? ""));
  if (!task) return;
  throw new ProviderError({
    kind: "Conflict",
    problem: `task ${task.id} (${task.name}) has failed and still locks ${tenantOfTask(task)}; it is not recorded as ours`,
    advice: `Look at it with obshell. If it may be given up, add to the resource: releaseTask: "${task.id}"`,
  });
}

async function waitForForeign(work: Work, progress: Progress, task: Task): Promise<void> {
  const { api, context, deadline } = work;
  const isOurs = task.id === progress.lastTask?.id;
  const left = Math.max(0, deadline - context.clock.now());
  const limit = isOurs ? left : Math.min(left, FOREIGN_TASK_WAIT_MS);
  try {
    await waitForTask(api, task, limit, context);
  } catch (error) {
    // How it ended is read from the new observation; only an endless one stops us.
    if (hasKind(error, "TaskFailed")) return;
    if (!hasKind(error, "WaitTimeout")) throw error;
    throw new ProviderError({
      kind: "Conflict",
      problem: `task ${task.id} (${task.name}), which ${isOurs ? "an earlier run has left" : "is not ours"}, is still at work after ${describeDuration(limit)}`,
      advice: `It goes on in the cluster, and nothing was sent beside it; ${lookAtTask(task)}. Run the command again when it has ended.`,
      cause: error,
    });
  }
}
