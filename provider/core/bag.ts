/** A bag of properties as Pulumi hands it over: plain JSON, not validated. */
export type Bag = Readonly<Record<string, unknown>>;

/** A value that survives Pulumi's wire format. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Where a value stands: `["deletePolicy", "recoveryWindow"]`, `["advancedDataPolicies", 0, "name"]`. */
export type Path = readonly (string | number)[];

/** `advancedDataPolicies[0].name` and `overrides["pc-1"].name`, the spellings that Pulumi uses in its own messages. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (!/^[\p{L}_$][\p{L}\d_$]*$/u.test(step) && text !== "") return `${text}[${JSON.stringify(step)}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

export function valueAt(bag: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null ? (value as Record<string | number, unknown>)[step] : undefined,
    bag,
  );
}

/** What a table itself holds: a key that comes from outside may be the name of something that every object inherits. */
export function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Equality of plain JSON, without regard to key order; an absent key and an undefined value are the same. */
export function sameJson(a: unknown, b: unknown): boolean {
  // JSON has neither NaN nor a negative zero of its own.
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => sameJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}

/** One text for equal JSON: keys in order, absent and undefined alike. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/** The properties of a bag that have these names and a value. */
export function pick(bag: Bag, names: readonly string[]): Bag {
  return Object.fromEntries(names.flatMap((name) => (bag[name] === undefined ? [] : [[name, bag[name]]])));
}

export function omit(bag: Bag, names: readonly string[]): Bag {
  return Object.fromEntries(Object.entries(bag).filter(([name]) => !names.includes(name)));
}
