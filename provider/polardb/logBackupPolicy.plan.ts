import { sameJson } from "../core/bag";
import { ProviderError } from "../core/errors";
import { logActionsNotVisible, reconcileLogRules } from "./advancedLogPolicies";
import { type AdvancedAction, copyRegionOf, describeAction } from "./advancedRules";
import { impactsOfLog } from "./logBackupPolicy.impacts";
import {
  CLASSIC_LOG_FIELDS,
  type ClassicLogField,
  type ClassicLogPolicy,
  type LogBackupPolicyInputs,
} from "./logBackupPolicy.schema";
import { classicLogToWire, type ObservedLogBackupPolicy } from "./logWire";
import { type PlannedCall, type PolicyPlan, show } from "./policy.plan";

/** One call of ModifyLogBackupPolicy. */
export interface PlannedLogModify extends PlannedCall {
  readonly action: "ModifyLogBackupPolicy";
  readonly classic: Readonly<Partial<ClassicLogPolicy>>;
  readonly advanced: readonly AdvancedAction[];
}

export type LogBackupPolicyPlan = PolicyPlan<PlannedLogModify>;

/** What must be sent so that the cluster has what the program declares, and nothing more. Equal settings give an empty plan. */
export function planLogBackupPolicy(
  desired: LogBackupPolicyInputs,
  observed: ObservedLogBackupPolicy,
  recordedIds: Readonly<Record<string, string>>,
  sent: readonly PlannedLogModify[] = [],
): LogBackupPolicyPlan {
  if (observed.backupPolicyLevel === "Advanced") refuseWithoutEffect(desired);
  const changed = CLASSIC_LOG_FIELDS.filter(
    (field) => desired[field] !== undefined && !isSet(field, desired, observed),
  );
  const classic = withCompanions(changed, desired, observed);
  const advanced =
    desired.advancedLogPolicies === undefined
      ? { actions: [], impacts: [], policyIds: recordedIds }
      : reconcileLogRules(
          desired.advancedLogPolicies,
          observed.advancedLogPolicies,
          recordedIds,
          sent.flatMap((call) => call.advanced),
        );
  const { actions, policyIds } = advanced;
  if (changed.length === 0 && actions.length === 0) return { policyIds };
  const parameters = classicLogToWire(classic);
  if (actions.length > 0) parameters.AdvancedLogPolicies = JSON.stringify(actions.map(({ wire }) => wire));
  const call: PlannedLogModify = {
    action: "ModifyLogBackupPolicy",
    parameters,
    classic,
    advanced: actions,
    isRepeatable: actions.every(({ type }) => type !== "CREATE"),
    changes: [
      ...changed.map((field) => `${field} ${show(observed[field])} -> ${show(desired[field])}`),
      ...actions.map(describeAction),
    ],
    impacts: [...changed.flatMap((field) => impactsOfLog(field, desired, observed)), ...advanced.impacts],
  };
  return { call, policyIds };
}

/** What a call has set that the service does not show yet; empty once all of it is visible. */
export function logNotYetVisible(
  call: PlannedLogModify,
  desired: LogBackupPolicyInputs,
  observed: ObservedLogBackupPolicy,
): string[] {
  const missing: string[] = CLASSIC_LOG_FIELDS.filter(
    (field) => field in call.classic && desired[field] !== undefined && !isSet(field, desired, observed),
  );
  const hidden = logActionsNotVisible(call.advanced, desired.advancedLogPolicies ?? [], observed.advancedLogPolicies);
  return [...missing, ...hidden.map((name) => `advancedLogPolicies.${name}`)];
}

/** Regions that a call has logs copied to. */
export function copiesLogsTo(call: PlannedLogModify): string[] {
  const { logBackupAnotherRegionRegion: region, logBackupAnotherRegionRetentionPeriod: retention } = call.classic;
  const classic = region !== undefined && retention !== undefined && retention !== 0 ? [region] : [];
  const advanced = call.advanced.map(copyRegionOf).filter((to) => to !== undefined);
  return [...new Set([...classic, ...advanced])];
}

/** "The non-advanced parameters are no longer effective": the service would answer 200 and do nothing. */
export function refuseWithoutEffect(desired: LogBackupPolicyInputs): void {
  const dead = CLASSIC_LOG_FIELDS.filter((field) => desired[field] !== undefined);
  if (dead.length === 0) return;
  throw new ProviderError({
    kind: "InvalidInput",
    property: dead[0],
    problem: `the cluster has advanced backup, so ${dead.join(", ")} would be accepted and ignored`,
    advice: `Remove ${dead.length === 1 ? "this property" : "these properties"} and say it in advancedLogPolicies: [${rulesInstead(desired).join(", ")}]`,
  });
}

/** The rules that say in advanced backup what the classic fields say. */
function rulesInstead(desired: LogBackupPolicyInputs): string[] {
  const keep = (days: number): string =>
    days === -1 ? 'logRetentionType: "never"' : `logRetentionType: "delay", logRetentionValue: ${days}`;
  const local = desired.logBackupRetentionPeriod;
  const region = desired.logBackupAnotherRegionRegion;
  const copied = desired.logBackupAnotherRegionRetentionPeriod;
  return [
    ...(local === undefined ? [] : [`{ name: "local", srcType: "db", destType: "level1", ${keep(local)} }`]),
    ...(region === undefined || !copied
      ? []
      : [
          `{ name: "copy", srcType: "level1", destType: "level2Cross", destRegion: ${JSON.stringify(region)}, ${keep(copied)} }`,
        ]),
  ];
}

/** What the service reports for a setting, reading an empty or missing value as what it stands for. */
export function liveLogValue<F extends ClassicLogField>(
  field: F,
  observed: ObservedLogBackupPolicy,
): ClassicLogPolicy[F] {
  return observed[field] ?? WHEN_EMPTY[field];
}

const WHEN_EMPTY: Partial<ClassicLogPolicy> = { logBackupAnotherRegionRetentionPeriod: 0 };

function isSet(field: ClassicLogField, desired: LogBackupPolicyInputs, observed: ObservedLogBackupPolicy): boolean {
  return sameJson(desired[field], liveLogValue(field, observed));
}

/** Region and retention of the copy go together: neither means anything alone. */
function withCompanions(
  changed: readonly ClassicLogField[],
  desired: LogBackupPolicyInputs,
  observed: ObservedLogBackupPolicy,
): Partial<ClassicLogPolicy> {
  const sent = new Set(changed);
  if (sent.has("logBackupAnotherRegionRegion") || sent.has("logBackupAnotherRegionRetentionPeriod")) {
    sent.add("logBackupAnotherRegionRegion").add("logBackupAnotherRegionRetentionPeriod");
  }
  const valueFor = (field: ClassicLogField): ClassicLogPolicy[ClassicLogField] => desired[field] ?? observed[field];
  return Object.fromEntries(
    CLASSIC_LOG_FIELDS.filter((field) => sent.has(field) && valueFor(field) !== undefined).map((field) => [
      field,
      valueFor(field),
    ]),
  );
}
