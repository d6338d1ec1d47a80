import type { Cluster } from "./cluster";
import type { AccessKey, World } from "./world";

/** `GET /__state`: everything but secrets and tokens. */
export function describeWorld(world: World): Record<string, unknown> {
  return {
    now: new Date(world.clock.now()).toISOString(),
    switches: world.switches,
    knobs: world.knobs,
    accessKeys: [...world.accessKeys.values()].map((key) => describeKey(key, world.clock.now())),
    clusters: [...world.clusters.values()].map((cluster) => describeCluster(world, cluster)),
    absent: Object.fromEntries(world.absent),
  };
}

function describeKey(key: AccessKey, now: number): Record<string, unknown> {
  return {
    accessKeyId: key.accessKeyId,
    isTemporary: key.securityToken !== undefined,
    isExpired: key.expiresAt !== undefined && now >= key.expiresAt,
    expiresAt: key.expiresAt === undefined ? null : new Date(key.expiresAt).toISOString(),
    allowedActions: key.allowedActions ?? null,
    deniedCode: key.deniedCode,
    active: key.active,
  };
}

function describeCluster(world: World, cluster: Cluster): Record<string, unknown> {
  const visible = world.visibleSettings(cluster);
  return {
    id: cluster.id,
    description: cluster.description,
    tags: Object.fromEntries(cluster.tags),
    engine: cluster.engine,
    region: cluster.region,
    edition: cluster.edition,
    storageClass: cluster.storageClass,
    crossRegionCapable: cluster.crossRegionCapable,
    availableCrossRegions: cluster.availableCrossRegions,
    status: world.statusOf(cluster),
    lockMode: cluster.lockMode,
    settings: cluster.settings,
    /** What Describe shows at present, where that lags behind. */
    visibleSettings: visible === cluster.settings ? null : visible,
  };
}
