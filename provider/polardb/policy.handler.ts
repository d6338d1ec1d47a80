import { sameJson } from "../core/bag";
import { checkInputs } from "../core/checkInputs";
import { durationMs } from "../core/duration";
import { hasKind, isProviderError } from "../core/errors";
import type { Impact } from "../core/impact";
import { type CallContext, PartialFailure, type ResourceHandler, type Shorthand } from "../core/lifecycle";
import { previewDiff } from "../core/previewDiff";
import { known } from "../core/unknowns";
import type { PolardbApi } from "./api";
import { connect, DEFAULT_TIMEOUT_MS, warnInPreview } from "./connection";
import { credentialsRules } from "./credentials.rules";
import { converge, type PolicyActions, type Progress } from "./policy.converge";
import { deletePolicy } from "./policy.delete";
import { claimPolicy, holdPolicy } from "./policy.ownership";
import type { PlannedCall } from "./policy.plan";
import {
  clusterName,
  IDENTITY_FIELDS,
  isSecretPath,
  type PolicyInputs,
  secretsOf,
  standingTokens,
} from "./policy.schema";
import { finders, type Grammar, type Rule, withGrammar } from "./rules";
import type { Target } from "./target";

/** What the two policies of a cluster do differently. */
export interface PolicyResource<Inputs extends PolicyInputs, Observed, Call extends PlannedCall>
  extends PolicyActions<Inputs, Observed, Call> {
  /** For messages: `"PolarDB backup policy"`. */
  readonly object: string;
  readonly schema: Parameters<typeof checkInputs<Inputs>>[1];
  readonly grammar: Grammar;
  readonly rules: readonly Rule<Inputs>[];
  /** Every input property. */
  readonly properties: readonly (keyof Inputs & string)[];
  /** Those that are settings of the policy, as opposed to how it is reached and what is accepted. */
  readonly settings: readonly (keyof Inputs & string)[];
  /** Puts checked inputs in canonical order, and adds what is computed from them. */
  complete(inputs: Inputs, recorded: Partial<Inputs>, now: number): Inputs;
  /** Lines for the user about inputs that are allowed but questionable. */
  warnings(inputs: Inputs): readonly string[];
  /** The declared inputs with live values, what else must be repaired, and ids of rules where more is known of them than the record. */
  drift(
    recorded: PolicyOutputs<Inputs, Observed>,
    observed: Observed,
  ): {
    readonly inputs: Inputs;
    readonly drift: readonly string[];
    readonly policyIds?: Readonly<Record<string, string>>;
  };
  /** Throws where the live cluster can never have what is declared. */
  requirePossible(desired: Inputs, observed: Observed): void;
  /** What of the inputs is known, as far as the records can answer it, for a plan without any call. */
  forPreview(inputs: Inputs, effective: Observed): Inputs;
  /** Throws where a call needs what the engine on record does not have. */
  requireEngine?(call: Call, observed: Observed, engine: string): void;
  /** What `onDelete: "reset"` writes; throws where that cannot be. */
  resetInputs(recorded: PolicyOutputs<Inputs, Observed>, observed: Observed): Inputs;
  /** Outputs besides those that both have. */
  outputs(observed: Observed, inputs: Inputs, policyIds: Readonly<Record<string, string>>): object;
  /** Lines about what the cluster has that the program does not know of; told once, when the outputs first hold it. */
  discoveries?(outputs: object, recorded: object): readonly string[];
  /** The database engine, asked for before the first write; absent where nothing depends on it. */
  engine?(api: PolardbApi, dbClusterId: string, observed: Observed): Promise<string | undefined>;
  /** As for handlers. */
  readonly shorthand?: Shorthand;
}

export type PolicyOutputs<Inputs extends PolicyInputs, Observed> = Inputs & {
  /** The whole live policy, also the parts that the program does not manage. */
  readonly effective: Observed;
  /** Ids of the advanced rules by name. */
  readonly policyIds: Readonly<Record<string, string>>;
  /** Where the cluster was found. */
  readonly target: Target;
  /** `MySQL`, `PostgreSQL` or `Oracle`. */
  readonly engine?: string;
  /** Request id of the last change, for a question to the vendor. */
  readonly lastRequestId?: string;
};

