import { stateToRestore } from "./archiveState";
import {
  coveredTenants,
  hasParameter,
  isLeftOpen,
  isPlaced,
  PARAMETER_SETTINGS,
  PARAMETERS,
  tenantsToReopen,
} from "./backupConfig.differences";
import { type Recorded, UNREADABLE } from "./backupConfig.records";
import type { BackupConfigInputs } from "./backupConfig.schema";
import { destinationOf } from "./destination";
import type { ObservedCluster, ObservedTenant } from "./observe";
import { baseOfLocation, formatStorageUri, parseStorageUri } from "./storageUri";

/** Inputs with live values, and sentences about what no single value can tell. */
export interface Live {
  readonly inputs: BackupConfigInputs;
  readonly drift: readonly string[];
}

/**
 * The declared inputs with live values where all tenants agree; where they do not, sentences about who differs. `recorded` must have
 * taken up what newer tasks have done.
 */
export function liveInputs(declared: BackupConfigInputs, observed: ObservedCluster, recorded: Recorded): Live {
  const tenants = coveredTenants(declared, observed);
  const values: Record<string, unknown> = { ...declared };
  const drift = [
    ...liveDestinations(declared, tenants, observed, recorded, values),
    ...liveParameters(declared, tenants, values),
    ...liveUnreadable(declared, tenants, recorded, values),
    ...liveArchiving(declared, tenants, recorded, values),
  ];
  const inputs = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  return { inputs: inputs as BackupConfigInputs, drift };
}

function liveDestinations(
  declared: BackupConfigInputs,
  tenants: readonly ObservedTenant[],
  observed: ObservedCluster,
  recorded: Recorded,
  values: Record<string, unknown>,
): string[] {
  const misplaced = tenants.filter((tenant) => {
    const wanted = destinationOf(declared, observed.cluster, tenant);
    return (["archive", "data"] as const).some((part) => !isPlaced(tenant, part, wanted[part], declared, recorded));
  });
  if (misplaced.length === 0) return [];
  const [first] = misplaced;
  if (declared.tenantName !== undefined && first?.archiveUri !== undefined && first.dataUri !== undefined) {
    const wanted = destinationOf(declared, observed.cluster, first);
    if (!isPlaced(first, "archive", wanted.archive, declared, recorded)) values.archiveBaseUri = first.archiveUri;
    if (!isPlaced(first, "data", wanted.data, declared, recorded)) values.dataBaseUri = first.dataUri;
    return [];
  }
  const bases = new Set(misplaced.map((tenant) => liveBase(tenant, observed)));
  const [only] = bases;
  if (misplaced.length === tenants.length && bases.size === 1 && only !== undefined) {
    values.backupBaseUri = only;
    return [];
  }
  return misplaced.map((tenant) =>
    tenant.archiveUri === undefined && tenant.dataUri === undefined
      ? `${tenant.name} has no destination`
      : `${tenant.name} differs: its destinations are ${tenant.archiveUri ?? "(none)"} and ${tenant.dataUri ?? "(none)"}`,
  );
}

function liveParameters(
  declared: BackupConfigInputs,
  tenants: readonly ObservedTenant[],
  values: Record<string, unknown>,
): string[] {
  return PARAMETER_SETTINGS.flatMap((name) => {
    const wireName = PARAMETERS[name];
    const desired = declared[name];
    if (desired === undefined) return [];
    const different = tenants.filter((tenant) => !hasParameter(tenant, name, desired));
    const shown = (tenant: ObservedTenant): string =>
      tenant.parameters[wireName].join(" on one server and on another ");
    const texts = new Set(different.map(shown));
    const [only] = texts;
    const doAgree =
      different.length === tenants.length && texts.size === 1 && different[0]?.parameters[wireName].length === 1;
    if (doAgree && only !== undefined) {
      values[name] = typeof desired === "number" ? Number(only) : only;
      return [];
    }
    return different.map((tenant) => `${tenant.name}: ${name} is ${shown(tenant) || "not set"}, not ${desired}`);
  });
}

