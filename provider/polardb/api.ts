import type { PolardbClient } from "./client";
import {
  backupPolicyFromWire,
  clusterFromWire,
  type ObservedBackupPolicy,
  type ObservedCluster,
  regionsFromWire,
  requestIdFromWire,
} from "./wire";

/** The actions that this package calls, typed in and out, without any decision. */
export interface PolardbApi {
  describeBackupPolicy(dbClusterId: string): Promise<ObservedBackupPolicy>;
  describeCluster(dbClusterId: string): Promise<ObservedCluster>;
  /** Regions to which backups of the cluster can be copied. */
  describeAvailableCrossRegions(dbClusterId: string): Promise<string[]>;
  /** Returns the request id, the only thing that the service answers. */
  modifyBackupPolicy(dbClusterId: string, parameters: Readonly<Record<string, string>>): Promise<string | undefined>;
}

export function createApi(client: PolardbClient): PolardbApi {
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
    describeCluster: once(async (dbClusterId) =>
      clusterFromWire(await client.read("DescribeDBClusterAttribute", { DBClusterId: dbClusterId })),
    ),
    describeAvailableCrossRegions: once(async (dbClusterId) =>
      regionsFromWire(await client.read("DescribeAvailableCrossRegions", { DBClusterId: dbClusterId })),
    ),
    modifyBackupPolicy: async (dbClusterId, parameters) =>
      requestIdFromWire(await client.write("ModifyBackupPolicy", { DBClusterId: dbClusterId, ...parameters })),
  };
}
