import { sameJson } from "../core/bag";
import { ProviderError } from "../core/errors";
import type { Impact } from "../core/impact";

/** A rule of advanced backup as a program declares it: the fields are the vendor's, the name is the program's. */
export interface DeclaredRule {
  readonly name: string;
  readonly policyId?: string;
}

/** A rule as the service has it. */
export interface ObservedRule {
  readonly policyId: string;
}

/** One element of the array that a Modify action takes. */
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

/** What data and log rules do differently. */
export interface RuleKind<Rule extends DeclaredRule, Observed extends ObservedRule> {
  /** The input that declares them. */
  readonly property: string;
  /** Content of a new rule for the wire. */
  createToWire(rule: Rule): Record<string, unknown>;
  /** Content of an existing one that gets what is declared and keeps the rest. */
  updateToWire(rule: Rule, found: Observed): Record<string, unknown>;
  impactsOfCreate(rule: Rule): readonly Impact[];
  impactsOfUpdate(rule: Rule, found: Observed): readonly Impact[];
  impactsOfDelete(name: string, found: Observed): readonly Impact[];
}

/**
 * The smallest list of actions that makes the service's rules equal the declared ones. A rule is found by the id recorded under
 * its name, else by the declared `policyId`, else by equal content: the service gives no id for a CREATE, so content is what
 * finds a rule again after a crash or a lost answer, and what makes renaming a rule free. Rules that are not ours stay.
 */
export function reconcileRules<Rule extends DeclaredRule, Observed extends ObservedRule>(
  kind: RuleKind<Rule, Observed>,
  desired: readonly Rule[],
  observed: readonly Observed[],
  recordedIds: Readonly<Record<string, string>>,
): Reconciliation {
  const matches = match(kind, desired, observed, recordedIds);
  const actions: AdvancedAction[] = [];
  const impacts: Impact[] = [];
  for (const rule of desired) {
    const { name } = rule;
    const found = matches.get(name);
    if (!found) {
      actions.push({ type: "CREATE", name, wire: { ActionType: "CREATE", ...kind.createToWire(rule) } });
      impacts.push(...kind.impactsOfCreate(rule));
    } else if (!hasContent(found, rule)) {
      const { policyId } = found;
      const wire = { ActionType: "UPDATE", ...kind.updateToWire(rule, found), PolicyId: policyId };
      actions.push({ type: "UPDATE", name, policyId, wire });
      impacts.push(...kind.impactsOfUpdate(rule, found));
    }
  }
  const kept = new Set([...matches.values()].map((found) => found.policyId));
  for (const [name, policyId] of Object.entries(recordedIds)) {
    const found = observed.find((policy) => policy.policyId === policyId);
    if (!found || kept.has(policyId)) continue;
    actions.push({ type: "DELETE", name, policyId, wire: { ActionType: "DELETE", PolicyId: policyId } });
    impacts.push(...kind.impactsOfDelete(name, found));
  }
  return {
    actions,
    impacts,
    policyIds: Object.fromEntries([...matches].map(([name, found]) => [name, found.policyId])),
  };
}

/** True when every field that the rule declares has that value; what the rule does not say is not compared. */
export function hasContent(observed: object, rule: DeclaredRule): boolean {
  return Object.entries(contentOf(rule)).every(([field, value]) =>
    sameJson((observed as Record<string, unknown>)[field], value),
  );
}

/** The live values of a rule under the fields that the program declared, for drift detection. */
export function liveRule<Rule extends DeclaredRule>(rule: Rule, observed: ObservedRule): Rule {
  const live: Record<string, unknown> = { name: rule.name };
  for (const field of Object.keys(rule)) {
    const value = field === "name" ? rule.name : (observed as unknown as Record<string, unknown>)[field];
    if (value !== undefined) live[field] = value;
  }
  return live as unknown as Rule;
}

/** What a rule says, without how the program calls it. */
export function contentOf<Rule extends DeclaredRule>(rule: Rule): Omit<Rule, "name" | "policyId"> {
  const { name: _name, policyId: _policyId, ...fields } = rule;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as typeof fields;
}

/** Rules are told apart by name, so their order in the program says nothing. */
export function sortRules<Rule extends DeclaredRule>(rules: readonly Rule[]): Rule[] {
  return rules.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The actions of a call that do not show yet; empty once all of them are visible. */
export function actionsNotVisible(
  actions: readonly AdvancedAction[],
  desired: readonly DeclaredRule[],
  observed: readonly ObservedRule[],
): string[] {
  const rules = new Map(desired.map((rule) => [rule.name, rule]));
  return actions.flatMap(({ type, name, policyId }) => {
    const rule = rules.get(name);
    const candidates = observed.filter((policy) => policyId === undefined || policy.policyId === policyId);
    const isThere = candidates.some((policy) => type === "DELETE" || (rule !== undefined && hasContent(policy, rule)));
    return isThere === (type === "DELETE") ? [name] : [];
  });
}

function match<Rule extends DeclaredRule, Observed extends ObservedRule>(
  kind: RuleKind<Rule, Observed>,
  desired: readonly Rule[],
  observed: readonly Observed[],
  recordedIds: Readonly<Record<string, string>>,
): Map<string, Observed> {
  const matches = new Map<string, Observed>();
  const free = new Map(observed.filter(({ policyId }) => policyId !== "").map((policy) => [policy.policyId, policy]));
  const claim = (rule: Rule, policy: Observed | undefined): void => {
    if (!policy) return;
    matches.set(rule.name, policy);
    free.delete(policy.policyId);
  };
  // An id in the program outranks one on record: it may have moved to another rule, declared later.
  for (const rule of desired.filter(({ policyId }) => policyId !== undefined)) {
    const policy = free.get(rule.policyId ?? "");
    if (!policy) throw unknownId(kind.property, rule.name, rule.policyId ?? "");
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
  return new Map(desired.flatMap(({ name }) => (matches.has(name) ? [[name, matches.get(name) as Observed]] : [])));
}

function size(rule: DeclaredRule): number {
  return Object.keys(contentOf(rule)).length;
}

function unknownId(property: string, name: string, policyId: string): ProviderError {
  return new ProviderError({
    kind: "InvalidInput",
    property,
    problem: `rule "${name}" names the existing policy ${policyId}, which the cluster does not have`,
    advice: "Correct policyId, or leave it out to have the rule created.",
  });
}
