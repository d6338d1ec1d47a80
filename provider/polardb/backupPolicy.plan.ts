import { sameJson } from "../core/bag";
import { ProviderError } from "../core/errors";
import { batchesOf, rulesParameter } from "./advancedBatches";
import { ADVANCED_DATA_POLICIES } from "./advancedDataPolicies";
import { type AdvancedAction, actionsNotVisible, copyRegionOf, describeAction, reconcileRules } from "./advancedRules";
import { impactsOf, impactsOfAdvanced } from "./backupPolicy.impacts";
import {
  type BackupPolicyInputs,
  CLASSIC_FIELDS,
  type ClassicField,
  type ClassicPolicy,
  WITHOUT_EFFECT_IN_ADVANCED,
} from "./backupPolicy.schema";
import { honouredName, liveValue } from "./backupPolicy.spelling";
import { type PlannedCall, type PolicyPlan, show } from "./policy.plan";
import { isHighFrequency, WEEKDAYS } from "./schedule";
import { classicToWire, type ObservedBackupPolicy } from "./wire";

/** One call of ModifyBackupPolicy. */
export interface PlannedModify extends PlannedCall {
  readonly action: "ModifyBackupPolicy";
  readonly classic: Readonly<Partial<ClassicPolicy>>;
  readonly level?: "Advanced";
  readonly advanced: readonly AdvancedAction[];
  /** Copies to other regions that rules of the whole plan make, so that each is possible before the first call. */
  readonly copies: readonly RuleCopy[];
}

/** A rule that copies to another region. */
interface RuleCopy {
  readonly rule: string;
  readonly region: string;
}

export type BackupPolicyPlan = PolicyPlan<PlannedModify>;

/**
 * What must be sent so that the cluster has what the program declares, and nothing more. Equal settings give an empty plan.
 * Switching to Advanced is a call of its own: the service then writes rules of its own, which the next round takes into account. What
 * the rules need and cost is told with the switch already, because there is no way back from it.
 * Rules that do not fit into one call are sent in several.
 */
export function planBackupPolicy(
  desired: BackupPolicyInputs,
  observed: ObservedBackupPolicy,
  recordedIds: Readonly<Record<string, string>>,
  sent: readonly PlannedModify[] = [],
): BackupPolicyPlan {
  requirePossible(desired, observed);
  const changed = CLASSIC_FIELDS.filter((field) => desired[field] !== undefined && !isSet(field, desired, observed));
  const classic = withCompanions(changed, desired, observed);
  const switches = desired.backupPolicyLevel === "Advanced" && observed.backupPolicyLevel !== "Advanced";
  const advanced =
    desired.advancedDataPolicies !== undefined
      ? reconcileRules(
          ADVANCED_DATA_POLICIES,
          desired.advancedDataPolicies,
          observed.advancedDataPolicies,
          recordedIds,
          sent.flatMap((call) => call.advanced),
        )
      : { actions: [], impacts: [], policyIds: recordedIds };
  if (changed.length === 0 && !switches && advanced.actions.length === 0) return { policyIds: advanced.policyIds };
  const parameters = classicToWire(asHonoured(classic, observed));
  if (switches) parameters.BackupPolicyLevel = "Advanced";
  const sendable = switches ? [] : advanced.actions;
  const [batch = [], ...further] = batchesOf("AdvancedDataPolicies", sendable, parameters);
  if (batch.length > 0) parameters.AdvancedDataPolicies = rulesParameter(batch);
  const call: PlannedModify = {
    action: "ModifyBackupPolicy",
    parameters,
    classic,
    level: switches ? "Advanced" : undefined,
    advanced: batch,
    copies: copiesOf(advanced.actions),
    isRepeatable: batch.every(({ type }) => type !== "CREATE"),
    changes: [
      ...changed.map((field) => `${field} ${show(liveValue(field, observed))} -> ${show(desired[field])}`),
      ...(switches ? [`backupPolicyLevel ${show(observed.backupPolicyLevel)} -> Advanced`] : []),
      ...batch.map(describeAction),
    ],
    impacts: [
      ...changed.flatMap((field) => impactsOf(field, desired, observed)),
      ...(switches ? impactsOfAdvanced(desired, observed) : []),
      ...advanced.impacts,
    ],
  };
  return { call, further: further.length, policyIds: advanced.policyIds };
}

function copiesOf(actions: readonly AdvancedAction[]): RuleCopy[] {
  return actions.flatMap((action) => {
    const region = copyRegionOf(action);
    return region === undefined ? [] : [{ rule: action.name, region }];
  });
}

/** What a call has set that the service does not show yet; empty once all of it is visible. */
export function notYetVisible(
  call: PlannedModify,
  desired: BackupPolicyInputs,
  observed: ObservedBackupPolicy,
): string[] {
  const missing: string[] = CLASSIC_FIELDS.filter(
    (field) => field in call.classic && desired[field] !== undefined && !isSet(field, desired, observed),
  );
  if (call.level && observed.backupPolicyLevel !== call.level) missing.push("backupPolicyLevel");
  const hidden = actionsNotVisible(call.advanced, desired.advancedDataPolicies ?? [], observed.advancedDataPolicies);
  missing.push(...hidden.map((name) => `advancedDataPolicies.${name}`));
  return missing;
}

