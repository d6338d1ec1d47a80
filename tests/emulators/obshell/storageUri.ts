import { ObshellError } from "./errors";
import { fingerprint } from "./sql";

/**
 * Storage URIs as obshell reads and rebuilds them: only the parameters below survive, in a fixed order, decoded
 * and without any escaping, so what reaches the database differs from what the caller wrote.
 */
export type StorageType = "file" | "oss" | "cos" | "s3";

interface ObjectStore {
  readonly bucket: string;
  readonly host: string;
  readonly accessId: string;
  readonly accessKey: string;
  readonly deleteMode: string;
  readonly appId: string;
  readonly s3Region: string;
}

export class StorageUri {
  private constructor(
    readonly type: StorageType,
    /** Directory of a `file` URI, object key otherwise. */
    readonly path: string,
    readonly store: ObjectStore | null,
  ) {}

  /** Throws what obshell reports; object stores get their own prefix, except for a missing appid. */
  static parse(uri: string): StorageUri {
    const type = typeOf(uri);
    if (type === undefined) throw ObshellError.of("storageUri", "invalid uri protocol");
    const rest = uri.slice(`${type}://`.length);
    return type === "file" ? StorageUri.file(rest) : StorageUri.object(type, rest);
  }

  private static file(path: string): StorageUri {
    if (path.includes("?")) throw ObshellError.of("storageUri", "invalid file path, contains invalid character '?'");
    if (!path.startsWith("/")) throw ObshellError.of("storageUri", "invalid file path, must start with '/'");
    return new StorageUri("file", path, null);
  }

  private static object(type: "oss" | "cos" | "s3", rest: string): StorageUri {
    const refuse = (why: string): ObshellError => ObshellError.of("storageUri", why).wrap(`parse ${type} config`);
    const slash = rest.indexOf("/");
    if (slash < 0) throw refuse("invalid url format");
    const key = rest.slice(slash + 1);
    const question = key.indexOf("?");
    if (question < 0 || question === key.length - 1) throw refuse("invalid url format, missing query params");
    const query = parseQuery(key.slice(question + 1), type);
    const value = (name: string): string => query.get(name) ?? "";
    if (type === "cos" && value("appid") === "") throw ObshellError.of("storageUri", "cos appid is required");
    return new StorageUri(type, key.slice(0, question).replace(/\/+$/, ""), {
      bucket: rest.slice(0, slash),
      host: value("host"),
      accessId: value("access_id"),
      accessKey: value("access_key"),
      deleteMode: value("delete_mode"),
      appId: type === "cos" ? value("appid") : "",
      s3Region: type === "s3" ? value("s3_region") : "",
    });
  }

  /** The tenant-level sub-path is empty, which leaves a trailing slash. */
  join(subPath: string): StorageUri {
    return new StorageUri(this.type, `${this.path}/${subPath}`, this.store);
  }

  /** What logs and GET replies show. */
  withoutSecrets(): string {
    if (!this.store) return `file://${this.path}`;
    const { bucket, host, appId, s3Region, deleteMode } = this.store;
    let uri = `${this.type}://${bucket}/${this.path}?host=${host}`;
    if (appId !== "") uri += `&appid=${appId}`;
    if (s3Region !== "") uri += `&s3_region=${s3Region}`;
    if (deleteMode !== "") uri += `&delete_mode=${deleteMode}`;
    return uri;
  }

  /** What goes into SQL, the access key replaced by its fingerprint. Missing keys are sent empty. */
  forSql(): string {
    if (!this.store) return this.withoutSecrets();
    return `${this.withoutSecrets()}&access_id=${this.store.accessId}&access_key=${fingerprint(this.store.accessKey)}`;
  }

  /** Characters that the statement text does not survive. Looked for in the clear text. */
  breaksSql(): { readonly quote: boolean; readonly space: boolean } {
    const clear = `${this.withoutSecrets()}&${this.store?.accessId ?? ""}&${this.store?.accessKey ?? ""}`;
    return { quote: clear.includes("'"), space: clear.includes(" ") };
  }
}

/** The scheme alone, case-sensitive: all that obshell checks before it queues a task. */
export function typeOf(uri: string): StorageType | undefined {
  return (["oss", "cos", "s3", "file"] as const).find((type) => uri.startsWith(`${type}://`));
}

/** The database drops slashes at the end of the path before it stores a destination. */
export function trimTrailingSlashes(uri: string): string {
  const question = uri.indexOf("?");
  const path = question < 0 ? uri : uri.slice(0, question);
  const scheme = /^[a-z0-9]+:\/\//.exec(path)?.[0] ?? "";
  const trimmed = scheme + path.slice(scheme.length).replace(/\/+$/, "");
  return trimmed + (question < 0 ? "" : uri.slice(question));
}

/** Removes what must not be kept from a URI that somebody wrote by hand. Equal keys look equal, however they are escaped. */
export function hideAccessKey(uri: string): string {
  return uri.replace(/(access_key=)([^&]*)/gi, (_, name: string, value: string) =>
    value.startsWith("<secret:") ? name + value : name + fingerprint(unescaped(value)),
  );
}

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** `url.ParseQuery` after obshell has protected every `+`. */
function parseQuery(query: string, type: StorageType): Map<string, string> {
  const values = new Map<string, string>();
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    const name = equals < 0 ? pair : pair.slice(0, equals);
    if (name === "" || values.has(name)) continue;
    const value = equals < 0 ? "" : pair.slice(equals + 1);
    try {
      values.set(name, decodeURIComponent(value));
    } catch {
      const part = JSON.stringify(/%.{0,2}/.exec(value)?.[0] ?? value);
      throw ObshellError.raw(`invalid URL escape ${part}`).wrap(`parse ${type} config`);
    }
  }
  return values;
}
