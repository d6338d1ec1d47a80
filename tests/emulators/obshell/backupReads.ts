import { checkpoint } from "./archive";
import { bindFailure } from "./binding";
import {
  type Call,
  NULL_LIST,
  queryUserTenants,
  requireClusterAgent,
  requireDatabase,
  requireTenant,
  withData,
} from "./call";
import { ObshellError } from "./errors";
import { GO_ZERO_TIME, goTime, type JsonValue } from "./goText";
import type { Route } from "./routes";
import { StorageUri } from "./storageUri";
import { type ArchiveRound, type BackupJob, currentRound, runningBackup, type Tenant } from "./tenant";
import type { World } from "./world";

const TENANT = "/api/v1/tenant/{name}/backup";
const verified = { access: "verified" } as const;

/** The routes that read backups. */
export const backupReadRoutes: readonly Route[] = [
  { method: "GET", pattern: `${TENANT}/config/storage`, ...verified, handle: storage },
  { method: "GET", pattern: "/api/v1/obcluster/backup/overview", ...verified, handle: clusterOverview },
  { method: "GET", pattern: `${TENANT}/overview`, ...verified, handle: tenantOverview },
  { method: "GET", pattern: `${TENANT}/tasks`, ...verified, handle: jobs },
  { method: "GET", pattern: `${TENANT}/info`, ...verified, handle: info },
  { method: "GET", pattern: `${TENANT}/log/tasks`, ...verified, handle: logTasks },
];

function storage(call: Call): JsonValue {
  const tenant = requireTenant(call);
  return withData(null, () => {
    const archive = rendered(tenant.archiveDestination.uri);
    const data = rendered(tenant.dataDestination);
    // Meant to keep secrets in, and hit by a mere path of that name.
    if (/access_id|access_key/.test(`${archive}\n${data}`)) return null;
    return { tenant_id: tenant.id, archive_base_uri: archive, data_base_uri: data };
  });
}

function rendered(uri: string): string {
  return uri === "" ? "" : StorageUri.parse(uri).withoutSecrets();
}

function clusterOverview(call: Call): JsonValue {
  requireClusterAgent(call);
  return withData(null, () => {
    const statuses: JsonValue[] = [];
    for (const tenant of queryUserTenants(call)) {
      call.database.query("QUERY_BACKUP_TASKS");
      const job = shownJob(tenant);
      if (job) statuses.push(taskJson(call.world, tenant, job));
    }
    if (statuses.length === 0) throw ObshellError.of("noBackupTask");
    return { statuses };
  });
}

function tenantOverview(call: Call): JsonValue {
  const tenant = requireTenant(call);
  return withData(null, () => {
    call.database.query("QUERY_BACKUP_TASKS");
    const job = shownJob(tenant);
    if (!job) throw ObshellError.of("noBackupTaskOfTenant");
    return { status: taskJson(call.world, tenant, job) };
  });
}

/** The running job, else the last one. */
function shownJob(tenant: Tenant): BackupJob | undefined {
  return runningBackup(tenant) ?? tenant.backups.at(-1);
}

/** A row of CDB_OB_BACKUP_TASKS. SCNs are nanoseconds and exceed 2^53; amounts are invented. */
function taskJson(world: World, tenant: Tenant, job: BackupJob): JsonValue {
  const isDone = job.endedAt !== null;
  const startScn = BigInt(job.startedAt) * 1_000_000n;
  const amount = (value: number): number => (isDone ? value : 0);
  return {
    tenant_id: tenant.id,
    task_id: job.id,
    job_id: job.id,
    incarnation: 1,
    backup_set_id: job.id,
    start_timestamp: goTime(job.startedAt, world.zoneMinutes),
    end_timestamp: job.endedAt === null ? GO_ZERO_TIME : goTime(job.endedAt, world.zoneMinutes),
    status: isDone ? job.status : "BACKUP_USER_DATA",
    start_scn: startScn,
    end_scn: isDone ? startScn + 5_000_000_000n : 0,
    user_ls_start_scn: isDone ? startScn + 1_000_000_000n : 0,
    encryption_mode: "NONE",
    input_bytes: amount(104_857_600),
    output_bytes: amount(52_428_800),
    output_rate_bytes: amount(1_747_626.67),
    extra_meta_bytes: 0,
    tablet_count: amount(64),
    finish_tablet_count: amount(64),
    macro_block_count: amount(128),
    finish_macro_block_count: amount(128),
    file_count: 0,
    meta_turn_id: 1,
    data_turn_id: 1,
    result: 0,
    comment: "",
    path: job.path,
  };
}

const ALL = 2_147_483_647;

