import fc from "fast-check";
import { type ErrorFacts, type ErrorKind, ProviderError } from "../../../../provider/core/errors";
import {
  allowsRetry,
  classifyByKind,
  DEFAULT_RETRY,
  type Retryability,
  type RetryPolicy,
  retryDelay,
  withRetry,
} from "../../../../provider/core/retry";
import { rejectionOf } from "../../support/failures";
import { TestClock } from "../../support/testClock";

const error = (kind: ErrorKind, facts: Partial<ErrorFacts> = {}): ProviderError =>
  new ProviderError({ kind, problem: "no", ...facts });

const policy: RetryPolicy = {
  classify: classifyByKind,
  maxAttempts: 4,
  budgetMs: 10_000,
  baseDelayMs: 100,
  maxDelayMs: 1_000,
};

describe("What an error says about repeating", () => {
  it.each<[ErrorKind, Retryability]>([
    ["Throttled", "always"],
    ["Unavailable", "unlessApplied"],
    ["RequestTimeout", "unlessApplied"],
    ["InvalidInput", "never"],
    ["Unauthenticated", "never"],
    ["Forbidden", "never"],
    ["NotFound", "never"],
    ["Conflict", "never"],
    ["WaitTimeout", "never"],
    ["TaskFailed", "never"],
    ["UnexpectedResponse", "never"],
    ["PartialApply", "never"],
    ["WrongTarget", "never"],
    ["NotAccepted", "never"],
  ])("%s: %s", (kind, retryability) => {
    expect(classifyByKind(error(kind))).toBe(retryability);
  });
});

describe("Whether a request may be repeated", () => {
  it.each<[boolean, string, ProviderError, boolean]>([
    [true, "a read whose answer was lost", error("Unavailable", { outcomeUnknown: true }), false],
    [true, "a read that timed out", error("RequestTimeout", { outcomeUnknown: true }), false],
    [true, "a write that never left", error("Unavailable", { outcomeUnknown: false }), true],
    [false, "a write whose answer was lost", error("Unavailable", { outcomeUnknown: true }), true],
    [false, "a write that timed out", error("RequestTimeout", { outcomeUnknown: true }), true],
    [true, "a write that was throttled", error("Throttled"), true],
    [true, "a read that was throttled", error("Throttled"), false],
    [false, "a read that was refused", error("Forbidden"), false],
    [false, "a write that was refused", error("InvalidInput"), true],
  ])("%s: %s", (expected, _situation, failure, isWrite) => {
    expect(allowsRetry(failure, isWrite, 1, 0, policy)).toBe(expected);
  });

  it.each<[boolean, number, number]>([
    [true, 1, 0],
    [true, 3, 9_999],
    [false, 4, 0],
    [false, 5, 0],
    [false, 1, 10_000],
    [false, 1, 60_000],
  ])("%s: attempt %d of 4 after %d of 10,000 ms", (expected, attempt, elapsedMs) => {
    expect(allowsRetry(error("Throttled"), false, attempt, elapsedMs, policy)).toBe(expected);
  });

  it("never: a write whose outcome is unknown, whatever else is the case, except when it was throttled", () => {
    const kinds = fc.constantFrom<ErrorKind>("Unavailable", "RequestTimeout", "Conflict", "UnexpectedResponse");
    fc.assert(
      fc.property(kinds, fc.nat({ max: 10 }), fc.nat({ max: 20_000 }), (kind, attempt, elapsedMs) => {
        const failure = error(kind, { outcomeUnknown: true });
        expect(allowsRetry(failure, true, attempt, elapsedMs, policy)).toBe(false);
      }),
    );
  });
});

