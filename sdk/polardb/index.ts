export {
  type AdvancedDataPolicyArgs,
  BackupPolicy,
  type BackupPolicyArgs,
  type EffectiveBackupPolicy,
  type UtcSchedule,
} from "./backupPolicy";
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
