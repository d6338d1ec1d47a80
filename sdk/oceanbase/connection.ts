import type * as pulumi from "@pulumi/pulumi";

/**
 * How to reach a cluster. Each setting is looked for in this order: here, in an explicit `oceanbase.Provider`, in the environment
 * (`OCEANBASE_ENDPOINTS`, `OCEANBASE_PASSWORD`, `OCEANBASE_AGENT_PASSWORD`), in stack configuration (`oceanbase:endpoints`,
 * `oceanbase:password`, `oceanbase:agentPassword`). The environment never overrides an explicit provider.
 */
export interface ConnectionArgs {
  /**
   * Addresses of obshell agents of one cluster, such as `["http://10.10.10.1:2886"]`, at least one. `https://` for agents with a
   * certificate; without a scheme, `http://` is meant. No path, query or user. They are tried in turn, each with its own key; one
   * that has no connection to its database is passed over.
   *
   * Absent: the next place in the order above. Changing it is an update that writes nothing; if the new address belongs to
   * another cluster, the run fails with `WrongTarget`.
   */
  readonly endpoints?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Password of `root@sys`. Always stored as a secret; may be empty. Not beside `passwordEnv`, `agentPassword` or
   * `agentPasswordEnv`.
   *
   * Absent: the next place in the order above. Rotating it never changes anything in the cluster. A wrong one fails with
   * `Unauthenticated`.
   */
  readonly password?: pulumi.Input<string>;
  /** Name of the environment variable that holds the password of `root@sys` when Pulumi runs; keeps it out of state. */
  readonly passwordEnv?: pulumi.Input<string>;
  /** Password of the agents, where one is set (obshell 4.2.6 and later). Always stored as a secret. Instead of `password`. */
  readonly agentPassword?: pulumi.Input<string>;
  /** Name of the environment variable that holds the password of the agents. */
  readonly agentPasswordEnv?: pulumi.Input<string>;
  /**
   * TLS material for `https://` endpoints; refused beside `http://`, which would leave it unused. Absent: the certificate authorities
   * that Node.js trusts, and no client certificate.
   */
  readonly tls?: pulumi.Input<TlsArgs>;
}

/** PEM texts, not file names; read files with `fs.readFileSync`. */
export interface TlsArgs {
  /** Certificate authority that signed the agents' certificates. Absent: those that Node.js trusts. */
  readonly ca?: pulumi.Input<string>;
  /** Client certificate, for agents that demand one (`enable_client_auth`). Together with its key. */
  readonly cert?: pulumi.Input<string>;
  /** Private key of the client certificate, without a passphrase. Always stored as a secret. */
  readonly key?: pulumi.Input<string>;
  /** Name of the environment variable that holds the private key. */
  readonly keyEnv?: pulumi.Input<string>;
}
