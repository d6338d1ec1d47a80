import { describeDuration } from "./duration";
import { ProviderError } from "./errors";
import type { Runtime } from "./lifecycle";

/** A short wait needs no line; a long one has the first early enough to tell it from a run that hangs. */
const FIRST_PROGRESS_MS = 15_000;
const PROGRESS_INTERVAL_MS = 60_000;

/** What one look at a long operation says. Every state has a name, so that a timeout can tell where it stood. */
export type PollState<T> =
  | {
      readonly phase: "pending";
      readonly state: string;
      /** Why it could not be done yet, where each look is a try: what a timeout then throws, with its kind and codes. */
      readonly because?: ProviderError;
    }
  | { readonly phase: "done"; readonly state: string; readonly value: T };

export interface PollOptions<T> {
  /** What is waited for, for the timeout message: `"task 14 (Set obcluster backup config)"`. */
  readonly what: string;
  /** Looks once. Throws to end the wait with that error. */
  observe(): Promise<PollState<T>>;
  /** As a function where it depends on what else is going on: asked after each look. */
  readonly deadlineMs: number | (() => number);
  readonly intervalMs: number;
  readonly context: Pick<Runtime, "clock" | "log">;
  /** When the operation was asked for, if that is longer ago than this call: the deadline counts from then. */
  readonly startedAt?: number;
  /** What the user can do when time runs out: which command comes next, and what goes on without us. */
  readonly advice: string;
}

/**
 * Looks until done. The last look happens at the deadline, or at once if that is over; then a `WaitTimeout` tells the last state and the time.
 * Nobody need watch a silent run: the state is told after 15 seconds and then once a minute, however often it is looked at.
 */
export async function pollUntil<T>(options: PollOptions<T>): Promise<T> {
  const { what, intervalMs } = options;
  const { clock, log } = options.context;
  const calledAt = clock.now();
  const startedAt = options.startedAt ?? calledAt;
  let nextProgressAt = calledAt + FIRST_PROGRESS_MS;
  for (let looks = 1; ; looks++) {
    const seen = await options.observe();
    if (seen.phase === "done") return seen.value;
    const now = clock.now();
    const elapsedMs = now - startedAt;
    const deadlineMs = typeof options.deadlineMs === "function" ? options.deadlineMs() : options.deadlineMs;
    if (elapsedMs >= deadlineMs) throw timedOut(options, seen, looks, elapsedMs);
    if (now >= nextProgressAt) {
      nextProgressAt = now + PROGRESS_INTERVAL_MS;
      log(`${what}: ${seen.state}, ${describeDuration(elapsedMs)} of at most ${describeDuration(deadlineMs)}`);
    }
    await clock.sleep(Math.min(intervalMs, deadlineMs - elapsedMs));
  }
}

function timedOut<T>(
  { what, advice }: PollOptions<T>,
  { state, because }: Extract<PollState<T>, { phase: "pending" }>,
  looks: number,
  elapsedMs: number,
): ProviderError {
  const time = describeDuration(elapsedMs);
  if (because) {
    return because.with({ problem: `${because.facts.problem}; tried ${times(looks)} in ${time}`, advice });
  }
  const problem = `${what} is still ${state} after ${time}, looked at ${times(looks)}`;
  return new ProviderError({ kind: "WaitTimeout", problem, advice });
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
