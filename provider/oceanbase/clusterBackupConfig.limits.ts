import { parseDuration } from "../core/duration";
import { ProviderError } from "../core/errors";
import { isPlaced, parsed } from "./clusterBackupConfig.differences";
import { LAG_MIN_S3_MS } from "./clusterBackupConfig.rules";
import type { ClusterBackupConfigInputs } from "./clusterBackupConfig.schema";
import type { ObservedCluster } from "./observe";

/** Refuses, before anything is sent, what the database would refuse after archiving has been switched off. */
export function refuseImpossible(desired: ClusterBackupConfigInputs, observed: ObservedCluster): void {
  const base = desired.backupBaseUri === undefined ? undefined : parsed(desired.backupBaseUri);
  const fail = (property: string, problem: string, advice: string): never => {
    throw new ProviderError({ kind: "InvalidInput", property, problem, advice });
  };
  if (observed.tenants.length === 0) {
    fail(
      "connection",
      "the cluster has no user tenant, and backup configuration belongs to tenants",
      "Create a tenant first.",
    );
  }
  const lag = desired.archiveLagTarget;
  if (lag !== undefined && base === undefined) {
    const without = observed.tenants.filter((tenant) => tenant.archiveUri === undefined).map(({ name }) => name);
    if (without.length > 0) {
      fail(
        "archiveLagTarget",
        `archiveLagTarget is refused by the database for tenants without an archive destination (${without.join(", ")})`,
        "Declare backupBaseUri, binding and pieceSwitchInterval too.",
      );
    }
    const onS3 = observed.tenants.filter((tenant) => tenant.archiveUri?.startsWith("s3://"));
    if (onS3.length > 0 && (parseDuration(lag) ?? 0) < LAG_MIN_S3_MS) {
      fail(
        "archiveLagTarget",
        `archiveLagTarget ${lag} is below 60s, which the database refuses for s3:// destinations (${onS3[0]?.name})`,
        'Use at least "60s".',
      );
    }
  }
  if (base?.scheme === "s3" && lag === undefined) {
    const low = observed.tenants.find((tenant) =>
      tenant.parameters.archive_lag_target.some((value) => (parseDuration(value) ?? LAG_MIN_S3_MS) < LAG_MIN_S3_MS),
    );
    if (low && !isPlaced(low, base, observed)) {
      fail(
        "archiveLagTarget",
        `${low.name} has an archive lag target of ${low.parameters.archive_lag_target.join("|")}, and the database refuses an s3:// destination below 60s`,
        'Declare archiveLagTarget: "60s" or more.',
      );
    }
  }
}
