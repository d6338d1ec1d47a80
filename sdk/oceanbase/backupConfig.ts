import * as pulumi from "@pulumi/pulumi";
import type { OutputKinds } from "../outputs";
import { withSecretFields } from "../secrets";
import type { ConnectionArgs } from "./connection";

/**
 * What the backup configuration of a whole cluster and that of one tenant have in common. "The covered tenants" are those that the
 * resource manages: all user tenants of the cluster (without `exceptTenants`), or the one tenant.
 *
 * A property that is left out is not managed: it keeps the value it has, and removing it from the program writes nothing.
 */
export interface BackupConfigArgs {
  /**
   * How to reach the cluster. Changing it is an update that writes nothing; another cluster at the new address is refused
   * (`WrongTarget`). Absent: explicit provider, environment or stack configuration, see {@link ConnectionArgs}.
   */
  readonly connection?: pulumi.Input<ConnectionArgs>;
  /**
   * Keys of the object store that the destinations name, kept out of the URIs. Required for `oss://`, `cos://` and `s3://` unless every
   * such URI has its own, refused beside those and with only `file://` destinations (`InvalidInput` in the preview).
   *
   * Absent: keys in the URIs, or none. Rotating them shows in the preview as a changed `storageFingerprint`: no route reads keys
   * back, so they are sent again. **That costs an archive gap** when the archive destination is in object storage.
   */
  readonly storageCredentials?: pulumi.Input<StorageCredentialsArgs>;
  /**
   * Number of threads for log archiving (`log_archive_concurrency`): a whole number, 0 to 100. The database's default 0 lets it choose.
   *
   * Absent: not managed. Changed in place, without an archive gap: unless a destination is set anyway, it goes through the parameter
   * route, because obshell's configuration call would stop archiving for it. Out of range: `InvalidInput` in the preview.
   */
  readonly logArchiveConcurrency?: pulumi.Input<number>;
  /**
   * What takes precedence when archiving cannot keep up (`binding`): `"optional"`, business; `"mandatory"`, archiving, which can
   * then block the business. The database's default is optional, also when a destination is set without it.
   *
   * Must be set together with the archive destination and `pieceSwitchInterval`, else `InvalidInput` in the preview. Absent (with
   * both): not managed. It cannot be read back; see `unverified`. **Changing it costs an archive gap**, as the destination does.
   */
  readonly binding?: pulumi.Input<"optional" | "mandatory">;
  /**
   * Number of threads for high-availability tasks of low priority, such as backup and clean-up (`ha_low_thread_score`): a whole number,
   * 0 to 100. The database's default is 0. The vendor recommends to double it step by step before a backup.
   *
   * Absent: not managed. Changed in place, without an archive gap. Out of range: `InvalidInput` in the preview.
   */
  readonly haLowThreadScore?: pulumi.Input<number>;
  /**
   * How long the log archive writes to one piece before it starts the next (`piece_switch_interval`), in whole days: `"1d"` to
   * `"7d"`. The database's default is `"1d"`, also when a destination is set without it. Pieces are removed whole, so shorter ones free
   * storage sooner.
   *
   * Must be set together with the archive destination and `binding`, else `InvalidInput` in the preview. Absent (with both): not
   * managed. It cannot be read back; see `unverified`. **Changing it costs an archive gap**, as the destination does.
   */
  readonly pieceSwitchInterval?: pulumi.Input<string>;
  /**
   * Longest time between two log archive writes (`archive_lag_target`): one whole number and one unit (`ms`, `s`, `m`, `h`), `"0ms"` to
   * `"7200s"`, at least `"60s"` for `s3://`. The database's default is `"120s"`. Equal lengths are equal: `"2h"` is `"7200s"`.
   *
   * Absent: not managed. Changed in place, without an archive gap. `InvalidInput` when out of range (in the preview), and for tenants
   * without an archive destination, for which the database refuses it (in the apply, before anything is sent).
   */
  readonly archiveLagTarget?: pulumi.Input<string>;
  /**
   * Clean-up of expired backups, run by the database every hour (`delete_policy`). One policy per tenant.
   *
   * Absent: not managed; no route removes a policy, so removing it from the program leaves it in force. It cannot be read back; see
   * `unverified`. Changed in place, without an archive gap. A shorter recovery window deletes backups and must be accepted, else
   * `NotAccepted`.
   */
  readonly deletePolicy?: pulumi.Input<DeletePolicyArgs>;
  /**
   * What log archiving of the covered tenants must be doing (`PATCH …/backup/log`):
   * - `"running"`: on. A tenant that has never archived also needs `initialBackup`, because nothing but a full backup opens archiving on
   *   it; without, the run fails and names it.
   * - `"suspended"`: paused; the round is kept, and going on continues it.
   * - `"stopped"`: off. Opening it again starts a new round, and the time between cannot be restored to.
   *
   * Absent: every tenant is left in the state it had before the change; what a change has stopped is reopened. Nobody sets a default.
   * Agents before 4.3.2 cannot show archiving, so every value is `InvalidInput` with them.
   * Changed in place. A tenant whose archiving does not arrive there fails the run by name (`TaskFailed`).
   */
  readonly archiving?: pulumi.Input<"running" | "stopped" | "suspended">;
  /**
   * `"full"` permits the full backup that alone opens log archiving on a tenant that has never archived (`POST …/tenant/{name}/backup`).
   * It takes storage, and load on the cluster. It does nothing for a tenant that has archived before: it is no schedule.
   *
   * Absent: no backup is started, and a tenant that has never archived stays as it is. Adding it starts the backup in place; removing it
   * writes nothing. Refused with `archiving: "stopped"` or `"suspended"` (`InvalidInput` in the preview); archive and data destination
   * must be declared or in place.
   *
   * Archiving must be seen running, and the backup is followed for as long as the timeout allows. One that fails or is cancelled by then
   * fails the run with tenant, task and reason (`TaskFailed`); it is not taken again. One that goes on is no failure, also where
   * obshell's own task gives up after one hour ("Wait backup Finish").
   */
  readonly initialBackup?: pulumi.Input<"full">;
  /**
   * Risks that you accept, as the tokens that a refusal (`NotAccepted`) prints, for instance
   * `["shrink:deletePolicy.recoveryWindow=5d"]`. A token names the new value, so it does not authorise the next change. One stands
   * for a property of the agent instead: `"unverified-archiving"` permits changes that stop archiving where obshell is too old (before
   * 4.3.2) to show whether it is back. Adding or removing one alone writes nothing. Absent: none.
   */
  readonly accept?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Any text; changing it sends the declared settings that cannot be read (`binding`, `pieceSwitchInterval`, `deletePolicy`, storage
   * keys) again, in place. **That costs an archive gap** where an archive destination is declared. Absent: they are sent when they change
   * in the program, and after a call of which nobody knows what became. Removing it writes nothing.
   */
  readonly reapply?: pulumi.Input<string>;
  /**
   * Id of a failed task of obshell, such as `"14"`, that locks a covered tenant and may be released although this resource did not start
   * it; the `Conflict` that the lock causes names it. Tasks that the resource started itself are released without it.
   *
   * If only its first step ("Check backup config") failed, the task is rolled back, which undoes nothing because nothing was done; else it
   * is passed, which executes nothing: what the task has applied stays, what it has not is applied by this run. Absent: a locked tenant
   * fails the run (`Conflict`). It changes no setting; an id that locks nothing (any more) is
   * reported and otherwise ignored.
   */
  readonly releaseTask?: pulumi.Input<string>;
  /** How long a run may take. Changing it writes nothing. Absent: the defaults of its fields. */
  readonly timeouts?: pulumi.Input<TimeoutsArgs>;
  /**
   * What `pulumi destroy`, a removal from the program and a replacement do to the covered tenants:
   * - `"keep"`, the default: nothing. No call is made, and the run says so.
   * - `"stopArchiving"`: log archiving is stopped (`PATCH …/backup/log`). Destinations, parameters, clean-up policy and backups stay.
   *
   * `"stopArchiving"` counts only if an earlier `pulumi up` has recorded it, so a change and a removal in one run keep archiving. It
   * never touches a tenant that the same run has configured, as when a resource is renamed or replaced. Changing it writes nothing.
   */
  readonly onDelete?: pulumi.Input<"keep" | "stopArchiving">;
}

