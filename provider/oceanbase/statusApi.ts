import { encodeUri } from "../core/encodeUri";
import type { ObshellClient } from "./client";
import { isMissingRoute, isNothingThere } from "./errors";
import {
  type Backup,
  type ClusterSummary,
  checkpointFromWire,
  clusterFromWire,
  type Destinations,
  destinationsFromWire,
  type ListedRound,
  listedRoundFromWire,
  newestBackupFromWire,
  overviewBackupFromWire,
  type TenantSummary,
  userTenantsFromWire,
} from "./statusWire";

/** The reads of the lookups, typed out, without any decision. */
export interface StatusApi {
  cluster(): Promise<ClusterSummary>;
  /** Neither `sys` nor META tenants nor those in the recycle bin. */
  tenants(): Promise<TenantSummary[]>;
  /** Undefined when no round is listed: stopped, interrupted, suspending or never archived. */
  listedRound(tenant: string): Promise<ListedRound | undefined>;
  /** Of the newest round, also a stopped one. */
  checkpoint(tenant: string): Promise<string | undefined>;
  /** Undefined when obshell keeps them back. */
  destinations(tenant: string): Promise<Destinations | undefined>;
  /** The backup that was started last, running or ended. */
  newestBackup(tenant: string): Promise<Backup | undefined>;
}

export function createStatusApi({ read }: Pick<ObshellClient, "read">): StatusApi {
  const path = (tenant: string, rest: string): string => `/api/v1/tenant/${encodeUri(tenant)}/backup/${rest}`;
  return {
    cluster: async () => clusterFromWire(await read("/api/v1/ob/info")),
    tenants: async () => userTenantsFromWire(await read("/api/v1/tenants/overview")),
    listedRound: async (tenant) => listedRoundFromWire(await read(path(tenant, "log/tasks"))),
    checkpoint: async (tenant) => checkpointFromWire(await read(path(tenant, "info"))),
    destinations: async (tenant) => destinationsFromWire(await read(path(tenant, "config/storage"))),
    newestBackup: async (tenant) => {
      try {
        return newestBackupFromWire(await read(path(tenant, "tasks?page=1&size=1&sort=start_timestamp,desc")));
      } catch (error) {
        if (!isMissingRoute(error)) throw error;
        // Agents before 4.3.2 have only this, without the type.
        return overviewBackup(() => read(path(tenant, "overview")));
      }
    },
  };
}

async function overviewBackup(read: () => Promise<unknown>): Promise<Backup | undefined> {
  try {
    return overviewBackupFromWire(await read());
  } catch (error) {
    if (isNothingThere(error)) return undefined;
    throw error;
  }
}
