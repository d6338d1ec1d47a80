export type {
  ArchiveGap,
  BackupConfig,
  BackupConfigArgs,
  ClusterIdentity,
  DeletePolicyArgs,
  StorageCredentialsArgs,
  TaskRecord,
  TenantStatus,
  TimeoutsArgs,
} from "./backupConfig";
export { ClusterBackupConfig, type ClusterBackupConfigArgs } from "./clusterBackupConfig";
export type { ConnectionArgs, TlsArgs } from "./connection";
export { Provider, type ProviderArgs } from "./provider";
export { TenantBackupConfig, type TenantBackupConfigArgs } from "./tenantBackupConfig";
