import { parseDuration } from "../core/duration";
import { acceptable, announced, type Impact, UNVERIFIED_ARCHIVING } from "../core/impact";
import { stateToRestore } from "./archiveState";
import type { Differences } from "./backupConfig.differences";
import { appliedTo, knowledgeOf, type Recorded } from "./backupConfig.records";
import type { BackupConfigInputs } from "./backupConfig.schema";
import { declaredTarget } from "./destination";
import { listNames } from "./names";
import { isBlind, type ObservedTenant } from "./observe";

/** What the change costs beyond itself. */
export function impactsOf(
  desired: BackupConfigInputs,
  found: Differences,
  recorded: Recorded | undefined,
  runningBackups: readonly number[],
): Impact[] {
  return [
    ...archiveImpacts(desired, found),
    ...overwriteImpacts(desired, found, recorded),
    ...dataImpacts(desired, found, recorded, runningBackups),
    ...policyImpacts(desired, found.policy, recorded),
    ...archivingImpacts(desired, found),
  ];
}

/** What setting the archive destination costs: obshell stops log archiving for it. */
function archiveImpacts(desired: BackupConfigInputs, { archive }: Differences): Impact[] {
  const blind = archive.filter(isBlind);
  const archiving = archive.filter((tenant) => stateToRestore(tenant.archiving) !== undefined);
  // A preview knows only what the last run or refresh saw; archiving that a backup has opened since then stops as well.
  const perhaps = archive.filter(
    (tenant) => !isBlind(tenant) && !archiving.includes(tenant) && tenant.archiveUri !== undefined,
  );
  const after = desired.archiving === "stopped" ? "stays off, as declared" : "is then reopened";
  const impacts: Impact[] = [];
  if (archiving.length > 0) {
    const sentence = `Log archiving of ${listNames(archiving)} stops for the change and ${after}; the time between cannot be restored to.`;
    impacts.push(announced("archiveGap", sentence));
  }
  if (perhaps.length > 0) {
    const sentence = `Log archiving of ${listNames(perhaps)} was not seen running; where it has been started since, it stops for the change and ${after}; the time between cannot be restored to.`;
    impacts.push(announced("archiveGap", sentence));
  }
  if (blind.length > 0) {
    impacts.push({
      class: "archiveGap",
      token: UNVERIFIED_ARCHIVING,
      sentence: `Log archiving of ${listNames(blind)} stops for the change if it is running, and this version of obshell (before 4.3.2) cannot show whether it comes back.`,
    });
  }
  return impacts;
}

/** Replacing what somebody else has set. */
function overwriteImpacts(
  desired: BackupConfigInputs,
  { archiveMisplaced, dataMisplaced }: Differences,
  recorded: Recorded | undefined,
): Impact[] {
  const impacts = new Map<string, Impact>();
  for (const [part, misplaced] of [
    ["archive", archiveMisplaced],
    ["data", dataMisplaced],
  ] as const) {
    const live = (tenant: ObservedTenant): string | undefined =>
      part === "archive" ? tenant.archiveUri : tenant.dataUri;
    const theirs = misplaced.filter((tenant) => live(tenant) !== undefined && !recorded?.covered.includes(tenant.id));
    if (theirs.length === 0) continue;
    const { property, target } = declaredTarget(desired, part);
    const sentence = `${listNames(theirs)} already has another destination (${live(theirs[0] as ObservedTenant)}), which would be replaced; backups there are no longer cleaned up.`;
    if (!impacts.has(property)) impacts.set(property, acceptable("overwritesAdopted", property, target, sentence));
  }
  return [...impacts.values()];
}

/** What setting the data destination costs: obshell cancels a running backup for it. */
function dataImpacts(
  desired: BackupConfigInputs,
  { data, dataMisplaced }: Differences,
  recorded: Recorded | undefined,
  runningBackups: readonly number[],
): Impact[] {
  const { property, target } = declaredTarget(desired, "data");
  const backingUp = data.filter(({ id }) => runningBackups.includes(id));
  const leaving = dataMisplaced.filter(({ id, dataUri }) => dataUri !== undefined && recorded?.covered.includes(id));
  const impacts: Impact[] = [];
  if (leaving.length > 0) {
    const sentence = `A new full backup of ${listNames(leaving)} is needed at ${target}; expired backups at the old destination (${leaving[0]?.dataUri}) are no longer cleaned up, and a backup that runs during the change would be cancelled, which must be accepted.`;
    impacts.push(announced("cost", sentence));
  }
  if (backingUp.length > 0) {
    const sentence = `A backup of ${listNames(backingUp)} is running and would be cancelled.`;
    impacts.push(acceptable("cancelsBackup", property, target, sentence));
  }
  return impacts;
}

/** What declaring a state of log archiving costs. */
function archivingImpacts(desired: BackupConfigInputs, { archiving, initialBackup }: Differences): Impact[] {
  const impacts: Impact[] = [];
  if ((desired.archiving === "stopped" || desired.archiving === "suspended") && archiving.length > 0) {
    const sentence = `Log archiving of ${listNames(archiving)} becomes ${desired.archiving}: from then on these tenants cannot be restored to a point in time.`;
    impacts.push(announced("archiveGap", sentence));
  }
  if (initialBackup.length > 0) {
    const sentence = `${listNames(initialBackup)} never archived: a full backup is started, which opens log archiving and fills storage.`;
    impacts.push(announced("cost", sentence));
  }
  return impacts;
}

/** The longest recovery window that any of these tenants was given. */
function longestWindow(tenants: readonly ObservedTenant[], recorded: Recorded | undefined): string | undefined {
  if (!recorded) return undefined;
  return tenants
    .flatMap(({ id }) => appliedTo(id, recorded).deletePolicy?.recoveryWindow ?? [])
    .sort((a, b) => (parseDuration(b) ?? 0) - (parseDuration(a) ?? 0))[0];
}

/** What sending the declared clean-up policy to these tenants may cost. */
function policyImpacts(
  desired: BackupConfigInputs,
  receivers: readonly ObservedTenant[],
  recorded: Recorded | undefined,
): Impact[] {
  const after = desired.deletePolicy?.recoveryWindow;
  if (after === undefined) return [];
  const before = longestWindow(receivers, recorded);
  // One that was taken over unread was never seen, and after a call of unknown outcome the one before it may be in force.
  const isUnseen = before === undefined || recorded?.unverified.includes("deletePolicy");
  const isKnown = (tenant: ObservedTenant): boolean =>
    !isUnseen &&
    (knowledgeOf(tenant, "deletePolicy", recorded).state === "known" ||
      (before === after && recorded?.covered.includes(tenant.id) === true));
  const sentenced = (sentence: string): Impact[] => [
    acceptable("shrinksRetention", "deletePolicy.recoveryWindow", after, sentence),
  ];
  const mayHaveAnother = (tenant: ObservedTenant): boolean =>
    (tenant.dataUri !== undefined || isBlind(tenant)) && !isKnown(tenant);
  if (receivers.some(mayHaveAnother)) {
    return sentenced(
      `The present clean-up policy cannot be read, so a recovery window of ${after} may be shorter; older backups are then deleted within the hour.`,
    );
  }
  return before !== undefined &&
    !isUnseen &&
    receivers.length > 0 &&
    (parseDuration(after) ?? 0) < (parseDuration(before) ?? 0)
    ? sentenced(`The recovery window shrinks from ${before} to ${after}; older backups are deleted within the hour.`)
    : [];
}
