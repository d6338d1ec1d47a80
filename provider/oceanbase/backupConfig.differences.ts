import { sameJson } from "../core/bag";
import { parseDuration } from "../core/duration";
import { stateToRestore } from "./archiveState";
import type { ArchivingTarget, WantedArchiving } from "./archiving";
import {
  appliedTo,
  type Knowledge,
  knowledgeOf,
  type Recorded,
  UNREADABLE,
  type Unreadable,
} from "./backupConfig.records";
import type { BackupConfigInputs } from "./backupConfig.schema";
import { declaresDestination, destinationOf, destinationText, type TenantDestination } from "./destination";
import { hasNoDestination, isBlind, type ObservedCluster, type ObservedTenant } from "./observe";
import { LAG_MIN_S3_MS, type StorageUri, sameLocation } from "./storageUri";

/** What goes with a destination because the database resets or forgets it otherwise. */
const WITH_ARCHIVE = ["binding", "pieceSwitchInterval", "storageFingerprint"] as const;

/** Settings that are parameters of the database, and the names under which a tenant's values are observed. */
export const PARAMETERS = {
  logArchiveConcurrency: "log_archive_concurrency",
  archiveLagTarget: "archive_lag_target",
  haLowThreadScore: "ha_low_thread_score",
} as const satisfies Record<string, keyof ObservedTenant["parameters"]>;

export type ParameterName = keyof typeof PARAMETERS;

export const PARAMETER_SETTINGS = Object.keys(PARAMETERS) as readonly ParameterName[];

/** What the tenants of a resource lack of what the program declares, whatever the route by which it will be set. */
export interface Differences {
  /** The tenants that the resource covers. */
  readonly tenants: readonly ObservedTenant[];
  /** Tenants whose archive destination is another one, or none. */
  readonly archiveMisplaced: readonly ObservedTenant[];
  readonly dataMisplaced: readonly ObservedTenant[];
  /** Tenants whose archive destination must be set, together with binding and piece interval. */
  readonly archive: readonly ObservedTenant[];
  /** True when every tenant's archive destination is to be set, so that one call of the cluster can do it for all. */
  readonly usesClusterRoute: boolean;
  /** Tenants whose data destination must be set. */
  readonly data: readonly ObservedTenant[];
  /** Unreadable settings that differ, or are not known to be equal, somewhere. */
  readonly unreadable: readonly Unreadable[];
  /** Tenants that must be sent the clean-up policy. */
  readonly policy: readonly ObservedTenant[];
  /** Tenants whose value differs, by setting. */
  readonly parameters: Readonly<Record<ParameterName, readonly ObservedTenant[]>>;
  /** Declared settings that are taken over as they are, because nobody can read them. */
  readonly unverified: readonly Unreadable[];
  /** Ids of the tenants for which that is so. */
  readonly adopted: readonly number[];
  /** Tenants whose log archiving must be brought into another state. */
  readonly archiving: readonly ArchivingTarget[];
  /** Tenants that never archived and are to archive: only a full backup can open that. */
  readonly initialBackup: readonly ObservedTenant[];
}

export function compare(
  desired: BackupConfigInputs,
  observed: ObservedCluster,
  recorded: Recorded | undefined,
): Differences {
  const tenants = coveredTenants(desired, observed);
  const known = (tenant: ObservedTenant, name: Unreadable): Knowledge => knowledgeOf(tenant, name, recorded);
  const declared = UNREADABLE.filter((name) => desired[name] !== undefined);
  const destinations = new Map(tenants.map((tenant) => [tenant, destinationOf(desired, observed.cluster, tenant)]));
  const misplaced = (part: keyof TenantDestination): ObservedTenant[] =>
    tenants.filter((tenant) => !isPlaced(tenant, part, destinations.get(tenant)?.[part], desired, recorded));
  const [archiveMisplaced, dataMisplaced] = [misplaced("archive"), misplaced("data")];
  const isMisplaced = (tenant: ObservedTenant): boolean =>
    archiveMisplaced.includes(tenant) || dataMisplaced.includes(tenant);
  // A new resource takes over what it finds in place; nothing that cannot be read is a reason to write there.
  const isAdoption = recorded === undefined && declaresDestination(desired) && !tenants.every(isMisplaced);
  const isReapplied = recorded !== undefined && desired.reapply !== undefined && desired.reapply !== recorded.reapply;
  const differs = (tenant: ObservedTenant, name: Unreadable): boolean => {
    if (desired[name] === undefined) return false;
    const knowledge = known(tenant, name);
    if (isReapplied || knowledge.state === "uncertain") return true;
    if (knowledge.state === "known") return !sameJson(knowledge.value, desired[name]);
    return recorded === undefined ? !isAdoption : isChanged(name);
  };
  // What changes for the tenants that are known to have another value, changes for those of which nothing is known too.
  const isChanged = (name: Unreadable): boolean =>
    tenants.some((tenant) => {
      const knowledge = known(tenant, name);
      return knowledge.state === "known" && !sameJson(knowledge.value, desired[name]);
    });
  const archiveDiffers = (tenant: ObservedTenant): boolean =>
    destinations.get(tenant)?.archive !== undefined && WITH_ARCHIVE.some((name) => differs(tenant, name));
  const dataDiffers = (tenant: ObservedTenant): boolean =>
    destinations.get(tenant)?.data !== undefined && differs(tenant, "storageFingerprint");
  const isNew = (tenant: ObservedTenant): boolean =>
    recorded ? !recorded.covered.includes(tenant.id) : isMisplaced(tenant) && hasNoDestination(tenant);
  const policy =
    desired.deletePolicy === undefined
      ? []
      : tenants.filter((tenant) =>
          known(tenant, "deletePolicy").state === "unknown" && isNew(tenant) ? true : differs(tenant, "deletePolicy"),
        );
  const archive = tenants.filter((tenant) => archiveMisplaced.includes(tenant) || archiveDiffers(tenant));
  const usesClusterRoute = coversCluster(desired) && archive.length > 0 && archive.length === tenants.length;
  // Tenants that were found where they belong, of a new resource or since its last run.
  const adopted = !declaresDestination(desired)
    ? []
    : tenants.filter((tenant) => !isMisplaced(tenant) && !recorded?.covered.includes(tenant.id));
  const isSentTo = (tenant: ObservedTenant, name: Unreadable): boolean =>
    name === "deletePolicy" ? policy.includes(tenant) : differs(tenant, name);
  return {
    tenants,
    archiveMisplaced,
    dataMisplaced,
    archive,
    usesClusterRoute,
    // The cluster's route sets both destinations, also where one of them is in place.
    data: usesClusterRoute
      ? tenants
      : tenants.filter((tenant) => dataMisplaced.includes(tenant) || dataDiffers(tenant)),
    unreadable: declared.filter((name) =>
      name === "deletePolicy" ? policy.length > 0 : tenants.some((tenant) => differs(tenant, name)),
    ),
    policy,
    parameters: differingParameters(desired, tenants),
    unverified: declared.filter((name) => adopted.some((tenant) => !isSentTo(tenant, name))),
    adopted: adopted.map(({ id }) => id),
    archiving: archivingTargets(desired, tenants, recorded?.tenants ?? []),
    initialBackup: tenants.filter((tenant) => tenant.neverArchived && wantsFirstRound(desired)),
  };
}

