import { Config } from "@pulumi/pulumi";
import { oceanbase } from "pulumi-backup-policies";

const config = new Config();

// A preview asks too, so it shows every tenant that would be touched.
const found = oceanbase.getTenants();

const fleet = new oceanbase.TenantBackupFleet("tenants", {
  tenants: found.apply((tenants) => tenants.map(({ name }) => name)),
  baseline: {
    // Every tenant has a place of its own, and every server of the cluster must have both volumes mounted.
    archiveBaseUri: "file:///archive/{tenant}",
    dataBaseUri: "file:///backup/{tenant}",
    binding: "optional",
    pieceSwitchInterval: "1d",
    deletePolicy: { recoveryWindow: "7d" },
  },
  overrides: found.apply((tenants) =>
    Object.fromEntries(
      tenants
        .filter(({ name }) => name === config.get("ledger"))
        .map(({ name }) => [name, { binding: "mandatory" as const, deletePolicy: { recoveryWindow: "30d" } }]),
    ),
  ),
  maxTenants: 50,
  // Also the default: a change of destinations closes the log archive of one tenant at a time.
  maxWithoutArchiving: 1,
});

/** Why tenants failed in the last run; nothing when all went well. */
export const failed = fleet.failed;

/** How long the last change kept the log archive of each tenant closed. */
export const archiveGaps = fleet.configs.apply((configs) => configs.flatMap((one) => one.archiveGaps));
