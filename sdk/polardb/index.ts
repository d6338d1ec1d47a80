export type { ExemptionArgs } from "../exemption";
export type {
  AdvancedDataPolicy,
  AdvancedDataPolicyArgs,
  AdvancedDataPolicyFields,
  AdvancedDataPolicyFilter,
  AdvancedDataPolicyRetention,
  BackupIntervalFilter,
  DayOfMonthOrYearFilter,
  DayOfWeekFilter,
  DelayRetention,
  EffectiveAdvancedDataPolicy,
  EventFilter,
  NeverRetention,
} from "./advancedDataPolicy";
export {
  type CrossRegionLevel2BackupArgs,
  crossRegionLevel2Backup,
  type Level1BackupArgs,
  type Level2BackupArgs,
  level1Backup,
  level2Backup,
} from "./advancedDataPolicyBuilders";
export {
  BackupPolicy,
  type BackupPolicyArgs,
  type EffectiveBackupPolicy,
  type UtcSchedule,
} from "./backupPolicy";
export {
  BackupPolicyFleet,
  type BackupPolicyFleetArgs,
  type FleetLogPolicy,
  type FleetLogPolicyArgs,
  type FleetPolicy,
  type FleetSettingsArgs,
  type SpreadArgs,
  windowOf,
} from "./backupPolicyFleet";
export type { CredentialsArgs } from "./credentials";
export {
  type ClusterSummary,
  type FindClustersArgs,
  findClusters,
  type GetBackupPolicyArgs,
  type GetCrossRegionsArgs,
  type GetLogBackupPolicyArgs,
  getBackupPolicy,
  getCrossRegions,
  getLogBackupPolicy,
  type LiveAdvancedLogPolicy,
  type LiveBackupPolicy,
  type LiveLogBackupPolicy,
  type LookupArgs,
} from "./functions";
export {
  type AdvancedLogPolicyArgs,
  type EffectiveLogBackupPolicy,
  LogBackupPolicy,
  type LogBackupPolicyArgs,
  type LogRuleArgs,
  type LogRuleKeptForDays,
  type LogRuleKeptForEver,
} from "./logBackupPolicy";

export type { PolicyArgs, TimeoutsArgs } from "./policyArgs";
export { Provider, type ProviderArgs } from "./provider";
export {
  type FunctionName,
  type RamPolicyArgs,
  type RamPolicyDocument,
  type RamPolicyStatement,
  ramPolicyDocument,
} from "./ramPolicy";
export type { BackupFrequency, RetentionDays, Weekday } from "./types";
