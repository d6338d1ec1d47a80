import { applyRows, checkLevel1Stays, RowReader } from "./advancedRows";
import type { Cluster } from "./cluster";
import { invalidParameter, lowFrequencyNotSupported, regionNotFound } from "./errors";
import type { Row } from "./request";
import type { AdvancedDataPolicy, Settings } from "./settings";
import type { Switches } from "./switches";
import { readDays } from "./values";

const PARAMETER = "AdvancedDataPolicies";
const SOURCES = ["db", "level1", "level2", "level2Cross"];
const DESTINATIONS = ["level1", "level2", "level2Cross"];
const FILTER_KEYS = ["dayOfWeek", "dayOfMonth", "dayOfYear", "backupInterval"];

interface DataRowOptions {
  readonly duplicateCreate: boolean;
  readonly switches: Switches;
}

/** The vendor documents value lists for these fields and nothing about their combinations; what is refused here beyond the lists is an inference. */
export function applyDataRows(
  cluster: Cluster,
  next: Settings,
  rows: readonly Row[],
  { duplicateCreate, switches }: DataRowOptions,
): void {
  next.advancedData = applyRows(next.advancedData, rows, {
    parameter: PARAMETER,
    build: (row, base, policyId) => {
      const policy = buildDataPolicy(cluster, row, base, policyId);
      checkDestination(cluster, policy);
      return policy;
    },
    checkDelete: (policy, others) => {
      if (policy.AutoCreated && switches.refuseAutoCreatedDelete) throw invalidParameter(`${PARAMETER}.PolicyId`);
      if (switches.refuseLastLevel1Delete) checkLevel1Stays(PARAMETER, policy, others);
    },
    duplicateCreate,
  });
  if (switches.logCopyHoldsDataCopy && rows.length > 0) checkLogCopies(next);
}

export function copiesDataTo(policies: readonly AdvancedDataPolicy[], region: string): boolean {
  return policies.some(({ DestType, DestRegion }) => DestType === "level2Cross" && DestRegion === region);
}

function checkLogCopies({ advancedData, advancedLog }: Settings): void {
  const copies = advancedLog.filter(({ DestType }) => DestType === "level2Cross");
  if (!copies.every(({ DestRegion }) => copiesDataTo(advancedData, DestRegion))) throw invalidParameter(PARAMETER);
}

/** `AutoCreated`, `BakType` and `OnlyPreserveOneEachHour` are the service's: whatever a client sends for them has no effect. */
export function buildDataPolicy(
  cluster: Cluster,
  row: Row,
  base: AdvancedDataPolicy | undefined,
  policyId: string,
): AdvancedDataPolicy {
  const reader = new RowReader(PARAMETER, row, { ...base });
  const destType = reader.oneOf("DestType", DESTINATIONS);
  const policy: AdvancedDataPolicy = {
    PolicyId: policyId,
    SrcType: reader.oneOf("SrcType", SOURCES),
    SrcRegion: reader.text("SrcRegion") ?? cluster.region,
    DestType: destType,
    DestRegion: reader.text("DestRegion") ?? (destType === "level2Cross" ? "" : cluster.region),
    ...readFilter(reader),
    ...readRetention(reader),
    OnlyPreserveOneEachHour: true,
    OnlyPreserveOneEachDay: reader.flag("OnlyPreserveOneEachDay", false),
    BakType: "F",
    AutoCreated: base?.AutoCreated ?? false,
  };
  if (reader.text("DumpAction") !== undefined) policy.DumpAction = reader.oneOf("DumpAction", ["copy"]);
  const storageClass = reader.text("StorageClass");
  if (storageClass !== undefined) policy.StorageClass = storageClass;
  return policy;
}

function checkDestination(cluster: Cluster, { DestType, DestRegion }: AdvancedDataPolicy): void {
  if (DestType !== "level1" && cluster.storageClass === "ESSD") throw lowFrequencyNotSupported();
  if (DestType === "level2Cross" && !cluster.availableCrossRegions.includes(DestRegion)) {
    throw regionNotFound("InvalidDataLevel2AnotherRegionRegion.NotFound", `${PARAMETER}.DestRegion`);
  }
}

function readFilter(reader: RowReader): Pick<AdvancedDataPolicy, "FilterType" | "FilterKey" | "FilterValue"> {
  const type = reader.oneOf("FilterType", ["crontab", "event"]);
  const value = reader.text("FilterValue");
  if (type === "event") {
    // What an event policy is read back with depends only on what this row says, not on the schedule it replaces.
    return reader.has("FilterValue") && value !== undefined
      ? { FilterType: type, FilterValue: value }
      : { FilterType: type };
  }
  const key = reader.oneOf("FilterKey", FILTER_KEYS);
  if (value === undefined || !isFilterValue(key, value)) throw reader.refuse("FilterValue");
  return { FilterType: type, FilterKey: key, FilterValue: value };
}

/** The form of `dayOfMonth` and `dayOfYear` is documented nowhere, so any text will do. */
function isFilterValue(key: string, value: string): boolean {
  if (key === "dayOfWeek") return /^[1-7](,[1-7])*$/.test(value);
  if (key === "backupInterval") return /^[1-9]\d*$/.test(value);
  return value !== "";
}

function readRetention(reader: RowReader): Pick<AdvancedDataPolicy, "RetentionType" | "RetentionValue"> {
  const type = reader.oneOf("RetentionType", ["never", "delay"]);
  if (type === "never") return { RetentionType: type };
  const value = reader.text("RetentionValue");
  if (value === undefined || readDays(value, 1, 7300) === undefined) throw reader.refuse("RetentionValue");
  return { RetentionType: type, RetentionValue: value };
}
