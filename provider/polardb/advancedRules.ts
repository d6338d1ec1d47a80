import { own, sameJson } from "../core/bag";
import { ProviderError } from "../core/errors";
import type { Impact } from "../core/impact";
import { assign } from "./advancedMatching";

/** A rule of advanced backup as a program declares it: the fields are the vendor's, the name is the program's. */
export interface DeclaredRule {
  readonly name: string;
  readonly policyId?: string;
}

/** A rule as the service has it. */
export interface ObservedRule {
  readonly policyId: string;
  /** Made by the service itself. */
  readonly autoCreated?: boolean;
}

/** One element of the array that a Modify action takes. */
export interface AdvancedAction {
  readonly type: "CREATE" | "UPDATE" | "DELETE";
  /** The rule's name in the program. */
  readonly name: string;
  readonly policyId?: string;
  readonly wire: Readonly<Record<string, unknown>>;
  /** Of a CREATE: the policies that were there before it. Whatever it makes is none of these. */
  readonly idsBefore?: readonly string[];
  /** Of a DELETE: what it removes is a second copy of the rule, which stays. */
  readonly isDuplicate?: boolean;
}

export interface Reconciliation {
  /** Changes, then new rules, then deletions, so that what replaces a rule is there before the rule goes. */
  readonly actions: readonly AdvancedAction[];
  readonly impacts: readonly Impact[];
  /** Ids of the rules that exist now, by name; also of those still to be deleted, which must not be forgotten before they are. */
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
 * The smallest list of actions that makes the service's rules equal the declared ones. A rule is found by the declared `policyId`,
 * else by the id recorded under its name, else by equal content: the service gives no id for a CREATE, so content is what
 * finds a rule again after a crash or a lost answer, and what makes renaming a rule free. Rules that are not ours stay.
 *
 * `sent` are the actions of this run so far: only they can tell a copy that a repeated CREATE has made from a rule of somebody else.
 */
export function reconcileRules<Rule extends DeclaredRule, Observed extends ObservedRule>(
  kind: RuleKind<Rule, Observed>,
  desired: readonly Rule[],
  observed: readonly Observed[],
  recordedIds: Readonly<Record<string, string>>,
  sent: readonly AdvancedAction[] = [],
): Reconciliation {
  const matches = match(kind, desired, observed, recordedIds);
  const updates: AdvancedAction[] = [];
  const creates: AdvancedAction[] = [];
  const deletes: AdvancedAction[] = [];
  const impacts: Impact[] = [];
  for (const rule of desired) {
    const { name } = rule;
    const found = matches.get(name);
    if (!found) {
      if (sent.some((action) => action.type === "CREATE" && action.name === name)) throw vanished(kind.property, name);
      const idsBefore = observed.map(({ policyId }) => policyId);
      creates.push({ type: "CREATE", name, wire: { ActionType: "CREATE", ...kind.createToWire(rule) }, idsBefore });
      impacts.push(...kind.impactsOfCreate(rule));
    } else if (!hasContent(found, rule)) {
      const { policyId } = found;
      const wire = { ActionType: "UPDATE", ...kind.updateToWire(rule, found), PolicyId: policyId };
      updates.push({ type: "UPDATE", name, policyId, wire });
      impacts.push(...kind.impactsOfUpdate(rule, found));
    }
  }
  const policyIds = new Map([...matches].map(([name, { policyId }]) => [name, policyId]));
  const kept = new Set(policyIds.values());
  for (const [key, policyId] of Object.entries(recordedIds)) {
    const found = observed.find((policy) => policy.policyId === policyId);
    if (!found || kept.has(policyId)) continue;
    const name = key.replace(REPLACED, "");
    deletes.push(deletion(name, policyId));
    impacts.push(...kind.impactsOfDelete(name, found));
    kept.add(policyId);
    policyIds.set(policyIds.has(name) ? `${name} ${policyId}` : name, policyId);
  }
  for (const [name, policyId] of duplicates(matches, observed, kept, sent)) {
    deletes.push({ ...deletion(name, policyId), isDuplicate: true });
  }
  return { actions: [...updates, ...creates, ...deletes], impacts, policyIds: Object.fromEntries(policyIds) };
}

/** Ends the key of an id whose name stands for another policy by now. No name of a rule holds a space. */
const REPLACED = / .*$/;

function deletion(name: string, policyId: string): AdvancedAction {
  return { type: "DELETE", name, policyId, wire: { ActionType: "DELETE", PolicyId: policyId } };
}

/**
 * Copies that came of a CREATE of this run being carried out more than once: they were not there before it, and differ from the
 * rule that was made in nothing but the id. Whatever has an owner, was there before or differs may be somebody else's.
 */
function duplicates<Observed extends ObservedRule>(
  matches: ReadonlyMap<string, Observed>,
  observed: readonly Observed[],
  owned: ReadonlySet<string>,
  sent: readonly AdvancedAction[],
): [name: string, policyId: string][] {
  return sent.flatMap(({ name, idsBefore }) => {
    const made = matches.get(name);
    if (!idsBefore || !made || idsBefore.includes(made.policyId)) return [];
    const copies = observed.filter(
      (policy) =>
        policy.policyId !== "" &&
        !owned.has(policy.policyId) &&
        !idsBefore.includes(policy.policyId) &&
        policy.autoCreated !== true &&
        sameJson({ ...policy, policyId: made.policyId }, made),
    );
    return copies.map(({ policyId }): [string, string] => [name, policyId]);
  });
}

/** How a change is told to the user. */
export function describeAction({ type, name, policyId, isDuplicate }: AdvancedAction): string {
  return isDuplicate ? `DELETE ${policyId}, a second copy of rule "${name}"` : `${type} rule "${name}"`;
}

/** True when every field that the rule declares has that value; what the rule does not say is not compared. */
export function hasContent(observed: object, rule: DeclaredRule): boolean {
  return Object.entries(contentOf(rule)).every(([field, value]) =>
    sameJson((observed as Record<string, unknown>)[field], value),
  );
}

/**
 * Declared rules for a plan from records: one that names a policy which the records do not hold may have been made in the console
 * since, so only the apply can tell whether it is there.
 */
export function withRecordedIds<Rule extends DeclaredRule>(
  desired: readonly Rule[] | undefined,
  recorded: readonly ObservedRule[],
): Rule[] | undefined {
  const seen = new Set(recorded.map(({ policyId }) => policyId));
  return desired?.map((rule) => {
    const { policyId, ...others } = rule;
    return policyId === undefined || seen.has(policyId) ? rule : (others as Rule);
  });
}

/** Where an action has backups copied to another region. */
export function copyRegionOf({ wire }: AdvancedAction): string | undefined {
  return wire.DestType === "level2Cross" && typeof wire.DestRegion === "string" ? wire.DestRegion : undefined;
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

/**
 * The actions of a call that do not show yet; empty once all of them are visible. A CREATE shows by a policy that was not there
 * before it: an older one that looks the same would let the CREATE be taken for done, and then be sent again.
 */
export function actionsNotVisible(
  actions: readonly AdvancedAction[],
  desired: readonly DeclaredRule[],
  observed: readonly ObservedRule[],
): string[] {
  const rules = new Map(desired.map((rule) => [rule.name, rule]));
  const says = (policy: ObservedRule, { name }: AdvancedAction): boolean => {
    const rule = rules.get(name);
    return rule !== undefined && hasContent(policy, rule);
  };
  const creates = actions.filter(({ type }) => type === "CREATE");
  const made = assign(creates, observed, (policy, action) => {
    return !(action.idsBefore ?? []).includes(policy.policyId) && says(policy, action);
  });
  const isVisible = (action: AdvancedAction): boolean => {
    if (action.type === "CREATE") return made.has(action);
    // Without an id, which the service may hide, content is all that there is to look for.
    const found = observed.find((policy) =>
      action.policyId === undefined ? says(policy, action) : policy.policyId === action.policyId,
    );
    return action.type === "DELETE" ? !found : found !== undefined && says(found, action);
  };
  return actions.filter((action) => !isVisible(action)).map(({ name }) => name);
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
  const unmatched = (): Rule[] => desired.filter(({ name }) => !matches.has(name));
  const recorded = ({ name }: Rule): Observed | undefined => free.get(own(recordedIds, name) ?? "");
  const claimByContent = (rules: readonly Rule[]): void => {
    // Another's rule before one of the service: the service may want its own back.
    const candidates = [...free.values()].toSorted(
      (a, b) => Number(a.autoCreated ?? false) - Number(b.autoCreated ?? false),
    );
    for (const [rule, policy] of assign(rules, candidates, hasContent)) claim(rule, policy);
  };
  // An id in the program outranks one on record: it may have moved to another rule, declared later.
  for (const rule of desired.filter(({ policyId }) => policyId !== undefined)) {
    const policy = free.get(rule.policyId ?? "");
    if (!policy) throw unknownId(kind.property, rule.name, rule.policyId ?? "");
    claim(rule, policy);
  }
  for (const rule of unmatched()) {
    const policy = recorded(rule);
    if (policy && hasContent(policy, rule)) claim(rule, policy);
  }
  // A new name for what another name stands for no more is a renamed rule, though its old name is in use again.
  claimByContent(unmatched().filter((rule) => recorded(rule) === undefined));
  for (const rule of unmatched()) claim(rule, recorded(rule));
  claimByContent(unmatched());
  return new Map(desired.flatMap(({ name }) => (matches.has(name) ? [[name, matches.get(name) as Observed]] : [])));
}

/** The list may be behind, or somebody has deleted the rule: a second CREATE would be a guess. */
function vanished(property: string, name: string): ProviderError {
  return new ProviderError({
    kind: "Conflict",
    property,
    problem: `rule "${name}" was created by this run and is not to be seen any more`,
    advice: "It is not created a second time. Look at the cluster in the console, then run the command again.",
  });
}

function unknownId(property: string, name: string, policyId: string): ProviderError {
  return new ProviderError({
    kind: "InvalidInput",
    property,
    problem: `rule "${name}" names the existing policy ${policyId}, which the cluster does not have`,
    advice: "Correct policyId, or leave it out to have the rule created.",
  });
}