function jobs(call: Call): JsonValue {
  const tenant = requireTenant(call);
  const query = bindJobsQuery(call.query);
  return withData(null, () => {
    requireDatabase(call);
    const key = query.sortBy === "end_timestamp" ? "endedAt" : "startedAt";
    const found = tenant.backups
      .filter((job) => query.from === undefined || job.startedAt >= query.from)
      .filter((job) => query.to === undefined || job.startedAt <= query.to)
      .filter((job) => query.statuses === undefined || query.statuses.includes(job.status))
      // Jobs without an end come last, whatever the order.
      .sort((a, b) => {
        const [left, right] = [a[key], b[key]];
        if (left === null || right === null) return (left === null ? 1 : 0) - (right === null ? 1 : 0);
        return query.isAscending ? left - right : right - left;
      });
    const first = (query.page - 1) * query.size;
    return {
      contents: found.slice(first, first + query.size).map((job) => jobJson(call.world, tenant, job)),
      page: {
        total_elements: found.length,
        total_pages: Math.ceil(found.length / query.size),
        size: query.size,
        number: query.page,
      },
    };
  });
}

function jobJson(world: World, tenant: Tenant, job: BackupJob): JsonValue {
  return {
    tenant_id: tenant.id,
    job_id: job.id,
    backup_set_id: job.id,
    plus_archivelog: job.plusArchivelog ? "ON" : "OFF",
    backup_type: job.type,
    start_timestamp: goTime(job.startedAt, world.zoneMinutes),
    end_timestamp: job.endedAt === null ? undefined : goTime(job.endedAt, world.zoneMinutes),
    status: job.status,
    result: 0,
    comment: "",
    description: "",
    path: job.path,
  };
}

interface JobsQuery {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly page: number;
  readonly size: number;
  readonly statuses: readonly string[] | undefined;
  readonly sortBy: string;
  readonly isAscending: boolean;
}

/** Zero and nonsense fall back to the defaults, except for what cannot be parsed at all. */
function bindJobsQuery(query: URLSearchParams): JobsQuery {
  const [sortBy = "", order = ""] = (query.get("sort") || "start_timestamp,desc").split(",");
  return {
    from: bindTime(query.get("start_time")),
    to: bindTime(query.get("end_time")),
    page: bindUint(query.get("page")) || 1,
    size: bindUint(query.get("size")) || ALL,
    statuses: query.get("status")?.toUpperCase().split(","),
    sortBy,
    isAscending: order === "asc",
  };
}

function bindTime(text: string | null): number | undefined {
  if (!text) return undefined;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)) {
    const layout = "2006-01-02T15:04:05Z07:00";
    throw bindFailure(`parsing time ${quote(text)} as ${quote(layout)}: cannot parse ${quote(text)} as "2006"`);
  }
  return Date.parse(text);
}

function bindUint(text: string | null): number {
  if (!text) return 0;
  if (!/^\d+$/.test(text)) throw bindFailure(`strconv.ParseUint: parsing ${quote(text)}: invalid syntax`);
  return Number(text);
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function info(call: Call): JsonValue {
  const tenant = requireTenant(call);
  return withData(null, () => {
    requireDatabase(call);
    const { world } = call;
    const job = shownJob(tenant);
    const round = currentRound(tenant);
    return {
      tenant_id: tenant.id,
      // The misspelling is obshell's. The newest round counts, even a stopped one.
      lastest_archive_log_checkpoint: round && goTime(checkpoint(round, world.now), world.zoneMinutes),
      lastest_data_backup_time: job && goTime(job.startedAt, world.zoneMinutes),
      archive_log_delay: (round && delay(round, world.now)) || undefined,
    };
  });
}

/** Rounds that are stopped, interrupted or being suspended are not listed. */
const LISTED: ReadonlySet<string> = new Set(["BEGINNING", "DOING", "STOPPING", "PREPARE", "SUSPEND"]);

function logTasks(call: Call): JsonValue {
  const tenant = requireTenant(call);
  return withData(NULL_LIST, () => {
    requireDatabase(call);
    call.database.query("QUERY_ARCHIVELOG_SUMMARY");
    const { world } = call;
    return {
      contents: tenant.rounds
        .filter((round) => LISTED.has(round.status))
        .map((round) => ({
          tenant_id: tenant.id,
          tenant_name: "",
          round_id: round.id,
          status: round.status,
          path: round.path,
          delay: delay(round, world.now),
          checkpoint: goTime(checkpoint(round, world.now), world.zoneMinutes),
          start_time: goTime(round.startedAt, world.zoneMinutes),
        })),
    };
  });
}

function delay(round: ArchiveRound, now: number): number {
  return (now - checkpoint(round, now)) / 1_000;
}
