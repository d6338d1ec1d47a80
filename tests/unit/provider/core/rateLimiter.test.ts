import fc from "fast-check";
import type { Clock } from "../../../../provider/core/clock";
import { RateLimiter } from "../../../../provider/core/rateLimiter";

/** Time for many who wait at once: it goes to the next one that wakes up when nobody has anything to do. */
class Timeline implements Clock {
  private time = Date.UTC(2026, 0, 5);
  private readonly sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  constructor(private readonly chance: () => number) {}

  now(): number {
    return this.time;
  }

  random(): number {
    return this.chance();
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => {
      const at = this.time + ms;
      const place = this.sleepers.findIndex((other) => other.at > at);
      this.sleepers.splice(place < 0 ? this.sleepers.length : place, 0, { at, wake });
    });
  }

  async runUntil(isDone: () => boolean): Promise<void> {
    for (;;) {
      for (let round = 0; round < 12; round++) await Promise.resolve();
      if (isDone()) return;
      const next = this.sleepers.shift();
      if (!next) throw new Error("everybody waits for ever");
      this.time = Math.max(this.time, next.at);
      next.wake();
    }
  }
}

/** Milliseconds until the next call would be taken; 0 when this one is. */
type Service = (now: number) => number;

function tokenBucket(perSecond: number, burst: number): Service {
  const perTokenMs = 1_000 / perSecond;
  let fullAt = Number.NEGATIVE_INFINITY;
  return (now) => {
    const from = Math.max(fullAt, now);
    const waitMs = Math.ceil(from - (burst - 1) * perTokenMs - now);
    if (waitMs > 0) return waitMs;
    fullAt = from + perTokenMs;
    return 0;
  };
}

interface Trial {
  readonly service: Service;
  readonly saysWhen: boolean;
  readonly callers: number;
  readonly callsOfEach: number;
  readonly latencyMs: number;
  readonly seed: number;
}

interface Outcome {
  readonly calls: number;
  /** Of requests that went out after the first refusal had come in. */
  readonly refusedLater: number;
  readonly seconds: number;
}

async function run(trial: Trial): Promise<Outcome> {
  const { service, saysWhen, callers, callsOfEach, latencyMs } = trial;
  let seed = trial.seed;
  const chance = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  const timeline = new Timeline(chance);
  const limiter = new RateLimiter(timeline);
  const startedAt = timeline.now();
  let done = 0;
  let firstRefusal: number | undefined;
  let refusedLater = 0;
  const call = async (): Promise<void> => {
    for (;;) {
      const turn = await limiter.take(Number.POSITIVE_INFINITY);
      if (!turn) throw new Error("no turn though there is no deadline");
      const sentAt = timeline.now();
      await timeline.sleep((latencyMs / 2) * (0.5 + chance()));
      const waitMs = service(timeline.now());
      await timeline.sleep((latencyMs / 2) * (0.5 + chance()));
      if (waitMs === 0) return limiter.passed(turn);
      if (firstRefusal !== undefined && sentAt > firstRefusal) refusedLater++;
      firstRefusal ??= timeline.now();
      limiter.refused(turn, saysWhen ? waitMs : undefined);
    }
  };
  for (let caller = 0; caller < callers; caller++) {
    void (async () => {
      for (let count = 0; count < callsOfEach; count++) await call();
      done++;
    })();
  }
  await timeline.runUntil(() => done === callers);
  return { calls: callers * callsOfEach, refusedLater, seconds: (timeline.now() - startedAt) / 1_000 };
}

