import { createHash, createHmac } from "node:crypto";
import { canonicalQuery, type Pairs, percentEncode } from "./encoding";

export const V3_ALGORITHM = "ACS3-HMAC-SHA256";

interface V3Request {
  readonly method: string;
  /** Path of the request line; `/` for every RPC-style product. */
  readonly path: string;
  readonly query: Pairs;
  /** By lower-case name, values as received. */
  readonly headers: Readonly<Record<string, string>>;
  /** The list of the `Authorization` header. Every `x-acs-*` header that a client sends is on it, so no fixed set will do. */
  readonly signedHeaders: readonly string[];
  /** Lower-case hex SHA-256 of the body. */
  readonly bodyHash: string;
}

/** "V3 request structure and signature", step 1. */
export function v3CanonicalRequest(request: V3Request): string {
  const names = request.signedHeaders.map((name) => name.toLowerCase()).sort();
  const headers = names.map((name) => `${name}:${(request.headers[name] ?? "").trim()}\n`).join("");
  return [request.method, request.path, canonicalQuery(request.query), headers, names.join(";"), request.bodyHash].join(
    "\n",
  );
}

/** Steps 2 and 3: hex. The secret is used as it is, unlike in V1. */
export function v3Signature(canonicalRequest: string, secret: string): string {
  const stringToSign = `${V3_ALGORITHM}\n${sha256Hex(canonicalRequest)}`;
  return createHmac("sha256", secret).update(stringToSign).digest("hex");
}

/** "V2 (RPC) request structure and signature", whose wire form says `SignatureVersion=1.0`. Query and form together. */
export function v1StringToSign(method: string, parameters: Pairs): string {
  const signed = parameters.filter(([name]) => name !== "Signature");
  return `${method}&${percentEncode("/")}&${percentEncode(canonicalQuery(signed))}`;
}

/** Base64. The key is the secret with an ampersand behind it. */
export function v1Signature(stringToSign: string, secret: string): string {
  return createHmac("sha1", `${secret}&`).update(stringToSign).digest("base64");
}

export function sha256Hex(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}
