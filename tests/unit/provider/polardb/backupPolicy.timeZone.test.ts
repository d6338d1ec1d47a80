import fc from "fast-check";
import type { Bag } from "../../../../provider/core/bag";
import { UNKNOWN } from "../../../../provider/core/unknowns";
import type { BackupPolicyInputs } from "../../../../provider/polardb/backupPolicy.schema";
import {
  inLocalTime,
  inUtc,
  utcOffsetHours,
  withUtcSchedule,
} from "../../../../provider/polardb/backupPolicy.timeZone";
import { WEEKDAYS } from "../../../../provider/polardb/schedule";
import { policyOf } from "../../support/polardb";

const WINTER = Date.UTC(2026, 0, 15);
const SUMMER = Date.UTC(2026, 6, 15);

const declared = (news: Bag): BackupPolicyInputs => {
  const { utcSchedule: _computedNow, ...inputs } = policyOf(news);
  return inputs;
};

const at = (now: number, news: Bag, recorded: Partial<BackupPolicyInputs> = {}): BackupPolicyInputs =>
  withUtcSchedule(declared(news), recorded, now);

describe("The offset of a zone", () => {
  it.each<[string, number, number | undefined]>([
    ["UTC", WINTER, 0],
    ["Asia/Shanghai", WINTER, 8],
    ["Asia/Shanghai", SUMMER, 8],
    ["Europe/Berlin", WINTER, 1],
    ["Europe/Berlin", SUMMER, 2],
    ["America/New_York", WINTER, -5],
    ["America/New_York", SUMMER, -4],
    ["Pacific/Auckland", WINTER, 13],
    ["Pacific/Kiritimati", WINTER, 14],
    ["Etc/GMT+12", WINTER, -12],
    ["Asia/Kolkata", WINTER, undefined],
    ["Australia/Lord_Howe", SUMMER, undefined],
  ])("%s at %d is %s hours", (zone, now, hours) => {
    expect(utcOffsetHours(zone, now)).toBe(hours);
  });
});

