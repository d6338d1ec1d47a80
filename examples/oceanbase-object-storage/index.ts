import { Config } from "@pulumi/pulumi";
import { oceanbase } from "pulumi-backup-policies";

const config = new Config();

const backup = new oceanbase.ClusterBackupConfig("backup", {
  connection: {
    endpoints: config.requireObject<string[]>("endpoints"),
    // Looked up when Pulumi runs, so that it never enters state.
    passwordEnv: "OBSHELL_ROOT_PASSWORD",
  },
  backupBaseUri: `oss://${config.require("bucket")}/oceanbase?host=${config.require("ossHost")}`,
  storageCredentials: {
    accessId: config.require("accessId"),
    accessKey: config.requireSecret("accessKey"),
  },
  binding: "optional",
  pieceSwitchInterval: "1d",
  archiveLagTarget: "120s",
  deletePolicy: { recoveryWindow: "7d" },
});

export const tenants = backup.tenants;
