import { type ConnectionInputs, type CredentialSource, findSource } from "../../../../provider/polardb/credentials";
import { type TestContext, testContext } from "../../support/context";
import { thrownBy } from "../../support/failures";

type Settings = Parameters<typeof testContext>[0];

const EXPLICIT = { "polardb:explicitProvider": "true" };

/** The keys of a source that needs no look-up. */
function keysOf(inputs: ConnectionInputs, context: TestContext): unknown {
  const source = findSource(inputs, context);
  return source.kind === "keys" ? source.keys : source;
}

describe("An access key", () => {
  const own = { accessKeyId: "OWNAK", accessKeySecret: "OWNSK" };
  const environment = { ALIBABA_CLOUD_ACCESS_KEY_ID: "ENVAK", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "ENVSK" };
  const configuration = { "polardb:accessKeyId": "CONFAK", "polardb:accessKeySecret": "CONFSK" };

  it.each<[string, ConnectionInputs["credentials"], Settings, object]>([
    ["the resource", own, { environment, configuration }, own],
    [
      "variables that the resource names",
      { accessKeyIdEnv: "MY_AK", accessKeySecretEnv: "MY_SK", securityTokenEnv: "MY_TOKEN" },
      { environment: { ...environment, MY_AK: "A", MY_SK: "S", MY_TOKEN: "T" } },
      { accessKeyId: "A", accessKeySecret: "S", securityToken: "T" },
    ],
    [
      "an explicit provider, whatever the environment says",
      undefined,
      { environment, configuration: { ...configuration, ...EXPLICIT } },
      { accessKeyId: "CONFAK", accessKeySecret: "CONFSK" },
    ],
    [
      "the environment, when an explicit provider has none",
      undefined,
      { environment, configuration: EXPLICIT },
      { accessKeyId: "ENVAK", accessKeySecret: "ENVSK" },
    ],
    [
      "the environment, before stack configuration, with its token",
      undefined,
      { environment: { ...environment, ALIBABA_CLOUD_SECURITY_TOKEN: "ENVT" }, configuration },
      { accessKeyId: "ENVAK", accessKeySecret: "ENVSK", securityToken: "ENVT" },
    ],
    [
      "the variables of other tools",
      undefined,
      { environment: { ALICLOUD_ACCESS_KEY: "A", ALICLOUD_SECRET_KEY: "S", ALICLOUD_SECURITY_TOKEN: "T" } },
      { accessKeyId: "A", accessKeySecret: "S", securityToken: "T" },
    ],
    [
      "a tool whose key is complete, though another one has left its token behind",
      undefined,
      {
        environment: {
          ALIBABA_CLOUD_SECURITY_TOKEN: "stray",
          ALICLOUD_ACCESS_KEY: "A",
          ALICLOUD_SECRET_KEY: "S",
        },
      },
      { accessKeyId: "A", accessKeySecret: "S" },
    ],
    ["stack configuration", undefined, { configuration }, { accessKeyId: "CONFAK", accessKeySecret: "CONFSK" }],
    [
      "the next place when one is empty",
      { accessKeyId: "", accessKeySecret: "" },
      { environment },
      { accessKeyId: "ENVAK", accessKeySecret: "ENVSK" },
    ],
    [
      "the environment without the blanks around it",
      undefined,
      { environment: { ALIBABA_CLOUD_ACCESS_KEY_ID: " A\n", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "S\n" } },
      { accessKeyId: "A", accessKeySecret: "S" },
    ],
  ])("comes from %s", (_name, credentials, settings, expected) => {
    expect(keysOf({ credentials }, testContext(settings))).toEqual(expected);
  });

  it.each<[string, ConnectionInputs["credentials"], Settings, string]>([
    ["an id of the resource", { accessKeyId: "OWNAK" }, { environment }, "credentials.accessKeySecret"],
    ["a secret of the resource", { accessKeySecret: "OWNSK" }, { environment }, "credentials.accessKeyId"],
    [
      "an id of the environment",
      undefined,
      { environment: { ALIBABA_CLOUD_ACCESS_KEY_ID: "ENVAK" }, configuration },
      "environment variable ALIBABA_CLOUD_ACCESS_KEY_SECRET or ALICLOUD_SECRET_KEY",
    ],
    [
      "a secret of an explicit provider",
      undefined,
      { environment, configuration: { ...EXPLICIT, "polardb:accessKeySecret": "CONFSK" } },
      "provider input accessKeyId",
    ],
  ])(
    "is never put together with a half from elsewhere: %s alone is refused",
    (_name, credentials, settings, missing) => {
      const error = thrownBy(() => keysOf({ credentials }, testContext(settings)));
      expect(error.kind).toBe("Unauthenticated");
      expect(error.message).toContain(`half a credential: ${missing} is not set`);
      expect(error.message).not.toMatch(/OWNSK|ENVSK|CONFSK/);
    },
  );

  it("is never put together from the variables of two tools", () => {
    const mixed = { ALIBABA_CLOUD_ACCESS_KEY_ID: "A1", ALICLOUD_SECRET_KEY: "S2" };
    const error = thrownBy(() => keysOf({}, testContext({ environment: mixed })));
    expect(error.message).toContain("half a credential");
  });

  it("does not get the token of another tool's key", () => {
    const context = testContext({ environment: { ...environment, ALICLOUD_SECURITY_TOKEN: "OTHERS" } });
    expect(keysOf({}, context)).toEqual({ accessKeyId: "ENVAK", accessKeySecret: "ENVSK" });
  });

  it.each(["", "\n"])("is not hidden by variables that are empty, as CI sets them: %j", (empty) => {
    const context = testContext({
      environment: {
        ALIBABA_CLOUD_ACCESS_KEY_ID: empty,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: empty,
        ALICLOUD_ACCESS_KEY: "A",
        ALICLOUD_SECRET_KEY: "S",
      },
    });
    expect(keysOf({}, context)).toMatchObject({ accessKeyId: "A", accessKeySecret: "S" });
  });

  it.each<[string, ConnectionInputs["credentials"], Settings]>([
    ["complete", { accessKeyId: "OWNAK", accessKeySecret: "KEYSECRET", securityToken: "TOKENSECRET" }, {}],
    [
      "from the environment",
      undefined,
      {
        environment: {
          ALIBABA_CLOUD_ACCESS_KEY_ID: "A",
          ALIBABA_CLOUD_ACCESS_KEY_SECRET: "KEYSECRET",
          ALIBABA_CLOUD_SECURITY_TOKEN: "TOKENSECRET",
        },
      },
    ],
  ])("is known to the redactor from then on: %s", (_name, credentials, settings) => {
    const context = testContext(settings);
    keysOf({ credentials }, context);
    expect(context.redactor.redact("KEYSECRET and TOKENSECRET")).toBe("[secret] and [secret]");
  });
});

