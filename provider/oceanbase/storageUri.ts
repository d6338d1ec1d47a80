import { encodeUri } from "../core/encodeUri";

/** Parameters that obshell passes on to the database, in the order in which it writes them; it silently drops all others. */
const PARAMETERS = {
  oss: ["host", "delete_mode"],
  cos: ["host", "appid", "delete_mode"],
  s3: ["host", "s3_region", "force_path_style", "delete_mode"],
} as const satisfies Record<string, readonly string[]>;

const KEY_PARAMETERS = ["access_id", "access_key"] as const;

/** Read by obshell for its own probe only; the database, and so every answer, does not have it. */
const NOT_STORED: ReadonlySet<string> = new Set(["force_path_style"]);

/** With an s3:// destination the database refuses shorter lag targets. */
export const LAG_MIN_S3_MS = 60_000;

export interface StorageKeys {
  readonly accessId: string;
  readonly accessKey: string;
}

/** A backup destination, taken apart. Values are decoded; `path` has no slash at its end. */
export interface StorageUri {
  readonly scheme: "file" | "oss" | "cos" | "s3";
  /** Empty for `file`. */
  readonly bucket: string;
  /** With a leading slash for `file`, without one for object stores. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly keys?: StorageKeys;
}

/** The destination, or the rule that the text breaks with its fix, as a clause after the value. */
export type ParsedUri =
  | { readonly uri: StorageUri; readonly problem?: undefined }
  | { readonly uri?: undefined; readonly problem: string };

export function parseStorageUri(text: string): ParsedUri {
  const match = /^([a-zA-Z0-9+.-]*):\/\/(.*)$/s.exec(text);
  const scheme = match?.[1];
  const rest = match?.[2] ?? "";
  if (scheme !== "file" && scheme !== "oss" && scheme !== "cos" && scheme !== "s3") {
    return { problem: 'must start with "file://", "oss://", "cos://" or "s3://" in lower case' };
  }
  if (/['"\s`;\\]/.test(rest)) {
    return {
      problem: "must not contain quotes, spaces, semicolons or backslashes: obshell writes it into SQL as it is",
    };
  }
  return scheme === "file" ? parseFile(rest) : parseObjectStore(scheme, rest);
}

/** The one spelling of a destination, with keys only if they were part of it. */
export function formatStorageUri(uri: StorageUri, keys: StorageKeys | undefined = uri.keys): string {
  if (uri.scheme === "file") return `file://${uri.path}`;
  const parameters: [string, string][] = PARAMETERS[uri.scheme].flatMap((name) => {
    const value = uri.parameters[name];
    return value === undefined ? [] : [[name, value] as [string, string]];
  });
  if (keys) parameters.push(["access_id", keys.accessId], ["access_key", keys.accessKey]);
  return `${uri.scheme}://${uri.bucket}/${uri.path}?${parameters.map(([name, value]) => `${name}=${encode(value)}`).join("&")}`;
}

/** As obshell answers it: without keys and without what the database does not store. For comparison and for messages. */
export function publicUri(uri: StorageUri): string {
  const parameters = Object.fromEntries(Object.entries(uri.parameters).filter(([name]) => !NOT_STORED.has(name)));
  return formatStorageUri({ ...uri, parameters, keys: undefined });
}

/** Where obshell puts one tenant's files below a cluster's base: `{base}/{cluster id}/{tenant id}/clog` and `…/data`. */
export function tenantLocation(
  base: StorageUri,
  clusterId: number,
  tenantId: number,
  kind: "clog" | "data",
): StorageUri {
  return { ...base, path: `${base.path}/${clusterId}/${tenantId}/${kind}` };
}

/** The cluster's base that a tenant's location lies below, if it has that form. */
export function baseOfLocation(
  location: StorageUri,
  clusterId: number,
  tenantId: number,
  kind: "clog" | "data",
): StorageUri | undefined {
  const suffix = `/${clusterId}/${tenantId}/${kind}`;
  return location.path.endsWith(suffix) ? { ...location, path: location.path.slice(0, -suffix.length) } : undefined;
}

/** Compares a declared destination with one that obshell reports. */
export function sameLocation(a: StorageUri, reported: string): boolean {
  const parsed = parseStorageUri(reported);
  return parsed.uri !== undefined && publicUri(a) === publicUri(parsed.uri);
}

function parseFile(rest: string): ParsedUri {
  if (rest.includes("?")) return { problem: 'must not contain "?": a file destination has no parameters' };
  if (!rest.startsWith("/")) {
    return { problem: `must name an absolute path after "file://"; did you mean "file:///${rest}"?` };
  }
  // Several slashes are one to a file system; obshell itself makes two of a slash at the end.
  const path = rest.replace(/\/+/g, "/").replace(/\/$/, "");
  if (path === "")
    return { problem: 'must name a directory, not the root of the file system, such as "file:///data/backup"' };
  return { uri: { scheme: "file", bucket: "", path, parameters: {} } };
}

function parseObjectStore(scheme: "oss" | "cos" | "s3", rest: string): ParsedUri {
  const slash = rest.indexOf("/");
  if (slash <= 0) return { problem: `must be "${scheme}://bucket/path?host=…", with a slash after the bucket` };
  const [path = "", ...queries] = rest.slice(slash + 1).split("?");
  const query = queries.join("?");
  if (query === "") return { problem: 'must have parameters, at least "?host=…"' };
  const parameters: Record<string, string> = {};
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    const name = equals < 0 ? pair : pair.slice(0, equals);
    const known: readonly string[] = [...PARAMETERS[scheme], ...KEY_PARAMETERS];
    if (!known.includes(name)) {
      // What looks like a name may be the rest of a key in which an ampersand was not escaped, so it is not shown then.
      const which = /access_key/i.test(query) ? "a parameter" : `a parameter "${name}"`;
      return {
        problem: `has ${which}, which obshell silently drops for ${scheme}; it knows ${known.join(", ")}. Write & in a value as %26`,
      };
    }
    const value = equals < 0 ? "" : decode(pair.slice(equals + 1));
    if (value === undefined) return { problem: `has a broken percent-encoding in parameter "${name}"` };
    if (name in parameters) return { problem: `has the parameter "${name}" twice` };
    if (/['"\s`;\\]/.test(value)) {
      return {
        problem: `has a quote, space, semicolon or backslash in parameter "${name}": obshell writes it into SQL as it is`,
      };
    }
    parameters[name] = value;
  }
  const { access_id: accessId, access_key: accessKey, ...others } = parameters;
  if (!others.host) return { problem: 'needs a "host" parameter, the address of the object store' };
  if (scheme === "cos" && !others.appid) return { problem: 'needs an "appid" parameter for cos' };
  if (others.s3_region !== undefined && !/(^|\.)amazonaws\.com(\.cn)?(:\d+)?$/.test(others.host)) {
    return {
      problem: `has s3_region beside the host ${others.host}: obshell's check then ignores the host and sends the keys to amazonaws.com. Leave s3_region out for S3-compatible stores`,
    };
  }
  if ((accessId === undefined) !== (accessKey === undefined))
    return { problem: "must have access_id and access_key both or neither" };
  if (accessId === "" || accessKey === "") return { problem: "must not have an empty access_id or access_key" };
  return {
    uri: {
      scheme,
      bucket: rest.slice(0, slash),
      path: path.replace(/\/+$/, ""),
      parameters: others,
      keys: accessId === undefined || accessKey === undefined ? undefined : { accessId, accessKey },
    },
  };
}

/** obshell protects "+" before it decodes, so a plus in a key stays a plus. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Escapes what would end or change the value, and keeps the characters that keys and hosts commonly have. */
function encode(value: string): string {
  return encodeUri(value).replace(/%(2F|3A|2B|3D)/g, (escaped) => decodeURIComponent(escaped));
}
