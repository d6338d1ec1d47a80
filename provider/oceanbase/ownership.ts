import type { Claims } from "../core/claims";
import { ProviderError } from "../core/errors";
import { clusterKey } from "./agentIdentity";
import { coveredTenants } from "./backupConfig.differences";
import type { BackupConfigInputs } from "./backupConfig.schema";
import { destinationOf } from "./destination";
import type { ClusterIdentity, ObservedCluster } from "./observe";

/** Settings that one resource can own for one tenant. The first two are set by other properties of the two resources. */
const OWNABLE = [
  "archive destination",
  "data destination",
  "logArchiveConcurrency",
  "archiveLagTarget",
  "haLowThreadScore",
  "deletePolicy",
  "archiving",
] as const;

export function ownedSetting(cluster: ClusterIdentity, tenantId: number, setting: (typeof OWNABLE)[number]): string {
  return `${clusterKey(cluster)}/${tenantId}/${setting}`;
}

/** True when a resource of this run has taken charge of any setting of the tenant. */
export function isOwned(claims: Claims, cluster: ClusterIdentity, tenantId: number): boolean {
  return OWNABLE.some((setting) => claims.has(ownedSetting(cluster, tenantId, setting)));
}

/** Two resources that set the same thing for one tenant would undo each other in every run. */
export function requireOwnership(
  inputs: BackupConfigInputs,
  observed: Pick<ObservedCluster, "cluster" | "tenants">,
  object: string,
  claims: Claims,
): void {
  const { cluster } = observed;
  const tenants = coveredTenants(inputs, observed);
  const settings = tenants.flatMap((tenant) => {
    const { archive, data } = destinationOf(inputs, cluster, tenant);
    const isOwner = (setting: (typeof OWNABLE)[number]): boolean => {
      if (setting === "archive destination") return archive !== undefined;
      if (setting === "data destination") return data !== undefined;
      return inputs[setting] !== undefined;
    };
    return OWNABLE.filter(isOwner).map((setting) => ({
      setting,
      tenant,
      key: ownedSetting(cluster, tenant.id, setting),
    }));
  });
  const taken = claims.take(
    object,
    settings.map(({ key }) => key),
  );
  const [first] = taken;
  if (!first) return;
  const conflict = settings.find(({ key }) => key === first.setting);
  throw new ProviderError({
    kind: "Conflict",
    problem: `${conflict?.setting} of ${conflict?.tenant.name} in ${cluster.name} is already managed by another resource of this run (an ${first.owner})`,
    advice: "Remove the setting from one of the two, or leave the tenant out with exceptTenants.",
  });
}
