import { parseDuration } from "../core/duration";
import type { Impact } from "../core/impact";
import type { ArchivingTarget } from "./archiving";
import {
  compare,
  coversCluster,
  type Differences,
  hasShortLag,
  PARAMETER_SETTINGS,
  PARAMETERS,
  type ParameterName,
} from "./backupConfig.differences";
import { impactsOf } from "./backupConfig.impacts";
import { refuseImpossible } from "./backupConfig.limits";
import type { Recorded, Unreadable } from "./backupConfig.records";
import type { BackupConfigInputs } from "./backupConfig.schema";
import { declaredTarget, declaredUri, destinationOf, type TenantDestination } from "./destination";
import { listNames } from "./names";
import { hasNoDestination, type ObservedCluster, type ObservedTenant } from "./observe";
import type { StorageUri } from "./storageUri";
import type { TenantReference } from "./taskLog";

/** Settings of one call under the program's names. Keys are added only when the call is sent, so a plan can be printed. */
export interface Settings {
  readonly destination?: { readonly base: StorageUri } | TenantDestination;
  readonly binding?: BackupConfigInputs["binding"];
  readonly pieceSwitchInterval?: string;
  readonly logArchiveConcurrency?: number;
  readonly archiveLagTarget?: string;
  readonly haLowThreadScore?: number;
  readonly deletePolicy?: BackupConfigInputs["deletePolicy"];
}

export type PlannedCall =
  /** The documented configuration call, for the cluster or for one tenant. Queues a task. */
  | {
      readonly kind: "configure";
      readonly tenant?: string;
      readonly method: "POST" | "PATCH";
      readonly settings: Settings;
      /** obshell switches archiving off for it, and never on again. */
      readonly stopsArchiving: boolean;
    }
  /** The synchronous route for parameters, which leaves archiving alone. */
  | { readonly kind: "setParameters"; readonly tenant: string; readonly settings: Settings }
  | { readonly kind: "setArchiving"; readonly tenants: readonly ArchivingTarget[] }
  /** A full backup of each tenant, because that alone opens archiving for the first time. */
  | { readonly kind: "initialBackup"; readonly tenants: readonly TenantReference[] };

export interface BackupConfigPlan {
  readonly calls: readonly PlannedCall[];
  /** One line per setting that changes, for the log. */
  readonly changes: readonly string[];
  readonly impacts: readonly Impact[];
  /** Declared settings that were adopted as they are, because nobody can read them. */
  readonly unverified: readonly Unreadable[];
  /** Ids of the tenants that were found where they belong when the resource was created. */
  readonly adopted: readonly number[];
}

/**
 * What must be done so that the tenants of a resource have what the program declares, and nothing more.
 * - An archive destination is sent with binding and piece interval, because the database resets what is left out. If all tenants of
 *   the cluster need it, the documented cluster call does it; if only some do, their own routes, so that the archiving of the others
 *   goes on. A data destination alone always goes through the tenants' routes: the cluster call would stop archiving for it.
 * - Concurrency goes through the parameters route unless an archive destination is set anyway, for the same reason.
 * - A lag target of zero is refused beside a destination, so it gets a call of its own. One that is too short for s3:// is raised
 *   before the destination moves there.
 */
export function planBackupConfig(
  desired: BackupConfigInputs,
  observed: ObservedCluster,
  recorded: Recorded | undefined,
  runningBackups: readonly number[],
): BackupConfigPlan {
  const found = compare(desired, observed, recorded);
  refuseImpossible(desired, observed, found);
  const early = tenantsWithShortLag(desired, observed, found);
  const differences = withoutLagOf(early, found);
  const { archiving, initialBackup, tenants, unverified, adopted } = differences;
  const calls: PlannedCall[] = [
    ...early.map(({ name }) => setParameters(name, { archiveLagTarget: desired.archiveLagTarget })),
    ...clusterCalls(desired, differences),
    ...tenants.flatMap((tenant) => tenantCalls(desired, observed, differences, tenant)),
    ...(archiving.length > 0 ? [{ kind: "setArchiving", tenants: archiving } as const] : []),
    ...(initialBackup.length > 0
      ? [{ kind: "initialBackup", tenants: initialBackup.map(({ id, name }) => ({ id, name })) } as const]
      : []),
  ];
  return {
    calls,
    changes: describeChanges(desired, found),
    impacts: impactsOf(desired, found, recorded, runningBackups),
    unverified,
    adopted,
  };
}

