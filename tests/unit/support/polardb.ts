import fc from "fast-check";
import type { Bag } from "../../../provider/core/bag";
import { toCheckFailures } from "../../../provider/core/violations";
import { backupPolicy } from "../../../provider/polardb/backupPolicy.handler";
import type {
  AdvancedDataPolicy,
  BackupPolicyInputs,
  ClassicField,
} from "../../../provider/polardb/backupPolicy.schema";
import { LEVEL_1_SPELLING } from "../../../provider/polardb/backupPolicy.spelling";
import { FREQUENCIES, WEEKDAYS, type Weekday } from "../../../provider/polardb/schedule";
import { backupPolicyFromWire, classicToWire, type ObservedBackupPolicy } from "../../../provider/polardb/wire";
import { testContext } from "./context";

export interface CheckedPolicy {
  readonly inputs: BackupPolicyInputs;
  /** What Pulumi prints, one per broken rule. */
  readonly reasons: readonly string[];
  /** The ids of the broken rules. */
  readonly rules: readonly (string | undefined)[];
  /** The properties at which Pulumi prints them. */
  readonly properties: readonly string[];
  /** Lines for the user about what is allowed but questionable. */
  readonly lines: readonly string[];
}

/** The schema and the rules together, as `check` applies them. */
export function checkPolicy(news: Bag): CheckedPolicy {
  const context = testContext();
  const { inputs, violations } = backupPolicy.check(news, {}, context);
  const failures = toCheckFailures(news, violations, (path) => backupPolicy.isSecret(path, news));
  return {
    inputs,
    reasons: failures.map(({ reason }) => reason.replace(/ \(rule [a-z0-9-]+\)$/, "")),
    rules: violations.map(({ id }) => id),
    properties: failures.map(({ property }) => property),
    lines: context.lines,
  };
}

/** Canonical inputs; fails the test when a rule is broken. */
export function policyOf(news: Bag): BackupPolicyInputs {
  const { inputs, reasons } = checkPolicy({ dbClusterId: "pc-1", ...news });
  expect(reasons).toEqual([]);
  return inputs;
}

/** A live policy as the service describes it, by the vendor's names; what is not given is as on a fresh MySQL cluster. */
export function livePolicy(fields: Readonly<Record<string, unknown>> = {}): ObservedBackupPolicy {
  return backupPolicyFromWire({ ...FRESH, ...fields });
}

/** Answer of DescribeBackupPolicy for a fresh PolarDB for MySQL cluster in a region without cross-region backup. */
export const FRESH = {
  RequestId: "EADFCE0F-0000-4685-B395-000000000001",
  PreferredBackupPeriod: "Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday",
  PreferredBackupTime: "07:00Z-08:00Z",
  PreferredNextBackupTime: "2026-11-23T07:30Z",
  BackupFrequency: "Normal",
  BackupRetentionPolicyOnClusterDeletion: "NONE",
  DataLevel1BackupRetentionPeriod: "7",
  DataLevel1BackupFrequency: "",
  DataLevel1BackupPeriod: "",
  DataLevel1BackupTime: "",
  DataLevel2BackupRetentionPeriod: "0",
  DataLevel2BackupPeriod: "",
  DataLevel2BackupAnotherRegionRetentionPeriod: "0",
  DataLevel2BackupAnotherRegionRegion: "",
  BackupPolicyLevel: "Normal",
  AdvancedPolicyOption: "disable",
  AdvancedDataPolicies: { AdvancedDataPolicy: [] },
} as const;

/** What such a cluster reports besides where the region has cross-region backup. */
export const LEVEL_1_SCHEDULE = {
  DataLevel1BackupFrequency: "Normal",
  DataLevel1BackupPeriod: "Monday,Tuesday",
  DataLevel1BackupTime: "15:00Z-16:00Z",
} as const;

/** What a cluster reports that has just this policy: where it keeps a level-1 schedule, the other names of that one count for it too. */
export function livePolicyOf({ dbClusterId: _id, ...classic }: BackupPolicyInputs): ObservedBackupPolicy {
  const keepsLevel1 = Object.values(LEVEL_1_SPELLING).some((level1) => classic[level1] !== undefined);
  if (!keepsLevel1) return livePolicy(classicToWire(classic));
  const kept = Object.entries(LEVEL_1_SPELLING).flatMap(([field, level1]) => {
    const value = classic[level1] ?? classic[field as ClassicField];
    return value === undefined ? [] : [[level1, value]];
  });
  return livePolicy({ ...LEVEL_1_SCHEDULE, ...classicToWire({ ...classic, ...Object.fromEntries(kept) }) });
}

const windows = fc
  .integer({ min: 0, max: 23 })
  .map((hour) => `${String(hour).padStart(2, "0")}:00Z-${String(hour + 1).padStart(2, "0")}:00Z`);

const weekdays = fc.shuffledSubarray([...WEEKDAYS], { minLength: 2 });

const level2Days = fc.oneof(fc.constantFrom(0, -1, 30, 7300), fc.integer({ min: 30, max: 7300 }));

