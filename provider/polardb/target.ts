import { ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { describeSources, findSetting, type SettingLevel, settingLevels } from "../core/settings";
import { isRegionId, type Network, originOf, regionalEndpoint } from "./endpoints";

/** Where requests go. Recorded in state: a cluster is gone only when this very place says so. */
export interface Target {
  /** Absent when an endpoint was given without a region. */
  readonly region?: string;
  /** Origin, such as `https://polardb.aliyuncs.com`. */
  readonly endpoint: string;
}

/** The part of a resource's inputs that says where. */
export interface TargetInputs {
  readonly region?: string;
  readonly endpoint?: string;
  readonly network?: Network;
}

const VARIABLES = {
  region: ["ALIBABA_CLOUD_REGION", "ALICLOUD_REGION"],
  endpoint: ["ALIBABA_CLOUD_ENDPOINT_POLARDB", "POLARDB_ENDPOINT"],
  network: ["ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"],
};

export function resolveTarget(inputs: TargetInputs, context: CallContext): Target {
  const levels = targetLevels(inputs, context);
  const found = findSetting(levels, "region");
  const region = found && { id: regionId(found.value, found.level.describe("region")), level: found.level };
  const endpoint = findSetting(levels, "endpoint");
  // A region given more specifically than an endpoint must not be sent to that endpoint's place.
  if (endpoint && !(region && levels.indexOf(region.level) < levels.indexOf(endpoint.level))) {
    return { region: region?.id, endpoint: endpointOrigin(String(endpoint.value)) };
  }
  if (region) return { region: region.id, endpoint: regionalEndpoint(region.id, networkOf(levels)) };
  throw new ProviderError({
    kind: "InvalidInput",
    problem: "neither a region nor an endpoint is set",
    property: "region",
    advice: `Looked at: ${describeSources(levels, "region")}.`,
  });
}

/** Whether to stay inside the VPC, which also decides where temporary keys are fetched. */
export function resolveNetwork(inputs: TargetInputs, context: CallContext): Network {
  return networkOf(targetLevels(inputs, context));
}

function targetLevels(inputs: TargetInputs, context: CallContext): SettingLevel[] {
  const { region, endpoint, network } = inputs;
  return settingLevels(context, {
    namespace: "polardb",
    own: { values: { region, endpoint, network } },
    environment: VARIABLES,
    borrowed: { namespace: "alicloud", names: { region: "region" } },
  });
}

function networkOf(levels: readonly SettingLevel[]): Network {
  const found = findSetting(levels, "network");
  const value = found && String(found.value).trim().toLowerCase();
  // The variable is the vendor's own and a truth value.
  if (value === undefined || value === "public" || value === "false") return "public";
  if (value === "vpc" || value === "true") return "vpc";
  throw new ProviderError({
    kind: "InvalidInput",
    problem: `${found?.level.describe("network")} is neither "public" nor "vpc"`,
    property: "network",
    advice: 'Set it to "public" or "vpc"; the environment variable to "true" for "vpc".',
  });
}

function regionId(value: unknown, where: string): string {
  const text = String(value).trim();
  if (isRegionId(text)) return text;
  throw new ProviderError({
    kind: "InvalidInput",
    problem: `${where} is ${text === "" ? "empty" : `${JSON.stringify(text.slice(0, 60))}, which is not the id of a region`}`,
    property: "region",
    advice: 'Write a region id such as "cn-hangzhou", in lower case.',
  });
}

function endpointOrigin(endpoint: string): string {
  const origin = originOf(endpoint);
  if (origin !== undefined) return origin;
  throw new ProviderError({
    kind: "InvalidInput",
    problem: "endpoint is not a host name or an http(s) address without path, query and user",
    property: "endpoint",
    advice: 'Write it like "polardb.cn-zhangjiakou.aliyuncs.com".',
  });
}
