/**
 * What the service holds for one cluster. Fields keep the names and the wire form of the vendor's API, so that a test can
 * compare them with a Describe answer and with the documents.
 */
export interface Settings {
  level: PolicyLevel;
  /** `enable` = advanced backup is on, `disable` = off but available. Clusters other than MySQL have `notSupport` and never show it. */
  option: AdvancedPolicyOption;
  data: DataPolicy;
  log: LogPolicy;
  advancedData: AdvancedDataPolicy[];
  advancedLog: AdvancedLogPolicy[];
}

export type PolicyLevel = "Normal" | "Advanced";
export type AdvancedPolicyOption = "enable" | "disable" | "notSupport";

/** Weekday lists are canonical (Monday first, no spaces), windows end at `24:00` rather than `00:00`. */
export interface DataPolicy {
  PreferredBackupTime: string;
  PreferredBackupPeriod: string;
  BackupFrequency: string;
  BackupRetentionPolicyOnClusterDeletion: string;
  DataLevel1BackupRetentionPeriod: string;
  DataLevel1BackupFrequency: string;
  DataLevel1BackupTime: string;
  DataLevel1BackupPeriod: string;
  DataLevel2BackupRetentionPeriod: string;
  DataLevel2BackupPeriod: string;
  DataLevel2BackupAnotherRegionRetentionPeriod: string;
  DataLevel2BackupAnotherRegionRegion: string;
}

export interface LogPolicy {
  LogBackupRetentionPeriod: number;
  LogBackupAnotherRegionRetentionPeriod: string;
  LogBackupAnotherRegionRegion: string;
}

export interface AdvancedDataPolicy {
  PolicyId: string;
  SrcType: string;
  SrcRegion: string;
  DestType: string;
  DestRegion: string;
  FilterType: string;
  /** Only with `FilterType: "crontab"`. */
  FilterKey?: string;
  FilterValue?: string;
  RetentionType: string;
  RetentionValue?: string;
  DumpAction?: string;
  StorageClass?: string;
  OnlyPreserveOneEachHour: true;
  OnlyPreserveOneEachDay: boolean;
  BakType: "F";
  AutoCreated: boolean;
}

export interface AdvancedLogPolicy {
  PolicyId: string;
  SrcType: string;
  SrcRegion: string;
  DestType: string;
  DestRegion: string;
  LogRetentionType: string;
  LogRetentionValue?: string;
  EnableLogBackup: 1;
}

export const ALL_WEEK = "Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday";
const WORKING_DAYS = "Monday,Tuesday,Wednesday,Thursday,Friday";

export interface FreshCluster {
  /** Schedules of ESSD clusters leave out the weekend. */
  readonly isEssd: boolean;
  /** Whether the cluster has a level-1 schedule apart from the `Preferred…` one: MySQL in cross-region-capable regions. */
  readonly holdsLevel1Schedule: boolean;
}

/** "Configure backup policy settings" and the notes of ModifyBackupPolicy; the start hour and the log retention are inferences. */
export function freshDataPolicy({ isEssd, holdsLevel1Schedule }: FreshCluster): DataPolicy {
  const period = isEssd ? WORKING_DAYS : ALL_WEEK;
  const time = "02:00Z-03:00Z";
  return {
    PreferredBackupTime: time,
    PreferredBackupPeriod: period,
    BackupFrequency: "Normal",
    BackupRetentionPolicyOnClusterDeletion: "NONE",
    DataLevel1BackupRetentionPeriod: "7",
    DataLevel1BackupFrequency: holdsLevel1Schedule ? "Normal" : "",
    DataLevel1BackupTime: holdsLevel1Schedule ? time : "",
    DataLevel1BackupPeriod: holdsLevel1Schedule ? period : "",
    DataLevel2BackupRetentionPeriod: "0",
    DataLevel2BackupPeriod: "",
    DataLevel2BackupAnotherRegionRetentionPeriod: "0",
    DataLevel2BackupAnotherRegionRegion: "",
  };
}

export function freshLogPolicy(): LogPolicy {
  return {
    LogBackupRetentionPeriod: 7,
    LogBackupAnotherRegionRetentionPeriod: "0",
    LogBackupAnotherRegionRegion: "",
  };
}
