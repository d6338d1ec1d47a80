import { type Scope, statement, stopBackup, tenantsOf, waitForBackup } from "./configTask";
import type { DagTemplate, NodeTemplate } from "./dag";
import { ObshellError } from "./errors";
import { type StepContext, type Steps, waitUntil, within } from "./steps";
import { currentRound, label, type Tenant } from "./tenant";

const LOG_MODE_LOOKS = 600;
const ARCHIVE_OPEN_LOOKS = 3_600;

/** A backup request that passed obshell's checks. */
export interface BackupStart {
  readonly mode: "full" | "incremental";
  readonly encryption: string;
  readonly plusArchive: boolean;
}

/** The four-stage task behind POST backup. It takes no lock. */
export function backupTemplate(scope: Scope, start: BackupStart): DagTemplate {
  const name = start.mode === "full" ? "Obcluster start full backup" : "Obcluster start increment backup";
  const node = (nodeName: string, run: NodeTemplate["run"], more?: Partial<NodeTemplate>): NodeTemplate => ({
    name: nodeName,
    isParallel: false,
    canRollback: true,
    run,
    ...more,
  });
  return {
    name: scope.kind === "tenant" ? `${name} for ${scope.name}` : name,
    nodes: [
      node("Check destination", nothing, { isParallel: true }),
      node("Open archive log", (context) => openArchive(context, scope)),
      node("Start backup", (context) => startBackup(context, scope, start), {
        rollback: (context) => undoBackup(context, scope),
      }),
      node("Wait backup Finish", (context) => waitForBackups(context, scope)),
    ],
  };
}

/** This node really does nothing. */
function* nothing(): Steps {}

/** The only code of obshell that opens archiving for a tenant that never archived. */
function* openArchive(context: StepContext, scope: Scope): Steps {
  const tenants = tenantsOf(context, scope);
  for (const tenant of tenants) {
    if (tenant.logMode !== "NOARCHIVELOG") continue;
    context.log(`Open archive log of ${label(tenant)}`);
    yield* statement(() => context.database.openArchive(tenant));
  }
  for (const tenant of tenants) {
    if (tenant.logMode === "NOARCHIVELOG") yield* waitForMode(context, tenant);
    yield* bringToDoing(context, tenant);
  }
}

function* bringToDoing(context: StepContext, tenant: Tenant): Steps {
  const status = currentRound(tenant)?.status;
  context.log(`Archive log status of ${label(tenant)} is '${status ?? ""}'`);
  switch (status) {
    case "DOING":
      return;
    case "STOP":
    case "STOPPING":
      yield* statement(() => context.database.openArchive(tenant));
      yield* waitForMode(context, tenant);
      break;
    case "SUSPEND":
    case "SUSPENDING":
      yield* statement(() => context.database.enableDestination(tenant));
      break;
    case "INTERRUPTED":
      throw ObshellError.of("unexpected", `tenant ${label(tenant)} archive log interrupted`);
    default:
  }
  yield* waitForDoing(context, tenant);
}

function* waitForMode(context: StepContext, tenant: Tenant): Steps {
  context.log(`Wait ${label(tenant)} archive log opened`);
  yield* waitUntil(
    context,
    LOG_MODE_LOOKS,
    () => tenant.logMode !== "NOARCHIVELOG",
    () => ObshellError.of("asyncTimeout", "wait archive log opened"),
  );
}

function* waitForDoing(context: StepContext, tenant: Tenant): Steps {
  context.log(`Wait for ${label(tenant)} archive log to be 'DOING'`);
  const status = (): string => currentRound(tenant)?.status ?? "";
  yield* waitUntil(
    context,
    ARCHIVE_OPEN_LOOKS,
    () => status() === "DOING",
    () => ObshellError.of("asyncTimeout", `wait tenant: ${label(tenant)}, status: ${status()} archive log doing`),
  );
}

function* startBackup(context: StepContext, scope: Scope, start: BackupStart): Steps {
  for (const tenant of tenantsOf(context, scope)) {
    context.log(`Start ${start.mode} backup of ${label(tenant)}`);
    const type = start.mode === "full" ? "FULL" : "INC";
    yield* within(
      `start ${start.mode} backup`,
      statement(() => context.database.startBackup(tenant, type, start.encryption, start.plusArchive)),
    );
  }
}

function* undoBackup(context: StepContext, scope: Scope): Steps {
  for (const tenant of tenantsOf(context, scope)) yield* stopBackup(context, tenant);
}

function* waitForBackups(context: StepContext, scope: Scope): Steps {
  for (const tenant of tenantsOf(context, scope)) yield* waitForBackup(context, tenant);
}
