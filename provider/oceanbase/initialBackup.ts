import { mapLimit } from "../core/concurrency";
import { describeDuration } from "../core/duration";
import { hasKind, isProviderError, messageOf, ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { pollUntil } from "../core/poll";
import type { ObshellApi } from "./api";
import { stateOf } from "./archiveState";
import type { TenantReference } from "./taskLog";
import { backupTaskName, findQueuedTask, hasEnded } from "./tasks";
import type { Task } from "./wire";

const POLL_INTERVAL_MS = 2_000;
const PROGRESS_INTERVAL_MS = 60_000;
const TENANTS_AT_ONCE = 4;

/**
 * Takes the first full backup of tenants that never archived, because nothing else opens their log archiving. What counts is that
 * archiving runs; the backup is then followed as long as there is time, and goes on without us afterwards.
 */
export async function takeInitialBackups(
  api: ObshellApi,
  tenants: readonly TenantReference[],
  deadline: number,
  context: CallContext,
): Promise<void> {
  const failures = await mapLimit(tenants, TENANTS_AT_ONCE, async (tenant) => {
    try {
      await takeInitialBackup(api, tenant, deadline, context);
      return undefined;
    } catch (error) {
      if (!isProviderError(error)) throw error;
      return `${tenant.name} (${messageOf(error)})`;
    }
  });
  const failed = failures.filter((failure) => failure !== undefined);
  if (failed.length === 0) return;
  throw new ProviderError({
    kind: "TaskFailed",
    problem: `the first backup did not open log archiving of ${failed.join("; ")}`,
    advice: "Look at the tenant's destinations and at the backup task with obshell, then run the command again.",
  });
}

async function takeInitialBackup(
  api: ObshellApi,
  tenant: TenantReference,
  deadline: number,
  context: CallContext,
): Promise<void> {
  const task = await start(api, tenant, context);
  context.log(`${tenant.name}: first full backup is task ${task.id}; it opens log archiving`);
  const remaining = (): number => Math.max(0, deadline - context.clock.now());
  await pollUntil({
    what: `log archiving of ${tenant.name}`,
    observe: async () => {
      const state = stateOf(await api.archiveRound(tenant.name));
      if (state === "running") return { phase: "done", state, value: undefined };
      const { state: taskState, nodes } = await api.task(task.id);
      if (taskState === "FAILED") throw backupFailed(task, nodes.flatMap(({ failures }) => failures)[0]);
      return { phase: "pending", state: state === "unknown" ? "not running" : state };
    },
    deadlineMs: remaining(),
    intervalMs: POLL_INTERVAL_MS,
    clock: context.clock,
    advice: "Look at the backup task with obshell.",
  });
  context.log(`${tenant.name}: log archiving is running`);
  await follow(api, tenant, task, remaining(), context);
}

/** A task that a killed run has left is taken up, and one whose answer was lost is looked for: never two backups. */
async function start(api: ObshellApi, tenant: TenantReference, context: CallContext): Promise<Task> {
  const name = backupTaskName(tenant.name);
  const before = await api.tasks();
  const running = before.find((task) => task.name === name && !hasEnded(task));
  if (running) return running;
  try {
    return await api.startFullBackup(tenant.name);
  } catch (error) {
    if (!isProviderError(error) || !error.facts.outcomeUnknown) throw error;
    const queued = await findQueuedTask(api, name, Math.max(0, ...before.map(({ number }) => number)));
    if (!queued) throw error.with({ outcomeUnknown: false });
    context.log(`${tenant.name}: the answer was lost, but task ${queued.id} was queued`);
    return queued;
  }
}

/** obshell gives up on its own task after an hour while the backup goes on, so the backup itself is looked at too. */
async function follow(
  api: ObshellApi,
  tenant: TenantReference,
  task: Task,
  deadlineMs: number,
  context: CallContext,
): Promise<void> {
  let nextProgress = PROGRESS_INTERVAL_MS;
  try {
    const ended = await pollUntil<Task>({
      what: `the first backup of ${tenant.name}`,
      observe: async () => {
        const seen = await api.task(task.id);
        return !hasEnded(seen) || (await api.runningBackups()).includes(tenant.id)
          ? { phase: "pending", state: "running" }
          : { phase: "done", state: seen.state, value: seen };
      },
      deadlineMs,
      intervalMs: POLL_INTERVAL_MS,
      clock: context.clock,
      advice: "",
      onPending: (state, elapsedMs) => {
        if (elapsedMs < nextProgress) return;
        nextProgress += PROGRESS_INTERVAL_MS;
        context.log(`${tenant.name}: first backup is ${state}, ${describeDuration(elapsedMs)}`);
      },
    });
    const reason = ended.nodes.flatMap(({ failures }) => failures)[0];
    context.log(
      reason === undefined
        ? `${tenant.name}: first backup has ended`
        : `${tenant.name}: log archiving runs, but look at the first backup: task ${ended.id} ended with ${reason}`,
    );
  } catch (error) {
    if (!hasKind(error, "WaitTimeout")) throw error;
    context.log(`${tenant.name}: the first backup is still running and goes on without us`);
  }
}

function backupFailed(task: Task, reason: string | undefined): ProviderError {
  return new ProviderError({
    kind: "TaskFailed",
    problem: `task ${task.id} (${task.name}) failed: ${reason ?? "it left no log line"}`,
  });
}
