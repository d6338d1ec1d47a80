import fc from "fast-check";
import type { Bag } from "../../../../provider/core/bag";
import { UNKNOWN } from "../../../../provider/core/unknowns";
import { toCheckFailures, type Violation } from "../../../../provider/core/violations";
import { backupPolicy } from "../../../../provider/polardb/backupPolicy.handler";
import { backupPolicyRules } from "../../../../provider/polardb/backupPolicy.rules";
import {
  BACKUP_POLICY_GRAMMAR,
  CLASSIC_FIELDS,
  WITHOUT_EFFECT_IN_ADVANCED,
} from "../../../../provider/polardb/backupPolicy.schema";
import type { Documented } from "../../../../provider/polardb/rules";
import { UTC_WINDOW } from "../../../../provider/polardb/schedule";
import { testContext } from "../../support/context";
import { checkPolicy, policies, policyOf } from "../../support/polardb";

const WEEK = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const reasonsOf = (news: Bag): readonly string[] => checkPolicy({ dbClusterId: "pc-1", ...news }).reasons;

const DAILY: Bag = {
  name: "daily",
  srcType: "db",
  destType: "level1",
  filterType: "crontab",
  filterKey: "dayOfWeek",
  filterValue: "1,3,5",
  retentionType: "delay",
  retentionValue: 7,
};

const advanced = (...rules: readonly Bag[]): Bag => ({ backupPolicyLevel: "Advanced", advancedDataPolicies: rules });

const isValid: [string, Bag][] = [
  ["a high frequency and no weekdays", { backupFrequency: "2/24H" }],
  [
    "a high frequency and all seven weekdays, in any order",
    { backupFrequency: "2/24H", preferredBackupPeriod: [...WEEK].reverse() },
  ],
  [
    "a high level-1 frequency and all seven weekdays",
    { dataLevel1BackupFrequency: "4/24H", dataLevel1BackupPeriod: WEEK },
  ],
  ["normal frequency and two weekdays", { backupFrequency: "Normal", preferredBackupPeriod: ["Monday", "Friday"] }],
  [
    "a high frequency and weekdays that are not known yet",
    { backupFrequency: "2/24H", preferredBackupPeriod: UNKNOWN },
  ],
  [
    "a frequency that is not known yet and two weekdays",
    { backupFrequency: UNKNOWN, preferredBackupPeriod: ["Monday", "Friday"] },
  ],
  [
    "level-2 days that are level-1 days",
    { dataLevel1BackupPeriod: ["Monday", "Tuesday", "Friday"], dataLevel2BackupPeriod: ["Tuesday", "Monday"] },
  ],
  ["level-2 days without level-1 days", { dataLevel2BackupPeriod: ["Monday", "Friday"] }],
  [
    "level-2 days and level-1 days that are not known yet",
    { dataLevel1BackupPeriod: UNKNOWN, dataLevel2BackupPeriod: ["Monday", "Friday"] },
  ],
  [
    "a copy to another region, kept for a time",
    { dataLevel2BackupAnotherRegionRegion: "cn-hangzhou", dataLevel2BackupAnotherRegionRetentionPeriod: 30 },
  ],
  [
    "a copy to another region, kept for ever",
    { dataLevel2BackupAnotherRegionRegion: "cn-hangzhou", dataLevel2BackupAnotherRegionRetentionPeriod: -1 },
  ],
  ["no copy: its retention is 0 and no region is named", { dataLevel2BackupAnotherRegionRetentionPeriod: 0 }],
  [
    "a copy whose retention is not known yet",
    { dataLevel2BackupAnotherRegionRegion: "cn-hangzhou", dataLevel2BackupAnotherRegionRetentionPeriod: UNKNOWN },
  ],
  [
    "a copy whose region is not known yet",
    { dataLevel2BackupAnotherRegionRegion: UNKNOWN, dataLevel2BackupAnotherRegionRetentionPeriod: 30 },
  ],
  [
    "a retention of a copy that is not known yet, and no region",
    { dataLevel2BackupAnotherRegionRetentionPeriod: UNKNOWN },
  ],
  ["advanced backup without rules", { backupPolicyLevel: "Advanced" }],
  ["advanced backup with an empty list of rules", advanced()],
  [
    "advanced backup and settings that keep their effect",
    {
      backupPolicyLevel: "Advanced",
      preferredBackupTime: "15:00Z-16:00Z",
      backupRetentionPolicyOnClusterDeletion: "ALL",
    },
  ],
  ["rules beside a level that is not known yet", { backupPolicyLevel: UNKNOWN, advancedDataPolicies: [DAILY] }],
  [
    "classic settings beside a level that is not known yet",
    { backupPolicyLevel: UNKNOWN, dataLevel1BackupRetentionPeriod: 7 },
  ],
  ["rules that are not known yet", { backupPolicyLevel: "Advanced", advancedDataPolicies: UNKNOWN }],
  [
    "a rule that is not known yet beside one that is",
    { backupPolicyLevel: "Advanced", advancedDataPolicies: [DAILY, UNKNOWN] },
  ],
  ["a rule whose schedule is not known yet", advanced({ ...DAILY, filterValue: UNKNOWN, retentionValue: UNKNOWN })],
  [
    "a rule for every event",
    advanced({ name: "copy", srcType: "level1", destType: "level2", filterType: "event", retentionType: "never" }),
  ],
  ["a rule for an interval of minutes", advanced({ ...DAILY, filterKey: "backupInterval", filterValue: "180" })],
  [
    "a schedule of the month, passed through as it is",
    advanced({ ...DAILY, filterKey: "dayOfMonth", filterValue: "L,15" }),
  ],
  [
    "a copy to another region",
    advanced({ ...DAILY, destType: "level2Cross", srcRegion: "cn-beijing", destRegion: "cn-hangzhou" }),
  ],
  ["two rules with different names and contents", advanced(DAILY, { ...DAILY, name: "weekly", filterValue: "7" })],
];

