import { parseDuration } from "../core/duration";
import { acceptable, announced, type Impact } from "../core/impact";
import type { Recorded } from "./clusterBackupConfig.differences";
import type { ClusterBackupConfigInputs } from "./clusterBackupConfig.schema";
import { hasNoDestination, type ObservedCluster, type ObservedTenant, stateToRestore } from "./observe";
import { publicUri, type StorageUri } from "./storageUri";

/** What setting the destination of these tenants costs. */
export function destinationImpacts(
  relocated: readonly ObservedTenant[],
  base: StorageUri | undefined,
  recorded: Recorded | undefined,
  runningBackups: readonly number[],
): Impact[] {
  if (!base || relocated.length === 0) return [];
  const target = publicUri(base);
  const names = (list: readonly ObservedTenant[]): string => list.map(({ name }) => name).join(", ");
  const impacts: Impact[] = [];
  const archiving = relocated.filter((tenant) => stateToRestore(tenant.archiving) !== undefined);
  if (archiving.length > 0) {
    impacts.push(
      announced(
        "archiveGap",
        `Log archiving of ${names(archiving)} stops for the change and is then reopened; the time between cannot be restored to.`,
      ),
    );
  }
  const foreign = relocated.filter(
    (tenant) =>
      !hasNoDestination(tenant) &&
      !recorded?.tenants.some(({ id, archiveUri }) => id === tenant.id && archiveUri !== undefined),
  );
  if (foreign.length > 0) {
    impacts.push(
      acceptable(
        "overwritesAdopted",
        "backupBaseUri",
        target,
        `${names(foreign)} already has another destination (${foreign[0]?.archiveUri ?? foreign[0]?.dataUri}), which would be replaced; backups there are no longer cleaned up.`,
      ),
    );
  }
  const backingUp = relocated.filter(({ id }) => runningBackups.includes(id));
  if (backingUp.length > 0) {
    impacts.push(
      acceptable(
        "cancelsBackup",
        "backupBaseUri",
        target,
        `A backup of ${names(backingUp)} is running and would be cancelled.`,
      ),
    );
  }
  return impacts;
}

/** What sending the declared clean-up policy may cost. */
export function policyImpacts(
  desired: ClusterBackupConfigInputs,
  observed: ObservedCluster,
  recorded: Recorded | undefined,
): Impact[] {
  const after = desired.deletePolicy?.recoveryWindow;
  if (after === undefined) return [];
  const before = recorded?.applied.deletePolicy?.recoveryWindow;
  if (before === undefined) {
    return observed.tenants.some((tenant) => tenant.dataUri !== undefined)
      ? [
          acceptable(
            "shrinksRetention",
            "deletePolicy.recoveryWindow",
            after,
            `The present clean-up policy cannot be read, so a recovery window of ${after} may be shorter; older backups are then deleted within the hour.`,
          ),
        ]
      : [];
  }
  return (parseDuration(after) ?? 0) < (parseDuration(before) ?? 0)
    ? [
        acceptable(
          "shrinksRetention",
          "deletePolicy.recoveryWindow",
          after,
          `The recovery window shrinks from ${before} to ${after}; older backups are deleted within the hour.`,
        ),
      ]
    : [];
}
