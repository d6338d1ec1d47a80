import { own } from "../core/bag";
import { tlsFailureOf } from "../core/tlsFailures";

/** One place that was tried, and why it gave no keys. In our own words throughout. */
export interface FailedStep {
  readonly where: string;
  readonly why: string;
}

/** No keys, from anywhere that was tried. */
export class NoCredentials extends Error {
  constructor(readonly steps: readonly FailedStep[]) {
    super(steps.map(({ where, why }) => `${where}: ${why}`).join("; "));
  }
}

/** Codes of the STS that users meet, and what they mean. */
const STS_CODES: Readonly<Record<string, string>> = {
  "EntityNotExist.Role": "STS says that the role does not exist",
  NoPermission:
    "STS says that the keys may not assume the role: check the role's trust policy and the right sts:AssumeRole",
  "InvalidAccessKeyId.NotFound": "STS does not know the access key id",
  "InvalidAccessKeyId.Inactive": "STS says that the access key is disabled",
  SignatureDoesNotMatch: "STS says that the access key secret is wrong",
  "InvalidSecurityToken.Expired": "STS says that the security token of the source keys has expired",
  "InvalidSecurityToken.Malformed": "STS says that the security token of the source keys is not valid",
  "InvalidParameter.DurationSeconds":
    "STS does not accept roleSessionExpiration: it must not be longer than the role allows",
  "InvalidParameter.RoleSessionName": "STS does not accept roleSessionName",
  "InvalidParameter.RoleArn": "STS does not accept roleArn",
  "InvalidParameter.PolicyGrammar": "STS does not accept policy",
  "AuthenticationFail.OIDCToken.Expired": "STS says that the OIDC token has expired",
  "AuthenticationFail.OIDCToken.Invalid": "STS says that the OIDC token is not valid",
  "AuthenticationFail.NoPermission":
    "STS says that the OIDC provider may not assume the role: check the role's trust policy",
  "EntityNotExist.OIDCProvider": "STS says that the OIDC provider does not exist",
};

/** Causes that Node tells apart. */
const SYSTEM_CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection broke off",
  ENOTFOUND: "the host name is not known",
  EAI_AGAIN: "the host name cannot be looked up at present",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ETIMEDOUT: "no answer in time",
  ENOENT: "a file that it names does not exist",
  EACCES: "a file that it names cannot be read",
};

/** What Node finds wrong with a certificate. */
const CERTIFICATE_CODES: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID:
    "is made out to another host: write the server's address by a name that its certificate covers",
  CERT_HAS_EXPIRED: "has expired: renew it, and check the clock of this machine",
  CERT_NOT_YET_VALID: "is not valid yet: check the clock of this machine",
  INVALID_PURPOSE: "is not meant for servers",
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "is signed by itself: if it is meant to be, name a PEM file with it in NODE_EXTRA_CA_CERTS, in the environment of the Pulumi command",
};

const UNKNOWN_AUTHORITY =
  "is of an authority that is not trusted: if it is meant to be, name a PEM file with the authority's certificate in NODE_EXTRA_CA_CERTS, in the environment of the Pulumi command";

function tlsReason(code: string): string | undefined {
  switch (tlsFailureOf(code)) {
    case "certificate":
      return `the certificate of the server of keys ${own(CERTIFICATE_CODES, code) ?? UNKNOWN_AUTHORITY} (${code})`;
    case "handshake":
      return "the TLS handshake with the server of keys failed: the port does not speak TLS, or something stands between";
    default:
      return undefined;
  }
}

/**
 * Why the vendor's package failed. Its messages hold answers and files as they are, with keys in them, so nothing is taken from one
 * but whether a known text is in it.
 */
export function reasonOf(error: unknown): string {
  const { code, name, message } = (error ?? {}) as { code?: unknown; name?: unknown; message?: unknown };
  const known = typeof code === "string" ? (own(SYSTEM_CODES, code) ?? tlsReason(code)) : undefined;
  if (known !== undefined) return known;
  if (typeof name === "string" && name.includes("Timeout")) return "no answer in time";
  const text = typeof message === "string" ? message : "";
  const status = /(?:httpStatus: |security-credentials\/\S* )([1-5]\d\d)\b/.exec(text)?.[1];
  if (status !== undefined) return `it answered with HTTP ${status}`;
  for (const [vendorCode, reason] of Object.entries(STS_CODES)) {
    if (text.includes(`"${vendorCode}"`)) return reason;
  }
  if (text.includes("access key secret is invalid")) return STS_CODES.SignatureDoesNotMatch as string;
  return "it answered with something else than keys";
}
