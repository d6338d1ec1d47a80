import { ProviderError } from "../../../../provider/core/errors";
import { type PollState, pollUntil } from "../../../../provider/core/poll";
import { testRuntime } from "../../support/context";
import { rejectionOf } from "../../support/failures";

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
    const context = testRuntime();
    const { observe, looks } = showing(done("result"));
    await expect(pollUntil({ ...options, observe, context, deadlineMs: 5_000 })).resolves.toBe("result");
    expect(looks()).toBe(1);
    expect(context.clock.sleeps).toEqual([]);
  });

  it("looks at intervals, and says nothing of a short wait", async () => {
    const context = testRuntime();
    const { observe } = showing(pending("READY"), pending("RUNNING"), done("result"));
    await pollUntil({ ...options, observe, context, deadlineMs: 5_000 });
    expect(context.clock.sleeps).toEqual([1_000, 1_000]);
    expect(context.lines).toEqual([]);
  });

  it.each([
    ["second", 1_000],
    ["ten seconds", 10_000],
    ["minute and a half", 90_000],
  ])(
    "tells how a long wait stands after 15 s and then once a minute, when it looks every %s",
    async (_, intervalMs) => {
      const context = testRuntime();
      const told: number[] = [];
      const startedAt = context.clock.now();
      const log = (line: string): void => {
        context.log(line);
        told.push(context.clock.now() - startedAt);
      };
      const { observe } = showing(pending("RUNNING"));
      const { clock } = context;
      await rejectionOf(pollUntil({ ...options, intervalMs, observe, context: { clock, log }, deadlineMs: 3_600_000 }));
      const silences = [...told, 3_600_000].map((at, index) => at - (told[index - 1] ?? 0));
      expect(silences[0]).toBeLessThan(15_000 + intervalMs);
      expect(Math.max(...silences.slice(1))).toBeLessThan(60_000 + intervalMs);
      expect(Math.min(...silences.slice(1, -1))).toBeGreaterThanOrEqual(60_000);
      expect(context.lines[1]).toMatch(
        /^task 14 \(Set obcluster backup config\): RUNNING, \d+m \d+s of at most 1h 0m 0s$/,
      );
    },
  );

  it("tells the time since the operation was asked for, and is no louder for that", async () => {
    const context = testRuntime();
    const { observe } = showing(pending("STOPPING"));
    const startedAt = context.clock.now() - 600_000;
    await rejectionOf(pollUntil({ ...options, observe, context, deadlineMs: 720_000, startedAt }));
    expect(context.lines).toEqual([
      "task 14 (Set obcluster backup config): STOPPING, 10m 15s of at most 12m 0s",
      "task 14 (Set obcluster backup config): STOPPING, 11m 15s of at most 12m 0s",
    ]);
  });

  it("looks for the last time at the deadline and then names the last state and the time waited", async () => {
    const context = testRuntime();
    const { observe, looks } = showing(pending("READY"), pending("RUNNING (stage 1 of 2)"));
    const error = await rejectionOf(pollUntil({ ...options, observe, context, deadlineMs: 2_500 }));
    expect(error.message).toBe(
      "task 14 (Set obcluster backup config) is still RUNNING (stage 1 of 2) after 3s, looked at 4 times [WaitTimeout]. Look at the task.",
    );
    expect(context.clock.sleeps).toEqual([1_000, 1_000, 500]);
    expect(looks()).toBe(4);
  });

  it("takes a result that shows only at the deadline", async () => {
    const context = testRuntime();
    const { observe } = showing(pending("a"), pending("b"), pending("c"), done("just in time"));
    await expect(pollUntil({ ...options, observe, context, deadlineMs: 2_500 })).resolves.toBe("just in time");
  });

  it("looks once even when no time is left", async () => {
    const context = testRuntime();
    const { observe, looks } = showing(pending("READY"));
    const error = await rejectionOf(pollUntil({ ...options, observe, context, deadlineMs: 0 }));
    expect(error.kind).toBe("WaitTimeout");
    expect(looks()).toBe(1);
  });

  it("throws what has hindered each try when time runs out, with how often and how long it was tried", async () => {
    const context = testRuntime();
    const because = new ProviderError({ kind: "Conflict", problem: "busy", vendorCode: "Busy", advice: "Wait." });
    const observe = async (): Promise<PollState<string>> => ({ phase: "pending", state: "at work", because });
    const error = await rejectionOf(pollUntil({ ...options, observe, context, deadlineMs: 60_000 }));
    expect(error.message).toBe("busy; tried 61 times in 1m 0s [Conflict, Busy]. Look at the task.");
  });

  it("asks after each look for a deadline that depends on what else goes on", async () => {
    const context = testRuntime();
    const { observe, looks } = showing(pending("READY"));
    const deadlineMs = (): number => (looks() < 5 ? 60_000 : 2_000);
    const error = await rejectionOf(pollUntil({ ...options, observe, context, deadlineMs }));
    expect(error.message).toContain("is still READY after 4s");
    expect(looks()).toBe(5);
  });

  it("counts the time of the looks themselves", async () => {
    const context = testRuntime();
    let looks = 0;
    const observe = async (): Promise<PollState<string>> => {
      looks++;
      context.clock.advance(2_000);
      return pending("slow");
    };
    await rejectionOf(pollUntil({ ...options, observe, context, deadlineMs: 5_000 }));
    expect(looks).toBe(2);
  });

  it("ends with the error of a look", async () => {
    const observe = async (): Promise<PollState<string>> => {
      throw new Error("gone");
    };
    await expect(pollUntil({ ...options, observe, context: testRuntime(), deadlineMs: 5_000 })).rejects.toThrow("gone");
  });
});
