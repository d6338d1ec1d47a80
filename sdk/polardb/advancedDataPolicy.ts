import type * as pulumi from "@pulumi/pulumi";

/**
 * One rule of advanced backup: what is backed up or copied where, when, and for how long it is kept. The fields are those of an
 * element of `AdvancedDataPolicies` (page "PolarDB: ModifyBackupPolicy") in camelCase; `level1Backup`, `level2Backup` and
 * `crossRegionLevel2Backup` write the usual ones.
 *
 * `filterType`, `filterKey` and `retentionType` decide which other fields there are, so they are plain values: a wrong combination
 * does not compile.
 */
export type AdvancedDataPolicyArgs = AdvancedDataPolicyFields & AdvancedDataPolicyFilter & AdvancedDataPolicyRetention;

/** What every rule of advanced backup has. */
export interface AdvancedDataPolicyFields {
  /**
   * Your name for the rule, unique in the list: letters, digits, `.`, `_` and `-`. Not sent to the service. Changing it alone writes
   * nothing.
   */
  readonly name: pulumi.Input<string>;
  /**
   * Id of an existing rule to take over (`PolicyId`), also of one that the service has made itself; what differs is changed. Absent:
   * the rule is found by its recorded id or by equal content, else created. An id that the cluster does not have is refused.
   */
  readonly policyId?: pulumi.Input<string>;
  /** What is copied (`SrcType`): `"db"` is the cluster itself. Changed in place. */
  readonly srcType: pulumi.Input<"db" | "level1" | "level2" | "level2Cross">;
  /** Region of the source (`SrcRegion`), such as `"cn-hangzhou"`. Absent: the service decides, or the present value stays. */
  readonly srcRegion?: pulumi.Input<string>;
  /**
   * What is made (`DestType`). `"level2Cross"` is a copy in another region and costs storage and traffic there. The vendor does not say
   * which sources go with which destinations; other steps than `db` to `level1`, `level1` to `level2`, and `level1` or `level2` to
   * `level2Cross` get a warning and are left to the service. Changing it must be accepted: backups of the old level are made no more.
   */
  readonly destType: pulumi.Input<"level1" | "level2" | "level2Cross">;
  /**
   * Region of the destination (`DestRegion`); required and different from `srcRegion` for `"level2Cross"`. Absent: the service decides,
   * or the present value stays. Changing it must be accepted: copies in the old region only age out.
   */
  readonly destRegion?: pulumi.Input<string>;
  /** How a level-1 backup becomes a level-2 backup (`DumpAction`). Absent: the service decides, or the present value stays. */
  readonly dumpAction?: pulumi.Input<"copy">;
  /**
   * Of backups older than 24 hours keep only the first of each day (`OnlyPreserveOneEachDay`). Absent: the service decides, or the
   * present value stays. Changing to true must be accepted.
   */
  readonly onlyPreserveOneEachDay?: pulumi.Input<boolean>;
  /** Fixed to true by the service (`OnlyPreserveOneEachHour`): of backups older than one hour, the first of each hour is kept. */
  readonly onlyPreserveOneEachHour?: pulumi.Input<true>;
  /** Fixed to `"F"`, full backup, by the service (`BakType`). */
  readonly bakType?: pulumi.Input<"F">;
}

/** When a rule is applied: on a schedule of one of three kinds, or by event. */
export type AdvancedDataPolicyFilter = DayOfWeekFilter | DayOfMonthOrYearFilter | BackupIntervalFilter | EventFilter;

/** On weekdays. */
export interface DayOfWeekFilter {
  /** On a schedule (`FilterType`). */
  readonly filterType: "crontab";
  /** Weekly (`FilterKey`). */
  readonly filterKey: "dayOfWeek";
  /**
   * Weekday numbers 1 to 7 joined by commas, such as `"1,3,5"` (`FilterValue`); their order does not matter. 1 is taken for Monday,
   * which the vendor's page does not spell out.
   */
  readonly filterValue: pulumi.Input<string>;
}

/** On days of the month or of the year. */
export interface DayOfMonthOrYearFilter {
  /** On a schedule (`FilterType`). */
  readonly filterType: "crontab";
  /** Monthly or yearly (`FilterKey`). */
  readonly filterKey: "dayOfMonth" | "dayOfYear";
  /** The days (`FilterValue`). The vendor does not document their form: the text is passed on as it is. */
  readonly filterValue: pulumi.Input<string>;
}

/** At a fixed interval. */
export interface BackupIntervalFilter {
  /** On a schedule (`FilterType`). */
  readonly filterType: "crontab";
  /** At a fixed interval (`FilterKey`). */
  readonly filterKey: "backupInterval";
  /** Minutes as a text, such as `"180"` (`FilterValue`). */
  readonly filterValue: pulumi.Input<string>;
}

/** By event. */
export interface EventFilter {
  /**
   * "Event-based schedule" (`FilterType`). Which event that is, the vendor's page does not say; it is taken for the source backup being
   * made.
   */
  readonly filterType: "event";
  readonly filterKey?: undefined;
  readonly filterValue?: undefined;
}

/** For how long what a rule makes is kept. */
export type AdvancedDataPolicyRetention = NeverRetention | DelayRetention;

/** For ever. */
export interface NeverRetention {
  /** What the rule makes never expires (`RetentionType`). */
  readonly retentionType: "never";
  readonly retentionValue?: undefined;
}

/** For some days. */
export interface DelayRetention {
  /** What the rule makes expires after `retentionValue` days (`RetentionType`). */
  readonly retentionType: "delay";
  /** Days, at least 1 (`RetentionValue`). A lower value, or days instead of for ever, must be accepted. */
  readonly retentionValue: pulumi.Input<number>;
}

/** A rule as it was declared or, after a refresh, as the service has it: fields that it has no more are absent. */
export interface AdvancedDataPolicy {
  readonly name: string;
  readonly policyId?: string;
  readonly srcType: "db" | "level1" | "level2" | "level2Cross";
  readonly srcRegion?: string;
  readonly destType: "level1" | "level2" | "level2Cross";
  readonly destRegion?: string;
  readonly filterType: "crontab" | "event";
  readonly filterKey?: "dayOfWeek" | "dayOfMonth" | "dayOfYear" | "backupInterval";
  readonly filterValue?: string;
  readonly retentionType: "never" | "delay";
  readonly retentionValue?: number;
  readonly dumpAction?: "copy";
  readonly onlyPreserveOneEachDay?: boolean;
  readonly onlyPreserveOneEachHour?: true;
  readonly bakType?: "F";
}

/** A rule as the service reports it. */
export interface EffectiveAdvancedDataPolicy extends Partial<Omit<AdvancedDataPolicy, "name" | "policyId">> {
  readonly policyId: string;
  /** True for a rule that the service has made itself, for instance when the cluster was switched to advanced backup. */
  readonly autoCreated: boolean;
  /** Fields that this package does not know, under the vendor's names. A change of the rule leaves them as they are. */
  readonly unknownFields: Record<string, unknown>;
}
