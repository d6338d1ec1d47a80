import type * as pulumi from "@pulumi/pulumi";
import { lookUp } from "../lookUp";
import type { EffectiveBackupPolicy } from "./backupPolicy";
import type { CredentialsArgs } from "./credentials";
import type { RetentionDays } from "./types";

/** Where a function asks, and as whom. A function has no explicit provider: what is not set here comes from elsewhere. */
export interface LookupArgs {
  /**
   * Region, such as `"cn-hangzhou"`; decides the endpoint. Absent: environment (`ALIBABA_CLOUD_REGION`, `ALICLOUD_REGION`), then stack
   * configuration (`polardb:region`). If the region is secret, so is the result.
   */
  readonly region?: pulumi.Input<string>;
  /**
   * Host or address of the API, for VPC endpoints and test servers. Absent: environment (`ALIBABA_CLOUD_ENDPOINT_POLARDB`,
   * `POLARDB_ENDPOINT`), stack configuration (`polardb:endpoint`), else the region's own. If it is secret, so is the result.
   */
  readonly endpoint?: pulumi.Input<string>;
  /** `"public"` (default) or `"vpc"`, as for a resource. */
  readonly network?: pulumi.Input<"public" | "vpc">;
  /**
   * Access key. Absent: environment (`ALIBABA_CLOUD_ACCESS_KEY_ID` and so on, then `ALICLOUD_ACCESS_KEY` and so on), then stack
   * configuration (`polardb:accessKeyId` and so on). It needs the rights that {@link ramPolicyDocument} lists.
   *
   * Its secrets do not make a secret of the result, which holds nothing of them. While it is unknown, so is the result.
   */
  readonly credentials?: pulumi.Input<CredentialsArgs>;
}

/** Which cluster {@link getBackupPolicy} tells about. */
export interface GetBackupPolicyArgs extends LookupArgs {
  /**
   * Cluster id (`DBClusterId`), such as `"pc-bp13wz9586voc"`. While it is unknown, so is the result; if it is secret, so is the result.
   */
  readonly dbClusterId: pulumi.Input<string>;
}

/** Which cluster {@link getLogBackupPolicy} tells about. */
export interface GetLogBackupPolicyArgs extends GetBackupPolicyArgs {}

/** Which cluster {@link getCrossRegions} tells about. */
export interface GetCrossRegionsArgs extends GetBackupPolicyArgs {}

/** Which clusters {@link findClusters} finds: those that fit everything that is given. */
export interface FindClustersArgs extends LookupArgs {
  /**
   * Tags that a cluster must have, all of them, each with exactly this value (`Tag.n.Key`, `Tag.n.Value`): at most 20, keys of 1 to 128
   * characters, values of at most 128. Absent or empty: whatever tags it has. If they are secret, so is the result.
   */
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Pattern of the cluster's description (`DBClusterDescription`), the name that the console shows: `*` stands for any number of characters,
   * `?` for one, every other character for itself, in its case; the whole description must match. The pattern is applied here and not sent:
   * the service's own search is fuzzy. Absent: any description. If it is secret, so is the result.
   *
   * A cluster that was never given a description has its id for one.
   */
  readonly namePattern?: pulumi.Input<string>;
  /** Database engine (`DBType`). Absent: any. If it is secret, so is the result. */
  readonly engine?: pulumi.Input<"MySQL" | "PostgreSQL" | "Oracle">;
}

/** The whole backup policy of a cluster at this moment. Absent fields are ones the service does not report. */
export interface LiveBackupPolicy extends EffectiveBackupPolicy {
  /**
   * When the next automatic backup begins (`PreferredNextBackupTime`), in UTC and to the minute, such as `"2026-11-23T07:30Z"`. Absent: the
   * service does not tell.
   */
  readonly nextBackupTime?: string;
}

/** How the logs of a cluster are backed up, from `DescribeLogBackupPolicy`. Absent fields are ones the service does not report. */
export interface LiveLogBackupPolicy {
  /** Days for which log backups are kept (`LogBackupRetentionPeriod`): 3 to 7300, or `-1` (for ever). */
  readonly logBackupRetentionPeriod?: number;
  /** Whether logs are backed up (`EnableBackupLog`). The service has no way to switch it off. */
  readonly enableBackupLog?: boolean;
  /** Region to which log backups are copied (`LogBackupAnotherRegionRegion`). Absent: none. */
  readonly logBackupAnotherRegionRegion?: string;
  /** Days for which the copies are kept (`LogBackupAnotherRegionRetentionPeriod`): `0` (off), 30 to 7300, `-1` (for ever). */
  readonly logBackupAnotherRegionRetentionPeriod?: RetentionDays;
  /** Rules of advanced backup for logs (`AdvancedLogPolicies`). Empty without advanced backup. */
  readonly advancedLogPolicies: readonly LiveAdvancedLogPolicy[];
}

