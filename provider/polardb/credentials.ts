import { ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { describeSources, findSetting, type SettingLevel, settingLevels } from "../core/settings";
import type { Credentials } from "./signer";

/** Where requests go. Recorded in state: a cluster is gone only when this very place says so. */
export interface Target {
  /** Absent when an endpoint was given without a region. */
  readonly region?: string;
  /** Origin, such as `https://polardb.aliyuncs.com`. */
  readonly endpoint: string;
}

/** The part of a resource's inputs that says where and as whom. */
export interface ConnectionInputs {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: Readonly<Record<string, string | undefined>>;
}

/** Regions served by the central host; all others have their own (client of the official SDK, `polardb-20170801`). */
const CENTRAL_REGIONS: ReadonlySet<string> = new Set([
  "cn-hangzhou",
  "cn-hangzhou-finance",
  "cn-shanghai",
  "cn-beijing",
  "cn-qingdao",
  "cn-wulanchabu",
  "cn-heyuan",
]);

const TARGET_VARIABLES = {
  region: ["ALIBABA_CLOUD_REGION", "ALICLOUD_REGION"],
  endpoint: ["ALIBABA_CLOUD_ENDPOINT_POLARDB", "POLARDB_ENDPOINT"],
};

const CREDENTIAL_VARIABLES = {
  accessKeyId: ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY"],
  accessKeySecret: ["ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALICLOUD_SECRET_KEY"],
  securityToken: ["ALIBABA_CLOUD_SECURITY_TOKEN", "ALICLOUD_SECURITY_TOKEN"],
};

export function resolveTarget(inputs: ConnectionInputs, context: CallContext): Target {
  const levels = settingLevels(context, {
    namespace: "polardb",
    own: { values: { region: inputs.region, endpoint: inputs.endpoint } },
    environment: TARGET_VARIABLES,
  });
  const region = findSetting(levels, "region");
  const endpoint = findSetting(levels, "endpoint");
  // A region given more specifically than an endpoint must not be sent to that endpoint's place.
  if (endpoint && !(region && levels.indexOf(region.level) < levels.indexOf(endpoint.level))) {
    return {
      region: region === undefined ? undefined : String(region.value),
      endpoint: originOf(String(endpoint.value)),
    };
  }
  if (region) return { region: String(region.value), endpoint: regionalEndpoint(String(region.value)) };
  throw new ProviderError({
    kind: "InvalidInput",
    problem: "neither a region nor an endpoint is set",
    property: "region",
    advice: `Looked at: ${describeSources(levels, "region")}.`,
  });
}

/** All keys come from one level, so that an id is never paired with a secret from elsewhere. */
export function resolveCredentials(inputs: ConnectionInputs, context: CallContext): Credentials {
  const levels = settingLevels(context, {
    namespace: "polardb",
    own: inputs.credentials && { property: "credentials", values: inputs.credentials },
    environment: CREDENTIAL_VARIABLES,
    oneToolBy: ["accessKeyId", "accessKeySecret"],
  });
  for (const level of levels) {
    const accessKeyId = text(level, "accessKeyId");
    const accessKeySecret = text(level, "accessKeySecret");
    if (accessKeyId === undefined && accessKeySecret === undefined) continue;
    context.redactor.add(accessKeySecret);
    const securityToken = text(level, "securityToken");
    context.redactor.add(securityToken);
    if (accessKeyId !== undefined && accessKeySecret !== undefined)
      return { accessKeyId, accessKeySecret, securityToken };
    const missing = accessKeyId === undefined ? "accessKeyId" : "accessKeySecret";
    throw new ProviderError({
      kind: "Unauthenticated",
      problem: `half a credential: ${level.describe(missing)} is not set, though its counterpart is`,
      advice: "Give access key id and secret in the same place.",
    });
  }
  throw new ProviderError({
    kind: "Unauthenticated",
    problem: "no Alibaba Cloud credential is set",
    advice: `Looked at: ${describeSources(levels, "accessKeyId", "accessKeySecret")}.`,
  });
}

export function regionalEndpoint(region: string): string {
  return CENTRAL_REGIONS.has(region) ? "https://polardb.aliyuncs.com" : `https://polardb.${region}.aliyuncs.com`;
}

function originOf(endpoint: string): string {
  const url = URL.parse(/^https?:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`);
  if (url?.username !== "" || url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw new ProviderError({
      kind: "InvalidInput",
      problem: "endpoint is not a host name or an http(s) address without path, query and user",
      property: "endpoint",
      advice: 'Write it like "polardb.cn-zhangjiakou.aliyuncs.com".',
    });
  }
  return url.origin;
}

function text(level: SettingLevel, name: string): string | undefined {
  const value = level.get(name);
  return value === undefined || value === null || value === "" ? undefined : String(value).trim();
}
