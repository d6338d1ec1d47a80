import { own } from "../core/bag";
import { ProviderError } from "../core/errors";
import { acceptable, announced, type Impact } from "../core/impact";
import {
  type AdvancedAction,
  actionsNotVisible,
  contentOf,
  hasContent,
  type Reconciliation,
  type RuleKind,
  reconcileRules,
} from "./advancedRules";
import type { AdvancedLogPolicy } from "./logBackupPolicy.schema";
import { advancedLogToWire, type ObservedAdvancedLogPolicy } from "./logWire";

/** Rules of `AdvancedLogPolicies`: where log backups are kept or copied to, and for how long. */
const ADVANCED_LOG_POLICIES: RuleKind<AdvancedLogPolicy, ObservedAdvancedLogPolicy> = {
  property: "advancedLogPolicies",
  createToWire: (rule) => advancedLogToWire({ enableLogBackup: true, ...contentOf(rule) }, {}),
  updateToWire: (rule, { policyId: _policyId, unknownFields, ...present }) =>
    advancedLogToWire({ ...present, ...contentOf(rule) }, unknownFields),
  impactsOfCreate: (rule) =>
    rule.destType === "level2Cross"
      ? [
          announced(
            "cost",
            `Rule "${rule.name}" copies log backups to ${rule.destRegion}; storage and traffic there cost money.`,
          ),
        ]
      : [],
  impactsOfUpdate: shrinks,
  impactsOfDelete: removalImpacts,
};

function removalImpacts(name: string): Impact[] {
  return [
    acceptable(
      "shrinksRetention",
      `advancedLogPolicies.${name}`,
      "removed",
      `Rule "${name}" is removed: it keeps no more log backups, and the service no longer applies its retention.`,
    ),
  ];
}

/** Stands for the id of a live rule whose id the service does not show. No real id looks like it. */
const HIDDEN = "hidden:";

/**
 * What makes the service's log rules equal the declared ones. "PolicyId is returned only for clusters for which the cross-region log
 * backup feature is enabled": elsewhere a rule is found by content, else by where it leads, and can only be changed or removed under
 * an id that was recorded while it was shown. Where this very change makes the ids visible, a change of another rule waits for them.
 */
export function reconcileLogRules(
  desired: readonly AdvancedLogPolicy[],
  observed: readonly ObservedAdvancedLogPolicy[],
  recordedIds: Readonly<Record<string, string>>,
  sent: readonly AdvancedAction[] = [],
): Reconciliation {
  const found = findLogRules(desired, observed, recordedIds);
  const ids = Object.fromEntries([...found].map(([name, { policyId }]) => [name, policyId]));
  const shown = observed.filter(({ policyId }) => policyId !== "");
  const live = [...found.values(), ...shown.filter(({ policyId }) => !Object.values(ids).includes(policyId))];
  const plan = reconcileRules(ADVANCED_LOG_POLICIES, desired, live, ids, sent);
  const removals = removalsOf(observed, recordedIds, found);
  const feasible = [...plan.actions.filter(({ policyId }) => !isHidden(policyId)), ...removals];
  const nameless = plan.actions.find(({ policyId }) => isHidden(policyId));
  if (nameless && !feasible.some(makesIdsVisible)) throw cannotChange(nameless.name, found.get(nameless.name));
  return {
    actions: feasible,
    impacts: [...plan.impacts, ...removals.flatMap(({ name }) => removalImpacts(name))],
    // An empty id remembers that there is a rule of that name, though nobody knows its id.
    policyIds: Object.fromEntries(
      Object.entries(plan.policyIds).map(([name, id]) => [name, isHidden(id) ? (own(recordedIds, name) ?? "") : id]),
    ),
  };
}

/** The actions of a call that do not show yet; empty once all of them are visible. */
export function logActionsNotVisible(
  actions: readonly AdvancedAction[],
  desired: readonly AdvancedLogPolicy[],
  observed: readonly ObservedAdvancedLogPolicy[],
): string[] {
  const shown = new Set(observed.map(({ policyId }) => policyId));
  // A changed rule whose id is not shown, or no longer, is known by its new content.
  const byContent = actions.map((action) =>
    action.type === "UPDATE" && !shown.has(action.policyId ?? "") ? { ...action, policyId: undefined } : action,
  );
  return actionsNotVisible(byContent, desired, observed);
}

/**
 * The live rule of each declared one, by name: by declared or recorded id, else by equal content, else by where it leads, because
 * the service keeps one rule for each way. One without a visible id gets the declared or recorded one, else a mark that no real id has.
 */
export function findLogRules(
  desired: readonly AdvancedLogPolicy[],
  observed: readonly ObservedAdvancedLogPolicy[],
  recordedIds: Readonly<Record<string, string>>,
): Map<string, ObservedAdvancedLogPolicy> {
  const found = new Map<string, ObservedAdvancedLogPolicy>();
  const free = new Set(observed);
  const idOf = (rule: AdvancedLogPolicy): string | undefined => rule.policyId ?? own(recordedIds, rule.name);
  const take = (rule: AdvancedLogPolicy, fits: (live: ObservedAdvancedLogPolicy) => boolean): void => {
    if (found.has(rule.name)) return;
    const live = [...free].find(fits);
    if (!live) return;
    free.delete(live);
    // Of several rules without an id, nobody can tell which the recorded one is: names may have changed places.
    const trusted = rule.policyId ?? (observed.length === 1 ? own(recordedIds, rule.name) : undefined);
    found.set(rule.name, { ...live, policyId: live.policyId || trusted || `${HIDDEN}${rule.name}` });
  };
  // An id in the program outranks one on record: it may have moved to another rule, declared later.
  for (const rule of desired) if (rule.policyId !== undefined) take(rule, (live) => live.policyId === rule.policyId);
  for (const rule of desired) {
    // What leads elsewhere is another rule: its regions and copies are not those of the recorded one.
    take(rule, (live) => live.policyId !== "" && live.policyId === idOf(rule) && isSameKind(live, rule));
  }
  const mayBe = (rule: AdvancedLogPolicy, live: ObservedAdvancedLogPolicy): boolean =>
    live.policyId === "" || rule.policyId === undefined;
  for (const rule of desired) take(rule, (live) => mayBe(rule, live) && hasContent(live, rule));
  for (const rule of desired) take(rule, (live) => mayBe(rule, live) && isSameWay(live, rule));
  return found;
}