/** The cluster's own route means every user tenant, so it is only for resources that leave none out. */
export function coversCluster({ tenantName, exceptTenants }: BackupConfigInputs): boolean {
  return tenantName === undefined && exceptTenants === undefined;
}

/** The user tenants that a resource is about. */
export function coveredTenants(
  { tenantName, exceptTenants = [] }: BackupConfigInputs,
  { tenants }: Pick<ObservedCluster, "tenants">,
): readonly ObservedTenant[] {
  return tenants.filter(({ name }) => (tenantName === undefined ? !exceptTenants.includes(name) : name === tenantName));
}

/** True when a part of a tenant's destination is where the program puts it, or is not managed. */
export function isPlaced(
  tenant: ObservedTenant,
  part: keyof TenantDestination,
  wanted: StorageUri | undefined,
  desired: BackupConfigInputs,
  recorded: Recorded | undefined,
): boolean {
  if (!wanted) return true;
  if (isBlind(tenant)) {
    return (
      recorded?.covered.includes(tenant.id) === true &&
      appliedTo(tenant.id, recorded).destination === destinationText(desired) &&
      !recorded.unconfirmed[tenant.id]?.includes("binding")
    );
  }
  const live = part === "archive" ? tenant.archiveUri : tenant.dataUri;
  return live !== undefined && sameLocation(wanted, live);
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

/**
 * Tenants whose archiving was on when we last looked, or was closed by a task since, and is on no more; and those that were
 * suspended before such a task and that have only been opened since.
 */
export function tenantsToReopen(
  tenants: readonly ObservedTenant[],
  recorded: readonly ObservedTenant[],
): ArchivingTarget[] {
  return tenants.flatMap((tenant) => {
    if (isLeftOpen(tenant)) return [targetOf(tenant, "suspended")];
    if (tenant.archiving !== "unknown") return [];
    const record = recorded.find(({ id }) => id === tenant.id);
    const wanted = stateBefore(tenant) ?? stateBefore(record) ?? (tenant.closedBy ? "running" : undefined);
    return wanted ? [targetOf(tenant, wanted)] : [];
  });
}

/** What is to be restored. A look between its opening and its suspension has found it running; what it was before the task counts. */
function stateBefore(tenant: ObservedTenant | undefined): "running" | "suspended" | undefined {
  return tenant?.closedBy?.wasSuspended ? "suspended" : stateToRestore(tenant?.archiving);
}

/** True for a tenant that was suspended before a task closed it, and that was opened but not suspended again. */
export function isLeftOpen({ archiving, closedBy }: ObservedTenant): boolean {
  return closedBy?.wasSuspended === true && (archiving === "running" || archiving === "starting");
}

function targetOf({ id, name, closedBy }: ObservedTenant, wanted: WantedArchiving): ArchivingTarget {
  return { id, name, wanted, ...(closedBy ? { closedBy } : {}) };
}

/** True when the program wants tenants to archive that never did. */
export function wantsFirstRound({ archiving, initialBackup }: BackupConfigInputs): boolean {
  return initialBackup !== undefined || archiving === "running" || archiving === "suspended";
}

function archivingTargets(
  desired: BackupConfigInputs,
  tenants: readonly ObservedTenant[],
  recorded: readonly ObservedTenant[],
): ArchivingTarget[] {
  const wanted = desired.archiving;
  if (wanted === undefined) {
    // A round that has not begun when the last run gave up on it may never begin, so it is waited for.
    const beginning = tenants.filter(
      ({ id, archiving }) =>
        archiving === "starting" && recorded.find((tenant) => tenant.id === id)?.archiving === "starting",
    );
    return [...tenantsToReopen(tenants, recorded), ...beginning.map((tenant) => targetOf(tenant, "running"))];
  }
  const isThere = ({ archiving, neverArchived }: ObservedTenant): boolean => {
    if (neverArchived || archiving === wanted) return true;
    if (wanted === "running") return archiving === "starting";
    return wanted === "stopped" && (archiving === "unknown" || archiving === "stopping");
  };
  return tenants.filter((tenant) => !isThere(tenant)).map((tenant) => targetOf(tenant, wanted));
}

function differingParameters(
  desired: BackupConfigInputs,
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
