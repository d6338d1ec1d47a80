import type * as pulumi from "@pulumi/pulumi";
import { fillIn, type OutputKinds, propertiesOf } from "../outputs";
import type { AdvancedDataPolicy, AdvancedDataPolicyArgs, EffectiveAdvancedDataPolicy } from "./advancedDataPolicy";
import { type CredentialsArgs, withSecretCredentials } from "./credentials";
import { Policy, type PolicyFindings } from "./policy";
import type { PolicyArgs, TimeoutsArgs } from "./policyArgs";
import type { BackupFrequency, RetentionDays, Weekday } from "./types";

/**
 * Backup policy of one PolarDB cluster. The names are those of the request parameters of `ModifyBackupPolicy`
 * (page "PolarDB: ModifyBackupPolicy", 30 October 2025) in camelCase.
 *
 * A property that is left out is not managed: it keeps the value it has, and removing it from the program writes nothing.
 * `0` is a value and means "off".
 */
export interface BackupPolicyArgs extends PolicyArgs {
  /**
   * Zone in which windows and weekdays are written, by its IANA name, such as `"Asia/Shanghai"`; only zones a whole number of hours from
   * UTC, because windows start on the hour there. Absent: they are in UTC. With it, windows are written without `Z`
   * (`"02:00-03:00"`), and weekdays are days of that zone: Monday 02:00 in Shanghai is Sunday in UTC. The schedule in UTC is
   * computed when window or zone change and then kept (`utcSchedule`), so that daylight saving never causes a change.
   * Does not apply to `advancedDataPolicies`.
   */
  readonly timeZone?: pulumi.Input<string>;
  /**
   * Window of the automatic backup (`PreferredBackupTime`): one hour, on the hour, in UTC such as `"15:00Z-16:00Z"`, or beside `timeZone` in
   * local time such as `"02:00-03:00"`. The last hour of the day is `"23:00Z-24:00Z"`; `"23:00Z-00:00Z"` is the same. Sent as
   * `DataLevel1BackupTime` to a cluster that reports one (PolarDB for MySQL in regions with cross-region backup), which keeps its
   * window there. Stays effective with advanced backup. Changed in place.
   */
  readonly preferredBackupTime?: pulumi.Input<string>;
  /**
   * Weekdays of the automatic backup (`PreferredBackupPeriod`), at least two; their order does not matter. With a high
   * `backupFrequency`, declared or live, the service uses all seven, so any other list is refused. Sent as `DataLevel1BackupPeriod` to a cluster that
   * reports one, because the vendor documents this name as unsupported there. No effect with advanced backup. Changed in place.
   */
  readonly preferredBackupPeriod?: pulumi.Input<pulumi.Input<Weekday>[]>;
  /**
   * How often backups are made (`BackupFrequency`). Service default `"Normal"`. With a high frequency, all backups of the last 24
   * hours are kept, and of older ones the first of each day; so both turning it on and lowering it must be accepted. Sent as
   * `DataLevel1BackupFrequency` to a cluster that reports one. No effect with advanced backup. Changed in place.
   */
  readonly backupFrequency?: pulumi.Input<BackupFrequency>;
  /**
   * Days for which level-1 backups are kept (`DataLevel1BackupRetentionPeriod`), 3 to 14; service default 7. Values from 15 to 30 get a
   * warning and are left to the service. A lower value lets backups expire and must be accepted. No effect with advanced backup.
   */
  readonly dataLevel1BackupRetentionPeriod?: pulumi.Input<number>;
  /**
   * The same under the name that only PolarDB for MySQL in regions with cross-region backup takes (`DataLevel1BackupFrequency`); refused
   * elsewhere before anything is written. Declare this or `backupFrequency`, not both.
   */
  readonly dataLevel1BackupFrequency?: pulumi.Input<BackupFrequency>;
  /** As `dataLevel1BackupFrequency`, for `preferredBackupTime` (`DataLevel1BackupTime`). Stays effective with advanced backup. */
  readonly dataLevel1BackupTime?: pulumi.Input<string>;
  /** As `dataLevel1BackupFrequency`, for `preferredBackupPeriod` (`DataLevel1BackupPeriod`). */
  readonly dataLevel1BackupPeriod?: pulumi.Input<pulumi.Input<Weekday>[]>;
  /**
   * Days for which level-2 backups are kept (`DataLevel2BackupRetentionPeriod`): `0` (off, the service default), 30 to 7300, `-1` (for
   * ever). Switching them on costs storage; they cannot be deleted by hand, only age out. A lower value must be accepted. Needs
   * PSL4 or PSL5 storage. No effect with advanced backup.
   */
  readonly dataLevel2BackupRetentionPeriod?: pulumi.Input<RetentionDays>;
  /**
   * Weekdays of level-2 backups (`DataLevel2BackupPeriod`), at least two, all of them days of the declared level-1 schedule too. PolarDB for
   * MySQL in regions with cross-region backup only; refused elsewhere before anything is written. Goes out with the level-2 retention
   * once level 2 is on, because the service insists. No effect with advanced backup.
   */
  readonly dataLevel2BackupPeriod?: pulumi.Input<pulumi.Input<Weekday>[]>;
  /**
   * Region to which level-2 backups are copied (`DataLevel2BackupAnotherRegionRegion`), such as `"cn-beijing"`: one of those that
   * `polardb.getCrossRegions` lists for the cluster, else refused before anything is written. Set together with
   * `dataLevel2BackupAnotherRegionRetentionPeriod`, and left out when that is 0. Another region must be accepted: copies in the
   * old one only age out. No effect with advanced backup.
   */
  readonly dataLevel2BackupAnotherRegionRegion?: pulumi.Input<string>;
  /**
   * Days for which copies in the other region are kept (`DataLevel2BackupAnotherRegionRetentionPeriod`): `0` (off, the service default),
   * 30 to 7300, `-1` (for ever). A lower value must be accepted. No effect with advanced backup.
   */
  readonly dataLevel2BackupAnotherRegionRetentionPeriod?: pulumi.Input<RetentionDays>;
  /**
   * What happens to backups when the cluster is deleted (`BackupRetentionPolicyOnClusterDeletion`): `"ALL"`, `"LATEST"` or `"NONE"` (service
   * default). Less than before must be accepted; what is kept costs storage. Stays effective with advanced backup.
   */
  readonly backupRetentionPolicyOnClusterDeletion?: pulumi.Input<"ALL" | "LATEST" | "NONE">;
  /**
   * `"Normal"` (standard backup) or `"Advanced"` (`BackupPolicyLevel`). PolarDB for MySQL only, and only where the service offers it.
   * **Advanced cannot be switched back**, so switching must be accepted; the classic schedule and retention properties then have
   * no effect and are refused beside it.
   */
  readonly backupPolicyLevel?: pulumi.Input<"Normal" | "Advanced">;
  /**
   * Rules of advanced backup (`AdvancedDataPolicies`), beside `backupPolicyLevel: "Advanced"`. Rules are told apart by `name` and
   * reconciled by the smallest list of CREATE, UPDATE and DELETE; renaming one writes nothing. An existing rule is taken over by its
   * `policyId` or by equal content. Rules that are not declared here, among them those that the service made itself, stay;
   * `otherPolicies` lists them. Removing a rule must be accepted. Absent: rules are not managed.
   */
  readonly advancedDataPolicies?: pulumi.Input<pulumi.Input<AdvancedDataPolicyArgs>[]>;
}

