import type * as pulumi from "@pulumi/pulumi";
import { fillIn, type OutputKinds, propertiesOf } from "../outputs";
import { secretIfItHasKeys } from "../secrets";
import { BackupConfig, type BackupConfigArgs, COMMON_OUTPUTS, withSecrets } from "./backupConfig";

/**
 * Backup configuration of all user tenants of a cluster. The names are those of the request parameters of
 * "Update the cluster-level backup configuration" (`PATCH /api/v1/obcluster/backup/config`) in camelCase.
 *
 * A property that is left out is not managed: it keeps the value it has, and removing it from the program writes nothing.
 */
export interface ClusterBackupConfigArgs extends BackupConfigArgs {
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
   * Names of tenants that other resources own, such as a `TenantBackupConfig` each: this resource leaves them alone. With it only
   * the routes of single tenants are used, and the cluster call, which obshell applies to all tenants, never. An empty list is the same
   * as absence; the order does not matter.
   *
   * Absent: all user tenants are covered. Adding a name writes nothing: its tenant keeps what it has. Removing one lets the next run
   * give that tenant the declared settings. A name that no tenant has is not an error: the tenant may be created later.
   */
  readonly exceptTenants?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * Backup configuration of all user tenants of an OceanBase cluster, applied through obshell (4.2.4 to 4.5).
 *
 * It reads first and sends only what differs, waits for obshell's task, reads back, and reopens the log archiving that the change
 * has stopped; if archiving of a tenant does not come back, the run fails and names it. Declaring what a cluster already has
 * writes nothing.
 *
 * **Delete** leaves everything as it is and says so, unless `onDelete` has told otherwise: a backup configuration exists as long as its
 * cluster does.
 */
export class ClusterBackupConfig extends BackupConfig {
  declare readonly backupBaseUri: pulumi.Output<string | undefined>;
  declare readonly exceptTenants: pulumi.Output<string[] | undefined>;

  constructor(name: string, args: ClusterBackupConfigArgs = {}, opts?: pulumi.CustomResourceOptions) {
    const given = { ...withSecrets(args), backupBaseUri: secretIfItHasKeys(args.backupBaseUri) };
    const props = propertiesOf("ClusterBackupConfig", OUTPUTS, given, opts);
    super("pulumi-nodejs:dynamic/oceanbase:ClusterBackupConfig", name, props, opts);
    fillIn(this, OUTPUTS);
  }
}

const OUTPUTS: OutputKinds<ClusterBackupConfig> = {
  ...COMMON_OUTPUTS,
  backupBaseUri: "declared",
  exceptTenants: "declared",
};
