import { stateToRestore } from "./archiveState";
import type { ArchivingTarget } from "./archiving";
import type { Configure } from "./backupConfig.queue";
import type { BackupConfigInputs } from "./backupConfig.schema";
import type { ObservedTenant } from "./observe";
import { closedTenants } from "./taskLog";
import type { Task } from "./wire";

/** Tenants that were archiving before the call, and those that the task says it closed: the recycle bin is not in our list. */
export function stoppedBy(
  call: Configure,
  { archiving }: BackupConfigInputs,
  addressed: readonly ObservedTenant[],
  task: Task,
): ArchivingTarget[] {
  const wanted = new Map<number, ArchivingTarget>();
  for (const { id, name, archiving: before } of addressed) {
    const state = stateToRestore(before);
    if (state) wanted.set(id, { id, name, wanted: archiving ?? state });
  }
  for (const { id, name } of closedTenants(task)) {
    if (wanted.has(id) || (call.tenant !== undefined && call.tenant !== name)) continue;
    const isOurs = addressed.some((tenant) => tenant.id === id);
    wanted.set(id, { id, name, wanted: (isOurs ? archiving : undefined) ?? "running" });
  }
  // What the program wants stopped stays as the task has left it.
  return [...wanted.values()].filter((target) => target.wanted !== "stopped");
}
