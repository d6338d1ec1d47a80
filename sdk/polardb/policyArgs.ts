import type * as pulumi from "@pulumi/pulumi";
import type { CredentialsArgs } from "./credentials";

/** Which cluster, how it is reached, and what is accepted: the same for every policy of a cluster. */
export interface PolicyArgs {
  /**
   * Cluster id (`DBClusterId`), such as `"pc-bp13wz9586voc"`. Changing it replaces the resource: the policy of the old cluster stays as
   * it is. A cluster that does not exist fails with `NotFound`.
   */
  readonly dbClusterId: pulumi.Input<string>;
  /**
   * Region of the cluster, such as `"cn-hangzhou"`; decides the endpoint. Absent: explicit `polardb.Provider`, environment
   * (`ALIBABA_CLOUD_REGION`, `ALICLOUD_REGION`), stack configuration (`polardb:region`, then `alicloud:region`), in this order. Changing it replaces the
   * resource; the policy itself is not touched.
   */
  readonly region?: pulumi.Input<string>;
  /**
   * Host or address of the API, for VPC endpoints and test servers. Absent: as for `region`
   * (`ALIBABA_CLOUD_ENDPOINT_POLARDB`, `POLARDB_ENDPOINT`, `polardb:endpoint`), else the region's own. Changing it replaces the resource.
   */
  readonly endpoint?: pulumi.Input<string>;
  /**
   * `"public"`: the region's endpoint on the internet. `"vpc"`: its endpoint inside the VPC (`polardb-vpc.<region>.aliyuncs.com`), for machines without a
   * way out. Absent: as for `region` (`ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED=true` means `"vpc"`, `polardb:network`), else `"public"`. No effect beside an
   * explicit `endpoint`. Both lead to the same clusters, so changing it replaces and writes nothing.
   */
  readonly network?: pulumi.Input<"public" | "vpc">;
  /**
   * Keys of this resource, or where they come from. Absent: explicit `polardb.Provider`, environment, stack configuration, the machine's
   * profile or role; see `CredentialsArgs`. Changing them never writes to the cluster.
   */
  readonly credentials?: pulumi.Input<CredentialsArgs>;
  /**
   * Risks that you accept, as the tokens that a refusal prints, for instance `["shrink:dataLevel1BackupRetentionPeriod=3"]`. A token names
   * the new value, so it does not authorise the next change. Adding or removing one alone writes nothing. Absent: none.
   */
  readonly accept?: pulumi.Input<pulumi.Input<string>[]>;
  /** How long a run may take. */
  readonly timeouts?: pulumi.Input<TimeoutsArgs>;
  /**
   * What deleting the resource does. `"keep"` (default): the policy stays as it is, no call is made. `"reset"`: the settings that the
   * resource manages get the values of a new cluster, which must be accepted when it is declared
   * (`accept: ["shrink:onDelete=reset"]`); refused with advanced backup, which has no way back. Only what an earlier `pulumi up` has
   * recorded counts, and a policy that another resource of the same run has taken over is left alone.
   */
  readonly onDelete?: pulumi.Input<"keep" | "reset">;
}

/** A whole number and a unit `s`, `m` or `h`, such as `"30m"`. */
export interface TimeoutsArgs {
  /** Default `"20m"`, waiting for a busy cluster included. */
  readonly create?: pulumi.Input<string>;
  /** Default `"20m"`, waiting for a busy cluster included. */
  readonly update?: pulumi.Input<string>;
  /** Default `"20m"`; only `onDelete: "reset"` takes any time. */
  readonly delete?: pulumi.Input<string>;
}