/** A rule of advanced backup for logs: what is kept where, and for how long. */
export interface LiveAdvancedLogPolicy {
  /** `PolicyId`. Absent: the service tells it only where logs are copied to another region. */
  readonly policyId?: string;
  /** What is copied (`SrcType`), such as `"level1"`. */
  readonly srcType?: string;
  /** Region of the source (`SrcRegion`). */
  readonly srcRegion?: string;
  /** What is made (`DestType`), such as `"level1"` or `"level2Cross"`. */
  readonly destType?: string;
  /** Region of the destination (`DestRegion`). */
  readonly destRegion?: string;
  /** `"never"`: kept for ever. `"delay"`: for `logRetentionValue` days (`LogRetentionType`). */
  readonly logRetentionType?: string;
  /** Days (`LogRetentionValue`): 3 to 7300, or `-1` (for ever). */
  readonly logRetentionValue?: number;
  /** Whether the rule is on (`EnableLogBackup`). */
  readonly enableLogBackup?: boolean;
}

/** A cluster, as `DescribeDBClusters` lists it. Absent fields are ones the service does not report. */
export interface ClusterSummary {
  /** `DBClusterId`, such as `"pc-bp13wz9586voc"`. */
  readonly id: string;
  /** The name that the console shows (`DBClusterDescription`). */
  readonly description?: string;
  /** `"MySQL"`, `"PostgreSQL"` or `"Oracle"` (`DBType`). */
  readonly engine?: string;
  /** Version of the engine (`DBVersion`), such as `"8.0"`. */
  readonly version?: string;
  /** Edition (`Category`), such as `"Normal"` (Cluster Edition) or `"SENormal"` (Standard Edition). */
  readonly category?: string;
  /** `"Running"`; any other word means that the cluster is busy, stopped or going away (`DBClusterStatus`). */
  readonly status?: string;
  /** `RegionId`. */
  readonly region?: string;
  /** Such as `"psl5"` (`StorageType`). Some editions of the vendor's page give a constant, so do not build on it. */
  readonly storageType?: string;
  /** By key; a tag without a value has `""`. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The whole backup policy of a cluster as it is now: what `BackupPolicy.effective` shows, and when the next backup begins (page "PolarDB:
 * DescribeBackupPolicy").
 *
 * It asks the API from the program itself, in previews as well as in updates, in one call, and writes nothing. It tells what is there
 * when it is called: to look after a change of the same program, call it in the `apply` of an output that the change makes.
 *
 * ```ts
 * const policy = polardb.getBackupPolicy({ dbClusterId: "pc-bp13wz9586voc", region: "cn-hangzhou" });
 * export const next = policy.nextBackupTime;
 * export const madeByTheService = policy.advancedDataPolicies.apply((rules) => rules.filter(({ autoCreated }) => autoCreated));
 * ```
 *
 * Errors end the program as those of a resource end an update: `NotFound` when the cluster does not exist, `Forbidden` naming the action that
 * the key may not call, `Unauthenticated`, `Unavailable`, `InvalidInput` and so on. At most 8 calls run at a time for one access key and
 * endpoint, however many functions a program calls; throttled calls are repeated.
 */
export function getBackupPolicy(args: GetBackupPolicyArgs): pulumi.Output<LiveBackupPolicy> {
  return lookUp<LiveBackupPolicy>("polardb.getBackupPolicy", args, "credentials");
}

/**
 * How the logs of a cluster are backed up now (page "PolarDB: DescribeLogBackupPolicy"). Asked for as {@link getBackupPolicy} does, in one
 * call, with the same errors.
 *
 * ```ts
 * export const logDays = polardb.getLogBackupPolicy({ dbClusterId: cluster.id }).logBackupRetentionPeriod;
 * ```
 */
export function getLogBackupPolicy(args: GetLogBackupPolicyArgs): pulumi.Output<LiveLogBackupPolicy> {
  return lookUp<LiveLogBackupPolicy>("polardb.getLogBackupPolicy", args, "credentials");
}

/**
 * Ids of the regions to which backups of a cluster can be copied, in the order of the alphabet: what
 * `dataLevel2BackupAnotherRegionRegion` may be (`DescribeAvailableCrossRegions`). Empty where the cluster cannot copy backups. Asked for as
 * {@link getBackupPolicy} does, in one call, with the same errors.
 *
 * ```ts
 * const regions = polardb.getCrossRegions({ dbClusterId: cluster.id });
 * const copyTo = regions.apply((ids) => (ids.includes("cn-beijing") ? "cn-beijing" : ids[0]));
 * ```
 */
export function getCrossRegions(args: GetCrossRegionsArgs): pulumi.Output<string[]> {
  return lookUp<string[]>("polardb.getCrossRegions", args, "credentials");
}

/**
 * The clusters of a region that have these tags, this name and this engine, in the order of their ids (page "PolarDB: DescribeDBClusters").
 * None is an empty list, not an error. Asked for as {@link getBackupPolicy} does, in one call for each hundred clusters, with the same
 * errors. A list that changes while it is read is read again, at most 4 times, and then fails with `Conflict`: a cluster that is
 * still there is never left out.
 *
 * ```ts
 * const found = polardb.findClusters({ region: "cn-hangzhou", tags: { env: "prod" }, namePattern: "orders-*", engine: "MySQL" });
 * export const ids = found.apply((clusters) => clusters.map(({ id }) => id));
 * ```
 *
 * The region must be known: set here, in the environment or in stack configuration, also where an endpoint is set.
 */
export function findClusters(args: FindClustersArgs = {}): pulumi.Output<ClusterSummary[]> {
  return lookUp<ClusterSummary[]>("polardb.findClusters", args, "credentials");
}
