import { ProviderError } from "../core/errors";
import { type BackupConfigInputs, URI_PROPERTIES, type UriProperty } from "./backupConfig.schema";
import type { ClusterIdentity } from "./observe";
import { parseStorageUri, publicUri, type StorageUri, tenantLocation } from "./storageUri";

/** Where one tenant's archived log and its backups go; a part that is not managed is absent. */
export interface TenantDestination {
  readonly archive?: StorageUri;
  readonly data?: StorageUri;
}

/** The destination that the program gives a tenant: below the cluster's base, or the tenant's own two. */
export function destinationOf(
  inputs: BackupConfigInputs,
  cluster: ClusterIdentity,
  tenant: { readonly id: number },
): TenantDestination {
  const base = declaredUri(inputs, "backupBaseUri");
  if (base) {
    return {
      archive: tenantLocation(base, cluster.id, tenant.id, "clog"),
      data: tenantLocation(base, cluster.id, tenant.id, "data"),
    };
  }
  return { archive: declaredUri(inputs, "archiveBaseUri"), data: declaredUri(inputs, "dataBaseUri") };
}

export function declaresDestination(inputs: BackupConfigInputs): boolean {
  return URI_PROPERTIES.some((property) => inputs[property] !== undefined);
}

export function declaredUri(inputs: BackupConfigInputs, property: UriProperty): StorageUri | undefined {
  const text = inputs[property];
  if (text === undefined) return undefined;
  const { uri, problem } = parseStorageUri(text);
  if (uri) return uri;
  throw new ProviderError({ kind: "InvalidInput", property, problem: `${property} ${problem}` });
}

/** The property that sets a part of the destination, and its value without keys; for tokens and messages. */
export function declaredTarget(
  inputs: BackupConfigInputs,
  part: keyof TenantDestination,
): { readonly property: UriProperty; readonly target: string } {
  const own = part === "archive" ? "archiveBaseUri" : "dataBaseUri";
  const property = inputs.backupBaseUri === undefined ? own : "backupBaseUri";
  const uri = declaredUri(inputs, property);
  return { property, target: uri ? publicUri(uri) : "" };
}

/** Both parts as one text, to be recorded where an agent cannot show them. */
export function destinationText(inputs: BackupConfigInputs): string | undefined {
  const uris = URI_PROPERTIES.flatMap((property) => declaredUri(inputs, property) ?? []);
  return uris.length === 0 ? undefined : uris.map(publicUri).join(" ");
}
