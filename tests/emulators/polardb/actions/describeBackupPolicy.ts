import { backupDays } from "../backupDays";
import type { Cluster } from "../cluster";
import type { Settings } from "../settings";
import { echoWindow, nextBackupTime } from "../values";
import type { ActionCall, AnswerBody } from "./action";

export function describeBackupPolicy({ world }: ActionCall, cluster: Cluster): AnswerBody {
  const settings = world.visibleSettings(cluster);
  const { data } = settings;
  const { echoMidnight } = world.switches;
  return {
    PreferredBackupPeriod: data.PreferredBackupPeriod,
    PreferredBackupTime: echoWindow(data.PreferredBackupTime, echoMidnight),
    PreferredNextBackupTime: nextBackupTime(
      world.clock.now(),
      backupDays(settings),
      data.DataLevel1BackupTime || data.PreferredBackupTime,
    ),
    BackupFrequency: data.BackupFrequency,
    BackupRetentionPolicyOnClusterDeletion: data.BackupRetentionPolicyOnClusterDeletion,
    DataLevel1BackupRetentionPeriod: data.DataLevel1BackupRetentionPeriod,
    DataLevel2BackupRetentionPeriod: data.DataLevel2BackupRetentionPeriod,
    DataLevel2BackupAnotherRegionRetentionPeriod: data.DataLevel2BackupAnotherRegionRetentionPeriod,
    DataLevel2BackupAnotherRegionRegion: data.DataLevel2BackupAnotherRegionRegion,
    ...(cluster.engine === "MySQL" ? mysqlFields(settings, echoMidnight) : {}),
    ...(cluster.engine !== "MySQL" && world.switches.mysqlOnlyAnswers === "empty" ? EMPTY_MYSQL_FIELDS : {}),
  };
}

function mysqlFields({ data, ...settings }: Settings, echoMidnight: "24:00" | "00:00"): AnswerBody {
  return {
    DataLevel1BackupFrequency: data.DataLevel1BackupFrequency,
    DataLevel1BackupPeriod: data.DataLevel1BackupPeriod,
    DataLevel1BackupTime: echoWindow(data.DataLevel1BackupTime, echoMidnight),
    DataLevel2BackupPeriod: data.DataLevel2BackupPeriod,
    BackupPolicyLevel: settings.level,
    AdvancedPolicyOption: settings.option,
    AdvancedDataPolicies: { AdvancedDataPolicy: settings.advancedData },
  };
}

const EMPTY_MYSQL_FIELDS: AnswerBody = {
  DataLevel1BackupFrequency: "",
  DataLevel1BackupPeriod: "",
  DataLevel1BackupTime: "",
  DataLevel2BackupPeriod: "",
  BackupPolicyLevel: "",
  AdvancedPolicyOption: "",
  AdvancedDataPolicies: {},
};
