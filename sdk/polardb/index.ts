export {
  type AdvancedDataPolicyArgs,
  BackupPolicy,
  type BackupPolicyArgs,
  type CredentialsArgs,
  type EffectiveBackupPolicy,
  type TimeoutsArgs,
} from "./backupPolicy";
export { Provider, type ProviderArgs } from "./provider";
export type { BackupFrequency, RetentionDays, Weekday } from "./types";
