/**
 * Rate limit that is worked out from the clock whenever a call comes, so it holds on a clock that jumps. Instead of counting
 * tokens it keeps the time at which the bucket will be full again, which cannot drift by rounding.
 */
export class TokenBucket {
  private fullAt = Number.NEGATIVE_INFINITY;
  private ratePerSecond = 0;

  /** Takes one token, or says in how many milliseconds the next one is there. A new rate starts with a full bucket. */
  take(now: number, ratePerSecond: number, burst: number): { readonly waitMs: number } | undefined {
    if (ratePerSecond !== this.ratePerSecond) this.fullAt = now;
    this.ratePerSecond = ratePerSecond;
    const perTokenMs = 1000 / ratePerSecond;
    const capacity = Math.max(1, burst || Math.ceil(ratePerSecond));
    const fullAt = Math.max(this.fullAt, now);
    const waitMs = Math.ceil(fullAt - (capacity - 1) * perTokenMs - now);
    if (waitMs > 0) return { waitMs };
    this.fullAt = fullAt + perTokenMs;
    return undefined;
  }
}
