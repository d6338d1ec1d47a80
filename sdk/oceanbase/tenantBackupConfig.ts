import type * as pulumi from "@pulumi/pulumi";
import { fillIn, type OutputKinds, propertiesOf } from "../outputs";
import { secretIfItHasKeys } from "../secrets";
import { BackupConfig, type BackupConfigArgs, COMMON_OUTPUTS, withSecrets } from "./backupConfig";

/**
 * Backup configuration of one tenant. The names are those of the request parameters of
 * `PATCH /api/v1/tenant/{name}/backup/config` in camelCase.
 *
 * A property that is left out is not managed: it keeps the value it has, and removing it from the program writes nothing.
 */
export interface TenantBackupConfigArgs extends BackupConfigArgs {
  /**
   * Name of a user tenant, as in `GET /api/v1/tenants/overview`. It must be a plain SQL name (letters, digits, `_` and `$`, not only
   * digits and no reserved word), because obshell writes it unquoted into its statements; anything else is `InvalidInput` in the preview,
   * and so is `"sys"`.
   *
   * Changing it replaces the resource: the new tenant is configured, the old one keeps everything unless `onDelete` says otherwise. A
   * tenant that does not exist fails with `InvalidInput` before anything is sent. One that was dropped and created anew under its name
   * is another tenant: an update refuses it (`WrongTarget`), and a refresh takes the old one out of the state.
   */
  readonly tenantName: pulumi.Input<string>;
  /**
   * Where the logs of the tenant are archived (`archive_base_uri`): `file:///absolute/path`, `oss://bucket/path?host=…`,
   * `cos://bucket/path?host=…&appid=…` or `s3://bucket/path?host=…`. The files lie directly below it, so every tenant needs its own, and
   * the database wants it empty. A `file://` path must be a mount that every server of the cluster shares. Options that obshell would
   * silently drop are refused. Keys belong into `storageCredentials`; a URI with `access_key=` in it is stored as a secret.
   *
   * Must be set together with `binding` and `pieceSwitchInterval`. Absent (with both): the archive destination is not managed.
   *
   * **Changing it costs an archive gap**: obshell stops log archiving of the tenant for it; it is then reopened and verified. A new full
   * backup is needed, because a restore needs logs without a gap after it. Errors: `InvalidInput` in the preview, `NotAccepted` where
   * it would replace a destination that was not set by this resource, `TaskFailed` with the failing step's log line.
   */
  readonly archiveBaseUri?: pulumi.Input<string>;
  /**
   * Where the data backups of the tenant go (`data_base_uri`), in the same forms, directly below it: a place of its own, which neither
   * the archive nor another tenant uses.
   *
   * Absent: not managed. It is independent of the archive: **changing only it costs no archive gap.** A running backup is cancelled, which
   * must be accepted; a new full backup is needed at the new place, and the old place is no longer cleaned. Errors as for
   * `archiveBaseUri`.
   */
  readonly dataBaseUri?: pulumi.Input<string>;
}

/**
 * Backup configuration of one tenant of an OceanBase cluster, applied through obshell (4.2.4 to 4.5), where archive and data can have
 * destinations of their own. It works as {@link ClusterBackupConfig} does, and only through the routes of its tenant.
 *
 * A cluster resource beside it must name the tenant in `exceptTenants`: two resources that own the same setting undo each other's work,
 * and the second one fails in the apply.
 *
 * **Delete** leaves everything as it is and says so, unless `onDelete` has told otherwise.
 */
export class TenantBackupConfig extends BackupConfig {
  declare readonly tenantName: pulumi.Output<string>;
  declare readonly archiveBaseUri: pulumi.Output<string | undefined>;
  declare readonly dataBaseUri: pulumi.Output<string | undefined>;
  /** The database's id of the tenant. Update and refresh refuse another tenant of the same name. */
  declare readonly tenantId: pulumi.Output<number>;

  constructor(name: string, args: TenantBackupConfigArgs, opts?: pulumi.CustomResourceOptions) {
    const given = {
      ...withSecrets(args),
      archiveBaseUri: secretIfItHasKeys(args.archiveBaseUri),
      dataBaseUri: secretIfItHasKeys(args.dataBaseUri),
    };
    const props = propertiesOf("TenantBackupConfig", OUTPUTS, given, opts);
    super("pulumi-nodejs:dynamic/oceanbase:TenantBackupConfig", name, props, opts);
    fillIn(this, OUTPUTS);
  }
}

const OUTPUTS: OutputKinds<TenantBackupConfig> = {
  ...COMMON_OUTPUTS,
  tenantName: "declared",
  archiveBaseUri: "declared",
  dataBaseUri: "declared",
  tenantId: "computed",
};
