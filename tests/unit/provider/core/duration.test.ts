import fc from "fast-check";
import { describeDuration, durationMs, formatDuration, parseDuration } from "../../../../provider/core/duration";

describe("A duration as text", () => {
  it.each([
    ["7d", 604_800_000],
    ["2h", 7_200_000],
    ["3m", 180_000],
    ["120s", 120_000],
    ["500ms", 500],
    ["0ms", 0],
    ["0s", 0],
    ["007d", 604_800_000],
    ["1D", 86_400_000],
    ["5MS", 5],
  ])("%s is %d ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    "",
    "7",
    "d",
    "1.5h",
    "-1d",
    "+1d",
    "1h30m",
    " 1d",
    "1d ",
    "1 d",
    "1w",
    "1us",
    "1e3s",
    "９d",
    "99999999999999d",
  ])("%j is none", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it.each([
    ["168h", "7d"],
    ["7200s", "2h"],
    ["120s", "2m"],
    ["90s", "90s"],
    ["0ms", "0s"],
    ["1500ms", "1500ms"],
    ["25h", "25h"],
  ])("%s has the one spelling %s", (text, canonical) => {
    expect(formatDuration(parseDuration(text) ?? Number.NaN)).toBe(canonical);
  });

  it("is read back as the same length, and written the same way again", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});

describe("A duration for people", () => {
  it.each([
    [0, "0ms"],
    [900, "900ms"],
    [999.4, "999ms"],
    [1_000, "1s"],
    [59_400, "59s"],
    [125_000, "2m 5s"],
    [120_000, "2m 0s"],
    [3_600_000, "1h 0m 0s"],
    [7_384_000, "2h 3m 4s"],
  ])("%d ms is %s", (ms, text) => {
    expect(describeDuration(ms)).toBe(text);
  });
});

describe("A time limit of a resource", () => {
  it.each([
    ["30m", 1_800_000],
    [undefined, 42],
    ["nonsense", 42],
  ])("%j with a fallback of 42 ms is %d ms", (text, ms) => {
    expect(durationMs(text, 42)).toBe(ms);
  });
});
