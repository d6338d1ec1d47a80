import { createDag, type Dag, type DagTemplate } from "./dag";
import { ObshellError } from "./errors";
import type { World } from "./world";

/** Creates a DAG, taking the tenant's maintenance lock if it wants one. */
export function startDag(world: World, template: DagTemplate): Dag {
  const { locksTenant } = template;
  if (locksTenant !== undefined) {
    const conflict = conflictFor(world, locksTenant);
    if (conflict) throw conflict.under("taskCreate", template.name);
  }
  const refusal = world.faults.refusal("INSERT_DAG", locksTenant ?? "");
  if (refusal !== undefined) throw ObshellError.of("taskCreate", template.name).detail(refusal);
  const dag = createDag(world, template);
  if (locksTenant !== undefined) world.locks.set(locksTenant, { dag: dag.id });
  return dag;
}

function conflictFor(world: World, tenant: string): ObshellError | undefined {
  if (world.globalMaintenance) {
    // It names the newest DAG that ever held a lock, whatever that one did.
    const newest = newestMaintenanceDag(world);
    return newest ? ObshellError.of("underMaintenanceWithDag", newest.name) : ObshellError.of("underMaintenance");
  }
  return world.locks.has(tenant) ? ObshellError.of("tenantUnderMaintenance", tenant) : undefined;
}

/** The newest cluster DAG that held a maintenance lock, finished or not. */
export function newestMaintenanceDag(world: World): Dag | undefined {
  return world.dags.findLast((dag) => dag.locksTenant !== undefined) ?? world.oldTasks.newestMaintenance();
}
