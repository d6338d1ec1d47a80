import { copiesDataTo } from "./advancedDataPolicies";
import { applyRows, checkLevel1Stays, RowReader } from "./advancedRows";
import type { Cluster } from "./cluster";
import { invalidParameter, regionNotFound } from "./errors";
import type { Row } from "./request";
import type { AdvancedLogPolicy, Settings } from "./settings";
import type { Switches } from "./switches";
import { readDays } from "./values";

const PARAMETER = "AdvancedLogPolicies";

export function copiesLogs(settings: Settings): boolean {
  return settings.level === "Advanced"
    ? settings.advancedLog.some(({ DestType }) => DestType === "level2Cross")
    : settings.log.LogBackupAnotherRegionRetentionPeriod !== "0";
}

interface LogRowOptions {
  readonly duplicateCreate: boolean;
  readonly switches: Switches;
}

export function applyLogRows(
  cluster: Cluster,
  next: Settings,
  rows: readonly Row[],
  { duplicateCreate, switches }: LogRowOptions,
): void {
  next.advancedLog = applyRows(next.advancedLog, rows, {
    parameter: PARAMETER,
    build: (row, base, policyId) => {
      const policy = buildLogPolicy(cluster, row, base, policyId);
      checkDestination(next, policy);
      return policy;
    },
    // Without cross-region log backup no id is shown, so that a policy can only be named by where it leads (an inference).
    findWithoutId: (policies, row) => policies.find((policy) => policy.DestType === (row.DestType ?? "level1")),
    checkDelete: (policy, others) => {
      if (switches.refuseLastLevel1Delete) checkLevel1Stays(PARAMETER, policy, others);
    },
    duplicateCreate,
  });
}

export function buildLogPolicy(
  cluster: Cluster,
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
    DestRegion: reader.text("DestRegion") ?? (destType === "level2Cross" ? "" : cluster.region),
    ...readRetention(cluster, reader),
    EnableLogBackup: 1,
  };
}

/** The console offers for log copies only the region that data is copied to. */
function checkDestination({ advancedData }: Settings, { DestType, DestRegion }: AdvancedLogPolicy): void {
  if (DestType === "level2Cross" && !copiesDataTo(advancedData, DestRegion)) {
    throw regionNotFound("InvalidLogBackupAnotherRegionRegion.NotFound", `${PARAMETER}.DestRegion`);
  }
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
