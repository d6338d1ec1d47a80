import {
  hasParameter,
  isPlaced,
  PARAMETER_SETTINGS,
  PARAMETERS,
  parsed,
  tenantsToReopen,
  UNREADABLE,
} from "./clusterBackupConfig.differences";
import { type ClusterBackupConfigInputs, PROPERTIES } from "./clusterBackupConfig.schema";
import type { ObservedCluster, ObservedTenant } from "./observe";
import { baseOfLocation, formatStorageUri, parseStorageUri } from "./storageUri";

type Declared = ClusterBackupConfigInputs & { readonly tenants?: readonly ObservedTenant[] };

/** The declared inputs with live values where all tenants agree; where they do not, sentences about who differs. */
export function liveInputs(
  recorded: Declared,
  observed: ObservedCluster,
): { inputs: ClusterBackupConfigInputs; drift: string[] } {
  const declared = PROPERTIES.filter((property) => recorded[property] !== undefined);
  const inputs: Record<string, unknown> = Object.fromEntries(
    declared.map((property) => [property, recorded[property]]),
  );
  const drift: string[] = [];
  const { tenants } = observed;
  if (recorded.backupBaseUri !== undefined) {
    const base = parsed(recorded.backupBaseUri);
    const misplaced = tenants.filter((tenant) => !isPlaced(tenant, base, observed));
    const bases = new Set(misplaced.map((tenant) => liveBase(tenant, observed)));
    const [only] = bases;
    if (misplaced.length === tenants.length && bases.size === 1 && only !== undefined) inputs.backupBaseUri = only;
    else {
      drift.push(
        ...misplaced.map((tenant) =>
          tenant.archiveUri === undefined && tenant.dataUri === undefined
            ? `${tenant.name} has no destination`
            : `${tenant.name} differs: its destinations are ${tenant.archiveUri ?? "(none)"} and ${tenant.dataUri ?? "(none)"}`,
        ),
      );
    }
  }
  for (const name of PARAMETER_SETTINGS) {
    const wireName = PARAMETERS[name];
    const desired = recorded[name];
    if (desired === undefined) continue;
    const different = tenants.filter((tenant) => !hasParameter(tenant, name, desired));
    const values = new Set(
      different.map((tenant) => tenant.parameters[wireName].join(" on one server and on another ")),
    );
    const [only] = values;
    const agreed =
      different.length === tenants.length && values.size === 1 && different[0]?.parameters[wireName].length === 1;
    if (agreed && only !== undefined) inputs[name] = typeof desired === "number" ? Number(only) : only;
    else
      drift.push(
        ...different.map(
          (tenant) =>
            `${tenant.name}: ${name} is ${tenant.parameters[wireName].join(" on one server and on another ") || "not set"}, not ${desired}`,
        ),
      );
  }
  for (const tenant of tenantsToReopen(observed, recorded.tenants ?? [])) {
    drift.push(`${tenant.name} is not archiving though it was before`);
  }
  if (observed.newerTask?.state === "FAILED" && UNREADABLE.some((name) => recorded[name] !== undefined)) {
    drift.push(
      `task ${observed.newerTask.id} (${observed.newerTask.name}) of somebody else failed, so what cannot be read is unknown`,
    );
  }
  return { inputs: inputs as unknown as ClusterBackupConfigInputs, drift };
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
  recorded: { readonly tenants?: readonly ObservedTenant[] },
  observed: ObservedCluster,
): ObservedTenant[] {
  return observed.tenants.map((tenant) => {
    const before = recorded.tenants?.find(({ id }) => id === tenant.id)?.archiving;
    return tenant.archiving === "notListed" && before ? { ...tenant, archiving: before } : tenant;
  });
}
