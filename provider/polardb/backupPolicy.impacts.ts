import { acceptable, announced, type Impact } from "../core/impact";
import type { BackupPolicyInputs, ClassicField } from "./backupPolicy.schema";
import { type BackupFrequency, FREQUENCIES } from "./schedule";
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
      return observed[field] === undefined
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
      return rank(desired[field]) < rank(observed[field])
        ? [
            acceptable(
              "shrinksRetention",
              field,
              desired[field] ?? "",
              `Backups are made less often (${desired[field]} instead of ${observed[field]}), so there are fewer points to restore to.`,
            ),
          ]
        : [];
    default:
      return [];
  }
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
  const length = (days: number): number => (days === -1 ? Number.POSITIVE_INFINITY : days);
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

/** What the switch to advanced backup costs. */
export function impactsOfAdvanced(): Impact[] {
  return [
    acceptable(
      "irreversible",
      "backupPolicyLevel",
      "Advanced",
      "Advanced backup cannot be switched back to standard backup, and the classic schedule and retention settings stop having any effect.",
    ),
  ];
}
