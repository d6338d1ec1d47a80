import * as pulumi from "@pulumi/pulumi";
import type { ExemptionArgs } from "../exemption";
import { fillIn, type OutputKinds, propertiesOf } from "../outputs";
import type { EffectiveAdvancedDataPolicy } from "./advancedDataPolicy";
import type { BackupPolicyArgs, EffectiveBackupPolicy, UtcSchedule } from "./backupPolicy";
import { type CredentialsArgs, withSecretCredentials } from "./credentials";
import type { EffectiveLogBackupPolicy, LogBackupPolicyArgs } from "./logBackupPolicy";
import type { PolicyArgs, TimeoutsArgs } from "./policyArgs";

/** The settings of `polardb.LogBackupPolicy`, without what a fleet says once for all of its clusters. */
export type FleetLogPolicyArgs = Omit<LogBackupPolicyArgs, keyof PolicyArgs>;

/** The settings of `polardb.BackupPolicy`, without what a fleet says once for all of its clusters. */
export interface FleetSettingsArgs extends Omit<BackupPolicyArgs, keyof PolicyArgs> {
  /**
   * The log backup policy too (`ModifyLogBackupPolicy`), with the properties of `polardb.LogBackupPolicy`. Adding it sets the log policies of
   * all clusters; removing it ends their management without a call, whatever `onDelete` says. Absent: log backups are not looked at, and cost no call.
   * With nothing else in a baseline, data policies are left alone.
   */
  readonly logPolicy?: pulumi.Input<FleetLogPolicyArgs>;
}

/** A part of the day, in whole hours of UTC. */
export interface SpreadArgs {
  /** Begin of the earliest window, from `"00:00Z"` to `"23:00Z"`. */
  readonly from: pulumi.Input<string>;
  /** End of the latest window, up to `"24:00Z"`. At or before `from` it is the next day's: `"22:00Z"` to `"04:00Z"` is six hours. */
  readonly to: pulumi.Input<string>;
}

/**
 * One backup policy for many PolarDB clusters. What a property does to a cluster, what it costs and when it is refused is the same as in
 * `polardb.BackupPolicy` and `polardb.LogBackupPolicy`: the fleet does for each cluster what these do.
 */
export interface BackupPolicyFleetArgs extends Omit<PolicyArgs, "dbClusterId"> {
  /**
   * Ids of the clusters (`DBClusterId`), such as those that `polardb.findClusters` finds; their order does not matter, and an id that is there
   * twice is refused. The preview shows each one that comes or goes. A cluster that is added gets the policy; one that is removed is no longer
   * managed and keeps its policy (but see `onDelete`); the others get no call. A list that loses more than a tenth of the
   * clusters on record at once must be accepted (`unmanage:clusters=<number>`), so that a lookup that finds too little does not end the
   * management of a fleet. A cluster that does not exist fails with `NotFound` and is named; the others are done.
   */
  readonly clusters: pulumi.Input<pulumi.Input<string>[]>;
  /** What every cluster gets. A change touches those clusters only that do not have it yet. */
  readonly baseline: pulumi.Input<FleetSettingsArgs>;
  /**
   * What single clusters get instead, by id: these properties replace those of the baseline, the others stay. An override can change a setting,
   * not leave it out. An id that is not in `clusters` is refused. Absent: none.
   */
  readonly overrides?: pulumi.Input<Record<string, pulumi.Input<FleetSettingsArgs>>>;
  /**
   * Clusters that are left alone, by id, for a reason and until a day: no call is made for them. An exemption of a cluster that is not in `clusters`
   * has no effect. One that has expired fails the preview. Absent: none.
   */
  readonly exempt?: pulumi.Input<Record<string, pulumi.Input<ExemptionArgs>>>;
  /**
   * The most clusters that `clusters` may list, exempt ones included, from 0 to 100000: more are refused in the preview, for instance
   * because a lookup matches too much. Absent: no bound.
   */
  readonly maxClusters?: pulumi.Input<number>;
  /**
   * Gives each cluster a backup window (`PreferredBackupTime`) of one hour within this part of the day, so that not all backups begin at once. Which
   * hour follows from the cluster's id alone ({@link windowOf} tells it) and stays when others come and go; changing the range moves windows.
   * Refused beside a window or a `timeZone` in the baseline; an override may name a window. Absent: windows are as baseline and overrides say.
   */
  readonly spread?: pulumi.Input<SpreadArgs>;
  /**
   * How many clusters are worked on at a time, 1 to 256. Default 64 (half as many with a log policy). The pace of the calls is found from what the
   * service refuses, so a lower number is no remedy for throttling. Changing it makes no call.
   */
  readonly parallelism?: pulumi.Input<number>;
  /**
   * Risks that you accept, as the tokens that a refusal prints, for instance `["shrink:dataLevel1BackupRetentionPeriod=3"]`: one counts for all
   * clusters. `unmanage:clusters=<number>` accepts that so many leave at once. Adding or removing one alone makes no call. Absent: none.
   */
  readonly accept?: pulumi.Input<pulumi.Input<string>[]>;
  /** How long each cluster may take, by itself and from when its turn comes; not how long the run may take. */
  readonly timeouts?: pulumi.Input<TimeoutsArgs>;
  /**
   * What becomes of the policy of a cluster that leaves the list, and of all when the fleet is deleted: as for `polardb.BackupPolicy`. A cluster that
   * becomes exempt keeps its policy in any case.
   */
  readonly onDelete?: pulumi.Input<"keep" | "reset">;
}

