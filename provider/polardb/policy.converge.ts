import { hasKind, isProviderError, messageOf, ProviderError } from "../core/errors";
import { refusal } from "../core/impact";
import type { CallContext } from "../core/lifecycle";
import { pollUntil } from "../core/poll";
import type { PolardbApi } from "./api";
import { isBusy } from "./errors";
import type { PlannedCall, PolicyPlan } from "./policy.plan";
import type { PolicyInputs } from "./policy.schema";

const VISIBLE_TIMEOUT_MS = 2 * 60_000;
const VISIBLE_INTERVAL_MS = 1_000;
const BUSY_INTERVAL_MS = 10_000;
/** Whatever lost the answer to a call may have repeated the call, and what the second one makes shows later. */
const SETTLE_MS = 10_000;
/** Level switch, rules after it, and more for answers that were lost. A change that is planned as several calls gets as many more. */
const MAX_ROUNDS = 4;

/** What is known about a policy so far. Kept by the caller, so that it is true also when the work is cut short. */
export interface Progress<Observed> {
  observed: Observed;
  policyIds: Readonly<Record<string, string>>;
  lastRequestId?: string;
  /** True from the first write that may have taken effect. */
  changed: boolean;
}

export interface Task<Inputs extends PolicyInputs> {
  readonly api: PolardbApi;
  readonly inputs: Inputs;
  readonly deadline: number;
  readonly context: CallContext;
  /** True where the user has accepted the whole of it already, as with `onDelete`. */
  readonly isAccepted?: boolean;
  /** True where no preview could tell what the change costs, because nothing was on record. */
  readonly isFirst?: boolean;
}

/** Whether a call may be sent as it was planned, or waiting for something else has made what was observed old. */
export type Readiness = "send" | "lookAgain";

/** How one kind of policy is read, planned and written. */
export interface PolicyActions<Inputs extends PolicyInputs, Observed, Call extends PlannedCall> {
  /** `before` is what was seen last, for what need not be asked again. */
  describe(api: PolardbApi, inputs: Inputs, before?: Observed): Promise<Observed>;
  /** What must be sent so that the cluster has what the program declares, and nothing more. */
  plan(
    desired: Inputs,
    observed: Observed,
    policyIds: Readonly<Record<string, string>>,
    /** Calls of this run so far. */
    sent: readonly Call[],
  ): PolicyPlan<Call>;
  /** What only the live cluster can tell, asked before a call is sent. */
  prepare(task: Task<Inputs>, call: Call, observed: Observed): Promise<Readiness>;
  /** Returns the request id. */
  modify(api: PolardbApi, dbClusterId: string, call: Call): Promise<string | undefined>;
  /** What a call has set that the service does not show yet; empty once all of it is visible. */
  notYetVisible(call: Call, desired: Inputs, observed: Observed): readonly string[];
}

/** Plan, apply, verify, until nothing is left to do. Works from what was observed, so it may start anywhere and be repeated. */
export async function converge<Inputs extends PolicyInputs, Observed, Call extends PlannedCall>(
  actions: PolicyActions<Inputs, Observed, Call>,
  task: Task<Inputs>,
  progress: Progress<Observed>,
): Promise<void> {
  const { inputs, context } = task;
  const sent: Call[] = [];
  const told = new Set<string>();
  let rounds = MAX_ROUNDS;
  let lost: ProviderError | undefined;
  for (let looks = 0; ; looks++) {
    const plan = actions.plan(inputs, progress.observed, progress.policyIds, sent);
    progress.policyIds = plan.policyIds;
    const { call } = plan;
    if (!call) return;
    rounds = Math.max(rounds, MAX_ROUNDS + (plan.further ?? 0));
    if (looks >= rounds) throw lost ? unanswered(lost, sent.length) : unstable(call, looks);
    const refused = task.isAccepted ? undefined : refusal(call.impacts, inputs.accept ?? []);
    if (refused) throw refused;
    if ((await actions.prepare(task, call, progress.observed)) === "lookAgain") {
      progress.observed = await actions.describe(task.api, inputs, progress.observed);
      continue;
    }
    for (const { sentence } of task.isFirst ? call.impacts : []) {
      if (!told.has(sentence)) context.log(`${inputs.dbClusterId}: ${sentence}`);
      told.add(sentence);
    }
    for (const change of call.changes) context.log(`${inputs.dbClusterId}: ${change}`);
    sent.push(call);
    lost = await send(actions, task, progress, call);
    await waitUntilVisible(actions, task, progress, call, !lost);
  }
}

