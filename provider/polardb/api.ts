import type { PolardbClient } from "./client";
import { logBackupPolicyFromWire, type ObservedLogBackupPolicy } from "./logWire";
import {
  backupPolicyFromWire,
  clusterFromWire,
  type ObservedBackupPolicy,
  type ObservedCluster,
  requestIdFromWire,
} from "./wire";

/** The actions that this package calls, typed in and out, without any decision. */
export interface PolardbApi {
  describeBackupPolicy(dbClusterId: string): Promise<ObservedBackupPolicy>;
  describeLogBackupPolicy(dbClusterId: string): Promise<ObservedLogBackupPolicy>;
  describeCluster(dbClusterId: string): Promise<ObservedCluster>;
  /** Returns the request id, the only thing that the service answers. */
  modifyBackupPolicy(dbClusterId: string, parameters: Readonly<Record<string, string>>): Promise<string | undefined>;
  modifyLogBackupPolicy(dbClusterId: string, parameters: Readonly<Record<string, string>>): Promise<string | undefined>;
}

export function createApi(client: PolardbClient): PolardbApi {
  return {
    describeBackupPolicy: async (dbClusterId) =>
      backupPolicyFromWire(await client.read("DescribeBackupPolicy", { DBClusterId: dbClusterId })),
    describeLogBackupPolicy: async (dbClusterId) =>
      logBackupPolicyFromWire(await client.read("DescribeLogBackupPolicy", { DBClusterId: dbClusterId })),
    describeCluster: async (dbClusterId) =>
      clusterFromWire(await client.read("DescribeDBClusterAttribute", { DBClusterId: dbClusterId })),
    modifyBackupPolicy: async (dbClusterId, parameters) =>
      requestIdFromWire(await client.write("ModifyBackupPolicy", { DBClusterId: dbClusterId, ...parameters })),
    modifyLogBackupPolicy: async (dbClusterId, parameters) =>
      requestIdFromWire(await client.write("ModifyLogBackupPolicy", { DBClusterId: dbClusterId, ...parameters })),
  };
}
