export {
  type AdvancedDataPolicyArgs,
  BackupPolicy,
  type BackupPolicyArgs,
  type EffectiveBackupPolicy,
  type UtcSchedule,
} from "./backupPolicy";
export type { CredentialsArgs, PolicyArgs, TimeoutsArgs } from "./policyArgs";
export { Provider, type ProviderArgs } from "./provider";
export type { BackupFrequency, RetentionDays, Weekday } from "./types";
