import * as pulumi from "@pulumi/pulumi";
import type { ExemptionArgs } from "../exemption";
import { fillIn, type OutputKinds, propertiesOf } from "../outputs";
import {
  type ArchiveGap,
  type BackupConfigArgs,
  type ClusterIdentity,
  type StorageCredentialsArgs,
  type TaskRecord,
  type TenantStatus,
  type TimeoutsArgs,
  withSecrets,
} from "./backupConfig";
import type { ConnectionArgs } from "./connection";
import type { TenantBackupConfigArgs } from "./tenantBackupConfig";

/** What a fleet says once for all of its tenants. */
type OfTheFleet = "connection" | "storageCredentials" | "accept" | "timeouts" | "onDelete";

/** The settings of `oceanbase.TenantBackupConfig`, without what a fleet says once for all of its tenants. */
export interface TenantSettingsArgs extends Omit<TenantBackupConfigArgs, OfTheFleet | "tenantName"> {
  /**
   * Where the logs of a tenant are archived (`archive_base_uri`), in the forms of `TenantBackupConfig`. `{tenant}` in it stands for the name of the
   * tenant: `"file:///arch/{tenant}"`, `"oss://bucket/arch/{tenant}?host=…"`. The baseline must have it, because every tenant needs a place of
   * its own; an override may name a place without. Two tenants with one place are refused, and so are keys in a URI (`InvalidInput` in the
   * preview): they belong into `storageCredentials` of the fleet.
   *
   * Must be set together with `binding` and `pieceSwitchInterval`. Absent (with both): the archive destination is not managed. **Changing it costs
   * each tenant an archive gap**, one tenant after another (`maxWithoutArchiving`).
   */
  readonly archiveBaseUri?: pulumi.Input<string>;
  /**
   * Where the data backups of a tenant go (`data_base_uri`), with `{tenant}` as in `archiveBaseUri`. Absent: not managed. What changing it costs is as
   * for `TenantBackupConfig`: no archive gap.
   */
  readonly dataBaseUri?: pulumi.Input<string>;
  /**
   * Id of a failed task of obshell that locks the tenant and may be released, as for `TenantBackupConfig`. A task locks one tenant, so it belongs into
   * the override of that one. Absent: a locked tenant fails (`Conflict`), and the others are done.
   */
  readonly releaseTask?: pulumi.Input<string>;
}

/**
 * One backup configuration for many tenants of one OceanBase cluster. What a property does to a tenant, what it costs and when it is refused is the
 * same as in `oceanbase.TenantBackupConfig`: the fleet does for each tenant what that does.
 */
export interface TenantBackupFleetArgs extends Pick<BackupConfigArgs, "connection" | "onDelete"> {
  /**
   * Names of user tenants, such as those that `oceanbase.getTenants` finds; their order does not matter, and a name that is there twice is refused.
   * What a name may be is as for `TenantBackupConfig`. The preview shows each one that comes or goes. A tenant that is added is configured; one
   * that is removed is no longer managed and keeps what it has (but see `onDelete`); the others get no call. A list that loses more than
   * a tenth of the tenants on record at once must be accepted (`unmanage:tenants=<number>`), so that a lookup that finds too little does
   * not end the management of a cluster. A tenant that does not exist fails and is named; the others are done.
   */
  readonly tenants: pulumi.Input<pulumi.Input<string>[]>;
  /** What every tenant gets. A change touches those tenants only that do not have it yet. */
  readonly baseline: pulumi.Input<TenantSettingsArgs>;
  /**
   * What single tenants get instead, by name: these properties replace those of the baseline, the others stay. An override can change a setting,
   * not leave it out. A name that is not in `tenants` is refused. Absent: none.
   */
  readonly overrides?: pulumi.Input<Record<string, pulumi.Input<TenantSettingsArgs>>>;
  /**
   * Tenants that are left alone, by name, for a reason and until a day: no call is made for them. A name that is not in `tenants` is refused, and an
   * exemption that has expired fails the preview. Absent: none.
   */
  readonly exempt?: pulumi.Input<Record<string, pulumi.Input<ExemptionArgs>>>;
  /**
   * The most tenants that `tenants` may list, exempt ones included, from 0 to 10000: more are refused in the preview, for instance because a lookup
   * finds too many. Absent: no bound.
   */
  readonly maxTenants?: pulumi.Input<number>;
  /**
   * How many tenants of the fleet may be without log archiving at the same time because of it: a whole number, at least 1. Default 1, one tenant
   * after another. So many are changed at a time, whatever the change is. A tenant whose archiving does not come back counts until it does: when as
   * many as this stay without, no other tenant is begun, the run fails (`Conflict` for those, which are named), and the next run begins
   * with the ones that are without. Changing it makes no call.
   */
  readonly maxWithoutArchiving?: pulumi.Input<number>;
  /**
   * Keys of the object store, for all tenants; for other keys declare another fleet or a `TenantBackupConfig`. Otherwise as for `TenantBackupConfig`:
   * rotating them shows as a changed `storageFingerprint`, and **costs each tenant an archive gap**. Absent: `file://` destinations.
   */
  readonly storageCredentials?: pulumi.Input<StorageCredentialsArgs>;
  /**
   * Risks that you accept, as the tokens that a refusal (`NotAccepted`) prints: one without a tenant's name in it, such as
   * `"shrink:deletePolicy.recoveryWindow=5d"`, counts for all tenants. `unmanage:tenants=<number>` accepts that so many leave at once. Adding
   * or removing one alone makes no call. Absent: none.
   */
  readonly accept?: pulumi.Input<pulumi.Input<string>[]>;
  /** How long each tenant may take, by itself and from when its turn comes; not how long the run may take. */
  readonly timeouts?: pulumi.Input<TimeoutsArgs>;
}

