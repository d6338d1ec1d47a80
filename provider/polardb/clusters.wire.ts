import { z } from "zod";
import { parse, text, unexpected, wholeNumber } from "./wire";

const ACTION = "DescribeDBClusters";

const tag = z.looseObject({ Key: text, Value: text });

const cluster = z.looseObject({
  DBClusterId: text,
  DBClusterDescription: text,
  DBType: text,
  DBVersion: text,
  Category: text,
  DBClusterStatus: text,
  RegionId: text,
  StorageType: text,
  Tags: z.looseObject({ Tag: z.array(tag).nullish() }).nullish(),
});

const describeDbClusters = z.looseObject({
  TotalRecordCount: text,
  Items: z.looseObject({ DBCluster: z.array(cluster).nullish() }).nullish(),
});

/** A cluster as the list shows it; absent fields are ones that the service does not tell or tells as empty. */
export interface ClusterSummary {
  readonly id: string;
  readonly description?: string;
  /** `MySQL`, `PostgreSQL` or `Oracle`. */
  readonly engine?: string;
  readonly version?: string;
  readonly category?: string;
  readonly status?: string;
  readonly region?: string;
  readonly storageType?: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ClusterPage {
  readonly clusters: readonly ClusterSummary[];
  /** Over all pages. */
  readonly total: number;
}

export function clusterPageFromWire(body: unknown): ClusterPage {
  const wire = parse(ACTION, describeDbClusters, body);
  const total = wholeNumber(ACTION, "TotalRecordCount", wire.TotalRecordCount);
  // Without it nobody knows whether there are more pages, and a list with a gap is worse than none.
  if (total === undefined) throw unexpected(ACTION, ["TotalRecordCount"], "is missing");
  return { total, clusters: (wire.Items?.DBCluster ?? []).map(clusterFromWire) };
}

function clusterFromWire(wire: z.infer<typeof cluster>, index: number): ClusterSummary {
  if (wire.DBClusterId === undefined)
    throw unexpected(ACTION, ["Items", "DBCluster", index, "DBClusterId"], "is missing");
  return {
    id: wire.DBClusterId,
    description: wire.DBClusterDescription,
    engine: wire.DBType,
    version: wire.DBVersion,
    category: wire.Category,
    status: wire.DBClusterStatus,
    region: wire.RegionId,
    storageType: wire.StorageType,
    tags: Object.fromEntries(
      (wire.Tags?.Tag ?? []).flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? ""]])),
    ),
  };
}
