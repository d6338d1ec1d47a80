import { parseDuration } from "../core/duration";
import type { Impact } from "../core/impact";
import type { ToReopen } from "./archiving";
import {
  compare,
  type Differences,
  hasShortLag,
  locations,
  PARAMETER_SETTINGS,
  PARAMETERS,
  type ParameterName,
  type Recorded,
  type Unreadable,
} from "./clusterBackupConfig.differences";
import { destinationImpacts, policyImpacts } from "./clusterBackupConfig.impacts";
import { refuseImpossible } from "./clusterBackupConfig.limits";
import type { ClusterBackupConfigInputs } from "./clusterBackupConfig.schema";
import { hasNoDestination, type ObservedCluster, type ObservedTenant } from "./observe";
import { publicUri, type StorageUri } from "./storageUri";

/** Settings of one call under the program's names. Keys are added only when the call is sent, so a plan can be printed. */
export interface Settings {
  readonly destination?: { readonly base: StorageUri } | { readonly archive: StorageUri; readonly data: StorageUri };
  readonly binding?: ClusterBackupConfigInputs["binding"];
  readonly pieceSwitchInterval?: string;
  readonly logArchiveConcurrency?: number;
  readonly archiveLagTarget?: string;
  readonly haLowThreadScore?: number;
  readonly deletePolicy?: ClusterBackupConfigInputs["deletePolicy"];
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
  | { readonly kind: "reopenArchiving"; readonly tenants: readonly ToReopen[] };

export interface ClusterBackupConfigPlan {
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
 * What must be done so that the cluster has what the program declares, and nothing more.
 * - A destination is sent with binding and piece interval, because the database resets what is left out. If all tenants need it,
 *   the documented cluster call does it; if only some do, their own routes, so that the archiving of the others goes on.
 * - Concurrency goes through the parameters route unless a destination is set anyway: the configuration call would stop
 *   archiving for nothing.
 * - A lag target of zero is refused beside a destination, so it gets a call of its own. One that is too short for s3:// is raised
 *   before the destination moves there.
 */
export function planClusterBackupConfig(
  desired: ClusterBackupConfigInputs,
  observed: ObservedCluster,
  recorded: Recorded | undefined,
  runningBackups: readonly number[],
): ClusterBackupConfigPlan {
  refuseImpossible(desired, observed);
  const found = compare(desired, observed, recorded);
  const early = tenantsWithShortLag(found);
  const differences = withoutLagOf(early, found);
  const { unreadable, toReopen, unverified, adopted } = differences;
  const calls: PlannedCall[] = [
    ...early.map(({ name }) => setParameters(name, { archiveLagTarget: desired.archiveLagTarget })),
    ...clusterCalls(desired, observed, differences),
    ...observed.tenants.flatMap((tenant) => tenantCalls(desired, observed, differences, tenant)),
    ...(toReopen.length > 0 ? [{ kind: "reopenArchiving", tenants: toReopen } as const] : []),
  ];
  return {
    calls,
    changes: describeChanges(desired, found),
    impacts: [
      ...destinationImpacts(differences, recorded, runningBackups),
      ...policyImpacts(
        desired,
        unreadable.includes("deletePolicy") ? observed.tenants : differences.withoutPolicy,
        recorded,
      ),
    ],
    unverified,
    adopted,
  };
}

function clusterCalls(
  desired: ClusterBackupConfigInputs,
  observed: ObservedCluster,
  differences: Differences,
): PlannedCall[] {
  const { base, unreadable } = differences;
  const method = observed.tenants.every(hasNoDestination) ? "POST" : "PATCH";
  return configure(undefined, method, {
    ...(base && isForAll(observed, differences) ? { destination: { base }, ...trio(desired) } : {}),
    ...parameters(desired, (name) => rides(name, observed, differences)),
    ...(unreadable.includes("deletePolicy") ? { deletePolicy: desired.deletePolicy } : {}),
  });
}

function tenantCalls(
  desired: ClusterBackupConfigInputs,
  observed: ObservedCluster,
  differences: Differences,
  tenant: ObservedTenant,
): PlannedCall[] {
  const { base, relocated, withoutPolicy } = differences;
  const own = parameters(
    desired,
    (name) => differences.parameters[name].includes(tenant) && !rides(name, observed, differences),
  );
  const policy = withoutPolicy.includes(tenant) ? { deletePolicy: desired.deletePolicy } : {};
  const method = hasNoDestination(tenant) ? "POST" : "PATCH";
  if (base && relocated.includes(tenant) && !isForAll(observed, differences)) {
    const destination = locations(base, observed, tenant);
    return configure(tenant.name, method, { destination, ...trio(desired), ...own, ...policy });
  }
  return [
    ...configure(tenant.name, method, policy),
    ...(Object.keys(own).length > 0 ? [setParameters(tenant.name, own)] : []),
  ];
}

/** True when every tenant's destination is to be set, so that the cluster call can do it for all at once. */
function isForAll({ tenants }: ObservedCluster, { relocated }: Differences): boolean {
  return relocated.length > 0 && relocated.length === tenants.length;
}

/** True when a parameter goes with the cluster call: where that is made anyway, or where all tenants differ. */
function rides(name: ParameterName, observed: ObservedCluster, differences: Differences): boolean {
  const differing = differences.parameters[name].length;
  if (differing === 0) return false;
  if (isForAll(observed, differences)) return true;
  // The database refuses a lag target for tenants without a destination; those get both in a call of their own.
  const isPossible =
    name !== "archiveLagTarget" || observed.tenants.every(({ archiveUri }) => archiveUri !== undefined);
  return name !== "logArchiveConcurrency" && isPossible && differing === observed.tenants.length;
}

/** Tenants that move to s3:// with a lag target that the database does not allow there: it must be raised before. */
function tenantsWithShortLag({
  base,
  relocated,
  parameters: { archiveLagTarget },
}: Differences): readonly ObservedTenant[] {
  if (base?.scheme !== "s3") return [];
  return archiveLagTarget.filter((tenant) => relocated.includes(tenant) && hasShortLag(tenant));
}

function withoutLagOf(tenants: readonly ObservedTenant[], differences: Differences): Differences {
  const archiveLagTarget = differences.parameters.archiveLagTarget.filter((tenant) => !tenants.includes(tenant));
  return { ...differences, parameters: { ...differences.parameters, archiveLagTarget } };
}

function setParameters(tenant: string, settings: Settings): PlannedCall {
  return { kind: "setParameters", tenant, settings };
}

function parameters(desired: ClusterBackupConfigInputs, isSent: (name: ParameterName) => boolean): Settings {
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
      stopsArchiving: part.destination !== undefined || part.logArchiveConcurrency !== undefined,
    }));
}