/** A tenant of a fleet as it was last read or written: what `oceanbase.TenantBackupConfig` records of one. */
export interface FleetTenantConfig {
  /** Its name. */
  readonly tenants: string;
  /** The cluster that it belongs to. Update and refresh refuse any other. */
  readonly cluster: ClusterIdentity;
  /** The database's id of the tenant. */
  readonly tenantId: number;
  /** Its live settings. */
  readonly live: TenantStatus;
  readonly archiveBaseUri?: string;
  readonly dataBaseUri?: string;
  readonly logArchiveConcurrency?: number;
  readonly binding?: "optional" | "mandatory";
  readonly haLowThreadScore?: number;
  readonly pieceSwitchInterval?: string;
  readonly archiveLagTarget?: string;
  readonly deletePolicy?: { readonly policy: "default"; readonly recoveryWindow: string };
  readonly archiving?: "running" | "stopped" | "suspended";
  readonly initialBackup?: "full";
  readonly reapply?: string;
  readonly releaseTask?: string;
  readonly storageFingerprint?: string;
  /** How long the last change kept its log archiving off; empty when that stopped none. */
  readonly archiveGaps: ArchiveGap[];
  /** obshell's task that was run last for it. */
  readonly lastTask?: TaskRecord;
  readonly lastSeenTask?: number;
  /** Last-applied values of the settings that cannot be read. */
  readonly applied: Record<string, unknown>;
  readonly appliedByTenant?: Record<string, Record<string, unknown>>;
  readonly covered: number[];
  /** Settings of which nobody knows the value; the next run sends them again. */
  readonly unconfirmed: Record<string, string[]>;
  /** Declared settings that were taken over unread; `reapply` sends them. */
  readonly unverified: string[];
  /** What a refresh has found that no setting shows. */
  readonly drift?: string[];
  /** True where the last change was cut short; the next run begins with these tenants. */
  readonly unfinished?: boolean;
}

/**
 * One backup configuration on many tenants of an OceanBase cluster, as one resource, applied through obshell.
 *
 * Each tenant is read first, gets only what differs, and is followed until it shows; log archiving that a change has stopped is reopened
 * and verified before the next tenant begins. When some fail, the others are done (but see `maxWithoutArchiving`), state holds what is true of each,
 * the error names the first ten and the output `failed` all of them; the next run does these and no others. When no agent answers, the
 * run ends: the other tenants would wait as long to find out.
 *
 * A refresh that finds a tenant changed says which and what in the preview; one that is gone leaves the records, and shows as one to be added for
 * as long as the program lists it. A `ClusterBackupConfig` or `TenantBackupConfig` of the same program that owns the same setting of a tenant is
 * refused (`Conflict`).
 *
 * **Delete** leaves everything as it is and makes no call, unless `onDelete` is `"stopArchiving"`. Tenants leave the fleet by being taken off the
 * list.
 */
export class TenantBackupFleet extends pulumi.CustomResource {
  declare readonly connection: pulumi.Output<pulumi.Unwrap<ConnectionArgs> | undefined>;
  declare readonly storageCredentials: pulumi.Output<pulumi.Unwrap<StorageCredentialsArgs> | undefined>;
  declare readonly baseline: pulumi.Output<pulumi.Unwrap<TenantSettingsArgs>>;
  declare readonly overrides: pulumi.Output<Record<string, pulumi.Unwrap<TenantSettingsArgs>> | undefined>;
  declare readonly exempt: pulumi.Output<Record<string, pulumi.Unwrap<ExemptionArgs>> | undefined>;
  declare readonly maxTenants: pulumi.Output<number | undefined>;
  declare readonly maxWithoutArchiving: pulumi.Output<number | undefined>;
  declare readonly accept: pulumi.Output<string[] | undefined>;
  declare readonly timeouts: pulumi.Output<pulumi.Unwrap<TimeoutsArgs> | undefined>;
  declare readonly onDelete: pulumi.Output<"keep" | "stopArchiving" | undefined>;
  /** The tenants with their configuration. */
  declare readonly configs: pulumi.Output<FleetTenantConfig[]>;
  /** Names of the listed tenants that are exempt, with spaces between. */
  declare readonly exempted: pulumi.Output<string | undefined>;
  /** Why tenants failed in the last run, by name; nothing when all went well. */
  declare readonly failed: pulumi.Output<Record<string, string> | undefined>;

  constructor(name: string, args: TenantBackupFleetArgs, opts?: pulumi.CustomResourceOptions) {
    const props = propertiesOf("TenantBackupFleet", OUTPUTS, withSecrets(args), opts);
    super("pulumi-nodejs:dynamic/oceanbase:TenantBackupFleet", name, props, opts);
    fillIn(this, OUTPUTS);
  }
}

const OUTPUTS: OutputKinds<TenantBackupFleet> = {
  connection: "declared",
  storageCredentials: "declared",
  baseline: "declared",
  overrides: "declared",
  exempt: "declared",
  maxTenants: "declared",
  maxWithoutArchiving: "declared",
  accept: "declared",
  timeouts: "declared",
  onDelete: "declared",
  configs: "computed",
  exempted: "computed",
  failed: "computed",
};
