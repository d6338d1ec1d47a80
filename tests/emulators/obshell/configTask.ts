import type { BackupConfig, Destination } from "./configParams";
import type { DagTemplate } from "./dag";
import { ObshellError } from "./errors";
import { inContext, type StepContext, type Steps, waitUntil, within } from "./steps";
import { StorageUri } from "./storageUri";
import { currentRound, label, runningBackup, type Tenant } from "./tenant";
import { probeWrite } from "./writeProbe";

/** Seconds obshell waits for LOG_MODE, for the archive to stop, and for a backup to end. */
const LOG_MODE_LOOKS = 600;
const ARCHIVE_STOP_LOOKS = 3_600;
const BACKUP_END_LOOKS = 3_600;

/** Which tenants a task is about. Asked again in every stage. */
export type Scope = { readonly kind: "cluster" } | { readonly kind: "tenant"; readonly name: string };

/** The two-stage task behind every configuration request. */
export function configTemplate(scope: Scope, config: BackupConfig): DagTemplate {
  const name = "Set obcluster backup config";
  return {
    ...(scope.kind === "tenant" ? { name: `${name} for ${scope.name}`, locksTenant: scope.name } : { name }),
    nodes: [
      {
        name: "Check backup config",
        isParallel: true,
        canRollback: true,
        run: (context) => checkConfig(context, scope, config),
      },
      {
        name: "Set backup config",
        isParallel: false,
        canRollback: false,
        run: (context) => setConfig(context, scope, config),
      },
    ],
  };
}

export function tenantsOf(context: StepContext, scope: Scope): Tenant[] {
  if (scope.kind === "cluster") return context.world.userTenants();
  const tenant = context.world.tenant(scope.name);
  // A tenant renamed or dropped in between: obshell follows a nil pointer.
  if (!tenant) {
    throw ObshellError.raw(
      `task ${context.taskId} panic: runtime error: invalid memory address or nil pointer dereference`,
    );
  }
  return [tenant];
}

function* checkConfig(context: StepContext, scope: Scope, config: BackupConfig): Steps {
  context.database.requireUsable();
  const tenants = tenantsOf(context, scope);
  context.log("Check archive path for all tenants");
  inContext("check archive path", () => checkPath(context, scope, tenants, "archive", config.archive));
  yield 0;
  context.log("Check data path for all tenants");
  inContext("check data path", () => checkPath(context, scope, tenants, "data", config.data));
}

function checkPath(
  context: StepContext,
  scope: Scope,
  tenants: readonly Tenant[],
  use: "archive" | "data",
  destination: Destination | undefined,
): void {
  if (!destination) {
    context.log("Path is empty, skip check");
    return;
  }
  const base = inContext("get archive storage interface", () => StorageUri.parse(destination.baseUri));
  context.log(`Storage type is '${base.type}'`);
  for (const tenant of tenants) {
    const location = locate(context, scope, tenant, base, destination);
    // The misspelling is obshell's.
    context.log(`Check '${tenant.name}' wirte permission`);
    inContext("check write permission", () => probeWrite(context.world, context.agent, tenant.name, use, location));
  }
}

/** Cluster-level destinations get a directory per cluster and tenant, tenant-level ones an empty sub-path. */
function locate(
  context: StepContext,
  scope: Scope,
  tenant: Tenant,
  base: StorageUri,
  destination: Destination,
): StorageUri {
  const { id } = context.world.cluster;
  return base.join(scope.kind === "cluster" ? `${id}/${tenant.id}/${destination.directory}` : "");
}

/** Steps A to F, each over all tenants before the next begins; the first error leaves what was done in place. */
function* setConfig(context: StepContext, scope: Scope, config: BackupConfig): Steps {
  context.database.requireUsable();
  const tenants = tenantsOf(context, scope);
  if (config.logArchiveConcurrency !== undefined) yield* setConcurrency(context, tenants, config.logArchiveConcurrency);
  if (config.archive) yield* within("set log archive", setArchive(context, scope, tenants, config.archive, config));
  if (config.archiveLagTarget !== undefined) yield* setLagTarget(context, tenants, config.archiveLagTarget);
  if (config.data) yield* setData(context, scope, tenants, config.data);
  if (config.haLowThreadScore !== undefined) yield* setThreadScore(context, tenants, config.haLowThreadScore);
  if (config.deletePolicy) yield* within("set delete policy", setDeletePolicy(context, tenants, config.deletePolicy));
}

function* setConcurrency(context: StepContext, tenants: readonly Tenant[], value: number): Steps {
  yield* stopArchiving(context, tenants);
  for (const tenant of tenants) {
    yield* within(
      "set log archive concurrency",
      statement(() => context.database.setConcurrency(tenant, value)),
    );
    context.log(`Set log archive concurrency to '${value}' for ${label(tenant)}`);
  }
}

/** Closes the archive of all tenants, then waits for one after the other. Nothing opens it again. */
function* stopArchiving(context: StepContext, tenants: readonly Tenant[]): Steps {
  for (const tenant of tenants) {
    if (tenant.logMode !== "NOARCHIVELOG") {
      context.log(`Close archive log for ${label(tenant)}`);
      const close = statement(() => context.database.closeArchive(tenant));
      yield* within("check archive log closed", within("close archive log", close));
    }
    context.log(`Archive log has been closed for ${label(tenant)}`);
  }
  yield* within("wait archive log stop", waitForStop(context, tenants));
}

