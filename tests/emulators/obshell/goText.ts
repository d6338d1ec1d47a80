/**
 * Spells values and failures the way Go's standard library does, because obshell puts that spelling on the wire: JSON
 * escapes, RFC3339 times, and the error texts of the decoders.
 */

export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
};

/** `encoding/json`: `&`, `<`, `>` escaped, 64-bit integers exact, undefined properties left out. */
export function goJson(value: JsonValue): string {
  if (typeof value === "string") return goString(value);
  if (value === null || typeof value !== "object") return String(value);
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => goJson(item)).join(",")}]`;
  const members: string[] = [];
  for (const [key, member] of Object.entries(value as Record<string, JsonValue | undefined>)) {
    if (member !== undefined) members.push(`${goString(key)}:${goJson(member)}`);
  }
  return `{${members.join(",")}}`;
}

function goString(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what has to be escaped
  const escaped = text.replace(/["\\&<>\u0000-\u001f\u2028\u2029]/g, (character) => {
    const short = ESCAPES[character];
    return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}

/** The zero `time.Time`, seen in replies that are built before the database has stamped a row. */
export const GO_ZERO_TIME = "0001-01-01T00:00:00Z";

/** RFC3339 with the server's zone; trailing zeros of the fraction trimmed. */
export function goTime(ms: number, zoneMinutes: number): string {
  const local = new Date(ms + zoneMinutes * 60_000);
  const fraction = local.getUTCMilliseconds();
  const digits = fraction === 0 ? "" : `.${String(fraction).padStart(3, "0").replace(/0+$/, "")}`;
  return `${local.toISOString().slice(0, 19)}${digits}${zone(zoneMinutes)}`;
}

/** As `goTime`, without a fraction: the columns of the task log table have none. */
export function goTimeSeconds(ms: number, zoneMinutes: number): string {
  return goTime(Math.floor(ms / 1000) * 1000, zoneMinutes);
}

function zone(minutes: number): string {
  if (minutes === 0) return "Z";
  const size = Math.abs(minutes);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

export interface Base64Result {
  /** What was decoded before the first fault; obshell uses it for bodies and ignores the fault. */
  readonly bytes: Buffer;
  readonly error?: string;
}

/** `base64.StdEncoding.DecodeString`: line ends skipped, padding required, the first fault named by its position. */
export function decodeBase64(text: string): Base64Result {
  const compact = text.replace(/[\r\n]/g, "");
  if (compact.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(compact))
    return { bytes: Buffer.from(compact, "base64") };
  const legal = /^[A-Za-z0-9+/\r\n]*/.exec(text)?.[0] ?? "";
  const digits = legal.replace(/[\r\n]/g, "");
  const whole = digits.length - (digits.length % 4);
  const position = legal.length < text.length ? legal.length : text.length - (digits.length - whole);
  return {
    bytes: Buffer.from(digits.slice(0, whole), "base64"),
    error: `illegal base64 data at input byte ${position}`,
  };
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** `strconv.ParseInt(text, 10, 64)`. */
export function parseInt64(text: string): { readonly value: bigint } | { readonly error: string } {
  const quoted = `strconv.ParseInt: parsing ${JSON.stringify(text)}`;
  if (!/^[+-]?\d+$/.test(text)) return { error: `${quoted}: invalid syntax` };
  const value = BigInt(text.replace(/^\+/, ""));
  if (value < INT64_MIN || value > INT64_MAX) return { error: `${quoted}: value out of range` };
  return { value };
}

/** `strconv.ParseBool`: undefined for what it does not take. */
export function parseGoBool(text: string): boolean | undefined {
  if (["1", "t", "T", "TRUE", "true", "True"].includes(text)) return true;
  if (["0", "f", "F", "FALSE", "false", "False"].includes(text)) return false;
  return undefined;
}

/** The text of `json.Unmarshal` for input that is not JSON. Only the common faults are told apart. */
export function jsonSyntaxError(text: string): string {
  const start = /^[ \t\r\n]*/.exec(text)?.[0].length ?? 0;
  const first = text.charAt(start);
  if (first === "") return "unexpected end of JSON input";
  if (!/[[{"\-0-9tfn]/.test(first)) return `invalid character ${goCharacter(first)} looking for beginning of value`;
  return "unexpected end of JSON input";
}

function goCharacter(character: string): string {
  if (character === "'") return "'\\''";
  return `'${goString(character).slice(1, -1)}'`;
}
