export {
  type AdvancedDataPolicyArgs,
  BackupPolicy,
  type BackupPolicyArgs,
  type EffectiveBackupPolicy,
} from "./backupPolicy";
export {
  type AdvancedLogPolicyArgs,
  type EffectiveLogBackupPolicy,
  LogBackupPolicy,
  type LogBackupPolicyArgs,
  type LogRuleArgs,
  type LogRuleKeptForDays,
  type LogRuleKeptForEver,
} from "./logBackupPolicy";
export type { CredentialsArgs, PolicyArgs, TimeoutsArgs } from "./policyArgs";
export { Provider, type ProviderArgs } from "./provider";
export type { BackupFrequency, RetentionDays, Weekday } from "./types";
