import type { Cluster } from "../cluster";
import { malformed } from "../errors";
import type { Parameters } from "../request";
import { hasTags, listTags, readTagFilter } from "../tags";
import type { World } from "../world";
import type { ActionCall, AnswerBody } from "./action";

const DB_VERSIONS = { MySQL: "8.0", PostgreSQL: "14", Oracle: "11" } as const;
const PAGE_SIZES = ["30", "50", "100"];

export function describeDbClusterAttribute({ world }: ActionCall, cluster: Cluster): AnswerBody {
  return {
    ...common(world, cluster),
    CreationTime: timestamp(cluster.createdAt),
    DataLevel1BackupChainSize: 74_448_896,
    MaintainTime: "18:00Z-19:00Z",
    DBNodes: [],
    Tags: listTags(cluster.tags),
  };
}

/** One page of a region's clusters; `DBClusterIds`, `DBType`, `DBClusterStatus` and tags narrow the list. */
export function describeDbClusters({ world, parameters }: ActionCall, region: string): AnswerBody {
  const pageSize = readPage(parameters, "PageSize", "30", (text) => PAGE_SIZES.includes(text));
  const pageNumber = readPage(parameters, "PageNumber", "1", (text) => /^[1-9]\d*$/.test(text));
  const ids = parameters.get("DBClusterIds")?.split(",");
  const tags = readTagFilter(parameters);
  const matching = [...world.clusters.values()].filter(
    (cluster) =>
      cluster.region === region &&
      (ids === undefined || ids.includes(cluster.id)) &&
      hasTags(cluster.tags, tags) &&
      isOrUnset(parameters.get("DBType"), cluster.engine) &&
      isOrUnset(parameters.get("DBClusterStatus"), world.statusOf(cluster)),
  );
  const page = matching.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
  return {
    PageNumber: pageNumber,
    PageRecordCount: page.length,
    TotalRecordCount: matching.length,
    Items: { DBCluster: page.map((cluster) => listed(world, cluster)) },
  };
}

function listed(world: World, cluster: Cluster): AnswerBody {
  return {
    ...common(world, cluster),
    CreateTime: timestamp(cluster.createdAt),
    DBNodes: { DBNode: [] },
    Tags: { Tag: listTags(cluster.tags) },
  };
}

function common(world: World, cluster: Cluster): AnswerBody {
  return {
    DBClusterId: cluster.id,
    DBClusterDescription: cluster.description,
    DBClusterStatus: world.statusOf(cluster),
    DBClusterNetworkType: "VPC",
    Engine: "POLARDB",
    DBType: cluster.engine,
    DBVersion: DB_VERSIONS[cluster.engine],
    Category: cluster.edition === "Enterprise" ? "Normal" : "SENormal",
    StorageType: storageType(cluster),
    RegionId: cluster.region,
    LockMode: cluster.lockMode,
    DeletionLock: 0,
    PayType: "Postpaid",
  };
}

function storageType(cluster: Cluster): string {
  return cluster.storageClass === "ESSD" ? "essdpl1" : cluster.storageClass.toLowerCase();
}

function readPage(parameters: Parameters, name: string, unset: string, isValid: (text: string) => boolean): number {
  const text = parameters.get(name) ?? unset;
  if (!isValid(text)) throw malformed(`Invalid${name}.Malformed`, name);
  return Number(text);
}

function isOrUnset(wanted: string | undefined, actual: string): boolean {
  return wanted === undefined || wanted === "" || wanted === actual;
}

function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
