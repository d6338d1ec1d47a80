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
export { Provider, type ProviderArgs } from "./provider";
