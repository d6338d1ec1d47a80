const SHOWN = 5;

/** Names of tenants for a sentence; of many only the first. */
export function listNames(tenants: readonly { readonly name: string }[]): string {
  const names = tenants.slice(0, SHOWN).map(({ name }) => name);
  const more = tenants.length - names.length;
  return `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