function trio({ binding, pieceSwitchInterval }: ClusterBackupConfigInputs): Settings {
  return { binding, pieceSwitchInterval };
}

function describeChanges(desired: ClusterBackupConfigInputs, differences: Differences): string[] {
  const { base, relocated, unreadable, toReopen } = differences;
  const target = base ? publicUri(base) : "";
  return [
    ...grouped(relocated.filter(hasNoDestination), () => `destination (none) -> ${target}`),
    ...grouped(
      relocated.filter((tenant) => !hasNoDestination(tenant)),
      () => `destination -> ${target}`,
    ),
    ...unreadable
      .filter((name) => name !== "storageFingerprint")
      .map((name) => `${name} -> ${JSON.stringify(desired[name])}`),
    ...(unreadable.includes("storageFingerprint") ? ["storage keys are sent"] : []),
    ...PARAMETER_SETTINGS.flatMap((name) =>
      grouped(differences.parameters[name], (tenant) => {
        const before = tenant.parameters[PARAMETERS[name]].join("|") || "(not set)";
        return `${name} ${before} -> ${desired[name]}`;
      }),
    ),
    ...grouped(toReopen, () => "log archiving was switched off and is reopened"),
  ];
}

const NAMES_SHOWN = 5;

/** One line per change with the tenants that it concerns, instead of one per tenant. */
function grouped<T extends { readonly name: string }>(
  tenants: readonly T[],
  describe: (tenant: T) => string,
): string[] {
  const groups = new Map<string, string[]>();
  for (const tenant of tenants) {
    const change = describe(tenant);
    groups.set(change, [...(groups.get(change) ?? []), tenant.name]);
  }
  return [...groups].map(([change, names]) => {
    const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : "";
    return `${change} (${names.slice(0, NAMES_SHOWN).join(", ")}${more})`;
  });
}
