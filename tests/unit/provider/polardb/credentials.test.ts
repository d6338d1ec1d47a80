import {
  type ConnectionInputs,
  regionalEndpoint,
  resolveCredentials,
  resolveTarget,
} from "../../../../provider/polardb/credentials";
import { testContext } from "../../support/context";
import { thrownBy } from "../../support/failures";

type Settings = Parameters<typeof testContext>[0];

const EXPLICIT = { "polardb:explicitProvider": "true" };

describe("The endpoint of a region", () => {
  it.each([
    ["cn-hangzhou", "https://polardb.aliyuncs.com"],
    ["cn-hangzhou-finance", "https://polardb.aliyuncs.com"],
    ["cn-shanghai", "https://polardb.aliyuncs.com"],
    ["cn-beijing", "https://polardb.aliyuncs.com"],
    ["cn-qingdao", "https://polardb.aliyuncs.com"],
    ["cn-wulanchabu", "https://polardb.aliyuncs.com"],
    ["cn-heyuan", "https://polardb.aliyuncs.com"],
    ["cn-shenzhen", "https://polardb.cn-shenzhen.aliyuncs.com"],
    ["cn-hongkong", "https://polardb.cn-hongkong.aliyuncs.com"],
    ["cn-zhangjiakou", "https://polardb.cn-zhangjiakou.aliyuncs.com"],
    ["ap-southeast-1", "https://polardb.ap-southeast-1.aliyuncs.com"],
    ["us-east-1", "https://polardb.us-east-1.aliyuncs.com"],
    ["eu-central-1", "https://polardb.eu-central-1.aliyuncs.com"],
    ["me-new-9", "https://polardb.me-new-9.aliyuncs.com"],
  ])("%s is %s", (region, endpoint) => {
    expect(regionalEndpoint(region)).toBe(endpoint);
  });
});

