import type { Bag } from "../../../provider/core/bag";
import type { PolardbEmulator } from "../../emulators/polardb";

const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
const list = (text: string | undefined): string[] => (text === undefined || text === "" ? [] : text.split(","));

/** The classic data policy of `pc-1` under the names of a program. */
export function backupPolicyOf(emulator: PolardbEmulator): Bag {
  const data = emulator.world.cluster("pc-1").settings.data as unknown as Readonly<Record<string, string>>;
  return {
    dbClusterId: "pc-1",
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
  const { log } = emulator.world.cluster("pc-1").settings;
  return {
    dbClusterId: "pc-1",
    logBackupRetentionPeriod: log.LogBackupRetentionPeriod,
    logBackupAnotherRegionRegion: log.LogBackupAnotherRegionRegion,
    logBackupAnotherRegionRetentionPeriod: Number(log.LogBackupAnotherRegionRetentionPeriod),
  };
}
