import { hasContent } from "./advancedRules";
import type { AdvancedDataPolicy, BackupPolicyInputs } from "./backupPolicy.schema";
import type { ObservedAdvancedPolicy, ObservedBackupPolicy } from "./wire";

/** What of a policy's outputs this is about. */
interface OthersOutputs {
  readonly advancedDataPolicies?: readonly AdvancedDataPolicy[];
  readonly otherPolicies?: readonly ObservedAdvancedPolicy[];
}

/**
 * Rules that somebody else has made. Those of the service are none of them: every cluster has some, and nobody wonders. Where the
 * program does not manage rules, all of them are somebody else's, and it is none of our business.
 */
export function otherPolicies(
  { advancedDataPolicies }: Pick<BackupPolicyInputs, "advancedDataPolicies">,
  observed: ObservedBackupPolicy,
  policyIds: Readonly<Record<string, string>>,
): readonly ObservedAdvancedPolicy[] {
  if (advancedDataPolicies === undefined) return [];
  const ours = new Set([...Object.values(policyIds), ...advancedDataPolicies.map(({ policyId }) => policyId)]);
  return observed.advancedDataPolicies.filter(({ policyId, autoCreated }) => !autoCreated && !ours.has(policyId));
}

/** One line for each such rule that the records do not hold yet. */
export function discoveredPolicies(
  { advancedDataPolicies = [], otherPolicies: others = [] }: OthersOutputs,
  recorded: OthersOutputs,
): string[] {
  const known = new Set(recorded.otherPolicies?.map(({ policyId }) => policyId));
  return others
    .filter(({ policyId }) => !known.has(policyId))
    .map((policy) => {
      const twin = advancedDataPolicies.find((rule) => hasContent(policy, rule));
      const what = `advanced rule ${policy.policyId} (${describe(policy)}) is not declared and is left alone`;
      return twin ? `${what}; it does the same as rule "${twin.name}", so backups may be made twice` : what;
    });
}

function describe({
  srcType,
  destType,
  destRegion,
  filterKey,
  filterType,
  filterValue,
}: ObservedAdvancedPolicy): string {
  const schedule = filterType === "crontab" ? `${filterKey} ${filterValue}` : filterType;
  return `${srcType} to ${destType}${destType === "level2Cross" ? ` in ${destRegion}` : ""}, ${schedule}`;
}
