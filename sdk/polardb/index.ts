export {
  type AdvancedDataPolicyArgs,
  BackupPolicy,
  type BackupPolicyArgs,
  type EffectiveBackupPolicy,
  type TimeoutsArgs,
} from "./backupPolicy";
export type { CredentialsArgs } from "./credentials";
export { Provider, type ProviderArgs } from "./provider";
export type { BackupFrequency, RetentionDays, Weekday } from "./types";
