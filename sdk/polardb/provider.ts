import * as pulumi from "@pulumi/pulumi";
import type { CredentialsArgs } from "./credentials";

/** Region, network and credentials for all resources that name this provider in their options. */
export interface ProviderArgs extends CredentialsArgs {
  /** As `BackupPolicyArgs.region`. */
  readonly region?: pulumi.Input<string>;
  /** As `BackupPolicyArgs.endpoint`. */
  readonly endpoint?: pulumi.Input<string>;
  /** As `BackupPolicyArgs.network`. */
  readonly network?: pulumi.Input<"public" | "vpc">;
}

/** Stored as secrets whatever the program did. */
const SECRETS: ReadonlySet<keyof ProviderArgs> = new Set(["accessKeySecret", "securityToken", "credentialsUri"]);

/**
 * An explicit provider: the way to manage several regions or accounts in one program. Pulumi starts one process for each (about
 * 140 MB).
 *
 * Changing its credentials or its network replaces no resource and writes nothing. Changing region or endpoint is refused by the resources
 * (`WrongTarget`). `refresh` and `destroy` use the recorded inputs; pass `--run-program` to use new ones.
 */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions) {
    const settings = Object.entries(args).map(([setting, value]: [string, unknown]): [string, unknown] => [
      `polardb:${setting}`,
      value !== undefined && SECRETS.has(setting as keyof ProviderArgs) ? pulumi.secret(value) : value,
    ]);
    super("pulumi-nodejs", name, { "polardb:explicitProvider": "true", ...Object.fromEntries(settings) }, opts);
  }
}
