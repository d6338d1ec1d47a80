import { z } from "zod";
import { type ArchiveState, stateOfStatus } from "./archiveState";
import { contents, parse } from "./wire";

/*
 * Answers that only lookups read. Job ids and SCNs are not taken over: they exceed 2^53, so JSON has already rounded them.
 */

const obInfo = z.looseObject({
  obcluster_info: z.looseObject({ id: z.number(), name: z.string(), version: z.string().nullish() }),
});

const tenant = z.looseObject({
  tenant_id: z.number(),
  tenant_name: z.string(),
  status: z.string().nullish(),
  mode: z.string().nullish(),
  created_time: z.string().nullish(),
});

const round = z.looseObject({
  round_id: z.number().nullish(),
  status: z.string(),
  delay: z.number().nullish(),
  checkpoint: z.string().nullish(),
});

/** The misspelling is obshell's. */
const info = z.looseObject({ lastest_archive_log_checkpoint: z.string().nullish() });

const destinations = z
  .looseObject({ archive_base_uri: z.string().nullish(), data_base_uri: z.string().nullish() })
  .nullish();

const backup = z.looseObject({
  status: z.string(),
  backup_type: z.string().nullish(),
  start_timestamp: z.string(),
  end_timestamp: z.string().nullish(),
  path: z.string().nullish(),
});

const overview = z.looseObject({ status: backup });

export interface ClusterSummary {
  /** 0 while the agent has no database connection. */
  readonly id: number;
  readonly name: string;
  readonly obVersion?: string;
}

export interface TenantSummary {
  readonly id: number;
  readonly name: string;
  readonly status?: string;
  readonly mode?: string;
  readonly createdTime?: string;
}

export interface ListedRound {
  readonly archiving: ArchiveState;
  readonly delaySeconds?: number;
  readonly checkpoint?: string;
}

export interface Destinations {
  readonly archiveUri?: string;
  readonly dataUri?: string;
}

export interface Backup {
  readonly status: string;
  readonly type?: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly path?: string;
}

export function clusterFromWire(data: unknown): ClusterSummary {
  const { id, name, version } = parse("GET /api/v1/ob/info", obInfo, data).obcluster_info;
  return { id, name, obVersion: version || undefined };
}

/** In the order of their names, which obshell does not promise; `sys`, which has no backup of its own, is left out. */
export function userTenantsFromWire(data: unknown): TenantSummary[] {
  return parse("GET /api/v1/tenants/overview", contents(tenant), data)
    .filter(({ tenant_name }) => tenant_name !== "sys")
    .map((item) => ({
      id: item.tenant_id,
      name: item.tenant_name,
      status: item.status || undefined,
      mode: item.mode || undefined,
      createdTime: timeFromWire(item.created_time),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The newest listed round. One that has not begun has archived nothing: its delay counts from a checkpoint that is none. */
export function listedRoundFromWire(data: unknown): ListedRound | undefined {
  const rounds = parse("GET backup/log/tasks", contents(round), data);
  const newest = rounds.reduce<(typeof rounds)[number] | undefined>(
    (best, next) => (best && (best.round_id ?? 0) >= (next.round_id ?? 0) ? best : next),
    undefined,
  );
  if (!newest) return undefined;
  const archiving = stateOfStatus(newest.status) ?? "unknown";
  if (archiving === "starting") return { archiving };
  return {
    archiving,
    delaySeconds: newest.delay ?? undefined,
    checkpoint: timeFromWire(newest.checkpoint),
  };
}

/** Up to when the newest round has archived, also when it is stopped. */
export function checkpointFromWire(data: unknown): string | undefined {
  return timeFromWire(parse("GET backup/info", info, data).lastest_archive_log_checkpoint);
}

/** Undefined when obshell keeps both back, which it does when one of them has the text "access_id" or "access_key" in it. */
export function destinationsFromWire(data: unknown): Destinations | undefined {
  const found = parse("GET backup/config/storage", destinations, data);
  if (!found) return undefined;
  return {
    archiveUri: uriFromWire(found.archive_base_uri),
    dataUri: uriFromWire(found.data_base_uri),
  };
}

/** The first of a list of jobs that is sorted by start, newest first. */
export function newestBackupFromWire(data: unknown): Backup | undefined {
  const [job] = parse("GET backup/tasks", contents(backup), data);
  return job && toBackup(job);
}

export function overviewBackupFromWire(data: unknown): Backup {
  return toBackup(parse("GET backup/overview", overview, data).status);
}

function toBackup(wire: z.infer<typeof backup>): Backup {
  return {
    status: wire.status,
    type: wire.backup_type || undefined,
    startedAt: wire.start_timestamp,
    endedAt: timeFromWire(wire.end_timestamp),
    path: uriFromWire(wire.path),
  };
}

/** Go's zero time stands for none. */
function timeFromWire(text: string | null | undefined): string | undefined {
  return text && !text.startsWith("0001-") ? text : undefined;
}

/** Parameters of a storage URI that are certainly no key. Any other may be one, or what is left of one with an `&` in it. */
const HARMLESS: ReadonlySet<string> = new Set([
  "host",
  "appid",
  "s3_region",
  "delete_mode",
  "checksum_type",
  "addressing_model",
]);

function uriFromWire(uri: string | null | undefined): string | undefined {
  if (!uri) return undefined;
  const question = uri.indexOf("?");
  if (question < 0) return uri;
  const shown = uri
    .slice(question + 1)
    .split("&")
    .filter((pair) => HARMLESS.has(pair.split("=", 1)[0] ?? ""));
  return uri.slice(0, question) + (shown.length > 0 ? `?${shown.join("&")}` : "");
}
