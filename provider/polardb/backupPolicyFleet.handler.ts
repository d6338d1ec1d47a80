import { type Bag, own } from "../core/bag";
import { hasKind } from "../core/errors";
import { type FleetPart, isBag } from "../core/fleet";
import { fleetHandler } from "../core/fleetHandler";
import type { AnyHandler } from "../core/lifecycle";
import { known } from "../core/unknowns";
import { backupPolicy } from "./backupPolicy.handler";
import { PROPERTIES } from "./backupPolicy.schema";
import { WINDOW_FIELDS } from "./backupPolicy.timeZone";
import { backupPolicyFleetRules } from "./backupPolicyFleet.rules";
import {
  type BackupPolicyFleetInputs,
  backupPolicyFleetSchema,
  COMMON_FIELDS,
  FLEET_GRAMMAR,
  FLEET_PROPERTIES,
} from "./backupPolicyFleet.schema";
import { logBackupPolicy } from "./logBackupPolicy.handler";
import { LOG_PROPERTIES } from "./logBackupPolicy.schema";
import { claimPolicy, DATA_POLICY, LOG_POLICY } from "./policy.ownership";
import {
  IDENTITY_FIELDS,
  isSecretPath,
  type PolicyInputs,
  policyFields,
  secretsOf,
  standingTokens,
} from "./policy.schema";
import { withoutPolicyIds, withPolicyIds } from "./policyIds";
import { finders, withGrammar } from "./rules";
import { type Spread, windowOf } from "./spread";

const extract = { out: withoutPolicyIds, back: withPolicyIds };

/** Clusters that are worked on at a time where the program does not say. */
const DEFAULT_PARALLELISM = 64;

const isSetting = (property: string): boolean => !Object.hasOwn(policyFields, property);

/** The range of windows as far as it is known and has an hour; what is wrong with it is a rule's business. */
function rangeOf(inputs: Bag): Spread | undefined {
  const range = known(inputs.spread) as Spread | undefined;
  return range?.from === range?.to ? undefined : range;
}

function hasOwnWindow(settings: Bag): boolean {
  return WINDOW_FIELDS.some((field) => settings[field] !== undefined);
}

const dataPolicy: FleetPart = {
  handler: backupPolicy as unknown as AnyHandler,
  output: "policies",
  settings: PROPERTIES.filter(isSetting),
  computed: ["utcSchedule"],
  extract,
  added(id, settings, inputs) {
    const range = rangeOf(inputs);
    return range === undefined || known(id) === undefined || hasOwnWindow(settings)
      ? {}
      : { preferredBackupTime: windowOf(id, range) };
  },
  claim: ({ dbClusterId }, { claims }) => claimPolicy(DATA_POLICY, String(dbClusterId), claims),
};

const logPolicy: FleetPart = {
  handler: logBackupPolicy as unknown as AnyHandler,
  output: "logPolicies",
  under: "logPolicy",
  settings: LOG_PROPERTIES.filter(isSetting),
  computed: [],
  extract,
  claim: ({ dbClusterId }, { claims }) => claimPolicy(LOG_POLICY, String(dbClusterId), claims),
};

/** One policy for many clusters: for each of them what `BackupPolicy` and `LogBackupPolicy` do, and nothing of its own. */
export const backupPolicyFleet = fleetHandler<BackupPolicyFleetInputs>({
  object: "PolarDB backup policy fleet",
  noun: "cluster",
  members: "clusters",
  maximum: "maxClusters",
  memberId: "dbClusterId",
  common: COMMON_FIELDS,
  identity: IDENTITY_FIELDS,
  properties: FLEET_PROPERTIES,
  parts: [dataPolicy, logPolicy],
  parallelism: ({ parallelism }) => (parallelism ?? DEFAULT_PARALLELISM) as number,
  // They share region and endpoint.
  endsRun: (error) => hasKind(error, "WrongTarget"),
  schema: backupPolicyFleetSchema as unknown as Parameters<typeof fleetHandler<BackupPolicyFleetInputs>>[0]["schema"],
  rules: finders(backupPolicyFleetRules),
  withIds: (violations) => withGrammar(violations, FLEET_GRAMMAR),
  standingTokens: (inputs) => standingTokens(inputs as unknown as PolicyInputs),
  isSecret: isSecretPath,
  secrets: secretsOf,
  describeMember: (id, inputs) => {
    const range = rangeOf(inputs);
    const override = isBag(inputs.overrides) ? own(inputs.overrides, id) : undefined;
    return range === undefined || (isBag(override) && hasOwnWindow(override)) ? undefined : windowOf(id, range);
  },
});
