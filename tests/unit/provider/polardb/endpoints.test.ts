import { isEndpointOf, isRegionId, PUBLIC_HOSTS, regionalEndpoint } from "../../../../provider/polardb/endpoints";

const CENTRAL = ["hangzhou", "hangzhou-finance", "shanghai", "beijing", "qingdao", "wulanchabu", "heyuan"];

const OWN_HOST = [
  ...["shenzhen", "guangzhou", "chengdu", "hongkong", "zhangjiakou", "huhehaote"].map((name) => `cn-${name}`),
  ...["cn-shanghai-finance-1", "cn-shenzhen-finance-1"],
  ...["1", "3", "5", "6", "7", "8"].map((number) => `ap-southeast-${number}`),
  ...["ap-northeast-1", "ap-northeast-2", "us-east-1", "us-west-1", "na-south-1"],
  ...["eu-central-1", "eu-west-1", "me-east-1"],
];

describe("The endpoint of a region", () => {
  it.each(CENTRAL.map((name) => `cn-${name}`))("is the central one for %s", (region) => {
    expect(regionalEndpoint(region)).toBe("https://polardb.aliyuncs.com");
  });

  it.each(OWN_HOST)("is the region's own for %s", (region) => {
    expect(regionalEndpoint(region)).toBe(`https://polardb.${region}.aliyuncs.com`);
  });

  it("is listed for these regions and no others", () => {
    expect(Object.keys(PUBLIC_HOSTS).sort()).toEqual([...CENTRAL.map((name) => `cn-${name}`), ...OWN_HOST].sort());
  });

  it.each(["me-new-9", "cn-new", "constructor-1"])(
    "follows the pattern for a region that is not listed: %s",
    (region) => {
      expect(regionalEndpoint(region)).toBe(`https://polardb.${region}.aliyuncs.com`);
    },
  );

  it.each(["cn-hangzhou", "cn-shenzhen", "me-new-9"])(
    "inside a VPC is the region's own, whatever it is outside: %s",
    (region) => {
      expect(regionalEndpoint(region, "vpc")).toBe(`https://polardb-vpc.${region}.aliyuncs.com`);
    },
  );

  it("is told from all other addresses", () => {
    expect(isEndpointOf("cn-hangzhou", "https://polardb.aliyuncs.com")).toBe(true);
    expect(isEndpointOf("cn-hangzhou", "https://polardb-vpc.cn-hangzhou.aliyuncs.com")).toBe(true);
    expect(isEndpointOf("cn-hangzhou", "https://polardb.cn-shenzhen.aliyuncs.com")).toBe(false);
    expect(isEndpointOf("cn-hangzhou", "http://127.0.0.1:8080")).toBe(false);
  });
});

describe("A region id", () => {
  it.each([...Object.keys(PUBLIC_HOSTS), "me-new-9"])("may be %s", (region) => expect(isRegionId(region)).toBe(true));

  it.each(["", "hangzhou", "CN-Hangzhou", "cn_hangzhou", "cn-", "cn-hangzhou.evil.example", "cn-hangzhou/x", "cn-a b"])(
    "is never %j, which would become part of a host name",
    (region) => expect(isRegionId(region)).toBe(false),
  );
});