/** Keys of an object store, each by value or as the name of an environment variable. */
export interface StorageCredentialsArgs {
  /** Access key id (`access_id`). */
  readonly accessId?: pulumi.Input<string>;
  /** Name of the environment variable that holds the access key id. */
  readonly accessIdEnv?: pulumi.Input<string>;
  /** Access key secret (`access_key`). Always stored as a secret. */
  readonly accessKey?: pulumi.Input<string>;
  /** Name of the environment variable that holds the access key secret; keeps it out of state. */
  readonly accessKeyEnv?: pulumi.Input<string>;
}

export interface DeletePolicyArgs {
  /** Name of the policy. The only one there is, and the default, is `"default"`; an empty text means the same. */
  readonly policy?: pulumi.Input<"default" | "">;
  /** How far back a restore must be possible, in whole days: `"7d"`. Backups that are not needed for it are deleted. */
  readonly recoveryWindow: pulumi.Input<string>;
}

/** Each a whole number and a unit `s`, `m` or `h`, such as `"30m"`. What is not finished by then fails with `WaitTimeout`. */
export interface TimeoutsArgs {
  /** Default `"2h"`: obshell itself waits up to 70 minutes for one tenant's archiving to stop. */
  readonly create?: pulumi.Input<string>;
  /** Default `"2h"`. */
  readonly update?: pulumi.Input<string>;
  /** Of a refresh. Default `"10m"`. */
  readonly read?: pulumi.Input<string>;
}

