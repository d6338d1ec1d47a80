import { reasonWithoutNoise, tlsFailureOf } from "../../../../provider/core/tlsFailures";

describe("A code of Node", () => {
  it.each([
    ["certificate", "CERT_HAS_EXPIRED"],
    ["certificate", "CERT_REVOKED"],
    ["certificate", "DEPTH_ZERO_SELF_SIGNED_CERT"],
    ["certificate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    ["certificate", "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["certificate", "INVALID_PURPOSE"],
    ["certificate", "PATH_LENGTH_EXCEEDED"],
    ["handshake", "EPROTO"],
    ["handshake", "ERR_SSL_WRONG_VERSION_NUMBER"],
    ["handshake", "ERR_TLS_INVALID_PROTOCOL_VERSION"],
    ["hangUp", "ECONNRESET"],
    ["hangUp", "UND_ERR_SOCKET"],
    [undefined, "ECONNREFUSED"],
    [undefined, "UND_ERR_HEADERS_TIMEOUT"],
    [undefined, "InvalidAccessKeyId.NotFound"],
    [undefined, ""],
  ])("means %s for TLS when it is %j", (failure, code) => {
    expect(tlsFailureOf(code)).toBe(failure);
  });
});

describe("The reason of a failure of TLS", () => {
  it.each([
    [
      "401D8AD6E47F0000:error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure:../deps/x.c:918:SSL alert number 40\n",
      "ssl/tls alert handshake failure",
    ],
    [
      "write EPROTO 401D8AD6E47F0000:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/x.c:77:\n",
      "wrong version number",
    ],
    [
      "self-signed certificate; if the root CA is installed locally, try running Node.js with --use-system-ca",
      "self-signed certificate",
    ],
    ["certificate has expired", "certificate has expired"],
  ])("%j is told without what OpenSSL and Node add", (reason, told) => {
    expect(reasonWithoutNoise(reason)).toBe(told);
  });
});
