import { sameJson } from "../core/bag";
import { ProviderError } from "../core/errors";
import { acceptable, announced, type Impact } from "../core/impact";
import type { AdvancedDataPolicy } from "./backupPolicy.schema";
import { advancedToWire, type ObservedAdvancedPolicy } from "./wire";

/** One element of the array that ModifyBackupPolicy takes. */
export interface AdvancedAction {
  readonly type: "CREATE" | "UPDATE" | "DELETE";
  /** The rule's name in the program. */
  readonly name: string;
  readonly policyId?: string;
  readonly wire: Readonly<Record<string, unknown>>;
}

export interface Reconciliation {
  readonly actions: readonly AdvancedAction[];
  readonly impacts: readonly Impact[];
  /** Ids of the rules that exist now, by name. */
  readonly policyIds: Readonly<Record<string, string>>;
}

/**
 * The smallest list of actions that makes the service's rules equal the declared ones. A rule is found by the id recorded under
 * its name, else by the declared `policyId`, else by equal content: the service gives no id for a CREATE, so content is what
 * finds a rule again after a crash or a lost answer, and what makes renaming a rule free. Rules that are not ours stay.
 */
export function reconcile(
  desired: readonly AdvancedDataPolicy[],
  observed: readonly ObservedAdvancedPolicy[],
  recordedIds: Readonly<Record<string, string>>,
): Reconciliation {
  const matches = match(desired, observed, recordedIds);
  const actions: AdvancedAction[] = [];
  const impacts: Impact[] = [];
  for (const rule of desired) {
    const found = matches.get(rule.name);
    if (!found) {
      actions.push({
        type: "CREATE",
        name: rule.name,
        wire: { ActionType: "CREATE", ...advancedToWire(content(rule), {}) },
      });
      if (rule.destType === "level2Cross") {
        impacts.push(
          announced(
            "cost",
            `Rule "${rule.name}" copies backups to ${rule.destRegion}; storage and traffic there cost money.`,
          ),
        );
      }
    } else if (!hasContent(found, rule)) {
      const { policyId, autoCreated: _autoCreated, unknownFields, ...present } = found;
      const wire = advancedToWire({ ...present, ...content(rule), ...clearedBy(rule) }, unknownFields);
      actions.push({
        type: "UPDATE",
        name: rule.name,
        policyId,
        wire: { ActionType: "UPDATE", ...wire, PolicyId: policyId },
      });
      impacts.push(...shrinks(rule, found));
    }
  }
  const kept = new Set([...matches.values()].map((found) => found.policyId));
  for (const [name, policyId] of Object.entries(recordedIds)) {
    const found = observed.find((policy) => policy.policyId === policyId);
    if (!found || kept.has(policyId)) continue;
    actions.push({ type: "DELETE", name, policyId, wire: { ActionType: "DELETE", PolicyId: policyId } });
    impacts.push(
      acceptable(
        "shrinksRetention",
        `advancedDataPolicies.${name}`,
        "removed",
        `Rule "${name}" is removed: it makes no more backups, and the service no longer applies its retention.`,
      ),
    );
  }
  return {
    actions,
    impacts,
    policyIds: Object.fromEntries([...matches].map(([name, found]) => [name, found.policyId])),
  };
}

/** True when every field that the rule declares has that value; what the rule does not say is not compared. */
export function hasContent(observed: Partial<Omit<AdvancedDataPolicy, "name">>, rule: AdvancedDataPolicy): boolean {
  return Object.entries(content(rule)).every(([field, value]) =>
    sameJson((observed as Record<string, unknown>)[field], value),
  );
}

/** The live values of a rule under the fields that the program declared, for drift detection. */
export function liveRule(rule: AdvancedDataPolicy, observed: ObservedAdvancedPolicy): AdvancedDataPolicy {
  const live: Record<string, unknown> = { name: rule.name };
  for (const field of Object.keys(rule)) {
    const value = field === "name" ? rule.name : observed[field as keyof ObservedAdvancedPolicy];
    if (value !== undefined) live[field] = value;
  }
  return live as AdvancedDataPolicy;
}

