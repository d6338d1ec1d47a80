import type { ClusterConfigBody, TenantConfigBody, TenantParameters } from "./api";
import type { Settings } from "./backupConfig.plan";
import { formatStorageUri, type StorageKeys } from "./storageUri";

/** Settings as the bodies of obshell's calls. Here, and only here, keys enter a URI. */
export function clusterBody({ destination, ...settings }: Settings, keys: StorageKeys | undefined): ClusterConfigBody {
  const uri = destination && "base" in destination ? formatStorageUri(destination.base, keys) : undefined;
  return { ...(uri === undefined ? {} : { backup_base_uri: uri }), ...commonBody(settings) };
}

export function tenantBody({ destination, ...settings }: Settings, keys: StorageKeys | undefined): TenantConfigBody {
  const { archive, data } = destination && !("base" in destination) ? destination : {};
  return {
    ...(archive === undefined ? {} : { archive_base_uri: formatStorageUri(archive, keys) }),
    ...(data === undefined ? {} : { data_base_uri: formatStorageUri(data, keys) }),
    ...commonBody(settings),
  };
}

function commonBody(settings: Settings): Omit<ClusterConfigBody, "backup_base_uri"> {
  const { binding, pieceSwitchInterval, deletePolicy } = settings;
  return {
    ...(binding === undefined ? {} : { binding }),
    ...(pieceSwitchInterval === undefined ? {} : { piece_switch_interval: pieceSwitchInterval }),
    ...parametersToWire(settings),
    ...(deletePolicy === undefined
      ? {}
      : { delete_policy: { policy: deletePolicy.policy, recovery_window: deletePolicy.recoveryWindow } }),
  };
}

export function parametersToWire(
  settings: Settings,
): { log_archive_concurrency?: number; archive_lag_target?: string; ha_low_thread_score?: number } & TenantParameters {
  const { logArchiveConcurrency, archiveLagTarget, haLowThreadScore } = settings;
  return {
    ...(logArchiveConcurrency === undefined ? {} : { log_archive_concurrency: logArchiveConcurrency }),
    ...(archiveLagTarget === undefined ? {} : { archive_lag_target: archiveLagTarget }),
    ...(haLowThreadScore === undefined ? {} : { ha_low_thread_score: haLowThreadScore }),
  };
}
