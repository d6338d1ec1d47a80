import { sameJson } from "../core/bag";
import { parseDuration } from "../core/duration";
import { ProviderError } from "../core/errors";
import type { ToReopen } from "./archiving";
import { LAG_MIN_S3_MS } from "./clusterBackupConfig.rules";
import type { ClusterBackupConfigInputs } from "./clusterBackupConfig.schema";
import { hasNoDestination, type ObservedCluster, type ObservedTenant, stateToRestore } from "./observe";
import { parseStorageUri, type StorageUri, sameLocation, tenantLocation } from "./storageUri";

/** Settings that no route reads back: what was last applied is all that is known about them. */
export const UNREADABLE = ["binding", "pieceSwitchInterval", "deletePolicy", "storageFingerprint"] as const;

export type Unreadable = (typeof UNREADABLE)[number];

export type Applied = Readonly<Partial<Pick<ClusterBackupConfigInputs, Unreadable>>>;

/** What state knows from earlier runs. */
export interface Recorded {
  /** Values that were sent last, or taken over as declared. */
  readonly applied: Applied;
  /** Settings that were sent in a call of which nobody knows whether it took effect; they are sent again. */
  readonly unconfirmed: readonly Unreadable[];
  /** Settings that were taken over as declared, unread. */
  readonly unverified: readonly Unreadable[];
  /** Ids of the tenants that these values were sent to. A tenant that was created since is not among them. */
  readonly covered: readonly number[];
  readonly tenants: readonly ObservedTenant[];
  readonly reapply?: string;
}

/** Settings that are parameters of the database, and the names under which a tenant's values are observed. */
export const PARAMETERS = {
  logArchiveConcurrency: "log_archive_concurrency",
  archiveLagTarget: "archive_lag_target",
  haLowThreadScore: "ha_low_thread_score",
} as const satisfies Record<string, keyof ObservedTenant["parameters"]>;

export type ParameterName = keyof typeof PARAMETERS;

export const PARAMETER_SETTINGS = Object.keys(PARAMETERS) as readonly ParameterName[];

/** What the cluster lacks of what the program declares, whatever the route by which it will be set. */
export interface Differences {
  /** The declared base, taken apart; absent when destinations are not managed. */
  readonly base?: StorageUri;
  /** Tenants whose destination is another one, or none. */
  readonly misplaced: readonly ObservedTenant[];
  /** Tenants whose destination must be set, together with binding and piece interval. */
  readonly relocated: readonly ObservedTenant[];
  /** Unreadable settings that must be sent for all tenants. */
  readonly unreadable: readonly Unreadable[];
  /** Tenants whose value differs, by setting. */
  readonly parameters: Readonly<Record<ParameterName, readonly ObservedTenant[]>>;
  /** Tenants that have no clean-up policy yet, for certain, when it need not be sent to all. */
  readonly withoutPolicy: readonly ObservedTenant[];
  /** Declared settings that are taken over as they are, because nobody can read them. */
  readonly unverified: readonly Unreadable[];
  /** Ids of the tenants for which that is so. */
  readonly adopted: readonly number[];
  readonly toReopen: readonly ToReopen[];
}

export function compare(
  desired: ClusterBackupConfigInputs,
  observed: ObservedCluster,
  recorded: Recorded | undefined,
): Differences {
  const { tenants } = observed;
  const declared = UNREADABLE.filter((name) => desired[name] !== undefined);
  const base = desired.backupBaseUri === undefined ? undefined : parsed(desired.backupBaseUri);
  const misplaced = base ? tenants.filter((tenant) => !isPlaced(tenant, base, observed)) : [];
  const isFresh = recorded === undefined && misplaced.length === tenants.length;
  const isAdoption = recorded === undefined && base !== undefined && !isFresh;
  const unreadable = declared.filter((name) => mustSend(name, desired, observed, recorded, isAdoption));
  const relocated = base && unreadable.some((name) => name !== "deletePolicy") ? tenants : misplaced;
  const isNew = (tenant: ObservedTenant): boolean =>
    recorded ? !recorded.covered.includes(tenant.id) : misplaced.includes(tenant) && hasNoDestination(tenant);
  return {
    base,
    misplaced,
    relocated,
    unreadable,
    parameters: differingParameters(desired, tenants),
    withoutPolicy:
      desired.deletePolicy === undefined || unreadable.includes("deletePolicy") ? [] : tenants.filter(isNew),
    unverified: isAdoption ? declared.filter((name) => !unreadable.includes(name)) : [],
    adopted: isAdoption ? tenants.filter((tenant) => !misplaced.includes(tenant)).map(({ id }) => id) : [],
    toReopen: tenantsToReopen(observed, recorded?.tenants ?? []),
  };
}

