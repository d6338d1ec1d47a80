import type { Clock } from "./clock";

/** Leave to send one call. Says after which refusal it was given, so that calls that were under way together count once. */
export interface Turn {
  readonly epoch: number;
}

/** What is left of a rate at which the service has refused. */
const BACK_OFF = 0.9;
/** Growth per call that passes while the pace is far below what passed before the first refusal, and so is badly guessed. */
const EAGER = 0.05;
const FAR_BELOW = 4;
/** Growth until a refusal after enough calls has shown where the limit is. */
const PROBING = 0.003;
/** Growth after that: the limit is met again about once in a hundred calls. */
const CAREFUL = 0.001;
/** So many calls make their number per time a measurement of the limit. */
const ENOUGH_CALLS = 20;
/** After so many calls without a refusal the growth has doubled: the limit may have been raised, or was badly guessed. */
const CALLS_TO_DOUBLE = 200;
const SLOWEST_PER_SECOND = 0.2;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 20_000;

interface Waiter {
  readonly deadline: number;
  readonly give: (turn: Turn | undefined) => void;
}

/**
 * Finds out how many calls per second a service takes, from its refusals alone, and lets calls go at that pace, in the order in which
 * they came. Until the first refusal it neither delays nor queues anything.
 *
 * Where a bucket or a window is used up, a refusal marks the moment at which it was empty. What passes between two such moments is
 * what the service takes in that time: this, not the pace at which we sent, is the measurement that the next pace starts from. From there
 * the pace grows by a small part with each call that passes, so that refusals stay rare.
 */
export class RateLimiter {
  private perSecond: number | undefined;
  private epoch = 0;
  private nextAt = 0;
  private readonly queue: Waiter[] = [];
  private isPumping = false;
  private growth = PROBING;
  private longestHintMs = 0;
  private refusalsInARow = 0;
  /** Since the last refusal that counted. */
  private since = 0;
  private passedSince = 0;
  private idleMs = 0;
  /** Calls that passed in this second and in the one before, for a service that refuses without saying for how long. */
  private second = 0;
  private passedThisSecond = 0;
  private passedLastSecond = 0;

  constructor(private readonly clock: Clock) {}

  /** Undefined until the service refuses for the first time. */
  get ratePerSecond(): number | undefined {
    return this.perSecond;
  }

  /** Resolves when the caller may send; with undefined when its turn did not come before the deadline (on the clock's scale). */
  async take(deadline: number): Promise<Turn | undefined> {
    if (this.perSecond === undefined) return { epoch: this.epoch };
    return new Promise((give) => {
      this.queue.push({ deadline, give });
      if (!this.isPumping) void this.pump();
    });
  }

  /** The service has taken the call, whatever it answered. */
  passed(turn: Turn): void {
    this.countInSecond();
    // What was under way at the first refusal had been let in before it.
    if (this.perSecond === undefined || turn.epoch === 0) return;
    this.passedSince++;
    // A call that was under way at the last refusal does not show that the pace since then is right.
    if (turn.epoch !== this.epoch) return;
    this.refusalsInARow = 0;
    this.perSecond *= 1 + this.growth * (1 + this.passedSince / CALLS_TO_DOUBLE);
  }

  /** The service has refused the call for its rate, and may have said for how long. */
  refused(turn: Turn, hintMs: number | undefined): void {
    const now = this.clock.now();
    if (turn.epoch === 0) this.guess(hintMs);
    if (turn.epoch === this.epoch) {
      if (turn.epoch > 0) this.perSecond = this.measured(now);
      // While nothing passes, it is one and the same emptiness that lasts.
      if (this.passedSince > 0 || turn.epoch === 0) this.since = now;
      this.epoch++;
      this.refusalsInARow++;
      this.passedSince = 0;
      this.idleMs = 0;
    }
    this.nextAt = Math.max(this.nextAt, now + this.pauseMs(hintMs));
  }

  private countInSecond(): void {
    const second = Math.floor(this.clock.now() / 1_000);
    if (second !== this.second) {
      this.passedLastSecond = second === this.second + 1 ? this.passedThisSecond : 0;
      this.passedThisSecond = 0;
      this.second = second;
    }
    this.passedThisSecond++;
  }

  /**
   * From the refusals of the calls that were under way at the first one. A service that says when the next call may come tells its rate if
   * it is asked often enough; what passed before bounds it.
   */
  private guess(hintMs = 0): void {
    if (this.epoch > 1 || this.passedSince > 0) return;
    this.longestHintMs = Math.max(this.longestHintMs, hintMs);
    const before = this.passedThisSecond + this.passedLastSecond;
    const guess = this.longestHintMs > 0 ? Math.min((1_000 / this.longestHintMs) * BACK_OFF, before) : before / 2;
    this.perSecond = Math.max(guess, SLOWEST_PER_SECOND);
    this.growth = this.perSecond < before / FAR_BELOW ? EAGER : PROBING;
  }

  private measured(now: number): number {
    const former = this.perSecond ?? SLOWEST_PER_SECOND;
    if (this.passedSince === 0) return former;
    this.growth = this.passedSince >= ENOUGH_CALLS ? CAREFUL : PROBING;
    const taken = (this.passedSince * 1_000) / Math.max(1, now - this.since - this.idleMs);
    return Math.max(Math.min(former, taken) * BACK_OFF, SLOWEST_PER_SECOND);
  }

  private pauseMs(hintMs: number | undefined): number {
    if (hintMs !== undefined && hintMs > 0) return Math.min(hintMs, LONGEST_PAUSE_MS);
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.refusalsInARow);
    return this.intervalMs() + this.clock.random() * longest;
  }

  private intervalMs(): number {
    return 1_000 / (this.perSecond ?? SLOWEST_PER_SECOND);
  }

  /** The only place that gives turns while the pace is limited, so that nobody overtakes and no turn is given twice. */
  private async pump(): Promise<void> {
    this.isPumping = true;
    for (;;) {
      const now = this.clock.now();
      this.dismissOverdue(now);
      if (this.queue.length === 0) break;
      if (this.nextAt > now) {
        const soonest = this.queue.reduce((at, { deadline }) => Math.min(at, deadline), this.nextAt);
        await this.clock.sleep(soonest - now);
        continue;
      }
      const waiter = this.queue.shift() as Waiter;
      if (this.nextAt > 0 && now > this.nextAt) this.idleMs += Math.max(0, now - this.nextAt - this.intervalMs());
      this.nextAt = now + this.intervalMs();
      waiter.give({ epoch: this.epoch });
    }
    this.isPumping = false;
  }

  private dismissOverdue(now: number): void {
    for (let index = this.queue.length - 1; index >= 0; index--) {
      const waiter = this.queue[index] as Waiter;
      if (waiter.deadline > now) continue;
      this.queue.splice(index, 1);
      waiter.give(undefined);
    }
  }
}