function* waitForStop(context: StepContext, tenants: readonly Tenant[]): Steps {
  for (const tenant of tenants) {
    context.log(`Wait for ${label(tenant)} to close archive log`);
    yield* within(
      "wait archive log closed",
      waitUntil(
        context,
        LOG_MODE_LOOKS,
        () => tenant.logMode === "NOARCHIVELOG",
        () => ObshellError.of("asyncTimeout", "close archive log"),
      ),
    );
    context.log(`Wait for ${label(tenant)} archive log to be 'STOP'`);
    yield* within(
      "wait archive log stopped",
      waitUntil(
        context,
        ARCHIVE_STOP_LOOKS,
        () => (currentRound(tenant)?.status ?? "STOP") === "STOP",
        () => ObshellError.of("asyncTimeout", "stop archive log"),
      ),
    );
    context.log(`Archive log has been closed for ${label(tenant)}`);
  }
}

function* setArchive(
  context: StepContext,
  scope: Scope,
  tenants: readonly Tenant[],
  destination: Destination,
  { binding, pieceSwitchInterval }: BackupConfig,
): Steps {
  yield* stopArchiving(context, tenants);
  if (binding !== undefined) context.log(`Set log archive dest binding to ${binding}`);
  if (pieceSwitchInterval !== undefined) {
    context.log(`Set log archive dest piece switch interval to ${pieceSwitchInterval}`);
  }
  for (const tenant of tenants) {
    context.log(`Set log archive dest for ${label(tenant)}`);
    const location = locateLeniently(context, scope, tenant, destination);
    yield* statement(() => context.database.setArchiveDestination(tenant, location, binding, pieceSwitchInterval));
  }
}

/** obshell discards the parse error here; a stage 1 that was passed by hand lets it come this far. */
function locateLeniently(
  context: StepContext,
  scope: Scope,
  tenant: Tenant,
  destination: Destination,
): StorageUri | undefined {
  let base: StorageUri;
  try {
    base = StorageUri.parse(destination.baseUri);
  } catch {
    return undefined;
  }
  const location = locate(context, scope, tenant, base, destination);
  context.log(`URI is '${location.withoutSecrets()}'`);
  return location;
}

function* setLagTarget(context: StepContext, tenants: readonly Tenant[], value: string): Steps {
  context.log(`Set archive lag target to ${value}`);
  for (const tenant of tenants) {
    yield* within(
      `set archive lag target for ${label(tenant)}`,
      statement(() => context.database.setLagTarget(tenant, value)),
    );
  }
}

function* setData(context: StepContext, scope: Scope, tenants: readonly Tenant[], destination: Destination): Steps {
  for (const tenant of tenants) {
    context.log(`Set data backup dest for ${label(tenant)}`);
    yield* within("check and wait backup stopped", stopBackup(context, tenant));
    const location = locateLeniently(context, scope, tenant, destination);
    yield* within(
      "set data path",
      statement(() => context.database.setDataDestination(tenant, location)),
    );
  }
}

export function* stopBackup(context: StepContext, tenant: Tenant): Steps {
  if (!runningBackup(tenant)) return;
  yield* within(
    "stop backup",
    statement(() => context.database.cancelBackup(tenant)),
  );
  yield* within("wait backup stopped", waitForBackup(context, tenant));
}

export function* waitForBackup(context: StepContext, tenant: Tenant): Steps {
  context.log(`Wait ${label(tenant)} backup finish`);
  yield* waitUntil(
    context,
    BACKUP_END_LOOKS,
    () => !runningBackup(tenant),
    () => ObshellError.of("asyncTimeout", `backup for ${label(tenant)}`),
  );
  context.log(`${label(tenant)} backup finished`);
}

function* setThreadScore(context: StepContext, tenants: readonly Tenant[], value: number): Steps {
  for (const tenant of tenants) {
    context.log(`Set ha low thread score for ${label(tenant)} to ${value}`);
    yield* within(
      `set ha low thread score for ${label(tenant)}`,
      statement(() => context.database.setThreadScore(tenant, value)),
    );
  }
}

/** The old policy goes first: if the new one is refused, the tenant has none. */
function* setDeletePolicy(
  context: StepContext,
  tenants: readonly Tenant[],
  { policy, recoveryWindow }: { readonly policy: string; readonly recoveryWindow: string },
): Steps {
  for (const tenant of tenants) {
    const current = tenant.deletePolicy;
    if (current) {
      context.log(`Drop delete policy {${tenant.id} ${current.name} ${current.recoveryWindow}} for ${label(tenant)}`);
      yield* statement(() => context.database.dropDeletePolicy(tenant, current.name));
    }
    context.log(`Set delete policy to {${policy} ${recoveryWindow}} for ${label(tenant)}`);
    yield* statement(() => context.database.addDeletePolicy(tenant, policy, recoveryWindow));
  }
}

/** One statement, and a moment in which a task that runs at the same time may send its own. */
export function* statement(run: () => void): Steps {
  run();
  yield 0;
}