const keptDays = fc.oneof(fc.constantFrom(-1, 30, 7300), fc.integer({ min: 30, max: 7300 }));

/** Classic policies that a program may declare, in any spelling; every property may be absent. */
export const classicPolicies: fc.Arbitrary<Bag> = fc
  .record(
    {
      preferredBackupTime: windows,
      preferredBackupPeriod: weekdays,
      backupFrequency: fc.constantFrom(...FREQUENCIES),
      dataLevel1BackupRetentionPeriod: fc.integer({ min: 3, max: 14 }),
      dataLevel1BackupFrequency: fc.constantFrom(...FREQUENCIES),
      dataLevel1BackupTime: windows,
      dataLevel1BackupPeriod: weekdays,
      dataLevel2BackupRetentionPeriod: level2Days,
      dataLevel2BackupPeriod: weekdays,
      copy: fc.oneof(
        fc.constant({ dataLevel2BackupAnotherRegionRetentionPeriod: 0 }),
        fc.record({
          dataLevel2BackupAnotherRegionRegion: fc.constantFrom("cn-hangzhou", "cn-beijing"),
          dataLevel2BackupAnotherRegionRetentionPeriod: keptDays,
        }),
      ),
      backupRetentionPolicyOnClusterDeletion: fc.constantFrom("ALL", "LATEST", "NONE"),
    },
    { requiredKeys: [] },
  )
  .map(({ copy, ...fields }) => allowed({ dbClusterId: "pc-1", ...fields, ...copy }));

/** Makes a random policy keep the rules that look at several properties. */
function allowed(policy: Bag): Bag {
  const isHigh = [policy.backupFrequency, policy.dataLevel1BackupFrequency].some((name) => name && name !== "Normal");
  const level1 = (isHigh && policy.dataLevel1BackupPeriod ? [...WEEKDAYS] : policy.dataLevel1BackupPeriod) as
    | Weekday[]
    | undefined;
  const preferred = isHigh && policy.preferredBackupPeriod ? [...WEEKDAYS] : policy.preferredBackupPeriod;
  const days = level1 ?? (preferred as Weekday[] | undefined);
  const level2 = (policy.dataLevel2BackupPeriod as Weekday[] | undefined)?.filter((day) => !days || days.includes(day));
  const twin: Readonly<Record<string, string>> = LEVEL_1_SPELLING;
  return Object.fromEntries(
    Object.entries({
      ...policy,
      preferredBackupPeriod: preferred,
      dataLevel1BackupPeriod: level1,
      dataLevel2BackupPeriod: level2 && level2.length >= 2 ? level2 : undefined,
    }).filter(([name, value]) => value !== undefined && policy[twin[name] ?? ""] === undefined),
  );
}

type Contents = Omit<AdvancedDataPolicy, "name" | "policyId">;

const contents: fc.Arbitrary<Contents> = fc
  .tuple(
    fc.constantFrom<Contents["srcType"][]>("db", "level1", "level2"),
    fc.constantFrom<Pick<Contents, "destType" | "destRegion">[]>(
      { destType: "level1" },
      { destType: "level2" },
      { destType: "level2Cross", destRegion: "cn-beijing" },
      { destType: "level2Cross", destRegion: "cn-shanghai" },
    ),
    fc.constantFrom<Pick<Contents, "filterType" | "filterKey" | "filterValue">[]>(
      { filterType: "event" },
      { filterType: "crontab", filterKey: "dayOfWeek", filterValue: "1,3,5" },
      { filterType: "crontab", filterKey: "dayOfWeek", filterValue: "7,6" },
      { filterType: "crontab", filterKey: "backupInterval", filterValue: "180" },
    ),
    fc.oneof(
      fc.constant<Pick<Contents, "retentionType" | "retentionValue">>({ retentionType: "never" }),
      fc.integer({ min: 1, max: 9 }).map((retentionValue) => ({ retentionType: "delay" as const, retentionValue })),
    ),
  )
  .map(([srcType, dest, filter, retention]) => ({ srcType, ...dest, ...filter, ...retention }));

/** Lists of advanced rules with different names and contents. */
export const advancedRules: fc.Arbitrary<AdvancedDataPolicy[]> = fc
  .uniqueArray(contents, { maxLength: 5, selector: (rule) => JSON.stringify(rule) })
  .chain((list) =>
    fc
      .shuffledSubarray(["daily", "weekly", "copy", "archive", "extra", "constructor", "__proto__"], {
        minLength: list.length,
        maxLength: list.length,
      })
      .map((names) => list.map((rule, index) => ({ ...rule, name: names[index] as string }))),
  );

/** Every kind of policy that a program may declare. */
export const policies: fc.Arbitrary<Bag> = fc.oneof(
  classicPolicies,
  fc.tuple(advancedRules, windows).map(([advancedDataPolicies, preferredBackupTime]) => ({
    dbClusterId: "pc-1",
    backupPolicyLevel: "Advanced",
    preferredBackupTime,
    advancedDataPolicies,
  })),
);
