import fc from "fast-check";
import type { Bag } from "../../../../provider/core/bag";
import { describeDuration, durationMs, formatDuration, parseDuration } from "../../../../provider/core/duration";
import { checkConfig } from "../../support/oceanbase";
import { checkPolicy } from "../../support/polardb";

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

  const units = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

  it("means count times unit in any spelling of obshell's grammar, has one canonical spelling, and is nothing else", () => {
    const counts = fc.oneof(fc.nat({ max: 10_000 }), fc.nat({ max: 2 ** 50 }));
    const spelt = fc.record({
      count: counts,
      zeros: fc.constantFrom("", "0", "000"),
      unit: fc.constantFrom(...(Object.keys(units) as (keyof typeof units)[])),
      isUpper: fc.boolean(),
    });
    fc.assert(
      fc.property(spelt, ({ count, zeros, unit, isUpper }) => {
        const text = `${zeros}${count}${isUpper ? unit.toUpperCase() : unit}`;
        const ms = count * units[unit];
        expect(parseDuration(text)).toBe(Number.isSafeInteger(ms) ? ms : undefined);
        if (!Number.isSafeInteger(ms)) return;
        const canonical = formatDuration(ms);
        expect(parseDuration(canonical)).toBe(ms);
        expect(formatDuration(parseDuration(canonical) ?? Number.NaN)).toBe(canonical);
        // No larger unit would do, and none is as short.
        const larger = Object.entries(units).filter(([name]) => ms > 0 && ms % units[name as keyof typeof units] === 0);
        expect(canonical.endsWith(ms === 0 ? "s" : (larger[0]?.[0] ?? ""))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("is none when anything stands before, between or after number and unit", () => {
    const strays = fc.string({ minLength: 1, maxLength: 3, unit: "grapheme" });
    fc.assert(
      fc.property(fc.nat(), strays, fc.constantFrom("before", "between", "after"), (count, stray, place) => {
        const [before, between, after] = ["before", "between", "after"].map((name) => (name === place ? stray : ""));
        const text = `${before}${count}${between}s${after}`;
        fc.pre(!/^\d+(ms|[dhms])$/i.test(text));
        expect(parseDuration(text)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it("is a time limit of PolarDB's and obshell's resources alike, or a violation, and never a time of zero", () => {
    const texts = fc.oneof(
      fc.tuple(fc.nat({ max: 10_000 }), fc.constantFrom("s", "m", "h", "d", "ms", "S", "")).map(([n, u]) => `${n}${u}`),
      fc.string({ maxLength: 6 }),
    );
    const isAccepted = (news: Bag, handler: "obshell" | "polardb"): boolean =>
      (handler === "obshell" ? checkConfig(news) : checkPolicy({ dbClusterId: "pc-1", ...news })).reasons.length === 0;
    fc.assert(
      fc.property(texts, (create) => {
        const [first, second] = (["obshell", "polardb"] as const).map((of) => isAccepted({ timeouts: { create } }, of));
        expect(first).toBe(second);
        expect(first).toBe(/^[1-9]\d*[smh]$/.test(create));
        if (first) expect(durationMs(create, Number.NaN)).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
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
