import { Config } from "@pulumi/pulumi";
import { polardb } from "pulumi-backup-policies";

const config = new Config();
const region = new Config("polardb").require("region");
const copyRegion = config.require("copyRegion");

const policy = new polardb.BackupPolicy("policy", {
  dbClusterId: config.require("dbClusterId"),
  preferredBackupTime: "18:00Z-19:00Z",
  backupPolicyLevel: "Advanced",
  // Advanced backup cannot be switched back to standard backup.
  accept: ["irreversible:backupPolicyLevel=Advanced"],
  advancedDataPolicies: [
    {
      name: "daily",
      srcType: "db",
      srcRegion: region,
      destType: "level1",
      destRegion: region,
      filterType: "crontab",
      filterKey: "dayOfWeek",
      filterValue: "1,2,3,4,5,6,7",
      retentionType: "delay",
      retentionValue: 7,
      onlyPreserveOneEachDay: true,
    },
    {
      name: "weekly-archive",
      srcType: "level1",
      srcRegion: region,
      destType: "level2",
      destRegion: region,
      filterType: "crontab",
      filterKey: "dayOfWeek",
      filterValue: "7",
      retentionType: "delay",
      retentionValue: 365,
      dumpAction: "copy",
    },
    {
      name: "copy-elsewhere",
      srcType: "level2",
      srcRegion: region,
      destType: "level2Cross",
      destRegion: copyRegion,
      filterType: "event",
      retentionType: "delay",
      retentionValue: 90,
      dumpAction: "copy",
    },
  ],
});

export const policyIds = policy.policyIds;