/** A schedule in UTC that the program declares in local time. */
export interface UtcSchedule {
  /** Hours from UTC to local time when window or zone were last changed. */
  readonly offsetHours: number;
  readonly preferredBackupTime?: string;
  readonly preferredBackupPeriod?: Weekday[];
  readonly dataLevel1BackupTime?: string;
  readonly dataLevel1BackupPeriod?: Weekday[];
  readonly dataLevel2BackupPeriod?: Weekday[];
}

/** The whole live policy, also the parts that the program does not manage. Absent fields are ones the service does not report. */
export interface EffectiveBackupPolicy {
  readonly preferredBackupTime?: string;
  readonly preferredBackupPeriod?: Weekday[];
  readonly backupFrequency?: BackupFrequency;
  readonly dataLevel1BackupRetentionPeriod?: number;
  readonly dataLevel1BackupFrequency?: BackupFrequency;
  readonly dataLevel1BackupTime?: string;
  readonly dataLevel1BackupPeriod?: Weekday[];
  readonly dataLevel2BackupRetentionPeriod?: RetentionDays;
  readonly dataLevel2BackupPeriod?: Weekday[];
  readonly dataLevel2BackupAnotherRegionRegion?: string;
  readonly dataLevel2BackupAnotherRegionRetentionPeriod?: RetentionDays;
  readonly backupRetentionPolicyOnClusterDeletion?: "ALL" | "LATEST" | "NONE";
  readonly backupPolicyLevel?: "Normal" | "Advanced";
  /** `enable`: advanced backup is on; `disable`: off but available; `notSupport`: not available. */
  readonly advancedPolicyOption?: string;
  /** Every rule, with its id and whether the service made it. */
  readonly advancedDataPolicies: EffectiveAdvancedDataPolicy[];
}

interface Findings extends PolicyFindings {
  readonly effective: EffectiveBackupPolicy;
  readonly otherPolicies: EffectiveAdvancedDataPolicy[];
  readonly utcSchedule?: UtcSchedule;
}

/**
 * Backup policy of a PolarDB cluster, applied through `ModifyBackupPolicy`.
 *
 * It reads first, sends only what differs, and reads back until the change shows. Declaring what the cluster already has writes
 * nothing. What deletes backups earlier or cannot be undone must be named in `accept`.
 *
 * **Delete** leaves the policy as it is and says so, unless `onDelete` is `"reset"`: a policy exists as long as its cluster does.
 */