/** Which cluster a resource manages. Update and refresh refuse any other. */
export interface ClusterIdentity {
  readonly id: number;
  readonly name: string;
  /** Creation time of the tenant `sys`. */
  readonly createdTime: string;
}

/** A user tenant as it was last seen. */
export interface TenantStatus {
  readonly id: number;
  readonly name: string;
  /** Destinations without keys; absent when not set. */
  readonly archiveUri?: string;
  readonly dataUri?: string;
  /** `unknown`: stopped, interrupted, suspending or never archived; obshell does not tell these apart. */
  readonly archiving: "running" | "starting" | "suspended" | "stopping" | "unknown";
  /**
   * The task of obshell that has closed log archiving of this tenant, where nobody has opened it since: of somebody else, or of a run
   * that was killed. The next run reopens it, and tells the gap. A tenant that was suspended before keeps it until it is suspended again,
   * unless `archiving` is declared. Absent otherwise, and where `archiving: "stopped"` is declared.
   */
  readonly closedBy?: ClosingTask;
  /** Present for a tenant that never archived, where that matters: with `archiving` or `initialBackup`. */
  readonly neverArchived?: true;
  /** Values by the database's parameter name; more than one while a change spreads over the servers. */
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** What the version of the agent cannot show (obshell before 4.3.2); absent when everything was read. */
  readonly unreadable?: readonly ("destinations" | "archiving")[];
}

/** A task of obshell that has closed log archiving. Times are the server's, RFC 3339. */
export interface ClosingTask {
  /** Id and name of the task. */
  readonly task: string;
  /** From then on it kept archiving off. Absent: the task does not tell. */
  readonly closedAt?: string;
  readonly endedAt?: string;
  /** Present for a tenant that was suspended before: the next run suspends it again. */
  readonly wasSuspended?: true;
}

/** How long the last change kept log archiving of a tenant off. No restore can reach into this time. */
export interface ArchiveGap {
  /** Name of the tenant. */
  readonly tenant: string;
  /** From the start of obshell's step that stops archiving to the start of the new round, in the server's time. */
  readonly seconds: number;
}

/** A configuration task of obshell. */
export interface TaskRecord {
  /** As obshell's task routes take it. */
  readonly id: string;
  readonly number: number;
  readonly name: string;
  /** As obshell reports it: `SUCCEED`, `FAILED`, or where it was when the run ended. */
  readonly state: string;
  /** How long it took; absent for a task that this resource has not waited for. */
  readonly seconds?: number;
  /** Only of a task that has failed: names of tenants by what its log says was done to them. */
  readonly tenants?: {
    /** Every step was carried out. */
    readonly done: readonly string[];
    /** The tenant at which it failed. */
    readonly failed: readonly string[];
    /** Some steps were carried out, others were not reached. */
    readonly partly: readonly string[];
    /** No step was carried out. */
    readonly untouched: readonly string[];
  };
}

