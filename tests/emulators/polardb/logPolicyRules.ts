import type { Cluster } from "./cluster";
import { malformed, regionNotFound } from "./errors";
import type { Parameters } from "./request";
import type { LogPolicy, Settings } from "./settings";
import type { Switches } from "./switches";
import { readDays } from "./values";

/** The classic parameters of ModifyLogBackupPolicy, read and checked one by one. There is no `0` for the local retention. */
export function readLogChanges(cluster: Cluster, parameters: Parameters, switches: Switches): Partial<LogPolicy> {
  const changes: Partial<LogPolicy> = {};
  const retention = parameters.get("LogBackupRetentionPeriod");
  if (retention !== undefined) {
    // Keeping log backups for ever needs Enterprise Edition; the code of the refusal is an inference.
    const extra = cluster.edition === "Enterprise" ? [-1] : [];
    const days = readDays(retention, 3, 7300, ...extra);
    if (days === undefined) throw malformed("InvalidLogBackupRetentionPeriod.Malformed", "LogBackupRetentionPeriod");
    changes.LogBackupRetentionPeriod = Number(days);
  }
  const copied = parameters.get("LogBackupAnotherRegionRetentionPeriod");
  if (copied !== undefined) {
    const days = readDays(copied, switches.minimumCrossRegionLogRetention, 7300, 0, -1);
    if (days === undefined) {
      throw malformed(
        "InvalidLogBackupAnotherRegionRetentionPeriod.Malformed",
        "LogBackupAnotherRegionRetentionPeriod",
      );
    }
    changes.LogBackupAnotherRegionRetentionPeriod = days;
  }
  const region = parameters.get("LogBackupAnotherRegionRegion");
  if (region !== undefined) changes.LogBackupAnotherRegionRegion = region;
  return changes;
}

/** "Cross-region log backup can be selected only when cross-region level-2 backup is on", and goes to the same region. */
export function applyLogChanges(
  cluster: Cluster,
  next: Settings,
  changes: Partial<LogPolicy>,
  switches: Switches,
): void {
  const region = changes.LogBackupAnotherRegionRegion;
  const retention = changes.LogBackupAnotherRegionRetentionPeriod;
  const isOn = (retention ?? next.log.LogBackupAnotherRegionRetentionPeriod) !== "0";
  const isTouched = region !== undefined || retention !== undefined;
  const destination = region ?? next.log.LogBackupAnotherRegionRegion;
  const isUnknown = region !== undefined && !cluster.availableCrossRegions.includes(region);
  if (isUnknown || (isTouched && isOn && !dataIsCopiedTo(next, destination))) {
    throw regionNotFound("InvalidLogBackupAnotherRegionRegion.NotFound", "LogBackupAnotherRegionRegion");
  }
  Object.assign(next.log, changes);
  if (retention === "0" && !switches.keepRegionWhenCrossRegionOff) next.log.LogBackupAnotherRegionRegion = "";
}

function dataIsCopiedTo({ data }: Settings, region: string): boolean {
  return (
    region !== "" &&
    region === data.DataLevel2BackupAnotherRegionRegion &&
    data.DataLevel2BackupAnotherRegionRetentionPeriod !== "0"
  );
}
