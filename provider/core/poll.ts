import type { Clock } from "./clock";
import { describeDuration } from "./duration";
import { ProviderError } from "./errors";

/** What one look at a long operation says. Every state has a name, so that a timeout can tell where it stood. */
export type PollState<T> =
  | { readonly phase: "pending"; readonly state: string }
  | { readonly phase: "done"; readonly state: string; readonly value: T };

export interface PollOptions<T> {
  /** What is waited for, for the timeout message: `"task 14 (Set obcluster backup config)"`. */
  readonly what: string;
  /** Looks once. Throws to end the wait with that error. */
  observe(): Promise<PollState<T>>;
  /** As a function where it depends on what else is going on: asked after each look. */
  readonly deadlineMs: number | (() => number);
  readonly intervalMs: number;
  readonly clock: Clock;
  /** When the operation was asked for, if that is longer ago than this call: the deadline counts from then. */
  readonly startedAt?: number;
  /** What the user can do when time runs out. */
  readonly advice: string;
  /** Called with each look that is still pending. */
  onPending?(state: string, elapsedMs: number): void;
}

/** Looks until done. The last look happens at the deadline, or at once if that is over; then a `WaitTimeout` tells the last state and the time. */
export async function pollUntil<T>(options: PollOptions<T>): Promise<T> {
  const { clock, intervalMs } = options;
  const startedAt = options.startedAt ?? clock.now();
  for (;;) {
    const seen = await options.observe();
    if (seen.phase === "done") return seen.value;
    const elapsedMs = clock.now() - startedAt;
    const deadlineMs = typeof options.deadlineMs === "function" ? options.deadlineMs() : options.deadlineMs;
    if (elapsedMs >= deadlineMs) {
      throw new ProviderError({
        kind: "WaitTimeout",
        problem: `${options.what} is still ${seen.state} after ${describeDuration(elapsedMs)}`,
        advice: options.advice,
      });
    }
    options.onPending?.(seen.state, elapsedMs);
    await clock.sleep(Math.min(intervalMs, deadlineMs - elapsedMs));
  }
}
