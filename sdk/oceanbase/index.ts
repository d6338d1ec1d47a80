export {
  ClusterBackupConfig,
  type ClusterBackupConfigArgs,
  type ClusterIdentity,
  type DeletePolicyArgs,
  type StorageCredentialsArgs,
  type TenantStatus,
  type TimeoutsArgs,
} from "./clusterBackupConfig";
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
