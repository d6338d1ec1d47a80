import fc from "fast-check";
import type { Bag } from "../../../../provider/core/bag";
import { liveInputs } from "../../../../provider/polardb/backupPolicy.drift";
import { classicPolicies, livePolicy, livePolicyOf, policyOf } from "../../support/polardb";

const liveOf = (declared: Bag, live: Bag = {}, policyIds: Readonly<Record<string, string>> = {}) =>
  liveInputs({ ...policyOf(declared), policyIds }, livePolicy(live));

describe("The inputs that a refresh records", () => {
  it("are the declared ones when nothing has drifted, whatever is declared", () => {
    fc.assert(
      fc.property(classicPolicies, (news) => {
        const inputs = policyOf(news);
        expect(liveInputs(inputs, livePolicyOf(inputs))).toEqual(inputs);
      }),
    );
  });

  it.each<[string, Bag, Bag, Bag]>([
    [
      "a number",
      { dataLevel1BackupRetentionPeriod: 7 },
      { DataLevel1BackupRetentionPeriod: "14" },
      { dataLevel1BackupRetentionPeriod: 14 },
    ],
    [
      "off instead of on",
      { dataLevel2BackupRetentionPeriod: 30 },
      { DataLevel2BackupRetentionPeriod: "" },
      { dataLevel2BackupRetentionPeriod: 0 },
    ],
    [
      "on instead of off",
      { dataLevel2BackupRetentionPeriod: 0 },
      { DataLevel2BackupRetentionPeriod: "-1" },
      { dataLevel2BackupRetentionPeriod: -1 },
    ],
    [
      "weekdays",
      { preferredBackupPeriod: ["Monday", "Friday"] },
      { PreferredBackupPeriod: "Sunday,Monday" },
      { preferredBackupPeriod: ["Monday", "Sunday"] },
    ],
    [
      "a frequency that the service leaves empty",
      { backupFrequency: "2/24H" },
      { BackupFrequency: "" },
      { backupFrequency: "Normal" },
    ],
    [
      "the level",
      { backupPolicyLevel: "Normal" },
      { BackupPolicyLevel: "Advanced" },
      { backupPolicyLevel: "Advanced" },
    ],
    [
      "a level that the service leaves empty",
      { backupPolicyLevel: "Advanced" },
      { BackupPolicyLevel: "" },
      { backupPolicyLevel: "Normal" },
    ],
  ])("show what the cluster has now: %s", (_name, declared, live, expected) => {
    expect(liveOf(declared, live)).toEqual({ dbClusterId: "pc-1", ...expected });
  });

  it("lack a setting that the cluster has no more", () => {
    expect(liveOf({ dataLevel2BackupPeriod: ["Monday", "Friday"] }).dataLevel2BackupPeriod).toBeUndefined();
  });

  it("never show a setting that the program does not declare", () => {
    const live = {
      DataLevel1BackupRetentionPeriod: "14",
      DataLevel2BackupRetentionPeriod: "30",
      BackupFrequency: "2/24H",
    };
    expect(liveOf({ preferredBackupTime: "07:00Z-08:00Z" }, live)).toEqual({
      dbClusterId: "pc-1",
      preferredBackupTime: "07:00Z-08:00Z",
    });
  });

  it("keep as they are what says where and how, which no answer shows", () => {
    const declared = {
      region: "cn-beijing",
      endpoint: "polardb.aliyuncs.com",
      credentials: { accessKeyId: "AK", accessKeySecret: "SK" },
      accept: ["shrink:dataLevel1BackupRetentionPeriod=7"],
      timeouts: { update: "30m" },
    };
    expect(liveOf(declared)).toEqual({ dbClusterId: "pc-1", ...declared });
  });

  describe("for advanced rules", () => {
    const rule = {
      name: "daily",
      srcType: "db",
      destType: "level1",
      filterType: "event",
      retentionType: "delay",
      retentionValue: 7,
    };
    const wire = {
      PolicyId: "id-1",
      SrcType: "db",
      DestType: "level1",
      FilterType: "event",
      RetentionType: "delay",
      RetentionValue: "7",
    };
    const rulesOf = (declared: Bag, live: object[], ids: Readonly<Record<string, string>>) =>
      liveOf(
        { backupPolicyLevel: "Advanced", advancedDataPolicies: [declared] },
        { BackupPolicyLevel: "Advanced", AdvancedDataPolicies: { AdvancedDataPolicy: live } },
        ids,
      ).advancedDataPolicies;

    it("are found by the recorded id and show live values", () => {
      expect(rulesOf(rule, [{ ...wire, RetentionValue: "30" }], { daily: "id-1" })).toEqual([
        { ...rule, retentionValue: 30 },
      ]);
    });

    it("are found by the declared id", () => {
      expect(rulesOf({ ...rule, policyId: "id-1" }, [wire], {})).toEqual([{ ...rule, policyId: "id-1" }]);
    });

    it("lack a rule that is gone", () => {
      expect(rulesOf(rule, [{ ...wire, PolicyId: "id-2" }], { daily: "id-1" })).toEqual([]);
    });

    it("never show a rule of somebody else", () => {
      const foreign = { ...wire, PolicyId: "auto", AutoCreated: true };
      expect(rulesOf(rule, [foreign, wire], { daily: "id-1" })).toEqual([rule]);
    });
  });
});
