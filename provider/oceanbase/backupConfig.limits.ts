import { parseDuration } from "../core/duration";
import { ProviderError } from "../core/errors";
import { type Differences, hasShortLag } from "./backupConfig.differences";
import { type BackupConfigInputs, isPlainName } from "./backupConfig.schema";
import { declaresDestination, destinationOf } from "./destination";
import { listNames } from "./names";
import { isBlind, type ObservedCluster } from "./observe";
import { LAG_MIN_S3_MS } from "./storageUri";

/** Refuses, before anything is sent, what obshell or the database would refuse after archiving has been switched off. */
export function refuseImpossible(desired: BackupConfigInputs, observed: ObservedCluster, found: Differences): void {
  refuseMissingTenants(desired, observed, found);
  refuseNamesThatNeedQuotes(desired, found);
  if (desired.archiveLagTarget !== undefined && !declaresArchive(desired)) {
    refuseLagForLiveDestinations(desired.archiveLagTarget, found);
  }
  refuseShortLagOnS3(desired, observed, found);
  refuseArchiving(desired, observed, found);
}

function declaresArchive({ backupBaseUri, archiveBaseUri }: BackupConfigInputs): boolean {
  return (backupBaseUri ?? archiveBaseUri) !== undefined;
}

function refuseMissingTenants(
  { tenantName, exceptTenants }: BackupConfigInputs,
  observed: ObservedCluster,
  { tenants }: Differences,
): void {
  if (tenants.length > 0) return;
  if (tenantName !== undefined) {
    throw refused(
      "tenantName",
      `the cluster ${observed.cluster.name} has no tenant ${tenantName}`,
      "Create the tenant first, or correct tenantName.",
    );
  }
  throw exceptTenants && observed.tenants.length > 0
    ? refused("exceptTenants", "exceptTenants leaves no tenant for this resource", "Remove the resource, or a name.")
    : refused(
        "connection",
        "the cluster has no user tenant, and backup configuration belongs to tenants",
        "Create a tenant first.",
      );
}

function refuseNamesThatNeedQuotes({ tenantName }: BackupConfigInputs, { archive, data, policy }: Differences): void {
  // The names of parameters' tenants are quoted by obshell.
  const odd = [...new Set([...archive, ...data, ...policy])].filter(({ name }) => !isPlainName(name));
  if (odd.length === 0 || tenantName !== undefined) return;
  throw refused(
    "exceptTenants",
    `obshell writes tenant names into SQL without quotes, which breaks for ${listNames(odd)}: the change would fail half way`,
    `Leave them out: exceptTenants: [${odd.map(({ name }) => JSON.stringify(name)).join(", ")}]. They can be configured with SQL only.`,
  );
}

function refuseShortLagOnS3(desired: BackupConfigInputs, observed: ObservedCluster, { archive }: Differences): void {
  const lag = desired.archiveLagTarget;
  const moving = archive.filter(
    (tenant) => hasShortLag(tenant) && destinationOf(desired, observed.cluster, tenant).archive?.scheme === "s3",
  );
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

function refuseLagForLiveDestinations(lag: string, { tenants }: Differences): void {
  const without = tenants.filter((tenant) => tenant.archiveUri === undefined && !isBlind(tenant));
  if (without.length > 0) {
    throw refused(
      "archiveLagTarget",
      `archiveLagTarget is refused by the database for tenants without an archive destination (${listNames(without)})`,
      "Declare the archive destination, binding and pieceSwitchInterval too.",
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

function refuseArchiving(
  desired: BackupConfigInputs,
  observed: ObservedCluster,
  { tenants, initialBackup }: Differences,
): void {
  const { archiving } = desired;
  if (archiving === undefined && initialBackup.length === 0) return;
  if (archiving !== undefined && tenants.some(isBlind)) {
    throw refused(
      "archiving",
      "this version of obshell cannot show log archiving, so no state of it can be declared",
      "Upgrade obshell to 4.3.2 or later, or remove archiving.",
    );
  }
  if (archiving !== "stopped") {
    // Who declares the archive's destination alone may archive there; a backup needs the other too.
    const without = tenants.filter((tenant) => {
      const { archive, data } = destinationOf(desired, observed.cluster, tenant);
      const lacksArchive = archive === undefined && tenant.archiveUri === undefined;
      const lacksData = data === undefined && tenant.dataUri === undefined;
      const isBackedUp = initialBackup.includes(tenant);
      return (
        (lacksArchive && (archiving !== undefined || isBackedUp)) ||
        (lacksData && (isBackedUp || !declaresDestination(desired)))
      );
    });
    if (without.length > 0) {
      throw refused(
        archiving === undefined ? "initialBackup" : "archiving",
        `${listNames(without)} has no destination to archive or to back up to`,
        "Declare both destinations, binding and pieceSwitchInterval too.",
      );
    }
  }
  if (archiving === "suspended" && initialBackup.length > 0) {
    throw refused(
      "archiving",
      `${listNames(initialBackup)} never archived, and what never ran cannot be suspended`,
      'Open it first with archiving: "running" and initialBackup: "full".',
    );
  }
  if (initialBackup.length > 0 && desired.initialBackup === undefined) {
    throw refused(
      "initialBackup",
      `${listNames(initialBackup)} never archived, and obshell opens log archiving for the first time only with a full backup`,
      'If you want that backup now, add initialBackup: "full".',
    );
  }
}

function refused(property: string, problem: string, advice: string): ProviderError {
  return new ProviderError({ kind: "InvalidInput", property, problem, advice });
}
