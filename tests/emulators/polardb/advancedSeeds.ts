import { randomBytes } from "node:crypto";
import {
  type AdvancedDataPolicy,
  type AdvancedLogPolicy,
  ALL_WEEK,
  type DataPolicy,
  type LogPolicy,
  type Settings,
} from "./settings";
import { isHighFrequency } from "./values";

export function newPolicyId(): string {
  return randomBytes(16).toString("hex");
}

/** Policies that the service makes when advanced backup is switched on, mirroring the schedule so far. Their shape is an inference. */
export function seedAdvancedLists(region: string, settings: Settings): void {
  settings.advancedData = [
    primary(region, settings.data),
    ...dump(region, settings.data),
    ...copy(region, settings.data),
  ];
  settings.advancedLog = [localLog(region, settings.log), ...copiedLog(region, settings.log)];
}

function primary(region: string, data: DataPolicy): AdvancedDataPolicy {
  const frequency = data.DataLevel1BackupFrequency || data.BackupFrequency;
  const isFrequent = isHighFrequency(frequency);
  const days = data.DataLevel1BackupPeriod || data.PreferredBackupPeriod || ALL_WEEK;
  return automatic({
    SrcType: "db",
    SrcRegion: region,
    DestType: "level1",
    DestRegion: region,
    FilterType: "crontab",
    FilterKey: isFrequent ? "backupInterval" : "dayOfWeek",
    FilterValue: isFrequent ? String(Number(frequency.charAt(0)) * 60) : weekdayNumbers(days),
    ...retention(data.DataLevel1BackupRetentionPeriod),
    OnlyPreserveOneEachDay: isFrequent,
  });
}

function dump(region: string, data: DataPolicy): AdvancedDataPolicy[] {
  if (data.DataLevel2BackupRetentionPeriod === "0") return [];
  return [
    automatic({
      SrcType: "level1",
      SrcRegion: region,
      DestType: "level2",
      DestRegion: region,
      ...trigger(data),
      ...retention(data.DataLevel2BackupRetentionPeriod),
      OnlyPreserveOneEachDay: true,
    }),
  ];
}

function copy(region: string, data: DataPolicy): AdvancedDataPolicy[] {
  if (data.DataLevel2BackupAnotherRegionRetentionPeriod === "0") return [];
  return [
    automatic({
      SrcType: "level1",
      SrcRegion: region,
      DestType: "level2Cross",
      DestRegion: data.DataLevel2BackupAnotherRegionRegion,
      ...trigger(data),
      ...retention(data.DataLevel2BackupAnotherRegionRetentionPeriod),
      OnlyPreserveOneEachDay: true,
    }),
  ];
}

function automatic(
  policy: Omit<AdvancedDataPolicy, "PolicyId" | "DumpAction" | "OnlyPreserveOneEachHour" | "BakType" | "AutoCreated">,
): AdvancedDataPolicy {
  return {
    PolicyId: newPolicyId(),
    ...policy,
    DumpAction: "copy",
    OnlyPreserveOneEachHour: true,
    BakType: "F",
    AutoCreated: true,
  };
}

function trigger(data: DataPolicy): Pick<AdvancedDataPolicy, "FilterType" | "FilterKey" | "FilterValue"> {
  return data.DataLevel2BackupPeriod === ""
    ? { FilterType: "event" }
    : { FilterType: "crontab", FilterKey: "dayOfWeek", FilterValue: weekdayNumbers(data.DataLevel2BackupPeriod) };
}

function retention(days: string): Pick<AdvancedDataPolicy, "RetentionType" | "RetentionValue"> {
  return days === "-1" ? { RetentionType: "never" } : { RetentionType: "delay", RetentionValue: days };
}

function localLog(region: string, log: LogPolicy): AdvancedLogPolicy {
  return {
    PolicyId: newPolicyId(),
    SrcType: "db",
    SrcRegion: region,
    DestType: "level1",
    DestRegion: region,
    ...logRetention(String(log.LogBackupRetentionPeriod)),
    EnableLogBackup: 1,
  };
}

function copiedLog(region: string, log: LogPolicy): AdvancedLogPolicy[] {
  if (log.LogBackupAnotherRegionRetentionPeriod === "0") return [];
  return [
    {
      PolicyId: newPolicyId(),
      SrcType: "level1",
      SrcRegion: region,
      DestType: "level2Cross",
      DestRegion: log.LogBackupAnotherRegionRegion,
      ...logRetention(log.LogBackupAnotherRegionRetentionPeriod),
      EnableLogBackup: 1,
    },
  ];
}

function logRetention(days: string): Pick<AdvancedLogPolicy, "LogRetentionType" | "LogRetentionValue"> {
  return { LogRetentionType: days === "-1" ? "never" : "delay", LogRetentionValue: days };
}

/** `1` for Monday is an inference from the vendor's example `1,2,3,4,5,6,7`. */
function weekdayNumbers(days: string): string {
  const order = ALL_WEEK.split(",");
  return days
    .split(",")
    .map((day) => order.indexOf(day) + 1)
    .join(",");
}
