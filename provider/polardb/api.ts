import type { ActionClient } from "./actions";
import { type ClusterPage, clusterPageFromWire } from "./clusters.wire";
import { crossRegionsFromWire } from "./crossRegions.wire";
import { logBackupPolicyFromWire, type ObservedLogBackupPolicy } from "./logWire";
import {
  backupPolicyFromWire,
  clusterFromWire,
  nextBackupTimeFromWire,
  type ObservedBackupPolicy,
  type ObservedCluster,
  requestIdFromWire,
} from "./wire";

/** The actions that this package calls, typed in and out, without any decision. */
export interface PolardbApi {
  describeBackupPolicy(dbClusterId: string): Promise<ObservedBackupPolicy>;
  /** The same call, and what it tells beside the policy. */
  describeBackupPolicyAndNext(
    dbClusterId: string,
  ): Promise<ObservedBackupPolicy & { readonly nextBackupTime?: string }>;
  describeLogBackupPolicy(dbClusterId: string): Promise<ObservedLogBackupPolicy>;
  describeCluster(dbClusterId: string): Promise<ObservedCluster>;
  /** Regions to which backups of the cluster can be copied. */
  describeAvailableCrossRegions(dbClusterId: string): Promise<string[]>;
  /** One page of a list that the parameters narrow. */
  describeClusters(parameters: Readonly<Record<string, string>>): Promise<ClusterPage>;
  /** Returns the request id, the only thing that the service answers. */
  modifyBackupPolicy(dbClusterId: string, parameters: Readonly<Record<string, string>>): Promise<string | undefined>;
  modifyLogBackupPolicy(dbClusterId: string, parameters: Readonly<Record<string, string>>): Promise<string | undefined>;
}

export function createApi(client: ActionClient): PolardbApi {
  /** What does not change while one resource is at work is asked for once. */
  const once = <T>(read: (dbClusterId: string) => Promise<T>): ((dbClusterId: string) => Promise<T>) => {
    const answers = new Map<string, Promise<T>>();
    return (dbClusterId) => {
      const answer = answers.get(dbClusterId) ?? read(dbClusterId);
      answers.set(dbClusterId, answer);
      return answer;
    };
  };
  return {
    describeBackupPolicy: async (dbClusterId) =>
      backupPolicyFromWire(await client.read("DescribeBackupPolicy", { DBClusterId: dbClusterId })),
    describeBackupPolicyAndNext: async (dbClusterId) => {
      const body = await client.read("DescribeBackupPolicy", { DBClusterId: dbClusterId });
      return { ...backupPolicyFromWire(body), nextBackupTime: nextBackupTimeFromWire(body) };
    },
    describeLogBackupPolicy: async (dbClusterId) =>
      logBackupPolicyFromWire(await client.read("DescribeLogBackupPolicy", { DBClusterId: dbClusterId })),
    describeCluster: once(async (dbClusterId) =>
      clusterFromWire(await client.read("DescribeDBClusterAttribute", { DBClusterId: dbClusterId })),
    ),
    describeAvailableCrossRegions: once(async (dbClusterId) =>
      crossRegionsFromWire(await client.read("DescribeAvailableCrossRegions", { DBClusterId: dbClusterId })),
    ),
    describeClusters: async (parameters) => clusterPageFromWire(await client.read("DescribeDBClusters", parameters)),
    modifyBackupPolicy: async (dbClusterId, parameters) =>
      requestIdFromWire(await client.write("ModifyBackupPolicy", { DBClusterId: dbClusterId, ...parameters })),
    modifyLogBackupPolicy: async (dbClusterId, parameters) =>
      requestIdFromWire(await client.write("ModifyLogBackupPolicy", { DBClusterId: dbClusterId, ...parameters })),
  };
}
