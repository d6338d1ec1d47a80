import type { Bag } from "../core/bag";
import { checkInputs } from "../core/checkInputs";
import { durationMs } from "../core/duration";
import { hasKind, isProviderError } from "../core/errors";
import type { Impact } from "../core/impact";
import { type CallContext, PartialFailure, type ResourceHandler } from "../core/lifecycle";
import { knownInputs, previewDiff } from "../core/previewDiff";
import { known } from "../core/unknowns";
import { converge, type Progress } from "./backupPolicy.converge";
import { liveInputs } from "./backupPolicy.drift";
import { planBackupPolicy } from "./backupPolicy.plan";
import { backupPolicyRules } from "./backupPolicy.rules";
import {
  type BackupPolicyInputs,
  backupPolicySchema,
  CLASSIC_FIELDS,
  isSecretPath,
  PROPERTIES,
  withSortedRules,
} from "./backupPolicy.schema";
import { connect } from "./connection";
import { SECRET_FIELDS } from "./credentials.schema";
import type { Target } from "./target";
import type { ObservedBackupPolicy } from "./wire";

export interface BackupPolicyOutputs extends BackupPolicyInputs {
  /** The whole live policy, also the parts that the program does not manage. */
  readonly effective: ObservedBackupPolicy;
  /** Ids of the advanced rules by name. */
  readonly policyIds: Readonly<Record<string, string>>;
  /** Where the cluster was found. */
  readonly target: Target;
  /** Request id of the last change, for a question to the vendor. */
  readonly lastRequestId?: string;
}

const DEFAULT_TIMEOUT_MS = 20 * 60_000;

export const backupPolicy: ResourceHandler<BackupPolicyInputs, BackupPolicyOutputs> = {
  object: "PolarDB backup policy",

  identity: (bag) => (typeof bag.dbClusterId === "string" ? known(bag.dbClusterId) : undefined),

  isSecret: isSecretPath,

  secrets(bag: Bag) {
    const credentials = (bag.credentials ?? {}) as Bag;
    return SECRET_FIELDS.map((name) => known(credentials[name])).filter((value) => typeof value === "string");
  },

  check(news, _olds, context) {
    const checked = checkInputs(news, backupPolicySchema, backupPolicyRules);
    const days = known(checked.inputs.dataLevel1BackupRetentionPeriod);
    if (checked.violations.length === 0 && days !== undefined && days > 14) {
      context.log(
        `${nameOf(checked.inputs)}: dataLevel1BackupRetentionPeriod ${days}: the vendor documents 3 to 14 days, so the service may refuse it`,
      );
    }
    return { ...checked, inputs: withSortedRules(checked.inputs) };
  },

  diff(olds, news) {
    const recorded = olds as Partial<BackupPolicyOutputs>;
    return previewDiff({
      olds,
      news,
      properties: PROPERTIES,
      identity: ["dbClusterId", "region", "endpoint"],
      settings: [...CLASSIC_FIELDS, "backupPolicyLevel", "advancedDataPolicies"],
      name: nameOf(news),
      impacts: () => impactsFromRecords(news, recorded),
    });
  },

  async create(inputs, context) {
    return { id: inputs.dbClusterId, outputs: await apply(inputs, undefined, context) };
  },

  update: (_id, recorded, inputs, context) => apply(inputs, recorded as unknown as BackupPolicyOutputs, context),

  async read(_id, bag, context) {
    const recorded = bag as unknown as BackupPolicyOutputs;
    const { api, target } = connect(recorded, recorded.target, context);
    try {
      const observed = await api.describeBackupPolicy(recorded.dbClusterId);
      const inputs = liveInputs(recorded, observed);
      const policyIds = recorded.policyIds ?? {};
      const { lastRequestId } = recorded;
      return { inputs, outputs: { ...inputs, effective: observed, policyIds, target, lastRequestId }, drift: [] };
    } catch (error) {
      // Without a recorded target this is a look-up by id, where "missing" must be said and not turned into an empty answer.
      if (hasKind(error, "NotFound") && recorded.target) return undefined;
      throw error;
    }
  },

  async delete(id, _recorded, context) {
    context.log(`${id}: the backup policy stays on the cluster as it is; Pulumi no longer manages it`);
  },
};

/** `create` and `update` are one flow; creating on a configured cluster is adoption and writes nothing that is equal. */
async function apply(
  inputs: BackupPolicyInputs,
  recorded: BackupPolicyOutputs | undefined,
  context: CallContext,
): Promise<BackupPolicyOutputs> {
  const { timeouts } = inputs;
  const deadline = context.clock.now() + durationMs(recorded ? timeouts?.update : timeouts?.create, DEFAULT_TIMEOUT_MS);
  const { api, target } = connect(inputs, recorded?.target, context, deadline);
  const progress: Progress = {
    observed: await api.describeBackupPolicy(inputs.dbClusterId),
    policyIds: recorded?.policyIds ?? {},
    lastRequestId: recorded?.lastRequestId,
    changed: false,
  };
  const outputs = (): BackupPolicyOutputs => ({
    ...inputs,
    effective: progress.observed,
    policyIds: progress.policyIds,
    target,
    lastRequestId: progress.lastRequestId,
  });
  try {
    await converge({ api, inputs, deadline, context }, progress);
  } catch (error) {
    if (!progress.changed || !isProviderError(error)) throw error;
    progress.observed = await api.describeBackupPolicy(inputs.dbClusterId).catch(() => progress.observed);
    throw new PartialFailure(inputs.dbClusterId, outputs(), error);
  }
  return outputs();
}

/** Impacts of the change as far as records and known inputs show them, without any call. */
function impactsFromRecords(news: BackupPolicyInputs, recorded: Partial<BackupPolicyOutputs>): readonly Impact[] {
  const { effective, policyIds = {} } = recorded;
  if (!effective) return [];
  const inputs = knownInputs(news);
  // A rule that was made in the console since the records were written may be named by its id; the apply looks again.
  const seen = new Set(effective.advancedDataPolicies.map(({ policyId }) => policyId));
  const advancedDataPolicies = inputs.advancedDataPolicies?.map(({ policyId, ...rule }) =>
    policyId !== undefined && seen.has(policyId) ? { ...rule, policyId } : rule,
  );
  return planBackupPolicy({ ...inputs, advancedDataPolicies }, effective, policyIds).call?.impacts ?? [];
}

function nameOf(inputs: BackupPolicyInputs): string {
  return known(inputs.dbClusterId) ?? "a cluster not yet known";
}
