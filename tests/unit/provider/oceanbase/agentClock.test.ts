import { clockFromAnswer, describeClock, isNotable } from "../../../../provider/oceanbase/agentClock";

const NOON = Date.UTC(2026, 0, 5, 12, 0, 0);

describe("An agent's clock", () => {
  it.each<[unknown, number]>([
    ["2026-01-05T12:00:00Z", 0],
    ["2026-01-05T20:05:00+08:00", 300_000],
    ["2026-01-05T11:59:58.123456789Z", -1_877],
  ])("that says %s at our noon is ahead by %d ms", (answer, aheadMs) => {
    expect(clockFromAnswer(answer, NOON, NOON)).toEqual({ aheadMs });
  });

  it("was read between our question and the answer", () => {
    expect(clockFromAnswer("2026-01-05T12:00:02Z", NOON, NOON + 4_000)).toEqual({ aheadMs: 0 });
  });

  it.each([undefined, null, 1, "", "soon", {}])("is not told by %j", (answer) => {
    expect(clockFromAnswer(answer, NOON, NOON)).toBeUndefined();
  });

  it.each([
    [300_000, "5m 0s ahead of", true],
    [-7_200_000, "2h 0m 0s behind", true],
    [-9_000, "9s behind", false],
    [400, "400ms ahead of", false],
  ])("that is %d ms ahead is described as %s ours (worth a line: %s)", (aheadMs, text, isWorthIt) => {
    expect(describeClock("http://a", { aheadMs })).toBe(`the clock of http://a is ${text} this machine's`);
    expect(isNotable({ aheadMs })).toBe(isWorthIt);
  });
});