describe("How long to wait before the next attempt", () => {
  it.each<[string, number, number, number]>([
    ["nothing at the low end of chance", 1, 0, 0],
    ["half of the base", 1, 0.5, 50],
    ["half of twice the base", 2, 0.5, 100],
    ["half of four times the base", 3, 0.5, 200],
    ["half of the longest delay from then on", 9, 0.5, 500],
    ["half of the longest delay after very many attempts", 5_000, 0.5, 500],
  ])("%s, at attempt %d with chance %d: %d ms", (_name, attempt, random, delay) => {
    expect(retryDelay(error("Throttled"), attempt, random, policy)).toBe(delay);
  });

  it("lies between nothing and the doubled delay for any chance: full jitter", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, random) => {
          const delay = retryDelay(error("Throttled"), attempt, random, policy);
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThanOrEqual(Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1)));
          expect(Number.isInteger(delay)).toBe(true);
        },
      ),
    );
  });

  it.each([
    [250, 250],
    [0, 0],
    [-5, 0],
    [3_600_000, 1_000],
  ])("a hint of %d ms is honoured, but bounded: %d ms", (retryAfterMs, delay) => {
    expect(retryDelay(error("Throttled", { retryAfterMs }), 1, 0.5, policy)).toBe(delay);
  });
});

describe("A request that is repeated", () => {
  /** A service that fails with these errors, one per attempt, and then answers. */
  function failingWith(...failures: readonly unknown[]): { send: () => Promise<string>; attempts: () => number } {
    let attempts = 0;
    const send = async (): Promise<string> => {
      const failure = failures[attempts++];
      if (failure !== undefined) throw failure;
      return "answer";
    };
    return { send, attempts: () => attempts };
  }

  it("gives the answer of the attempt that succeeds, after a delay per failure", async () => {
    const clock = new TestClock();
    const service = failingWith(error("Throttled"), error("Unavailable"));
    await expect(withRetry(service.send, false, clock, policy)).resolves.toBe("answer");
    expect(service.attempts()).toBe(3);
    expect(clock.sleeps).toEqual([50, 100]);
  });

  it("is a write that is sent once when nobody knows whether it took effect", async () => {
    const clock = new TestClock();
    const lost = error("RequestTimeout", { outcomeUnknown: true });
    const service = failingWith(lost);
    expect(await rejectionOf(withRetry(service.send, true, clock, policy))).toBe(lost);
    expect(service.attempts()).toBe(1);
    expect(clock.sleeps).toEqual([]);
  });

  it("is not repeated after an error that is not ours: that is a bug", async () => {
    const service = failingWith(new TypeError("x is not a function"));
    await expect(withRetry(service.send, false, new TestClock(), policy)).rejects.toThrow(TypeError);
    expect(service.attempts()).toBe(1);
  });

  it("says how often and how long it was tried when it gives up", async () => {
    const clock = new TestClock();
    const service = failingWith(...Array.from({ length: 9 }, () => error("Throttled", { retryAfterMs: 1_000 })));
    const failure = await rejectionOf(withRetry(service.send, false, clock, policy));
    expect(failure.message).toBe("no; tried 4 times in 3s [Throttled].");
    expect(service.attempts()).toBe(4);
  });

  it("says nothing of attempts when there was only one", async () => {
    const service = failingWith(error("Forbidden"));
    const failure = await rejectionOf(withRetry(service.send, false, new TestClock(), policy));
    expect(failure.message).toBe("no [Forbidden].");
  });

  it("starts no attempt once its time is over, however long the service asks to wait", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 30_000 }), { minLength: 1, maxLength: 10 }),
        fc.option(fc.nat({ max: 30_000 }), { nil: undefined }),
        async (durations, retryAfterMs) => {
          const clock = new TestClock(() => 0.999);
          const begun = clock.now();
          const starts: number[] = [];
          const send = async (): Promise<void> => {
            const start = clock.now() - begun;
            starts.push(start);
            clock.advance(durations[starts.length - 1] ?? 100);
            throw error("Throttled", { retryAfterMs });
          };
          await rejectionOf(withRetry(send, false, clock, DEFAULT_RETRY));
          expect(Math.max(...starts)).toBeLessThanOrEqual(DEFAULT_RETRY.budgetMs);
        },
      ),
    );
  });
});
