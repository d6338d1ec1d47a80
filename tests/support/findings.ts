import type { Bag } from "../../provider/core/bag";
import {
  type BackupPolicyFindings,
  backupPolicyShorthand,
  logBackupPolicyShorthand,
} from "../../provider/polardb/policy.shorthand";

/** What the state of a `polardb.BackupPolicy` tells besides its inputs. */
export function findingsOf(resource: { readonly outputs?: Bag } | undefined): BackupPolicyFindings {
  return backupPolicyShorthand.findings(String(resource?.outputs?.recorded));
}

/** The same of a `polardb.LogBackupPolicy`. */
export function logFindingsOf(
  resource: { readonly outputs?: Bag } | undefined,
): ReturnType<typeof logBackupPolicyShorthand.findings> {
  return logBackupPolicyShorthand.findings(String(resource?.outputs?.recorded));
}
