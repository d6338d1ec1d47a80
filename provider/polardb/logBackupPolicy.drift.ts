import { findLogRules } from "./advancedLogPolicies";
import { liveRule } from "./advancedRules";
import { liveLogValue } from "./logBackupPolicy.plan";
import { CLASSIC_LOG_FIELDS, LOG_PROPERTIES, type LogBackupPolicyInputs } from "./logBackupPolicy.schema";
import type { ObservedLogBackupPolicy } from "./logWire";

/** The declared inputs with live values, so that drift shows as a property diff. */
export function liveLogInputs(
  recorded: LogBackupPolicyInputs & { readonly policyIds?: Readonly<Record<string, string>> },
  observed: ObservedLogBackupPolicy,
): LogBackupPolicyInputs {
  const declared = (property: keyof LogBackupPolicyInputs): boolean => recorded[property] !== undefined;
  const inputs: Record<string, unknown> = Object.fromEntries(
    LOG_PROPERTIES.filter(declared).map((property) => [property, recorded[property]]),
  );
  // The local retention always has a value, so an answer without one tells nothing about it.
  for (const field of CLASSIC_LOG_FIELDS.filter(declared)) {
    const live = liveLogValue(field, observed);
    inputs[field] = field === "logBackupRetentionPeriod" ? (live ?? recorded[field]) : live;
  }
  if (recorded.advancedLogPolicies) {
    const found = findLogRules(recorded.advancedLogPolicies, observed.advancedLogPolicies, recorded.policyIds ?? {});
    inputs.advancedLogPolicies = recorded.advancedLogPolicies.flatMap((rule) => {
      const live = found.get(rule.name);
      return live ? [liveRule(rule, live)] : [];
    });
  }
  return inputs as unknown as LogBackupPolicyInputs;
}

/** Ids of the rules that are still there: one that nobody can name is only known to be gone by looking for it. */
export function liveLogIds(
  {
    advancedLogPolicies: rules,
    policyIds = {},
  }: LogBackupPolicyInputs & { readonly policyIds?: Readonly<Record<string, string>> },
  observed: ObservedLogBackupPolicy,
): Record<string, string> {
  const found = findLogRules(rules ?? [], observed.advancedLogPolicies, policyIds);
  return Object.fromEntries(Object.entries(policyIds).filter(([name]) => found.has(name)));
}

/** What must be repaired in the program itself, and no live value shows. */
export function logDrift(recorded: LogBackupPolicyInputs, observed: ObservedLogBackupPolicy): string[] {
  if (observed.backupPolicyLevel !== "Advanced") return [];
  return CLASSIC_LOG_FIELDS.filter((field) => recorded[field] !== undefined).map(
    (field) => `${field} has no effect, because the cluster has advanced backup now`,
  );
}
