import type { CallContext } from "../core/lifecycle";
import { setArchiving } from "./archiving";
import type { BackupConfigOutputs } from "./backupConfig.apply";
import { connectForChange, requireSameCluster } from "./connection";
import { listNames } from "./names";
import { observe } from "./observe";
import { isOwned } from "./ownership";

/**
 * Leaves the configuration as it is: it exists as long as its tenants do. Log archiving is stopped only where an earlier run has
 * recorded that wish, and never for a tenant that a resource of the same run has taken over.
 */
export async function stopOnDelete(recorded: BackupConfigOutputs, context: CallContext): Promise<void> {
  const { cluster, tenantName, connection } = recorded;
  const name = [tenantName, cluster?.name ?? "cluster"].filter(Boolean).join(" of ");
  if (recorded.onDelete !== "stopArchiving" || !cluster) {
    context.log(
      `${name}: destinations, parameters, clean-up policy and log archiving stay as they are; Pulumi no longer manages them`,
    );
    return;
  }
  const api = connectForChange(connection, context);
  const observed = await observe(api, { tenantName, recordedTask: Number.MAX_SAFE_INTEGER });
  requireSameCluster(cluster, observed.cluster, api);
  const ids = recorded.tenants.map(({ id }) => id);
  const running = observed.tenants.filter(
    ({ id, archiving }) => ids.includes(id) && archiving !== "unknown" && archiving !== "stopping",
  );
  const [kept, stopped] = [
    running.filter(({ id }) => isOwned(context.claims, cluster, id)),
    running.filter(({ id }) => !isOwned(context.claims, cluster, id)),
  ];
  if (kept.length > 0) {
    context.log(`${name}: log archiving of ${listNames(kept)} goes on, because another resource has taken it over`);
  }
  const { failure } = await setArchiving(
    api,
    stopped.map((tenant) => ({ id: tenant.id, name: tenant.name, wanted: "stopped" as const })),
    context,
  );
  if (failure) throw failure;
  context.log(`${name}: destinations, parameters and clean-up policy stay as they are; Pulumi no longer manages them`);
}
