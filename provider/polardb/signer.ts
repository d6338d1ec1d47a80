import { createHash, createHmac } from "node:crypto";
import { encodeUri } from "../core/encodeUri";

/** Keys of one request. `securityToken` is there for temporary (STS) credentials. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

export interface UnsignedRequest {
  readonly method: "GET" | "POST";
  readonly host: string;
  readonly action: string;
  readonly version: string;
  readonly query: Readonly<Record<string, string>>;
  /** Form body and its content type, if any; PolarDB's own actions have none. */
  readonly body?: string;
  readonly contentType?: string;
}

export interface SignedRequest {
  /** Canonical query string. The URL must be built from this very text: what is sent is what was signed. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
}

const ALGORITHM = "ACS3-HMAC-SHA256";

/**
 * Signs an RPC request as "V3 request structure and signature" of the Alibaba Cloud documentation says. Pure: time and nonce
 * are arguments, and every attempt needs fresh ones.
 */
export function sign(request: UnsignedRequest, credentials: Credentials, time: Date, nonce: string): SignedRequest {
  const body = request.body ?? "";
  const signed: Record<string, string> = {
    host: request.host,
    "x-acs-action": request.action,
    "x-acs-content-sha256": sha256(body),
    "x-acs-date": time.toISOString().replace(/\.\d{3}Z$/, "Z"),
    "x-acs-signature-nonce": nonce,
    "x-acs-version": request.version,
  };
  if (request.contentType !== undefined) signed["content-type"] = request.contentType;
  if (credentials.securityToken !== undefined) {
    signed["x-acs-accesskey-id"] = credentials.accessKeyId;
    signed["x-acs-security-token"] = credentials.securityToken;
  }
  const names = Object.keys(signed).sort();
  const query = canonicalQuery(request.query);
  const canonical = [
    request.method,
    "/",
    query,
    ...names.map((name) => `${name}:${(signed[name] as string).trim()}`),
    "",
    names.join(";"),
    signed["x-acs-content-sha256"],
  ].join("\n");
  const signature = createHmac("sha256", credentials.accessKeySecret)
    .update(`${ALGORITHM}\n${sha256(canonical)}`)
    .digest("hex");
  return {
    query,
    headers: {
      ...signed,
      authorization: `${ALGORITHM} Credential=${credentials.accessKeyId},SignedHeaders=${names.join(";")},Signature=${signature}`,
    },
  };
}

/** Parameters sorted by name in code-unit order, percent-encoded strictly; an empty value keeps its equals sign. */
export function canonicalQuery(parameters: Readonly<Record<string, string>>): string {
  return Object.keys(parameters)
    .sort()
    .map((name) => `${percentEncode(name)}=${percentEncode(parameters[name] as string)}`)
    .join("&");
}

/** RFC 3986: `encodeURIComponent` leaves five reserved characters bare that the service encodes. */
export function percentEncode(text: string): string {
  return encodeUri(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
