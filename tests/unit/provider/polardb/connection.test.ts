import { connect } from "../../../../provider/polardb/connection";
import type { Target } from "../../../../provider/polardb/target";
import { CannedTransport } from "../../support/cannedTransport";
import { testContext } from "../../support/context";
import { thrownBy } from "../../support/failures";

const HERE: Target = { region: "cn-shenzhen", endpoint: "https://polardb.cn-shenzhen.aliyuncs.com" };

const context = () => ({
  ...testContext({ environment: { ALIBABA_CLOUD_ACCESS_KEY_ID: "AK", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "SK" } }),
  connect: () => new CannedTransport(),
});

describe("The place of a managed cluster", () => {
  it.each<[string, Target | undefined]>([
    ["nothing is recorded yet", undefined],
    ["it is the recorded one", HERE],
    ["no region was recorded", { endpoint: HERE.endpoint }],
  ])("is taken when %s", (_name, recorded) => {
    expect(connect({ region: "cn-shenzhen" }, recorded, context()).target).toEqual(HERE);
  });

  it.each<[string, Target]>([
    ["another endpoint", { region: "cn-shenzhen", endpoint: "http://127.0.0.1:8080" }],
    ["another region at the same endpoint", { region: "cn-beijing", endpoint: HERE.endpoint }],
  ])('is refused when the recorded one was %s: its "not found" would mean nothing', (_name, recorded) => {
    const error = thrownBy(() => connect({ region: "cn-shenzhen" }, recorded, context()));
    expect(error.kind).toBe("WrongTarget");
    expect(error.message).toContain(`managed at ${recorded.endpoint} (${recorded.region})`);
    expect(error.message).toContain("now leads to https://polardb.cn-shenzhen.aliyuncs.com (cn-shenzhen)");
  });

  it.each<[string, Target]>([
    ["from inside the VPC", { region: "cn-shenzhen", endpoint: "https://polardb-vpc.cn-shenzhen.aliyuncs.com" }],
    ["from inside the VPC of no recorded region", { endpoint: "https://polardb-vpc.cn-shenzhen.aliyuncs.com" }],
  ])("is the recorded one also when it was reached %s", (_name, recorded) => {
    expect(connect({ region: "cn-shenzhen" }, recorded, context()).target).toEqual(HERE);
    expect(connect({ region: "cn-shenzhen", network: "vpc" }, HERE, context()).target.endpoint).toContain(
      "polardb-vpc",
    );
  });

  it("is refused before credentials are asked for", () => {
    const error = thrownBy(() => connect({ region: "cn-beijing" }, HERE, testContext()));
    expect(error.kind).toBe("WrongTarget");
  });
});
