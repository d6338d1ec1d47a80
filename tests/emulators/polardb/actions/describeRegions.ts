import type { Cluster } from "../cluster";
import type { Settings } from "../settings";
import type { ActionCall, AnswerBody } from "./action";

export function describeAvailableCrossRegions({ world }: ActionCall, cluster: Cluster): AnswerBody {
  const regions = [...cluster.availableCrossRegions];
  return { Regions: world.switches.regionsShape === "jsonText" ? [JSON.stringify(regions)] : regions };
}

/** Where backup sets of the cluster lie: its own region and those they are copied to. */
export function describeBackupRegions({ world }: ActionCall, cluster: Cluster): AnswerBody {
  return { Regions: [...new Set([cluster.region, ...copyRegions(world.visibleSettings(cluster))])] };
}

function copyRegions({ level, data, advancedData }: Settings): string[] {
  if (level === "Advanced") {
    return advancedData.filter(({ DestType }) => DestType === "level2Cross").map(({ DestRegion }) => DestRegion);
  }
  const isCopied = data.DataLevel2BackupAnotherRegionRetentionPeriod !== "0";
  return isCopied && data.DataLevel2BackupAnotherRegionRegion !== "" ? [data.DataLevel2BackupAnotherRegionRegion] : [];
}
