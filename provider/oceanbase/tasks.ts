import { describeDuration } from "../core/duration";
import { hasKind, ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { pollUntil } from "../core/poll";
import type { ObshellApi } from "./api";
import type { Task } from "./wire";

const POLL_INTERVAL_MS = 1_000;
const PROGRESS_INTERVAL_MS = 15_000;

/** Names of the tasks that change backup configuration: of the cluster, and of one tenant with its name behind. */
const CLUSTER_TASK = "Set obcluster backup config";

export interface TenantReference {
  readonly id: number;
  readonly name: string;
}

export function isConfigurationTask(task: Task): boolean {
  return task.name === CLUSTER_TASK || task.name.startsWith(`${CLUSTER_TASK} for `);
}

export function configurationTaskName(tenant?: string): string {
  return tenant === undefined ? CLUSTER_TASK : `${CLUSTER_TASK} for ${tenant}`;
}

/** Tenants whose log archiving a task switched off, from its own log: the only durable record of it. */
export function closedTenants(task: Task): TenantReference[] {
  const found = new Map<number, TenantReference>();
  for (const line of task.nodes.flatMap((node) => node.logs)) {
    const match = /^Close archive log for (.+)\((\d+)\)$/.exec(line);
    if (match) found.set(Number(match[2]), { id: Number(match[2]), name: match[1] as string });
  }
  return [...found.values()];
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
): Promise<Task> {
  const label = `task ${task.id} (${task.name})`;
  let nextProgress = PROGRESS_INTERVAL_MS;
  const ended = await pollUntil<Task>({
    what: label,
    observe: async () => {
      const seen = await lookAt(api, task.id);
      if (!seen) return { phase: "pending", state: "unreadable (the agent cannot reach its database)" };
      const isOver = seen.state === "SUCCEED" || seen.state === "FAILED";
      return isOver
        ? { phase: "done", state: seen.state, value: seen }
        : { phase: "pending", state: describeStage(seen) };
    },
    deadlineMs,
    intervalMs: POLL_INTERVAL_MS,
    clock: context.clock,
    advice: "The task goes on without us; run the command again when it has ended, and the result will be taken up.",
    onPending: (state, elapsedMs) => {
      if (elapsedMs < nextProgress) return;
      nextProgress += PROGRESS_INTERVAL_MS;
      context.log(`${label}: ${state}, ${describeDuration(elapsedMs)}`);
    },
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

/** A database that is down for a moment must not end the wait: the task itself lives in it. */
async function lookAt(api: ObshellApi, id: string): Promise<Task | undefined> {
  try {
    return await api.task(id);
  } catch (error) {
    if (hasKind(error, "Unavailable", "RequestTimeout")) return undefined;
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
    advice: "Correct the cause and run the command again: what was applied stays, the rest is done then.",
  });
}
