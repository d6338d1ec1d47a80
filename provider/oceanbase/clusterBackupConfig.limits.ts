import { parseDuration } from "../core/duration";
import { ProviderError } from "../core/errors";
import { hasShortLag, isPlaced, parsed } from "./clusterBackupConfig.differences";
import { LAG_MIN_S3_MS } from "./clusterBackupConfig.rules";
import type { ClusterBackupConfigInputs } from "./clusterBackupConfig.schema";
import type { ObservedCluster } from "./observe";
import type { StorageUri } from "./storageUri";

/** Refuses, before anything is sent, what the database would refuse after archiving has been switched off. */
export function refuseImpossible(desired: ClusterBackupConfigInputs, observed: ObservedCluster): void {
  if (observed.tenants.length === 0) {
    throw refused(
      "connection",
      "the cluster has no user tenant, and backup configuration belongs to tenants",
      "Create a tenant first.",
    );
  }
  const { backupBaseUri, archiveLagTarget } = desired;
  if (backupBaseUri !== undefined) refuseShortLagOnS3(parsed(backupBaseUri), archiveLagTarget, observed);
  else if (archiveLagTarget !== undefined) refuseLagForLiveDestinations(archiveLagTarget, observed);
}

function refuseShortLagOnS3(base: StorageUri, lag: string | undefined, observed: ObservedCluster): void {
  if (base.scheme !== "s3") return;
  const moving = observed.tenants.filter((tenant) => hasShortLag(tenant) && !isPlaced(tenant, base, observed));
  // With a destination of another kind the lag can be raised first; without one the database refuses that too.
  const stuck = moving.find((tenant) => lag === undefined || tenant.archiveUri === undefined);
  if (!stuck) return;
  throw refused(
    "archiveLagTarget",
    `${stuck.name} has an archive lag target of ${stuck.parameters.archive_lag_target.join("|")}, and the database refuses an s3:// destination below 60s`,
    lag === undefined
      ? 'Declare archiveLagTarget: "60s" or more.'
      : "Raise the parameter archive_lag_target of this tenant in the database; without a destination obshell cannot.",
  );
}

function refuseLagForLiveDestinations(lag: string, { tenants }: ObservedCluster): void {
  const without = tenants.filter(({ archiveUri }) => archiveUri === undefined).map(({ name }) => name);
  if (without.length > 0) {
    throw refused(
      "archiveLagTarget",
      `archiveLagTarget is refused by the database for tenants without an archive destination (${without.join(", ")})`,
      "Declare backupBaseUri, binding and pieceSwitchInterval too.",
    );
  }
  const onS3 = tenants.find(({ archiveUri }) => archiveUri?.startsWith("s3://"));
  if (onS3 && (parseDuration(lag) ?? 0) < LAG_MIN_S3_MS) {
    throw refused(
      "archiveLagTarget",
      `archiveLagTarget ${lag} is below 60s, which the database refuses for s3:// destinations (${onS3.name})`,
      'Use at least "60s".',
    );
  }
}

function refused(property: string, problem: string, advice: string): ProviderError {
  return new ProviderError({ kind: "InvalidInput", property, problem, advice });
}
