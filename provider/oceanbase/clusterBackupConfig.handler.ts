import type { ResourceHandler } from "../core/lifecycle";
import type { BackupConfigOutputs } from "./backupConfig.apply";
import { type BackupConfigResource, backupConfigHandler } from "./backupConfig.handler";
import { clusterBackupConfigRules } from "./backupConfig.rules";
import { type ClusterBackupConfigInputs, clusterBackupConfigSchema, PROPERTIES } from "./clusterBackupConfig.schema";

export type ClusterBackupConfigOutputs = ClusterBackupConfigInputs &
  Omit<BackupConfigOutputs, "tenantName" | "tenantId" | "archiveBaseUri" | "dataBaseUri">;

const resource: BackupConfigResource = {
  object: "OceanBase cluster backup config",
  schema: clusterBackupConfigSchema as unknown as BackupConfigResource["schema"],
  rules: clusterBackupConfigRules,
  properties: PROPERTIES,
};

/** The backup configuration of all user tenants of a cluster. */
export const clusterBackupConfig = backupConfigHandler(resource) as unknown as ResourceHandler<
  ClusterBackupConfigInputs,
  ClusterBackupConfigOutputs
>;
