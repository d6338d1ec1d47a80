import type { Claims } from "../core/claims";
import { ProviderError } from "../core/errors";

/** Names one policy of one cluster for ownership within the process. Cluster ids are unique over all regions and endpoints. */
function policyKey(object: string, dbClusterId: string): string {
  return `${dbClusterId}/${object}`;
}

/** Two resources that set the same policy would undo each other in every run. */
export function claimPolicy(object: string, dbClusterId: string, claims: Claims): void {
  const taken = claims.take(object, [policyKey(object, dbClusterId)]);
  if (taken.length === 0) return;
  throw new ProviderError({
    kind: "Conflict",
    property: "dbClusterId",
    problem: `another resource of this run manages the ${object} of ${dbClusterId} already`,
    advice: "Merge the two resources into one: a cluster has one such policy.",
  });
}

/** True when a resource of this run has taken charge of the policy, so that a deletion must leave it alone. */
export function isPolicyClaimed(object: string, dbClusterId: string, claims: Claims): boolean {
  return claims.has(policyKey(object, dbClusterId));
}
