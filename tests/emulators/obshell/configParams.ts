import { type Bound, bindBody, type Field, type GoObject } from "./binding";
import { ObshellError } from "./errors";
import { type StorageType, typeOf } from "./storageUri";
import type { Binding } from "./tenant";
import { ONE_DAY, ONE_MINUTE, parseDuration, SEVEN_DAYS, TWO_HOURS } from "./timeDuration";

/** A base URI and what obshell appends to it in a cluster-level task. */
export interface Destination {
  readonly baseUri: string;
  readonly type: StorageType;
  readonly directory: "clog" | "data";
}

/** A configuration request that passed obshell's checks: undefined means "leave alone". */
export interface BackupConfig {
  readonly archive: Destination | undefined;
  readonly data: Destination | undefined;
  readonly logArchiveConcurrency: number | undefined;
  readonly haLowThreadScore: number | undefined;
  readonly binding: Binding | undefined;
  readonly pieceSwitchInterval: string | undefined;
  readonly archiveLagTarget: string | undefined;
  readonly deletePolicy: { readonly policy: string; readonly recoveryWindow: string } | undefined;
}

function fields(struct: string, uris: readonly string[]): readonly Field[] {
  const base = `${struct}.BaseBackupConfigParam`;
  return [
    ...uris.map((json): Field => ({ json, go: `${struct}.${json}`, type: "string" })),
    { json: "binding", go: `${struct}.LogArchiveDestConf.binding`, type: "string" },
    { json: "piece_switch_interval", go: `${struct}.LogArchiveDestConf.piece_switch_interval`, type: "string" },
    // A field without a tag: accepted, without effect.
    { json: "Location", go: `${struct}.LogArchiveDestConf.Location`, type: "string" },
    { json: "log_archive_concurrency", go: `${base}.log_archive_concurrency`, type: "int" },
    { json: "archive_lag_target", go: `${base}.archive_lag_target`, type: "string" },
    { json: "ha_low_thread_score", go: `${base}.ha_low_thread_score`, type: "int" },
    {
      json: "delete_policy",
      go: `${base}.delete_policy`,
      type: {
        struct: "param.BackupDeletePolicy",
        fields: ["policy", "recovery_window"].map(
          (json): Field => ({
            json,
            go: `BackupDeletePolicy.BaseBackupConfigParam.delete_policy.${json}`,
            type: "string",
          }),
        ),
      },
    },
  ];
}

const CLUSTER_FIELDS = fields("ClusterBackupConfigParam", ["backup_base_uri"]);
const TENANT_FIELDS = fields("TenantBackupConfigParam", ["data_base_uri", "archive_base_uri"]);

export function bindClusterConfig(body: GoObject): Bound {
  return bindBody(body, CLUSTER_FIELDS);
}

export function bindTenantConfig(body: GoObject): Bound {
  return bindBody(body, TENANT_FIELDS);
}

/** What has to be present; asked before anything is looked at in the database or in the values. */
export function requireClusterUri(body: Bound, method: "POST" | "PATCH"): void {
  if (body.string("backup_base_uri")) return;
  if (method === "POST") throw ObshellError.of("baseUriEmpty");
  const tied = tiedToUri(body);
  if (tied) throw ObshellError.of("baseUriEmpty").detail(`If ${tied} is set, backup_base_uri must be set`);
}

export function requireTenantUris(body: Bound, method: "POST" | "PATCH"): void {
  if (method === "POST") {
    if (!body.string("data_base_uri")) throw ObshellError.of("dataBaseUriEmpty");
    if (!body.string("archive_base_uri")) throw ObshellError.of("archiveBaseUriEmpty");
    return;
  }
  if (body.string("archive_base_uri")) return;
  const tied = tiedToUri(body);
  if (tied) throw ObshellError.of("archiveBaseUriEmpty").detail(`If ${tied} is set, archive_base_uri must be set`);
}

function tiedToUri(body: Bound): string | undefined {
  return ["binding", "piece_switch_interval"].find((name) => body.string(name));
}

export function checkClusterConfig(body: Bound): BackupConfig {
  const base = body.string("backup_base_uri");
  // Present but empty: no destination, yet the lag target is checked.
  return check(body, base, base, base !== undefined);
}

export function checkTenantConfig(body: Bound): BackupConfig {
  const archive = body.string("archive_base_uri");
  return check(body, archive, body.string("data_base_uri"), Boolean(archive));
}

function check(
  body: Bound,
  archiveUri: string | undefined,
  dataUri: string | undefined,
  checksLagTarget: boolean,
): BackupConfig {
  const logArchiveConcurrency = percentage(body, "log_archive_concurrency", "logArchiveConcurrency");
  const haLowThreadScore = percentage(body, "ha_low_thread_score", "haLowThreadScore");
  const binding = checkBinding(body.string("binding"));
  const pieceSwitchInterval = checkPieceSwitchInterval(body.string("piece_switch_interval"));
  const deletePolicy = checkDeletePolicy(body.struct("delete_policy"));
  const archive = destination(archiveUri, "clog");
  const data = destination(dataUri, "data");
  const archiveLagTarget = body.string("archive_lag_target")?.toLowerCase();
  if (checksLagTarget) checkLagTarget(archiveLagTarget, archive?.type);
  return {
    archive,
    data,
    logArchiveConcurrency,
    haLowThreadScore,
    binding,
    pieceSwitchInterval,
    archiveLagTarget,
    deletePolicy,
  };
}

function percentage(
  body: Bound,
  name: string,
  error: "logArchiveConcurrency" | "haLowThreadScore",
): number | undefined {
  const value = body.int(name);
  if (value !== undefined && (value < 0 || value > 100)) throw ObshellError.of(error, 0, 100);
  return value;
}

function checkBinding(text: string | undefined): Binding | undefined {
  if (text === undefined) return undefined;
  const binding = text === "" ? "OPTIONAL" : text.toUpperCase();
  if (binding === "OPTIONAL" || binding === "MANDATORY") return binding;
  throw ObshellError.of("binding", binding, "OPTIONAL", "MANDATORY");
}

function checkPieceSwitchInterval(text: string | undefined): string | undefined {
  if (!text) return text;
  const duration = parseDuration(text);
  if (duration < ONE_DAY || duration > SEVEN_DAYS) throw ObshellError.of("pieceSwitchInterval", "24h0m0s", "168h0m0s");
  return text;
}

function checkDeletePolicy(body: Bound | undefined): BackupConfig["deletePolicy"] {
  if (!body) return undefined;
  const policy = body.string("policy")?.toLowerCase() || "default";
  if (policy !== "default") throw ObshellError.of("deletePolicy", policy, "default");
  // The window is not looked at.
  return { policy, recoveryWindow: body.string("recovery_window") ?? "" };
}

function destination(uri: string | undefined, directory: "clog" | "data"): Destination | undefined {
  if (!uri) return undefined;
  const type = typeOf(uri);
  if (!type) throw ObshellError.of("storageUri", "invalid path type");
  return { baseUri: uri, type, directory };
}

function checkLagTarget(text: string | undefined, type: StorageType | undefined): void {
  if (!text) return;
  const duration = parseDuration(text);
  if (duration > TWO_HOURS) throw ObshellError.of("archiveLagTarget", "2h0m0s");
  if (type === "s3" && duration < ONE_MINUTE) throw ObshellError.of("archiveLagTargetForS3", "1m0s");
}
