import { acceptable, announced, type Impact } from "../core/impact";
import type { AdvancedDataPolicy, BackupPolicyInputs, ClassicField } from "./backupPolicy.schema";
import { liveValue } from "./backupPolicy.spelling";
import { type BackupFrequency, FREQUENCIES, isHighFrequency } from "./schedule";
import type { ObservedBackupPolicy } from "./wire";

/** What a changed setting costs: backups that expire earlier, and money. */
export function impactsOf(field: ClassicField, desired: BackupPolicyInputs, observed: ObservedBackupPolicy): Impact[] {
  switch (field) {
    case "dataLevel1BackupRetentionPeriod":
      return retentionImpacts(field, "Level-1 backups", desired[field], observed[field]);
    case "dataLevel2BackupRetentionPeriod":
      return retentionImpacts(field, "Level-2 backups", desired[field], observed[field] ?? 0);
    case "dataLevel2BackupAnotherRegionRetentionPeriod":
      return retentionImpacts(field, "Copies in another region", desired[field], observed[field] ?? 0);
    case "dataLevel2BackupAnotherRegionRegion":
      // The service may go on showing a region where nothing is copied to any more.
      return observed[field] === undefined || (observed.dataLevel2BackupAnotherRegionRetentionPeriod ?? 0) === 0
        ? []
        : [
            acceptable(
              "shrinksRetention",
              field,
              desired[field] ?? "",
              `Backups are copied to ${desired[field]} instead of ${observed[field]}; the copies that exist there only age out.`,
            ),
          ];
    case "backupRetentionPolicyOnClusterDeletion":
      return deletionImpacts(desired[field] ?? "NONE", observed[field] ?? "NONE");
    case "backupFrequency":
    case "dataLevel1BackupFrequency":
      return frequencyImpacts(field, desired[field], liveValue(field, observed));
    default:
      return [];
  }
}

/** A high frequency also thins out: of sets older than 24 hours only the first of each day is kept. */
function frequencyImpacts(
  field: ClassicField,
  after: BackupFrequency | undefined,
  before: BackupFrequency | undefined,
): Impact[] {
  const shrinks = (sentence: string): Impact[] => [acceptable("shrinksRetention", field, after ?? "", sentence)];
  if (rank(after) < rank(before)) {
    return shrinks(
      `Backups are made less often (${after} instead of ${before}), so there are fewer points to restore to.`,
    );
  }
  if (isHighFrequency(after) && !isHighFrequency(before)) {
    return shrinks(`With ${after}, of the backups older than 24 hours only the first of each day is kept.`);
  }
  return [];
}

/** How many backups a frequency gives; an unknown one ranks lowest. "2/24H" is every two hours, the most. */
function rank(frequency: BackupFrequency | undefined): number {
  if (frequency === undefined) return -1;
  return frequency === "Normal" ? 0 : FREQUENCIES.length - FREQUENCIES.indexOf(frequency);
}

function retentionImpacts(
  field: ClassicField,
  what: string,
  after: number | undefined,
  before: number | undefined,
): Impact[] {
  if (after === undefined || before === undefined) return [];
  if (length(after) < length(before)) {
    const sentence =
      after === 0
        ? `${what} are switched off; those that exist can then only age out.`
        : `${what} are kept ${after} days instead of ${before === -1 ? "for ever" : `${before} days`}; older ones expire.`;
    return [acceptable("shrinksRetention", field, after, sentence)];
  }
  return before === 0 ? [announced("cost", `${what} are switched on; their storage costs money.`)] : [];
}

function deletionImpacts(after: string, before: string): Impact[] {
  const order = ["NONE", "LATEST", "ALL"];
  if (order.indexOf(after) < order.indexOf(before)) {
    const kept = after === "NONE" ? "no backup is kept" : "only the last backup is kept";
    return [
      acceptable(
        "shrinksRetention",
        "backupRetentionPolicyOnClusterDeletion",
        after,
        `When the cluster is deleted, ${kept} (until now: ${before}).`,
      ),
    ];
  }
  return [
    announced("cost", `Backups kept after the cluster is deleted (${after}) cost money for as long as they exist.`),
  ];
}

/**
 * What the switch to advanced backup costs. The service then goes by rules, its own and the declared ones; that its own keep what the
 * classic settings kept is not documented, so whatever no declared rule keeps for as long must be accepted.
 */
export function impactsOfAdvanced(desired: BackupPolicyInputs, observed: ObservedBackupPolicy): Impact[] {
  const door = acceptable(
    "irreversible",
    "backupPolicyLevel",
    "Advanced",
    "Advanced backup cannot be switched back to standard backup, and the classic schedule and retention settings stop having any effect.",
  );
  const weaker = KEPT_BY_RULES.flatMap(({ destType, field, what }) => {
    const before = observed[field] ?? 0;
    const kept = (desired.advancedDataPolicies ?? []).filter((rule) => rule.destType === destType).map(daysOf);
    return length(before) > Math.max(0, ...kept)
      ? [`${what} (now ${before === -1 ? "for ever" : `${before} days`})`]
      : [];
  });
  if (weaker.length === 0) return [door];
  const sentence = `No declared rule keeps ${weaker.join(", ")} for as long; whether the rules that the service makes at the switch do is not documented.`;
  return [door, acceptable("shrinksRetention", "backupPolicyLevel", "Advanced", sentence)];
}

const KEPT_BY_RULES = [
  { destType: "level1", field: "dataLevel1BackupRetentionPeriod", what: "level-1 backups" },
  { destType: "level2", field: "dataLevel2BackupRetentionPeriod", what: "level-2 backups" },
  { destType: "level2Cross", field: "dataLevel2BackupAnotherRegionRetentionPeriod", what: "copies in another region" },
] as const;

function daysOf(rule: AdvancedDataPolicy): number {
  return rule.retentionType === "never" ? Number.POSITIVE_INFINITY : (rule.retentionValue ?? 0);
}

/** In the order 0 (off) < days < -1 (for ever). */
function length(days: number): number {
  return days === -1 ? Number.POSITIVE_INFINITY : days;
}
