import { ObshellError } from "./errors";
import { decodeBase64 } from "./goText";

/** A JSON number with its spelling: Go's decoder quotes it in errors, and it may exceed 2^53. */
export class GoNumber {
  constructor(readonly literal: string) {}

  isInt64(): boolean {
    if (!/^-?\d+$/.test(this.literal)) return false;
    const value = BigInt(this.literal);
    return value >= -(2n ** 63n) && value < 2n ** 63n;
  }
}

export type GoValue = null | boolean | string | GoNumber | readonly GoValue[] | GoObject;
export interface GoObject {
  readonly [key: string]: GoValue | undefined;
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
/** Gives revivers the source text; newer than the declarations of the compiler's library. */
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;

export function parseGoJson(text: string): GoValue {
  return parseWithSource(text, (_key, value, { source }) =>
    typeof value === "number" ? new GoNumber(source ?? String(value)) : value,
  ) as GoValue;
}

/**
 * A request body as an object. Everything that is none ends as "EOF": the request logger reads the body and puts it back
 * only if it unmarshals into a map; `null` does.
 */
export function bodyObject(body: Buffer): GoObject {
  let value: GoValue;
  try {
    value = parseGoJson(body.toString("utf8"));
  } catch {
    throw bindFailure("EOF");
  }
  if (value === null) return {};
  if (!isObject(value)) throw bindFailure("EOF");
  return value;
}

export function isObject(value: GoValue | undefined): value is GoObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof GoNumber);
}

/** What Go's decoder says about a value that does not fit. */
export class GoDecodeError extends Error {}

/** One field of a Go struct: its JSON name, and how the decoder calls it in a type error. */
export interface Field {
  readonly json: string;
  readonly go: string;
  readonly type: "int" | "string" | "bool" | "[]uint8" | { readonly struct: string; readonly fields: readonly Field[] };
}

export interface Bound {
  int(json: string): number | undefined;
  string(json: string): string | undefined;
  bool(json: string): boolean | undefined;
  bytes(json: string): Buffer | undefined;
  struct(json: string): Bound | undefined;
}

type BoundValue = number | string | boolean | Buffer | Bound;

/** Unknown keys are ignored, keys match in any letter case, null means absent, the first wrong type is an error. */
export function bind(object: GoObject, fields: readonly Field[]): Bound {
  const values = new Map<string, BoundValue>();
  for (const [key, value] of Object.entries(object)) {
    const field = fields.find(({ json }) => json.toLowerCase() === key.toLowerCase());
    if (!field || value === undefined) continue;
    if (value === null) values.delete(field.json);
    else values.set(field.json, convert(value, field));
  }
  return {
    int: (json) => values.get(json) as number | undefined,
    string: (json) => values.get(json) as string | undefined,
    bool: (json) => values.get(json) as boolean | undefined,
    bytes: (json) => values.get(json) as Buffer | undefined,
    struct: (json) => values.get(json) as Bound | undefined,
  };
}

/** `bind` for a request body. */
export function bindBody(object: GoObject, fields: readonly Field[]): Bound {
  try {
    return bind(object, fields);
  } catch (error) {
    throw error instanceof GoDecodeError ? bindFailure(error.message) : error;
  }
}

function convert(value: GoValue, field: Field): BoundValue {
  const { type } = field;
  if (typeof type === "object") {
    if (isObject(value)) return bind(value, type.fields);
    throw typeFailure(value, field.go, type.struct);
  }
  if (type === "int" && value instanceof GoNumber) {
    if (value.isInt64()) return Number(value.literal);
    throw typeFailure(value, field.go, type, ` ${value.literal}`);
  }
  if (type === "[]uint8" && typeof value === "string") {
    const { bytes, error } = decodeBase64(value);
    if (error !== undefined) throw new GoDecodeError(error);
    return bytes;
  }
  if (type === "string" && typeof value === "string") return value;
  if (type === "bool" && typeof value === "boolean") return value;
  throw typeFailure(value, field.go, type);
}

function typeFailure(value: GoValue, go: string, type: string, literal = ""): GoDecodeError {
  return new GoDecodeError(
    `json: cannot unmarshal ${kindOf(value)}${literal} into Go struct field ${go} of type ${type}`,
  );
}

export function kindOf(value: GoValue): string {
  if (value instanceof GoNumber) return "number";
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  return typeof value;
}

export function bindFailure(why: string): ObshellError {
  return ObshellError.of("bindJson", why);
}

/** The validator's text for a required field that is missing or zero. */
export function requiredFailure(path: string): ObshellError {
  const field = path.slice(path.lastIndexOf(".") + 1);
  return bindFailure(`Key: '${path}' Error:Field validation for '${field}' failed on the 'required' tag`);
}
