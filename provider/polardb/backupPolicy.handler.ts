import { ProviderError } from "../core/errors";
import { known } from "../core/unknowns";
import { sortRules } from "./advancedRules";
import type { PolardbApi } from "./api";
import { liveInputs } from "./backupPolicy.drift";
import { mysqlOnlyFields, notYetVisible, type PlannedModify, planBackupPolicy } from "./backupPolicy.plan";
import { resetInputs } from "./backupPolicy.reset";
import { backupPolicyRules } from "./backupPolicy.rules";
import { type BackupPolicyInputs, backupPolicySchema, CLASSIC_FIELDS, PROPERTIES } from "./backupPolicy.schema";
import { awaitEndOfLogCopy, endsDataCopy, tellOfLogCopy, touchesDataCopy } from "./copyOrder";
import type { Readiness, Task } from "./policy.converge";
import { policyHandler } from "./policy.handler";
import { DATA_POLICY } from "./policy.ownership";
import type { ObservedBackupPolicy } from "./wire";

export const backupPolicy = policyHandler<BackupPolicyInputs, ObservedBackupPolicy, PlannedModify>({
  object: DATA_POLICY,
  schema: backupPolicySchema,
  rules: backupPolicyRules,
  properties: PROPERTIES,
  settings: [...CLASSIC_FIELDS, "backupPolicyLevel", "advancedDataPolicies"],

  arrange(inputs) {
    const rules = known(inputs.advancedDataPolicies);
    return rules ? { ...inputs, advancedDataPolicies: sortRules(rules) } : inputs;
  },

  warnings(inputs) {
    const days = known(inputs.dataLevel1BackupRetentionPeriod);
    return days !== undefined && days > 14
      ? [`dataLevel1BackupRetentionPeriod ${days}: the vendor documents 3 to 14 days, so the service may refuse it`]
      : [];
  },

  describe: (api, { dbClusterId }) => api.describeBackupPolicy(dbClusterId),
  plan: planBackupPolicy,
  prepare,
  modify,
  notYetVisible,
  resetInputs,
  drift: (recorded, observed) => ({ inputs: liveInputs(recorded, observed), drift: [] }),

  forPreview(inputs, effective) {
    // A rule that was made in the console since the records were written may be named by its id; the apply looks again.
    const seen = new Set(effective.advancedDataPolicies.map(({ policyId }) => policyId));
    const advancedDataPolicies = inputs.advancedDataPolicies?.map(({ policyId, ...rule }) =>
      policyId !== undefined && seen.has(policyId) ? { ...rule, policyId } : rule,
    );
    return { ...inputs, advancedDataPolicies };
  },

  outputs: () => ({}),
});

async function prepare(
  task: Task<BackupPolicyInputs>,
  call: PlannedModify,
  observed: ObservedBackupPolicy,
): Promise<Readiness> {
  await checkEngine(task, call);
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

async function checkEngine({ api, inputs }: Task<BackupPolicyInputs>, call: PlannedModify): Promise<void> {
  const fields = mysqlOnlyFields(call);
  if (fields.length === 0) return;
  const { engine } = await api.describeCluster(inputs.dbClusterId);
  if (engine === undefined || engine === "MySQL") return;
  throw new ProviderError({
    kind: "InvalidInput",
    property: fields[0],
    problem: `the cluster runs ${engine}, and ${fields.join(", ")} exist only for PolarDB for MySQL`,
    advice:
      "Nothing was changed. Remove these properties; for this engine the schedule is preferredBackupTime, preferredBackupPeriod and backupFrequency.",
  });
}
