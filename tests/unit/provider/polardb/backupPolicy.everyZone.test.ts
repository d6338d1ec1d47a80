import fc from "fast-check";
import type { Bag } from "../../../../provider/core/bag";
import { planBackupPolicy } from "../../../../provider/polardb/backupPolicy.plan";
import type { BackupPolicyInputs } from "../../../../provider/polardb/backupPolicy.schema";
import {
  inLocalTime,
  inUtc,
  utcOffsetHours,
  withUtcSchedule,
} from "../../../../provider/polardb/backupPolicy.timeZone";
import { WEEKDAYS } from "../../../../provider/polardb/schedule";
import { classicToWire } from "../../../../provider/polardb/wire";
import { checkPolicy, livePolicy } from "../../support/polardb";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1);
const END = Date.UTC(2028, 0, 1);

/** Minutes from UTC to local time, read off the clock on the wall instead of off the name of the offset. */
const minutesOf = remembered((zone: string): ((at: number) => number) => {
  const format = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day, hour, minute } = parts;
    return (Date.UTC(year, month - 1, day, hour, minute) - Math.floor(at / 60_000) * 60_000) / 60_000;
  };
});

/** The moments of two years at which the zone's clocks are changed, to the minute. */
const transitionsOf = remembered((zone: string): number[] => {
  const minutes = minutesOf(zone);
  const found: number[] = [];
  for (let from = START; from < END; from += 7 * DAY) {
    let [before, after] = [from, from + 7 * DAY];
    if (minutes(before) === minutes(after)) continue;
    while (after - before > 60_000) {
      const middle = Math.floor((before + after) / 2 / 60_000) * 60_000;
      if (minutes(middle) === minutes(before)) before = middle;
      else after = middle;
    }
    found.push(after);
  }
  return found;
});

/** Formats of zones are slow to make. */
function remembered<T>(find: (zone: string) => T): (zone: string) => T {
  const known = new Map<string, T>();
  return (zone) => {
    const value = known.get(zone) ?? find(zone);
    known.set(zone, value);
    return value;
  };
}

const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone")].filter(
  (zone) =>
    checkPolicy({ dbClusterId: "pc-1", timeZone: zone, preferredBackupTime: "01:00-02:00" }).reasons.length === 0,
);

/** A zone, and moments next to its changes and between them. */
const zones = fc.constantFrom(...ZONES).chain((zone) => {
  const transitions = transitionsOf(zone);
  const anywhen = fc.integer({ min: START, max: END });
  const near = fc
    .tuple(fc.constantFrom(...transitions, START), fc.constantFrom(-HOUR, -60_000, -1, 0, 1, 60_000, HOUR, DAY))
    .map(([at, by]) => at + by);
  const moment = fc.oneof(anywhen, near);
  return fc.record({ zone: fc.constant(zone), first: moment, later: fc.array(moment, { minLength: 1, maxLength: 3 }) });
});

const windows = fc.integer({ min: 0, max: 23 }).map((hour) => {
  const pad = (value: number): string => String(value).padStart(2, "0");
  return `${pad(hour)}:00-${pad(hour + 1)}:00`;
});

const days = fc.shuffledSubarray([...WEEKDAYS], { minLength: 2 });

/** Under either name of the schedule, with or without days for level 2. */
const schedules: fc.Arbitrary<Bag> = fc
  .record({ window: windows, weekdays: days, isLevel1: fc.boolean(), hasLevel2: fc.boolean() })
  .map(({ window, weekdays, isLevel1, hasLevel2 }) => ({
    ...(isLevel1
      ? { dataLevel1BackupTime: window, dataLevel1BackupPeriod: weekdays }
      : { preferredBackupTime: window, preferredBackupPeriod: weekdays }),
    ...(hasLevel2 ? { dataLevel2BackupPeriod: weekdays } : {}),
  }));

function declared(news: Bag): BackupPolicyInputs {
  const { inputs, reasons } = checkPolicy({ dbClusterId: "pc-1", ...news });
  expect(reasons).toEqual([]);
  const { utcSchedule: _computedNow, ...others } = inputs;
  return others;
}

/** Minutes of the week, local or UTC, at which the windows begin. */
function moments(window: string | undefined, weekdays: readonly string[] | undefined, shiftHours: number): number[] {
  const hour = Number(window?.slice(0, 2));
  return (weekdays ?? [])
    .map((day) => ((WEEKDAYS as readonly string[]).indexOf(day) * 24 + hour + shiftHours + 168) % 168)
    .sort((a, b) => a - b);
}

describe("A schedule in any zone of the world", () => {
  it("knows the offset that the clocks there show, at any moment", () => {
    fc.assert(
      fc.property(zones, ({ zone, first: then, later }) => {
        for (const at of [then, ...later]) expect(utcOffsetHours(zone, at)).toBe(minutesOf(zone)(at) / 60);
      }),
      { numRuns: 300 },
    );
  });

  it("never causes a write, whenever it is looked at again, and stands for the same moments of the week", () => {
    fc.assert(
      fc.property(zones, schedules, ({ zone, first: then, later }, schedule) => {
        const inputs = declared({ timeZone: zone, ...schedule });
        const first = withUtcSchedule(inputs, {}, then);
        const { dbClusterId: _id, ...utc } = inUtc(first);
        const live = livePolicy(classicToWire(utc));
        let recorded = first;
        for (const at of later) {
          recorded = withUtcSchedule(inputs, recorded, at);
          expect(recorded).toEqual(first);
          expect(planBackupPolicy(inUtc(recorded), live, {}).call).toBeUndefined();
          expect(inLocalTime(inUtc(recorded), recorded)).toEqual(first);
        }
        const offset = first.utcSchedule?.offsetHours ?? Number.NaN;
        expect(offset).toBe(minutesOf(zone)(then) / 60);
        const window = first.dataLevel1BackupTime ? "dataLevel1BackupTime" : "preferredBackupTime";
        for (const weekdays of ["preferredBackupPeriod", "dataLevel1BackupPeriod", "dataLevel2BackupPeriod"] as const) {
          expect(moments(first.utcSchedule?.[window], first.utcSchedule?.[weekdays], offset)).toEqual(
            moments(first[window], first[weekdays], 0),
          );
        }
      }),
      { numRuns: 400 },
    );
  });
});
