import { own } from "../core/bag";
import { liveRule } from "./advancedRules";
import { ineffectiveFields } from "./backupPolicy.plan";
import { type BackupPolicyInputs, CLASSIC_FIELDS, PROPERTIES } from "./backupPolicy.schema";
import { liveValue } from "./backupPolicy.spelling";
import type { ObservedBackupPolicy } from "./wire";

/** The declared inputs with live values, so that drift shows as a property diff. */
export function liveInputs(
  recorded: BackupPolicyInputs & { readonly policyIds?: Readonly<Record<string, string>> },
  observed: ObservedBackupPolicy,
): BackupPolicyInputs {
  const declared = (property: keyof BackupPolicyInputs): boolean => recorded[property] !== undefined;
  const inputs: Record<string, unknown> = Object.fromEntries(
    PROPERTIES.filter(declared).map((property) => [property, recorded[property]]),
  );
  for (const field of CLASSIC_FIELDS.filter(declared)) inputs[field] = liveValue(field, observed);
  if (declared("backupPolicyLevel")) inputs.backupPolicyLevel = observed.backupPolicyLevel ?? "Normal";
  if (recorded.advancedDataPolicies) {
    inputs.advancedDataPolicies = recorded.advancedDataPolicies.flatMap((rule) => {
      const id = rule.policyId ?? own(recorded.policyIds ?? {}, rule.name);
      const live = observed.advancedDataPolicies.find((policy) => policy.policyId === id);
      return live ? [liveRule(rule, live)] : [];
    });
  }
  return inputs as unknown as BackupPolicyInputs;
}

/** What no readable input shows: settings whose live value looks right and has no effect. */
export function hiddenDrift(recorded: BackupPolicyInputs, observed: ObservedBackupPolicy): string[] {
  const dead = ineffectiveFields(recorded, observed);
  return dead.length === 0
    ? []
    : [
        `the cluster has been switched to advanced backup, so ${dead.join(", ")} ${dead.length === 1 ? "has" : "have"} no effect any more`,
      ];
}