describe("A schedule in local time", () => {
  it.each<[string, Bag, Bag]>([
    [
      "the weekday before, where the local night is the evening in UTC",
      { timeZone: "Asia/Shanghai", preferredBackupTime: "02:00-03:00", preferredBackupPeriod: ["Monday", "Thursday"] },
      { preferredBackupTime: "18:00Z-19:00Z", preferredBackupPeriod: ["Wednesday", "Sunday"] },
    ],
    [
      "the weekday after, where the local evening is the night in UTC",
      {
        timeZone: "America/New_York",
        preferredBackupTime: "22:00-23:00",
        preferredBackupPeriod: ["Saturday", "Sunday"],
      },
      { preferredBackupTime: "03:00Z-04:00Z", preferredBackupPeriod: ["Monday", "Sunday"] },
    ],
    [
      "the same weekday otherwise",
      { timeZone: "Asia/Shanghai", preferredBackupTime: "08:00-09:00", preferredBackupPeriod: ["Monday", "Thursday"] },
      { preferredBackupTime: "00:00Z-01:00Z", preferredBackupPeriod: ["Monday", "Thursday"] },
    ],
    [
      "level-1 and level-2 days by the level-1 window",
      {
        timeZone: "Asia/Shanghai",
        dataLevel1BackupTime: "07:00-08:00",
        dataLevel1BackupPeriod: ["Monday", "Tuesday"],
        dataLevel2BackupPeriod: ["Monday", "Tuesday"],
      },
      {
        dataLevel1BackupTime: "23:00Z-24:00Z",
        dataLevel1BackupPeriod: ["Monday", "Sunday"],
        dataLevel2BackupPeriod: ["Monday", "Sunday"],
      },
    ],
    [
      "a window alone",
      { timeZone: "Pacific/Kiritimati", preferredBackupTime: "23:00-00:00" },
      { preferredBackupTime: "09:00Z-10:00Z" },
    ],
  ])("is in UTC %s", (_name, news, utc) => {
    const { offsetHours: _offset, ...schedule } = at(WINTER, news).utcSchedule ?? { offsetHours: 0 };
    expect(schedule).toEqual(utc);
    expect(inUtc(at(WINTER, news))).toMatchObject(utc);
  });

  const BERLIN = {
    timeZone: "Europe/Berlin",
    preferredBackupTime: "01:00-02:00",
    preferredBackupPeriod: ["Monday", "Friday"],
  };

  it("keeps its hours in UTC over a change to daylight saving", () => {
    const winter = at(WINTER, BERLIN);
    expect(winter.utcSchedule).toEqual({
      offsetHours: 1,
      preferredBackupTime: "00:00Z-01:00Z",
      preferredBackupPeriod: ["Monday", "Friday"],
    });
    expect(at(SUMMER, BERLIN, winter)).toEqual(winter);
    // Declared anew in summer it is another hour and another day.
    expect(at(SUMMER, BERLIN).utcSchedule).toEqual({
      offsetHours: 2,
      preferredBackupTime: "23:00Z-24:00Z",
      preferredBackupPeriod: ["Thursday", "Sunday"],
    });
  });

  it("keeps its offset when only weekdays change, and not when window or zone do", () => {
    const winter = at(WINTER, BERLIN);
    const offset = (news: Bag): number | undefined =>
      at(SUMMER, { ...BERLIN, ...news }, winter).utcSchedule?.offsetHours;
    expect(offset({ preferredBackupPeriod: ["Monday", "Sunday"] })).toBe(1);
    expect(offset({ dataLevel1BackupRetentionPeriod: 9 })).toBe(1);
    expect(offset({ preferredBackupTime: "03:00-04:00" })).toBe(2);
    expect(offset({ timeZone: "Europe/Paris" })).toBe(2);
  });

  it("waits for values that are not known yet", () => {
    expect(at(WINTER, { ...BERLIN, preferredBackupTime: UNKNOWN }).utcSchedule).toBeUndefined();
    expect(at(WINTER, { ...BERLIN, timeZone: UNKNOWN }).utcSchedule).toBeUndefined();
  });

  it("is what the program wrote as long as nothing has drifted, and local time where it has", () => {
    const inputs = at(WINTER, BERLIN);
    expect(inLocalTime(inUtc(inputs), inputs)).toEqual(inputs);
    const drifted = { ...inUtc(inputs), preferredBackupTime: "04:00Z-05:00Z" };
    expect(inLocalTime(drifted, inputs)).toMatchObject({
      preferredBackupTime: "05:00-06:00",
      preferredBackupPeriod: ["Monday", "Friday"],
      utcSchedule: { offsetHours: 1, preferredBackupTime: "04:00Z-05:00Z" },
    });
    const emptied = { ...inUtc(inputs), preferredBackupPeriod: undefined };
    expect(inLocalTime(emptied, inputs).preferredBackupPeriod).toBeUndefined();
    // The next check repairs it with the offset that was kept.
    expect(at(SUMMER, BERLIN, inLocalTime(emptied, inputs)).utcSchedule).toEqual(inputs.utcSchedule);
  });

  it("names the same moments of the week in both zones", () => {
    const hours = fc.integer({ min: 0, max: 23 });
    const zones = fc.constantFrom("Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", "Etc/GMT+12", "UTC");
    const days = fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 2 });
    fc.assert(
      fc.property(hours, zones, days, (hour, timeZone, preferredBackupPeriod) => {
        const pad = (value: number): string => String(value).padStart(2, "0");
        const preferredBackupTime = `${pad(hour)}:00-${pad(hour + 1)}:00`;
        const inputs = at(WINTER, { timeZone, preferredBackupTime, preferredBackupPeriod });
        const { utcSchedule } = inputs;
        const utcHour = Number(utcSchedule?.preferredBackupTime?.slice(0, 2));
        const local = preferredBackupPeriod.map((day) => (WEEKDAYS.indexOf(day) * 24 + hour) % 168);
        const utc = utcSchedule?.preferredBackupPeriod?.map(
          (day) => (WEEKDAYS.indexOf(day) * 24 + utcHour + (utcSchedule?.offsetHours ?? 0) + 168) % 168,
        );
        expect(new Set(utc)).toEqual(new Set(local));
        expect(inLocalTime(inUtc(inputs), { ...inputs, utcSchedule })).toEqual(inputs);
      }),
    );
  });
});
