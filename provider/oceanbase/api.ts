import { encodeUri } from "../core/encodeUri";
import type { ObshellClient } from "./client";
import { isMissingRoute, isNothingThere } from "./errors";
import {
  type ArchiveRound,
  archiveCheckpointFromWire,
  archiveRoundFromWire,
  type BackupJob,
  type ClusterInfo,
  clusterInfoFromWire,
  lastBackupFromWire,
  type ParameterValues,
  parametersFromWire,
  runningBackupsFromWire,
  storageFromWire,
  type Task,
  type TenantInfo,
  type TenantStorage,
  taskFromWire,
  tasksFromWire,
  tenantParameterFromWire,
  tenantsFromWire,
} from "./wire";

/** Body of the cluster's configuration call; a field that is left out stays as it is, except beside a URI (see the plan). */
export interface ClusterConfigBody {
  readonly backup_base_uri?: string;
  readonly log_archive_concurrency?: number;
  readonly binding?: string;
  readonly ha_low_thread_score?: number;
  readonly piece_switch_interval?: string;
  readonly archive_lag_target?: string;
  readonly delete_policy?: { readonly policy: string; readonly recovery_window: string };
}

/** The same for one tenant, where archive and data have their own destinations. */
export interface TenantConfigBody extends Omit<ClusterConfigBody, "backup_base_uri"> {
  readonly archive_base_uri?: string;
  readonly data_base_uri?: string;
}

/** Parameters that the synchronous route sets without any task. */
export type TenantParameters = Readonly<
  Partial<Record<"log_archive_concurrency" | "archive_lag_target" | "ha_low_thread_score", string | number>>
>;

export const PARAMETER_NAMES = ["log_archive_concurrency", "archive_lag_target", "ha_low_thread_score"] as const;

/** The calls that this package makes, typed in and out, without any decision. */
export interface ObshellApi {
  readonly endpoints: readonly string[];
  clusterInfo(): Promise<ClusterInfo>;
  /** All tenants with `sys`; neither META tenants nor those in the recycle bin. */
  tenants(): Promise<TenantInfo[]>;
  parameters(): Promise<ReadonlyMap<string, ParameterValues>>;
  storage(tenant: string): Promise<TenantStorage>;
  /** One parameter of one tenant, for agents that cannot list those of all. */
  tenantParameter(tenant: string, name: string): Promise<string>;
  /** Undefined unless a round is listed: stopped, interrupted and suspending ones are not. */
  archiveRound(tenant: string): Promise<ArchiveRound | undefined>;
  /** Up to when the tenant's newest round has archived, also when it is stopped; undefined if there never was one. */
  archiveCheckpoint(tenant: string): Promise<string | undefined>;
  /** Ids of tenants whose backup is running. */
  runningBackups(): Promise<number[]>;
  /** The backup of one tenant that was started last; undefined if there never was one. */
  lastBackup(tenant: string): Promise<BackupJob | undefined>;
  /** Queues the change: the task must be awaited, and it leaves archiving off. */
  configureCluster(method: "POST" | "PATCH", body: ClusterConfigBody): Promise<Task>;
  configureTenant(tenant: string, method: "POST" | "PATCH", body: TenantConfigBody): Promise<Task>;
  setParameters(tenant: string, parameters: TenantParameters): Promise<void>;
  setArchiveStatus(tenant: string, status: "doing" | "suspend" | "stop"): Promise<void>;
  /** Queues a full backup of one tenant, which opens its log archiving first. The only way to open it for the first time. */
  startFullBackup(tenant: string): Promise<Task>;
  task(id: string): Promise<Task>;
  /** Ends a failed task: `rollback` undoes its first step, `pass` executes nothing. Both free the lock it holds. */
  endTask(id: string, operator: "rollback" | "pass"): Promise<void>;
  /** Every task that the cluster ever ran, without details; of agents before 4.3.0 only the unfinished ones. */
  tasks(): Promise<Task[]>;
  /** Those that have not ended well, with details; all that agents before 4.3.0 can list. */
  unfinishedTasks(): Promise<Task[]>;
}

export function createApi(client: ObshellClient): ObshellApi {
  const tenantPath = (tenant: string, rest: string): string => `/api/v1/tenant/${encodeUri(tenant)}/${rest}`;
  const unfinishedTasks = async (): Promise<Task[]> =>
    tasksFromWire(await client.read("/api/v1/task/dag/ob/unfinish?show_details=true"));
  return {
    endpoints: client.endpoints,
    clusterInfo: async () => clusterInfoFromWire(await client.read("/api/v1/ob/info")),
    tenants: async () => tenantsFromWire(await client.read("/api/v1/tenants/overview")),
    parameters: async () => parametersFromWire(await client.read("/api/v1/obcluster/parameters"), PARAMETER_NAMES),
    storage: async (tenant) => storageFromWire(await client.read(tenantPath(tenant, "backup/config/storage"))),
    tenantParameter: async (tenant, name) =>
      tenantParameterFromWire(await client.read(tenantPath(tenant, `parameter/${name}`))),
    archiveRound: async (tenant) => archiveRoundFromWire(await client.read(tenantPath(tenant, "backup/log/tasks"))),
    archiveCheckpoint: async (tenant) =>
      archiveCheckpointFromWire(await client.read(tenantPath(tenant, "backup/info"))),
    runningBackups: async () => {
      try {
        return runningBackupsFromWire(await client.read("/api/v1/obcluster/backup/overview"));
      } catch (error) {
        // No backup has ever been made.
        if (isNothingThere(error)) return [];
        throw error;
      }
    },
    lastBackup: async (tenant) =>
      lastBackupFromWire(await client.read(tenantPath(tenant, "backup/tasks?page=1&size=1&sort=start_timestamp,desc"))),
    configureCluster: async (method, body) =>
      taskFromWire(await client.write(method, "/api/v1/obcluster/backup/config", body)),
    configureTenant: async (tenant, method, body) =>
      taskFromWire(await client.write(method, tenantPath(tenant, "backup/config"), body)),
    setParameters: async (tenant, parameters) => {
      await client.write("PUT", tenantPath(tenant, "parameters"), { parameters });
    },
    setArchiveStatus: async (tenant, status) => {
      await client.write("PATCH", tenantPath(tenant, "backup/log"), { status });
    },
    startFullBackup: async (tenant) =>
      taskFromWire(await client.write("POST", tenantPath(tenant, "backup"), { mode: "full" })),
    task: async (id) => taskFromWire(await client.read(`/api/v1/task/dag/${encodeUri(id)}`)),
    endTask: async (id, operator) => {
      await client.write("POST", `/api/v1/task/dag/${encodeUri(id)}`, { operator });
    },
    tasks: async () => {
      try {
        return tasksFromWire(await client.read("/api/v1/task/dags/ob?show_details=false"));
      } catch (error) {
        // Agents before 4.3.0 do not have this list.
        if (isMissingRoute(error)) return unfinishedTasks();
        throw error;
      }
    },
    unfinishedTasks,
  };
}
