import { Config } from "@pulumi/pulumi";
import { oceanbase } from "pulumi-backup-policies";

const config = new Config();

// One by an explicit provider: the way when several resources share a connection.
const orders = new oceanbase.Provider("orders", {
  endpoints: config.requireObject<string[]>("ordersEndpoints"),
  password: config.requireSecret("ordersPassword"),
});

const ordersBackup = new oceanbase.ClusterBackupConfig(
  "orders",
  {
    // A place for each cluster: below it obshell uses the cluster's id, which operators choose and often leave at 1.
    backupBaseUri: "file:///data/backup/orders",
    binding: "mandatory",
    pieceSwitchInterval: "1d",
    deletePolicy: { recoveryWindow: "14d" },
  },
  { provider: orders },
);

// The other by a connection of its own, with a password that never enters state.
const reportsBackup = new oceanbase.ClusterBackupConfig("reports", {
  connection: {
    endpoints: config.requireObject<string[]>("reportsEndpoints"),
    passwordEnv: "REPORTS_ROOT_PASSWORD",
  },
  backupBaseUri: "file:///data/backup/reports",
  binding: "optional",
  pieceSwitchInterval: "7d",
  deletePolicy: { recoveryWindow: "7d" },
});

export const clusters = [ordersBackup.cluster, reportsBackup.cluster];
