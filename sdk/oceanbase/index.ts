export type { ExemptionArgs } from "../exemption";
export type {
  ArchiveGap,
  BackupConfig,
  BackupConfigArgs,
  ClosingTask,
  ClusterIdentity,
  DeletePolicyArgs,
  StorageCredentialsArgs,
  TaskRecord,
  TenantStatus,
  TimeoutsArgs,
} from "./backupConfig";
export { ClusterBackupConfig, type ClusterBackupConfigArgs } from "./clusterBackupConfig";
export type { ConnectionArgs, TlsArgs } from "./connection";
export {
  type BackupStatus,
  type ClusterSummary,
  type GetBackupStatusArgs,
  type GetTenantsArgs,
  getBackupStatus,
  getTenants,
  type LastBackup,
  type TenantBackupStatus,
  type TenantSummary,
} from "./functions";
export { Provider, type ProviderArgs } from "./provider";
export { TenantBackupConfig, type TenantBackupConfigArgs } from "./tenantBackupConfig";
export {
  type FleetTenantConfig,
  TenantBackupFleet,
  type TenantBackupFleetArgs,
  type TenantSettingsArgs,
} from "./tenantBackupFleet";