describe("A backup policy that is valid", () => {
  it.each(isValid)("has %s", (_name, news) => {
    expect(reasonsOf(news)).toEqual([]);
  });
});

const isBroken: [string, Bag, string[]][] = [
  [
    "a high frequency and a part of the week",
    { backupFrequency: "2/24H", preferredBackupPeriod: ["Monday", "Friday"] },
    [
      'preferredBackupPeriod: ["Monday","Friday"] cannot be kept beside backupFrequency "2/24H": the service then backs up on all seven days. Name all seven, or leave preferredBackupPeriod out',
    ],
  ],
  [
    "a high frequency and a part of the week in the level-1 schedule",
    { backupFrequency: "3/24H", dataLevel1BackupPeriod: WEEK.slice(1) },
    [
      `dataLevel1BackupPeriod: ${JSON.stringify(WEEK.slice(1))} cannot be kept beside backupFrequency "3/24H": the service then backs up on all seven days. Name all seven, or leave dataLevel1BackupPeriod out`,
    ],
  ],
  [
    "a high level-1 frequency and a part of the week in the level-1 schedule",
    { dataLevel1BackupFrequency: "4/24H", dataLevel1BackupPeriod: ["Monday", "Friday"] },
    [
      'dataLevel1BackupPeriod: ["Monday","Friday"] cannot be kept beside dataLevel1BackupFrequency "4/24H": the service then backs up on all seven days. Name all seven, or leave dataLevel1BackupPeriod out',
    ],
  ],
  [
    "a high level-1 frequency and a part of the week under the other name",
    { dataLevel1BackupFrequency: "4/24H", preferredBackupPeriod: ["Monday", "Friday"] },
    [
      'preferredBackupPeriod: ["Monday","Friday"] cannot be kept beside dataLevel1BackupFrequency "4/24H": the service then backs up on all seven days. Name all seven, or leave preferredBackupPeriod out',
    ],
  ],
  [
    "level-2 days that are no days of the other spelling",
    { preferredBackupPeriod: ["Monday", "Tuesday"], dataLevel2BackupPeriod: ["Tuesday", "Friday"] },
    [
      'dataLevel2BackupPeriod: ["Tuesday","Friday"] must name only days that preferredBackupPeriod names too; add Friday there or remove it here',
    ],
  ],
  [
    "both spellings of the schedule",
    { preferredBackupTime: "02:00Z-03:00Z", dataLevel1BackupTime: "02:00Z-03:00Z", backupFrequency: "Normal" },
    [
      'preferredBackupTime: "02:00Z-03:00Z" says the same thing as dataLevel1BackupTime: declare one of them. preferredBackupTime is sent under the name that the cluster keeps it under',
    ],
  ],
  [
    "a copy to the cluster's own region",
    {
      region: "cn-beijing",
      dataLevel2BackupAnotherRegionRegion: "cn-beijing",
      dataLevel2BackupAnotherRegionRetentionPeriod: 30,
    },
    ['dataLevel2BackupAnotherRegionRegion: "cn-beijing" must be another region than the cluster\'s own'],
  ],
  [
    "a window in local time and no zone",
    { preferredBackupTime: "02:00-03:00" },
    [`preferredBackupTime: "02:00-03:00" ${UTC_WINDOW}`],
  ],
  [
    "a window in UTC beside a zone",
    { preferredBackupTime: "02:00Z-03:00Z", timeZone: "Asia/Shanghai" },
    [
      'preferredBackupTime: "02:00Z-03:00Z" is in UTC, though timeZone is set: write it in local time, such as "02:00-03:00", or remove timeZone',
    ],
  ],
  [
    "a zone half an hour away",
    { preferredBackupTime: "02:00-03:00", timeZone: "Asia/Kolkata" },
    [
      'timeZone: "Asia/Kolkata" is not a whole number of hours from UTC, where backup windows start on the hour; use UTC',
    ],
  ],
  [
    "a zone that moves by half an hour in summer",
    { preferredBackupTime: "02:00-03:00", timeZone: "Australia/Lord_Howe" },
    [
      'timeZone: "Australia/Lord_Howe" is not a whole number of hours from UTC, where backup windows start on the hour; use UTC',
    ],
  ],
  [
    "local weekdays without the hour that decides which day they are in UTC",
    {
      preferredBackupPeriod: ["Monday", "Friday"],
      dataLevel2BackupPeriod: ["Monday", "Friday"],
      timeZone: "Asia/Shanghai",
    },
    [
      'preferredBackupPeriod: ["Monday","Friday"] needs preferredBackupTime beside timeZone, because the hour decides which day it is in UTC; add it',
      'dataLevel2BackupPeriod: ["Monday","Friday"] needs dataLevel1BackupTime beside timeZone, because the hour decides which day it is in UTC; add it',
    ],
  ],
  [
    "level-2 days that are no level-1 days",
    { dataLevel1BackupPeriod: ["Monday", "Tuesday"], dataLevel2BackupPeriod: ["Tuesday", "Friday", "Sunday"] },
    [
      'dataLevel2BackupPeriod: ["Tuesday","Friday","Sunday"] must name only days that dataLevel1BackupPeriod names too; add Friday, Sunday there or remove it here',
    ],
  ],
  [
    "a region for copies without their retention",
    { dataLevel2BackupAnotherRegionRegion: "cn-hangzhou" },
    [
      'dataLevel2BackupAnotherRegionRegion: "cn-hangzhou" must be set together with dataLevel2BackupAnotherRegionRetentionPeriod; add it',
    ],
  ],
  [
    "a region for copies that are switched off",
    { dataLevel2BackupAnotherRegionRegion: "cn-hangzhou", dataLevel2BackupAnotherRegionRetentionPeriod: 0 },
    [
      'dataLevel2BackupAnotherRegionRegion: "cn-hangzhou" has no meaning while dataLevel2BackupAnotherRegionRetentionPeriod is 0 (off); leave it out',
    ],
  ],
  [
    "a retention of copies without their region",
    { dataLevel2BackupAnotherRegionRetentionPeriod: 30 },
    [
      "dataLevel2BackupAnotherRegionRetentionPeriod: 30 must be set together with dataLevel2BackupAnotherRegionRegion; add it",
    ],
  ],
  [
    "copies for ever without their region",
    { dataLevel2BackupAnotherRegionRetentionPeriod: -1 },
    [
      "dataLevel2BackupAnotherRegionRetentionPeriod: -1 must be set together with dataLevel2BackupAnotherRegionRegion; add it",
    ],
  ],
  [
    "advanced rules without a level",
    { advancedDataPolicies: [DAILY] },
    ['advancedDataPolicies: works only beside backupPolicyLevel: "Advanced"; add it'],
  ],
  [
    "advanced rules beside standard backup",
    { advancedDataPolicies: [], backupPolicyLevel: "Normal" },
    ['advancedDataPolicies: works only beside backupPolicyLevel: "Advanced"; add it'],
  ],
  [
    "two rules of one name",
    advanced(DAILY, { ...DAILY, filterValue: "7" }),
    ['advancedDataPolicies[1].name: "daily" is used twice; names tell the rules apart, so give each its own'],
  ],
  [
    "two rules that say the same",
    advanced(DAILY, { ...DAILY, name: "weekly", filterValue: "5,3,1" }),
    ['advancedDataPolicies[1]: says the same as rule "daily"; remove one of them'],
  ],
];

