import { z } from "zod";
import { orUnknown } from "../core/checkInputs";
import { count, exempt, membersOf, overridesOf } from "../core/fleet.schema";
import type { BackupPolicyInputs } from "./backupPolicy.schema";
import type { LogBackupPolicyInputs } from "./logBackupPolicy.schema";
import { POLICY_GRAMMAR, policyFields } from "./policy.schema";
import type { Grammar } from "./rules";

const { dbClusterId, ...common } = policyFields;

/** What a fleet says once for all of its clusters. */
export const COMMON_FIELDS = Object.keys(common) as readonly (keyof typeof common)[];

/** Settings are checked as what they are part of: the inputs of one cluster's own resource. */
const settings = orUnknown(z.looseObject({ logPolicy: orUnknown(z.looseObject({})).optional() }));

const hour = (pattern: RegExp, example: string) =>
  orUnknown(z.string().trim().regex(pattern, `must be a whole hour in UTC, such as ${example}`));

export const backupPolicyFleetSchema = z.strictObject({
  ...common,
  clusters: membersOf(dbClusterId),
  baseline: settings,
  overrides: overridesOf(settings),
  exempt,
  maxClusters: count(0, 100_000),
  spread: orUnknown(
    z.strictObject({
      from: hour(/^([01]\d|2[0-3]):00Z$/, '"22:00Z"'),
      to: hour(/^([01]\d|2[0-4]):00Z$/, '"04:00Z"'),
    }),
  ).optional(),
  parallelism: count(1, 256),
});

/** Settings of the two policies without what belongs to the fleet. */
export type FleetSettings = Omit<BackupPolicyInputs, keyof typeof policyFields> & {
  readonly logPolicy?: Omit<LogBackupPolicyInputs, keyof typeof policyFields>;
};

/** Checked inputs. */
export type BackupPolicyFleetInputs = Omit<
  z.infer<typeof backupPolicyFleetSchema>,
  "clusters" | "baseline" | "overrides"
> & {
  /** Each with a word on where its settings come from. */
  readonly clusters: Readonly<Record<string, string>>;
  readonly baseline: FleetSettings;
  readonly overrides?: Readonly<Record<string, FleetSettings>>;
};

export const FLEET_PROPERTIES = Object.keys(
  backupPolicyFleetSchema.shape,
) as readonly (keyof BackupPolicyFleetInputs)[];

const CLUSTERS = { id: "fleet-clusters", source: "Ours: a list of ids of PolarDB clusters" };
const EXEMPT = { id: "fleet-exemption", source: "Ours: what is left alone has a reason and an end" };
const SPREAD = { id: "fleet-spread", source: "PolarDB: ModifyBackupPolicy, PreferredBackupTime: on the hour, in UTC" };
const SIZE = { id: "fleet-size", source: "Ours: bounds on how many clusters are touched, and on how many at a time" };

/** What these properties may be. Those of baseline and overrides are as in the two policies. */
export const FLEET_GRAMMAR: Grammar = {
  ...POLICY_GRAMMAR,
  clusters: CLUSTERS,
  baseline: { id: "fleet-settings", source: "Ours: settings of polardb.BackupPolicy and polardb.LogBackupPolicy" },
  overrides: { id: "fleet-settings", source: "Ours: settings of polardb.BackupPolicy and polardb.LogBackupPolicy" },
  exempt: EXEMPT,
  spread: SPREAD,
  maxClusters: SIZE,
  parallelism: SIZE,
};
