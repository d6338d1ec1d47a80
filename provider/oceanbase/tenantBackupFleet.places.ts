import type { Bag } from "../core/bag";

/** Where the settings of a whole fleet say where a tenant's files go, this stands for the tenant's name. */
export const TENANT = "{tenant}";

/** The properties that hold a place, which must be a tenant's own. */
export const PLACES = ["archiveBaseUri", "dataBaseUri"] as const;

/** The settings with this tenant's own places. */
export function withOwnPlaces(tenant: string, settings: Bag): Bag {
  const places = PLACES.flatMap((property) => {
    const uri = settings[property];
    return typeof uri === "string" ? [[property, uri.replaceAll(TENANT, tenant)] as const] : [];
  });
  return { ...settings, ...Object.fromEntries(places) };
}

/** What a sentence about one tenant says of any. */
export function ofAnyTenant(sentence: string, tenant: string): string {
  const name = tenant.replaceAll("$", "\\$");
  return sentence.replace(new RegExp(`(?<![\\w$])${name}(?![\\w$])`, "g"), () => TENANT);
}
