import type * as pulumi from "@pulumi/pulumi";
import type {
  AdvancedDataPolicyArgs,
  AdvancedDataPolicyFields,
  BackupIntervalFilter,
  DayOfWeekFilter,
  DelayRetention,
  EventFilter,
  NeverRetention,
} from "./advancedDataPolicy";
import type { Weekday } from "./types";

/** What `level1Backup`, `level2Backup` and `crossRegionLevel2Backup` have in common. */
interface AdvancedBackupArgs {
  /** As `AdvancedDataPolicyFields.name`. */
  readonly name: string;
  /** Days, at least 1, or `"forever"`. Fewer than before must be accepted. */
  readonly keepDays: number | "forever";
  /** Of backups older than 24 hours keep only the first of each day. Absent: the service decides, or the present value stays. */
  readonly onlyPreserveOneEachDay?: pulumi.Input<boolean>;
  /** Id of an existing rule to take over. Absent: found by its recorded id or by equal content, else created. */
  readonly policyId?: pulumi.Input<string>;
}

/** On weekdays, or at an interval; only one of the two. */
type Schedule =
  | {
      /** English weekday names in any order. */
      readonly weekdays?: readonly Weekday[];
      readonly backupInterval?: undefined;
    }
  | {
      readonly weekdays?: undefined;
      /** Minutes from one backup to the next, a whole number. */
      readonly backupInterval: number;
    };

/** Level-1 backups of the cluster. Without `weekdays` and `backupInterval`: every day. */
export type Level1BackupArgs = AdvancedBackupArgs &
  Schedule & {
    /** Region of the cluster. Absent: the service decides. */
    readonly region?: pulumi.Input<string>;
  };

/** Level-2 backups, made from level-1 backups. Without `weekdays` and `backupInterval`: by event. */
export type Level2BackupArgs = Level1BackupArgs;

/** Copies of backups in another region. Without `weekdays` and `backupInterval`: by event. */
export type CrossRegionLevel2BackupArgs = AdvancedBackupArgs &
  Schedule & {
    /** What is copied. */
    readonly from: "level1" | "level2";
    /** Region of the cluster. Absent: the service decides. */
    readonly srcRegion?: pulumi.Input<string>;
    /** Region of the copies, another one than that of the cluster. Storage and traffic there cost money. */
    readonly destRegion: pulumi.Input<string>;
  };

const WEEKDAYS: readonly Weekday[] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/**
 * A rule that backs the cluster up, every day or as `weekdays` or `backupInterval` say.
 *
 * ```ts
 * polardb.level1Backup({ name: "daily", keepDays: 7 });
 * polardb.level1Backup({ name: "often", backupInterval: 180, keepDays: 3, onlyPreserveOneEachDay: true });
 * ```
 */
export function level1Backup({ region, ...args }: Level1BackupArgs): AdvancedDataPolicyArgs {
  return {
    ...common(args, EVERY_WEEKDAY),
    srcType: "db",
    srcRegion: region,
    destType: "level1",
    destRegion: region,
  };
}

/**
 * A rule that makes level-2 backups of level-1 backups. They cannot be deleted by hand, only age out.
 *
 * ```ts
 * polardb.level2Backup({ name: "weekly", weekdays: ["Sunday"], keepDays: 365 });
 * polardb.level2Backup({ name: "archive", weekdays: ["Saturday"], keepDays: "forever" });
 * ```
 */
export function level2Backup({ region, ...args }: Level2BackupArgs): AdvancedDataPolicyArgs {
  return {
    ...common(args, BY_EVENT),
    srcType: "level1",
    srcRegion: region,
    destType: "level2",
    destRegion: region,
    dumpAction: "copy",
  };
}

/**
 * A rule that copies level-1 or level-2 backups to another region.
 *
 * ```ts
 * polardb.crossRegionLevel2Backup({ name: "elsewhere", from: "level2", destRegion: "cn-beijing", keepDays: 90 });
 * ```
 */
export function crossRegionLevel2Backup(args: CrossRegionLevel2BackupArgs): AdvancedDataPolicyArgs {
  const { from, srcRegion, destRegion } = args;
  return {
    ...common(args, BY_EVENT),
    srcType: from,
    srcRegion,
    destType: "level2Cross",
    destRegion,
    dumpAction: "copy",
  };
}

type Filter = DayOfWeekFilter | BackupIntervalFilter | EventFilter;

const EVERY_WEEKDAY: Filter = onWeekdays(WEEKDAYS);
const BY_EVENT: Filter = { filterType: "event" };

function common(
  { name, policyId, keepDays, onlyPreserveOneEachDay, weekdays, backupInterval }: AdvancedBackupArgs & Schedule,
  otherwise: Filter,
): Pick<AdvancedDataPolicyFields, "name" | "policyId" | "onlyPreserveOneEachDay"> &
  Filter &
  (NeverRetention | DelayRetention) {
  const filter: Filter =
    backupInterval !== undefined
      ? { filterType: "crontab", filterKey: "backupInterval", filterValue: String(backupInterval) }
      : weekdays
        ? onWeekdays(weekdays)
        : otherwise;
  const retention: NeverRetention | DelayRetention =
    keepDays === "forever" ? { retentionType: "never" } : { retentionType: "delay", retentionValue: keepDays };
  return { name, policyId, ...filter, ...retention, onlyPreserveOneEachDay };
}

function onWeekdays(weekdays: readonly Weekday[]): DayOfWeekFilter {
  const numbers = weekdays.map((day) => WEEKDAYS.indexOf(day) + 1);
  return { filterType: "crontab", filterKey: "dayOfWeek", filterValue: numbers.sort().join(",") };
}
