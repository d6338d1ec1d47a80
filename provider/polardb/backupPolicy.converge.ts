import { describeDuration } from "../core/duration";
import { hasKind, isProviderError, messageOf, ProviderError } from "../core/errors";
import { refusal } from "../core/impact";
import type { CallContext } from "../core/lifecycle";
import { pollUntil } from "../core/poll";
import type { PolardbApi } from "./api";
import { mysqlOnlyFields, notYetVisible, type PlannedModify, planBackupPolicy } from "./backupPolicy.plan";
import type { BackupPolicyInputs } from "./backupPolicy.schema";
import { isBusy } from "./errors";
import type { ObservedBackupPolicy } from "./wire";

const VISIBLE_TIMEOUT_MS = 2 * 60_000;
const VISIBLE_INTERVAL_MS = 1_000;
const BUSY_INTERVAL_MS = 10_000;
/** Level switch, rules after it, and more for answers that were lost. */
const MAX_ROUNDS = 4;

/** What is known about the cluster so far. Kept by the caller, so that it is true also when the work is cut short. */
export interface Progress {
  observed: ObservedBackupPolicy;
  policyIds: Readonly<Record<string, string>>;
  lastRequestId?: string;
  /** True from the first write that may have taken effect. */
  changed: boolean;
}

interface Task {
  readonly api: PolardbApi;
  readonly inputs: BackupPolicyInputs;
  readonly deadline: number;
  readonly context: CallContext;
}

/** Plan, apply, verify, until nothing is left to do. Works from what was observed, so it may start anywhere and be repeated. */
export async function converge(task: Task, progress: Progress): Promise<void> {
  const { inputs, context } = task;
  let engineChecked = false;
  for (let round = 1; ; round++) {
    const plan = planBackupPolicy(inputs, progress.observed, progress.policyIds);
    progress.policyIds = plan.policyIds;
    const { call } = plan;
    if (!call) return;
    if (round > MAX_ROUNDS) throw unstable(call);
    const refused = refusal(call.impacts, inputs.accept ?? []);
    if (refused) throw refused;
    if (!engineChecked) await checkEngine(task, call);
    engineChecked = true;
    for (const change of call.changes) context.log(`${inputs.dbClusterId}: ${change}`);
    const answered = await send(task, progress, call);
    await waitUntilVisible(task, progress, call, answered);
  }
}

/**
 * Sends one call, waiting for a busy cluster. False when the answer was lost: whether it took effect is then read, and the call
 * never repeated blindly, because a CREATE is not idempotent.
 */
async function send(
  { api, inputs, deadline, context }: Task,
  progress: Progress,
  call: PlannedModify,
): Promise<boolean> {
  const id = inputs.dbClusterId;
  const startedAt = context.clock.now();
  for (;;) {
    try {
      progress.lastRequestId = await api.modifyBackupPolicy(id, call.parameters);
      progress.changed = true;
      return true;
    } catch (error) {
      if (!isProviderError(error)) throw error;
      if (error.facts.outcomeUnknown) {
        progress.changed = true;
        context.log(`${id}: the answer was lost (${messageOf(error)}); reading the policy back`);
        return false;
      }
      if (!isBusy(error.facts.vendorCode)) throw error;
      const waitedMs = context.clock.now() - startedAt;
      if (context.clock.now() + BUSY_INTERVAL_MS > deadline) {
        throw error.with({ problem: `${error.facts.problem}; waited ${describeDuration(waitedMs)}` });
      }
      if (waitedMs === 0) context.log(`${id}: the cluster is busy with another change; waiting for it`);
      await context.clock.sleep(BUSY_INTERVAL_MS);
    }
  }
}

async function waitUntilVisible(task: Task, progress: Progress, call: PlannedModify, answered: boolean): Promise<void> {
  const { api, inputs, deadline, context } = task;
  try {
    await pollUntil({
      what: `the change of ${inputs.dbClusterId}`,
      observe: async () => {
        progress.observed = await api.describeBackupPolicy(inputs.dbClusterId);
        const missing = notYetVisible(call, inputs, progress.observed);
        return missing.length === 0
          ? { phase: "done", state: "visible", value: undefined }
          : { phase: "pending", state: `not visible (${missing.join(", ")})` };
      },
      deadlineMs: Math.max(0, Math.min(VISIBLE_TIMEOUT_MS, deadline - context.clock.now())),
      intervalMs: VISIBLE_INTERVAL_MS,
      clock: context.clock,
      advice:
        "The service accepted the change but does not show it. Look at the cluster in the console, then run the command again.",
    });
  } catch (error) {
    // A lost change without CREATE may simply be planned again; a CREATE that is not to be seen is left to the next run.
    const mayRepeat = !answered && !call.advanced.some((action) => action.type === "CREATE");
    if (!(mayRepeat && hasKind(error, "WaitTimeout"))) throw error;
  }
}

async function checkEngine({ api, inputs }: Task, call: PlannedModify): Promise<void> {
  const fields = mysqlOnlyFields(call);
  if (fields.length === 0) return;
  const { engine } = await api.describeCluster(inputs.dbClusterId);
  if (engine === undefined || engine === "MySQL") return;
  throw new ProviderError({
    kind: "InvalidInput",
    property: fields[0],
    problem: `the cluster runs ${engine}, and ${fields.join(", ")} exist only for PolarDB for MySQL`,
    advice:
      "Nothing was changed. Remove these properties; for this engine the schedule is preferredBackupTime, preferredBackupPeriod and backupFrequency.",
  });
}

function unstable(call: PlannedModify): ProviderError {
  return new ProviderError({
    kind: "Conflict",
    problem: `the policy keeps changing: after ${MAX_ROUNDS} rounds still to do: ${call.changes.join("; ")}`,
    advice: "Look for another program or person that sets the same policy, then run the command again.",
  });
}