describe("Where requests go", () => {
  it.each<[string, ConnectionInputs, Settings, { region?: string; endpoint: string }]>([
    [
      "to the region of the resource",
      { region: "cn-shenzhen" },
      { environment: { ALIBABA_CLOUD_REGION: "cn-beijing" } },
      { region: "cn-shenzhen", endpoint: "https://polardb.cn-shenzhen.aliyuncs.com" },
    ],
    [
      "to the endpoint of the resource, with its region for the record",
      { region: "cn-shenzhen", endpoint: "polardb-vpc.cn-shenzhen.aliyuncs.com" },
      {},
      { region: "cn-shenzhen", endpoint: "https://polardb-vpc.cn-shenzhen.aliyuncs.com" },
    ],
    [
      "to an endpoint without a region",
      { endpoint: "http://127.0.0.1:8080" },
      {},
      { region: undefined, endpoint: "http://127.0.0.1:8080" },
    ],
    [
      "to the region of the environment",
      {},
      { environment: { ALIBABA_CLOUD_REGION: "cn-beijing", ALICLOUD_REGION: "cn-shenzhen" } },
      { region: "cn-beijing", endpoint: "https://polardb.aliyuncs.com" },
    ],
    [
      "to the region of the other variable",
      {},
      { environment: { ALICLOUD_REGION: "cn-shenzhen" } },
      { region: "cn-shenzhen", endpoint: "https://polardb.cn-shenzhen.aliyuncs.com" },
    ],
    [
      "to the endpoint of the environment",
      {},
      { environment: { ALIBABA_CLOUD_ENDPOINT_POLARDB: "polardb.example.com", ALIBABA_CLOUD_REGION: "cn-beijing" } },
      { region: "cn-beijing", endpoint: "https://polardb.example.com" },
    ],
    [
      "to the region of stack configuration",
      {},
      { configuration: { "polardb:region": "eu-central-1" } },
      { region: "eu-central-1", endpoint: "https://polardb.eu-central-1.aliyuncs.com" },
    ],
    [
      "to the region of an explicit provider, whatever the environment says",
      {},
      {
        configuration: { ...EXPLICIT, "polardb:region": "eu-central-1" },
        environment: { ALIBABA_CLOUD_REGION: "cn-beijing", ALIBABA_CLOUD_ENDPOINT_POLARDB: "elsewhere.example.com" },
      },
      { region: "eu-central-1", endpoint: "https://polardb.eu-central-1.aliyuncs.com" },
    ],
    [
      "to the resource's own region, not to an endpoint that was set for another one further away",
      { region: "cn-shenzhen" },
      { environment: { ALIBABA_CLOUD_ENDPOINT_POLARDB: "polardb.cn-beijing.example.com" } },
      { region: "cn-shenzhen", endpoint: "https://polardb.cn-shenzhen.aliyuncs.com" },
    ],
  ])("is %s", (_name, inputs, settings, target) => {
    expect(resolveTarget(inputs, testContext(settings))).toEqual(target);
  });

  it("is an error that lists what was looked at when nothing is set", () => {
    const error = thrownBy(() => resolveTarget({}, testContext()));
    expect(error.message).toBe(
      "neither a region nor an endpoint is set [InvalidInput]. Looked at: region; " +
        "environment variable ALIBABA_CLOUD_REGION or ALICLOUD_REGION; stack configuration polardb:region.",
    );
    expect(error.facts.property).toBe("region");
  });

  it.each([
    "https://user:PASSWORD@polardb.aliyuncs.com",
    "https://polardb.aliyuncs.com/path",
    "https://polardb.aliyuncs.com?x=1",
    "https://polardb.aliyuncs.com#x",
    "ftp://polardb.aliyuncs.com",
    "not a host",
  ])("is never an address with more in it than a host: %s", (endpoint) => {
    const error = thrownBy(() => resolveTarget({ endpoint }, testContext()));
    expect(error.kind).toBe("InvalidInput");
    expect(error.facts.property).toBe("endpoint");
    expect(error.message).not.toContain("PASSWORD");
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ["the other variable", { ALIBABA_CLOUD_REGION: "", ALICLOUD_REGION: "cn-beijing" }],
    [
      "the region, when it is the endpoint's",
      { ALIBABA_CLOUD_ENDPOINT_POLARDB: "", ALIBABA_CLOUD_REGION: "cn-beijing" },
    ],
  ])("is not hidden by a variable that is empty, as CI sets them: %s counts", (_name, environment) => {
    expect(resolveTarget({}, testContext({ environment }))).toEqual({
      region: "cn-beijing",
      endpoint: "https://polardb.aliyuncs.com",
    });
  });

  it("is not made up of an empty region", () => {
    const environment = { ALIBABA_CLOUD_REGION: "" };
    const configuration = { "polardb:region": "cn-beijing" };
    expect(resolveTarget({}, testContext({ environment, configuration })).endpoint).toBe(
      "https://polardb.aliyuncs.com",
    );
    const error = thrownBy(() => resolveTarget({}, testContext({ environment })));
    expect(error.message).toContain("neither a region nor an endpoint is set");
  });
});

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
    expect(resolveCredentials({ credentials }, testContext(settings))).toEqual(expected);
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
      const error = thrownBy(() => resolveCredentials({ credentials }, testContext(settings)));
      expect(error.kind).toBe("Unauthenticated");
      expect(error.message).toContain(`half a credential: ${missing} is not set`);
      expect(error.message).not.toMatch(/OWNSK|ENVSK|CONFSK/);
    },
  );

  it("is never put together from the variables of two tools", () => {
    const mixed = { ALIBABA_CLOUD_ACCESS_KEY_ID: "A1", ALICLOUD_SECRET_KEY: "S2" };
    const error = thrownBy(() => resolveCredentials({}, testContext({ environment: mixed })));
    expect(error.message).toContain("half a credential");
  });

  it("does not get the token of another tool's key", () => {
    const context = testContext({ environment: { ...environment, ALICLOUD_SECURITY_TOKEN: "OTHERS" } });
    expect(resolveCredentials({}, context)).toEqual({ accessKeyId: "ENVAK", accessKeySecret: "ENVSK" });
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
    expect(resolveCredentials({}, context)).toMatchObject({ accessKeyId: "A", accessKeySecret: "S" });
  });

  it("that is nowhere is an error that lists what was looked at", () => {
    const error = thrownBy(() => resolveCredentials({}, testContext()));
    expect(error.message).toBe(
      "no Alibaba Cloud credential is set [Unauthenticated]. Looked at: " +
        "environment variable ALIBABA_CLOUD_ACCESS_KEY_ID or ALICLOUD_ACCESS_KEY; " +
        "environment variable ALIBABA_CLOUD_ACCESS_KEY_SECRET or ALICLOUD_SECRET_KEY; " +
        "stack configuration polardb:accessKeyId; stack configuration polardb:accessKeySecret.",
    );
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
    resolveCredentials({ credentials }, context);
    expect(context.redactor.redact("KEYSECRET and TOKENSECRET")).toBe("[secret] and [secret]");
  });
});
