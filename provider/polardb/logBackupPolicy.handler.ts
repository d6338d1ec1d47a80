import { ProviderError } from "../core/errors";
import { knownInputs } from "../core/previewDiff";
import { known } from "../core/unknowns";
import { sortRules, withRecordedIds } from "./advancedRules";
import type { PolardbApi } from "./api";
import { awaitDataPolicy, dataCopyRegions } from "./copyOrder";
import { liveLogIds, liveLogInputs, logDrift } from "./logBackupPolicy.drift";
import {
  copiesLogsTo,
  logNotYetVisible,
  type PlannedLogModify,
  planLogBackupPolicy,
  refuseWithoutEffect,
} from "./logBackupPolicy.plan";
import { resetLogInputs } from "./logBackupPolicy.reset";
import { logBackupPolicyRules } from "./logBackupPolicy.rules";
import {
  CLASSIC_LOG_FIELDS,
  LOG_BACKUP_POLICY_GRAMMAR,
  LOG_PROPERTIES,
  type LogBackupPolicyInputs,
  logBackupPolicySchema,
} from "./logBackupPolicy.schema";
import type { ObservedLogBackupPolicy } from "./logWire";
import type { Readiness, Task } from "./policy.converge";
import { policyHandler } from "./policy.handler";
import { LOG_POLICY } from "./policy.ownership";
import { logBackupPolicyShorthand } from "./policy.shorthand";
import type { ObservedBackupPolicy } from "./wire";

export const logBackupPolicy = policyHandler<LogBackupPolicyInputs, ObservedLogBackupPolicy, PlannedLogModify>({
  object: LOG_POLICY,
  schema: logBackupPolicySchema,
  grammar: LOG_BACKUP_POLICY_GRAMMAR,
  rules: logBackupPolicyRules,
  properties: LOG_PROPERTIES,
  settings: [...CLASSIC_LOG_FIELDS, "advancedLogPolicies"],

  complete(inputs) {
    const rules = known(inputs.advancedLogPolicies);
    return rules ? { ...inputs, advancedLogPolicies: sortRules(rules) } : inputs;
  },

  warnings: () => [],
  describe,
  plan: planLogBackupPolicy,
  prepare,
  modify: (api, dbClusterId, call) => api.modifyLogBackupPolicy(dbClusterId, call.parameters),
  notYetVisible: logNotYetVisible,
  requirePossible(inputs, effective) {
    if (effective.backupPolicyLevel === "Advanced") refuseWithoutEffect(inputs);
  },
  resetInputs: resetLogInputs,
  drift: (recorded, observed) => ({
    inputs: liveLogInputs(recorded, observed),
    drift: logDrift(recorded, observed),
    policyIds: liveLogIds(recorded, observed),
  }),

  forPreview(news, effective) {
    const inputs = knownInputs(news);
    const advancedLogPolicies = withRecordedIds(inputs.advancedLogPolicies, effective.advancedLogPolicies);
    return { ...inputs, advancedLogPolicies };
  },

  outputs: () => ({}),
  shorthand: logBackupPolicyShorthand,
});

/** The answer does not tell the level of backup, so the data policy is asked where it makes a difference. */
async function describe(
  api: PolardbApi,
  { dbClusterId, advancedLogPolicies }: LogBackupPolicyInputs,
  before?: ObservedLogBackupPolicy,
): Promise<ObservedLogBackupPolicy> {
  const levelNow = async () => (await api.describeBackupPolicy(dbClusterId)).backupPolicyLevel;
  // There is no way back from Advanced. Asked first, because the switch to it makes rules that the log's answer must then show.
  const isKnown = before?.backupPolicyLevel === "Advanced";
  const level = isKnown ? "Advanced" : advancedLogPolicies && (await levelNow());
  const observed = await api.describeLogBackupPolicy(dbClusterId);
  const isInDoubt = level === undefined && observed.advancedLogPolicies.length > 0;
  return { ...observed, backupPolicyLevel: isInDoubt ? await levelNow() : level };
}

/** What the data policy must have before the service takes the call: the level at which it has an effect, and copies to go beside. */
async function prepare(
  task: Task<LogBackupPolicyInputs>,
  call: PlannedLogModify,
  observed: ObservedLogBackupPolicy,
): Promise<Readiness> {
  const { api, inputs } = task;
  const needsAdvanced = call.advanced.length > 0;
  const lacks = (data: ObservedBackupPolicy): string | undefined => {
    if (needsAdvanced && data.backupPolicyLevel !== "Advanced") return "without advanced backup";
    if (!needsAdvanced && data.backupPolicyLevel === "Advanced") return undefined;
    const missing = copiesLogsTo(call).filter((region) => !dataCopyRegions(data).includes(region));
    return missing.length > 0 ? `without a copy to ${missing.join(", ")}` : undefined;
  };
  const data = await api.describeBackupPolicy(inputs.dbClusterId);
  if (data.backupPolicyLevel === "Advanced") refuseWithoutEffect(inputs);
  if (needsAdvanced) await requireAdvancedOption(task, data);
  if (lacks(data) === undefined)
    return needsAdvanced && observed.backupPolicyLevel !== "Advanced" ? "lookAgain" : "send";
  await awaitDataPolicy(task, data, lacks, needsAdvanced ? ADVANCED_ADVICE : adviceFor(copiesLogsTo(call)));
  return "lookAgain";
}

/** Waiting for advanced backup makes sense only where it may come. */
async function requireAdvancedOption(
  { api, inputs }: Task<LogBackupPolicyInputs>,
  data: ObservedBackupPolicy,
): Promise<void> {
  if (data.backupPolicyLevel === "Advanced") return;
  const { engine } = data.backupPolicyLevel === undefined ? await api.describeCluster(inputs.dbClusterId) : {};
  const isOtherEngine = engine !== undefined && engine !== "MySQL";
  if (!isOtherEngine && data.advancedPolicyOption !== "notSupport") return;
  throw new ProviderError({
    kind: "InvalidInput",
    property: "advancedLogPolicies",
    problem: isOtherEngine
      ? `the cluster runs ${engine}, and advancedLogPolicies exist only for PolarDB for MySQL`
      : "the cluster does not support advanced backup (AdvancedPolicyOption is notSupport), without which there are no advancedLogPolicies",
    advice:
      "Nothing was changed. Declare logBackupRetentionPeriod instead, and logBackupAnotherRegionRegion with its retention for a copy.",
  });
}

const TURN_ROUND =
  "If that resource depends on this one, turn the dependency round or leave it out; if the run starts few resources at a time (`--parallel`), let this one depend on that one.";

const ADVANCED_ADVICE = `advancedLogPolicies work only with advanced backup, and copy only to regions that backups are copied to. Declare backupPolicyLevel: "Advanced" in polardb.BackupPolicy of this cluster, and for each copy a rule in its advancedDataPolicies with destType "level2Cross" and the same destRegion. ${TURN_ROUND}`;

function adviceFor(regions: readonly string[]): string {
  return `Log backups can be copied only to the region that backups are copied to. Declare dataLevel2BackupAnotherRegionRegion: ${JSON.stringify(regions[0])} and dataLevel2BackupAnotherRegionRetentionPeriod in polardb.BackupPolicy of this cluster. ${TURN_ROUND}`;
}
