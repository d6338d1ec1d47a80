import { ProviderError } from "../core/errors";
import type { PolardbApi } from "./api";
import type { PlannedModify } from "./backupPolicy.plan";
import { MYSQL_ONLY } from "./backupPolicy.schema";
import type { ObservedBackupPolicy } from "./wire";

/** "Supported only in regions that support cross-region backup" (page "DescribeBackupPolicy"). */
const LEVEL_1_SCHEDULE = [
  "dataLevel1BackupFrequency",
  "dataLevel1BackupTime",
  "dataLevel1BackupPeriod",
  "dataLevel2BackupPeriod",
] as const;

/** What a call needs that not every cluster has, as far as the described policy does not show it already. */
export interface Needs {
  /** Settings that only PolarDB for MySQL has. */
  readonly mysql: readonly string[];
  /** Settings that only regions with cross-region backup have. */
  readonly crossRegionBackup: readonly string[];
  /** Regions that backups are to be copied to, with the property that names them. */
  readonly copies: readonly { readonly property: string; readonly region: string }[];
}

export function needsOf(call: PlannedModify, observed: ObservedBackupPolicy): Needs {
  const sent = new Set<string>(Object.keys(call.classic));
  if (call.level) sent.add("backupPolicyLevel");
  if (call.advanced.length > 0) sent.add("advancedDataPolicies");
  const hasLevel1Schedule = LEVEL_1_SCHEDULE.some((field) => observed[field] !== undefined);
  const isMysql = hasLevel1Schedule || observed.backupPolicyLevel !== undefined;
  const copy = call.classic.dataLevel2BackupAnotherRegionRegion;
  const copies = call.copies.map(({ rule, region }) => ({
    property: `advancedDataPolicies.${rule}.destRegion`,
    region,
  }));
  if (copy !== undefined && copy !== observed.dataLevel2BackupAnotherRegionRegion) {
    copies.push({ property: "dataLevel2BackupAnotherRegionRegion", region: copy });
  }
  return {
    mysql: isMysql ? [] : MYSQL_ONLY.filter((field) => sent.has(field)),
    crossRegionBackup: hasLevel1Schedule ? [] : LEVEL_1_SCHEDULE.filter((field) => sent.has(field)),
    copies,
  };
}

/** Asks the cluster for what a call needs, before it is sent: the service would ignore some of it and refuse the rest half way. */
export async function requireCapabilities(needs: Needs, api: PolardbApi, dbClusterId: string): Promise<void> {
  const { mysql, crossRegionBackup, copies } = needs;
  if (mysql.length > 0) requireMysql(needs, (await api.describeCluster(dbClusterId)).engine);
  if (crossRegionBackup.length === 0 && copies.length === 0) return;
  const regions = await api.describeAvailableCrossRegions(dbClusterId);
  if (crossRegionBackup.length > 0 && regions.length === 0) {
    throw unsupported(
      crossRegionBackup,
      `${crossRegionBackup.join(", ")} exist only where the region supports cross-region backup, and this cluster can copy to no region`,
      "Remove these properties; here the schedule is preferredBackupTime, preferredBackupPeriod and backupFrequency.",
    );
  }
  const wrong = copies.find(({ region }) => !regions.includes(region));
  if (wrong) {
    throw unsupported(
      [wrong.property],
      `backups of this cluster cannot be copied to ${wrong.region}`,
      regions.length > 0
        ? `It can copy to ${regions.join(", ")}.`
        : "It can copy to no region: that needs Enterprise Edition, PSL4 or PSL5 storage, and a region with cross-region backup.",
    );
  }
}

/** Throws where a call needs PolarDB for MySQL and the cluster is another. */
export function requireMysql({ mysql }: Needs, engine: string | undefined): void {
  if (mysql.length === 0 || engine === undefined || engine === "MySQL") return;
  throw unsupported(
    mysql,
    `the cluster runs ${engine}, and ${mysql.join(", ")} ${mysql.length === 1 ? "exists" : "exist"} only for PolarDB for MySQL`,
    "Remove these properties; for this engine the schedule is preferredBackupTime, preferredBackupPeriod and backupFrequency.",
  );
}

function unsupported(fields: readonly string[], problem: string, advice: string): ProviderError {
  return new ProviderError({
    kind: "InvalidInput",
    property: fields[0],
    problem,
    advice: `Nothing was changed. ${advice}`,
  });
}
