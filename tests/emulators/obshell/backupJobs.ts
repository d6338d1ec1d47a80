import { type BackupJob, runningBackup, type Tenant } from "./tenant";
import type { World } from "./world";

/** `ALTER SYSTEM BACKUP`: the job runs in the database, whatever happens to the task that asked for it. */
export function startBackup(
  world: World,
  tenant: Tenant,
  kind: { readonly type: "FULL" | "INC"; readonly plusArchivelog: boolean; readonly durationMs?: number },
): BackupJob {
  world.counters.backupJob += 1;
  const job: BackupJob = {
    id: world.counters.backupJob,
    type: kind.type,
    plusArchivelog: kind.plusArchivelog,
    startedAt: world.now,
    endedAt: null,
    status: "DOING",
    path: tenant.dataDestination,
  };
  tenant.backups.push(job);
  world.after(kind.durationMs ?? world.timing.backupDurationMs, () => {
    if (job.status === "DOING") end(world, job, "COMPLETED");
  });
  return job;
}

/** `ALTER SYSTEM CANCEL BACKUP`: the job goes on for a while. */
export function cancelBackup(world: World, tenant: Tenant): void {
  const job = runningBackup(tenant);
  if (job?.status !== "DOING") return;
  job.status = "CANCELING";
  world.after(world.timing.archiveTransitionMs, () => end(world, job, "CANCELED"));
}

function end(world: World, job: BackupJob, status: "COMPLETED" | "CANCELED"): void {
  job.status = status;
  job.endedAt = world.now;
}
