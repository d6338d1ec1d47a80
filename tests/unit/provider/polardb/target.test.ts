import { resolveTarget, type TargetInputs } from "../../../../provider/polardb/target";
import { testContext } from "../../support/context";
import { thrownBy } from "../../support/failures";

type Settings = Parameters<typeof testContext>[0];

const EXPLICIT = { "polardb:explicitProvider": "true" };

describe("Where requests go", () => {
  it.each<[string, TargetInputs, Settings, { region?: string; endpoint: string }]>([
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
      "to the region that another package is configured for, when nothing else says one",
      {},
      { configuration: { "alicloud:region": "eu-central-1" } },
      { region: "eu-central-1", endpoint: "https://polardb.eu-central-1.aliyuncs.com" },
    ],
    [
      "to our own region before that of another package",
      {},
      { configuration: { "alicloud:region": "eu-central-1", "polardb:region": "us-east-1" } },
      { region: "us-east-1", endpoint: "https://polardb.us-east-1.aliyuncs.com" },
    ],
    [
      "to the VPC's endpoint of the region",
      { region: "cn-hangzhou", network: "vpc" },
      {},
      { region: "cn-hangzhou", endpoint: "https://polardb-vpc.cn-hangzhou.aliyuncs.com" },
    ],
    [
      "to the VPC's endpoint when the vendor's variable says so",
      { region: "cn-shenzhen" },
      { environment: { ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED: "True" } },
      { region: "cn-shenzhen", endpoint: "https://polardb-vpc.cn-shenzhen.aliyuncs.com" },
    ],
    [
      "to the public endpoint when the resource says so and the variable does not",
      { region: "cn-shenzhen", network: "public" },
      { environment: { ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED: "true" } },
      { region: "cn-shenzhen", endpoint: "https://polardb.cn-shenzhen.aliyuncs.com" },
    ],
    [
      "to an explicit endpoint, whatever the network is",
      { region: "cn-shenzhen", endpoint: "polardb.example.com", network: "vpc" },
      {},
      { region: "cn-shenzhen", endpoint: "https://polardb.example.com" },
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
        "environment variable ALIBABA_CLOUD_REGION or ALICLOUD_REGION; stack configuration polardb:region; " +
        "stack configuration alicloud:region.",
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

  it.each<[string, TargetInputs, Settings, string]>([
    ["empty", {}, { configuration: { "polardb:region": " " } }, "stack configuration polardb:region is empty"],
    ["in capitals", { region: "CN-Hangzhou" }, {}, 'region is "CN-Hangzhou", which is not the id of a region'],
    [
      "more than a part of a host name",
      {},
      { environment: { ALICLOUD_REGION: "cn-x.evil.example/" } },
      'environment variable ALIBABA_CLOUD_REGION or ALICLOUD_REGION is "cn-x.evil.example/", which is not the id of a region',
    ],
    [
      "ill-formed beside an endpoint, though it is only recorded there",
      { region: "here", endpoint: "polardb.example.com" },
      {},
      'region is "here", which is not the id of a region',
    ],
  ])("is never made of a region that is %s", (_name, inputs, settings, problem) => {
    const error = thrownBy(() => resolveTarget(inputs, testContext(settings)));
    expect(error.message).toBe(`${problem} [InvalidInput]. Write a region id such as "cn-hangzhou", in lower case.`);
    expect(error.facts.property).toBe("region");
  });

  it("is refused for a network that does not exist", () => {
    const context = testContext({ configuration: { "polardb:network": "intranet" } });
    const error = thrownBy(() => resolveTarget({ region: "cn-beijing" }, context));
    expect(error.message).toContain('stack configuration polardb:network is neither "public" nor "vpc" [InvalidInput]');
  });
});
