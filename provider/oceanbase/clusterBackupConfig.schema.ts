import { z } from "zod";
import { canonicalSet } from "../core/canonicalSet";
import { orUnknown } from "../core/checkInputs";
import { commonShape, nonEmpty, storageUri } from "./backupConfig.schema";

export const clusterBackupConfigSchema = z.strictObject({
  backupBaseUri: orUnknown(storageUri).optional(),
  // Any name can be left out, also one that obshell could not handle.
  exceptTenants: orUnknown(
    z.array(orUnknown(nonEmpty)).transform((names) => (names.length === 0 ? undefined : canonicalSet(names))),
  ).optional(),
  ...commonShape,
});

/** What the program declares, canonical. */
export type ClusterBackupConfigInputs = z.infer<typeof clusterBackupConfigSchema> & {
  readonly storageFingerprint?: string;
};

export const PROPERTIES = [
  ...Object.keys(clusterBackupConfigSchema.shape),
  "storageFingerprint",
] as readonly (keyof ClusterBackupConfigInputs)[];
