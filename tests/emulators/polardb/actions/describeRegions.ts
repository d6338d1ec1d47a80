import type { Cluster } from "../cluster";
import type { ActionCall, AnswerBody } from "./action";

export function describeAvailableCrossRegions({ world }: ActionCall, cluster: Cluster): AnswerBody {
  const regions = [...cluster.availableCrossRegions];
  return { Regions: world.switches.regionsShape === "jsonText" ? [JSON.stringify(regions)] : regions };
}

/** Where backup sets of the cluster lie: its own region and the one they are copied to. */
export function describeBackupRegions({ world }: ActionCall, cluster: Cluster): AnswerBody {
  const { data } = world.visibleSettings(cluster);
  const isCopied = data.DataLevel2BackupAnotherRegionRetentionPeriod !== "0";
  const region = data.DataLevel2BackupAnotherRegionRegion;
  return { Regions: isCopied && region !== "" ? [cluster.region, region] : [cluster.region] };
}