function clusterCalls(desired: BackupConfigInputs, differences: Differences): PlannedCall[] {
  if (!coversCluster(desired)) return [];
  const base = declaredUri(desired, "backupBaseUri");
  const method = differences.tenants.every(hasNoDestination) ? "POST" : "PATCH";
  return configure(undefined, method, {
    ...(base && differences.usesClusterRoute ? { destination: { base }, ...trio(desired) } : {}),
    ...parameters(desired, (name) => rides(name, desired, differences)),
    ...(policyIsForAll(desired, differences) ? { deletePolicy: desired.deletePolicy } : {}),
  });
}

function tenantCalls(
  desired: BackupConfigInputs,
  observed: ObservedCluster,
  differences: Differences,
  tenant: ObservedTenant,
): PlannedCall[] {
  const isSetByCluster = differences.usesClusterRoute;
  const archive = differences.archive.includes(tenant) && !isSetByCluster;
  const data = differences.data.includes(tenant) && !isSetByCluster;
  const wanted = destinationOf(desired, observed.cluster, tenant);
  const destination = { ...(archive ? { archive: wanted.archive } : {}), ...(data ? { data: wanted.data } : {}) };
  const own = parameters(
    desired,
    (name) => differences.parameters[name].includes(tenant) && !rides(name, desired, differences),
  );
  const settings: Settings = {
    ...(archive || data ? { destination } : {}),
    ...(archive ? { ...trio(desired), ...own } : {}),
    ...(differences.policy.includes(tenant) && !policyIsForAll(desired, differences)
      ? { deletePolicy: desired.deletePolicy }
      : {}),
  };
  // obshell's POST wants both destinations; PATCH takes either.
  const method = archive && data && hasNoDestination(tenant) ? "POST" : "PATCH";
  return [
    ...configure(tenant.name, method, settings),
    ...(!archive && Object.keys(own).length > 0 ? [setParameters(tenant.name, own)] : []),
  ];
}

function policyIsForAll(desired: BackupConfigInputs, { policy, tenants }: Differences): boolean {
  return coversCluster(desired) && policy.length > 0 && policy.length === tenants.length;
}

/** True when a parameter goes with the cluster call: where that is made anyway, or where all tenants differ. */
function rides(name: ParameterName, desired: BackupConfigInputs, differences: Differences): boolean {
  const differing = differences.parameters[name].length;
  if (differing === 0 || !coversCluster(desired)) return false;
  if (differences.usesClusterRoute) return true;
  // The database refuses a lag target for tenants without a destination; those get both in a call of their own.
  const isPossible =
    name !== "archiveLagTarget" || differences.tenants.every(({ archiveUri }) => archiveUri !== undefined);
  return name !== "logArchiveConcurrency" && isPossible && differing === differences.tenants.length;
}

/** Tenants that move to s3:// with a lag target that the database does not allow there: it must be raised before. */
function tenantsWithShortLag(
  desired: BackupConfigInputs,
  observed: ObservedCluster,
  { archive, parameters: { archiveLagTarget } }: Differences,
): readonly ObservedTenant[] {
  return archiveLagTarget.filter(
    (tenant) =>
      archive.includes(tenant) &&
      hasShortLag(tenant) &&
      destinationOf(desired, observed.cluster, tenant).archive?.scheme === "s3",
  );
}

function withoutLagOf(tenants: readonly ObservedTenant[], differences: Differences): Differences {
  const archiveLagTarget = differences.parameters.archiveLagTarget.filter((tenant) => !tenants.includes(tenant));
  return { ...differences, parameters: { ...differences.parameters, archiveLagTarget } };
}