/** What clusters have in common that have the same settings and the same live policy, as it was last read or written. */
export interface FleetPolicy {
  /**
   * Their ids, with spaces between. With advanced backup, the ids of the cluster's rules follow each id after equals signs (`pc-1=p-17=p-18`);
   * elsewhere in this record they stand by their places (`#0`, `#1`).
   */
  readonly clusters: string;
  /** The whole live policy, also the parts that the program does not manage. */
  readonly effective: EffectiveBackupPolicy;
  readonly effectiveLevel: "Normal" | "Advanced";
  /** `MySQL`, `PostgreSQL` or `Oracle`. */
  readonly engine?: string;
  readonly advancedPolicyOption?: string;
  /** The window, from the baseline, an override or `spread`. */
  readonly preferredBackupTime?: string;
  readonly utcSchedule?: UtcSchedule;
  /** Rules that others have made. */
  readonly otherPolicies: EffectiveAdvancedDataPolicy[];
  /** What a refresh has found that no setting shows. */
  readonly drift?: string[];
  /** True where the last change was cut short; the next run looks at these clusters again. */
  readonly unfinished?: boolean;
}

/** The same of log backups. */
export interface FleetLogPolicy {
  /** As in `FleetPolicy`. */
  readonly clusters: string;
  /** The whole live log policy. */
  readonly effective: EffectiveLogBackupPolicy;
  readonly drift?: string[];
  readonly unfinished?: boolean;
}

/**
 * One backup policy on many PolarDB clusters, as one resource: thousands of clusters cost the calls that they need and a few seconds, and a
 * run without changes none.
 *
 * Each cluster is read first, gets only what differs, and is read back until it shows. When some fail, the others are done, state holds
 * what is true of each, the error names the first ten and the output `failed` all of them; the next run does these and no others.
 *
 * A refresh that finds a cluster changed says which and what in the preview; one that is gone leaves the records, and shows as one to be added
 * for as long as the program lists it.
 *
 * **Delete** leaves all policies as they are and makes no call, unless `onDelete` is `"reset"`. Clusters are deleted from the fleet by
 * taking them off the list.
 */
export class BackupPolicyFleet extends pulumi.CustomResource {
  declare readonly region: pulumi.Output<string | undefined>;
  declare readonly endpoint: pulumi.Output<string | undefined>;
  declare readonly network: pulumi.Output<"public" | "vpc" | undefined>;
  declare readonly credentials: pulumi.Output<pulumi.Unwrap<CredentialsArgs> | undefined>;
  declare readonly baseline: pulumi.Output<pulumi.Unwrap<FleetSettingsArgs>>;
  declare readonly overrides: pulumi.Output<Record<string, pulumi.Unwrap<FleetSettingsArgs>> | undefined>;
  declare readonly exempt: pulumi.Output<Record<string, pulumi.Unwrap<ExemptionArgs>> | undefined>;
  declare readonly maxClusters: pulumi.Output<number | undefined>;
  declare readonly spread: pulumi.Output<pulumi.Unwrap<SpreadArgs> | undefined>;
  declare readonly parallelism: pulumi.Output<number | undefined>;
  declare readonly accept: pulumi.Output<string[] | undefined>;
  declare readonly timeouts: pulumi.Output<pulumi.Unwrap<TimeoutsArgs> | undefined>;
  declare readonly onDelete: pulumi.Output<"keep" | "reset" | undefined>;
  /** The clusters with their policies, those that have the same together. */
  declare readonly policies: pulumi.Output<FleetPolicy[]>;
  /** The same of log backups, where the program declares them. */
  declare readonly logPolicies: pulumi.Output<FleetLogPolicy[]>;
  /** Ids of the listed clusters that are exempt, with spaces between. */
  declare readonly exempted: pulumi.Output<string | undefined>;
  /** Why clusters failed in the last run, by id; nothing when all went well. */
  declare readonly failed: pulumi.Output<Record<string, string> | undefined>;

  constructor(name: string, args: BackupPolicyFleetArgs, opts?: pulumi.CustomResourceOptions) {
    const props = propertiesOf("BackupPolicyFleet", OUTPUTS, withSecretCredentials(args), opts);
    super("pulumi-nodejs:dynamic/polardb:BackupPolicyFleet", name, props, opts);
    fillIn(this, OUTPUTS);
  }
}

const OUTPUTS: OutputKinds<BackupPolicyFleet> = {
  region: "declared",
  endpoint: "declared",
  network: "declared",
  credentials: "declared",
  baseline: "declared",
  overrides: "declared",
  exempt: "declared",
  maxClusters: "declared",
  spread: "declared",
  parallelism: "declared",
  accept: "declared",
  timeouts: "declared",
  onDelete: "declared",
  policies: "computed",
  logPolicies: "computed",
  exempted: "computed",
  failed: "computed",
};

/**
 * The backup window that a fleet with this `spread` gives to a cluster, such as `"03:00Z-04:00Z"`: one hour within the range, the same in every
 * run, from the id alone. It calls nothing. A range that has no hours ends the program with `InvalidInput`.
 */
export function windowOf(dbClusterId: string, spread: { readonly from: string; readonly to: string }): string {
  // Only here: a program that never asks loads nothing of the provider.
  const provider = require("../../provider/polardb/spread") as typeof import("../../provider/polardb/spread");
  try {
    return provider.windowOf(dbClusterId, spread);
  } catch (error) {
    throw new pulumi.RunError(`looking for a backup window: ${(error as Error).message} [InvalidInput].`);
  }
}
