import type * as pulumi from "@pulumi/pulumi";
import { fillIn, type OutputKinds, propertiesOf } from "../outputs";
import { type CredentialsArgs, withSecretCredentials } from "./credentials";
import { Policy, type PolicyFindings } from "./policy";
import type { PolicyArgs, TimeoutsArgs } from "./policyArgs";
import type { RetentionDays } from "./types";

/**
 * Log backup policy of one PolarDB cluster. The names are those of the request parameters of `ModifyLogBackupPolicy`
 * (page "PolarDB: ModifyLogBackupPolicy") in camelCase.
 *
 * A property that is left out is not managed: it keeps the value it has, and removing it from the program writes nothing.
 * `0` is a value and means "off".
 */
export interface LogBackupPolicyArgs extends PolicyArgs {
  /**
   * Days for which log backups are kept in the cluster's own region (`LogBackupRetentionPeriod`): 3 to 7300, or `-1` (for ever, with
   * Enterprise Edition only); a new cluster has 7, set by the service. It is how far back a point in time can be restored. There is no
   * `0`: log backup cannot be switched off. A lower value must be accepted. Changed in place. Absent: not managed. With advanced
   * backup the service accepts and ignores it, so it is refused (`InvalidInput`) with the rule to write instead.
   */
  readonly logBackupRetentionPeriod?: pulumi.Input<number>;
  /**
   * Region to which log backups are copied (`LogBackupAnotherRegionRegion`), such as `"cn-beijing"`. It must be the region that backups are
   * copied to (`dataLevel2BackupAnotherRegionRegion` of `polardb.BackupPolicy`): the resource waits for that, up to two minutes or for as long
   * as a `polardb.BackupPolicy` of the same run is at work, and then fails (`WaitTimeout`). No `dependsOn` is
   * needed, but in a run that starts few resources at a time (`--parallel`) it saves the waiting. Set together with
   * `logBackupAnotherRegionRetentionPeriod`, and left out when that is 0. Another region must be accepted: copies in the old one only age
   * out. Changed in place. Absent: not managed. Refused with advanced backup.
   */
  readonly logBackupAnotherRegionRegion?: pulumi.Input<string>;
  /**
   * Days for which copies of log backups in the other region are kept (`LogBackupAnotherRegionRetentionPeriod`): `0` (off, the service
   * default), 30 to 7300, `-1` (for ever). Switching them on costs storage and traffic. A lower value must be accepted. Changed in
   * place. Absent: not managed. Refused with advanced backup.
   */
  readonly logBackupAnotherRegionRetentionPeriod?: pulumi.Input<RetentionDays>;
  /**
   * Rules of advanced log backup (`AdvancedLogPolicies`), for clusters with `backupPolicyLevel: "Advanced"` (PolarDB for MySQL); the resource
   * waits for that level as it waits for a copy of data. Rules are told apart by `name` and reconciled by the smallest list of CREATE,
   * UPDATE and DELETE; renaming one writes nothing. Rules that are not declared here stay. Removing a rule must be accepted.
   *
   * The service shows the id of a rule only while log backups are copied to another region. Elsewhere a rule is found by its content, else by
   * where it leads (`srcType`, `destType`, regions), and one whose id was never recorded cannot be changed or removed: that fails
   * (`InvalidInput`) and says what can be done. Excludes the three properties above. Absent: rules are not managed.
   */
  readonly advancedLogPolicies?: pulumi.Input<pulumi.Input<AdvancedLogPolicyArgs>[]>;
}

/** One rule of advanced log backup: where log backups are kept or copied to, and for how long. */
export type AdvancedLogPolicyArgs = LogRuleKeptForDays | LogRuleKeptForEver;

/** A rule whose log backups are kept for a number of days. */
export interface LogRuleKeptForDays extends LogRuleArgs {
  /** `"delay"`: kept for `logRetentionValue` days (`LogRetentionType`). */
  readonly logRetentionType: pulumi.Input<"delay">;
  /** Days (`LogRetentionValue`), 3 to 7300. A lower value must be accepted. Changed in place. */
  readonly logRetentionValue: pulumi.Input<number>;
}

/** A rule whose log backups are kept for ever. */
export interface LogRuleKeptForEver extends LogRuleArgs {
  /** `"never"`: kept for ever (`LogRetentionType`); Enterprise Edition only. Changing it to `"delay"` must be accepted. */
  readonly logRetentionType: pulumi.Input<"never">;
  /** Only beside `"delay"`. */
  readonly logRetentionValue?: undefined;
}

