import type { Clock } from "../core/clock";
import { describeDuration } from "../core/duration";
import { hasKind, isProviderError, ProviderError } from "../core/errors";
import type { RateLimiter, Turn } from "../core/rateLimiter";
import { allowsRetry, DEFAULT_RETRY, retryDelay } from "../core/retry";
import { type Cure, cureOf } from "./errors";
import type { KeySource } from "./keys";
import type { Credentials } from "./signer";

/** One call of the API, which may take several requests. */
export interface Call {
  readonly action: string;
  readonly isWrite: boolean;
  /** Signs and sends anew each time: date and nonce must be fresh. */
  send(keys: Credentials): Promise<unknown>;
}

/** What calls of one client share. */
export interface Caller {
  readonly keys: KeySource;
  readonly clock: Clock;
  /** No request is begun after this time on the clock. */
  readonly deadline: number;
  /** One for all who use these keys at this endpoint. */
  limiterOf(keys: Credentials): RateLimiter;
}

/** What has happened to one call so far. */
interface History {
  readonly startedAt: number;
  readonly cured: Set<Cure>;
  requests: number;
  refusals: number;
  failures: number;
  /** Time spent on requests and on waiting after failures; waiting for a turn is no failure. */
  failingMs: number;
  refusal?: ProviderError;
}

/**
 * Sends one call until it succeeds or may not be repeated. Throttled requests are the rate limiter's business: they are repeated until the
 * deadline, in their turn. Other failures are repeated as `core/retry.ts` says, and two of them after they have been cured.
 */
export async function makeCall(call: Call, caller: Caller): Promise<unknown> {
  const { clock } = caller;
  const history: History = {
    startedAt: clock.now(),
    cured: new Set(),
    requests: 0,
    refusals: 0,
    failures: 0,
    failingMs: 0,
  };
  for (;;) {
    const keys = await caller.keys.keys();
    const limiter = caller.limiterOf(keys);
    const turn = await limiter.take(caller.deadline);
    if (!turn) throw noTurn(call, history, limiter, clock);
    const sentAt = clock.now();
    history.requests++;
    try {
      const answer = await call.send(keys);
      limiter.passed(turn);
      return answer;
    } catch (error) {
      if (!isProviderError(error)) throw error;
      settleTurn(limiter, turn, error);
      if (hasKind(error, "Throttled")) {
        history.refusals++;
        history.refusal = error;
        continue;
      }
      history.failingMs += clock.now() - sentAt;
      if (!(await cure(error, keys, caller, history))) await wait(error, call, caller, history);
    }
  }
}

function settleTurn(limiter: RateLimiter, turn: Turn, error: ProviderError): void {
  if (error.kind === "Throttled") limiter.refused(turn, error.facts.retryAfterMs);
  // Whatever else the service said, it has taken the request.
  else if (error.facts.httpStatus !== undefined) limiter.passed(turn);
}

/** True when the failure had a cure that was not tried yet. The service did nothing in these cases, so a write may go out again. */
async function cure(error: ProviderError, keys: Credentials, caller: Caller, history: History): Promise<boolean> {
  const remedy = cureOf(error.facts.vendorCode);
  if (remedy === undefined || history.cured.has(remedy)) return false;
  history.cured.add(remedy);
  if (remedy === "renew keys") await caller.keys.renew(keys);
  return true;
}

/** Waits before the next request, or throws what it has come to. */
async function wait(
  error: ProviderError,
  { isWrite }: Call,
  { clock, deadline }: Caller,
  history: History,
): Promise<void> {
  history.failures++;
  const delayMs = retryDelay(error, history.failures, clock.random(), DEFAULT_RETRY);
  const isAllowed =
    allowsRetry(error, isWrite, history.failures, history.failingMs, DEFAULT_RETRY) &&
    history.failingMs + delayMs <= DEFAULT_RETRY.budgetMs &&
    clock.now() + delayMs < deadline;
  if (!isAllowed) {
    throw history.requests > 1 ? error.with({ problem: `${error.facts.problem}; ${effort(history, clock)}` }) : error;
  }
  await clock.sleep(delayMs);
  history.failingMs += delayMs;
}

function noTurn({ action }: Call, history: History, limiter: RateLimiter, clock: Clock): ProviderError {
  const rate = limiter.ratePerSecond;
  const limit = `the account's limit${rate === undefined ? "" : ` of about ${rate.toPrecision(2)} calls per second`}`;
  const problem = `${action}: ${limit} left no room for it in time`;
  const advice =
    "Fewer resources at a time (`--parallel`), longer `timeouts`, or a higher quota of the account for this API help.";
  if (!history.refusal) return new ProviderError({ kind: "Throttled", problem, advice });
  return history.refusal.with({ problem: `${problem}; ${effort(history, clock)}`, advice });
}

function effort({ requests, refusals, startedAt }: History, clock: Clock): string {
  const throttled = refusals > 0 && refusals < requests ? ` (throttled ${refusals} times)` : "";
  return `tried ${requests} times${throttled} in ${describeDuration(clock.now() - startedAt)}`;
}
