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
 */
export async function findLeftClosed(
  api: ObshellApi,
  tasks: readonly Task[],
  tenants: readonly ObservedTenant[],
  recorded: readonly Pick<ObservedTenant, "id" | "closedBy">[],
): Promise<ReadonlyMap<number, ClosingTask>> {
  const closing = new Map<number, ClosingTask>();
  for (const { id, closedBy } of recorded) if (closedBy) closing.set(id, closedBy);
  for (const task of tasks) for (const { id } of closedTenants(task)) closing.set(id, closingTask(task));
  const candidates = tenants.filter(({ id, archiving }) => {
    return closing.has(id) && archiving !== "running" && archiving !== "suspended";
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
  if (unreadable !== undefined || archiving === "starting") return true;
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
  return tenants.map((tenant) => (ids.has(tenant.id) ? { ...tenant, closedBy } : tenant));
}
