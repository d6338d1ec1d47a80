import type { Bag } from "../../provider/core/bag";
import { type BackupPolicyFindings, backupPolicyFindings } from "../../provider/polardb/backupPolicy.shorthand";

/** What the state of a `polardb.BackupPolicy` tells besides its inputs. */
export function findingsOf(resource: { readonly outputs?: Bag } | undefined): BackupPolicyFindings {
  return backupPolicyFindings(String(resource?.outputs?.recorded));
}
