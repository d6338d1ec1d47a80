import { type ArchiveRound, type ArchiveStatus, currentRound, newRound, type Tenant } from "./tenant";
import type { World } from "./world";

/**
 * Life cycle of log archiving in the database. The statements only ask for a state; the database reaches it later, which is
 * why obshell waits and why a client has to.
 */

/** While a stuck transition is looked at again. */
const RETRY_MS = 1_000;

const RUNNING: ReadonlySet<ArchiveStatus> = new Set(["PREPARE", "BEGINNING", "DOING"]);
const SUSPENDED: ReadonlySet<ArchiveStatus> = new Set(["SUSPEND", "SUSPENDING"]);

/** `ALTER SYSTEM ARCHIVELOG`: always a new round, unless one is running (the gap cannot be restored to). */
export function openArchive(world: World, tenant: Tenant): void {
  tenant.logMode = "ARCHIVELOG";
  const round = currentRound(tenant);
  if (round && (RUNNING.has(round.status) || SUSPENDED.has(round.status))) return;
  // A round can only begin when the one before it has ended.
  if (round) set(world, tenant, round, "STOP");
  const next = newRound((round?.id ?? 0) + 1, "BEGINNING", world.now, tenant.archiveDestination.uri);
  tenant.rounds.push(next);
  note(world, tenant, "BEGINNING");
  become(world, tenant, next, "DOING");
}

/** `ALTER SYSTEM NOARCHIVELOG`. */
export function closeArchive(world: World, tenant: Tenant): void {
  setNoArchiveLog(world, tenant);
  const round = currentRound(tenant);
  if (!round || round.status === "STOP" || round.status === "STOPPING") return;
  set(world, tenant, round, "STOPPING");
  become(world, tenant, round, "STOP");
}

/** `LOG_ARCHIVE_DEST_STATE='DEFER'`. */
export function deferDestination(world: World, tenant: Tenant): void {
  tenant.archiveDestination.state = "DEFER";
  const round = currentRound(tenant);
  if (!round || !RUNNING.has(round.status)) return;
  set(world, tenant, round, "SUSPENDING");
  become(world, tenant, round, "SUSPEND");
}

/** `LOG_ARCHIVE_DEST_STATE='ENABLE'`. */
export function enableDestination(world: World, tenant: Tenant): void {
  tenant.archiveDestination.state = "ENABLE";
  const round = currentRound(tenant);
  if (!round || !SUSPENDED.has(round.status)) return;
  set(world, tenant, round, "BEGINNING");
  become(world, tenant, round, "DOING");
}

/** A status written by hand, as somebody with SQL access could bring it about. */
export function forceStatus(world: World, tenant: Tenant, status: ArchiveStatus | null): void {
  if (status === null) {
    if (tenant.rounds.length > 0) note(world, tenant, null);
    tenant.rounds = [];
    tenant.logMode = "NOARCHIVELOG";
    return;
  }
  const round = currentRound(tenant);
  if (round) set(world, tenant, round, status);
  else {
    tenant.rounds.push(newRound(1, status, world.now, tenant.archiveDestination.uri));
    note(world, tenant, status);
  }
  tenant.logMode = status === "STOP" || status === "STOPPING" ? "NOARCHIVELOG" : "ARCHIVELOG";
}

/** Up to where the log of a round is archived. */
export function checkpoint(round: ArchiveRound, now: number): number {
  return round.checkpointAt ?? Math.max(round.startedAt, now - 1_000);
}

function setNoArchiveLog(world: World, tenant: Tenant): void {
  if (!world.faults.isArchiveStuck(tenant.name, "LOG_MODE")) {
    tenant.logMode = "NOARCHIVELOG";
    return;
  }
  world.after(RETRY_MS, () => setNoArchiveLog(world, tenant));
}

function become(world: World, tenant: Tenant, round: ArchiveRound, next: ArchiveStatus): void {
  const from = round.status;
  const arrive = (): void => {
    if (round.status !== from) return;
    if (world.faults.isArchiveStuck(tenant.name, from)) world.after(RETRY_MS, arrive);
    else set(world, tenant, round, next);
  };
  world.after(world.timing.archiveTransitionMs, arrive);
}

function set(world: World, tenant: Tenant, round: ArchiveRound, status: ArchiveStatus): void {
  if (round.status !== status) note(world, tenant, status);
  if (status === "DOING") round.checkpointAt = null;
  else round.checkpointAt ??= checkpoint(round, world.now);
  round.status = status;
}

function note(world: World, tenant: Tenant, status: ArchiveStatus | null): void {
  tenant.archiveHistory.push({ status, at: world.now });
}
