import fc from "fast-check";
import { windowOf } from "../../../../provider/polardb/spread";

const hour = (value: number): string => `${String(value).padStart(2, "0")}:00Z`;

const ranges = fc
  .tuple(fc.nat({ max: 23 }), fc.nat({ max: 24 }))
  .filter(([from, to]) => from !== to)
  .map(([from, to]) => ({ from: hour(from), to: hour(to) }));

const ids = fc.stringMatching(/^pc-[a-z0-9]{4,17}$/);

/** The hours of a range in order, counted off and not computed. */
function hoursOf({ from, to }: { from: string; to: string }): number[] {
  const hours: number[] = [];
  const end = Number(to.slice(0, 2)) % 24;
  let at = Number(from.slice(0, 2));
  do {
    hours.push(at);
    at = (at + 1) % 24;
  } while (at !== end);
  return hours;
}

describe("The window of a cluster in a range", () => {
  it("is one hour within it, over midnight too, and always the same", () => {
    fc.assert(
      fc.property(ids, ranges, (id, range) => {
        const window = windowOf(id, range);
        const [, start, end] = /^(\d\d):00Z-(\d\d):00Z$/.exec(window) ?? [];
        expect(hoursOf(range)).toContain(Number(start));
        expect(Number(end)).toBe(Number(start) + 1);
        expect(windowOf(id, { ...range })).toBe(window);
      }),
    );
  });

  it("is frozen: another formula would move the windows of every fleet", () => {
    const range = { from: "22:00Z", to: "04:00Z" };
    expect(["pc-1", "pc-2", "pc-bp13wz9586voc", "pc-bp1s826a1up0000"].map((id) => windowOf(id, range))).toEqual(FROZEN);
  });

  it.each([
    ["ids that are counted up", (index: number) => `pc-${index}`],
    ["ids of one region", (index: number) => `pc-bp1${(index * 2_654_435_761).toString(36).padStart(14, "0")}`],
  ])("is about as frequent as every other, for %s", (_name, idOf) => {
    for (const range of [
      { from: "02:00Z", to: "06:00Z" },
      { from: "20:00Z", to: "03:00Z" },
      { from: "00:00Z", to: "24:00Z" },
    ]) {
      const hours = hoursOf(range);
      const counts = new Map<string, number>();
      for (let index = 0; index < 2_400; index++) {
        const window = windowOf(idOf(index), range);
        counts.set(window, (counts.get(window) ?? 0) + 1);
      }
      expect(counts.size).toBe(hours.length);
      const fair = 2_400 / hours.length;
      for (const count of counts.values()) {
        expect(count).toBeGreaterThan(fair * 0.6);
        expect(count).toBeLessThan(fair * 1.4);
      }
    }
  });

  it.each([
    ["02:00Z", "02:00Z"],
    ["2:00Z", "06:00Z"],
    ["02:00", "06:00"],
    ["24:00Z", "06:00Z"],
    ["02:30Z", "06:00Z"],
    ["02:00Z", "25:00Z"],
  ])("does not exist from %s to %s", (from, to) => {
    expect(() => windowOf("pc-1", { from, to })).toThrow(RangeError);
  });
});

const FROZEN = ["02:00Z-03:00Z", "22:00Z-23:00Z", "03:00Z-04:00Z", "23:00Z-24:00Z"];