/** What both resources hand back. Inputs are as declared, in their canonical spelling. */
export abstract class BackupConfig extends pulumi.CustomResource {
  declare readonly connection: pulumi.Output<pulumi.Unwrap<ConnectionArgs> | undefined>;
  declare readonly storageCredentials: pulumi.Output<pulumi.Unwrap<StorageCredentialsArgs> | undefined>;
  declare readonly logArchiveConcurrency: pulumi.Output<number | undefined>;
  declare readonly binding: pulumi.Output<"optional" | "mandatory" | undefined>;
  declare readonly haLowThreadScore: pulumi.Output<number | undefined>;
  declare readonly pieceSwitchInterval: pulumi.Output<string | undefined>;
  declare readonly archiveLagTarget: pulumi.Output<string | undefined>;
  declare readonly deletePolicy: pulumi.Output<
    { readonly policy: "default"; readonly recoveryWindow: string } | undefined
  >;
  declare readonly archiving: pulumi.Output<"running" | "stopped" | "suspended" | undefined>;
  declare readonly initialBackup: pulumi.Output<"full" | undefined>;
  declare readonly accept: pulumi.Output<string[] | undefined>;
  declare readonly reapply: pulumi.Output<string | undefined>;
  declare readonly releaseTask: pulumi.Output<string | undefined>;
  declare readonly timeouts: pulumi.Output<pulumi.Unwrap<TimeoutsArgs> | undefined>;
  declare readonly onDelete: pulumi.Output<"keep" | "stopArchiving" | undefined>;
  /** Changes when the storage keys change; tells nothing about them. */
  declare readonly storageFingerprint: pulumi.Output<string | undefined>;
  /** The cluster that this resource manages, or whose tenant. */
  declare readonly cluster: pulumi.Output<ClusterIdentity>;
  /** The covered tenants with their live settings. */
  declare readonly tenants: pulumi.Output<TenantStatus[]>;
  /** Last-applied values of the settings that cannot be read. */
  declare readonly applied: pulumi.Output<Record<string, unknown>>;
  /** By tenant id: what a tenant is known to have instead of `applied`, because a run ended before it was sent the same. Absent: nothing. */
  declare readonly appliedByTenant: pulumi.Output<Record<string, Record<string, unknown>> | undefined>;
  /** Ids of the tenants that the declared settings were sent to. One that is created later is configured by the next run. */
  declare readonly covered: pulumi.Output<number[]>;
  /**
   * Settings that cannot be read, by tenant id, and whose value nobody knows: they were sent in a call that failed or was cut short, or
   * somebody else has changed them. The next run sends them again.
   */
  declare readonly unconfirmed: pulumi.Output<Record<string, string[]>>;
  /** Declared settings that were found in place of nothing we could read, and taken over unsent. `reapply` sends them. */
  declare readonly unverified: pulumi.Output<string[]>;
  /** How long log archiving was off in the last change, by tenant; empty when that change stopped none. */
  declare readonly archiveGaps: pulumi.Output<ArchiveGap[]>;
  /** obshell's task that was run last. */
  declare readonly lastTask: pulumi.Output<TaskRecord | undefined>;
  /** Number of the newest configuration task, of anybody, whose effects this state knows. */
  declare readonly lastSeenTask: pulumi.Output<number | undefined>;
}

/** The same arguments with the secrets in them marked. */
export function withSecrets<Args extends Pick<BackupConfigArgs, "connection" | "storageCredentials">>(
  args: Args,
): Args {
  return {
    ...args,
    connection: withSecretFields(args.connection, "password", "agentPassword", "tls.key"),
    storageCredentials: withSecretFields(args.storageCredentials, "accessKey"),
  };
}

export const COMMON_OUTPUTS: OutputKinds<BackupConfig> = {
  connection: "declared",
  storageCredentials: "declared",
  logArchiveConcurrency: "declared",
  binding: "declared",
  haLowThreadScore: "declared",
  pieceSwitchInterval: "declared",
  archiveLagTarget: "declared",
  deletePolicy: "declared",
  archiving: "declared",
  initialBackup: "declared",
  accept: "declared",
  reapply: "declared",
  releaseTask: "declared",
  timeouts: "declared",
  onDelete: "declared",
  storageFingerprint: "computed",
  cluster: "computed",
  tenants: "computed",
  applied: "computed",
  appliedByTenant: "computed",
  covered: "computed",
  unconfirmed: "computed",
  unverified: "computed",
  archiveGaps: "computed",
  lastTask: "computed",
  lastSeenTask: "computed",
};
