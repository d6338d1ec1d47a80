import type { ResourceHandler } from "../core/lifecycle";
import type { BackupConfigOutputs } from "./backupConfig.apply";
import { type BackupConfigResource, backupConfigHandler } from "./backupConfig.handler";
import { tenantBackupConfigRules } from "./backupConfig.rules";
import { PROPERTIES, type TenantBackupConfigInputs, tenantBackupConfigSchema } from "./tenantBackupConfig.schema";

export type TenantBackupConfigOutputs = TenantBackupConfigInputs &
  Omit<BackupConfigOutputs, "tenantName" | "tenantId" | "backupBaseUri" | "exceptTenants"> & {
    readonly tenantId: number;
  };

const resource: BackupConfigResource = {
  object: "OceanBase tenant backup config",
  schema: tenantBackupConfigSchema as unknown as BackupConfigResource["schema"],
  rules: tenantBackupConfigRules,
  properties: PROPERTIES,
};

/** The backup configuration of one tenant. */
export const tenantBackupConfig = backupConfigHandler(resource) as unknown as ResourceHandler<
  TenantBackupConfigInputs,
  TenantBackupConfigOutputs
>;