function isSameKind(live: ObservedAdvancedLogPolicy, rule: AdvancedLogPolicy): boolean {
  return live.srcType === rule.srcType && live.destType === rule.destType;
}

function isSameWay(live: ObservedAdvancedLogPolicy, rule: AdvancedLogPolicy): boolean {
  const agrees = (field: "srcRegion" | "destRegion"): boolean =>
    rule[field] === undefined || live[field] === undefined || rule[field] === live[field];
  return isSameKind(live, rule) && agrees("srcRegion") && agrees("destRegion");
}

/**
 * Rules that are no longer declared, or now lead elsewhere. Those without a visible id are gone already if all that is live is declared,
 * and only renamed if as many have come under another name.
 */
function removalsOf(
  observed: readonly ObservedAdvancedLogPolicy[],
  recordedIds: Readonly<Record<string, string>>,
  found: ReadonlyMap<string, ObservedAdvancedLogPolicy>,
): AdvancedAction[] {
  const taken = new Set([...found.values()].map(({ policyId }) => policyId));
  const shown = new Set(observed.map(({ policyId }) => policyId).filter((id) => id !== ""));
  const isLeft = (name: string, id: string): boolean =>
    shown.has(id) ? !taken.has(id) : !taken.has(id) && !found.has(name);
  const left = Object.entries(recordedIds).filter(([name, id]) => isLeft(name, id));
  const remove = ([name, policyId]: readonly [string, string]): AdvancedAction => ({
    type: "DELETE",
    name,
    policyId,
    wire: { ActionType: "DELETE", PolicyId: policyId },
  });
  const visible = left.filter(([, id]) => shown.has(id)).map(remove);
  // An id that is not shown while others are is one of a rule that is gone.
  const hidden = left.filter(([, id]) => id === "" || shown.size === 0);
  const newcomers = [...found.keys()].filter((name) => own(recordedIds, name) === undefined);
  const isGone = observed.length === found.size + visible.length;
  if (isGone || hidden.length <= newcomers.length) return visible;
  const [unknown] = hidden.filter(([, id]) => id === "" || newcomers.length > 0 || observed.length > 1);
  if (unknown) throw cannotRemove(unknown[0]);
  return [...visible, ...hidden.map(remove)];
}

function isHidden(policyId: string | undefined): boolean {
  return policyId?.startsWith(HIDDEN) ?? false;
}

function makesIdsVisible({ type, wire }: AdvancedAction): boolean {
  return type === "CREATE" && wire.DestType === "level2Cross";
}

const ONLY_WITH_COPIES = "the service shows its id only while log backups are copied to another region";

function cannotChange(name: string, live: ObservedAdvancedLogPolicy | undefined): ProviderError {
  const kept = live?.logRetentionType === "never" ? "for ever" : `${live?.logRetentionValue} days`;
  return new ProviderError({
    kind: "InvalidInput",
    property: "advancedLogPolicies",
    problem: `rule "${name}" differs from the cluster's rule ${live?.srcType} -> ${live?.destType} (kept ${kept}), which cannot be changed: ${ONLY_WITH_COPIES}`,
    advice:
      'Change that rule in the console and declare the same here, declare its id as policyId if you know it, or declare a copy to another region too (a rule with destType: "level2Cross").',
  });
}

function cannotRemove(name: string): ProviderError {
  return new ProviderError({
    kind: "InvalidInput",
    property: "advancedLogPolicies",
    problem: `what rule "${name}" was so far cannot be removed from the cluster: ${ONLY_WITH_COPIES}, and it was never recorded`,
    advice:
      "Remove that rule in the console and run `pulumi refresh`, or declare it as it was, with its policyId if you know that, and remove it in a later run.",
  });
}

function shrinks(rule: AdvancedLogPolicy, live: ObservedAdvancedLogPolicy): Impact[] {
  const impacts: Impact[] = [];
  const property = `advancedLogPolicies.${rule.name}`;
  const before = live.logRetentionType === "never" ? Number.POSITIVE_INFINITY : live.logRetentionValue;
  if (rule.logRetentionType === "delay" && before !== undefined && rule.logRetentionValue < before) {
    const was = before === Number.POSITIVE_INFINITY ? "for ever" : `${before} days`;
    impacts.push(
      acceptable(
        "shrinksRetention",
        `${property}.logRetentionValue`,
        rule.logRetentionValue,
        `Log backups of rule "${rule.name}" are kept ${rule.logRetentionValue} days instead of ${was}; older points in time can no longer be restored.`,
      ),
    );
  }
  if (rule.destRegion !== undefined && live.destRegion !== undefined && rule.destRegion !== live.destRegion) {
    impacts.push(
      acceptable(
        "shrinksRetention",
        `${property}.destRegion`,
        rule.destRegion,
        `Rule "${rule.name}" stops copying log backups to ${live.destRegion}; the copies there only age out.`,
      ),
    );
  }
  return impacts;
}
