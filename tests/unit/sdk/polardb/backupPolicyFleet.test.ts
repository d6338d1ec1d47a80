import * as pulumi from "@pulumi/pulumi";
import { polardb } from "../../../../sdk";
import { mockEngine, type Registration } from "../../support/registrations";

let registrationOf: (resource: pulumi.Resource) => Promise<Registration>;
beforeAll(async () => {
  registrationOf = await mockEngine();
});

const TEXT = 'exports.handler=()=>require("pulumi-backup-policies/provider").v1("BackupPolicyFleet")';

const BARE: polardb.BackupPolicyFleetArgs = { clusters: ["pc-1"], baseline: {} };

describe("A fleet in a program", () => {
  it("is registered under its frozen type with its frozen provider text of at most 100 bytes", async () => {
    const { type, inputs } = await registrationOf(new polardb.BackupPolicyFleet("bare", BARE));
    expect(type).toBe("pulumi-nodejs:dynamic/polardb:BackupPolicyFleet");
    expect(inputs).toEqual({ ...BARE, __provider: TEXT });
    expect(TEXT.length).toBeLessThanOrEqual(100);
  });

  it("sends everything that is declared, inputs at any depth, with secrets marked exactly where they stand", async () => {
    const args = {
      clusters: pulumi.output(["pc-1", "pc-2"]),
      baseline: { dataLevel2BackupRetentionPeriod: pulumi.output<0>(0), logPolicy: { logBackupRetentionPeriod: 30 } },
      overrides: { "pc-1": pulumi.output({ dataLevel1BackupRetentionPeriod: 14 }) },
      exempt: { "pc-2": { reason: pulumi.output("migration"), expires: "2999-12-31" } },
      spread: { from: "22:00Z", to: "04:00Z" },
      maxClusters: 10,
      parallelism: 8,
      credentials: { accessKeyId: "AK", accessKeySecret: "SK" },
      accept: ["unmanage:clusters=1"],
    };
    const { inputs } = await registrationOf(new polardb.BackupPolicyFleet("full", args));
    expect(inputs).toEqual({
      clusters: ["pc-1", "pc-2"],
      baseline: { dataLevel2BackupRetentionPeriod: 0, logPolicy: { logBackupRetentionPeriod: 30 } },
      overrides: { "pc-1": { dataLevel1BackupRetentionPeriod: 14 } },
      exempt: { "pc-2": { reason: "migration", expires: "2999-12-31" } },
      spread: { from: "22:00Z", to: "04:00Z" },
      maxClusters: 10,
      parallelism: 8,
      credentials: { accessKeyId: "AK", accessKeySecret: { secret: "SK" } },
      accept: ["unmanage:clusters=1"],
      __provider: TEXT,
    });
  });

  it("has every documented output, also those for what is not declared", () => {
    const resource = new polardb.BackupPolicyFleet("outputs", BARE);
    for (const name of ["policies", "logPolicies", "exempted", "failed", "overrides", "spread", "region"] as const) {
      expect([name, pulumi.Output.isInstance(resource[name])]).toEqual([name, true]);
    }
  });

  it("refuses a window in a range without hours as Pulumi prints it", () => {
    expect(() => polardb.windowOf("pc-1", { from: "02:00Z", to: "02:00Z" })).toThrow(pulumi.RunError);
    expect(() => polardb.windowOf("pc-1", { from: "2", to: "3" })).toThrow(/whole hours in UTC.*\[InvalidInput\]\.$/);
  });
});
