import type { Action } from "./actions/action";
import { type Cluster, isClusterId } from "./cluster";
import { clusterBusy, clusterLocked, missingParameter, VendorError } from "./errors";
import type { Parameters } from "./request";
import type { World } from "./world";

/** Actions whose pages speak of `DBInstanceId` when the cluster is not there. */
const SAYS_INSTANCE: ReadonlySet<string> = new Set([
  "DescribeBackupPolicy",
  "DescribeLogBackupPolicy",
  "ModifyLogBackupPolicy",
]);

export function required(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined || value === "") throw missingParameter(name);
  return value;
}

/** The cluster that a call is for, or the refusal to find or to change it. */
export function findCluster(world: World, name: string, action: Action, id: string): Cluster {
  if (!isClusterId(id)) {
    // The pages of the Modify calls list this code under 404 and those of the Describe calls under 400.
    const status = name.startsWith("Modify") ? 404 : 400;
    throw new VendorError(status, "InvalidDBClusterId.Malformed", "The specified parameter DBClusterId is not valid.");
  }
  const cluster = world.clusters.get(id);
  if (!cluster) {
    const code = world.absent.get(id) ?? "InvalidDBClusterId.NotFound";
    const noun = SAYS_INSTANCE.has(name) ? "DBInstanceId" : "DBClusterId";
    const message =
      code === "Forbidden.ClusterNotFound"
        ? "The specified DB Cluster does not exist."
        : `The ${noun} provided does not exist in our records.`;
    throw new VendorError(404, code, message);
  }
  if (action.modifies && cluster.lockMode !== "Unlock") throw clusterLocked();
  if (action.modifies && world.statusOf(cluster) !== "Running") throw clusterBusy();
  return cluster;
}
