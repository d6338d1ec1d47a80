import type * as pulumi from "@pulumi/pulumi";
import { withSecretFields } from "../secrets";

/**
 * Who signs the requests. One source of keys: an access key, a `profile`, an OIDC provider, `ecsRoleName` or `credentialsUri`; and, if wanted, a role
 * (`roleArn`) that is assumed with it. A role that stands alone is assumed with the keys of the next place.
 *
 * Absent: explicit `polardb.Provider`, environment, stack configuration (`polardb:accessKeyId` and so on), stack configuration of
 * `pulumi-alicloud` (`alicloud:accessKey` and so on), in this order; then the current profile in `~/.aliyun/config.json` or
 * `~/.alibabacloud/credentials`, then the metadata service of an ECS instance. All keys come from the first place that has some. Where there is
 * no metadata service, `ALIBABA_CLOUD_ECS_METADATA_DISABLED=true` saves the seconds of looking for it.
 *
 * Everything but a plain access key goes through the vendor's package `@alicloud/credentials`; temporary keys are renewed before they expire,
 * and once more when the service calls them expired. Changing any of it never writes to the cluster and replaces nothing.
 * See the vendor's page "Manage access credentials" (https://www.alibabacloud.com/help/en/sdk/developer-reference/v2-manage-node-js-access-credentials).
 */
export interface CredentialsArgs {
  /** Access key id. Beside `accessKeySecret` or `accessKeySecretEnv`. Environment: `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALICLOUD_ACCESS_KEY`. */
  readonly accessKeyId?: pulumi.Input<string>;
  /** Name of the environment variable that holds the access key id. A variable that is not set fails with `Unauthenticated`. */
  readonly accessKeyIdEnv?: pulumi.Input<string>;
  /**
   * Access key secret. Always stored as a secret. Beside `accessKeyId` or `accessKeyIdEnv`. Environment: `ALIBABA_CLOUD_ACCESS_KEY_SECRET`,
   * `ALICLOUD_SECRET_KEY`.
   */
  readonly accessKeySecret?: pulumi.Input<string>;
  /** Name of the environment variable that holds the access key secret; keeps it out of state. */
  readonly accessKeySecretEnv?: pulumi.Input<string>;
  /**
   * Token of temporary (STS) keys. Always stored as a secret. Nobody renews it: when it has expired, the run fails with
   * `InvalidSecurityToken.Expired`. Environment: `ALIBABA_CLOUD_SECURITY_TOKEN`, `ALICLOUD_SECURITY_TOKEN`.
   */
  readonly securityToken?: pulumi.Input<string>;
  /** Name of the environment variable that holds the token. */
  readonly securityTokenEnv?: pulumi.Input<string>;
  /**
   * Profile in `~/.aliyun/config.json` (Alibaba Cloud CLI), else in `~/.alibabacloud/credentials`. Environment: `ALIBABA_CLOUD_PROFILE`,
   * `ALICLOUD_PROFILE`, with another file in `ALIBABA_CLOUD_CREDENTIALS_FILE` or `ALICLOUD_SHARED_CREDENTIALS_FILE`. A profile that does not exist
   * or cannot be used fails with `Unauthenticated`; nothing else is tried. Profiles of mode `OAuth` and `External` write what they fetch
   * back to the file, and `External` runs the command that stands in it.
   */
  readonly profile?: pulumi.Input<string>;
  /**
   * RAM role to assume, such as `"acs:ram::123456789012:role/backup"`. Environment: `ALICLOUD_ASSUME_ROLE_ARN`; `ALIBABA_CLOUD_ROLE_ARN` counts for an
   * OIDC provider only, as with the vendor's own tools. Absent: the keys are used as they are. A role that may not be assumed fails
   * with `Unauthenticated` and STS's reason. See the vendor's page "AssumeRole" (https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole).
   */
  readonly roleArn?: pulumi.Input<string>;
  /** Name of the role's session in audit logs: 2 to 64 letters, digits and `.@-_`. Default `"pulumi-backup-policies"`. With `roleArn` only. */
  readonly roleSessionName?: pulumi.Input<string>;
  /** Life of the role's keys in seconds, 900 up to what the role allows (at most 43200). STS default 3600. With `roleArn` only. */
  readonly roleSessionExpiration?: pulumi.Input<number>;
  /** Id that the trust policy of a role of another account asks for. With `roleArn` only, and not with an OIDC provider. */
  readonly externalId?: pulumi.Input<string>;
  /** RAM policy as JSON text that narrows the rights of the session. Absent: all rights of the role. With `roleArn` only. */
  readonly policy?: pulumi.Input<string>;
  /**
   * ARN of the OIDC provider that vouches for `roleArn` (RRSA in ACK clusters), beside `oidcTokenFile`. Environment: `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`,
   * `ALIBABA_CLOUD_OIDC_TOKEN_FILE` and `ALIBABA_CLOUD_ROLE_ARN`, which ACK sets by itself.
   */
  readonly oidcProviderArn?: pulumi.Input<string>;
  /** Path of the file that holds the OIDC token; read whenever keys are fetched. */
  readonly oidcTokenFile?: pulumi.Input<string>;
  /**
   * Role of the ECS instance on which Pulumi runs; its keys come from the metadata service. Environment: `ALIBABA_CLOUD_ECS_METADATA`,
   * `ALICLOUD_ECS_ROLE_NAME`. Fails at once where `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is `true`.
   */
  readonly ecsRoleName?: pulumi.Input<string>;
  /**
   * Address that answers with keys as JSON. Stored as a secret, because it may have a token in it. Environment: `ALIBABA_CLOUD_CREDENTIALS_URI`,
   * `ALICLOUD_CREDENTIALS_URI`.
   */
  readonly credentialsUri?: pulumi.Input<string>;
  /**
   * Host of STS for `roleArn`, such as `"sts.cn-hangzhou.aliyuncs.com"`. Environment: `ALIBABA_CLOUD_ENDPOINT_STS`, `STS_ENDPOINT`. Absent: the host of
   * `ALIBABA_CLOUD_STS_REGION`; with `network: "vpc"` that of the resource's region; else `sts.aliyuncs.com`.
   */
  readonly stsEndpoint?: pulumi.Input<string>;
}

/** The same arguments with the secrets in them marked. */
export function withSecretCredentials<Args extends { readonly credentials?: pulumi.Input<CredentialsArgs> }>(
  args: Args,
): Args {
  return {
    ...args,
    credentials: withSecretFields(args.credentials, "accessKeySecret", "securityToken", "credentialsUri"),
  };
}
