import * as pulumi from "@pulumi/pulumi";

/** Connection settings for all resources that name this provider in their options. Flat, because Pulumi unwraps secrets at the top only. */
export interface ProviderArgs {
  /** As `ConnectionArgs.endpoints`. */
  readonly endpoints?: pulumi.Input<pulumi.Input<string>[]>;
  /** As `ConnectionArgs.password`; stored as a secret with the provider. */
  readonly password?: pulumi.Input<string>;
  /** As `ConnectionArgs.passwordEnv`. */
  readonly passwordEnv?: pulumi.Input<string>;
  /** As `ConnectionArgs.agentPassword`; stored as a secret with the provider. */
  readonly agentPassword?: pulumi.Input<string>;
  /** As `ConnectionArgs.agentPasswordEnv`. */
  readonly agentPasswordEnv?: pulumi.Input<string>;
  /** As `TlsArgs.ca`. */
  readonly tlsCa?: pulumi.Input<string>;
  /** As `TlsArgs.cert`. */
  readonly tlsCert?: pulumi.Input<string>;
  /** As `TlsArgs.key`; stored as a secret with the provider. */
  readonly tlsKey?: pulumi.Input<string>;
}

/**
 * An explicit provider: the way to manage several clusters in one program. Pulumi starts one process for each (about 140 MB).
 *
 * Changing its inputs replaces no resource and writes nothing to any cluster. `refresh` and `destroy` use the recorded inputs;
 * pass `--run-program` to use new ones, or give passwords by `passwordEnv`.
 */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions) {
    const secret = (value: pulumi.Input<string> | undefined): pulumi.Output<string> | undefined =>
      value === undefined ? undefined : pulumi.secret(value);
    super(
      "pulumi-nodejs",
      name,
      {
        "oceanbase:explicitProvider": "true",
        "oceanbase:endpoints": args.endpoints,
        "oceanbase:password": secret(args.password),
        "oceanbase:passwordEnv": args.passwordEnv,
        "oceanbase:agentPassword": secret(args.agentPassword),
        "oceanbase:agentPasswordEnv": args.agentPasswordEnv,
        "oceanbase:tlsCa": args.tlsCa,
        "oceanbase:tlsCert": args.tlsCert,
        "oceanbase:tlsKey": secret(args.tlsKey),
      },
      opts,
    );
  }
}
