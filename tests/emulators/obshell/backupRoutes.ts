import { type BackupStart, backupTemplate } from "./backupTask";
import { type Bound, bindBody, type Field } from "./binding";
import {
  type Call,
  object,
  queryUserTenants,
  requireClusterAgent,
  requireDatabase,
  requireTenant,
  withData,
} from "./call";
import {
  bindClusterConfig,
  bindTenantConfig,
  checkClusterConfig,
  checkTenantConfig,
  requireClusterUri,
  requireTenantUris,
} from "./configParams";
import { configTemplate } from "./configTask";
import { createdDagJson } from "./dag";
import { ObshellError } from "./errors";
import type { JsonValue } from "./goText";
import { startDag } from "./locks";
import type { Route } from "./routes";
import { currentRound, runningBackup, type Tenant } from "./tenant";

const CLUSTER = "/api/v1/obcluster/backup";
const TENANT = "/api/v1/tenant/{name}/backup";

const verified = { access: "verified" } as const;

/** The routes that change something. */
export const backupRoutes: readonly Route[] = [
  { method: "POST", pattern: `${CLUSTER}/config`, ...verified, handle: (call) => clusterConfig(call, "POST") },
  { method: "PATCH", pattern: `${CLUSTER}/config`, ...verified, handle: (call) => clusterConfig(call, "PATCH") },
  { method: "POST", pattern: `${TENANT}/config`, ...verified, handle: (call) => tenantConfig(call, "POST") },
  { method: "PATCH", pattern: `${TENANT}/config`, ...verified, handle: (call) => tenantConfig(call, "PATCH") },
  { method: "POST", pattern: CLUSTER, ...verified, handle: clusterBackup },
  { method: "POST", pattern: TENANT, ...verified, handle: tenantBackup },
  { method: "PATCH", pattern: CLUSTER, ...verified, handle: clusterBackupStatus },
  { method: "PATCH", pattern: TENANT, ...verified, handle: tenantBackupStatus },
  { method: "PATCH", pattern: `${CLUSTER}/log`, ...verified, handle: clusterArchiveStatus },
  { method: "PATCH", pattern: `${TENANT}/log`, ...verified, handle: tenantArchiveStatus },
];

function clusterConfig(call: Call, method: "POST" | "PATCH"): JsonValue {
  requireClusterAgent(call);
  const body = bindClusterConfig(object(call));
  return withData(null, () => {
    requireClusterUri(body, method);
    if (queryUserTenants(call).length === 0) throw ObshellError.of("noUserTenants");
    const config = checkClusterConfig(body);
    return createdDagJson(call.world, startDag(call.world, configTemplate({ kind: "cluster" }, config)));
  });
}

function tenantConfig(call: Call, method: "POST" | "PATCH"): JsonValue {
  const tenant = requireTenant(call);
  const body = bindTenantConfig(object(call));
  return withData(null, () => {
    requireTenantUris(body, method);
    const config = checkTenantConfig(body);
    return createdDagJson(
      call.world,
      startDag(call.world, configTemplate({ kind: "tenant", name: tenant.name }, config)),
    );
  });
}

const BACKUP_FIELDS: readonly Field[] = [
  { json: "mode", go: "BackupParam.mode", type: "string" },
  { json: "encryption", go: "BackupParam.encryption", type: "string" },
  { json: "plus_archive", go: "BackupParam.plus_archive", type: "bool" },
];

function clusterBackup(call: Call): JsonValue {
  requireClusterAgent(call);
  const body = bindBody(object(call), BACKUP_FIELDS);
  return withData(null, () => {
    const tenants = queryUserTenants(call);
    if (tenants.length === 0) throw ObshellError.of("noUserTenants");
    for (const tenant of tenants) requireDestinations(tenant);
    return createdDagJson(call.world, startDag(call.world, backupTemplate({ kind: "cluster" }, checkBackup(body))));
  });
}

