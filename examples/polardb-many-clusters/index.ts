import { Config, RunError } from "@pulumi/pulumi";
import { polardb } from "pulumi-backup-policies";

const config = new Config();

/** What differs from one cluster to the next. */
type Settings = Omit<polardb.BackupPolicyArgs, "dbClusterId">;

/** What every cluster gets. These names fit every engine and region. */
const baseline: Settings = {
  preferredBackupTime: "18:00Z-19:00Z",
  preferredBackupPeriod: ["Monday", "Wednesday", "Friday", "Sunday"],
  dataLevel1BackupRetentionPeriod: 7,
  backupRetentionPolicyOnClusterDeletion: "LATEST",
};

/** What single clusters get instead, by the name that the console shows. */
const exceptions: Readonly<Record<string, Settings>> = {
  "orders-ledger": { dataLevel1BackupRetentionPeriod: 14, dataLevel2BackupRetentionPeriod: 365 },
};

const found = polardb.findClusters({ tags: { env: config.get("env") ?? "prod" }, namePattern: "orders-*" });

// All arguments of findClusters are plain values, so a preview runs this too and shows every policy.
export const policies = found.apply((clusters) => {
  const names = clusters.map(({ description }) => description);
  // Without these two a misspelt tag would look like "no clusters any more", and a misspelt name like no exception.
  if (clusters.length === 0) throw new RunError("no cluster has this tag and this name");
  const unknown = Object.keys(exceptions).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new RunError(`no cluster has the name ${unknown.join(", ")}`);

  return Object.fromEntries(
    clusters.map(({ id, description = id }) => {
      // The id names the resource: it never changes and is never given twice, unlike the name.
      const policy = new polardb.BackupPolicy(id, { dbClusterId: id, ...baseline, ...exceptions[description] });
      return [id, policy.effectiveLevel];
    }),
  );
});
