import type { ProviderError } from "./errors";

/** How far TLS got before a call failed: the peer was not believed, there was no common language, or it went away without a word. */
export type TlsFailure = "certificate" | "handshake" | "hangUp";

/** Node's names of what OpenSSL finds wrong with a certificate, and its own for one that is made out to another host. */
const CERTIFICATE =
  /^(CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_CERT_|ERR_TLS_CERT_)|^(INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)$/;

const HANDSHAKE = /^(EPROTO$|ERR_SSL|ERR_TLS)/;

const HANG_UP = /^(UND_ERR_SOCKET|ECONNRESET)$/;

export function tlsFailureOf(code: string): TlsFailure | undefined {
  if (CERTIFICATE.test(code)) return "certificate";
  if (HANDSHAKE.test(code)) return "handshake";
  return HANG_UP.test(code) ? "hangUp" : undefined;
}

/** With TLS 1.3 the demand for a client certificate comes after the handshake, and all that a client without one sees is a hang-up. */
export function closedByPeer(error: ProviderError, endpoint: string, advice: string): ProviderError {
  return error.with({
    problem: `${endpoint} closed the connection during or after the TLS handshake, before it answered anything`,
    advice,
  });
}

/** OpenSSL adds thread, file and line to its reason, and Node an option of its own command line. */
export function reasonWithoutNoise(reason: string): string {
  return reason
    .replace(/^(?:.* )?[0-9A-F]+:error:[^:]*:SSL routines:[^:]*:([^:]+):[\s\S]*$/, "$1")
    .replace(/; if the root CA is installed locally, try running Node\.js with --use-system-ca/, "");
}
