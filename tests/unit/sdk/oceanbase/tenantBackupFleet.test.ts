import * as pulumi from "@pulumi/pulumi";
import { oceanbase } from "../../../../sdk";
import { mockEngine, type Registration } from "../../support/registrations";

let registrationOf: (resource: pulumi.Resource) => Promise<Registration>;
beforeAll(async () => {
  registrationOf = await mockEngine();
});

const TEXT = 'exports.handler=()=>require("pulumi-backup-policies/provider").v1("TenantBackupFleet")';

const BARE: oceanbase.TenantBackupFleetArgs = { tenants: ["t1"], baseline: {} };

describe("A fleet of tenants in a program", () => {
  it("is registered under its frozen type with its frozen provider text of at most 100 bytes", async () => {
    const { type, inputs } = await registrationOf(new oceanbase.TenantBackupFleet("bare", BARE));
    expect(type).toBe("pulumi-nodejs:dynamic/oceanbase:TenantBackupFleet");
    expect(inputs).toEqual({ ...BARE, __provider: TEXT });
    expect(TEXT.length).toBeLessThanOrEqual(100);
  });

  it("sends everything that is declared, inputs at any depth, with secrets marked exactly where they stand", async () => {
    const args = {
      tenants: pulumi.output(["t1", "t2"]),
      baseline: { haLowThreadScore: pulumi.output(0), deletePolicy: { recoveryWindow: "7d" } },
      overrides: { t1: pulumi.output({ haLowThreadScore: 14 }) },
      exempt: { t2: { reason: pulumi.output("migration"), expires: "2999-12-31" } },
      maxTenants: 10,
      maxWithoutArchiving: 2,
      connection: { endpoints: ["http://a:2886"], password: "PW", tls: { key: "PEM" } },
      storageCredentials: pulumi.output({ accessId: "AK", accessKey: "SK" }),
      accept: ["unmanage:tenants=1"],
    };
    const { inputs } = await registrationOf(new oceanbase.TenantBackupFleet("full", args));
    expect(inputs).toEqual({
      tenants: ["t1", "t2"],
      baseline: { haLowThreadScore: 0, deletePolicy: { recoveryWindow: "7d" } },
      overrides: { t1: { haLowThreadScore: 14 } },
      exempt: { t2: { reason: "migration", expires: "2999-12-31" } },
      maxTenants: 10,
      maxWithoutArchiving: 2,
      connection: { endpoints: ["http://a:2886"], password: { secret: "PW" }, tls: { key: { secret: "PEM" } } },
      storageCredentials: { accessId: "AK", accessKey: { secret: "SK" } },
      accept: ["unmanage:tenants=1"],
      __provider: TEXT,
    });
  });

  it("has every documented output, also those for what is not declared", () => {
    const resource = new oceanbase.TenantBackupFleet("outputs", BARE);
    for (const name of ["configs", "exempted", "failed", "overrides", "connection"] as const) {
      expect([name, pulumi.Output.isInstance(resource[name])]).toEqual([name, true]);
    }
  });
});