/** True when both destinations of a tenant are where the base puts them. */
export function isPlaced(tenant: ObservedTenant, base: StorageUri, observed: ObservedCluster): boolean {
  const { archive, data } = locations(base, observed, tenant);
  const { archiveUri, dataUri } = tenant;
  return (
    archiveUri !== undefined &&
    sameLocation(archive, archiveUri) &&
    dataUri !== undefined &&
    sameLocation(data, dataUri)
  );
}

export function locations(
  base: StorageUri,
  { cluster }: ObservedCluster,
  tenant: ObservedTenant,
): { readonly archive: StorageUri; readonly data: StorageUri } {
  return {
    archive: tenantLocation(base, cluster.id, tenant.id, "clog"),
    data: tenantLocation(base, cluster.id, tenant.id, "data"),
  };
}

export function hasParameter(tenant: ObservedTenant, name: ParameterName, value: string | number): boolean {
  const [only, ...others] = tenant.parameters[PARAMETERS[name]];
  if (only === undefined || others.length > 0) return false;
  // The database keeps the text it was given: "2h" and "7200s" are the same.
  return typeof value === "number" ? Number(only) === value : parseDuration(only) === parseDuration(value);
}

/** True when a tenant's lag target is shorter than the database allows with an s3:// destination. */
export function hasShortLag(tenant: ObservedTenant): boolean {
  return tenant.parameters.archive_lag_target.some((value) => (parseDuration(value) ?? LAG_MIN_S3_MS) < LAG_MIN_S3_MS);
}

/** Tenants whose archiving was on when we last looked, or was closed by a task since, and is on no more. */
export function tenantsToReopen(observed: ObservedCluster, recorded: readonly ObservedTenant[]): ToReopen[] {
  return observed.tenants.flatMap((tenant) => {
    if (tenant.archiving !== "notListed") return [];
    const before = stateToRestore(recorded.find(({ id }) => id === tenant.id)?.archiving);
    const wanted = before ?? (observed.leftClosed.includes(tenant.id) ? "running" : undefined);
    return wanted ? [{ id: tenant.id, name: tenant.name, wanted }] : [];
  });
}

export function parsed(text: string): StorageUri {
  const { uri, problem } = parseStorageUri(text);
  if (uri) return uri;
  throw new ProviderError({ kind: "InvalidInput", property: "backupBaseUri", problem: `backupBaseUri ${problem}` });
}

function mustSend(
  name: Unreadable,
  desired: ClusterBackupConfigInputs,
  observed: ObservedCluster,
  recorded: Recorded | undefined,
  isAdoption: boolean,
): boolean {
  // Whatever a failed task left behind, what cannot be read can no longer be taken for applied.
  if (observed.newerTask?.state === "FAILED") return true;
  if (!recorded) return !isAdoption;
  if (recorded.unconfirmed.includes(name)) return true;
  const isReapplied = desired.reapply !== undefined && desired.reapply !== recorded.reapply;
  return isReapplied || !sameJson(recorded.applied[name], desired[name]);
}

function differingParameters(
  desired: ClusterBackupConfigInputs,
  tenants: readonly ObservedTenant[],
): Record<ParameterName, readonly ObservedTenant[]> {
  const differing = (name: ParameterName): readonly ObservedTenant[] => {
    const value = desired[name];
    return value === undefined ? [] : tenants.filter((tenant) => !hasParameter(tenant, name, value));
  };
  return {
    logArchiveConcurrency: differing("logArchiveConcurrency"),
    archiveLagTarget: differing("archiveLagTarget"),
    haLowThreadScore: differing("haLowThreadScore"),
  };
}
