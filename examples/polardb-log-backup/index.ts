import { Config } from "@pulumi/pulumi";
import { polardb } from "pulumi-backup-policies";

const config = new Config();
const dbClusterId = config.require("dbClusterId");
const copyRegion = config.require("copyRegion");

new polardb.BackupPolicy("policy", {
  dbClusterId,
  dataLevel2BackupRetentionPeriod: 30,
  dataLevel2BackupAnotherRegionRegion: copyRegion,
  dataLevel2BackupAnotherRegionRetentionPeriod: 30,
});

// Logs can be copied only beside backups, and to the same region. The two resources find that order by themselves.
const logs = new polardb.LogBackupPolicy("logs", {
  dbClusterId,
  logBackupRetentionPeriod: config.getNumber("days") ?? 30,
  logBackupAnotherRegionRegion: copyRegion,
  logBackupAnotherRegionRetentionPeriod: 60,
});

export const effective = logs.effective;