/** Declared settings that the cluster would accept and ignore. */
export function ineffectiveFields(desired: BackupPolicyInputs, observed: ObservedBackupPolicy): ClassicField[] {
  return observed.backupPolicyLevel === "Advanced"
    ? CLASSIC_FIELDS.filter((field) => WITHOUT_EFFECT_IN_ADVANCED.has(field) && desired[field] !== undefined)
    : [];
}

/** Throws for what the cluster can never have, or would accept and ignore. */
export function requirePossible(desired: BackupPolicyInputs, observed: ObservedBackupPolicy): void {
  if (observed.backupPolicyLevel === "Advanced") {
    if (desired.backupPolicyLevel === "Normal") {
      throw new ProviderError({
        kind: "InvalidInput",
        property: "backupPolicyLevel",
        problem:
          'backupPolicyLevel: "Normal" is declared, but the cluster has advanced backup, which cannot be switched back',
        advice: 'Declare backupPolicyLevel: "Advanced" and the rules in advancedDataPolicies.',
      });
    }
    const dead = ineffectiveFields(desired, observed);
    if (dead.length > 0) {
      throw new ProviderError({
        kind: "InvalidInput",
        property: dead[0],
        problem: `the cluster has advanced backup, so ${dead.join(", ")} would be accepted and ignored`,
        advice: 'Declare backupPolicyLevel: "Advanced" and say it in advancedDataPolicies, or remove these properties.',
      });
    }
  } else if (desired.backupPolicyLevel === "Advanced" && observed.advancedPolicyOption === "notSupport") {
    throw new ProviderError({
      kind: "InvalidInput",
      property: "backupPolicyLevel",
      problem: "the cluster does not support advanced backup (AdvancedPolicyOption is notSupport)",
      advice:
        "Request the feature under Advanced backup settings in the console, or declare the classic settings instead.",
    });
  }
  requireDaysPossible(desired, observed);
}

/** "If you enable high-frequency backup, the PreferredBackupPeriod parameter is automatically set to all days of the week." */
function requireDaysPossible(desired: BackupPolicyInputs, observed: ObservedBackupPolicy): void {
  if (desired.backupFrequency !== undefined || desired.dataLevel1BackupFrequency !== undefined) return;
  const frequency = liveValue("backupFrequency", observed);
  const field = (["preferredBackupPeriod", "dataLevel1BackupPeriod"] as const).find(
    (name) => desired[name] !== undefined && desired[name].length < WEEKDAYS.length,
  );
  if (field === undefined || !isHighFrequency(frequency)) return;
  throw new ProviderError({
    kind: "InvalidInput",
    property: field,
    problem: `the cluster has the frequency ${frequency}, at which it is backed up on all seven days, so ${field} would be accepted and ignored`,
    advice: `Nothing was changed. Declare ${field === "preferredBackupPeriod" ? "backupFrequency" : "dataLevel1BackupFrequency"}: "Normal" beside it, or leave ${field} out.`,
  });
}

function isSet(field: ClassicField, desired: BackupPolicyInputs, observed: ObservedBackupPolicy): boolean {
  return sameJson(desired[field], liveValue(field, observed));
}

/** The same settings under the names where this cluster keeps them. */
function asHonoured(classic: Partial<ClassicPolicy>, observed: ObservedBackupPolicy): Partial<ClassicPolicy> {
  const entries = CLASSIC_FIELDS.flatMap((field) =>
    classic[field] === undefined ? [] : [[honouredName(field, observed), classic[field]]],
  );
  return Object.fromEntries(entries) as Partial<ClassicPolicy>;
}

/**
 * Adds the unchanged fields without which the service refuses or misreads the changed ones. Level-2 fields go together once a
 * level-2 policy exists ("dumpretention parameter cannot used alone"); region and retention of the copy always do.
 */
function withCompanions(
  changed: readonly ClassicField[],
  desired: BackupPolicyInputs,
  observed: ObservedBackupPolicy,
): Partial<ClassicPolicy> {
  const sent = new Set<ClassicField>(changed);
  const valueFor = (field: ClassicField): ClassicPolicy[ClassicField] => desired[field] ?? observed[field];
  const touches = (...fields: ClassicField[]): boolean => fields.some((field) => sent.has(field));
  if (touches("dataLevel2BackupAnotherRegionRegion", "dataLevel2BackupAnotherRegionRetentionPeriod")) {
    sent.add("dataLevel2BackupAnotherRegionRegion").add("dataLevel2BackupAnotherRegionRetentionPeriod");
  }
  const level2Exists = (observed.dataLevel2BackupRetentionPeriod ?? 0) !== 0;
  if (
    level2Exists &&
    touches("dataLevel2BackupRetentionPeriod", "dataLevel2BackupPeriod", "dataLevel2BackupAnotherRegionRetentionPeriod")
  ) {
    sent.add("dataLevel2BackupRetentionPeriod").add("dataLevel2BackupPeriod");
    if ((observed.dataLevel2BackupAnotherRegionRetentionPeriod ?? 0) !== 0) {
      sent.add("dataLevel2BackupAnotherRegionRegion").add("dataLevel2BackupAnotherRegionRetentionPeriod");
    }
  }
  return Object.fromEntries(
    CLASSIC_FIELDS.filter((field) => sent.has(field) && valueFor(field) !== undefined).map((field) => [
      field,
      valueFor(field),
    ]),
  );
}
