import { own } from "../core/bag";

/** How the API is reached: over the internet, or from inside a VPC of the region. */
export type Network = "public" | "vpc";

const CENTRAL = "polardb.aliyuncs.com";

/**
 * Hosts by region, from the client of the official SDK (`polardb-20170801`). Regions that are not listed follow the pattern of the regional
 * ones. Older maps, such as that of the npm package 1.0.0, send more regions to the central host and are stale.
 */
export const PUBLIC_HOSTS: Readonly<Record<string, string>> = {
  "cn-hangzhou": CENTRAL,
  "cn-hangzhou-finance": CENTRAL,
  "cn-shanghai": CENTRAL,
  "cn-beijing": CENTRAL,
  "cn-qingdao": CENTRAL,
  "cn-wulanchabu": CENTRAL,
  "cn-heyuan": CENTRAL,
  "cn-shenzhen": "polardb.cn-shenzhen.aliyuncs.com",
  "cn-guangzhou": "polardb.cn-guangzhou.aliyuncs.com",
  "cn-chengdu": "polardb.cn-chengdu.aliyuncs.com",
  "cn-hongkong": "polardb.cn-hongkong.aliyuncs.com",
  "cn-zhangjiakou": "polardb.cn-zhangjiakou.aliyuncs.com",
  "cn-huhehaote": "polardb.cn-huhehaote.aliyuncs.com",
  "cn-shanghai-finance-1": "polardb.cn-shanghai-finance-1.aliyuncs.com",
  "cn-shenzhen-finance-1": "polardb.cn-shenzhen-finance-1.aliyuncs.com",
  "ap-southeast-1": "polardb.ap-southeast-1.aliyuncs.com",
  "ap-southeast-3": "polardb.ap-southeast-3.aliyuncs.com",
  "ap-southeast-5": "polardb.ap-southeast-5.aliyuncs.com",
  "ap-southeast-6": "polardb.ap-southeast-6.aliyuncs.com",
  "ap-southeast-7": "polardb.ap-southeast-7.aliyuncs.com",
  "ap-southeast-8": "polardb.ap-southeast-8.aliyuncs.com",
  "ap-northeast-1": "polardb.ap-northeast-1.aliyuncs.com",
  "ap-northeast-2": "polardb.ap-northeast-2.aliyuncs.com",
  "us-east-1": "polardb.us-east-1.aliyuncs.com",
  "us-west-1": "polardb.us-west-1.aliyuncs.com",
  "na-south-1": "polardb.na-south-1.aliyuncs.com",
  "eu-central-1": "polardb.eu-central-1.aliyuncs.com",
  "eu-west-1": "polardb.eu-west-1.aliyuncs.com",
  "me-east-1": "polardb.me-east-1.aliyuncs.com",
};

/** Every VPC has its region's own host, also where the public one is central. */
export function regionalEndpoint(region: string, network: Network = "public"): string {
  if (network === "vpc") return `https://polardb-vpc.${region}.aliyuncs.com`;
  return `https://${own(PUBLIC_HOSTS, region) ?? `polardb.${region}.aliyuncs.com`}`;
}

/** True for the service's own hosts of a region, which lead to the same clusters. */
export function isEndpointOf(region: string, endpoint: string): boolean {
  return endpoint === regionalEndpoint(region, "public") || endpoint === regionalEndpoint(region, "vpc");
}

/** Scheme and host of an endpoint, which may be written without its scheme; `undefined` where it is none. */
export function originOf(endpoint: string): string | undefined {
  const url = URL.parse(/^https?:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`);
  const isPlain = url?.username === "" && url.pathname === "/" && url.search === "" && url.hash === "";
  return isPlain ? url.origin : undefined;
}

/** Part of a host name, so nothing else may be in it. */
export function isRegionId(text: string): boolean {
  return /^[a-z]{2}(-[a-z0-9]+)+$/.test(text);
}
