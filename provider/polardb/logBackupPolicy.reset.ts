import { ProviderError } from "../core/errors";
import { CLASSIC_LOG_FIELDS, type ClassicLogPolicy, type LogBackupPolicyInputs } from "./logBackupPolicy.schema";
import type { ObservedLogBackupPolicy } from "./logWire";

/** What a new cluster has (samples of the page "PolarDB: DescribeLogBackupPolicy"). */
const FRESH: Partial<ClassicLogPolicy> = { logBackupRetentionPeriod: 7, logBackupAnotherRegionRetentionPeriod: 0 };

/** The settings that the resource manages, at what a new cluster has. */
export function resetLogInputs(
  recorded: LogBackupPolicyInputs,
  observed: ObservedLogBackupPolicy,
): LogBackupPolicyInputs {
  if (observed.backupPolicyLevel === "Advanced") {
    throw new ProviderError({
      kind: "InvalidInput",
      property: "onDelete",
      problem:
        'onDelete: "reset" is not possible, because the cluster has advanced backup, where the classic log settings have no effect',
      advice:
        'Nothing was changed. Set onDelete: "keep" and run `pulumi up`, or remove the resource with `pulumi state delete`; then delete rules in the console if you want.',
    });
  }
  const fields = CLASSIC_LOG_FIELDS.filter((field) => recorded[field] !== undefined && FRESH[field] !== undefined);
  return {
    dbClusterId: recorded.dbClusterId,
    ...Object.fromEntries(fields.map((field) => [field, FRESH[field]])),
  };
}