/** Every rule between properties and the grammar of every property, with what breaks it. */
describe("A documented rule", () => {
  const all: Documented[] = [...backupPolicyRules, ...Object.values(BACKUP_POLICY_GRAMMAR)];

  it("has an id of its own and the page that it comes from", () => {
    const sources = new Map<string, string>();
    for (const { id, source } of all) {
      expect(id).toMatch(/^[a-z0-9-]+$/);
      expect(source).toMatch(/^(PolarDB: |Configure backup|Ours: )/);
      expect([id, sources.get(id) ?? source]).toEqual([id, source]);
      sources.set(id, source);
    }
    expect(new Set(backupPolicyRules.map(({ id }) => id)).size).toBe(backupPolicyRules.length);
  });

  it("is named by the message that it causes", () => {
    const [violation] = backupPolicy.check(
      { dbClusterId: "pc-1", preferredBackupPeriod: ["Monday"] },
      {},
      testContext(),
    ).violations;
    expect(violation?.id).toBe("backup-weekdays");
    const shown = { ...(violation as Violation), showValue: false };
    expect(toCheckFailures({}, [shown], () => false)[0]?.reason).toBe(
      "preferredBackupPeriod: must name at least two different weekdays (rule backup-weekdays)",
    );
  });

  it.each(isBroken)("is named for %s", (_name, news) => {
    const { rules } = checkPolicy({ dbClusterId: "pc-1", ...news });
    const known = new Set(all.map(({ id }) => id));
    expect(rules.filter((id) => id === undefined || !known.has(id))).toEqual([]);
  });
});

