import type { Bag } from "../core/bag";
import { checkInputs } from "../core/checkInputs";
import { ProviderError } from "../core/errors";
import { matchesGlob } from "../core/glob";
import type { CallContext } from "../core/lifecycle";
import type { Lookup } from "../core/lookup";
import { limiterOf } from "../core/lookupLimit";
import { toCheckFailures, type Violation } from "../core/violations";
import { createApi, type PolardbApi } from "./api";
import { createClient } from "./client";
import { listClusters } from "./clusterList";
import type { ClusterSummary } from "./clusters.wire";
import type { ConnectionInputs } from "./credentials";
import { credentialsRules } from "./credentials.rules";
import { resolveKeys } from "./keys";
import { type ClusterSearch, clusterLookupSchema, clusterSearchSchema } from "./lookups.schema";
import { isSecretPath, secretsOf } from "./policy.schema";
import { resolveTarget, type Target } from "./target";
import type { ObservedBackupPolicy } from "./wire";

export type { ClusterSummary } from "./clusters.wire";
/** As the service has it; absent fields are ones that it does not tell or tells as empty. */
export interface LogBackupPolicy {
  readonly logBackupRetentionPeriod?: number;
  readonly enableBackupLog?: boolean;
  readonly logBackupAnotherRegionRegion?: string;
  readonly logBackupAnotherRegionRetentionPeriod?: number;
  readonly advancedLogPolicies: readonly AdvancedLogPolicy[];
}

interface AdvancedLogPolicy {
  /** The service tells it only where logs are copied to another region. */
  readonly policyId?: string;
  readonly srcType?: string;
  readonly srcRegion?: string;
  readonly destType?: string;
  readonly destRegion?: string;
  readonly logRetentionType?: string;
  readonly logRetentionValue?: number;
  readonly enableLogBackup?: boolean;
}

export interface LiveBackupPolicy extends ObservedBackupPolicy {
  readonly nextBackupTime?: string;
}

/** One call. */
export const backupPolicy = ofCluster<LiveBackupPolicy>("PolarDB backup policy", (api, dbClusterId) =>
  api.describeBackupPolicyAndNext(dbClusterId),
);

/** One call. */
export const logBackupPolicy = ofCluster<LogBackupPolicy>("PolarDB log backup policy", async (api, dbClusterId) => {
  const {
    advancedLogPolicies,
    backupPolicyLevel: _notAsked,
    ...policy
  } = await api.describeLogBackupPolicy(dbClusterId);
  const rules = advancedLogPolicies.map(({ unknownFields: _onlyForUpdates, policyId, ...rule }) => ({
    ...rule,
    policyId: policyId === "" ? undefined : policyId,
  }));
  return { ...policy, advancedLogPolicies: rules };
});

/** One call. */
export const crossRegions = ofCluster<string[]>("PolarDB regions for copies of backups", (api, dbClusterId) =>
  api.describeAvailableCrossRegions(dbClusterId),
);

/** One call for each hundred clusters. */
export const clusters: Lookup<ClusterSummary[]> = {
  object: "PolarDB clusters",
  identity: ({ region }) => textOf(region),
  secrets: secretsOf,
  run: async (request, context) => {
    const search = checked(request, clusterSearchSchema);
    const { api, target } = open(search, context);
    const found = await listClusters(api, listFilter(search, regionOf(target)));
    return found.filter((cluster) => isWanted(cluster, search));
  },
};

function ofCluster<Result>(
  object: string,
  read: (api: PolardbApi, dbClusterId: string) => Promise<Result>,
): Lookup<Result> {
  return {
    object,
    identity: ({ dbClusterId }) => textOf(dbClusterId),
    secrets: secretsOf,
    run: (request, context) => {
      const { dbClusterId, ...connection } = checked(request, clusterLookupSchema);
      return read(open(connection, context).api, dbClusterId);
    },
  };
}

/** `Tag.n.Key` and `Tag.n.Value`, with `n` from 1. An empty value is not sent: what the service makes of one is not documented. */
function listFilter({ tags = {}, engine }: ClusterSearch, region: string): Record<string, string> {
  const filter: Record<string, string> = { RegionId: region };
  if (engine !== undefined) filter.DBType = engine;
  for (const [index, [key, value]] of Object.entries(tags).entries()) {
    filter[`Tag.${index + 1}.Key`] = key;
    if (value !== "") filter[`Tag.${index + 1}.Value`] = value;
  }
  return filter;
}

/** Tags once more: whether the service takes several for "all" or "any" is not documented for this action. */
function isWanted(cluster: ClusterSummary, { tags = {}, namePattern }: ClusterSearch): boolean {
  return (
    Object.entries(tags).every(([key, value]) => cluster.tags[key] === value) &&
    (namePattern === undefined || matchesGlob(cluster.description ?? "", namePattern))
  );
}

function regionOf({ region, endpoint }: Target): string {
  if (region !== undefined) return region;
  throw new ProviderError({
    kind: "InvalidInput",
    property: "region",
    problem: `no region is set, and ${endpoint} lists clusters by region`,
    advice: "Set region beside endpoint, or ALIBABA_CLOUD_REGION, or polardb:region in stack configuration.",
  });
}

/** How long calls are repeated: a program waits for what it looks up. */
const PATIENCE_MS = 5 * 60_000;

function open(inputs: ConnectionInputs, context: CallContext): { api: PolardbApi; target: Target } {
  const target = resolveTarget(inputs, context);
  const client = createClient(target, resolveKeys(inputs, context), context, context.clock.now() + PATIENCE_MS);
  const limit = limiterOf(target.endpoint);
  const limited = { ...client, read: (...call: Parameters<typeof client.read>) => limit(() => client.read(...call)) };
  return { api: createApi(limited), target };
}

type Schema<T> = Parameters<typeof checkInputs<T>>[1] & { readonly shape: object };

/** The rules of a resource's connection hold here too. */
function checked<T>(request: Bag, schema: Schema<T>): T {
  const isArgument = ([name]: [string, unknown]): boolean => Object.hasOwn(schema.shape, name);
  const known: Bag = Object.fromEntries(Object.entries(request).filter(isArgument));
  const { inputs, violations } = checkInputs(known, schema, [credentialsRules as (inputs: T) => readonly Violation[]]);
  const reasons = toCheckFailures(known, violations, (path) => isSecretPath(path, known)).map(({ reason }) => reason);
  const strays = Object.keys(request).filter((name) => !Object.hasOwn(known, name));
  reasons.push(...strays.map((name) => `${name}: is not an argument; remove it or correct its name`));
  if (reasons.length > 0) throw new ProviderError({ kind: "InvalidInput", problem: reasons.join("; ") });
  return inputs;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
