import { applyRows, RowReader } from "./advancedRows";
import type { Cluster } from "./cluster";
import { invalidParameter, regionNotFound } from "./errors";
import type { Row } from "./request";
import type { AdvancedLogPolicy, Settings } from "./settings";
import { readDays } from "./values";

const PARAMETER = "AdvancedLogPolicies";

export function copiesLogs(settings: Settings): boolean {
  return settings.level === "Advanced"
    ? settings.advancedLog.some(({ DestType }) => DestType === "level2Cross")
    : settings.log.LogBackupAnotherRegionRetentionPeriod !== "0";
}

export function applyLogRows(cluster: Cluster, next: Settings, rows: readonly Row[], duplicateCreate: boolean): void {
  next.advancedLog = applyRows(next.advancedLog, rows, {
    parameter: PARAMETER,
    build: (row, base, policyId) => buildLogPolicy(cluster, next, row, base, policyId),
    // Without cross-region log backup no id is shown, so that a policy can only be named by where it leads (an inference).
    findWithoutId: (policies, row) => policies.find((policy) => policy.DestType === (row.DestType ?? "level1")),
    duplicateCreate,
  });
}

export function buildLogPolicy(
  cluster: Cluster,
  settings: Settings,
  row: Row,
  base: AdvancedLogPolicy | undefined,
  policyId: string,
): AdvancedLogPolicy {
  const reader = new RowReader(PARAMETER, row, { ...base });
  const destType = reader.oneOf("DestType", ["level1", "level2", "level2Cross"]);
  if (reader.has("EnableLogBackup") && String(row.EnableLogBackup) !== "1") throw reader.refuse("EnableLogBackup");
  return {
    PolicyId: policyId,
    SrcType: reader.oneOf("SrcType", ["db", "level1", "level2", "level2Cross"]),
    SrcRegion: reader.text("SrcRegion") ?? cluster.region,
    DestType: destType,
    DestRegion: readDestination(cluster, settings, reader, destType),
    ...readRetention(cluster, reader),
    EnableLogBackup: 1,
  };
}

/** The console offers for log copies only the region that data is copied to. */
function readDestination(cluster: Cluster, settings: Settings, reader: RowReader, destType: string): string {
  if (destType !== "level2Cross") return reader.text("DestRegion") ?? cluster.region;
  const region = reader.text("DestRegion") ?? "";
  const dataGoesThere = settings.advancedData.some(
    ({ DestType, DestRegion }) => DestType === "level2Cross" && DestRegion === region,
  );
  if (!dataGoesThere) throw regionNotFound("InvalidLogBackupAnotherRegionRegion.NotFound", `${PARAMETER}.DestRegion`);
  return region;
}

function readRetention(
  cluster: Cluster,
  reader: RowReader,
): Pick<AdvancedLogPolicy, "LogRetentionType" | "LogRetentionValue"> {
  const type = reader.oneOf("LogRetentionType", ["never", "delay"]);
  if (type === "never") {
    if (cluster.edition !== "Enterprise") throw invalidParameter(`${PARAMETER}.LogRetentionType`);
    return { LogRetentionType: type, LogRetentionValue: "-1" };
  }
  const value = reader.text("LogRetentionValue");
  if (value === undefined || readDays(value, 3, 7300) === undefined) throw reader.refuse("LogRetentionValue");
  return { LogRetentionType: type, LogRetentionValue: value };
}
