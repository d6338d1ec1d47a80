import type * as pulumi from "@pulumi/pulumi";
import { polardb } from "../../../../sdk";
import { mockEngine, type Registration } from "../../support/registrations";

let registrationOf: (resource: pulumi.Resource) => Promise<Registration>;
beforeAll(async () => {
  registrationOf = await mockEngine();
});

describe("An explicit PolarDB provider", () => {
  it("passes its settings under the namespace that the provider process reads, with secrets marked", async () => {
    const registration = await registrationOf(
      new polardb.Provider("cn", {
        region: "cn-hangzhou",
        endpoint: "polardb.aliyuncs.com",
        accessKeyId: "AK",
        accessKeyIdEnv: "AKENV",
        accessKeySecret: "SK",
        accessKeySecretEnv: "SKENV",
        securityToken: "TOKEN",
        securityTokenEnv: "TOKENENV",
      }),
    );
    expect(registration.type).toBe("pulumi:providers:pulumi-nodejs");
    expect(registration.inputs).toEqual({
      "polardb:explicitProvider": "true",
      "polardb:region": "cn-hangzhou",
      "polardb:endpoint": "polardb.aliyuncs.com",
      "polardb:accessKeyId": "AK",
      "polardb:accessKeyIdEnv": "AKENV",
      "polardb:accessKeySecret": { secret: "SK" },
      "polardb:accessKeySecretEnv": "SKENV",
      "polardb:securityToken": { secret: "TOKEN" },
      "polardb:securityTokenEnv": "TOKENENV",
    });
  });

  it("says that it is explicit though it has no settings: the environment must know its place", async () => {
    const { inputs } = await registrationOf(new polardb.Provider("bare", {}));
    expect(inputs).toEqual({ "polardb:explicitProvider": "true" });
  });
});
