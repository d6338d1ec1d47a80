import { ProviderError } from "../core/errors";
import type { ClusterIdentity, ObservedCluster } from "./observe";

/** What state knows of a resource of one tenant; a resource of a cluster has neither name nor id. */
interface RecordedTenant {
  readonly cluster: ClusterIdentity;
  readonly tenantName?: string;
  readonly tenantId?: number;
}

/** A tenant is gone when the recorded cluster has none of its id; another one may have taken its name since. */
export function isTenantGone({ tenantName, tenantId }: RecordedTenant, { names }: ObservedCluster): boolean {
  return tenantName !== undefined && !names.some(({ id, name }) => id === tenantId && name === tenantName);
}

export function requireSameTenant(state: RecordedTenant, observed: ObservedCluster): void {
  const { tenantName, tenantId, cluster } = state;
  if (tenantName === undefined || tenantId === undefined || !isTenantGone(state, observed)) return;
  const [byId, byName] = [
    observed.names.find(({ id }) => id === tenantId),
    observed.names.find(({ name }) => name === tenantName),
  ];
  const found = byId ? `is now called ${byId.name}` : byName ? `was dropped and created anew (id ${byName.id})` : "";
  throw new ProviderError({
    kind: found === "" ? "NotFound" : "WrongTarget",
    problem: `the tenant ${tenantName} (id ${tenantId}) of ${cluster.name} ${found === "" ? "does not exist any more" : found}`,
    advice: byId
      ? `Set tenantName: "${byId.name}".`
      : "Run `pulumi refresh`: the resource then leaves the state, and the next `up` looks at the cluster again.",
  });
}
