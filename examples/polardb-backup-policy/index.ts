import { Config } from "@pulumi/pulumi";
import { polardb } from "pulumi-backup-policies";

const config = new Config();

const policy = new polardb.BackupPolicy("policy", {
  dbClusterId: config.require("dbClusterId"),
  preferredBackupTime: "15:00Z-16:00Z",
  preferredBackupPeriod: ["Monday", "Wednesday", "Friday", "Sunday"],
  dataLevel1BackupRetentionPeriod: config.getNumber("days") ?? 14,
  dataLevel2BackupRetentionPeriod: 30,
  backupRetentionPolicyOnClusterDeletion: "LATEST",
});

export const effective = policy.effective;
