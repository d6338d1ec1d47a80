import { isProviderError, messageOf, type ProviderError } from "../core/errors";
import { type PollState, pollUntil } from "../core/poll";
import type { ObshellApi } from "./api";
import type { PlannedCall } from "./backupConfig.plan";
import { type Progress, remaining, type Work } from "./backupConfig.progress";
import { clusterBody, tenantBody } from "./configBody";
import { isLocked } from "./errors";
import { listNames } from "./names";
import type { ObservedCluster } from "./observe";
import { configurationTaskName, findQueuedTask } from "./tasks";
import type { Task } from "./wire";

const FIND_TASK_TRIES = 3;
const FIND_TASK_INTERVAL_MS = 2_000;
/** How long an operation that holds a tenant or the cluster is waited for: a replica that is moved, a scale-out. */
const LOCK_WAIT_MS = 5 * 60_000;
const LOCK_INTERVAL_MS = 5_000;

/** A call that queues a configuration task. */
export type Configure = Extract<PlannedCall, { kind: "configure" }>;

/**
 * Sends the call, waiting for operations that hold its target. When its answer is lost, the task is looked for instead of being
 * queued a second time.
 */
export async function queue(work: Work, progress: Progress, call: Configure): Promise<Task> {
  const { context } = work;
  const { name } = progress.observed.cluster;
  const before = Math.max(progress.observed.lastTaskNumber, progress.lastTask?.number ?? 0);
  let isAnnounced = false;
  try {
    return await pollUntil<Task>({
      what: `the operation that holds ${call.tenant ?? name}`,
      observe: async () => {
        const seen = await trySending(work, call);
        if (seen.phase === "done") progress.changed = true;
        else if (!isAnnounced) context.log(`${name}: waiting, because ${seen.because?.facts.problem}`);
        isAnnounced = true;
        return seen;
      },
      deadlineMs: Math.min(LOCK_WAIT_MS, remaining(work)),
      intervalMs: LOCK_INTERVAL_MS,
      context,
      advice:
        "That operation goes on in the cluster, and nothing was sent beside it. Run the command again when it has ended.",
    });
  } catch (error) {
    if (!isProviderError(error) || !error.facts.outcomeUnknown) throw error;
    progress.changed = true;
    context.log(`${name}: the answer was lost (${messageOf(error)}); looking for the task`);
    return findAfterLostAnswer(work, progress, call, before, error);
  }
}

async function trySending({ api, keys }: Work, call: Configure): Promise<PollState<Task>> {
  try {
    const task = await (call.tenant === undefined
      ? api.configureCluster(call.method, clusterBody(call.settings, keys))
      : api.configureTenant(call.tenant, call.method, tenantBody(call.settings, keys)));
    return { phase: "done", state: task.state, value: task };
  } catch (error) {
    if (!isProviderError(error) || !isLocked(error)) throw error;
    return { phase: "pending", state: "at work", because: error };
  }
}

async function findAfterLostAnswer(
  { api, context }: Work,
  { observed }: Progress,
  call: Configure,
  before: number,
  error: ProviderError,
): Promise<Task> {
  for (let attempt = 1; attempt <= FIND_TASK_TRIES; attempt++) {
    const found = await look(api, call, before, error);
    if (found) return found;
    await context.clock.sleep(FIND_TASK_INTERVAL_MS);
  }
  if (observed.listsEndedTasks) {
    throw error.with({ problem: `${error.facts.problem}; no task was queued by it`, outcomeUnknown: false });
  }
  throw error.with({
    problem: `${error.facts.problem}; this version of obshell (before 4.3.0) lists a task only while it is at work and lists none, so whether one was queued is not known${mayBeOff(call, observed)}`,
    advice:
      "Run the command again: the change is sent again, and log archiving is asked to run. Look at it in the database.",
  });
}

function mayBeOff({ stopsArchiving, tenant }: Configure, { tenants }: ObservedCluster): string {
  const names = tenants.filter(({ name }) => tenant === undefined || name === tenant);
  return stopsArchiving ? `; if one was, it has switched log archiving off: ${listNames(names)}` : "";
}

async function look(
  api: ObshellApi,
  { tenant }: Configure,
  before: number,
  error: ProviderError,
): Promise<Task | undefined> {
  try {
    return await findQueuedTask(api, configurationTaskName(tenant), before);
  } catch (failure) {
    throw error.with({ problem: `${error.facts.problem}; its task could not be looked for: ${messageOf(failure)}` });
  }
}
