import { isProviderError } from "../core/errors";
import { closedByPeer, tlsFailureOf } from "../core/tlsFailures";

const TRUST_AUTHORITY =
  "The service's own hosts have certificates that Node.js trusts, so something stands between, such as a proxy or gateway. If it is meant to be there, name a PEM file with the certificate of its authority in NODE_EXTRA_CA_CERTS, in the environment of the Pulumi command.";
const NO_CLIENT_CERTIFICATE =
  "The service never asks for a client certificate, and none is ever sent: if a proxy or gateway of your own does, let it take requests without one.";

/** What to do about an endpoint that is not believed, by Node's code. None of the checks can be switched off. */
const ADVICE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "Renew the certificate of the endpoint, and check the clock of this machine.",
  CERT_NOT_YET_VALID: "Check the clock of this machine, and from when on the certificate of the endpoint is valid.",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "Write endpoint by a name or address that the certificate covers: an alias of the service's host needs a certificate of its own.",
  INVALID_PURPOSE: "Give the endpoint a certificate that is meant for servers (serverAuth).",
  ERR_SSL_WRONG_VERSION_NUMBER:
    "The port does not speak TLS: write the port that does, or http:// in endpoint for a server of your own that is meant to go without.",
};

/** Says what is wrong with TLS between this machine and the endpoint. `hasAnswered`: it has ever answered this client anything. */
export function explainTls(error: unknown, endpoint: string, hasAnswered: boolean): unknown {
  if (!isProviderError(error) || !endpoint.startsWith("https:")) return error;
  const { vendorCode = "" } = error.facts;
  switch (tlsFailureOf(vendorCode)) {
    case "hangUp": {
      const advice = `${NO_CLIENT_CERTIFICATE} If none does, check what stands between.`;
      return hasAnswered ? error : closedByPeer(error, endpoint, advice);
    }
    case "certificate":
    case "handshake":
      return error.with({
        advice: ADVICE[vendorCode] ?? (/ALERT/.test(vendorCode) ? NO_CLIENT_CERTIFICATE : TRUST_AUTHORITY),
      });
    default:
      return error;
  }
}
