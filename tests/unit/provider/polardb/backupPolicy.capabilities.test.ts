import type { Bag } from "../../../../provider/core/bag";
import type { PolardbApi } from "../../../../provider/polardb/api";
import { type Needs, needsOf, requireCapabilities } from "../../../../provider/polardb/backupPolicy.capabilities";
import { type PlannedModify, planBackupPolicy } from "../../../../provider/polardb/backupPolicy.plan";
import { rejectionOf } from "../../support/failures";
import { LEVEL_1_SCHEDULE, livePolicy, policyOf } from "../../support/polardb";

/** What a cluster reports that is not MySQL, or does not say that it is. */
const SILENT = { BackupPolicyLevel: "", AdvancedPolicyOption: "" };

const NOTHING: Needs = { mysql: [], crossRegionBackup: [], copies: [] };

const CROSS = {
  name: "copy",
  srcType: "level1",
  destType: "level2Cross",
  destRegion: "cn-beijing",
  filterType: "event",
  retentionType: "never",
};

describe("A call needs", () => {
  it.each<[string, Bag, Bag, Partial<Needs>]>([
    ["nothing for what every cluster has", { preferredBackupTime: "01:00Z-02:00Z" }, SILENT, {}],
    [
      "nothing for a level-1 schedule that the cluster reports",
      { dataLevel1BackupTime: "01:00Z-02:00Z" },
      LEVEL_1_SCHEDULE,
      {},
    ],
    [
      "a region with cross-region backup for a level-1 schedule that it does not report",
      { dataLevel1BackupTime: "01:00Z-02:00Z" },
      {},
      { crossRegionBackup: ["dataLevel1BackupTime"] },
    ],
    [
      "MySQL as well where nothing tells the engine",
      { dataLevel1BackupFrequency: "2/24H", dataLevel2BackupPeriod: ["Monday", "Friday"] },
      SILENT,
      {
        mysql: ["dataLevel1BackupFrequency", "dataLevel2BackupPeriod"],
        crossRegionBackup: ["dataLevel1BackupFrequency", "dataLevel2BackupPeriod"],
      },
    ],
    ["MySQL for advanced backup", { backupPolicyLevel: "Advanced" }, SILENT, { mysql: ["backupPolicyLevel"] }],
    [
      "a region that it can copy to",
      { dataLevel2BackupAnotherRegionRegion: "cn-beijing", dataLevel2BackupAnotherRegionRetentionPeriod: 30 },
      {},
      { copies: [{ property: "dataLevel2BackupAnotherRegionRegion", region: "cn-beijing" }] },
    ],
    [
      "nothing for a region that it copies to already",
      { dataLevel2BackupAnotherRegionRegion: "cn-beijing", dataLevel2BackupAnotherRegionRetentionPeriod: 60 },
      { DataLevel2BackupAnotherRegionRegion: "cn-beijing", DataLevel2BackupAnotherRegionRetentionPeriod: "30" },
      {},
    ],
    [
      "a region that it can copy to for an advanced rule",
      { backupPolicyLevel: "Advanced", advancedDataPolicies: [CROSS] },
      { BackupPolicyLevel: "Advanced" },
      { copies: [{ property: "advancedDataPolicies.copy.destRegion", region: "cn-beijing" }] },
    ],
  ])("%s", (_name, desired, live, needs) => {
    const observed = livePolicy(live);
    const { call } = planBackupPolicy(policyOf(desired), observed, {});
    expect(needsOf(call as PlannedModify, observed)).toEqual({ ...NOTHING, ...needs });
  });
});

describe("A cluster is asked", () => {
  const asked: string[] = [];
  const cluster = (engine: string, regions: string[]): PolardbApi =>
    ({
      describeCluster: async () => {
        asked.push("cluster");
        return { engine };
      },
      describeAvailableCrossRegions: async () => {
        asked.push("regions");
        return regions;
      },
    }) as unknown as PolardbApi;

  beforeEach(() => void asked.splice(0));

  it.each<[string, Partial<Needs>, string[]]>([
    ["nothing where nothing is needed", {}, []],
    ["its engine", { mysql: ["backupPolicyLevel"] }, ["cluster"]],
    ["for regions", { crossRegionBackup: ["dataLevel1BackupTime"] }, ["regions"]],
    ["for regions once", { crossRegionBackup: ["x"], copies: [{ property: "y", region: "cn-beijing" }] }, ["regions"]],
  ])("%s", async (_name, needs, calls) => {
    await requireCapabilities({ ...NOTHING, ...needs }, cluster("MySQL", ["cn-beijing"]), "pc-1");
    expect(asked).toEqual(calls);
  });

  it.each<[string, Partial<Needs>, string, string[], RegExp]>([
    [
      "engine",
      { mysql: ["backupPolicyLevel"] },
      "PostgreSQL",
      [],
      /the cluster runs PostgreSQL, and backupPolicyLevel exists only/,
    ],
    ["engine", { mysql: ["backupPolicyLevel"] }, "Oracle", [], /runs Oracle/],
    [
      "region",
      { crossRegionBackup: ["dataLevel1BackupTime"] },
      "MySQL",
      [],
      /dataLevel1BackupTime exist only where the region supports/,
    ],
    [
      "destination",
      { copies: [{ property: "p", region: "cn-beijing" }] },
      "MySQL",
      ["cn-shanghai", "cn-qingdao"],
      /cannot be copied to cn-beijing \[InvalidInput\]\. Nothing was changed\. It can copy to cn-shanghai, cn-qingdao\./,
    ],
    [
      "destination",
      { copies: [{ property: "p", region: "cn-beijing" }] },
      "MySQL",
      [],
      /It can copy to no region: that needs/,
    ],
  ])("and refused for its %s", async (_name, needs, engine, regions, message) => {
    const error = await rejectionOf(requireCapabilities({ ...NOTHING, ...needs }, cluster(engine, regions), "pc-1"));
    expect(error.message).toMatch(message);
  });
});