function setParameters(tenant: string, settings: Settings): PlannedCall {
  return { kind: "setParameters", tenant, settings };
}

function parameters(desired: BackupConfigInputs, isSent: (name: ParameterName) => boolean): Settings {
  return Object.fromEntries(PARAMETER_SETTINGS.filter(isSent).map((name) => [name, desired[name]]));
}

/** The calls for these settings: none, one, or two when a lag target of zero must not stand beside a destination. */
function configure(tenant: string | undefined, firstMethod: "POST" | "PATCH", settings: Settings): PlannedCall[] {
  const { archiveLagTarget, ...rest } = settings;
  const isZeroLag = archiveLagTarget !== undefined && parseDuration(archiveLagTarget) === 0;
  const parts = isZeroLag && settings.destination ? [rest, { archiveLagTarget }] : [settings];
  return parts
    .filter((part) => Object.keys(part).length > 0)
    .map((part: Settings) => ({
      kind: "configure",
      tenant,
      method: part.destination ? firstMethod : "PATCH",
      settings: part,
      stopsArchiving: setsArchive(part) || part.logArchiveConcurrency !== undefined,
    }));
}

export function setsArchive({ destination }: Settings): boolean {
  return destination !== undefined && ("base" in destination || destination.archive !== undefined);
}

export function setsData({ destination }: Settings): boolean {
  return destination !== undefined && ("base" in destination || destination.data !== undefined);
}

function trio({ binding, pieceSwitchInterval }: BackupConfigInputs): Settings {
  return { binding, pieceSwitchInterval };
}

function describeChanges(desired: BackupConfigInputs, differences: Differences): string[] {
  const { archive, data, unreadable, policy, archiving, initialBackup } = differences;
  const archiveTarget = declaredTarget(desired, "archive").target;
  const dataTarget = declaredTarget(desired, "data").target;
  const isBoth = archiveTarget === dataTarget;
  const moved = (tenants: readonly ObservedTenant[], what: string, target: string): string[] =>
    [" (none)", ""].flatMap((before) =>
      grouped(
        tenants.filter((tenant) => hasNoDestination(tenant) === (before !== "")),
        () => `${what}${before} -> ${target}`,
      ),
    );
  return [
    ...moved(archive, isBoth ? "destination" : "archive destination", archiveTarget),
    ...moved(
      isBoth ? data.filter((tenant) => !archive.includes(tenant)) : data,
      isBoth ? "destination" : "data destination",
      dataTarget,
    ),
    ...unreadable
      .filter((name) => name !== "storageFingerprint" && name !== "deletePolicy")
      .map((name) => `${name} -> ${JSON.stringify(desired[name])}`),
    ...grouped(policy, () => `deletePolicy -> ${JSON.stringify(desired.deletePolicy)}`),
    ...(unreadable.includes("storageFingerprint") ? ["storage keys are sent"] : []),
    ...PARAMETER_SETTINGS.flatMap((name) =>
      grouped(differences.parameters[name], (tenant) => {
        const before = tenant.parameters[PARAMETERS[name]].join("|") || "(not set)";
        return `${name} ${before} -> ${desired[name]}`;
      }),
    ),
    ...grouped(archiving, ({ wanted, closedBy }) =>
      desired.archiving === undefined
        ? `log archiving was switched off${closedBy ? ` by ${closedBy.task}` : ""} and is ${wanted === "suspended" ? "suspended again" : "reopened"}`
        : `log archiving -> ${wanted}`,
    ),
    ...grouped(initialBackup, () => "first full backup, which opens log archiving"),
  ];
}

/** One line per change with the tenants that it concerns, instead of one per tenant. */
function grouped<T extends { readonly name: string }>(
  tenants: readonly T[],
  describe: (tenant: T) => string,
): string[] {
  const groups = new Map<string, T[]>();
  for (const tenant of tenants) {
    const change = describe(tenant);
    groups.set(change, [...(groups.get(change) ?? []), tenant]);
  }
  return [...groups].map(([change, members]) => `${change} (${listNames(members)})`);
}
