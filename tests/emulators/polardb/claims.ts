import { incompleteSignature, invalidParameter, missingParameter, VendorError } from "./errors";
import type { ApiRequest, Parameters } from "./request";
import { sha256Hex, V3_ALGORITHM, v1Signature, v1StringToSign, v3CanonicalRequest, v3Signature } from "./signature";

const MINUTE_MS = 60_000;

/** Who a request says it is from and what it offers as proof, in either signature form. */
export interface Claims {
  readonly signatureVersion: "V3" | "V1";
  readonly accessKeyId: string;
  readonly securityToken: string | undefined;
  /** As sent. */
  readonly timestamp: string;
  /** How far the timestamp may be from the service's clock, either way. */
  readonly windowMs: number;
  readonly nonce: string;
  readonly action: string | undefined;
  readonly apiVersion: string | undefined;
  /** What the service puts into its message when the signatures differ. */
  readonly stringToSign: string;
  isSignedWith(secret: string): boolean;
}

/** Without these in `SignedHeaders` a signature would not cover what the service acts on. */
const MUST_BE_SIGNED = [
  "host",
  "x-acs-action",
  "x-acs-version",
  "x-acs-date",
  "x-acs-signature-nonce",
  "x-acs-content-sha256",
];

export function isV3(headers: Readonly<Record<string, string>>): boolean {
  return (headers.authorization ?? "").startsWith("ACS3-");
}

export function readClaims(request: ApiRequest, parameters: Parameters): Claims {
  return isV3(request.headers) ? readV3(request) : readV1(request, parameters);
}

function readV3(request: ApiRequest): Claims {
  const { headers } = request;
  const { accessKeyId, signedHeaders, signature } = readAuthorization(headers.authorization ?? "");
  const securityToken = headers["x-acs-security-token"];
  const required = securityToken === undefined ? MUST_BE_SIGNED : [...MUST_BE_SIGNED, "x-acs-security-token"];
  if (!required.every((name) => headers[name] !== undefined && signedHeaders.includes(name)))
    throw incompleteSignature();
  const bodyHash = sha256Hex(request.body);
  const canonicalRequest = v3CanonicalRequest({ ...request, signedHeaders, bodyHash });
  return {
    signatureVersion: "V3",
    accessKeyId,
    securityToken,
    timestamp: headers["x-acs-date"] ?? "",
    windowMs: 15 * MINUTE_MS,
    nonce: headers["x-acs-signature-nonce"] ?? "",
    action: headers["x-acs-action"],
    apiVersion: headers["x-acs-version"],
    stringToSign: canonicalRequest,
    isSignedWith: (secret) =>
      headers["x-acs-content-sha256"] === bodyHash && v3Signature(canonicalRequest, secret) === signature,
  };
}

function readAuthorization(authorization: string): {
  accessKeyId: string;
  signedHeaders: string[];
  signature: string;
} {
  const pattern = new RegExp(`^${V3_ALGORITHM} Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$`);
  const [, accessKeyId, signedHeaders, signature] = pattern.exec(authorization) ?? [];
  if (!accessKeyId || !signedHeaders || !signature) throw incompleteSignature();
  return { accessKeyId, signedHeaders: signedHeaders.toLowerCase().split(";"), signature };
}

function readV1(request: ApiRequest, parameters: Parameters): Claims {
  const signature = parameters.get("Signature");
  if (!signature) throw incompleteSignature();
  if (!parameters.get("Timestamp")) {
    throw new VendorError(400, "IllegalTimestamp", missingParameter("Timestamp").message);
  }
  for (const name of ["AccessKeyId", "SignatureNonce", "SignatureMethod", "SignatureVersion"]) {
    if (!parameters.get(name)) throw missingParameter(name);
  }
  if (parameters.get("SignatureMethod") !== "HMAC-SHA1") throw invalidParameter("SignatureMethod");
  if (parameters.get("SignatureVersion") !== "1.0") throw invalidParameter("SignatureVersion");
  const stringToSign = v1StringToSign(request.method, [...request.query, ...request.form]);
  return {
    signatureVersion: "V1",
    accessKeyId: parameters.get("AccessKeyId") ?? "",
    securityToken: parameters.get("SecurityToken"),
    timestamp: parameters.get("Timestamp") ?? "",
    windowMs: 31 * MINUTE_MS,
    nonce: parameters.get("SignatureNonce") ?? "",
    action: parameters.get("Action"),
    apiVersion: parameters.get("Version"),
    stringToSign,
    isSignedWith: (secret) => v1Signature(stringToSign, secret) === signature,
  };
}
