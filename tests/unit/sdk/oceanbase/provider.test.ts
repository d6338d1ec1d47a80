import type * as pulumi from "@pulumi/pulumi";
import { oceanbase } from "../../../../sdk";
import { mockEngine, type Registration } from "../../support/registrations";

let registrationOf: (resource: pulumi.Resource) => Promise<Registration>;
beforeAll(async () => {
  registrationOf = await mockEngine();
});

describe("An explicit OceanBase provider", () => {
  it("passes its settings under the namespace that the provider process reads, with secrets marked", async () => {
    const registration = await registrationOf(
      new oceanbase.Provider("eu", {
        endpoints: ["https://a:2886", "https://b:2886"],
        password: "PW",
        passwordEnv: "PWENV",
        agentPassword: "APW",
        agentPasswordEnv: "APWENV",
        tlsCa: "CA",
        tlsCert: "CERT",
        tlsKey: "KEY",
      }),
    );
    expect(registration.type).toBe("pulumi:providers:pulumi-nodejs");
    expect(registration.inputs).toEqual({
      "oceanbase:explicitProvider": "true",
      "oceanbase:endpoints": asConfiguration(["https://a:2886", "https://b:2886"]),
      "oceanbase:password": { secret: "PW" },
      "oceanbase:passwordEnv": "PWENV",
      "oceanbase:agentPassword": { secret: "APW" },
      "oceanbase:agentPasswordEnv": "APWENV",
      "oceanbase:tlsCa": "CA",
      "oceanbase:tlsCert": "CERT",
      "oceanbase:tlsKey": { secret: "KEY" },
    });
  });

  it("says that it is explicit though it has no settings: the environment must know its place", async () => {
    const { inputs } = await registrationOf(new oceanbase.Provider("bare", {}));
    expect(inputs).toEqual({ "oceanbase:explicitProvider": "true" });
  });
});

/** Provider inputs go over the wire as they are. */
function asConfiguration(value: unknown): unknown {
  return value;
}
