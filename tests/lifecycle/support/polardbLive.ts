import type { Bag } from "../../../provider/core/bag";
import type { PolardbEmulator } from "../../emulators/polardb";

const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
const list = (text: string | undefined): string[] | undefined => text?.split(",");

/** Without what is empty, which a program leaves out. */
function filledOf(policy: object): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== ""));
}

/** The classic data policy of a cluster under the names of a program. */
export function backupPolicyOf(emulator: PolardbEmulator, dbClusterId = "pc-1"): Bag {
  const data = filledOf(emulator.world.cluster(dbClusterId).settings.data);
  return {
    dbClusterId,
    preferredBackupTime: data.PreferredBackupTime,
    preferredBackupPeriod: list(data.PreferredBackupPeriod),
    backupFrequency: data.BackupFrequency,
    dataLevel1BackupRetentionPeriod: number(data.DataLevel1BackupRetentionPeriod),
    dataLevel1BackupFrequency: data.DataLevel1BackupFrequency,
    dataLevel1BackupTime: data.DataLevel1BackupTime,
    dataLevel1BackupPeriod: list(data.DataLevel1BackupPeriod),
    dataLevel2BackupRetentionPeriod: number(data.DataLevel2BackupRetentionPeriod),
    dataLevel2BackupPeriod: list(data.DataLevel2BackupPeriod),
    dataLevel2BackupAnotherRegionRegion: data.DataLevel2BackupAnotherRegionRegion,
    dataLevel2BackupAnotherRegionRetentionPeriod: number(data.DataLevel2BackupAnotherRegionRetentionPeriod),
    backupRetentionPolicyOnClusterDeletion: data.BackupRetentionPolicyOnClusterDeletion,
  };
}

/** The classic log policy of `pc-1` under the names of a program. */
export function logBackupPolicyOf(emulator: PolardbEmulator): Bag {
  const log = filledOf(emulator.world.cluster("pc-1").settings.log);
  return {
    dbClusterId: "pc-1",
    logBackupRetentionPeriod: number(log.LogBackupRetentionPeriod),
    logBackupAnotherRegionRegion: log.LogBackupAnotherRegionRegion,
    logBackupAnotherRegionRetentionPeriod: number(log.LogBackupAnotherRegionRetentionPeriod),
  };
}
