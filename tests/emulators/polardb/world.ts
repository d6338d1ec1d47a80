import type { Clock } from "../common/clock";
import { type Cluster, makeCluster } from "./cluster";
import { NonceMemory } from "./nonces";
import type { AccessKeyOptions, ClusterOptions, DeniedCode, PolardbOptions } from "./options";
import type { Settings } from "./settings";
import { DEFAULT_KNOBS, DEFAULT_SWITCHES, type Knobs, type Switches } from "./switches";
import { TokenBucket } from "./tokenBucket";
import { VendorFaults } from "./vendorFaults";

/** The three ways in which the vendor says that a cluster is not there. */
export type AbsenceCode = "InvalidDBClusterId.NotFound" | "InvalidDBCluster.NotFound" | "Forbidden.ClusterNotFound";

export interface AccessKey {
  readonly accessKeyId: string;
  accessKeySecret: string;
  /** Set for a temporary key of STS; such a key is refused without it. */
  securityToken: string | undefined;
  /** End of the token's life, in milliseconds since the epoch on the emulator's clock. */
  expiresAt: number | undefined;
  /** Actions that RAM grants; undefined grants all. A trailing `*` stands for any ending. */
  allowedActions: string[] | undefined;
  deniedCode: DeniedCode;
  active: boolean;
}

/** All that the emulator knows. Tests may change anything here at any time; what is shown follows from it and the clock. */
export class World {
  readonly clusters = new Map<string, Cluster>();
  /** Clusters that are gone, and how the service says so. */
  readonly absent = new Map<string, AbsenceCode>();
  readonly accessKeys = new Map<string, AccessKey>();
  readonly switches: Switches;
  readonly knobs: Knobs;
  readonly vendorFaults = new VendorFaults();
  readonly nonces = new NonceMemory();
  readonly bucket = new TokenBucket();

  constructor(
    readonly clock: Clock,
    options: PolardbOptions,
  ) {
    this.switches = { ...DEFAULT_SWITCHES, ...options.switches };
    this.knobs = { ...DEFAULT_KNOBS, ...options.knobs };
    if (options.ratePerSecond !== undefined) this.knobs.ratePerSecond = options.ratePerSecond;
    for (const key of options.accessKeys) this.addAccessKey(key);
    for (const cluster of options.clusters) this.addCluster(cluster);
  }

  /** The cluster of that id. Throws for a test that asks for one it never made. */
  cluster(id: string): Cluster {
    const cluster = this.clusters.get(id);
    if (!cluster) throw new Error(`no cluster ${id}; there are: ${listed(this.clusters)}`);
    return cluster;
  }

  accessKey(id: string): AccessKey {
    const key = this.accessKeys.get(id);
    if (!key) throw new Error(`no access key ${id}; there are: ${listed(this.accessKeys)}`);
    return key;
  }

  addCluster(options: ClusterOptions): Cluster {
    if (this.clusters.has(options.id)) throw new Error(`cluster ${options.id} exists already`);
    const cluster = makeCluster(options, this.clock.now());
    this.clusters.set(cluster.id, cluster);
    this.absent.delete(cluster.id);
    return cluster;
  }

  removeCluster(id: string, answer: AbsenceCode = "InvalidDBClusterId.NotFound"): void {
    this.clusters.delete(this.cluster(id).id);
    this.absent.set(id, answer);
  }

  addAccessKey(options: AccessKeyOptions): AccessKey {
    if (this.accessKeys.has(options.accessKeyId)) throw new Error(`access key ${options.accessKeyId} exists already`);
    const key: AccessKey = {
      accessKeyId: options.accessKeyId,
      accessKeySecret: options.accessKeySecret,
      securityToken: options.securityToken,
      expiresAt: options.expiresAt,
      allowedActions: options.allowedActions && [...options.allowedActions],
      deniedCode: options.deniedCode ?? "Forbidden.RAM",
      active: options.active ?? true,
    };
    this.accessKeys.set(key.accessKeyId, key);
    return key;
  }

  /** What the Describe calls call `DBClusterStatus`. */
  statusOf(cluster: Cluster): string {
    return cluster.busy && this.clock.now() < cluster.busy.until ? cluster.busy.status : cluster.status;
  }

  /** The settings as a Describe call sees them. */
  visibleSettings(cluster: Cluster): Settings {
    const now = this.clock.now();
    return cluster.earlier.find(({ until }) => now < until)?.settings ?? cluster.settings;
  }

  /** Puts new settings in place the way a Modify call does: seen late and leaving the cluster busy, as the knobs say. */
  modify(cluster: Cluster, settings: Settings): void {
    const now = this.clock.now();
    const { visibilityDelayMs, busyAfterModifyMs, busyStatus } = this.knobs;
    cluster.earlier = cluster.earlier.filter(({ until }) => now < until);
    if (visibilityDelayMs > 0) cluster.earlier.push({ until: now + visibilityDelayMs, settings: cluster.settings });
    if (busyAfterModifyMs > 0) cluster.busy = { status: busyStatus, until: now + busyAfterModifyMs };
    cluster.settings = settings;
  }

  /** Puts new settings in place at once, as an operator at the console does. */
  overwrite(cluster: Cluster, settings: Settings): void {
    cluster.earlier = [];
    cluster.settings = settings;
  }
}

function listed(known: ReadonlyMap<string, unknown>): string {
  const ids = [...known.keys()];
  return ids.length > 10 ? `${ids.slice(0, 10).join(", ")} and ${ids.length - 10} more` : ids.join(", ") || "none";
}
