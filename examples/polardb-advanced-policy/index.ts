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
    polardb.level1Backup({ name: "daily", region, keepDays: 7, onlyPreserveOneEachDay: true }),
    polardb.level2Backup({ name: "weekly-archive", region, weekdays: ["Sunday"], keepDays: 365 }),
    polardb.crossRegionLevel2Backup({
      name: "copy-elsewhere",
      from: "level2",
      srcRegion: region,
      destRegion: copyRegion,
      keepDays: 90,
    }),
    // Any other combination of the vendor's fields can be written as it is.
    {
      name: "monthly-archive",
      srcType: "level1",
      srcRegion: region,
      destType: "level2",
      destRegion: region,
      filterType: "crontab",
      filterKey: "dayOfMonth",
      filterValue: "1",
      retentionType: "never",
      dumpAction: "copy",
    },
  ],
});

export const policyIds = policy.policyIds;
/** Rules that somebody has made in the console. */
export const otherPolicies = policy.otherPolicies;
