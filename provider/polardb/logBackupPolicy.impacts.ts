import { acceptable, announced, type Impact } from "../core/impact";
import type { ClassicLogField, LogBackupPolicyInputs } from "./logBackupPolicy.schema";
import type { ObservedLogBackupPolicy } from "./logWire";

/** What a changed setting costs: points in time that can no longer be restored, and money. */
export function impactsOfLog(
  field: ClassicLogField,
  desired: LogBackupPolicyInputs,
  observed: ObservedLogBackupPolicy,
): Impact[] {
  switch (field) {
    case "logBackupRetentionPeriod":
      return retentionImpacts(field, "Log backups", desired[field], observed[field]);
    case "logBackupAnotherRegionRetentionPeriod":
      return retentionImpacts(field, "Copies of log backups in another region", desired[field], observed[field] ?? 0);
    case "logBackupAnotherRegionRegion":
      return regionImpacts(desired[field], observed);
  }
}

function regionImpacts(region: string | undefined, observed: ObservedLogBackupPolicy): Impact[] {
  const before = observed.logBackupAnotherRegionRegion;
  // The service may go on showing a region where nothing is copied to any more.
  const isCopying = (observed.logBackupAnotherRegionRetentionPeriod ?? 0) !== 0;
  if (region === undefined || before === undefined || !isCopying) return [];
  return [
    acceptable(
      "shrinksRetention",
      "logBackupAnotherRegionRegion",
      region,
      `Log backups are copied to ${region} instead of ${before}; the copies that exist there only age out.`,
    ),
  ];
}

function retentionImpacts(
  field: ClassicLogField,
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
        : `${what} are kept ${after} days instead of ${before === -1 ? "for ever" : `${before} days`}; older points in time can no longer be restored.`;
    return [acceptable("shrinksRetention", field, after, sentence)];
  }
  return before === 0 ? [announced("cost", `${what} are switched on; storage and traffic there cost money.`)] : [];
}
