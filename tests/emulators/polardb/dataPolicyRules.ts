import type { Cluster } from "./cluster";
import { dumpRetentionAlone, lowFrequencyNotSupported, malformed, regionNotFound } from "./errors";
import { ALL_WEEK, type DataPolicy, type Settings } from "./settings";
import type { Switches } from "./switches";
import { isHighFrequency } from "./values";

/** Rules that need more than one value to be looked at. Changes `next`, or throws and leaves a half-changed draft behind. */
export function applyDataChanges(
  cluster: Cluster,
  next: Settings,
  changes: Partial<DataPolicy>,
  switches: Switches,
): void {
  if (switches.refuseLoneDumpRetention) checkCompanions(next.data, changes);
  checkStorage(cluster, changes);
  checkRegion(cluster, next, changes);
  if (switches.logCopyHoldsDataCopy) checkLogCopy(next, changes);
  Object.assign(next.data, changes);
  if (changes.DataLevel2BackupAnotherRegionRetentionPeriod === "0" && !switches.keepRegionWhenCrossRegionOff) {
    next.data.DataLevel2BackupAnotherRegionRegion = "";
  }
  forceWholeWeek(next.data);
  if (switches.level2DaysWithinLevel1) checkLevel2Days(next.data, changes);
}

function isOn(retention: string): boolean {
  return retention !== "0";
}

function checkCompanions(data: DataPolicy, changes: Partial<DataPolicy>): void {
  const hasArchivePolicy = data.DataLevel2BackupPeriod !== "" && isOn(data.DataLevel2BackupRetentionPeriod);
  if (!hasArchivePolicy) return;
  const sent = (name: keyof DataPolicy): boolean => changes[name] !== undefined;
  const copyIsComplete =
    sent("DataLevel2BackupAnotherRegionRegion") && sent("DataLevel2BackupAnotherRegionRetentionPeriod");
  const copyIsOn = isOn(data.DataLevel2BackupAnotherRegionRetentionPeriod);
  if (sent("DataLevel2BackupRetentionPeriod")) {
    if (!sent("DataLevel2BackupPeriod") || (copyIsOn && !copyIsComplete)) throw dumpRetentionAlone();
  }
  if (sent("DataLevel2BackupAnotherRegionRetentionPeriod") && !copyIsComplete) throw dumpRetentionAlone();
}

/** "Only PSL4 and PSL5 have level-2 backups"; that this is the code of the refusal is an inference. */
function checkStorage(cluster: Cluster, changes: Partial<DataPolicy>): void {
  const retention = changes.DataLevel2BackupRetentionPeriod;
  if (cluster.storageClass === "ESSD" && retention !== undefined && isOn(retention)) throw lowFrequencyNotSupported();
}

function checkRegion(cluster: Cluster, next: Settings, changes: Partial<DataPolicy>): void {
  const region = changes.DataLevel2BackupAnotherRegionRegion;
  const retention = changes.DataLevel2BackupAnotherRegionRetentionPeriod;
  const isUnknown = region !== undefined && !cluster.availableCrossRegions.includes(region);
  const resulting = region ?? next.data.DataLevel2BackupAnotherRegionRegion;
  const isMissing = retention !== undefined && isOn(retention) && resulting === "";
  if (isUnknown || isMissing) {
    throw regionNotFound("InvalidDataLevel2AnotherRegionRegion.NotFound", "DataLevel2BackupAnotherRegionRegion");
  }
}

function checkLogCopy({ log }: Settings, changes: Partial<DataPolicy>): void {
  if (!isOn(log.LogBackupAnotherRegionRetentionPeriod)) return;
  if (changes.DataLevel2BackupAnotherRegionRetentionPeriod === "0") {
    throw malformed(
      "InvalidDataLevel2AnotherRegionBackupRetentionPeriod.Malformed",
      "DataLevel2BackupAnotherRegionRetentionPeriod",
    );
  }
  const region = changes.DataLevel2BackupAnotherRegionRegion;
  if (region !== undefined && region !== log.LogBackupAnotherRegionRegion) {
    throw regionNotFound("InvalidDataLevel2AnotherRegionRegion.NotFound", "DataLevel2BackupAnotherRegionRegion");
  }
}

/** "If you enable high-frequency backup, the PreferredBackupPeriod parameter is automatically set to all days of the week." */
function forceWholeWeek(data: DataPolicy): void {
  if (!isHighFrequency(data.BackupFrequency) && !isHighFrequency(data.DataLevel1BackupFrequency)) return;
  data.PreferredBackupPeriod = ALL_WEEK;
  if (data.DataLevel1BackupPeriod !== "") data.DataLevel1BackupPeriod = ALL_WEEK;
}

function checkLevel2Days(data: DataPolicy, changes: Partial<DataPolicy>): void {
  const touched = changes.DataLevel2BackupPeriod ?? changes.DataLevel1BackupPeriod ?? changes.PreferredBackupPeriod;
  if (touched === undefined || data.DataLevel2BackupPeriod === "") return;
  const level1 = (data.DataLevel1BackupPeriod || data.PreferredBackupPeriod).split(",");
  if (!data.DataLevel2BackupPeriod.split(",").every((day) => level1.includes(day))) {
    throw malformed("InvalidDataLevel2BackupPeriod.Malformed", "DataLevel2BackupPeriod");
  }
}