function match(
  desired: readonly AdvancedDataPolicy[],
  observed: readonly ObservedAdvancedPolicy[],
  recordedIds: Readonly<Record<string, string>>,
): Map<string, ObservedAdvancedPolicy> {
  const matches = new Map<string, ObservedAdvancedPolicy>();
  const free = new Map(observed.filter(({ policyId }) => policyId !== "").map((policy) => [policy.policyId, policy]));
  const claim = (rule: AdvancedDataPolicy, policy: ObservedAdvancedPolicy | undefined): void => {
    if (!policy) return;
    matches.set(rule.name, policy);
    free.delete(policy.policyId);
  };
  // An id in the program outranks one on record: it may have moved to another rule, declared later.
  for (const rule of desired.filter(({ policyId }) => policyId !== undefined)) {
    const policy = free.get(rule.policyId ?? "");
    if (!policy) throw unknownId(rule.name, rule.policyId ?? "");
    claim(rule, policy);
  }
  for (const rule of desired.filter(({ policyId }) => policyId === undefined)) {
    claim(rule, free.get(recordedIds[rule.name] ?? ""));
  }
  // The most specific rule chooses first: a wider one fits everything that it fits.
  const unmatched = desired.filter(({ name }) => !matches.has(name)).toSorted((a, b) => size(b) - size(a));
  for (const rule of unmatched)
    claim(
      rule,
      [...free.values()].find((policy) => hasContent(policy, rule)),
    );
  return new Map(
    desired.flatMap(({ name }) => (matches.has(name) ? [[name, matches.get(name) as ObservedAdvancedPolicy]] : [])),
  );
}

function size(rule: AdvancedDataPolicy): number {
  return Object.keys(content(rule)).length;
}

function unknownId(name: string, policyId: string): ProviderError {
  return new ProviderError({
    kind: "InvalidInput",
    property: "advancedDataPolicies",
    problem: `rule "${name}" names the existing policy ${policyId}, which the cluster does not have`,
    advice: "Correct policyId, or leave it out to have the rule created.",
  });
}

function content(rule: AdvancedDataPolicy): Omit<AdvancedDataPolicy, "name" | "policyId"> {
  const { name: _name, policyId: _policyId, ...fields } = rule;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as typeof fields;
}

/** Fields that belong to the alternative a rule has left, so that the service does not keep them. */
function clearedBy(rule: AdvancedDataPolicy): Partial<AdvancedDataPolicy> {
  return {
    ...(rule.retentionType === "never" ? { retentionValue: undefined } : {}),
    ...(rule.filterType === "event" ? { filterKey: undefined, filterValue: rule.filterValue } : {}),
  };
}

function shrinks(rule: AdvancedDataPolicy, observed: ObservedAdvancedPolicy): Impact[] {
  const impacts: Impact[] = [];
  const property = `advancedDataPolicies.${rule.name}`;
  const before = observed.retentionType === "never" ? Number.POSITIVE_INFINITY : observed.retentionValue;
  const after = rule.retentionType === "never" ? Number.POSITIVE_INFINITY : (rule.retentionValue ?? 0);
  if (before !== undefined && after < before) {
    const was = before === Number.POSITIVE_INFINITY ? "for ever" : `${before} days`;
    impacts.push(
      acceptable(
        "shrinksRetention",
        `${property}.retentionValue`,
        after,
        `Backups of rule "${rule.name}" are kept ${after} days instead of ${was}; older ones expire.`,
      ),
    );
  }
  if (rule.onlyPreserveOneEachDay === true && observed.onlyPreserveOneEachDay === false) {
    impacts.push(
      acceptable(
        "shrinksRetention",
        `${property}.onlyPreserveOneEachDay`,
        "true",
        `Of the backups of rule "${rule.name}" older than 24 hours only the first of each day is kept.`,
      ),
    );
  }
  if (rule.destRegion !== undefined && observed.destRegion !== undefined && rule.destRegion !== observed.destRegion) {
    impacts.push(
      acceptable(
        "shrinksRetention",
        `${property}.destRegion`,
        rule.destRegion,
        `Rule "${rule.name}" stops copying to ${observed.destRegion}; the copies there only age out.`,
      ),
    );
  }
  return impacts;
}
