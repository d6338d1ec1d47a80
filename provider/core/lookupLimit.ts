import { createLimiter, type Limiter } from "./concurrency";

/** Requests in flight against one target, for all lookups of the process: programs look things up in loops. */
export const MAX_IN_FLIGHT = 8;

const limiters = new Map<string, Limiter>();

/** The one limiter of a target. */
export function limiterOf(target: string): Limiter {
  const limiter = limiters.get(target) ?? createLimiter(MAX_IN_FLIGHT);
  limiters.set(target, limiter);
  return limiter;
}
