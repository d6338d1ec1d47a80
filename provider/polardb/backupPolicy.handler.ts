import { knownInputs } from "../core/previewDiff";
import { containsUnknown, known } from "../core/unknowns";
import { discoveredPolicies, otherPolicies } from "./advancedDataPolicies.others";
import { advancedDataPolicyWarnings } from "./advancedDataPolicies.rules";
import { sortRules, withRecordedIds } from "./advancedRules";
import type { PolardbApi } from "./api";
import { needsOf, requireCapabilities, requireMysql } from "./backupPolicy.capabilities";
import { hiddenDrift, liveInputs } from "./backupPolicy.drift";
import { notYetVisible, type PlannedModify, planBackupPolicy, requirePossible } from "./backupPolicy.plan";
import { resetInputs } from "./backupPolicy.reset";
import { backupPolicyRules } from "./backupPolicy.rules";
import {
  BACKUP_POLICY_GRAMMAR,
  type BackupPolicyInputs,
  backupPolicySchema,
  CLASSIC_FIELDS,
  PROPERTIES,
} from "./backupPolicy.schema";
import { inLocalTime, inUtc, withUtcSchedule } from "./backupPolicy.timeZone";
import { awaitEndOfLogCopy, endsDataCopy, tellOfLogCopy, touchesDataCopy } from "./copyOrder";
import type { Readiness, Task } from "./policy.converge";
import { policyHandler } from "./policy.handler";
import { DATA_POLICY } from "./policy.ownership";
import { backupPolicyShorthand } from "./policy.shorthand";
import type { ObservedBackupPolicy } from "./wire";

/** Outputs that only this policy has. */
export interface BackupPolicyFacts {
  readonly effectiveLevel: "Normal" | "Advanced";
  readonly advancedPolicyOption?: string;
  readonly otherPolicies: ReturnType<typeof otherPolicies>;
}

export const backupPolicy = policyHandler<BackupPolicyInputs, ObservedBackupPolicy, PlannedModify>({
  object: DATA_POLICY,
  schema: backupPolicySchema,
  grammar: BACKUP_POLICY_GRAMMAR,
  rules: backupPolicyRules,
  properties: PROPERTIES,
  settings: [...CLASSIC_FIELDS, "timeZone", "backupPolicyLevel", "advancedDataPolicies"],

  complete(inputs, recorded, now) {
    const rules = known(inputs.advancedDataPolicies);
    const arranged = rules ? { ...inputs, advancedDataPolicies: sortRules(rules) } : inputs;
    return withUtcSchedule(arranged, recorded, now);
  },

  warnings(inputs) {
    const days = known(inputs.dataLevel1BackupRetentionPeriod);
    const level1 =
      days !== undefined && days > 14
        ? [`dataLevel1BackupRetentionPeriod ${days}: the vendor documents 3 to 14 days, so the service may refuse it`]
        : [];
    return [...level1, ...advancedDataPolicyWarnings(inputs)];
  },

  describe: (api, { dbClusterId }) => api.describeBackupPolicy(dbClusterId),
  plan: (desired, observed, policyIds, sent) => planBackupPolicy(inUtc(desired), observed, policyIds, sent),
  prepare,
  modify,
  notYetVisible: (call, desired, observed) => notYetVisible(call, inUtc(desired), observed),
  requirePossible,
  resetInputs,
  drift: (recorded, observed) => ({
    inputs: inLocalTime(liveInputs({ ...inUtc(recorded), policyIds: recorded.policyIds }, observed), recorded),
    drift: hiddenDrift(recorded, observed),
  }),

  forPreview(news, effective) {
    const { preferredBackupPeriod, dataLevel1BackupPeriod, ...others } = knownInputs(news);
    // Which days a cluster can have depends on the frequency, so they wait for it.
    const isFrequencyKnown = !containsUnknown([news.backupFrequency, news.dataLevel1BackupFrequency]);
    const inputs = isFrequencyKnown ? { ...others, preferredBackupPeriod, dataLevel1BackupPeriod } : others;
    const advancedDataPolicies = withRecordedIds(inputs.advancedDataPolicies, effective.advancedDataPolicies);
    return { ...inputs, advancedDataPolicies };
  },

  requireEngine: (call, observed, engine) => requireMysql(needsOf(call, observed), engine),

  // The level is reported for MySQL only; the other engines have to be asked for.
  engine: async (api, dbClusterId, { backupPolicyLevel }) =>
    backupPolicyLevel === undefined ? (await api.describeCluster(dbClusterId)).engine : "MySQL",

  outputs: (observed, inputs, policyIds): BackupPolicyFacts => ({
    effectiveLevel: observed.backupPolicyLevel ?? "Normal",
    advancedPolicyOption: observed.advancedPolicyOption,
    otherPolicies: otherPolicies(inputs, observed, policyIds),
  }),
  discoveries: discoveredPolicies,
  shorthand: backupPolicyShorthand,
});

async function prepare(
  task: Task<BackupPolicyInputs>,
  call: PlannedModify,
  observed: ObservedBackupPolicy,
): Promise<Readiness> {
  await requireCapabilities(needsOf(call, observed), task.api, task.inputs.dbClusterId);
  if (endsDataCopy(call, observed)) await awaitEndOfLogCopy(task);
  return "send";
}

async function modify(api: PolardbApi, dbClusterId: string, call: PlannedModify): Promise<string | undefined> {
  try {
    return await api.modifyBackupPolicy(dbClusterId, call.parameters);
  } catch (error) {
    throw touchesDataCopy(call) ? await tellOfLogCopy(api, dbClusterId, error) : error;
  }
}
