import * as pulumi from "@pulumi/pulumi";

type Shorthands = typeof import("../../provider/polardb/policy.shorthand");

/** What is found out of every policy. */
export interface PolicyFindings {
  readonly effective: object;
  readonly policyIds: Record<string, string>;
  readonly target: { readonly region?: string; readonly endpoint: string };
  readonly engine?: string;
  readonly lastRequestId?: string;
}

/** What both policies of a cluster hand back besides their inputs. It is one value in the state, and taken apart for a program that asks. */
export abstract class Policy<Findings extends PolicyFindings> extends pulumi.CustomResource {
  declare protected readonly recorded: pulumi.Output<string | undefined>;

  /** Name of the shorthand that it is recorded in. */
  protected abstract get shorthand(): "backupPolicyShorthand" | "logBackupPolicyShorthand";

  /** The whole live policy as it was last read. */
  get effective(): pulumi.Output<Findings["effective"]> {
    return this.found<unknown>(({ effective }) => effective) as pulumi.Output<Findings["effective"]>;
  }

  /** Ids of the declared advanced rules by name; empty for a rule of a log policy whose id the service has not shown. */
  get policyIds(): pulumi.Output<Record<string, string>> {
    return this.found(({ policyIds }) => policyIds);
  }

  /** `MySQL`, `PostgreSQL` or `Oracle`; absent for a log policy, which is much the same for all of them. */
  get engine(): pulumi.Output<string | undefined> {
    return this.found(({ engine }) => engine);
  }

  /** Where the cluster was found. */
  get target(): pulumi.Output<{ readonly region?: string; readonly endpoint: string }> {
    return this.found(({ target }) => target);
  }

  /** Request id of the last change, for a question to the vendor. */
  get lastRequestId(): pulumi.Output<string | undefined> {
    return this.found(({ lastRequestId }) => lastRequestId);
  }

  /** With the mocks of a unit test nothing is found, and all of it `undefined`. */
  protected found<T>(of: (findings: Findings) => T): pulumi.Output<T> {
    const value = this.recorded.apply((recorded) => {
      // Only here: a program that never asks loads nothing of the provider.
      const shorthands = require("../../provider/polardb/policy.shorthand") as Shorthands;
      return recorded && of(shorthands[this.shorthand].findings(recorded) as unknown as Findings);
    });
    return value as pulumi.Output<T>;
  }
}
