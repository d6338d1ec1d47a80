/**
 * Behaviour on which the vendor's documents are silent or contradict each other. Defaults follow the document that is the
 * most specific; a test that depends on one of these sets it.
 */
export interface Switches {
  /**
   * The notes of ModifyBackupPolicy say that MySQL clusters in cross-region-capable regions do not take
   * `PreferredBackupPeriod` and `BackupFrequency`, and DescribeBackupPolicy says that other MySQL clusters do not take the
   * level-1 schedule and `DataLevel2BackupPeriod`. The vendor's own Terraform tests send them all the same, so `accept`
   * (default) stores them; `strict` refuses them as malformed (the code is an inference).
   */
  crossRegionMatrix: "accept" | "strict";
  /** Highest level-1 retention in days: 14 (default) in every help page, 30 in the Terraform provider. */
  maximumLevel1Retention: 14 | 30;
  /** How the window that ends at midnight is read back. `24:00` (default) as in the DBS pages, `00:00` by plain arithmetic. */
  echoMidnight: "24:00" | "00:00";
  /** Refuse level-2 weekdays that are not level-1 weekdays. A rule of the console; whether the API has it is unknown. Off. */
  level2DaysWithinLevel1: boolean;
  /** What PostgreSQL and Oracle clusters do with MySQL-only parameters other than `DataLevel2BackupPeriod`. */
  mysqlOnlyFields: "ignore" | "reject";
  /** Whether PostgreSQL and Oracle clusters leave MySQL-only fields out of answers (default) or send them empty. */
  mysqlOnlyAnswers: "omit" | "empty";
  /** Lowest cross-region log retention in days: 30 (default) on the API page, 3 in the console guide. */
  minimumCrossRegionLogRetention: 30 | 3;
  /** Refuse to delete advanced policies that the service made. Off. */
  refuseAutoCreatedDelete: boolean;
  /**
   * Refuse to delete the last advanced policy of either list that leads to level 1. The console guide says that data and log
   * backup cannot be switched off; whether the API insists is unknown. Off.
   */
  refuseLastLevel1Delete: boolean;
  /** What a Modify call makes of `Name=` without a value, which no document tells: a malformed value (default), or none. */
  emptyValues: "malformed" | "ignored";
  /**
   * "dumpretention parameter cannot used alone": while level-2 backup with days of its own is on, its retention must come
   * with those days and, if copied to another region, with that region and retention. The text is the vendor's, the exact
   * condition an inference. On.
   */
  refuseLoneDumpRetention: boolean;
  /**
   * Whether switching cross-region backup off clears the region (default), as a fresh cluster shows it. A sample of
   * DescribeLogBackupPolicy shows a region beside retention `0`, so the service may keep it.
   */
  keepRegionWhenCrossRegionOff: boolean;
  /**
   * Refuse to switch cross-region data backup off or to move it while log backups are copied to that region, in Advanced mode
   * too. The console guide implies the order "log first, then data"; whether the API insists is unknown. Off.
   */
  logCopyHoldsDataCopy: boolean;
  /** `Regions` of DescribeAvailableCrossRegions: a list (default), or one text holding a JSON list as in the help page's sample. */
  regionsShape: "list" | "jsonText";
}

export const DEFAULT_SWITCHES: Readonly<Switches> = {
  crossRegionMatrix: "accept",
  maximumLevel1Retention: 14,
  echoMidnight: "24:00",
  level2DaysWithinLevel1: false,
  mysqlOnlyFields: "ignore",
  mysqlOnlyAnswers: "omit",
  minimumCrossRegionLogRetention: 30,
  refuseAutoCreatedDelete: false,
  refuseLastLevel1Delete: false,
  emptyValues: "malformed",
  refuseLoneDumpRetention: true,
  keepRegionWhenCrossRegionOff: false,
  logCopyHoldsDataCopy: false,
  regionsShape: "list",
};

/** How far the emulator is from an ideal service: all off unless set. Times are milliseconds of the emulator's clock. */
export interface Knobs {
  /** How long the Describe calls go on showing the settings from before a Modify. */
  visibilityDelayMs: number;
  /** How long a cluster stays in `busyStatus` after a Modify; in that time further Modify calls are refused. */
  busyAfterModifyMs: number;
  busyStatus: string;
  /** Calls per second over all actions and keys; 0 is unlimited. */
  ratePerSecond: number;
  /** Calls that may come at once before the rate bites. 0 stands for one second's worth. */
  burst: number;
  /** Longest request target in bytes; a proxy answers 414 beyond it. 0 is unlimited. Lists travel in the query, so it grows. */
  longestTarget: number;
}

export const DEFAULT_KNOBS: Readonly<Knobs> = {
  visibilityDelayMs: 0,
  busyAfterModifyMs: 0,
  busyStatus: "ConfigSwitching",
  ratePerSecond: 0,
  burst: 0,
  longestTarget: 0,
};

/** Every value of every switch, for input that no compiler has checked. */
export const SWITCH_VALUES: { readonly [Name in keyof Switches]: readonly Switches[Name][] } = {
  crossRegionMatrix: ["accept", "strict"],
  maximumLevel1Retention: [14, 30],
  echoMidnight: ["24:00", "00:00"],
  level2DaysWithinLevel1: [false, true],
  mysqlOnlyFields: ["ignore", "reject"],
  mysqlOnlyAnswers: ["omit", "empty"],
  minimumCrossRegionLogRetention: [30, 3],
  refuseAutoCreatedDelete: [false, true],
  refuseLastLevel1Delete: [false, true],
  emptyValues: ["malformed", "ignored"],
  refuseLoneDumpRetention: [true, false],
  keepRegionWhenCrossRegionOff: [false, true],
  logCopyHoldsDataCopy: [false, true],
  regionsShape: ["list", "jsonText"],
};
