import { Config } from "@pulumi/pulumi";
import { polardb } from "pulumi-backup-policies";

const config = new Config();

// All arguments are plain values, so a preview runs this too and shows every cluster that would be touched.
const found = polardb.findClusters({ tags: { env: config.get("env") ?? "prod" }, namePattern: "orders-*" });

const fleet = new polardb.BackupPolicyFleet("orders", {
  clusters: found.apply((clusters) => clusters.map(({ id }) => id)),
  // These names fit every engine and region.
  baseline: {
    preferredBackupPeriod: ["Monday", "Wednesday", "Friday", "Sunday"],
    dataLevel1BackupRetentionPeriod: 7,
    backupRetentionPolicyOnClusterDeletion: "LATEST",
  },
  // Every cluster backs up at an hour of its own between 02:00 and 06:00 in Shanghai.
  spread: { from: "18:00Z", to: "22:00Z" },
  // By the name that the console shows, because ids tell nobody anything.
  overrides: found.apply((clusters) =>
    Object.fromEntries(
      clusters
        .filter(({ description }) => description === "orders-ledger")
        .map(({ id }) => [id, { dataLevel1BackupRetentionPeriod: 14, dataLevel2BackupRetentionPeriod: 365 }]),
    ),
  ),
  // A pattern that matches half of the account is refused instead of applied.
  maxClusters: 100,
});

/** Why clusters failed in the last run; nothing when all went well. */
export const failed = fleet.failed;

/** How many clusters begin at the same hour. */
export const windows = found.apply((clusters) => {
  const hours = clusters.map(({ id }) => polardb.windowOf(id, { from: "18:00Z", to: "22:00Z" }));
  return Object.fromEntries(
    [...new Set(hours)].sort().map((hour) => [hour, hours.filter((other) => other === hour).length]),
  );
});
