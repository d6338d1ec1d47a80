import type { Bag } from "../../../../provider/core/bag";
import { UNKNOWN } from "../../../../provider/core/unknowns";
import { backupPolicy } from "../../../../provider/polardb/backupPolicy.handler";
import { testContext } from "../../support/context";
import { livePolicy, policyOf } from "../../support/polardb";

describe("The name of a policy in messages", () => {
  it.each<[Bag, string | undefined]>([
    [{ dbClusterId: "pc-1" }, "pc-1"],
    [{ dbClusterId: UNKNOWN }, undefined],
    [{ dbClusterId: 7 }, undefined],
    [{}, undefined],
  ])("for %j is %s", (bag, name) => {
    expect(backupPolicy.identity(bag)).toBe(name);
  });
});

describe("The secrets in inputs and records", () => {
  it("are secret and token of the access key", () => {
    const credentials = { accessKeyId: "ID", accessKeySecret: "SK", securityToken: "T", accessKeySecretEnv: "NAME" };
    expect([...backupPolicy.secrets({ credentials })].sort()).toEqual(["SK", "T"]);
  });

  it.each<Bag>([
    {},
    { credentials: UNKNOWN },
    { credentials: null },
    { credentials: { accessKeySecret: UNKNOWN, securityToken: 7 } },
    { credentials: "text" },
  ])("are none, and nothing fails, for %j", (bag) => {
    expect(backupPolicy.secrets(bag)).toEqual([]);
  });
});

describe("The value of an endpoint in messages", () => {
  it.each([
    ["https://me:password@polardb.aliyuncs.com", true],
    ["https://polardb.aliyuncs.com/path", false],
    [UNKNOWN, false],
  ])("%s is secret: %s", (endpoint, isSecret) => {
    expect(backupPolicy.isSecret(["endpoint"], { endpoint })).toBe(isSecret);
  });
});

describe("check", () => {
  const check = (news: Bag) => {
    const context = testContext();
    return { ...backupPolicy.check({ dbClusterId: "pc-1", ...news }, {}, context), lines: context.lines };
  };

  it.each([15, 30])(
    "warns of a level-1 retention of %d days, which the vendor does not document, and lets it pass",
    (days) => {
      const { violations, lines } = check({ dataLevel1BackupRetentionPeriod: days });
      expect(violations).toEqual([]);
      expect(lines).toEqual([
        `pc-1: dataLevel1BackupRetentionPeriod ${days}: the vendor documents 3 to 14 days, so the service may refuse it`,
      ]);
    },
  );

  it.each([3, 14, UNKNOWN, undefined])("does not warn of %s", (days) => {
    expect(check({ dataLevel1BackupRetentionPeriod: days }).lines).toEqual([]);
  });

  it("puts rules in the order of their names, so that their order in the program says nothing", () => {
    const rule = { srcType: "db", destType: "level1", filterType: "event", retentionType: "never" };
    const advancedDataPolicies = [
      { ...rule, name: "z", srcType: "level1" },
      { ...rule, name: "A" },
      { ...rule, name: "a", srcType: "level2" },
    ];
    const { inputs } = check({ backupPolicyLevel: "Advanced", advancedDataPolicies });
    expect(inputs.advancedDataPolicies?.map(({ name }) => name)).toEqual(["A", "a", "z"]);
  });

  it("leaves rules that are not known yet where they stand", () => {
    const { inputs } = check({ backupPolicyLevel: "Advanced", advancedDataPolicies: [UNKNOWN] });
    expect(inputs.advancedDataPolicies).toEqual([UNKNOWN]);
  });
});

