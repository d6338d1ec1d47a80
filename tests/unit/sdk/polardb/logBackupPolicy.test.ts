import type * as pulumi from "@pulumi/pulumi";
import { polardb } from "../../../../sdk";
import { mockEngine, type Registration } from "../../support/registrations";

let registrationOf: (resource: pulumi.Resource) => Promise<Registration>;
beforeAll(async () => {
  registrationOf = await mockEngine();
});

const TEXT = 'exports.handler=()=>require("pulumi-backup-policies/provider").v1("LogBackupPolicy")';

describe("A log backup policy in a program", () => {
  it("is registered under its frozen type with its frozen provider text", async () => {
    const { type, name, inputs } = await registrationOf(new polardb.LogBackupPolicy("bare", { dbClusterId: "pc-1" }));
    expect({ type, name }).toEqual({ type: "pulumi-nodejs:dynamic/polardb:LogBackupPolicy", name: "bare" });
    expect(inputs).toEqual({ dbClusterId: "pc-1", __provider: TEXT });
  });

  it("sends everything that is declared, zero included, with secrets marked exactly where they stand", async () => {
    const args: polardb.LogBackupPolicyArgs = {
      dbClusterId: "pc-1",
      logBackupRetentionPeriod: -1,
      logBackupAnotherRegionRetentionPeriod: 0,
      accept: ["shrink:logBackupAnotherRegionRetentionPeriod=0"],
      onDelete: "keep",
    };
    const credentials = { accessKeyId: "AK", accessKeySecret: "SK" };
    const { inputs } = await registrationOf(new polardb.LogBackupPolicy("full", { ...args, credentials }));
    expect(inputs).toEqual({
      ...args,
      credentials: { accessKeyId: "AK", accessKeySecret: { secret: "SK" } },
      __provider: TEXT,
    });
  });

  it("sends advanced rules as they are", async () => {
    const rules: polardb.AdvancedLogPolicyArgs[] = [
      { name: "local", srcType: "db", destType: "level1", logRetentionType: "delay", logRetentionValue: 30 },
      { name: "archive", srcType: "level1", destType: "level2", logRetentionType: "never" },
    ];
    const { inputs } = await registrationOf(
      new polardb.LogBackupPolicy("advanced", { dbClusterId: "pc-1", advancedLogPolicies: rules }),
    );
    expect(inputs.advancedLogPolicies).toEqual(rules);
  });
});
