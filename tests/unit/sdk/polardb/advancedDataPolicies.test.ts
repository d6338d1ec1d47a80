import type { Bag } from "../../../../provider/core/bag";
import { polardb } from "../../../../sdk";
import { checkPolicy, policyOf } from "../../support/polardb";

const canonical = (rule: polardb.AdvancedDataPolicyArgs): unknown =>
  policyOf({ backupPolicyLevel: "Advanced", advancedDataPolicies: [rule] }).advancedDataPolicies?.[0];

const defined = (rule: object): object =>
  Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined));

const WEEKLY = { filterType: "crontab", filterKey: "dayOfWeek" } as const;

describe("A rule of a builder", () => {
  it.each<[string, polardb.AdvancedDataPolicyArgs, Bag]>([
    [
      "backs the cluster up every day",
      polardb.level1Backup({ name: "a", keepDays: 7 }),
      {
        name: "a",
        srcType: "db",
        destType: "level1",
        ...WEEKLY,
        filterValue: "1,2,3,4,5,6,7",
        retentionType: "delay",
        retentionValue: 7,
      },
    ],
    [
      "backs the cluster up on weekdays, in its region",
      polardb.level1Backup({ name: "a", weekdays: ["Sunday", "Monday"], keepDays: 7, region: "cn-hangzhou" }),
      {
        name: "a",
        srcType: "db",
        srcRegion: "cn-hangzhou",
        destType: "level1",
        destRegion: "cn-hangzhou",
        ...WEEKLY,
        filterValue: "1,7",
        retentionType: "delay",
        retentionValue: 7,
      },
    ],
    [
      "backs the cluster up at an interval, and thins out",
      polardb.level1Backup({ name: "a", backupInterval: 180, keepDays: 3, onlyPreserveOneEachDay: true }),
      {
        name: "a",
        srcType: "db",
        destType: "level1",
        filterType: "crontab",
        filterKey: "backupInterval",
        filterValue: "180",
        retentionType: "delay",
        retentionValue: 3,
        onlyPreserveOneEachDay: true,
      },
    ],
    [
      "archives for ever",
      polardb.level2Backup({ name: "a", weekdays: ["Saturday"], keepDays: "forever", policyId: "p1" }),
      {
        name: "a",
        policyId: "p1",
        srcType: "level1",
        destType: "level2",
        ...WEEKLY,
        filterValue: "6",
        retentionType: "never",
        dumpAction: "copy",
      },
    ],
    [
      "archives by event",
      polardb.level2Backup({ name: "a", keepDays: 365 }),
      {
        name: "a",
        srcType: "level1",
        destType: "level2",
        filterType: "event",
        retentionType: "delay",
        retentionValue: 365,
        dumpAction: "copy",
      },
    ],
    [
      "copies to another region",
      polardb.crossRegionLevel2Backup({
        name: "a",
        from: "level2",
        srcRegion: "cn-hangzhou",
        destRegion: "cn-beijing",
        keepDays: 90,
      }),
      {
        name: "a",
        srcType: "level2",
        srcRegion: "cn-hangzhou",
        destType: "level2Cross",
        destRegion: "cn-beijing",
        filterType: "event",
        retentionType: "delay",
        retentionValue: 90,
        dumpAction: "copy",
      },
    ],
  ])("%s", (_name, rule, expected) => {
    expect(defined(rule)).toEqual(expected);
    expect(canonical(rule)).toEqual(expected);
  });

  it("is one of the steps that the vendor tells of, so that nothing is warned of", () => {
    const advancedDataPolicies = [
      polardb.level1Backup({ name: "a", keepDays: 7, region: "cn-hangzhou" }),
      polardb.level2Backup({ name: "b", keepDays: 7, region: "cn-hangzhou" }),
      polardb.crossRegionLevel2Backup({ name: "c", from: "level1", destRegion: "cn-beijing", keepDays: 7 }),
      polardb.crossRegionLevel2Backup({ name: "d", from: "level2", destRegion: "cn-beijing", keepDays: 7 }),
    ];
    expect(checkPolicy({ dbClusterId: "pc-1", backupPolicyLevel: "Advanced", advancedDataPolicies })).toMatchObject({
      reasons: [],
      lines: [],
    });
  });

  it("gives either weekdays or an interval, and keeps for days or for ever", () => {
    // @ts-expect-error: both.
    polardb.level1Backup({ name: "a", weekdays: ["Monday"], backupInterval: 180, keepDays: 7 });
    // @ts-expect-error: not a weekday.
    polardb.level2Backup({ name: "a", weekdays: ["monday"], keepDays: 7 });
    // @ts-expect-error: the vendor's word for ever stands in another field.
    polardb.level2Backup({ name: "a", keepDays: "never" });
    // @ts-expect-error: a copy in another region needs to know which.
    polardb.crossRegionLevel2Backup({ name: "a", from: "level1", keepDays: 7 });
    // @ts-expect-error: what is copied is a backup.
    polardb.crossRegionLevel2Backup({ name: "a", from: "db", destRegion: "cn-beijing", keepDays: 7 });
    expect.assertions(0);
  });
});

