import type * as pulumi from "@pulumi/pulumi";
import { lookUp } from "../lookUp";
import type { ConnectionArgs } from "./connection";

/** Which tenants of which cluster {@link getTenants} tells. */
export interface GetTenantsArgs {
  /**
   * How to reach the cluster, see {@link ConnectionArgs}. A function has no explicit provider: what is not set here comes from the
   * environment, then from stack configuration. Absent: all of it does.
   *
   * Its secrets do not make a secret of the result, which holds nothing of them. While it is unknown, so is the result.
   */
  readonly connection?: pulumi.Input<ConnectionArgs>;
  /**
   * Names of the user tenants to tell about. Absent: all. An empty list: none. A name that the cluster does not have fails with
   * `InvalidInput` and names it. If the names are secret, so is the result.
   */
  readonly tenants?: pulumi.Input<pulumi.Input<string>[]>;
}

/** Which tenants of which cluster {@link getBackupStatus} tells about. */
export interface GetBackupStatusArgs extends GetTenantsArgs {}

/** A user tenant, as `GET /api/v1/tenants/overview` lists it. */
export interface TenantSummary {
  readonly id: number;
  readonly name: string;
  /** The database's word, such as `NORMAL`, `CREATING` or `RESTORE`. Absent: the agent did not tell. */
  readonly status?: string;
  /** `MYSQL` or `ORACLE`. Absent: the agent did not tell. */
  readonly mode?: string;
  /** RFC 3339, in the zone of the agent. Absent: the agent did not tell. */
  readonly createdTime?: string;
}

/** What {@link getBackupStatus} has found. */
export interface BackupStatus {
  readonly cluster: ClusterSummary;
  /** User tenants by name: neither `sys`, nor META tenants, nor those in the recycle bin. */
  readonly tenants: readonly TenantBackupStatus[];
}

/** The cluster that answered, from `GET /api/v1/ob/info`. */
export interface ClusterSummary {
  /** Chosen by its operator and often 1, so it identifies the cluster only together with the name. */
  readonly id: number;
  readonly name: string;
  /** Version of the database, such as `4.3.5.2`. Absent: the agent did not tell. */
  readonly obVersion?: string;
}

/** How a user tenant is backed up at this moment. */
export interface TenantBackupStatus {
  readonly id: number;
  readonly name: string;
  /** The database's word, such as `NORMAL` or `RESTORE`. Absent: the agent did not tell. */
  readonly status?: string;
  /**
   * Log archiving, from `GET …/backup/log/tasks`: only `running` proves that it is on. `unknown` is stopped, interrupted, suspending or
   * never begun, which obshell does not tell apart, or not readable (then it is among `unreadable`).
   */
  readonly archiving: "running" | "starting" | "suspended" | "stopping" | "unknown";
  /**
   * Seconds that archiving is behind, from `GET …/backup/log/tasks`; it grows while archiving is suspended. Absent: no round is
   * listed, or it is only starting.
   */
  readonly archiveDelaySeconds?: number;
  /**
   * Up to when the log is archived, RFC 3339. From `GET …/backup/log/tasks`, or, where that lists no round, from `GET …/backup/info`:
   * then it is where a round ended, and proves nothing about now. Absent: nothing was ever archived, or a round is starting.
   */
  readonly archiveCheckpoint?: string;
  /** Where logs go, without keys, from `GET …/backup/config/storage`. Absent: no destination is set, or it is among `unreadable`. */
  readonly archiveUri?: string;
  /** Where data backups go, without keys, from `GET …/backup/config/storage`. Absent: as with `archiveUri`. */
  readonly dataUri?: string;
  /** Both destinations are set. It says nothing about whether anything is backed up. False also when they are `unreadable`. */
  readonly covered: boolean;
  /** The data backup that was started last, running or ended. Absent: none was ever made, or it is among `unreadable`. */
  readonly lastBackup?: LastBackup;
  /**
   * Names of the fields above that this agent cannot tell, and that are absent, `unknown` or false for that reason alone: agents before
   * 4.3.2 lack these routes, and obshell does not show destinations that it cannot parse or in whose text "access_id" or "access_key"
   * occurs. Empty where everything could be read.
   */
  readonly unreadable: readonly string[];
}

/** A data backup, from `GET …/backup/tasks`, or with agents before 4.3.2 from `GET …/backup/overview`. */
export interface LastBackup {
  /**
   * The vendor's word: `COMPLETED`, `FAILED`, `CANCELED`; while it runs `DOING` or `CANCELING` (agents before 4.3.2: the step, such as
   * `BACKUP_USER_DATA`).
   */
  readonly status: string;
  /** `FULL` or `INC`. Absent: the agent is older than 4.3.2. */
  readonly type?: string;
  /** RFC 3339. */
  readonly startedAt: string;
  /** RFC 3339. Absent: it is running. */
  readonly endedAt?: string;
  /** Where it is, without keys. Absent: the agent did not tell. */
  readonly path?: string;
}

/**
 * How the user tenants of a cluster are backed up: archiving, its delay and checkpoint, the last backup, the destinations.
 *
 * It asks the agents from the program itself, in previews as well as in updates, and writes nothing (2 calls, and 3 or 4 for each tenant,
 * at most 8 at a time). It tells what is there when it is called: to look after a change of the same program, call it in the `apply` of
 * an output that the change makes. What it finds changes all the time, so do not pass it to a resource.
 *
 * ```ts
 * const status = oceanbase.getBackupStatus();
 * export const late = status.tenants.apply((tenants) =>
 *   tenants.filter((tenant) => tenant.archiving !== "running" || (tenant.archiveDelaySeconds ?? 0) > 600).map(({ name }) => name));
 * ```
 *
 * Errors end the program as those of a resource end an update: `Unauthenticated`, `Unavailable`, `InvalidInput` and so on.
 */
export function getBackupStatus(args: GetBackupStatusArgs = {}): pulumi.Output<BackupStatus> {
  return lookUp<BackupStatus>("oceanbase.getBackupStatus", args, "connection");
}

/**
 * The user tenants of a cluster, by name: neither `sys`, nor META tenants, nor those in the recycle bin. Asked for as
 * {@link getBackupStatus} does, in one call.
 *
 * ```ts
 * oceanbase.getTenants().apply((tenants) => tenants.filter(({ status }) => status === "NORMAL").map(({ name }) => name));
 * ```
 */
export function getTenants(args: GetTenantsArgs = {}): pulumi.Output<TenantSummary[]> {
  return lookUp<TenantSummary[]>("oceanbase.getTenants", args, "connection");
}
