import fc from "fast-check";
import {
  canonicalFilterValue,
  canonicalWindow,
  FREQUENCIES,
  isHighFrequency,
  sortWeekdays,
  WEEKDAYS,
  weekdaysFromWire,
} from "../../../../provider/polardb/schedule";

describe("A backup window", () => {
  it.each(Array.from({ length: 24 }, (_, hour) => hour))("of the hour from %d:00 has one spelling", (hour) => {
    const [start, end] = [hour, hour + 1].map((value) => String(value).padStart(2, "0"));
    expect(canonicalWindow(`${start}:00Z-${end}:00Z`)).toBe(`${start}:00Z-${end}:00Z`);
  });

  it.each([
    ["23:00Z-00:00Z", "23:00Z-24:00Z"],
    ["23:00Z-24:00Z", "23:00Z-24:00Z"],
    [" 15:00Z - 16:00Z ", "15:00Z-16:00Z"],
  ])("%j is written %s", (text, canonical) => {
    expect(canonicalWindow(text)).toBe(canonical);
  });

  it.each([
    "",
    "15:00Z",
    "15:00Z-15:00Z",
    "15:00Z-17:00Z",
    "16:00Z-15:00Z",
    "15:30Z-16:30Z",
    "15:00-16:00",
    "15:00z-16:00z",
    "5:00Z-6:00Z",
    "24:00Z-25:00Z",
    "22:00Z-00:00Z",
    "00:00Z-24:00Z",
    "15:00Z-16:00Z,17:00Z-18:00Z",
    "15:00:00Z-16:00:00Z",
  ])("is not what %j says", (text) => {
    expect(canonicalWindow(text)).toBeUndefined();
  });
});

describe("A list of weekdays", () => {
  it("is a set in the order of the week, however it is written", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...WEEKDAYS)), (days) => {
        const sorted = sortWeekdays(days);
        expect(new Set(sorted)).toEqual(new Set(days));
        expect(sorted).toEqual(WEEKDAYS.filter((day) => sorted.includes(day)));
        expect(sortWeekdays([...days].reverse())).toEqual(sorted);
      }),
    );
  });

  it.each<[string | undefined, string[] | undefined]>([
    ["Monday,Tuesday", ["Monday", "Tuesday"]],
    [" Sunday , Monday ,Sunday", ["Monday", "Sunday"]],
    ["", undefined],
    [undefined, undefined],
    ["Someday,Friday", ["Friday"]],
    ["Someday", undefined],
  ])("is read from the service's %j as %j", (text, days) => {
    expect(weekdaysFromWire(text)).toEqual(days);
  });
});

describe("A backup frequency", () => {
  it.each([
    ["Normal", false],
    ["2/24H", true],
    ["3/24H", true],
    ["4/24H", true],
    [undefined, false],
  ] as const)("%s is high: %s", (frequency, isHigh) => {
    expect(isHighFrequency(frequency)).toBe(isHigh);
  });

  it("is one of the four that the vendor documents", () => {
    expect(FREQUENCIES).toEqual(["Normal", "2/24H", "3/24H", "4/24H"]);
  });
});

describe("The schedule of an advanced rule", () => {
  it.each<[string | undefined, string | undefined, string | undefined]>([
    ["dayOfWeek", "7,1,3", "1,3,7"],
    ["dayOfWeek", " 2, 1 ,2", "1,2"],
    ["dayOfMonth", "31,1", "31,1"],
    ["dayOfYear", "b,a", "b,a"],
    ["backupInterval", "180", "180"],
    ["dayOfWeek", undefined, undefined],
    [undefined, "x", "x"],
  ])("of kind %s, %j, is compared as %j", (key, value, canonical) => {
    expect(canonicalFilterValue(key, value)).toBe(canonical);
    expect(canonicalFilterValue(key, canonical)).toBe(canonical);
  });
});