/** Compiles only for what a program may write. */
const rule = (args: polardb.AdvancedDataPolicyArgs): polardb.AdvancedDataPolicyArgs => args;

const reasonsOf = (args: unknown): readonly string[] =>
  checkPolicy({ dbClusterId: "pc-1", backupPolicyLevel: "Advanced", advancedDataPolicies: [args] }).reasons;

const BASE = { name: "a", srcType: "db", destType: "level1" } as const;
const NEVER = { retentionType: "never" } as const;

describe("A rule that compiles is accepted", () => {
  it.each<[string, polardb.AdvancedDataPolicyArgs]>([
    ["by event, for ever", rule({ ...BASE, filterType: "event", retentionType: "never" })],
    ["by event, for days", rule({ ...BASE, filterType: "event", retentionType: "delay", retentionValue: 7 })],
    ["on weekdays", rule({ ...BASE, ...NEVER, filterType: "crontab", filterKey: "dayOfWeek", filterValue: "1" })],
    [
      "on days of the month",
      rule({ ...BASE, ...NEVER, filterType: "crontab", filterKey: "dayOfMonth", filterValue: "L" }),
    ],
    [
      "on days of the year",
      rule({ ...BASE, ...NEVER, filterType: "crontab", filterKey: "dayOfYear", filterValue: "1" }),
    ],
    [
      "at an interval",
      rule({ ...BASE, ...NEVER, filterType: "crontab", filterKey: "backupInterval", filterValue: "120" }),
    ],
  ])("%s", (_name, args) => {
    expect(reasonsOf(args)).toEqual([]);
  });
});

describe("A wrong combination of fields does not compile, and is refused where no compiler has looked", () => {
  it.each<[string, unknown]>([
    [
      "a schedule without its kind",
      // @ts-expect-error
      rule({ ...BASE, ...NEVER, filterType: "crontab", filterValue: "1" }),
    ],
    [
      "a schedule without its value",
      // @ts-expect-error
      rule({ ...BASE, ...NEVER, filterType: "crontab", filterKey: "dayOfWeek" }),
    ],
    [
      "a kind of schedule that does not exist",
      // @ts-expect-error
      rule({ ...BASE, ...NEVER, filterType: "crontab", filterKey: "hourOfDay", filterValue: "1" }),
    ],
    [
      "a kind of schedule for an event",
      // @ts-expect-error
      rule({ ...BASE, ...NEVER, filterType: "event", filterKey: "dayOfWeek" }),
    ],
    [
      "a schedule for an event",
      // @ts-expect-error
      rule({ ...BASE, ...NEVER, filterType: "event", filterValue: "1" }),
    ],
    [
      "a delay without its days",
      // @ts-expect-error
      rule({ ...BASE, filterType: "event", retentionType: "delay" }),
    ],
    [
      "days beside keeping for ever",
      // @ts-expect-error
      rule({ ...BASE, filterType: "event", retentionType: "never", retentionValue: 7 }),
    ],
    [
      "no word about keeping",
      // @ts-expect-error
      rule({ ...BASE, filterType: "event" }),
    ],
    [
      "a field that the service sets itself",
      // @ts-expect-error
      rule({ ...BASE, ...NEVER, filterType: "event", autoCreated: false }),
    ],
  ])("%s", (_name, args) => {
    expect(reasonsOf(args)).not.toEqual([]);
  });
});
