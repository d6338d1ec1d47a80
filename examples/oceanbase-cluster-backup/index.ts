import { Config } from "@pulumi/pulumi";
import { oceanbase } from "pulumi-backup-policies";

const config = new Config();

const backup = new oceanbase.ClusterBackupConfig("backup", {
  // Every server of the cluster must have this directory mounted.
  backupBaseUri: config.get("backupBaseUri") ?? "file:///data/backup",
  binding: "mandatory",
  pieceSwitchInterval: "6d",
  logArchiveConcurrency: config.getNumber("logArchiveConcurrency") ?? 100,
  haLowThreadScore: 35,
  archiveLagTarget: "2h",
  deletePolicy: { policy: "default", recoveryWindow: "5d" },
});

export const cluster = backup.cluster;
export const tenants = backup.tenants.apply((all) => all.map(({ name, archiving }) => `${name}: ${archiving}`));
