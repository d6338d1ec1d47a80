import { hasKind, isProviderError, ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { pollUntil } from "../core/poll";
import type { ObshellApi } from "./api";
import { lostPolicies } from "./taskLog";
import type { Task } from "./wire";

const POLL_INTERVAL_MS = 1_000;
const RELEASE_TIMEOUT_MS = 60_000;

/** Names of the tasks that change backup configuration: of the cluster, and of one tenant with its name behind. */
const CLUSTER_TASK = "Set obcluster backup config";

export function isConfigurationTask(task: Task): boolean {
  return task.name === CLUSTER_TASK || task.name.startsWith(`${CLUSTER_TASK} for `);
}

export function configurationTaskName(tenant?: string): string {
  return tenant === undefined ? CLUSTER_TASK : `${CLUSTER_TASK} for ${tenant}`;
}

export function backupTaskName(tenant: string): string {
  return `Obcluster start full backup for ${tenant}`;
}

/** The tenant that a configuration task is about; undefined for one of the cluster. */
export function tenantOfTask(task: Task): string | undefined {
  return task.name.startsWith(`${CLUSTER_TASK} for `) ? task.name.slice(CLUSTER_TASK.length + 5) : undefined;
}

/** True for a configuration task of this tenant, and for one of the whole cluster. */
export function concernsTenant(task: Task, tenant: string): boolean {
  return (tenantOfTask(task) ?? tenant) === tenant;
}

/** How to see what a task does that goes on when nobody waits for it any more. */
export function lookAtTask(task: Pick<Task, "id">): string {
  return `${taskRoute(task)} of an agent shows it`;
}

function taskRoute({ id }: Pick<Task, "id">): string {
  return `GET /api/v1/task/dag/${id}`;
}

export function hasEnded({ state }: Pick<Task, "state">): boolean {
  return state === "SUCCEED" || state === "FAILED";
}

/**
 * Waits until a task has ended and throws unless it was really carried out: state SUCCEED and operator RUN. A task that
 * somebody passed or rolled back also ends in SUCCEED, with nothing applied.
 */
export async function waitForTask(
  api: ObshellApi,
  task: Task,
  deadlineMs: number,
  context: CallContext,
  advice?: string,
): Promise<Task> {
  const label = `task ${task.id} (${task.name})`;
  const ended = await pollUntil<Task>({
    what: label,
    observe: async () => {
      const seen = await lookAt(api, task.id);
      if (isProviderError(seen)) return { phase: "pending", state: `unreadable (${seen.facts.problem})` };
      return hasEnded(seen)
        ? { phase: "done", state: seen.state, value: seen }
        : { phase: "pending", state: describeStage(seen) };
    },
    deadlineMs,
    intervalMs: POLL_INTERVAL_MS,
    context,
    advice:
      advice ??
      `The task goes on in the cluster without us; ${lookAtTask(task)}. Run the command again when it has ended, and the result is taken up; \`timeouts\` give a run longer.`,
  });
  if (ended.state === "SUCCEED" && ended.operator === "RUN") return ended;
  throw taskFailed(label, ended);
}

/**
 * The task that a call has queued although its answer was lost: the first one of that name after the newest one that was there
 * before. Undefined when the call was not taken.
 */
export async function findQueuedTask(api: ObshellApi, name: string, afterNumber: number): Promise<Task | undefined> {
  const candidates = (await api.tasks()).filter((task) => task.name === name && task.number > afterNumber);
  return candidates.sort((a, b) => a.number - b.number)[0];
}

/**
 * Frees the tenant that a failed task still locks. When only the probing step has failed, the task is rolled back; else it is passed,
 * which executes nothing. Never the step alone: passing that would let the next one run, with a URI that could not be parsed.
 */
export async function releaseTask(api: ObshellApi, task: Task, context: CallContext): Promise<void> {
  const [probe, ...others] = task.nodes;
  const isUntouched = probe?.state === "FAILED" && others.every(({ state }) => state === "PENDING");
  try {
    await api.endTask(task.id, isUntouched ? "rollback" : "pass");
  } catch (error) {
    if (!isUntouched || !hasKind(error, "InvalidInput")) throw error;
    await api.endTask(task.id, "pass");
  }
  await pollUntil({
    what: `the lock of task ${task.id} (${task.name})`,
    observe: async () => {
      const { state } = await api.task(task.id);
      return state === "FAILED"
        ? { phase: "pending", state: "held" }
        : { phase: "done", state: "free", value: undefined };
    },
    deadlineMs: RELEASE_TIMEOUT_MS,
    intervalMs: POLL_INTERVAL_MS,
    context,
    advice: `Look at the task with obshell (${taskRoute(task)}); pass or roll it back there, then run the command again.`,
  });
  context.log(`task ${task.id} (${task.name}) had failed and held its tenant; it is released`);
}

/** A database that is down for a moment must not end the wait: the task itself lives in it. Returns why nothing is to be seen. */
async function lookAt(api: ObshellApi, id: string): Promise<Task | ProviderError> {
  try {
    return await api.task(id);
  } catch (error) {
    if (hasKind(error, "Unavailable", "RequestTimeout")) return error;
    throw error;
  }
}

function describeStage(task: Task): string {
  return task.stage === undefined ? task.state : `${task.state} (stage ${task.stage} of ${task.maxStage ?? "?"})`;
}

function taskFailed(label: string, task: Task): ProviderError {
  if (task.state === "SUCCEED") {
    return new ProviderError({
      kind: "TaskFailed",
      problem: `${label} was ended by somebody with ${task.operator}, so nothing of it can be relied on`,
      advice: "Run the command again to apply the configuration.",
    });
  }
  const node = task.nodes.find(({ state }) => state === "FAILED");
  const reason = task.operator === "CANCEL" ? "it was cancelled" : (node?.failures[0] ?? "it left no log line");
  return new ProviderError({
    kind: "TaskFailed",
    problem: `${label} failed at stage ${task.stage ?? "?"} of ${task.maxStage ?? "?"}${node ? `, "${node.name}"` : ""}: ${reason}`,
    advice: [
      ...lostPolicies(task),
      "Correct the cause and run the command again: what was applied stays, the rest is done then.",
    ].join(" "),
  });
}
