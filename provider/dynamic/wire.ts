import type { Bag, Json } from "../core/bag";

/** Far below where parsers of the wire give up, and far above what anybody declares or answers. */
const MAX_DEPTH = 100;

/**
 * Turns whatever a handler returns into values that survive Pulumi's wire format. It never throws: an exception here would
 * come after the remote change was made and would lose it. `undefined` is dropped (it fails the call with "Unexpected struct
 * type."), dates become ISO text, big integers become text, sets and maps become arrays and objects, and what has no meaning
 * as data (functions, symbols, cycles, what is nested deeper than any wire takes, fields that cannot be read) becomes null.
 */
export function toWire(bag: object): Record<string, Json> {
  return objectToWire(bag, []);
}

function objectToWire(value: object, ancestors: readonly object[]): Record<string, Json> {
  const below = [...ancestors, value];
  const entries: Iterable<readonly [unknown, unknown]> =
    value instanceof Map ? value : Object.keys(value).map((key) => [key, fieldOf(value, key)] as const);
  // Not by assignment: a field may be called `__proto__`.
  return Object.fromEntries(
    [...entries].flatMap(([key, item]) => (item === undefined ? [] : [[String(key), valueToWire(item, below)]])),
  );
}

function fieldOf(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return null;
  }
}

function valueToWire(value: unknown, ancestors: readonly object[]): Json {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : null;
    case "bigint":
      return value.toString();
    case "object":
      break;
    default:
      return null;
  }
  if (value === null || ancestors.length > MAX_DEPTH || ancestors.includes(value)) return null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Error) return value.message;
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].map((item) => valueToWire(item, [...ancestors, value as object]));
  }
  return objectToWire(value, ancestors);
}

/** Nulls mean the same as absence in a program; handlers only ever meet absence. */
export function withoutNulls(bag: Bag): Bag {
  return strip(bag) as Bag;
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === null || item === undefined ? [] : [[key, strip(item)]])),
  );
}