describe("Where keys come from", () => {
  const sts = { endpoint: undefined, region: undefined, isVpc: false };
  const role = (roleArn: string, others: object = {}): object => ({ roleArn, sts, ...others });
  const keys = (accessKeyId: string, accessKeySecret: string): object => ({
    kind: "keys",
    keys: { accessKeyId, accessKeySecret, securityToken: undefined },
  });
  const configured = (values: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`polardb:${name}`, value]));

  it.each<[string, ConnectionInputs["credentials"], Settings, object]>([
    [
      "a profile of the resource",
      { profile: "ops" },
      {},
      { kind: "profile", name: "ops", where: "credentials.profile" },
    ],
    [
      "a profile of an explicit provider",
      undefined,
      { configuration: { ...EXPLICIT, "polardb:profile": "ops" }, environment: { ALIBABA_CLOUD_PROFILE: "other" } },
      { kind: "profile", name: "ops", where: "provider input profile" },
    ],
    [
      "a profile of the environment",
      undefined,
      {
        environment: { ALIBABA_CLOUD_PROFILE: "ops", ALICLOUD_PROFILE: "other" },
        configuration: configured({ profile: "x" }),
      },
      { kind: "profile", name: "ops" },
    ],
    [
      "a profile and a file, as Terraform's users set them",
      undefined,
      { environment: { ALICLOUD_PROFILE: "ops", ALICLOUD_SHARED_CREDENTIALS_FILE: "/f.json" } },
      { kind: "profile", name: "ops", file: "/f.json" },
    ],
    [
      "a profile of stack configuration",
      undefined,
      { configuration: configured({ profile: "ops" }) },
      { kind: "profile", name: "ops" },
    ],
    [
      "a profile of the alicloud package",
      undefined,
      { configuration: { "alicloud:profile": "ops", "alicloud:sharedCredentialsFile": "/f" } },
      { kind: "profile", name: "ops", file: "/f", where: "stack configuration alicloud:profile" },
    ],
    [
      "keys of the alicloud package",
      undefined,
      { configuration: { "alicloud:accessKey": "A", "alicloud:secretKey": "S" } },
      keys("A", "S"),
    ],
    [
      "our own configuration before that of the alicloud package",
      undefined,
      { configuration: { "alicloud:accessKey": "A", "alicloud:secretKey": "S", "polardb:profile": "ops" } },
      { kind: "profile", name: "ops" },
    ],
    [
      "an OIDC provider of the resource",
      { roleArn: "acs:ram::1:role/r", oidcProviderArn: "acs:ram::1:oidc-provider/p", oidcTokenFile: "/t" },
      {},
      { kind: "oidc", role: role("acs:ram::1:role/r"), providerArn: "acs:ram::1:oidc-provider/p", tokenFile: "/t" },
    ],
    [
      "the OIDC provider that Kubernetes sets",
      undefined,
      {
        environment: {
          ALIBABA_CLOUD_ROLE_ARN: "R",
          ALIBABA_CLOUD_OIDC_PROVIDER_ARN: "P",
          ALIBABA_CLOUD_OIDC_TOKEN_FILE: "/t",
          ALIBABA_CLOUD_ROLE_SESSION_NAME: "s",
        },
      },
      { kind: "oidc", role: role("R", { roleSessionName: "s" }), providerArn: "P", tokenFile: "/t" },
    ],
    [
      "keys before the OIDC provider that Kubernetes sets, without its role",
      undefined,
      {
        environment: {
          ALIBABA_CLOUD_ACCESS_KEY_ID: "A",
          ALIBABA_CLOUD_ACCESS_KEY_SECRET: "S",
          ALIBABA_CLOUD_ROLE_ARN: "R",
          ALIBABA_CLOUD_OIDC_PROVIDER_ARN: "P",
          ALIBABA_CLOUD_OIDC_TOKEN_FILE: "/t",
        },
      },
      keys("A", "S"),
    ],
    [
      "a role with the keys beside it",
      {
        accessKeyId: "A",
        accessKeySecret: "S",
        roleArn: "R",
        roleSessionName: "n",
        roleSessionExpiration: 900,
        externalId: "x",
        policy: "{}",
      },
      { environment: { ALIBABA_CLOUD_ACCESS_KEY_ID: "no", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "no" } },
      {
        kind: "role",
        role: role("R", { roleSessionName: "n", roleSessionExpiration: 900, externalId: "x", policy: "{}" }),
        by: keys("A", "S"),
        where: "credentials.roleArn",
      },
    ],
    [
      "a role of an explicit provider with the keys of the environment",
      undefined,
      {
        configuration: { ...EXPLICIT, "polardb:roleArn": "R" },
        environment: { ALICLOUD_ACCESS_KEY: "A", ALICLOUD_SECRET_KEY: "S" },
      },
      { kind: "role", role: role("R"), by: keys("A", "S"), where: "provider input roleArn" },
    ],
    [
      "a role by whatever the machine has",
      { roleArn: "R" },
      {},
      { kind: "role", role: role("R"), by: { kind: "machine" } },
    ],
    [
      "the role of the nearest level only",
      { roleArn: "R" },
      { configuration: configured({ roleArn: "other", profile: "ops" }) },
      { kind: "role", role: role("R"), by: { kind: "profile", name: "ops" } },
    ],
    [
      "a role as Terraform's users set it",
      undefined,
      {
        environment: {
          ALICLOUD_ASSUME_ROLE_ARN: "R",
          ALICLOUD_ASSUME_ROLE_SESSION_NAME: "n",
          ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION: "1200",
          ALICLOUD_ACCESS_KEY: "A",
          ALICLOUD_SECRET_KEY: "S",
        },
      },
      { kind: "role", role: role("R", { roleSessionName: "n", roleSessionExpiration: 1200 }), by: keys("A", "S") },
    ],
    [
      "a role of the instance",
      { ecsRoleName: "web" },
      {},
      { kind: "ecsRole", name: "web", where: "credentials.ecsRoleName" },
    ],
    [
      "a role of the instance that the environment names",
      undefined,
      { environment: { ALIBABA_CLOUD_ECS_METADATA: "web" } },
      { kind: "ecsRole", name: "web" },
    ],
    [
      "a role of the instance, as Terraform's users name it",
      undefined,
      { environment: { ALICLOUD_ECS_ROLE_NAME: "web" } },
      { kind: "ecsRole", name: "web" },
    ],
    ["a credentials URI", { credentialsUri: "http://127.0.0.1/k" }, {}, { kind: "uri", uri: "http://127.0.0.1/k" }],
    [
      "a credentials URI of the environment",
      undefined,
      { environment: { ALIBABA_CLOUD_CREDENTIALS_URI: "u" } },
      { kind: "uri", uri: "u" },
    ],
    [
      "a credentials URI, as Terraform's users set it",
      undefined,
      { environment: { ALICLOUD_CREDENTIALS_URI: "u" } },
      { kind: "uri", uri: "u" },
    ],
    ["the machine, when nothing is set", undefined, {}, { kind: "machine" }],
    [
      "a file that the machine's profiles are in",
      undefined,
      { environment: { ALIBABA_CLOUD_CREDENTIALS_FILE: "/f" } },
      { kind: "machine", file: "/f" },
    ],
  ])("is %s", (_name, credentials, settings, expected) => {
    expect(findSource({ credentials }, testContext(settings))).toMatchObject(expected);
  });

  it.each<[string, ConnectionInputs, Settings, object]>([
    [
      "STS of the region, inside a VPC",
      { region: "cn-beijing", network: "vpc" },
      {},
      { region: "cn-beijing", isVpc: true },
    ],
    [
      "STS of the region that the vendor's variable names",
      { region: "cn-beijing" },
      { environment: { ALIBABA_CLOUD_STS_REGION: "cn-shanghai" } },
      { region: "cn-shanghai", isVpc: false },
    ],
    [
      "the STS endpoint of the resource, without its scheme",
      { credentials: { stsEndpoint: "https://sts.example.com/" } },
      {},
      { endpoint: "sts.example.com" },
    ],
  ])("asks %s", (_name, { credentials, ...inputs }, settings, expected) => {
    const source = findSource({ ...inputs, credentials: { roleArn: "R", ...credentials } }, testContext(settings));
    expect(source).toMatchObject({ kind: "role", role: { sts: expected } });
  });

  it("is no session that STS would refuse", () => {
    const context = testContext({
      environment: { ALICLOUD_ASSUME_ROLE_ARN: "R", ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION: "1h" },
    });
    expect(thrownBy(() => findSource({}, context)).message).toContain(
      "environment variable ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION is not a whole number of seconds of at least 900 [InvalidInput]",
    );
  });

  it("is told for the case that nothing is found", () => {
    const source = findSource({ credentials: {} }, testContext()) as Extract<CredentialSource, { kind: "machine" }>;
    for (const place of [
      "credentials.accessKeyId",
      "environment variable ALIBABA_CLOUD_ACCESS_KEY_ID or ALICLOUD_ACCESS_KEY",
      "environment variable ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
      "stack configuration polardb:profile",
      "stack configuration alicloud:ecsRoleName",
    ]) {
      expect(source.lookedAt).toContain(place);
    }
    expect(source.lookedAt).not.toContain("alicloud:oidc");
  });

  it("makes an address known to the redactor, because a token may be in it", () => {
    const context = testContext();
    findSource({ credentials: { credentialsUri: "http://127.0.0.1/?token=abc" } }, context);
    expect(context.redactor.redact("GET http://127.0.0.1/?token=abc failed")).toBe("GET [secret] failed");
  });
});
