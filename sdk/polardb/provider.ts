import * as pulumi from "@pulumi/pulumi";

/** Region and credentials for all resources that name this provider in their options. */
export interface ProviderArgs {
  /** As `BackupPolicyArgs.region`. */
  readonly region?: pulumi.Input<string>;
  /** As `BackupPolicyArgs.endpoint`. */
  readonly endpoint?: pulumi.Input<string>;
  /** As `CredentialsArgs.accessKeyId`. */
  readonly accessKeyId?: pulumi.Input<string>;
  /** As `CredentialsArgs.accessKeyIdEnv`. */
  readonly accessKeyIdEnv?: pulumi.Input<string>;
  /** As `CredentialsArgs.accessKeySecret`; stored as a secret with the provider. */
  readonly accessKeySecret?: pulumi.Input<string>;
  /** As `CredentialsArgs.accessKeySecretEnv`. */
  readonly accessKeySecretEnv?: pulumi.Input<string>;
  /** As `CredentialsArgs.securityToken`; stored as a secret with the provider. */
  readonly securityToken?: pulumi.Input<string>;
  /** As `CredentialsArgs.securityTokenEnv`. */
  readonly securityTokenEnv?: pulumi.Input<string>;
}

/**
 * An explicit provider: the way to manage several regions or accounts in one program. Pulumi starts one process for each (about
 * 140 MB).
 *
 * Changing its credentials replaces no resource and writes nothing. Changing region or endpoint is refused by the resources
 * (`WrongTarget`). `refresh` and `destroy` use the recorded inputs; pass `--run-program` to use new ones.
 */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions) {
    const secret = (value: pulumi.Input<string> | undefined): pulumi.Output<string> | undefined =>
      value === undefined ? undefined : pulumi.secret(value);
    super(
      "pulumi-nodejs",
      name,
      {
        "polardb:explicitProvider": "true",
        "polardb:region": args.region,
        "polardb:endpoint": args.endpoint,
        "polardb:accessKeyId": args.accessKeyId,
        "polardb:accessKeyIdEnv": args.accessKeyIdEnv,
        "polardb:accessKeySecret": secret(args.accessKeySecret),
        "polardb:accessKeySecretEnv": args.accessKeySecretEnv,
        "polardb:securityToken": secret(args.securityToken),
        "polardb:securityTokenEnv": args.securityTokenEnv,
      },
      opts,
    );
  }
}