describe("A backup policy is refused, with path, value, rule and fix, when it has", () => {
  it.each(isBroken)("%s", (_name, news, reasons) => {
    expect(reasonsOf(news)).toEqual(reasons);
  });

  it("two rules that take over the same existing one", () => {
    const [reason, ...others] = reasonsOf(
      advanced({ ...DAILY, policyId: "p1" }, { ...DAILY, name: "weekly", filterValue: "7", policyId: "p1" }),
    );
    expect(others).toEqual([]);
    expect(reason).toMatch(/^advancedDataPolicies\[1\]\.policyId: "p1" /);
  });
});

describe("Advanced backup beside a setting that it makes ineffective", () => {
  const VALUES: Bag = {
    preferredBackupPeriod: ["Monday", "Friday"],
    backupFrequency: "Normal",
    dataLevel1BackupRetentionPeriod: 7,
    dataLevel1BackupFrequency: "Normal",
    dataLevel1BackupPeriod: ["Monday", "Friday"],
    dataLevel2BackupRetentionPeriod: 0,
    dataLevel2BackupPeriod: ["Monday", "Friday"],
    dataLevel2BackupAnotherRegionRegion: "cn-hangzhou",
    dataLevel2BackupAnotherRegionRetentionPeriod: 30,
  };

  it("is in this table with a value for each such setting", () => {
    expect(new Set(Object.keys(VALUES))).toEqual(
      new Set(CLASSIC_FIELDS.filter((field) => WITHOUT_EFFECT_IN_ADVANCED.has(field))),
    );
  });

  it.each(Object.keys(VALUES))("is refused: %s", (name) => {
    const copy = name.startsWith("dataLevel2BackupAnotherRegion");
    const fields = Object.keys(VALUES).filter((other) =>
      copy ? other.startsWith("dataLevel2BackupAnotherRegion") : other === name,
    );
    const news = Object.fromEntries(fields.map((field) => [field, VALUES[field]]));
    expect(reasonsOf({ ...news, backupPolicyLevel: "Advanced" })).toEqual(
      fields.map(
        (field) =>
          `${field}: ${JSON.stringify(VALUES[field])} has no effect beside backupPolicyLevel: "Advanced" (the service would accept and ignore it); say it in advancedDataPolicies`,
      ),
    );
    expect(reasonsOf({ ...news, backupPolicyLevel: "Normal" })).toEqual([]);
  });
});

