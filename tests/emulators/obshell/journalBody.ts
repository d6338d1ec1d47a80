import { fingerprint } from "./sql";
import { hideAccessKey } from "./storageUri";

const SECRET_KEYS: ReadonlySet<string> = new Set(["encryption", "password", "session_id", "root_password"]);

const LONGEST = 64 * 1024;

/** What the journal keeps of a request body: the JSON that was sent, secrets as fingerprints. */
export function describeBody(body: Buffer): unknown {
  if (body.length > LONGEST) return `<${body.length} bytes>`;
  try {
    return hide("", JSON.parse(body.toString("utf8")) as unknown);
  } catch {
    return `<${body.length} bytes that are not JSON>`;
  }
}

function hide(key: string, value: unknown): unknown {
  if (value === null) return null;
  // Of whatever type: a client that is wrong about the type still sent the secret.
  if (SECRET_KEYS.has(key.toLowerCase())) return fingerprint(typeof value === "string" ? value : JSON.stringify(value));
  if (typeof value === "string") return hideAccessKey(value);
  if (Array.isArray(value)) return value.map((item: unknown) => hide("", item));
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hide(name, member as unknown)]));
}