describe("A rate limiter", () => {
  it("lets everything go at once, and waits for nothing, until the service refuses", async () => {
    const timeline = new Timeline(() => 0.5);
    const limiter = new RateLimiter(timeline);
    const turns = await Promise.all(Array.from({ length: 1_000 }, () => limiter.take(0)));
    for (const turn of turns) if (turn) limiter.passed(turn);
    expect(turns).not.toContain(undefined);
    expect(limiter.ratePerSecond).toBeUndefined();
  });

  it.each([
    [5, 5, true],
    [5, 5, false],
    [20, 20, true],
    [100, 100, true],
    [5, 100, true],
    [1, 1, true],
  ])(
    "gets 50 callers of 3 calls through at %d per second (burst %d, service says when: %s)",
    async (rate, burst, saysWhen) => {
      const trial = { service: tokenBucket(rate, burst), saysWhen, callers: 50, callsOfEach: 3, latencyMs: 5, seed: 1 };
      const { calls, refusedLater, seconds } = await run(trial);
      expect(refusedLater / calls).toBeLessThanOrEqual(0.03);
      expect(seconds).toBeLessThan((2 * calls) / rate);
    },
  );

  it("keeps refusals rare and the pace near the limit, whatever the service is like", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 2, max: 60 }),
        fc.integer({ min: 1, max: 100 }),
        fc.boolean(),
        fc.nat({ max: 1_000_000 }),
        async (rate, bursts, callers, latency, saysWhen, seed) => {
          const callsOfEach = Math.ceil(300 / callers);
          // One after another is a pace of its own; more than one request of a turn under way is another subject.
          const latencyMs = Math.min(latency, 500 / rate);
          const service = tokenBucket(rate, rate * bursts);
          const { calls, refusedLater, seconds } = await run({
            service,
            saysWhen,
            callers,
            callsOfEach,
            latencyMs,
            seed,
          });
          expect(refusedLater).toBeLessThanOrEqual(0.03 * calls);
          expect(seconds).toBeLessThanOrEqual(3 * Math.max(calls / rate, (callsOfEach * latencyMs) / 1_000) + 10);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("counts refusals of calls that were under way together once", async () => {
    const timeline = new Timeline(() => 0.5);
    const limiter = new RateLimiter(timeline);
    const turns = await Promise.all(Array.from({ length: 20 }, () => limiter.take(Number.POSITIVE_INFINITY)));
    for (const turn of turns.slice(0, 10)) if (turn) limiter.passed(turn);
    for (const turn of turns.slice(10)) if (turn) limiter.refused(turn, undefined);
    expect(limiter.ratePerSecond).toBe(5);
  });

  it("gives turns in the order in which they were asked for", async () => {
    const timeline = new Timeline(() => 0.5);
    const limiter = new RateLimiter(timeline);
    const first = await limiter.take(0);
    if (first) limiter.refused(first, 100);
    const order: number[] = [];
    for (let number = 0; number < 5; number++) {
      void limiter.take(Number.POSITIVE_INFINITY).then(() => order.push(number));
    }
    await timeline.runUntil(() => order.length === 5);
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  it("waits for as long as the service says, but never for more than 20 s", async () => {
    const timeline = new Timeline(() => 0.5);
    const limiter = new RateLimiter(timeline);
    const startedAt = timeline.now();
    const first = await limiter.take(0);
    if (first) limiter.refused(first, 3_600_000);
    let isGiven = false;
    void limiter.take(Number.POSITIVE_INFINITY).then(() => {
      isGiven = true;
    });
    await timeline.runUntil(() => isGiven);
    expect(timeline.now() - startedAt).toBe(20_000);
  });

  it("tells those whose deadline has come, and holds nobody else up for them", async () => {
    const timeline = new Timeline(() => 0.5);
    const limiter = new RateLimiter(timeline);
    const first = await limiter.take(0);
    if (first) limiter.refused(first, 10_000);
    const answers: [string, boolean, number][] = [];
    const startedAt = timeline.now();
    const ask = (name: string, deadline: number): void =>
      void limiter.take(deadline).then((turn) => answers.push([name, turn !== undefined, timeline.now() - startedAt]));
    ask("hurried", timeline.now() + 1_000);
    ask("patient", timeline.now() + 60_000);
    await timeline.runUntil(() => answers.length === 2);
    expect(answers).toEqual([
      ["hurried", false, 1_000],
      ["patient", true, 10_000],
    ]);
  });
});
