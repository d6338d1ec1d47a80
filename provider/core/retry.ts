import type { Clock } from "./clock";
import { describeDuration } from "./duration";
import { isProviderError, type ProviderError } from "./errors";

/** The three questions of a retry, each answered by its own pure function: what is this error, may we try again, how long to wait. */
export type Retryability =
  /** Safe to send again, even a write: the service refused it before doing anything. */
  | "always"
  /** Safe for reads; a write only when it surely was not applied. */
  | "unlessApplied"
  | "never";

export interface RetryPolicy {
  /** What kind of error is this? Unknown errors are bugs and are never retried. */
  classify(error: ProviderError): Retryability;
  readonly maxAttempts: number;
  /** No new attempt starts after this long. */
  readonly budgetMs: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

/** Throttling and refusals are safe to repeat, a lost answer only for reads. */
export function classifyByKind(error: ProviderError): Retryability {
  switch (error.kind) {
    case "Throttled":
      return "always";
    case "Unavailable":
    case "RequestTimeout":
      return "unlessApplied";
    default:
      return "never";
  }
}

export const DEFAULT_RETRY: RetryPolicy = {
  classify: classifyByKind,
  maxAttempts: 8,
  budgetMs: 60_000,
  baseDelayMs: 200,
  maxDelayMs: 20_000,
};

export function allowsRetry(
  error: ProviderError,
  isWrite: boolean,
  attempt: number,
  elapsedMs: number,
  policy: RetryPolicy,
): boolean {
  if (attempt >= policy.maxAttempts || elapsedMs >= policy.budgetMs) return false;
  const retryability = policy.classify(error);
  if (retryability === "always") return true;
  return retryability === "unlessApplied" && (!isWrite || error.facts.outcomeUnknown !== true);
}

/** Exponential with full jitter; a hint of the service is honoured as it is, but bounded. */
export function retryDelay(error: ProviderError, attempt: number, random: number, policy: RetryPolicy): number {
  const hint = error.facts.retryAfterMs;
  if (hint !== undefined) return Math.min(Math.max(hint, 0), policy.maxDelayMs);
  return Math.floor(random * Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1)));
}

/** Runs one request until it succeeds or may not be repeated. `send` must build the request anew: signatures and nonces expire. */
export async function withRetry<T>(
  send: () => Promise<T>,
  isWrite: boolean,
  clock: Clock,
  policy: RetryPolicy = DEFAULT_RETRY,
): Promise<T> {
  const startedAt = clock.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (!isProviderError(error)) throw error;
      const elapsedMs = clock.now() - startedAt;
      const delayMs = retryDelay(error, attempt, clock.random(), policy);
      // No attempt starts after the budget, however long the service asks to wait.
      if (!allowsRetry(error, isWrite, attempt, elapsedMs, policy) || elapsedMs + delayMs > policy.budgetMs) {
        throw attempt > 1 ? exhausted(error, attempt, elapsedMs) : error;
      }
      await clock.sleep(delayMs);
    }
  }
}

function exhausted(error: ProviderError, attempts: number, elapsedMs: number): ProviderError {
  return error.with({ problem: `${error.facts.problem}; tried ${attempts} times in ${describeDuration(elapsedMs)}` });
}