export class BackupPolicy extends Policy<Findings> {
  declare readonly dbClusterId: pulumi.Output<string>;
  declare readonly region: pulumi.Output<string | undefined>;
  declare readonly endpoint: pulumi.Output<string | undefined>;
  declare readonly network: pulumi.Output<"public" | "vpc" | undefined>;
  declare readonly credentials: pulumi.Output<pulumi.Unwrap<CredentialsArgs> | undefined>;
  declare readonly timeZone: pulumi.Output<string | undefined>;
  declare readonly preferredBackupTime: pulumi.Output<string | undefined>;
  declare readonly preferredBackupPeriod: pulumi.Output<Weekday[] | undefined>;
  declare readonly backupFrequency: pulumi.Output<BackupFrequency | undefined>;
  declare readonly dataLevel1BackupRetentionPeriod: pulumi.Output<number | undefined>;
  declare readonly dataLevel1BackupFrequency: pulumi.Output<BackupFrequency | undefined>;
  declare readonly dataLevel1BackupTime: pulumi.Output<string | undefined>;
  declare readonly dataLevel1BackupPeriod: pulumi.Output<Weekday[] | undefined>;
  declare readonly dataLevel2BackupRetentionPeriod: pulumi.Output<RetentionDays | undefined>;
  declare readonly dataLevel2BackupPeriod: pulumi.Output<Weekday[] | undefined>;
  declare readonly dataLevel2BackupAnotherRegionRegion: pulumi.Output<string | undefined>;
  declare readonly dataLevel2BackupAnotherRegionRetentionPeriod: pulumi.Output<RetentionDays | undefined>;
  declare readonly backupRetentionPolicyOnClusterDeletion: pulumi.Output<"ALL" | "LATEST" | "NONE" | undefined>;
  declare readonly backupPolicyLevel: pulumi.Output<"Normal" | "Advanced" | undefined>;
  declare readonly advancedDataPolicies: pulumi.Output<AdvancedDataPolicy[] | undefined>;
  declare readonly accept: pulumi.Output<string[] | undefined>;
  declare readonly timeouts: pulumi.Output<pulumi.Unwrap<TimeoutsArgs> | undefined>;
  declare readonly onDelete: pulumi.Output<"keep" | "reset" | undefined>;

  constructor(name: string, args: BackupPolicyArgs, opts?: pulumi.CustomResourceOptions) {
    const props = propertiesOf("BackupPolicy", OUTPUTS, withSecretCredentials(args), opts);
    super("pulumi-nodejs:dynamic/polardb:BackupPolicy", name, props, opts);
    fillIn(this, OUTPUTS);
  }

  protected get shorthand(): "backupPolicyShorthand" {
    return "backupPolicyShorthand";
  }

  /** Which kind of backup is in force: `"Advanced"` also where somebody has switched it on in the console. */
  get effectiveLevel(): pulumi.Output<"Normal" | "Advanced"> {
    return this.found(({ effective }) => effective.backupPolicyLevel ?? "Normal");
  }

  /** Whether advanced backup can be had: `enable` (it is on), `disable` (off but available), `notSupport`. MySQL only. */
  get advancedPolicyOption(): pulumi.Output<string | undefined> {
    return this.found(({ effective }) => effective.advancedPolicyOption);
  }

  /** Windows and weekdays in UTC, beside `timeZone`, with the offset in hours that they were computed with. */
  get utcSchedule(): pulumi.Output<UtcSchedule | undefined> {
    return this.found(({ utcSchedule }) => utcSchedule);
  }

  /**
   * Rules that others have made, where the program declares `advancedDataPolicies`: the service's own are in `effective` only. They are left
   * alone, and the run or refresh that first meets one says so.
   */
  get otherPolicies(): pulumi.Output<EffectiveAdvancedDataPolicy[]> {
    return this.found(({ otherPolicies }) => otherPolicies);
  }
}

const OUTPUTS: OutputKinds<BackupPolicy> & { readonly recorded: "computed" } = {
  recorded: "computed",
  dbClusterId: "declared",
  region: "declared",
  endpoint: "declared",
  network: "declared",
  credentials: "declared",
  timeZone: "declared",
  utcSchedule: "derived",
  preferredBackupTime: "declared",
  preferredBackupPeriod: "declared",
  backupFrequency: "declared",
  dataLevel1BackupRetentionPeriod: "declared",
  dataLevel1BackupFrequency: "declared",
  dataLevel1BackupTime: "declared",
  dataLevel1BackupPeriod: "declared",
  dataLevel2BackupRetentionPeriod: "declared",
  dataLevel2BackupPeriod: "declared",
  dataLevel2BackupAnotherRegionRegion: "declared",
  dataLevel2BackupAnotherRegionRetentionPeriod: "declared",
  backupRetentionPolicyOnClusterDeletion: "declared",
  backupPolicyLevel: "declared",
  advancedDataPolicies: "declared",
  accept: "declared",
  timeouts: "declared",
  onDelete: "declared",
  effective: "derived",
  policyIds: "derived",
  engine: "derived",
  effectiveLevel: "derived",
  advancedPolicyOption: "derived",
  otherPolicies: "derived",
  target: "derived",
  lastRequestId: "derived",
};
