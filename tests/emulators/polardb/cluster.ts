import { seedAdvancedLists } from "./advancedSeeds";
import type { ClusterOptions, Edition, Engine, StorageClass } from "./options";
import {
  type AdvancedPolicyOption,
  type FreshCluster,
  freshDataPolicy,
  freshLogPolicy,
  type LogPolicy,
  type PolicyLevel,
  type Settings,
} from "./settings";

export type LockMode = "Unlock" | "ManualLock" | "LockByExpiration";

export interface Cluster {
  readonly id: string;
  readonly engine: Engine;
  readonly region: string;
  readonly createdAt: number;
  description: string;
  tags: Map<string, string>;
  edition: Edition;
  storageClass: StorageClass;
  /** Whether cross-region backup is offered where the cluster runs; MySQL only. */
  crossRegionCapable: boolean;
  availableCrossRegions: string[];
  /** Status apart from the busy time after a Modify. */
  status: string;
  lockMode: LockMode;
  settings: Settings;
  /** Since when the cluster is busy with a Modify and until when. */
  busy: { readonly status: string; readonly until: number } | undefined;
  /** What Describe shows until the given time, oldest first. Empty it to make the present settings visible at once. */
  earlier: { readonly until: number; readonly settings: Settings }[];
}

/** Regions where the vendor's Terraform tests expect cross-region backup for PolarDB for MySQL. */
const CROSS_REGION_CAPABLE = [
  "cn-hangzhou",
  "cn-shanghai",
  "cn-beijing",
  "cn-qingdao",
  "cn-shenzhen",
  "cn-hongkong",
  "us-west-1",
  "us-east-1",
];

export function isClusterId(text: string): boolean {
  return /^pc-[A-Za-z0-9][A-Za-z0-9-]*$/.test(text);
}

/** A cluster as it is after creation, with what the options lay over that. */
export function makeCluster(options: ClusterOptions, now: number): Cluster {
  if (!isClusterId(options.id)) {
    throw new Error(`cluster ${JSON.stringify(options.id)}: an id is pc- followed by letters, digits and dashes`);
  }
  const isMysql = options.engine === "MySQL";
  const edition = options.edition ?? "Enterprise";
  const storageClass = options.storageClass ?? "PSL5";
  const crossRegionCapable = options.crossRegionCapable ?? (isMysql && CROSS_REGION_CAPABLE.includes(options.region));
  // Cross-region backup is a copy of level-2 backups, which ESSD clusters do not have, and a feature of Enterprise Edition.
  const copies = crossRegionCapable && edition === "Enterprise" && storageClass !== "ESSD";
  const others = CROSS_REGION_CAPABLE.filter((region) => region !== options.region);
  const cluster: Cluster = {
    id: options.id,
    engine: options.engine,
    region: options.region,
    createdAt: now,
    description: options.description ?? options.id,
    tags: new Map(Object.entries(options.tags ?? {})),
    edition,
    storageClass,
    crossRegionCapable,
    availableCrossRegions: [...(options.availableCrossRegions ?? (copies ? others : []))],
    status: options.status ?? "Running",
    lockMode: "Unlock",
    settings: makeSettings(options, { isEssd: storageClass === "ESSD", holdsLevel1Schedule: crossRegionCapable }),
    busy: undefined,
    earlier: [],
  };
  if (cluster.settings.level === "Advanced") seedAdvancedLists(cluster.region, cluster.settings);
  return cluster;
}

function makeSettings(options: ClusterOptions, fresh: FreshCluster): Settings {
  const option: AdvancedPolicyOption =
    options.engine === "MySQL" ? (options.advancedPolicyOption ?? "disable") : "notSupport";
  const level: PolicyLevel = option === "enable" ? "Advanced" : "Normal";
  const log: LogPolicy = { ...freshLogPolicy(), ...options.logPolicy };
  return {
    level,
    option,
    data: { ...freshDataPolicy(fresh), ...options.policy },
    log,
    advancedData: [],
    advancedLog: [],
  };
}
