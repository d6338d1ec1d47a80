import { ProviderError } from "../../../../provider/core/errors";
import { explainTls } from "../../../../provider/oceanbase/tlsFailures";

const HTTPS = "https://a:2886";

const explained = (error: ProviderError, tls = {}): ProviderError =>
  explainTls(error, { endpoint: HTTPS, hasAnswered: false, tls }) as ProviderError;

const failure = (vendorCode: string, problem = "not trusted"): ProviderError =>
  new ProviderError({ kind: "Unauthenticated", problem, vendorCode, advice: "General advice." });

describe("A failure of TLS", () => {
  it.each([
    ["CERT_HAS_EXPIRED", "Renew the agent's certificate"],
    ["CERT_NOT_YET_VALID", "Check the clock of this machine"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "connection.endpoints by a name or address that the certificate covers"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "as connection.tls.ca (tlsCa of an explicit provider)"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "as connection.tls.ca (tlsCa of an explicit provider)"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "as connection.tls.ca"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "or write http:// in connection.endpoints"],
    ["ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE", "give connection.tls.cert and connection.tls.key"],
    ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "give connection.tls.cert and connection.tls.key"],
  ])("%s says which input to set", (code, advice) => {
    expect(explained(failure(code)).message).toContain(advice);
    expect(explained(failure(code)).message).not.toContain("General advice.");
  });

  it("with a client certificate that is not accepted says that", () => {
    const error = explained(failure("ERR_SSL_TLSV1_ALERT_UNKNOWN_CA"), { cert: "x" });
    expect(error.message).toContain("may not accept connection.tls.cert");
  });

  it.each(["UND_ERR_SOCKET", "ECONNRESET"])(
    "can look like a hang-up (%s): what may be behind it is said, as long as the agent has never answered",
    (code) => {
      const hangup = failure(code, "GET https://a:2886/x broke off: other side closed").with({ kind: "Unavailable" });
      expect(explained(hangup).message).toContain(
        `${HTTPS} closed the connection during or after the TLS handshake, before it answered anything [Unavailable, ${code}]. The agent may require a client certificate`,
      );
      expect(explainTls(hangup, { endpoint: HTTPS, hasAnswered: true, tls: {} })).toBe(hangup);
    },
  );

  it.each<[string, unknown, string]>([
    ["over plain HTTP", failure("UND_ERR_SOCKET"), "http://a:2886"],
    ["of the agent itself", failure("Security.Authentication.Expired"), HTTPS],
    ["without a code", new ProviderError({ kind: "Unauthenticated", problem: "no password" }), HTTPS],
    ["that refuses the connection", failure("ECONNREFUSED").with({ kind: "Unavailable" }), HTTPS],
    ["that is a bug", new TypeError("x"), HTTPS],
  ])("is not seen in an error %s", (_name, error, endpoint) => {
    expect(explainTls(error, { endpoint, hasAnswered: false, tls: {} })).toBe(error);
  });
});
