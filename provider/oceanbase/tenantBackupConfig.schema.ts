import { z } from "zod";
import { orUnknown } from "../core/checkInputs";
import { commonShape, storageUri, tenantName } from "./backupConfig.schema";

export const tenantBackupConfigSchema = z.strictObject({
  tenantName: orUnknown(tenantName),
  archiveBaseUri: orUnknown(storageUri).optional(),
  dataBaseUri: orUnknown(storageUri).optional(),
  ...commonShape,
});

/** What the program declares, canonical. */
export type TenantBackupConfigInputs = z.infer<typeof tenantBackupConfigSchema> & {
  readonly storageFingerprint?: string;
};

export const PROPERTIES = [
  ...Object.keys(tenantBackupConfigSchema.shape),
  "storageFingerprint",
] as readonly (keyof TenantBackupConfigInputs)[];
