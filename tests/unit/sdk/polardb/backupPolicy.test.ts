import * as pulumi from "@pulumi/pulumi";
import { polardb } from "../../../../sdk";
import { mockEngine, type Registration, resolved } from "../../support/registrations";

const RECORDED = {
  effective: {
    preferredBackupTime: "07:00Z-08:00Z",
    backupPolicyLevel: "Advanced",
    notReported: "advancedPolicyOption",
  },
  target: { endpoint: "https://polardb.aliyuncs.com" },
  engine: "MySQL",
};

let registrationOf: (resource: pulumi.Resource) => Promise<Registration>;
beforeAll(async () => {
  registrationOf = await mockEngine({ recorded: JSON.stringify(RECORDED).replaceAll('"', "'") });
});

const TEXT = 'exports.handler=()=>require("pulumi-backup-policies/provider").v1("BackupPolicy")';

const ARGS: polardb.BackupPolicyArgs = {
  dbClusterId: "pc-1",
  region: "cn-hangzhou",
  endpoint: "polardb.aliyuncs.com",
  credentials: { accessKeyId: "AK", accessKeySecret: "SK", securityToken: "TOKEN", accessKeyIdEnv: "NAME" },
  preferredBackupTime: "15:00Z-16:00Z",
  preferredBackupPeriod: ["Monday", "Friday"],
  backupFrequency: "Normal",
  dataLevel1BackupRetentionPeriod: 14,
  dataLevel2BackupRetentionPeriod: 0,
  backupRetentionPolicyOnClusterDeletion: "LATEST",
  accept: ["shrink:dataLevel2BackupRetentionPeriod=0"],
  timeouts: { update: "30m" },
};

describe("A backup policy in a program", () => {
  it("is registered under its frozen type with its frozen provider text", async () => {
    const { type, name, inputs } = await registrationOf(new polardb.BackupPolicy("bare", { dbClusterId: "pc-1" }));
    expect({ type, name }).toEqual({ type: "pulumi-nodejs:dynamic/polardb:BackupPolicy", name: "bare" });
    expect(inputs).toEqual({ dbClusterId: "pc-1", __provider: TEXT });
  });

  it("sends everything that is declared, zero included, with secrets marked exactly where they stand", async () => {
    const { inputs } = await registrationOf(new polardb.BackupPolicy("full", ARGS));
    expect(inputs).toEqual({
      ...ARGS,
      credentials: {
        accessKeyId: "AK",
        accessKeySecret: { secret: "SK" },
        securityToken: { secret: "TOKEN" },
        accessKeyIdEnv: "NAME",
      },
      __provider: TEXT,
    });
  });

  it("marks the secrets of credentials that are only known later", async () => {
    const credentials = pulumi.output({ accessKeyId: "AK", accessKeySecret: "SK", securityToken: "TOKEN" });
    const { inputs } = await registrationOf(new polardb.BackupPolicy("later", { dbClusterId: "pc-1", credentials }));
    const text = JSON.stringify(inputs.credentials);
    expect(text).toMatch(/^\{"secret"|"accessKeySecret":\{"secret":"SK"\}/);
    expect(text).toMatch(/^\{"secret"|"securityToken":\{"secret":"TOKEN"\}/);
  });

  it("sends advanced rules as they are", async () => {
    const rule = {
      name: "daily",
      srcType: "db",
      destType: "level1",
      filterType: "event",
      retentionType: "never",
    } as const;
    const { inputs } = await registrationOf(
      new polardb.BackupPolicy("advanced", {
        dbClusterId: "pc-1",
        backupPolicyLevel: "Advanced",
        advancedDataPolicies: [rule, pulumi.output({ ...rule, name: "b", destType: "level2" as const })],
      }),
    );
    expect(inputs.advancedDataPolicies).toEqual([rule, { ...rule, name: "b", destType: "level2" }]);
  });

  it("does not change the arguments, which a program may use again", () => {
    const before = JSON.stringify(ARGS);
    new polardb.BackupPolicy(
      "frozen",
      Object.freeze({ ...ARGS, credentials: Object.freeze({ accessKeySecret: "x" }) }),
    );
    expect(JSON.stringify(ARGS)).toBe(before);
  });

  it("has every documented output, also those for what is not declared", () => {
    const documented: Record<Exclude<keyof polardb.BackupPolicy, keyof pulumi.CustomResource>, true> = {
      dbClusterId: true,
      region: true,
      endpoint: true,
      network: true,
      credentials: true,
      timeZone: true,
      utcSchedule: true,
      preferredBackupTime: true,
      preferredBackupPeriod: true,
      backupFrequency: true,
      dataLevel1BackupRetentionPeriod: true,
      dataLevel1BackupFrequency: true,
      dataLevel1BackupTime: true,
      dataLevel1BackupPeriod: true,
      dataLevel2BackupRetentionPeriod: true,
      dataLevel2BackupPeriod: true,
      dataLevel2BackupAnotherRegionRegion: true,
      dataLevel2BackupAnotherRegionRetentionPeriod: true,
      backupRetentionPolicyOnClusterDeletion: true,
      backupPolicyLevel: true,
      advancedDataPolicies: true,
      accept: true,
      timeouts: true,
      onDelete: true,
      effective: true,
      policyIds: true,
      engine: true,
      effectiveLevel: true,
      advancedPolicyOption: true,
      otherPolicies: true,
      target: true,
      lastRequestId: true,
    };
    const resource = new polardb.BackupPolicy("outputs", { dbClusterId: "pc-1" });
    const missing = Object.keys(documented).filter(
      (name) => !pulumi.Output.isInstance(resource[name as keyof typeof documented]),
    );
    expect(missing).toEqual([]);
  });

  it("tells the whole live policy from what the state has of it", async () => {
    const policy = new polardb.BackupPolicy("live", { dbClusterId: "pc-1" });
    expect(await resolved(policy.effective)).toMatchObject({
      preferredBackupTime: "07:00Z-08:00Z",
      backupFrequency: "Normal",
      backupPolicyLevel: "Advanced",
      advancedDataPolicies: [],
    });
    expect(await resolved(policy.effective)).not.toHaveProperty("advancedPolicyOption");
    expect(await resolved(policy.effectiveLevel)).toBe("Advanced");
    expect(await resolved(policy.advancedPolicyOption)).toBeUndefined();
    expect(await resolved(pulumi.all([policy.engine, policy.target, policy.policyIds, policy.otherPolicies]))).toEqual([
      "MySQL",
      { endpoint: "https://polardb.aliyuncs.com" },
      {},
      [],
    ]);
    expect(await resolved(pulumi.all([policy.utcSchedule, policy.lastRequestId]))).toEqual([undefined, undefined]);
  });

  it("names an explicit provider", async () => {
    const provider = new polardb.Provider("cn", { region: "cn-hangzhou" });
    const { provider: reference } = await registrationOf(
      new polardb.BackupPolicy("in-cn", { dbClusterId: "pc-1" }, { provider }),
    );
    expect(reference).toMatch(/::pulumi:providers:pulumi-nodejs::cn::cn-id$/);
  });
});
