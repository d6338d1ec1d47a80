import { ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { describeSources, findSetting, type SettingLevel, settingLevels } from "../core/settings";
import { isRegionId } from "./endpoints";
import type { Credentials } from "./signer";
import { resolveNetwork, type TargetInputs } from "./target";

/** The part of a resource's inputs that says where and as whom. */
export interface ConnectionInputs extends TargetInputs {
  readonly credentials?: Readonly<Record<string, string | number | undefined>>;
}

/** How a role is assumed, beside by whom. */
export interface RoleSettings {
  readonly roleArn: string;
  readonly roleSessionName?: string;
  readonly roleSessionExpiration?: number;
  readonly externalId?: string;
  readonly policy?: string;
  readonly sts: StsSettings;
}

/** Where temporary keys are asked for. */
export interface StsSettings {
  readonly endpoint?: string;
  readonly region?: string;
  readonly isVpc: boolean;
}

/** Where keys come from. `where` is how messages name the place; no value of a secret is ever part of it. */
export type CredentialSource =
  | { readonly kind: "keys"; readonly keys: Credentials; readonly where: string }
  | { readonly kind: "profile"; readonly name?: string; readonly file?: string; readonly where: string }
  | {
      readonly kind: "oidc";
      readonly role: RoleSettings;
      readonly providerArn: string;
      readonly tokenFile: string;
      readonly where: string;
    }
  | { readonly kind: "role"; readonly role: RoleSettings; readonly by: CredentialSource; readonly where: string }
  | { readonly kind: "ecsRole"; readonly name?: string; readonly where: string }
  | { readonly kind: "uri"; readonly uri: string; readonly where: string }
  /** Nothing is set: what the machine itself has. */
  | { readonly kind: "machine"; readonly file?: string; readonly where: string; readonly lookedAt: string };

/** The variables of Alibaba Cloud's own tools, then those of the Terraform provider. */
const VARIABLES = {
  accessKeyId: ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY"],
  accessKeySecret: ["ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALICLOUD_SECRET_KEY"],
  securityToken: ["ALIBABA_CLOUD_SECURITY_TOKEN", "ALICLOUD_SECURITY_TOKEN"],
  profile: ["ALIBABA_CLOUD_PROFILE", "ALICLOUD_PROFILE"],
  sharedCredentialsFile: ["ALIBABA_CLOUD_CREDENTIALS_FILE", "ALICLOUD_SHARED_CREDENTIALS_FILE"],
  oidcProviderArn: ["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"],
  oidcTokenFile: ["ALIBABA_CLOUD_OIDC_TOKEN_FILE"],
  // Set by Kubernetes beside the two above, where it must not change what keys do: the vendor's tools use it for OIDC only.
  oidcRoleArn: ["ALIBABA_CLOUD_ROLE_ARN"],
  roleArn: ["ALICLOUD_ASSUME_ROLE_ARN"],
  roleSessionName: ["ALIBABA_CLOUD_ROLE_SESSION_NAME", "ALICLOUD_ASSUME_ROLE_SESSION_NAME"],
  roleSessionExpiration: ["ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION"],
  ecsRoleName: ["ALIBABA_CLOUD_ECS_METADATA", "ALICLOUD_ECS_ROLE_NAME"],
  credentialsUri: ["ALIBABA_CLOUD_CREDENTIALS_URI", "ALICLOUD_CREDENTIALS_URI"],
  stsEndpoint: ["ALIBABA_CLOUD_ENDPOINT_STS", "STS_ENDPOINT"],
  stsRegion: ["ALIBABA_CLOUD_STS_REGION"],
} as const;

/** Names in the stack configuration of `pulumi-alicloud`. */
const BORROWED = {
  accessKeyId: "accessKey",
  accessKeySecret: "secretKey",
  securityToken: "securityToken",
  profile: "profile",
  sharedCredentialsFile: "sharedCredentialsFile",
  ecsRoleName: "ecsRoleName",
  credentialsUri: "credentialsUri",
} as const;

const KEY_SETTINGS = ["accessKeyId", "accessKeySecret", "securityToken"] as const;

type Setting = keyof typeof VARIABLES | "externalId" | "policy";

/**
 * Decides where keys come from, without any I/O. The first level that names a source decides, and all keys come from that level, so that
 * an id is never paired with a secret from elsewhere. A role that stands alone is assumed with the source of the levels after it.
 */
export function findSource(inputs: ConnectionInputs, context: CallContext): CredentialSource {
  const levels = settingLevels(context, {
    namespace: "polardb",
    own: inputs.credentials && { property: "credentials", values: inputs.credentials },
    environment: VARIABLES,
    oneToolBy: ["accessKeyId", "accessKeySecret"],
    ofAnyTool: Object.keys(VARIABLES).filter((name) => !(KEY_SETTINGS as readonly string[]).includes(name)),
    borrowed: { namespace: "alicloud", names: BORROWED },
  });
  const isVpc = resolveNetwork(inputs, context) === "vpc";
  return sourceOf(levels, stsSettings(levels, isVpc, inputs.region), context);
}

function sourceOf(all: readonly SettingLevel[], sts: StsSettings, context: CallContext): CredentialSource {
  let pending: { role: RoleSettings; where: string } | undefined;
  const complete = (source: CredentialSource): CredentialSource =>
    pending ? { kind: "role", ...pending, by: source } : source;
  for (const level of all) {
    const source = basicSource(level, sts, context);
    const roleArn = text(level, "roleArn");
    if (source && (roleArn === undefined || source.kind === "oidc" || pending)) return complete(source);
    if (roleArn === undefined || pending) continue;
    pending = { role: roleSettings(level, roleArn, sts), where: level.describe("roleArn") };
    if (source) return complete(source);
  }
  const file = findSetting(all, "sharedCredentialsFile");
  return complete({
    kind: "machine",
    file: file && String(file.value),
    where: "this machine",
    lookedAt: describeSources(all, "accessKeyId", "profile", "oidcProviderArn", "ecsRoleName", "credentialsUri"),
  });
}

/** What a level names, a role apart. In the vendor's order, because an environment often names more than one. */
function basicSource(level: SettingLevel, sts: StsSettings, context: CallContext): CredentialSource | undefined {
  const keys = keysAt(level, context);
  if (keys) return { kind: "keys", keys, where: level.describe("accessKeyId") };
  const providerArn = text(level, "oidcProviderArn");
  const tokenFile = text(level, "oidcTokenFile");
  const oidcRole = text(level, "oidcRoleArn") ?? text(level, "roleArn");
  if (providerArn !== undefined && tokenFile !== undefined && oidcRole !== undefined) {
    const role = roleSettings(level, oidcRole, sts);
    return { kind: "oidc", role, providerArn, tokenFile, where: level.describe("oidcProviderArn") };
  }
  const profile = text(level, "profile");
  if (profile !== undefined) {
    return {
      kind: "profile",
      name: profile,
      file: text(level, "sharedCredentialsFile"),
      where: level.describe("profile"),
    };
  }
  const ecsRole = text(level, "ecsRoleName");
  if (ecsRole !== undefined) return { kind: "ecsRole", name: ecsRole, where: level.describe("ecsRoleName") };
  const uri = text(level, "credentialsUri");
  // Such an address may have a token in it.
  context.redactor.add(uri);
  return uri === undefined ? undefined : { kind: "uri", uri, where: level.describe("credentialsUri") };
}

function keysAt(level: SettingLevel, context: CallContext): Credentials | undefined {
  const accessKeyId = text(level, "accessKeyId");
  const accessKeySecret = text(level, "accessKeySecret");
  if (accessKeyId === undefined && accessKeySecret === undefined) return undefined;
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

function roleSettings(level: SettingLevel, roleArn: string, sts: StsSettings): RoleSettings {
  const expiration = text(level, "roleSessionExpiration");
  const seconds = expiration === undefined ? undefined : Number(expiration);
  if (seconds !== undefined && !(Number.isInteger(seconds) && seconds >= 900)) {
    throw new ProviderError({
      kind: "InvalidInput",
      problem: `${level.describe("roleSessionExpiration")} is not a whole number of seconds of at least 900`,
      property: "roleSessionExpiration",
      advice: "Write seconds, such as 3600.",
    });
  }
  return {
    roleArn,
    roleSessionName: text(level, "roleSessionName"),
    roleSessionExpiration: seconds,
    externalId: text(level, "externalId"),
    policy: text(level, "policy"),
    sts,
  };
}

/** Inside a VPC that has no way out, keys must be fetched there too; STS has a host for that in each region. */
function stsSettings(levels: readonly SettingLevel[], isVpc: boolean, region: string | undefined): StsSettings {
  const value = (name: Setting): string | undefined => {
    const found = findSetting(levels, name);
    return found && String(found.value).trim();
  };
  const endpoint = value("stsEndpoint")
    ?.replace(/^https:\/\//i, "")
    .replace(/\/+$/, "");
  const ofVpc = isVpc && region !== undefined && isRegionId(region) ? region : undefined;
  return { endpoint, region: value("stsRegion") ?? ofVpc, isVpc };
}

function text(level: SettingLevel, name: Setting): string | undefined {
  const value = level.get(name);
  return value === undefined || value === null || String(value).trim() === "" ? undefined : String(value).trim();
}
