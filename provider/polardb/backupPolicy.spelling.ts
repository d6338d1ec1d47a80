import type { ClassicField, ClassicPolicy } from "./backupPolicy.schema";
import type { ObservedBackupPolicy } from "./wire";

/**
 * The schedule has two spellings: `PreferredBackup*` and `BackupFrequency`, which every cluster takes but those of PolarDB for MySQL in
 * regions with cross-region backup, and `DataLevel1Backup*`, which only these take (pages "PolarDB: ModifyBackupPolicy" and
 * "DescribeBackupPolicy").
 */
export const LEVEL_1_SPELLING: { readonly [Field in ClassicField]?: ClassicField } = {
  preferredBackupTime: "dataLevel1BackupTime",
  preferredBackupPeriod: "dataLevel1BackupPeriod",
  backupFrequency: "dataLevel1BackupFrequency",
};

/**
 * The name under which a cluster keeps a setting. A cluster that reports a level-1 schedule keeps its schedule there, whatever
 * it says under the other name.
 */
export function honouredName(field: ClassicField, observed: ObservedBackupPolicy): ClassicField {
  // Any of the three tells: somebody may have emptied the others.
  const keepsLevel1 = Object.values(LEVEL_1_SPELLING).some((level1) => observed[level1] !== undefined);
  return (keepsLevel1 && LEVEL_1_SPELLING[field]) || field;
}

/** What an empty or missing value in an answer stands for, where it stands for something. */
const WHEN_EMPTY: Partial<ClassicPolicy> = {
  dataLevel2BackupRetentionPeriod: 0,
  dataLevel2BackupAnotherRegionRetentionPeriod: 0,
  backupFrequency: "Normal",
  dataLevel1BackupFrequency: "Normal",
  backupRetentionPolicyOnClusterDeletion: "NONE",
};

/** What the service reports for a setting, where the cluster keeps it, reading an empty value as what it stands for. */
export function liveValue<F extends ClassicField>(field: F, observed: ObservedBackupPolicy): ClassicPolicy[F] {
  return (observed[honouredName(field, observed)] as ClassicPolicy[F]) ?? WHEN_EMPTY[field];
}
