import * as pulumi from "@pulumi/pulumi";
import type { NoOutputs } from "../outputs";
import { providerText } from "../providerText";
import { secretIfItHasKeys, withSecretFields } from "../secrets";
import type { ConnectionArgs } from "./connection";

/**
 * Backup configuration of all user tenants of a cluster. The names are those of the request parameters of
 * "Update the cluster-level backup configuration" (`PATCH /api/v1/obcluster/backup/config`) in camelCase.
 *
 * A property that is left out is not managed: it keeps the value it has, and removing it from the program writes nothing.
 */
export interface ClusterBackupConfigArgs {
  /** How to reach the cluster. Absent: explicit provider, environment or stack configuration, see {@link ConnectionArgs}. */
  readonly connection?: pulumi.Input<ConnectionArgs>;
  /**
   * Base URI of all backup files (`backup_base_uri`): `file:///absolute/path`, `oss://bucket/path?host=…`,
   * `cos://bucket/path?host=…&appid=…` or `s3://bucket/path?host=…`. Logs go to `{base}/{cluster id}/{tenant id}/clog`, data to
   * `…/data`. A `file://` path must be a mount that every server of the cluster shares. Options that obshell would silently drop
   * are refused. Keys belong into `storageCredentials`; a URI with `access_key=` in it is stored as a secret.
   *
   * Must be set together with `binding` and `pieceSwitchInterval`. Absent (with both): destinations are not managed.
   *
   * **Changing it costs an archive gap**: obshell stops log archiving of every tenant for it; it is then reopened and verified.
   * A new full backup is needed at the new place, and the old place is no longer cleaned. A running backup is cancelled, which
   * must be accepted. Errors: `InvalidInput` in the preview, `NotAccepted`, `TaskFailed` with the failing step's log line.
   */
  readonly backupBaseUri?: pulumi.Input<string>;
  /**
   * Keys of the object store that `backupBaseUri` names, kept out of the URI. Required for `oss://`, `cos://` and `s3://` unless the
   * URI has them. Rotating them shows in the preview as a changed `storageFingerprint`; they must then be sent again, which costs
   * an archive gap.
   */
  readonly storageCredentials?: pulumi.Input<StorageCredentialsArgs>;
  /**
   * Total number of threads for log archiving (`log_archive_concurrency`), 0 to 100. The database's default 0 lets it choose.
   *
   * Absent: not managed. Changed in place, without stopping log archiving.
   */
  readonly logArchiveConcurrency?: pulumi.Input<number>;
  /**
   * What takes precedence when archiving cannot keep up (`binding`): `"optional"`, business; `"mandatory"`, archiving, which can
   * then block the business. The database's default is optional.
   *
   * Must be set together with `backupBaseUri` and `pieceSwitchInterval`. It cannot be read back; see `unverified`.
   * Changing it costs an archive gap, as `backupBaseUri` does.
   */
  readonly binding?: pulumi.Input<"optional" | "mandatory">;
  /**
   * Number of threads for high-availability tasks of low priority, such as backup and clean-up (`ha_low_thread_score`), 0 to 100.
   * Default 0. The vendor recommends to double it step by step before a backup.
   *
   * Absent: not managed. Changed in place, without stopping log archiving.
   */
  readonly haLowThreadScore?: pulumi.Input<number>;
  /**
   * How long the log archive writes to one piece before it starts the next (`piece_switch_interval`), in whole days: `"1d"` to
   * `"7d"`. The database's default is `"1d"`. Pieces are removed whole, so shorter ones free storage sooner.
   *
   * Must be set together with `backupBaseUri` and `binding`. It cannot be read back; see `unverified`.
   * Changing it costs an archive gap, as `backupBaseUri` does.
   */
  readonly pieceSwitchInterval?: pulumi.Input<string>;
  /**
   * Longest time between two log archive writes (`archive_lag_target`): one whole number and one unit (`ms`, `s`, `m`, `h`), `"0ms"` to
   * `"7200s"`, at least `"60s"` for `s3://`. The database's default is `"120s"`. Equal lengths are equal: `"2h"` is `"7200s"`.
   *
   * Absent: not managed. Changed in place, without stopping log archiving. Tenants need an archive destination for it.
   */
  readonly archiveLagTarget?: pulumi.Input<string>;
  /**
   * Clean-up of expired backups, run by the database every hour (`delete_policy`).
   *
   * Absent: not managed; no route removes a policy, so removing it from the program leaves it in force. It cannot be read back; see
   * `unverified`. A shorter recovery window deletes backups and must be accepted.
   */
  readonly deletePolicy?: pulumi.Input<DeletePolicyArgs>;
  /**
   * Risks that you accept, as the tokens that a refusal prints, for instance `["shrink:deletePolicy.recoveryWindow=5d"]`. A token names
   * the new value, so it does not authorise the next change. Adding or removing one alone writes nothing. Absent: none.
   */
  readonly accept?: pulumi.Input<pulumi.Input<string>[]>;
  /** Any text; changing it sends the settings that cannot be read (`binding`, `pieceSwitchInterval`, `deletePolicy`, storage keys) again. */
  readonly reapply?: pulumi.Input<string>;
  /** How long a run may take. */
  readonly timeouts?: pulumi.Input<TimeoutsArgs>;
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

/** A whole number and a unit `s`, `m` or `h`, such as `"30m"`. */
export interface TimeoutsArgs {
  /** Default `"2h"`: obshell itself waits up to 70 minutes for one tenant's archiving to stop. */
  readonly create?: pulumi.Input<string>;
  /** Default `"2h"`. */
  readonly update?: pulumi.Input<string>;
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
  /** `notListed`: stopped, interrupted, suspending or never archived; obshell does not tell these apart. */
  readonly archiving: "running" | "starting" | "suspended" | "stopping" | "notListed";
  /** Values by the database's parameter name; more than one while a change spreads over the servers. */
  readonly parameters: Readonly<Record<string, readonly string[]>>;
}

/**
 * Backup configuration of all user tenants of an OceanBase cluster, applied through obshell (4.3.2 to 4.5).
 *
 * It reads first and sends only what differs, waits for obshell's task, reads back, and reopens the log archiving that the change
 * has stopped; if archiving of a tenant does not come back, the run fails and names it. Declaring what a cluster already has
 * writes nothing.
 *
 * **Delete** leaves everything as it is and says so: a backup configuration exists as long as its cluster does.
 */
export class ClusterBackupConfig extends pulumi.CustomResource {
  declare readonly connection: pulumi.Output<pulumi.Unwrap<ConnectionArgs> | undefined>;
  declare readonly backupBaseUri: pulumi.Output<string | undefined>;
  declare readonly storageCredentials: pulumi.Output<pulumi.Unwrap<StorageCredentialsArgs> | undefined>;
  declare readonly logArchiveConcurrency: pulumi.Output<number | undefined>;
  declare readonly binding: pulumi.Output<"optional" | "mandatory" | undefined>;
  declare readonly haLowThreadScore: pulumi.Output<number | undefined>;
  declare readonly pieceSwitchInterval: pulumi.Output<string | undefined>;
  declare readonly archiveLagTarget: pulumi.Output<string | undefined>;
  declare readonly deletePolicy: pulumi.Output<
    { readonly policy: "default"; readonly recoveryWindow: string } | undefined
  >;
  declare readonly accept: pulumi.Output<string[] | undefined>;
  declare readonly reapply: pulumi.Output<string | undefined>;
  declare readonly timeouts: pulumi.Output<pulumi.Unwrap<TimeoutsArgs> | undefined>;
  /** Changes when the storage keys change; tells nothing about them. */
  declare readonly storageFingerprint: pulumi.Output<string | undefined>;
  /** The cluster that this resource manages. */
  declare readonly cluster: pulumi.Output<ClusterIdentity>;
  /** All user tenants with their live settings. */
  declare readonly tenants: pulumi.Output<TenantStatus[]>;
  /** Last-applied values of the settings that cannot be read. */
  declare readonly applied: pulumi.Output<Record<string, unknown>>;
  /** Ids of the tenants that the declared settings were sent to. One that is created later is configured by the next run. */
  declare readonly covered: pulumi.Output<number[]>;
  /** Settings that cannot be read and were sent in a call that failed or was cut short. The next run sends them again. */
  declare readonly unconfirmed: pulumi.Output<string[]>;
  /** Declared settings that were found in place of nothing we could read, and taken over unsent. `reapply` sends them. */
  declare readonly unverified: pulumi.Output<string[]>;
  /** obshell's task that was run last. */
  declare readonly lastTask: pulumi.Output<
    { readonly id: string; readonly number: number; readonly name: string; readonly state: string } | undefined
  >;

