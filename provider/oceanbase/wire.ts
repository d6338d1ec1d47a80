import { z } from "zod";
import { formatPath, type Path } from "../core/bag";
import { ProviderError } from "../core/errors";

/** obshell writes an empty list as `[]` or as `null`; both are empty. */
export const contents = <S extends z.ZodType>(item: S) =>
  z.looseObject({ contents: z.array(item).nullish() }).transform((value) => value.contents ?? []);

const obInfo = z.looseObject({
  agent_info: z.array(z.looseObject({ version: z.string().optional() })).nullish(),
  obcluster_info: z.looseObject({ id: z.number(), name: z.string(), version: z.string().optional() }),
});

const tenant = z.looseObject({
  tenant_id: z.number(),
  tenant_name: z.string(),
  status: z.string().optional(),
  created_time: z.string().optional(),
});

const storage = z
  .looseObject({ archive_base_uri: z.string().nullish(), data_base_uri: z.string().nullish() })
  .nullish();

const archiveRound = z.looseObject({ status: z.string(), start_time: z.string().nullish() });

/** The misspelling is obshell's. */
const backupInfo = z.looseObject({ lastest_archive_log_checkpoint: z.string().nullish() });

const parameter = z.looseObject({
  name: z.string(),
  tenant_value: z.array(z.looseObject({ tenant_id: z.number(), value: z.string() })).nullish(),
});

/** One row of a tenant's own parameter route. */
const tenantParameter = z.looseObject({ value: z.string() });

const subTask = z.looseObject({ state: z.string(), task_logs: z.array(z.string()).nullish() });

const node = z.looseObject({
  name: z.string(),
  state: z.string(),
  start_time: z.string().optional(),
  sub_tasks: z.array(subTask).nullish(),
});

const dag = z.looseObject({
  id: z.string(),
  dag_id: z.number(),
  name: z.string(),
  state: z.string(),
  operator: z.string(),
  stage: z.number().optional(),
  max_stage: z.number().optional(),
  start_time: z.string().optional(),
  end_time: z.string().optional(),
  nodes: z.array(node).nullish(),
});

const backupOverview = z.looseObject({
  statuses: z
    .array(z.looseObject({ tenant_id: z.number(), status: z.string(), end_timestamp: z.string().optional() }))
    .nullish(),
});

const backupJob = z.looseObject({
  status: z.string(),
  backup_set_id: z.number().nullish(),
  comment: z.string().nullish(),
});

export interface ClusterInfo {
  /** 0 while the agent has no database connection. */
  readonly id: number;
  readonly name: string;
  /** Version of the agents that the cluster knows, without release suffix. */
  readonly agentVersion?: string;
}

export interface TenantInfo {
  readonly id: number;
  readonly name: string;
  readonly createdTime?: string;
}

export interface TenantStorage {
  /** As obshell reports it, without keys; absent when not set. */
  readonly archiveUri?: string;
  readonly dataUri?: string;
}

/** A parameter's value by tenant id: several values while a change spreads over the servers. */
export type ParameterValues = ReadonlyMap<number, readonly string[]>;

/** obshell's asynchronous unit of work; "DAG" on the wire. */
export interface Task {
  readonly id: string;
  /** Grows by one with each task of the cluster. */
  readonly number: number;
  readonly name: string;
  readonly state: string;
  readonly operator: string;
  readonly stage?: number;
  readonly maxStage?: number;
  /** Only meaningful once the task has ended. */
  readonly endTime?: string;
  readonly nodes: readonly TaskNode[];
}

/** A backup of one tenant. It goes on in the database, whatever becomes of the task that has started it. */
export interface BackupJob {
  /** The database's word. */
  readonly status: string;
  readonly hasEnded: boolean;
  readonly setId?: number;
  /** What the database says about a failure. */
  readonly comment?: string;
}

/** A round of log archiving that obshell lists. */
export interface ArchiveRound {
  readonly status: string;
  /** Server time at which the round began. */
  readonly startTime?: string;
}

export interface TaskNode {
  readonly name: string;
  readonly state: string;
  /** Only meaningful once the node has begun. */
  readonly startTime?: string;
  /** Log lines of all its sub-tasks, in order. */
  readonly logs: readonly string[];
  /** Last log line of each failed sub-task. */
  readonly failures: readonly string[];
}

export function clusterInfoFromWire(data: unknown): ClusterInfo {
  const info = parse("GET /api/v1/ob/info", obInfo, data);
  return {
    id: info.obcluster_info.id,
    name: info.obcluster_info.name,
    agentVersion: info.agent_info?.[0]?.version?.replace(/-.*$/, ""),
  };
}