describe("An advanced rule is refused", () => {
  it.each<[string, Bag, string]>([
    ["a schedule without its kind", { filterKey: undefined }, 'filterKey: is required beside filterType "crontab"'],
    [
      "a schedule without its value",
      { filterValue: undefined },
      'filterValue: is required beside filterType "crontab"',
    ],
    [
      "a kind of schedule for an event",
      { filterType: "event", filterValue: undefined },
      'filterKey: "dayOfWeek" goes only with filterType "crontab"; leave it out',
    ],
    [
      "a schedule for an event",
      { filterType: "event", filterKey: undefined },
      'filterValue: "1,3,5" goes only with filterType "crontab"; leave it out',
    ],
    [
      "a delay without its days",
      { retentionValue: undefined },
      'retentionValue: is required beside retentionType "delay"',
    ],
    [
      "days beside keeping for ever",
      { retentionType: "never" },
      'retentionValue: 7 has no meaning beside retentionType "never"; leave it out',
    ],
    [
      "an eighth weekday",
      { filterValue: "1,8" },
      'filterValue: "1,8" must be weekday numbers 1 (Monday) to 7 joined by commas, such as "1,3,5"',
    ],
    [
      "weekdays by name",
      { filterValue: "Monday" },
      'filterValue: "Monday" must be weekday numbers 1 (Monday) to 7 joined by commas, such as "1,3,5"',
    ],
    [
      "an interval of nothing",
      { filterKey: "backupInterval", filterValue: "0" },
      'filterValue: "0" must be a whole number of minutes, such as "180"',
    ],
    [
      "an interval with a unit",
      { filterKey: "backupInterval", filterValue: "3h" },
      'filterValue: "3h" must be a whole number of minutes, such as "180"',
    ],
    [
      "a copy to another region that names none",
      { destType: "level2Cross" },
      'destRegion: is required beside destType "level2Cross"',
    ],
    [
      "a copy to another region that names its own",
      { destType: "level2Cross", srcRegion: "cn-beijing", destRegion: "cn-beijing" },
      'destRegion: "cn-beijing" must differ from srcRegion when destType is "level2Cross"',
    ],
  ])("for %s", (_name, change, reason) => {
    const rule = Object.fromEntries(Object.entries({ ...DAILY, ...change }).filter(([, value]) => value !== undefined));
    expect(reasonsOf(advanced(rule))).toEqual([`advancedDataPolicies[0].${reason}`]);
  });

  it("at its place in the program, wherever its name comes in the alphabet", () => {
    const { retentionValue: _days, ...broken } = DAILY;
    const fine = { ...DAILY, filterValue: "7" };
    expect(reasonsOf(advanced({ ...broken, name: "z" }, { ...fine, name: "a" }))).toEqual([
      'advancedDataPolicies[0].retentionValue: is required beside retentionType "delay"',
    ]);
    expect(reasonsOf(advanced({ ...DAILY, name: "z", filterValue: "9" }, { ...fine, name: "a" }))).toEqual([
      'advancedDataPolicies[0].filterValue: "9" must be weekday numbers 1 (Monday) to 7 joined by commas, such as "1,3,5"',
    ]);
  });

  it("and the others are checked all the same", () => {
    const { retentionValue: _days, ...broken } = DAILY;
    const reasons = reasonsOf(
      advanced(
        { ...broken, name: "a" },
        { ...DAILY, name: "b", filterType: "cron" },
        { ...DAILY, name: "c", filterValue: "9" },
      ),
    );
    expect(reasons.map((reason) => reason.split(":")[0]).sort()).toEqual([
      "advancedDataPolicies[0].retentionValue",
      "advancedDataPolicies[1].filterType",
      "advancedDataPolicies[2].filterValue",
    ]);
  });
});