/** What every rule of advanced log backup says. */
export interface LogRuleArgs {
  /** Your name for the rule, unique in the list: letters, digits, `.`, `_` and `-`. Not sent to the service. */
  readonly name: pulumi.Input<string>;
  /** Id of an existing rule to take over (`PolicyId`). Absent: the rule is found by its recorded id, by content or by where it leads, else created. */
  readonly policyId?: pulumi.Input<string>;
  /** What is copied (`SrcType`): `"db"` is the cluster itself. */
  readonly srcType: pulumi.Input<"db" | "level1" | "level2" | "level2Cross">;
  /** Region of the source (`SrcRegion`). Absent: the service decides. */
  readonly srcRegion?: pulumi.Input<string>;
  /** Where log backups are kept (`DestType`). `"level2Cross"` is a copy in another region and costs storage and traffic there. */
  readonly destType: pulumi.Input<"level1" | "level2" | "level2Cross">;
  /**
   * Region of the destination (`DestRegion`); for `"level2Cross"` required, different from `srcRegion`, and one that a rule of
   * `advancedDataPolicies` copies backups to. Another region must be accepted. Absent: the service decides.
   */
  readonly destRegion?: pulumi.Input<string>;
  /** Fixed to true by the service (`EnableLogBackup`, the number 1 on the wire). */
  readonly enableLogBackup?: pulumi.Input<true>;
}

/** The whole live log policy, also the parts that the program does not manage. Absent fields are ones the service does not report. */
export interface EffectiveLogBackupPolicy {
  readonly logBackupRetentionPeriod?: number;
  readonly logBackupAnotherRegionRegion?: string;
  readonly logBackupAnotherRegionRetentionPeriod?: RetentionDays;
  /** Always true in practice: log backup cannot be switched off. */
  readonly enableBackupLog?: boolean;
  /** Level of the cluster's backup, where it had to be asked for; the log policy itself does not tell it. */
  readonly backupPolicyLevel?: "Normal" | "Advanced";
  /** Every rule, with its id where the service shows it, else an empty one. */
  readonly advancedLogPolicies: (Partial<pulumi.Unwrap<Omit<LogRuleArgs, "name">>> & {
    readonly policyId: string;
    readonly logRetentionType?: "delay" | "never";
    readonly logRetentionValue?: number;
    /** Fields that this package does not know. */
    readonly unknownFields: Record<string, unknown>;
  })[];
}

interface Findings extends PolicyFindings {
  readonly effective: EffectiveLogBackupPolicy;
}

/**
 * Log backup policy of a PolarDB cluster, applied through `ModifyLogBackupPolicy`: how far back a point in time can be restored, and
 * whether that also holds in another region.
 *
 * It reads first, sends only what differs, and reads back until the change shows. Declaring what the cluster already has writes
 * nothing. What shortens the time that can be restored must be named in `accept`. It finds its own order with a
 * `polardb.BackupPolicy` of the same cluster: copies of logs are switched on after those of data, and off before them.
 *
 * **Delete** leaves the policy as it is and says so, unless `onDelete` is `"reset"`: then what is managed goes back to 7 days and
 * no copy, which advanced backup does not allow.
 */
export class LogBackupPolicy extends Policy<Findings> {
  declare readonly dbClusterId: pulumi.Output<string>;
  declare readonly region: pulumi.Output<string | undefined>;
  declare readonly endpoint: pulumi.Output<string | undefined>;
  declare readonly network: pulumi.Output<"public" | "vpc" | undefined>;
  declare readonly credentials: pulumi.Output<pulumi.Unwrap<CredentialsArgs> | undefined>;
  declare readonly logBackupRetentionPeriod: pulumi.Output<number | undefined>;
  declare readonly logBackupAnotherRegionRegion: pulumi.Output<string | undefined>;
  declare readonly logBackupAnotherRegionRetentionPeriod: pulumi.Output<RetentionDays | undefined>;
  declare readonly advancedLogPolicies: pulumi.Output<pulumi.Unwrap<AdvancedLogPolicyArgs>[] | undefined>;
  declare readonly accept: pulumi.Output<string[] | undefined>;
  declare readonly timeouts: pulumi.Output<pulumi.Unwrap<TimeoutsArgs> | undefined>;
  declare readonly onDelete: pulumi.Output<"keep" | "reset" | undefined>;

  constructor(name: string, args: LogBackupPolicyArgs, opts?: pulumi.CustomResourceOptions) {
    const props = propertiesOf("LogBackupPolicy", OUTPUTS, withSecretCredentials(args), opts);
    super("pulumi-nodejs:dynamic/polardb:LogBackupPolicy", name, props, opts);
    fillIn(this, OUTPUTS);
  }

  protected get shorthand(): "logBackupPolicyShorthand" {
    return "logBackupPolicyShorthand";
  }
}

const OUTPUTS: OutputKinds<LogBackupPolicy> & { readonly recorded: "computed" } = {
  recorded: "computed",
  dbClusterId: "declared",
  region: "declared",
  endpoint: "declared",
  network: "declared",
  credentials: "declared",
  logBackupRetentionPeriod: "declared",
  logBackupAnotherRegionRegion: "declared",
  logBackupAnotherRegionRetentionPeriod: "declared",
  advancedLogPolicies: "declared",
  accept: "declared",
  timeouts: "declared",
  onDelete: "declared",
  effective: "derived",
  policyIds: "derived",
  target: "derived",
  engine: "derived",
  lastRequestId: "derived",
};