export function tenantsFromWire(data: unknown): TenantInfo[] {
  return parse("GET /api/v1/tenants/overview", contents(tenant), data).map((item) => ({
    id: item.tenant_id,
    name: item.tenant_name,
    createdTime: item.created_time,
  }));
}

export function storageFromWire(data: unknown): TenantStorage {
  const found = parse("GET backup/config/storage", storage, data);
  return { archiveUri: found?.archive_base_uri || undefined, dataUri: found?.data_base_uri || undefined };
}

/** The tenant's listed round, if any: stopped, interrupted, suspending and never-begun rounds are not listed. */
export function archiveRoundFromWire(data: unknown): ArchiveRound | undefined {
  const [round] = parse("GET backup/log/tasks", contents(archiveRound), data);
  return round && { status: round.status, startTime: round.start_time ?? undefined };
}

export function tenantParameterFromWire(data: unknown): string {
  return parse("GET parameter", tenantParameter, data).value;
}

export function archiveCheckpointFromWire(data: unknown): string | undefined {
  return parse("GET backup/info", backupInfo, data).lastest_archive_log_checkpoint ?? undefined;
}

export function parametersFromWire(data: unknown, names: readonly string[]): ReadonlyMap<string, ParameterValues> {
  const rows = parse("GET /api/v1/obcluster/parameters", contents(parameter), data);
  const result = new Map<string, ParameterValues>();
  for (const row of rows) {
    if (!names.includes(row.name)) continue;
    const values = new Map<number, string[]>();
    for (const { tenant_id, value } of row.tenant_value ?? []) {
      const seen = values.get(tenant_id) ?? [];
      if (!seen.includes(value)) values.set(tenant_id, [...seen, value]);
    }
    result.set(row.name, values);
  }
  return result;
}

export function taskFromWire(data: unknown): Task {
  return toTask(parse("GET /api/v1/task/dag", dag, data));
}

export function tasksFromWire(data: unknown): Task[] {
  return parse("GET /api/v1/task/dags/ob", contents(dag), data).map(toTask);
}

/** The first of a list of jobs that is sorted by start, newest first. */
export function lastBackupFromWire(data: unknown): BackupJob | undefined {
  const [job] = parse("GET backup/tasks", contents(backupJob), data);
  return (
    job && {
      status: job.status,
      hasEnded: hasBackupEnded(job.status),
      setId: job.backup_set_id ?? undefined,
      comment: job.comment || undefined,
    }
  );
}

function hasBackupEnded(status: string): boolean {
  return /^(COMPLETED|FAILED|CANCELED)/i.test(status);
}

/** Ids of tenants with a backup job that has not ended. Ended ones carry an end time after year one. */
export function runningBackupsFromWire(data: unknown): number[] {
  const overview = parse("GET /api/v1/obcluster/backup/overview", backupOverview, data);
  return (overview.statuses ?? [])
    .filter(({ status, end_timestamp }) => !hasBackupEnded(status) && (end_timestamp ?? "0001").startsWith("0001"))
    .map(({ tenant_id }) => tenant_id);
}

function toTask(wire: z.infer<typeof dag>): Task {
  return {
    id: wire.id,
    number: wire.dag_id,
    name: wire.name,
    state: wire.state,
    operator: wire.operator,
    stage: wire.stage,
    maxStage: wire.max_stage,
    endTime: wire.end_time,
    nodes: (wire.nodes ?? []).map((item) => ({
      name: item.name,
      state: item.state,
      startTime: item.start_time,
      logs: (item.sub_tasks ?? []).flatMap((sub) => sub.task_logs ?? []),
      failures: (item.sub_tasks ?? [])
        .filter((sub) => sub.state === "FAILED")
        .flatMap((sub) => sub.task_logs?.slice(-1) ?? []),
    })),
  };
}

export function parse<S extends z.ZodType>(call: string, schema: S, data: unknown): z.infer<S> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ProviderError({
    kind: "UnexpectedResponse",
    problem: `the answer of ${call} is not as documented: data.${formatPath((issue?.path ?? []) as Path)}: ${issue?.message ?? "unexpected shape"}`,
    advice: "Check that the endpoint is an obshell agent of a supported version (4.3.2 to 4.5).",
    // It was taken, whatever its answer says: a write must be looked up.
    outcomeUnknown: true,
  });
}