/** What newer tasks have made of the settings that cannot be read. */
function liveUnreadable(
  declared: BackupConfigInputs,
  tenants: readonly ObservedTenant[],
  { applied, appliedByTenant, unconfirmed, covered }: Recorded,
  values: Record<string, unknown>,
): string[] {
  for (const name of UNREADABLE) {
    if (declared[name] !== undefined && name !== "storageFingerprint" && covered.length > 0) {
      values[name] = applied[name];
    }
  }
  const different = tenants.flatMap(({ id, name }) =>
    UNREADABLE.flatMap((setting) => {
      const own = appliedByTenant?.[id]?.[setting];
      if (own === undefined || declared[setting] === undefined) return [];
      if (setting === "storageFingerprint") return [`${name} has other storage keys`];
      return [`${name}: ${setting} is ${JSON.stringify(own)}, not ${JSON.stringify(applied[setting])}`];
    }),
  );
  const unknown = tenants.flatMap(({ id, name }) => {
    const settings = (unconfirmed[id] ?? []).filter((setting) => declared[setting] !== undefined);
    if (settings.length === 0) return [];
    const shown = settings.map((setting) => (setting === "storageFingerprint" ? "storage keys" : setting));
    return [`${name}: ${shown.join(", ")} ${settings.length === 1 ? "is" : "are"} not known to be as declared`];
  });
  return [...different, ...unknown];
}

function liveArchiving(
  { archiving, initialBackup }: BackupConfigInputs,
  tenants: readonly ObservedTenant[],
  recorded: Recorded,
  values: Record<string, unknown>,
): string[] {
  if (archiving === undefined) {
    const never = initialBackup === undefined ? [] : tenants.filter((tenant) => tenant.neverArchived);
    return [
      ...tenantsToReopen(tenants, recorded.tenants).map(({ id, name, closedBy }) => {
        const before = `before${closedBy === undefined ? "" : ` ${closedBy.task}`}`;
        return tenants.some((tenant) => tenant.id === id && isLeftOpen(tenant))
          ? `${name} is archiving though it was suspended ${before}`
          : `${name} is not archiving though it was ${before}`;
      }),
      ...never.map(({ name }) => `${name} never archived`),
    ];
  }
  const live = (tenant: ObservedTenant): string => {
    if (tenant.archiving === "starting") return "running";
    return tenant.archiving === "unknown" || tenant.archiving === "stopping" ? "stopped" : tenant.archiving;
  };
  const different = tenants.filter((tenant) => live(tenant) !== archiving);
  const [only, ...others] = new Set(different.map(live));
  if (only !== undefined && others.length === 0 && different.length === tenants.length) {
    values.archiving = only;
    return [];
  }
  return different.map((tenant) =>
    archiving === "stopped"
      ? `${tenant.name}: log archiving is ${live(tenant)}, not stopped`
      : `${tenant.name} is not archiving: it is ${live(tenant)}, not ${archiving}`,
  );
}

function liveBase(tenant: ObservedTenant, { cluster }: ObservedCluster): string | undefined {
  const archive = tenant.archiveUri === undefined ? undefined : parseStorageUri(tenant.archiveUri).uri;
  const data = tenant.dataUri === undefined ? undefined : parseStorageUri(tenant.dataUri).uri;
  const fromArchive = archive && baseOfLocation(archive, cluster.id, tenant.id, "clog");
  const fromData = data && baseOfLocation(data, cluster.id, tenant.id, "data");
  if (!fromArchive || !fromData) return undefined;
  const text = formatStorageUri(fromArchive);
  return text === formatStorageUri(fromData) ? text : undefined;
}

/** A tenant that was archiving and is not stays recorded as it was: the record is what makes the next run reopen it. */
export function keepWhatWasRunning(
  recorded: readonly ObservedTenant[],
  observed: readonly ObservedTenant[],
): ObservedTenant[] {
  return observed.map((tenant) => {
    // What is just being stopped counts as stopped: else a look at this moment would forget that it was running.
    if (tenant.archiving !== "unknown" && tenant.archiving !== "stopping") return tenant;
    const before = recorded.find(({ id }) => id === tenant.id)?.archiving;
    return before && stateToRestore(before) ? { ...tenant, archiving: before } : tenant;
  });
}