/** The six calls, which are the same for both policies of a cluster. */
export function policyHandler<Inputs extends PolicyInputs, Observed extends object, Call extends PlannedCall>(
  resource: PolicyResource<Inputs, Observed, Call>,
): ResourceHandler<Inputs, PolicyOutputs<Inputs, Observed>> {
  type Outputs = PolicyOutputs<Inputs, Observed>;
  const { object, properties } = resource;
  return {
    object,
    shorthand: resource.shorthand,

    identity: (bag) => (typeof bag.dbClusterId === "string" ? known(bag.dbClusterId) : undefined),

    isSecret: isSecretPath,

    secrets: secretsOf,

    check(news, olds, context) {
      const checked = checkInputs(news, resource.schema, [credentialsRules, ...finders(resource.rules)]);
      if (checked.violations.length === 0) {
        for (const line of resource.warnings(checked.inputs)) context.log(`${clusterName(checked.inputs)}: ${line}`);
        warnInPreview(checked.inputs, context);
      }
      return {
        inputs: resource.complete(checked.inputs, olds as Partial<Inputs>, context.clock.now()),
        violations: withGrammar(checked.violations, resource.grammar),
      };
    },

    diff(olds, news) {
      const recorded = olds as Partial<Outputs>;
      const isSameCluster = IDENTITY_FIELDS.every((field) => sameJson(recorded[field], news[field]));
      // Also where no input differs: a refresh may have found that what is declared has lost its effect.
      if (recorded.effective && isSameCluster) {
        resource.requirePossible(resource.forPreview(news, recorded.effective), recorded.effective);
      }
      return previewDiff({
        olds,
        news: news as Inputs & Readonly<Record<string, unknown>>,
        properties,
        identity: IDENTITY_FIELDS,
        settings: resource.settings,
        name: clusterName(news),
        standing: standingTokens(news),
        impacts: () => impactsFromRecords(resource, news, recorded),
      });
    },

    async create(inputs, context) {
      return { id: inputs.dbClusterId, outputs: await apply(resource, inputs, undefined, context) };
    },

    update: (_id, recorded, inputs, context) => apply(resource, inputs, recorded as unknown as Outputs, context),

    async read(_id, bag, context) {
      const recorded = bag as unknown as Outputs;
      const { api, target } = connect(recorded, recorded.target, context);
      try {
        const observed = await resource.describe(api, recorded, recorded.effective);
        const { engine, lastRequestId } = recorded;
        const { inputs, drift, policyIds = recorded.policyIds ?? {} } = resource.drift(recorded, observed);
        const outputs = {
          ...inputs,
          ...resource.outputs(observed, recorded, policyIds),
          effective: observed,
          policyIds,
          target,
          engine,
          lastRequestId,
        };
        tell(resource, outputs, recorded, context);
        return { inputs, outputs, drift };
      } catch (error) {
        // Without a recorded target this is a look-up by id, where "missing" must be said and not turned into an empty answer.
        if (hasKind(error, "NotFound") && recorded.target) return undefined;
        throw error;
      }
    },

    delete: (_id, bag, context) => deletePolicy(resource, bag as unknown as Outputs, context),
  };
}

/** `create` and `update` are one flow; creating on a configured cluster is adoption and writes nothing that is equal. */
async function apply<Inputs extends PolicyInputs, Observed extends object, Call extends PlannedCall>(
  resource: PolicyResource<Inputs, Observed, Call>,
  inputs: Inputs,
  recorded: PolicyOutputs<Inputs, Observed> | undefined,
  context: CallContext,
): Promise<PolicyOutputs<Inputs, Observed>> {
  const { timeouts } = inputs;
  const deadline = context.clock.now() + durationMs(recorded ? timeouts?.update : timeouts?.create, DEFAULT_TIMEOUT_MS);
  const { api, target } = connect(inputs, recorded?.target, context, deadline);
  const { object } = resource;
  claimPolicy(object, inputs.dbClusterId, context.claims);
  return holdPolicy(object, inputs.dbClusterId, context.exclusive, async () => {
    const progress: Progress<Observed> = {
      observed: await resource.describe(api, inputs, recorded?.effective),
      policyIds: recorded?.policyIds ?? {},
      lastRequestId: recorded?.lastRequestId,
      changed: false,
    };
    // It never changes, so it is asked for once.
    const engine = recorded?.engine ?? (await resource.engine?.(api, inputs.dbClusterId, progress.observed));
    const outputs = (): PolicyOutputs<Inputs, Observed> => ({
      ...inputs,
      ...resource.outputs(progress.observed, inputs, progress.policyIds),
      effective: progress.observed,
      policyIds: progress.policyIds,
      target,
      engine,
      lastRequestId: progress.lastRequestId,
    });
    try {
      await converge(resource, { api, inputs, deadline, context, isFirst: recorded === undefined }, progress);
    } catch (error) {
      if (!progress.changed || !isProviderError(error)) throw error;
      progress.observed = await resource.describe(api, inputs, progress.observed).catch(() => progress.observed);
      throw new PartialFailure(inputs.dbClusterId, outputs(), error);
    }
    tell(resource, outputs(), recorded ?? {}, context);
    return outputs();
  });
}

function tell<Inputs extends PolicyInputs, Observed, Call extends PlannedCall>(
  resource: PolicyResource<Inputs, Observed, Call>,
  outputs: PolicyOutputs<Inputs, Observed>,
  recorded: object,
  context: CallContext,
): void {
  for (const line of resource.discoveries?.(outputs, recorded) ?? []) context.log(`${outputs.dbClusterId}: ${line}`);
}

/** Impacts of the change as far as records and known inputs show them, without any call. */
function impactsFromRecords<Inputs extends PolicyInputs, Observed, Call extends PlannedCall>(
  resource: PolicyResource<Inputs, Observed, Call>,
  news: Inputs,
  { effective, policyIds, engine }: Partial<PolicyOutputs<Inputs, Observed>>,
): readonly Impact[] {
  if (!effective) return [];
  const { call } = resource.plan(resource.forPreview(news, effective), effective, policyIds ?? {}, []);
  if (!call) return [];
  if (engine !== undefined) resource.requireEngine?.(call, effective, engine);
  return call.impacts;
}
