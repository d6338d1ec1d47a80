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
  impactsOfDelete: (name) => [
    acceptable(
      "shrinksRetention",
      `advancedLogPolicies.${name}`,
      "removed",
      `Rule "${name}" is removed: it keeps no more log backups, and the service no longer applies its retention.`,
    ),
  ],
};

/** Stands for the id of a live rule whose id the service does not show. No real id looks like it. */
const HIDDEN = "hidden:";

/**
 * What makes the service's log rules equal the declared ones. "PolicyId is returned only for clusters for which the cross-region log
 * backup feature is enabled": elsewhere a rule is found by content, else by where it leads, and can only be changed or removed under
 * an id that was recorded while it was shown. Where this very change makes the ids visible, it waits for them.
 */
export function reconcileLogRules(
  desired: readonly AdvancedLogPolicy[],
  observed: readonly ObservedAdvancedLogPolicy[],
  recordedIds: Readonly<Record<string, string>>,
): Reconciliation {
  const found = findLogRules(desired, observed, recordedIds);
  const ids = Object.fromEntries([...found].map(([name, { policyId }]) => [name, policyId]));
  const rules = desired.map((rule) => withId(rule, ids[rule.name]));
  const shown = observed.filter(({ policyId }) => policyId !== "");
  const live = [...found.values(), ...shown.filter(({ policyId }) => !Object.values(ids).includes(policyId))];
  const plan = reconcileRules(ADVANCED_LOG_POLICIES, rules, live, { ...recordedIds, ...ids });
  const removals = removalsOfHidden(rules, observed, recordedIds, found);
  const actions = [...plan.actions, ...removals];
  const nameless = actions.filter(({ policyId }) => policyId?.startsWith(HIDDEN));
  const feasible = actions.filter((action) => !nameless.includes(action));
  const [first] = nameless;
  if (first && !feasible.some(makesIdsVisible)) throw withoutId(first, found);
  return {
    actions: feasible,
    impacts: [
      ...plan.impacts,
      ...removals.flatMap(({ name }) => ADVANCED_LOG_POLICIES.impactsOfDelete(name, NO_CONTENT)),
    ],
    policyIds: Object.fromEntries(Object.entries(plan.policyIds).filter(([, id]) => !id.startsWith(HIDDEN))),
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
 * the service keeps one rule for each way. One without a visible id gets the recorded id, else a mark that no real id has.
 */
export function findLogRules(
  desired: readonly AdvancedLogPolicy[],
  observed: readonly ObservedAdvancedLogPolicy[],
  recordedIds: Readonly<Record<string, string>>,
): Map<string, ObservedAdvancedLogPolicy> {
  const found = new Map<string, ObservedAdvancedLogPolicy>();
  const free = new Set(observed);
  const idOf = (rule: AdvancedLogPolicy): string | undefined => rule.policyId ?? recordedIds[rule.name];
  const take = (rule: AdvancedLogPolicy, fits: (live: ObservedAdvancedLogPolicy) => boolean): void => {
    if (found.has(rule.name)) return;
    const live = [...free].find(fits);
    if (!live) return;
    free.delete(live);
    const policyId = live.policyId || idOf(rule) || `${HIDDEN}${rule.name}`;
    found.set(rule.name, { ...live, policyId });
  };
  // An id in the program outranks one on record: it may have moved to another rule, declared later.
  for (const rule of desired) if (rule.policyId !== undefined) take(rule, (live) => live.policyId === rule.policyId);
  for (const rule of desired) take(rule, (live) => live.policyId !== "" && live.policyId === idOf(rule));
  const mayBe = (rule: AdvancedLogPolicy, live: ObservedAdvancedLogPolicy): boolean =>
    live.policyId === "" || rule.policyId === undefined;
  for (const rule of desired) take(rule, (live) => mayBe(rule, live) && hasContent(live, rule));
  for (const rule of desired) take(rule, (live) => mayBe(rule, live) && isSameWay(live, rule));
  return found;
}

function isSameWay(live: ObservedAdvancedLogPolicy, rule: AdvancedLogPolicy): boolean {
  const agrees = (field: "srcRegion" | "destRegion"): boolean =>
    rule[field] === undefined || live[field] === undefined || rule[field] === live[field];
  return (
    live.srcType === rule.srcType && live.destType === rule.destType && agrees("srcRegion") && agrees("destRegion")
  );
}

function withId(rule: AdvancedLogPolicy, policyId: string | undefined): AdvancedLogPolicy {
  return rule.policyId === undefined || policyId === undefined ? rule : { ...rule, policyId };
}

/**
 * Rules that have left the program and that the service shows without an id: removed by their recorded one, unless all that is live
 * is declared, so that they are gone already, or another name has taken one over.
 */
function removalsOfHidden(
  desired: readonly AdvancedLogPolicy[],
  observed: readonly ObservedAdvancedLogPolicy[],
  recordedIds: Readonly<Record<string, string>>,
  found: ReadonlyMap<string, ObservedAdvancedLogPolicy>,
): AdvancedAction[] {
  const taken = [...found.values()].map(({ policyId }) => policyId);
  const isRenamed = taken.some((id) => id.startsWith(HIDDEN));
  const isAnyLeft = observed.filter(({ policyId }) => policyId === "").length > hiddenTaken(observed, taken);
  if (isRenamed || !isAnyLeft) return [];
  const names = new Set(desired.map(({ name }) => name));
  return Object.entries(recordedIds)
    .filter(([name, id]) => !names.has(name) && !taken.includes(id) && observed.every((live) => live.policyId !== id))
    .map(([name, id]) => ({ type: "DELETE", name, policyId: id, wire: { ActionType: "DELETE", PolicyId: id } }));
}

function hiddenTaken(observed: readonly ObservedAdvancedLogPolicy[], taken: readonly string[]): number {
  return taken.filter((id) => observed.every(({ policyId }) => policyId !== id)).length;
}

function makesIdsVisible({ type, wire }: AdvancedAction): boolean {
  return type === "CREATE" && wire.DestType === "level2Cross";
}

function withoutId({ name }: AdvancedAction, found: ReadonlyMap<string, ObservedAdvancedLogPolicy>): ProviderError {
  const { srcType, destType, logRetentionType, logRetentionValue } = found.get(name) ?? NO_CONTENT;
  const kept = logRetentionType === "never" ? "for ever" : `${logRetentionValue} days`;
  return new ProviderError({
    kind: "InvalidInput",
    property: "advancedLogPolicies",
    problem: `rule "${name}" differs from the cluster's rule ${srcType} -> ${destType} (kept ${kept}), which cannot be changed: the service shows its id only while log backups are copied to another region`,
    advice: `Change that rule in the console and declare the same here, declare its id as policyId if you know it, or declare a copy to another region too (a rule with destType: "level2Cross").`,
  });
}

const NO_CONTENT: ObservedAdvancedLogPolicy = { policyId: "", unknownFields: {} };

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
