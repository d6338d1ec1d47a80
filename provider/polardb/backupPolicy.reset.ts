import { ProviderError } from "../core/errors";
import { type BackupPolicyInputs, CLASSIC_FIELDS, type ClassicPolicy } from "./backupPolicy.schema";
import type { ObservedBackupPolicy } from "./wire";

/** What a new cluster has (pages "PolarDB: ModifyBackupPolicy" and "Configure backup policy settings"). Its days and hours differ by cluster. */
const FRESH: Partial<ClassicPolicy> = {
  backupFrequency: "Normal",
  dataLevel1BackupRetentionPeriod: 7,
  dataLevel1BackupFrequency: "Normal",
  dataLevel2BackupRetentionPeriod: 0,
  dataLevel2BackupAnotherRegionRetentionPeriod: 0,
  backupRetentionPolicyOnClusterDeletion: "NONE",
};

/** The settings that the resource manages, at what a new cluster has. Days and hours of the schedule stay as they are. */
export function resetInputs(recorded: BackupPolicyInputs, observed: ObservedBackupPolicy): BackupPolicyInputs {
  if (observed.backupPolicyLevel === "Advanced") {
    throw new ProviderError({
      kind: "InvalidInput",
      property: "onDelete",
      problem:
        'onDelete: "reset" is not possible, because the cluster has advanced backup, which cannot be switched back',
      advice:
        'Nothing was changed. Set onDelete: "keep" and run `pulumi up`, or remove the resource with `pulumi state delete`; then delete rules in the console if you want.',
    });
  }
  const fields = CLASSIC_FIELDS.filter((field) => recorded[field] !== undefined && FRESH[field] !== undefined);
  return {
    dbClusterId: recorded.dbClusterId,
    ...Object.fromEntries(fields.map((field) => [field, FRESH[field]])),
  };
}