describe("diff", () => {
  const recordsOf = (inputs: Bag, live: Bag = {}): Bag => ({
    ...policyOf(inputs),
    effective: livePolicy(live),
    policyIds: {},
    target: { endpoint: "https://polardb.aliyuncs.com" },
  });
  const diff = (olds: Bag, news: Bag) => backupPolicy.diff(olds, policyOf(news), testContext());

  it("shows nothing when nothing changes", () => {
    const inputs = { dataLevel1BackupRetentionPeriod: 7 };
    expect(diff(recordsOf(inputs), inputs)).toEqual({
      replaces: [],
      nothingToDo: false,
      announcements: [],
      refusal: undefined,
      findings: { impacts: [], released: [] },
    });
  });

  it.each([
    ["dbClusterId", { dbClusterId: "pc-2" }],
    ["region", { region: "cn-beijing" }],
    ["endpoint", { endpoint: "h" }],
  ])("replaces for another %s, without refusing what is known of the old one only", (name, news) => {
    const { replaces, refusal } = diff(recordsOf({ dataLevel1BackupRetentionPeriod: 7 }), {
      ...news,
      dataLevel1BackupRetentionPeriod: 3,
    });
    expect(replaces).toEqual([name]);
    expect(refusal).toBeUndefined();
  });

  it("refuses a shorter retention with its token, before anything is sent", () => {
    const { refusal, announcements } = diff(recordsOf({}), { dataLevel1BackupRetentionPeriod: 3 });
    expect(refusal?.message).toContain('accept: ["shrink:dataLevel1BackupRetentionPeriod=3"]');
    expect(announcements).toEqual(["pc-1: Level-1 backups are kept 3 days instead of 7 days; older ones expire."]);
  });

  it("announces costs", () => {
    expect(diff(recordsOf({}), { dataLevel2BackupRetentionPeriod: 30 }).announcements).toEqual([
      "pc-1: Level-2 backups are switched on; their storage costs money.",
    ]);
  });

  it("says of settings that leave the program that they stay", () => {
    expect(diff(recordsOf({ dataLevel1BackupRetentionPeriod: 7 }), {}).announcements).toEqual([
      "pc-1: dataLevel1BackupRetentionPeriod is no longer managed and keeps its present value",
    ]);
  });

  it("is no write when credentials are rotated: no impact, no replacement", () => {
    const credentials = (accessKeySecret: string) => ({ credentials: { accessKeyId: "a", accessKeySecret } });
    const { replaces, announcements, refusal } = diff(recordsOf(credentials("old")), credentials("new"));
    expect({ replaces, announcements, refusal }).toEqual({ replaces: [], announcements: [], refusal: undefined });
  });

  it("does not hold a rule against its record that was made in the console since: the apply looks again", () => {
    const rule = {
      name: "a",
      policyId: "made-in-console",
      srcType: "db",
      destType: "level1",
      filterType: "event",
      retentionType: "never",
    };
    const inputs = { backupPolicyLevel: "Advanced", advancedDataPolicies: [] };
    const news = { backupPolicyLevel: "Advanced", advancedDataPolicies: [rule] };
    expect(() => diff(recordsOf(inputs, { BackupPolicyLevel: "Advanced" }), news)).not.toThrow();
  });

  it.each<Bag>([
    { dbClusterId: UNKNOWN },
    { dataLevel1BackupRetentionPeriod: UNKNOWN },
    { preferredBackupPeriod: [UNKNOWN, "Monday"] },
    { backupPolicyLevel: "Advanced", advancedDataPolicies: [UNKNOWN] },
    { accept: UNKNOWN, credentials: UNKNOWN },
  ])("does not fail for values that are not known yet: %j", (news) => {
    expect(() => diff(recordsOf({}), news)).not.toThrow();
  });

  it("does not fail for records that were never read", () => {
    expect(diff({ dbClusterId: "pc-1" }, { dataLevel1BackupRetentionPeriod: 3 }).refusal).toBeUndefined();
  });
});

describe("delete", () => {
  it("says that the policy stays as it is, and calls nobody", async () => {
    const context = testContext();
    await backupPolicy.delete("pc-1", { dbClusterId: "pc-1" }, context);
    expect(context.lines).toEqual([
      "pc-1: the PolarDB backup policy stays on the cluster as it is; Pulumi no longer manages it",
    ]);
  });
});