function tenantBackup(call: Call): JsonValue {
  const tenant = requireTenant(call);
  const body = bindBody(object(call), BACKUP_FIELDS);
  return withData(null, () => {
    requireDestinations(tenant);
    const scope = { kind: "tenant", name: tenant.name } as const;
    return createdDagJson(call.world, startDag(call.world, backupTemplate(scope, checkBackup(body))));
  });
}

function requireDestinations(tenant: Tenant): void {
  if (tenant.archiveDestination.uri === "") throw ObshellError.of("archiveDestEmpty", tenant.name, tenant.id);
  if (tenant.dataDestination === "") throw ObshellError.of("dataDestEmpty", tenant.name, tenant.id);
}

function checkBackup(body: Bound): BackupStart {
  const mode = (body.string("mode") || "full").toLowerCase();
  if (mode !== "full" && mode !== "incremental") throw ObshellError.of("backupMode", mode, "full", "incremental");
  return { mode, encryption: body.string("encryption") ?? "", plusArchive: body.bool("plus_archive") ?? false };
}

function clusterBackupStatus(call: Call): undefined {
  requireClusterAgent(call);
  checkBackupStatus(call);
  for (const tenant of queryUserTenants(call)) cancelRunning(call, tenant);
}

function tenantBackupStatus(call: Call): undefined {
  const tenant = requireTenant(call);
  checkBackupStatus(call);
  cancelRunning(call, tenant);
}

/** An empty body cancels too. */
function checkBackupStatus(call: Call): void {
  const status = statusOf(call, "BackupStatusParam.status") || "canceled";
  if (status.toLowerCase() !== "canceled") throw ObshellError.of("backupStatus", status.toLowerCase(), "canceled");
}

function cancelRunning(call: Call, tenant: Tenant): void {
  if (runningBackup(tenant)) call.database.cancelBackup(tenant);
}

function clusterArchiveStatus(call: Call): undefined {
  requireClusterAgent(call);
  const status = checkArchiveStatus(call);
  for (const tenant of queryUserTenants(call)) setArchiveStatus(call, tenant, status);
}

function tenantArchiveStatus(call: Call): undefined {
  const tenant = requireTenant(call);
  const status = checkArchiveStatus(call);
  requireDatabase(call);
  setArchiveStatus(call, tenant, status);
}

/** An empty body means STOP; the refusal never mentions SUSPEND. */
function checkArchiveStatus(call: Call): "STOP" | "DOING" | "SUSPEND" {
  const status = (statusOf(call, "ArchiveLogStatusParam.status") || "STOP").toUpperCase();
  if (status === "STOP" || status === "DOING") return status;
  if (status === "SUSPEND" && call.world.profile.canSuspend) return status;
  throw ObshellError.of("archiveLogStatus", status, "STOP", "DOING");
}

function statusOf(call: Call, go: string): string | undefined {
  return bindBody(object(call), [{ json: "status", go, type: "string" }]).string("status");
}

/** What each status asked for does in each present one. A tenant without a round is left alone whatever is asked, SUSPEND excepted. */
function setArchiveStatus(call: Call, tenant: Tenant, wanted: "STOP" | "DOING" | "SUSPEND"): void {
  if (wanted === "SUSPEND") {
    call.database.deferDestination(tenant);
    return;
  }
  const status = currentRound(tenant)?.status;
  if (status === "INTERRUPTED") {
    throw ObshellError.of("unexpected", `tenant ${tenant.name} archive log is interrupted`);
  }
  const isStopped = status === "STOP" || status === "STOPPING";
  if (wanted === "STOP") {
    if (status !== undefined && !isStopped) call.database.closeArchive(tenant);
  } else if (isStopped) {
    call.database.enableDestination(tenant);
    call.database.openArchive(tenant);
  } else if (status === "SUSPEND" || status === "SUSPENDING") call.database.enableDestination(tenant);
}