describe("The rules", () => {
  it("accept every policy that the vendor's page allows", () => {
    fc.assert(fc.property(policies, (news) => void policyOf(news)));
  });
});

describe("The steps between levels of an advanced rule", () => {
  const linesFor = (rule: Bag): readonly string[] =>
    checkPolicy({ dbClusterId: "pc-1", ...advanced({ ...DAILY, ...rule }) }).lines;

  it.each<[string, string, string | undefined]>([
    ["db", "level1", undefined],
    ["level1", "level2", undefined],
    ["level1", "level2Cross", undefined],
    ["level2", "level2Cross", undefined],
    ["db", "level2", '"level1"'],
    ["db", "level2Cross", '"level1" or "level2"'],
    ["level1", "level1", '"db"'],
    ["level2", "level1", '"db"'],
    ["level2", "level2", '"level1"'],
    ["level2Cross", "level1", '"db"'],
    ["level2Cross", "level2", '"level1"'],
    ["level2Cross", "level2Cross", '"level1" or "level2"'],
  ])("from %s to %s are warned of only where the vendor's pages tell of others", (srcType, destType, usual) => {
    const region = destType === "level2Cross" ? { srcRegion: "cn-beijing", destRegion: "cn-hangzhou" } : {};
    const rule = { srcType, destType, ...region };
    expect(reasonsOf(advanced({ ...DAILY, ...rule }))).toEqual([]);
    expect(linesFor(rule)).toEqual(
      usual === undefined
        ? []
        : [
            `pc-1: advanced rule "daily": ${destType} backups are, as far as the vendor's pages tell, made from srcType ${usual}, not from "${srcType}"; the service may refuse it`,
          ],
    );
  });

  it("are warned of when they lead to another region without saying so", () => {
    expect(linesFor({ srcRegion: "cn-beijing", destRegion: "cn-hangzhou" })).toEqual([
      'pc-1: advanced rule "daily": a backup in another region is, as far as the vendor\'s pages tell, destType "level2Cross", not "level1"; the service may refuse it',
    ]);
    expect(linesFor({ srcRegion: "cn-beijing", destRegion: "cn-beijing" })).toEqual([]);
  });

  it.each<Bag>([{ srcType: UNKNOWN }, { destRegion: UNKNOWN, srcRegion: "cn-beijing" }, { srcType: "nonsense" }])(
    "are not judged before they are known and valid: %j",
    (rule) => {
      expect(linesFor(rule)).toEqual([]);
    },
  );
});

describe("Two advanced rules that say the same", () => {
  const twice = (first: Bag, second: Bag): readonly string[] =>
    reasonsOf(advanced({ ...DAILY, ...first }, { ...DAILY, name: "other", ...second }));

  it("are allowed when both exist already, each under its id", () => {
    expect(twice({ policyId: "p1" }, { policyId: "p2" })).toEqual([]);
  });

  it("are refused when one of them would be made", () => {
    expect(twice({ policyId: "p1" }, {})).toEqual([
      'advancedDataPolicies[1]: says the same as rule "daily"; remove one of them',
    ]);
  });
});
