import { describeDuration } from "../core/duration";
import { isProviderError, messageOf, ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { pollUntil } from "../core/poll";
import type { ObshellApi } from "./api";
import { stateOf } from "./archiveState";
import { attemptEvery, type Failed, listFailures } from "./everyTenant";
import type { TenantReference } from "./taskLog";
import { backupTaskName, findQueuedTask, hasEnded, lookAtTask } from "./tasks";
import type { BackupJob, Task } from "./wire";

const POLL_INTERVAL_MS = 2_000;
const TENANTS_AT_ONCE = 4;

/**
 * Takes the first full backup of tenants that never archived, because nothing else opens their log archiving. What counts first is
 * that archiving runs; the backup is then followed as long as there is time, and goes on without us afterwards. One that has failed
 * by then fails the run: nothing would ever take it again, because the tenant archives now.
 */
export async function takeInitialBackups(
  api: ObshellApi,
  tenants: readonly TenantReference[],
  deadline: number,
  context: CallContext,
): Promise<void> {
  const remaining = (): number => Math.max(0, deadline - context.clock.now());
  const { done, failed } = await attemptEvery(tenants, TENANTS_AT_ONCE, async (tenant) => {
    const task = await open(api, tenant, remaining(), context);
    return follow(api, tenant, task, remaining(), context);
  });
  const bad = done.flatMap(({ tenant, value }) => (value === undefined ? [] : [{ tenant, failure: value }]));
  if (failed.length + bad.length > 0) throw failureOf(failed, bad);
}

function failureOf(
  unopened: readonly Failed<TenantReference>[],
  bad: readonly Failed<TenantReference>[],
): ProviderError {
  const problems: string[] = [];
  const advice: string[] = [];
  if (unopened.length > 0) {
    problems.push(`the first backup did not open log archiving of ${listFailures(unopened)}`);
    advice.push("Look at the tenant's destinations and at the backup task with obshell, then run the command again.");
  }
  if (bad.length > 0) {
    const calls = bad.map(({ tenant }) => `POST /api/v1/tenant/${tenant.name}/backup`).join(", ");
    problems.push(
      `log archiving runs, but there is no good first backup, without which nothing can be restored, of ${listFailures(bad)}`,
    );
    advice.push(
      `Correct the cause and start a full backup with obshell (${calls}): no further run does, because archiving has begun.`,
    );
  }
  return new ProviderError({ kind: "TaskFailed", problem: problems.join("; "), advice: advice.join(" ") });
}

/** Starts the backup and looks until it has opened log archiving; gives its task. */
async function open(api: ObshellApi, tenant: TenantReference, deadlineMs: number, context: CallContext): Promise<Task> {
  const task = await start(api, tenant, context);
  context.log(`${tenant.name}: first full backup is task ${task.id}; it opens log archiving`);
  await pollUntil({
    what: `log archiving of ${tenant.name}, which ${labelOf(task)} opens,`,
    observe: async () => {
      const state = stateOf(await api.archiveRound(tenant.name));
      if (state === "running") return { phase: "done", state, value: undefined };
      const seen = await api.task(task.id);
      if (seen.state === "FAILED") {
        throw new ProviderError({ kind: "TaskFailed", problem: `${labelOf(seen)} failed: ${reasonOf(seen)}` });
      }
      return { phase: "pending", state: state === "unknown" ? "not running" : state };
    },
    deadlineMs,
    intervalMs: POLL_INTERVAL_MS,
    context,
    advice: `The backup goes on without us; ${lookAtTask(task)}.`,
  });
  context.log(`${tenant.name}: log archiving is running`);
  return task;
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

/**
 * What is wrong with the backup once it has ended; undefined for a good one, and for one that goes on after our time. obshell gives up
 * on its own task after an hour while the backup goes on, so it is the backup itself that counts.
 */
async function follow(
  api: ObshellApi,
  tenant: TenantReference,
  task: Task,
  deadlineMs: number,
  context: CallContext,
): Promise<string | undefined> {
  const startedAt = context.clock.now();
  try {
    const problem = await pollUntil<string | undefined>({
      what: `the first backup of ${tenant.name}`,
      observe: async () => {
        const seen = await api.task(task.id);
        const job = hasEnded(seen) ? await api.lastBackup(tenant.name) : undefined;
        if (!hasEnded(seen)) return { phase: "pending", state: "running" };
        return job && !job.hasEnded
          ? { phase: "pending", state: "running, although its task has ended" }
          : { phase: "done", state: seen.state, value: problemOf(seen, job) };
      },
      deadlineMs,
      intervalMs: POLL_INTERVAL_MS,
      context,
      advice: "",
    });
    if (problem === undefined) context.log(`${tenant.name}: first backup has ended`);
    return problem;
  } catch (error) {
    if (!isProviderError(error)) throw error;
    if (error.kind !== "WaitTimeout") return `what became of ${labelOf(task)} could not be seen: ${messageOf(error)}`;
    context.log(
      `${tenant.name}: the first backup is still running after ${describeDuration(context.clock.now() - startedAt)} and goes on without us; oceanbase.getBackupStatus shows what becomes of it`,
    );
    return undefined;
  }
}

function problemOf(task: Task, job: BackupJob | undefined): string | undefined {
  if (job?.status === "COMPLETED") return undefined;
  if (!job) return `${labelOf(task)} has made none: ${reasonOf(task)}`;
  return `backup set ${job.setId ?? "?"} of ${labelOf(task)} is ${job.status}: ${job.comment ?? reasonOf(task)}`;
}

function reasonOf({ operator, nodes }: Task): string {
  if (operator === "CANCEL") return "the task was cancelled";
  return nodes.flatMap(({ failures }) => failures)[0] ?? "the task left no reason";
}

function labelOf({ id, name }: Task): string {
  return `task ${id} (${name})`;
}
