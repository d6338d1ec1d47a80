import type { Bag } from "../../../provider/core/bag";
import type { ObshellEmulator } from "../../emulators/obshell";
import { tenantsOf } from "./oceanbase";

/** The configuration of a cluster under the names of a program; a list where its tenants disagree. */
export function clusterConfigOf(emulator: ObshellEmulator): Bag {
  const tenants = tenantsOf(emulator);
  return {
    backupBaseUri: agreed(
      tenants.map(({ archiveDestination }) => archiveDestination?.uri.replace(/\/1\/\d+\/clog$/, "")),
    ),
    binding: agreed(tenants.map(({ archiveDestination }) => archiveDestination?.binding.toLowerCase())),
    pieceSwitchInterval: agreed(tenants.map(({ archiveDestination }) => archiveDestination?.pieceSwitchInterval)),
    logArchiveConcurrency: agreed(tenants.map(({ parameters }) => Number(parameters.log_archive_concurrency))),
    haLowThreadScore: agreed(tenants.map(({ parameters }) => Number(parameters.ha_low_thread_score))),
    archiveLagTarget: agreed(tenants.map(({ parameters }) => parameters.archive_lag_target)),
    deletePolicy: {
      policy: "default",
      recoveryWindow: agreed(tenants.map(({ deletePolicy }) => deletePolicy?.recoveryWindow)),
    },
  };
}

/** The configuration of one tenant under the names of a program. */
export function tenantConfigOf(emulator: ObshellEmulator, tenantName: string): Bag {
  const tenant = tenantsOf(emulator).find(({ name }) => name === tenantName);
  return {
    tenantName: tenant?.name,
    archiveBaseUri: tenant?.archiveDestination?.uri,
    dataBaseUri: tenant?.dataDestination,
    binding: tenant?.archiveDestination?.binding.toLowerCase(),
    pieceSwitchInterval: tenant?.archiveDestination?.pieceSwitchInterval,
    logArchiveConcurrency: Number(tenant?.parameters.log_archive_concurrency),
    haLowThreadScore: Number(tenant?.parameters.ha_low_thread_score),
    archiveLagTarget: tenant?.parameters.archive_lag_target,
    deletePolicy: { policy: "default", recoveryWindow: tenant?.deletePolicy?.recoveryWindow },
  };
}

function agreed<T>(values: readonly T[]): T | readonly T[] {
  return new Set(values).size === 1 ? (values[0] as T) : values;
}
