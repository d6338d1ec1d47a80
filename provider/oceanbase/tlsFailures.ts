import { own } from "../core/bag";
import { isProviderError } from "../core/errors";
import { closedByPeer, tlsFailureOf } from "../core/tlsFailures";
import type { TlsOptions } from "../core/transport";

const GIVE_AUTHORITY =
  "Give the certificate of the authority that signed it as connection.tls.ca (tlsCa of an explicit provider).";
const GIVE_CLIENT_CERTIFICATE =
  "The agent may require a client certificate (enable_client_auth): give connection.tls.cert and connection.tls.key.";
const OTHER_CLIENT_CERTIFICATE =
  "The agent may not accept connection.tls.cert: give a certificate that an authority in its ca directory has signed.";

/** What to do about a certificate that is not accepted, by Node's code. None of the checks can be switched off. */
const ADVICE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "Renew the agent's certificate, and check the clock of this machine.",
  CERT_NOT_YET_VALID: "Check the clock of this machine, and from when on the agent's certificate is valid.",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "Write the endpoint in connection.endpoints by a name or address that the certificate covers, or give the agent a certificate that covers this one.",
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "Give this very certificate as connection.tls.ca (tlsCa of an explicit provider) if it is the agent's own.",
  INVALID_PURPOSE: "Give the agent a certificate that is meant for servers (serverAuth).",
  ERR_SSL_WRONG_VERSION_NUMBER:
    "The port does not speak TLS: give the agent a certificate, or write http:// in connection.endpoints if it is meant to go without.",
};

/** What is known of an agent when a call to it fails. */
export interface Reached {
  readonly endpoint: string;
  /** Whether it has ever answered anything. */
  readonly hasAnswered: boolean;
  readonly tls: TlsOptions;
}

/** Says what is wrong with TLS between this machine and an agent, in the words of the inputs that a program can set. */
export function explainTls(error: unknown, { endpoint, hasAnswered, tls }: Reached): unknown {
  if (!isProviderError(error) || !endpoint.startsWith("https:")) return error;
  const { vendorCode = "" } = error.facts;
  const clientCertificate = tls.cert === undefined ? GIVE_CLIENT_CERTIFICATE : OTHER_CLIENT_CERTIFICATE;
  switch (tlsFailureOf(vendorCode)) {
    case "hangUp": {
      const advice = `${clientCertificate} If it does not, check the agent and what stands between.`;
      return hasAnswered ? error : closedByPeer(error, endpoint, advice);
    }
    case "certificate":
    case "handshake":
      return error.with({
        advice: own(ADVICE, vendorCode) ?? (/ALERT/.test(vendorCode) ? clientCertificate : GIVE_AUTHORITY),
      });
    default:
      return error;
  }
}
