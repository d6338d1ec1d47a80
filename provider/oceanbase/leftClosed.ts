import { mapLimit } from "../core/concurrency";
import type { ObshellApi } from "./api";
import type { ObservedTenant } from "./observe";
import { closedAt, closedTenants, type TenantReference } from "./taskLog";
import type { Task } from "./wire";

/** The task that has closed a tenant's log archiving, which nobody has opened since. Times are the server's, RFC 3339. */
export interface ClosingTask {
  /** As messages name it. */
  readonly task: string;
  /** From then on it kept archiving off. */
  readonly closedAt?: string;
  /** Whoever archived beyond that was opened again, so another stop is deliberate. */
  readonly endedAt?: string;
  /** The tenant was suspended until then, and is to be suspended again: to get there it must be opened first. */
  readonly wasSuspended?: true;
}

const LOOKS_AT_ONCE = 8;

export function closingTask(task: Task): ClosingTask {
  const at = closedAt(task);
  return {
    task: `task ${task.id} (${task.name})`,
    closedAt: at === undefined ? undefined : new Date(at).toISOString(),
    endedAt: task.endTime,
  };
}

/**
 * Tenants whose archiving a configuration task has closed, of somebody else or of a run that was killed, and that nobody has
 * opened since. A task is looked at once, so what an earlier look has recorded of one counts as well, for as long as it holds.
 * One that was suspended when it was closed counts until it is suspended again, also when it is open: a run that was killed between
 * opening and suspending leaves it so. Unless the program says what archiving must be doing: then it is told anyway.
 */
export async function findLeftClosed(
  api: ObshellApi,
  tasks: readonly Task[],
  tenants: readonly ObservedTenant[],
  recorded: readonly Pick<ObservedTenant, "id" | "archiving" | "closedBy">[],
  isDeclared = false,
): Promise<ReadonlyMap<number, ClosingTask>> {
  const closing = new Map<number, ClosingTask>();
  for (const { id, closedBy } of recorded) if (closedBy) closing.set(id, closedBy);
  for (const task of tasks) for (const { id } of closedTenants(task)) closing.set(id, closingTask(task));
  for (const { id, archiving, closedBy } of recorded) {
    const task = closing.get(id);
    if (task && (archiving === "suspended" || closedBy?.wasSuspended)) closing.set(id, { ...task, wasSuspended: true });
  }
  const candidates = tenants.filter(({ id, archiving }) => {
    const task = closing.get(id);
    if (!task || archiving === "suspended") return false;
    return archiving !== "running" || (!isDeclared && task.wasSuspended === true);
  });
  const found = await mapLimit(candidates, LOOKS_AT_ONCE, async (tenant) => {
    const task = closing.get(tenant.id) as ClosingTask;
    return (await isStillClosed(api, tenant, task)) ? ([tenant.id, task] as const) : undefined;
  });
  return new Map(found.filter((left) => left !== undefined));
}

async function isStillClosed(
  api: ObshellApi,
  { name, archiving, unreadable }: ObservedTenant,
  { endedAt }: ClosingTask,
): Promise<boolean> {
  // Opening what is open does nothing, so where nothing can be seen, it is assumed to be closed.
  if (unreadable !== undefined || archiving === "starting" || archiving === "running") return true;
  const checkpoint = await api.archiveCheckpoint(name);
  return checkpoint !== undefined && Date.parse(checkpoint) <= Date.parse(endedAt ?? "");
}

/** The tenants with this task, or none, as what keeps the archiving of some of them off. */
export function withClosedBy(
  tenants: readonly ObservedTenant[],
  those: readonly TenantReference[],
  closedBy: ClosingTask | undefined,
): ObservedTenant[] {
  const ids = new Set(those.map(({ id }) => id));
  return tenants.map((tenant) => {
    if (!ids.has(tenant.id)) return tenant;
    const wasSuspended = tenant.closedBy?.wasSuspended;
    return { ...tenant, closedBy: closedBy && wasSuspended ? { ...closedBy, wasSuspended } : closedBy };
  });
}
