import { ProviderError } from "../../../../provider/core/errors";
import { RateLimiter } from "../../../../provider/core/rateLimiter";
import { type Caller, makeCall } from "../../../../provider/polardb/calls";
import { errorFacts } from "../../../../provider/polardb/errors";
import type { Credentials } from "../../../../provider/polardb/signer";
import { rejectionOf } from "../../support/failures";
import { TestClock } from "../../support/testClock";

const OLD: Credentials = { accessKeyId: "STS.1", accessKeySecret: "S1", securityToken: "T1" };
const NEW: Credentials = { accessKeyId: "STS.2", accessKeySecret: "S2", securityToken: "T2" };

type Answer = string | Error | "OK";

interface Trial {
  readonly isWrite?: boolean;
  readonly patienceMs?: number;
  /** Codes of errors, errors, or `"OK"`; the last one for ever. */
  readonly answers: readonly Answer[];
}

/** Makes one call against these answers. */
function trial({ isWrite = false, patienceMs = 1_200_000, answers }: Trial): {
  run: Promise<unknown>;
  clock: TestClock;
  signers: string[];
  renewals: Credentials[];
} {
  const clock = new TestClock();
  const signers: string[] = [];
  const renewals: Credentials[] = [];
  const limiter = new RateLimiter(clock);
  let present = OLD;
  const caller: Caller = {
    clock,
    deadline: clock.now() + patienceMs,
    limiterOf: () => limiter,
    keys: {
      keys: async () => present,
      renew: async (expired) => {
        renewals.push(expired);
        present = NEW;
        return present;
      },
    },
  };
  const send = async (keys: Credentials): Promise<unknown> => {
    const answer = answers[Math.min(signers.length, answers.length - 1)] as Answer;
    signers.push(keys.accessKeyId);
    if (answer instanceof Error) throw answer;
    if (answer !== "OK") throw new ProviderError(errorFacts("A", answer, 400, "no", "5F2C"));
    return "done";
  };
  return { run: makeCall({ action: "A", isWrite, send }, caller), clock, signers, renewals };
}

const late = new ProviderError({ kind: "RequestTimeout", problem: "late", outcomeUnknown: true });

describe("A call whose token has expired", () => {
  it.each([false, true])("is made once more with renewed keys (write: %s)", async (isWrite) => {
    const { run, signers, renewals, clock } = trial({ isWrite, answers: ["InvalidSecurityToken.Expired", "OK"] });
    await expect(run).resolves.toBe("done");
    expect(signers).toEqual(["STS.1", "STS.2"]);
    expect(renewals).toEqual([OLD]);
    expect(clock.sleeps).toEqual([]);
  });

  it("is given up when it has expired again", async () => {
    const { run, signers } = trial({ answers: ["InvalidSecurityToken.Expired"] });
    expect((await rejectionOf(run)).message).toContain("the security token has expired");
    expect(signers).toHaveLength(2);
  });
});

describe("A call that came too late or too early", () => {
  it.each(["InvalidTimeStamp.Expired", "IllegalTimestamp"])("is signed again once: %s", async (code) => {
    const once = trial({ isWrite: true, answers: [code, "OK"] });
    await expect(once.run).resolves.toBe("done");
    const twice = trial({ answers: [code] });
    const error = await rejectionOf(twice.run);
    expect(twice.signers).toHaveLength(2);
    expect(error.message).toContain("outside the time window");
    expect(error.message).toContain("tried 2 times in 0ms");
  });

  it("has another try for its token", async () => {
    const { run, signers } = trial({ answers: ["IllegalTimestamp", "InvalidSecurityToken.Expired", "OK"] });
    await expect(run).resolves.toBe("done");
    expect(signers).toHaveLength(3);
  });
});

describe("A call that is throttled", () => {
  it("is made until the deadline, however often it is refused", async () => {
    const { run, signers } = trial({ isWrite: true, answers: [...Array<string>(50).fill("Throttling.User"), "OK"] });
    await expect(run).resolves.toBe("done");
    expect(signers).toHaveLength(51);
  });

  it("fails at the deadline, and says what was tried and at which limit", async () => {
    const { run, clock } = trial({ patienceMs: 60_000, answers: ["Throttling.User"] });
    const startedAt = clock.now();
    const error = await rejectionOf(run);
    expect(error.kind).toBe("Throttled");
    expect(error.message).toMatch(
      /^A: the account's limit of about 0\.20 calls per second left no room for it in time; tried \d+ times in 1m 0s \[Throttled, Throttling\.User, HTTP 400, request 5F2C\]\. Fewer resources/,
    );
    expect(clock.now() - startedAt).toBe(60_000);
  });

  it("has all its attempts left for other failures", async () => {
    const refusals = Array<string>(20).fill("Throttling");
    const { run, signers } = trial({ answers: [...refusals, late, late, late, "OK"] });
    await expect(run).resolves.toBe("done");
    expect(signers).toHaveLength(24);
  });
});

describe("A call that fails", () => {
  it.each<[string, boolean, Answer, number]>([
    ["a read whose answer was lost", false, late, 8],
    ["a write whose answer was lost", true, late, 1],
    ["a read of a service that is down", false, "ServiceUnavailable", 8],
    ["a write of a service that is down", true, "InternalError", 1],
    ["a read that was refused", false, "Forbidden.RAM", 1],
    ["a read of a busy cluster", false, "OperationDenied.DBClusterStatus", 1],
  ])("is repeated as far as that is safe: %s", async (_name, isWrite, answer, requests) => {
    const { run, signers } = trial({ isWrite, answers: [answer] });
    await rejectionOf(run);
    expect(signers).toHaveLength(requests);
  });

  it("is not repeated after the deadline of its caller", async () => {
    const { run, clock } = trial({ patienceMs: 1_000, answers: [late] });
    const startedAt = clock.now();
    expect((await rejectionOf(run)).message).toMatch(/^late; tried \d times in/);
    expect(clock.now() - startedAt).toBeLessThan(1_000);
  });

  it("is a bug when it is no error of ours, and is passed on as it is", async () => {
    const bug = new TypeError("x is undefined");
    await expect(trial({ answers: [bug] }).run).rejects.toBe(bug);
  });
});
