import { type PollState, pollUntil } from "../../../../provider/core/poll";
import { rejectionOf } from "../../support/failures";
import { TestClock } from "../../support/testClock";

const pending = (state: string): PollState<string> => ({ phase: "pending", state });
const done = (value: string): PollState<string> => ({ phase: "done", state: "SUCCEED", value });

/** Shows these states one after another, and the last one for ever. */
function showing(...states: readonly PollState<string>[]): {
  observe: () => Promise<PollState<string>>;
  looks: () => number;
} {
  let looks = 0;
  return {
    observe: async () => states[Math.min(looks++, states.length - 1)] as PollState<string>,
    looks: () => looks,
  };
}

const options = { what: "task 14 (Set obcluster backup config)", advice: "Look at the task.", intervalMs: 1_000 };

describe("Waiting for a long operation", () => {
  it("gives its value without any wait when it is over at the first look", async () => {
    const clock = new TestClock();
    const { observe, looks } = showing(done("result"));
    await expect(pollUntil({ ...options, observe, clock, deadlineMs: 5_000 })).resolves.toBe("result");
    expect(looks()).toBe(1);
    expect(clock.sleeps).toEqual([]);
  });

  it("looks at intervals and tells each pending state with the time gone", async () => {
    const clock = new TestClock();
    const { observe } = showing(pending("READY"), pending("RUNNING"), done("result"));
    const seen: [string, number][] = [];
    const onPending = (state: string, elapsedMs: number): void => {
      seen.push([state, elapsedMs]);
    };
    await pollUntil({ ...options, observe, clock, deadlineMs: 5_000, onPending });
    expect(clock.sleeps).toEqual([1_000, 1_000]);
    expect(seen).toEqual([
      ["READY", 0],
      ["RUNNING", 1_000],
    ]);
  });

  it("looks for the last time at the deadline and then names the last state and the time waited", async () => {
    const clock = new TestClock();
    const { observe, looks } = showing(pending("READY"), pending("RUNNING (stage 1 of 2)"));
    const error = await rejectionOf(pollUntil({ ...options, observe, clock, deadlineMs: 2_500 }));
    expect(error.message).toBe(
      "task 14 (Set obcluster backup config) is still RUNNING (stage 1 of 2) after 3s [WaitTimeout]. Look at the task.",
    );
    expect(clock.sleeps).toEqual([1_000, 1_000, 500]);
    expect(looks()).toBe(4);
  });

  it("takes a result that shows only at the deadline", async () => {
    const clock = new TestClock();
    const { observe } = showing(pending("a"), pending("b"), pending("c"), done("just in time"));
    await expect(pollUntil({ ...options, observe, clock, deadlineMs: 2_500 })).resolves.toBe("just in time");
  });

  it("looks once even when no time is left", async () => {
    const clock = new TestClock();
    const { observe, looks } = showing(pending("READY"));
    const error = await rejectionOf(pollUntil({ ...options, observe, clock, deadlineMs: 0 }));
    expect(error.kind).toBe("WaitTimeout");
    expect(looks()).toBe(1);
  });

  it("asks after each look for a deadline that depends on what else goes on", async () => {
    const clock = new TestClock();
    const { observe, looks } = showing(pending("READY"));
    const deadlineMs = (): number => (looks() < 5 ? 60_000 : 2_000);
    const error = await rejectionOf(pollUntil({ ...options, observe, clock, deadlineMs }));
    expect(error.message).toContain("is still READY after 4s");
    expect(looks()).toBe(5);
  });

  it("counts the time of the looks themselves", async () => {
    const clock = new TestClock();
    let looks = 0;
    const observe = async (): Promise<PollState<string>> => {
      looks++;
      clock.advance(2_000);
      return pending("slow");
    };
    await rejectionOf(pollUntil({ ...options, observe, clock, deadlineMs: 5_000 }));
    expect(looks).toBe(2);
  });

  it("ends with the error of a look", async () => {
    const observe = async (): Promise<PollState<string>> => {
      throw new Error("gone");
    };
    await expect(pollUntil({ ...options, observe, clock: new TestClock(), deadlineMs: 5_000 })).rejects.toThrow("gone");
  });
});