  constructor(name: string, args: ClusterBackupConfigArgs = {}, opts?: pulumi.CustomResourceOptions) {
    const props = {
      ...OUTPUTS,
      ...args,
      connection: withSecretFields(args.connection, "password", "agentPassword", "tls.key"),
      backupBaseUri: secretIfItHasKeys(args.backupBaseUri),
      storageCredentials: withSecretFields(args.storageCredentials, "accessKey"),
      __provider: providerText("ClusterBackupConfig"),
    };
    super("pulumi-nodejs:dynamic/oceanbase:ClusterBackupConfig", name, props, opts);
  }
}

const OUTPUTS: NoOutputs<ClusterBackupConfig> = {
  connection: undefined,
  backupBaseUri: undefined,
  storageCredentials: undefined,
  logArchiveConcurrency: undefined,
  binding: undefined,
  haLowThreadScore: undefined,
  pieceSwitchInterval: undefined,
  archiveLagTarget: undefined,
  deletePolicy: undefined,
  accept: undefined,
  reapply: undefined,
  timeouts: undefined,
  storageFingerprint: undefined,
  cluster: undefined,
  tenants: undefined,
  applied: undefined,
  covered: undefined,
  unconfirmed: undefined,
  unverified: undefined,
  lastTask: undefined,
};