/**
 * Sends one call, waiting for a busy cluster. Returns the failure when the answer was lost: whether it took effect is then read, and the
 * call never repeated blindly, because a CREATE is not idempotent.
 */
async function send<Inputs extends PolicyInputs, Observed, Call extends PlannedCall>(
  actions: PolicyActions<Inputs, Observed, Call>,
  { api, inputs, deadline, context }: Task<Inputs>,
  progress: Progress<Observed>,
  call: Call,
): Promise<ProviderError | undefined> {
  const id = inputs.dbClusterId;
  let isAnnounced = false;
  try {
    progress.lastRequestId = await pollUntil<string | undefined>({
      what: `the other change of ${id}`,
      observe: async () => {
        try {
          return { phase: "done", state: "over", value: await actions.modify(api, id, call) };
        } catch (error) {
          if (!isProviderError(error) || error.facts.outcomeUnknown || !isBusy(error.facts.vendorCode)) throw error;
          if (!isAnnounced) context.log(`${id}: the cluster is busy with another change; waiting for it`);
          isAnnounced = true;
          return { phase: "pending", state: "at work", because: error };
        }
      },
      // No call is begun at the very end, where nothing is left for its answer.
      deadlineMs: Math.max(0, deadline - BUSY_INTERVAL_MS - context.clock.now()),
      intervalMs: BUSY_INTERVAL_MS,
      context,
      advice:
        "That change goes on in the service, and ours was not taken. Run the command again when the console shows the cluster as running, or allow more time with `timeouts`.",
    });
    progress.changed = true;
    return undefined;
  } catch (error) {
    if (!isProviderError(error) || !error.facts.outcomeUnknown) throw error;
    progress.changed = true;
    context.log(`${id}: the answer was lost (${messageOf(error)}); reading the policy back`);
    return error;
  }
}

async function waitUntilVisible<Inputs extends PolicyInputs, Observed, Call extends PlannedCall>(
  actions: PolicyActions<Inputs, Observed, Call>,
  { api, inputs, deadline, context }: Task<Inputs>,
  progress: Progress<Observed>,
  call: Call,
  answered: boolean,
): Promise<void> {
  try {
    await pollUntil({
      what: `the change of ${inputs.dbClusterId}`,
      observe: async () => {
        progress.observed = await actions.describe(api, inputs, progress.observed);
        const missing = actions.notYetVisible(call, inputs, progress.observed);
        return missing.length === 0
          ? { phase: "done", state: "visible", value: undefined }
          : { phase: "pending", state: `not visible (${missing.join(", ")})` };
      },
      deadlineMs: Math.max(0, Math.min(VISIBLE_TIMEOUT_MS, deadline - context.clock.now())),
      intervalMs: VISIBLE_INTERVAL_MS,
      context,
      advice: answered
        ? "The service accepted the change but does not show it. Look at the cluster in the console, then run the command again."
        : "The answer was lost, and the change does not show. Look at the cluster in the console; if it is not there, run the command again.",
    });
    if (answered || call.isRepeatable) return;
    await context.clock.sleep(SETTLE_MS);
    progress.observed = await actions.describe(api, inputs, progress.observed);
  } catch (error) {
    // A lost change without CREATE may simply be planned again; a CREATE that is not to be seen is left to the next run.
    if (!(!answered && call.isRepeatable && hasKind(error, "WaitTimeout"))) throw error;
  }
}

/** Every answer was lost and nothing came of the calls: that is what the user can do something about. */
function unanswered(lost: ProviderError, calls: number): ProviderError {
  return lost.with({ problem: `${lost.facts.problem}; sent ${calls} times, and the change does not show` });
}

function unstable(call: PlannedCall, rounds: number): ProviderError {
  return new ProviderError({
    kind: "Conflict",
    problem: `the policy keeps changing: after ${rounds} rounds still to do: ${call.changes.join("; ")}`,
    advice: "Look for another program or person that sets the same policy, then run the command again.",
  });
}
