import type { DataPolicy } from "./settings";
import type { Switches } from "./switches";
import { readDays, readFrequency, readOneOf, readWeekdays, readWindow } from "./values";

/** One classic parameter of ModifyBackupPolicy: what it takes, who takes it, and the code of its refusal. */
export interface DataPolicyField {
  readonly name: keyof DataPolicy;
  /** The vendor's code for a bad value. Not always built from the parameter's name. */
  readonly refusal: string;
  /** The canonical value, or undefined for one that is malformed. */
  readonly read: (text: string, switches: Switches) => string | undefined;
  readonly mysqlOnly: boolean;
  /** Regions whose MySQL clusters are documented to take it: those capable of cross-region backup, the others, or all. */
  readonly regions: "all" | "capable" | "other";
  /** The others are accepted and ignored once advanced backup is on. */
  readonly liveInAdvanced: boolean;
}

const ANY_CLUSTER = { mysqlOnly: false, regions: "all", liveInAdvanced: false } as const;
const LEVEL_SCHEDULE = { mysqlOnly: true, regions: "capable", liveInAdvanced: false } as const;

const readArchiveRetention = (text: string): string | undefined => readDays(text, 30, 7300, 0, -1);

export const DATA_POLICY_FIELDS: readonly DataPolicyField[] = [
  {
    name: "PreferredBackupTime",
    refusal: "InvalidPreferredBackupTime.Malformed",
    read: readWindow,
    ...ANY_CLUSTER,
    liveInAdvanced: true,
  },
  {
    name: "PreferredBackupPeriod",
    refusal: "InvalidPreferredBackupPeriod.Malformed",
    read: readWeekdays,
    ...ANY_CLUSTER,
    regions: "other",
  },
  {
    name: "BackupFrequency",
    refusal: "InvalidBackupFrequency.Malformed",
    read: readFrequency,
    ...ANY_CLUSTER,
    regions: "other",
  },
  {
    // The page of this action has no code for a bad value; this one is listed for DeleteDBCluster, which takes the same values.
    name: "BackupRetentionPolicyOnClusterDeletion",
    refusal: "InvalidBackupRetentionPolicyOnClusterDeletion.Malformed",
    read: readOneOf("ALL", "LATEST", "NONE"),
    ...ANY_CLUSTER,
    liveInAdvanced: true,
  },
  {
    name: "DataLevel1BackupRetentionPeriod",
    refusal: "InvalidDataLevel1BackupRetentionPeriod.Malformed",
    read: (text, switches) => readDays(text, 3, switches.maximumLevel1Retention),
    ...ANY_CLUSTER,
  },
  {
    name: "DataLevel1BackupFrequency",
    refusal: "InvalidDataLevel1BackupFrequency.Malformed",
    read: readFrequency,
    ...LEVEL_SCHEDULE,
  },
  {
    name: "DataLevel1BackupTime",
    refusal: "InvalidDataLevel1BackupTime.Malformed",
    read: readWindow,
    ...LEVEL_SCHEDULE,
    liveInAdvanced: true,
  },
  {
    name: "DataLevel1BackupPeriod",
    refusal: "InvalidDataLevel1BackupPeriod.Malformed",
    read: readWeekdays,
    ...LEVEL_SCHEDULE,
  },
  {
    name: "DataLevel2BackupRetentionPeriod",
    refusal: "InvalidDataLevel2BackupRetentionPeriod.Malformed",
    read: readArchiveRetention,
    ...ANY_CLUSTER,
  },
  {
    name: "DataLevel2BackupPeriod",
    refusal: "InvalidDataLevel2BackupPeriod.Malformed",
    read: readWeekdays,
    ...LEVEL_SCHEDULE,
  },
  {
    name: "DataLevel2BackupAnotherRegionRetentionPeriod",
    refusal: "InvalidDataLevel2AnotherRegionBackupRetentionPeriod.Malformed",
    read: readArchiveRetention,
    ...ANY_CLUSTER,
  },
  {
    name: "DataLevel2BackupAnotherRegionRegion",
    refusal: "InvalidDataLevel2AnotherRegionRegion.NotFound",
    // Which regions there are depends on the cluster, so that is checked with the other rules.
    read: (text) => text,
    ...ANY_CLUSTER,
  },
];
