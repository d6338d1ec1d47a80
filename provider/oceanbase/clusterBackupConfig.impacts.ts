import { parseDuration } from "../core/duration";
import { acceptable, announced, type Impact } from "../core/impact";
import type { Differences, Recorded } from "./clusterBackupConfig.differences";
import type { ClusterBackupConfigInputs } from "./clusterBackupConfig.schema";
import { hasNoDestination, type ObservedTenant, stateToRestore } from "./observe";
import { publicUri } from "./storageUri";

/** What setting the destinations costs. */
export function destinationImpacts(
  { base, relocated, misplaced }: Differences,
  recorded: Recorded | undefined,
  runningBackups: readonly number[],
): Impact[] {
  if (!base) return [];
  const target = publicUri(base);
  const archiving = relocated.filter((tenant) => stateToRestore(tenant.archiving) !== undefined);
  const theirs = misplaced.filter((tenant) => !hasNoDestination(tenant) && !recorded?.covered.includes(tenant.id));
  const backingUp = relocated.filter(({ id }) => runningBackups.includes(id));
  const impacts: Impact[] = [];
  if (archiving.length > 0) {
    const sentence = `Log archiving of ${names(archiving)} stops for the change and is then reopened; the time between cannot be restored to.`;
    impacts.push(announced("archiveGap", sentence));
  }
  if (theirs.length > 0) {
    const sentence = `${names(theirs)} already has another destination (${theirs[0]?.archiveUri ?? theirs[0]?.dataUri}), which would be replaced; backups there are no longer cleaned up.`;
    impacts.push(acceptable("overwritesAdopted", "backupBaseUri", target, sentence));
  }
  if (backingUp.length > 0) {
    const sentence = `A backup of ${names(backingUp)} is running and would be cancelled.`;
    impacts.push(acceptable("cancelsBackup", "backupBaseUri", target, sentence));
  }
  return impacts;
}

/** What sending the declared clean-up policy to these tenants may cost. */
export function policyImpacts(
  desired: ClusterBackupConfigInputs,
  receivers: readonly ObservedTenant[],
  recorded: Recorded | undefined,
): Impact[] {
  const after = desired.deletePolicy?.recoveryWindow;
  if (after === undefined) return [];
  const before = recorded?.applied.deletePolicy?.recoveryWindow;
  // One that was taken over unread was never seen, and after a call of unknown outcome the one before it may be in force.
  const isKnown =
    before !== undefined &&
    !recorded?.unverified.includes("deletePolicy") &&
    (before === after || !recorded?.unconfirmed.includes("deletePolicy"));
  const sentenced = (sentence: string): Impact[] => [
    acceptable("shrinksRetention", "deletePolicy.recoveryWindow", after, sentence),
  ];
  const mayHaveAnother = ({ id, dataUri }: ObservedTenant): boolean =>
    dataUri !== undefined && !(isKnown && recorded?.covered.includes(id));
  if (receivers.some(mayHaveAnother)) {
    return sentenced(
      `The present clean-up policy cannot be read, so a recovery window of ${after} may be shorter; older backups are then deleted within the hour.`,
    );
  }
  return before !== undefined && isKnown && (parseDuration(after) ?? 0) < (parseDuration(before) ?? 0)
    ? sentenced(`The recovery window shrinks from ${before} to ${after}; older backups are deleted within the hour.`)
    : [];
}

function names(tenants: readonly ObservedTenant[]): string {
  return tenants.map(({ name }) => name).join(", ");
}
