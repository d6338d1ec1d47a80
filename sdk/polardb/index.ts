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
export { BackupPolicy, type BackupPolicyArgs, type EffectiveBackupPolicy } from "./backupPolicy";
export type { CredentialsArgs, PolicyArgs, TimeoutsArgs } from "./policyArgs";
export { Provider, type ProviderArgs } from "./provider";
export type { BackupFrequency, RetentionDays, Weekday } from "./types";
