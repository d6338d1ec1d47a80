import { copiesLogs } from "../advancedLogPolicies";
import type { Cluster } from "../cluster";
import type { AdvancedLogPolicy, Settings } from "../settings";
import type { ActionCall, AnswerBody } from "./action";

export function describeLogBackupPolicy({ world }: ActionCall, cluster: Cluster): AnswerBody {
  const settings = world.visibleSettings(cluster);
  return {
    LogBackupRetentionPeriod: settings.log.LogBackupRetentionPeriod,
    // Log backup cannot be switched off.
    EnableBackupLog: 1,
    LogBackupAnotherRegionRetentionPeriod: settings.log.LogBackupAnotherRegionRetentionPeriod,
    LogBackupAnotherRegionRegion: settings.log.LogBackupAnotherRegionRegion,
    ...(cluster.engine === "MySQL" ? { AdvancedLogPolicies: { AdvancedLogPolicy: shownPolicies(settings) } } : {}),
    ...(cluster.engine !== "MySQL" && world.switches.mysqlOnlyAnswers === "empty" ? { AdvancedLogPolicies: {} } : {}),
  };
}

/** "PolicyId … is returned only for clusters for which the cross-region log backup feature is enabled." */
function shownPolicies(settings: Settings): Partial<AdvancedLogPolicy>[] {
  if (copiesLogs(settings)) return settings.advancedLog;
  return settings.advancedLog.map(({ PolicyId: _hidden, ...policy }) => policy);
}
