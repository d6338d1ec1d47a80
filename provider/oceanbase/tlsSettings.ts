import { createPrivateKey, X509Certificate } from "node:crypto";
import { ProviderError } from "../core/errors";
import type { TlsOptions } from "../core/transport";

const PEM =
  "Give the PEM text itself, for example with readFileSync, not the name of a file; a private key must have no passphrase.";

/**
 * Refuses TLS material that would not do what it is there for. OpenSSL passes over an authority that it cannot read and a
 * certificate without its key, and would only fail later with another reason, or not at all.
 */
export function checkTls({ ca, cert, key }: TlsOptions): void {
  if (ca !== undefined) read("ca", "a certificate", () => new X509Certificate(ca));
  if (cert === undefined && key === undefined) return;
  if (cert === undefined) throw unusable("cert", "is missing beside the private key", "Give both or none.");
  if (key === undefined) throw unusable("key", "is missing beside the client certificate", "Give both or none.");
  const certificate = read("cert", "a certificate", () => new X509Certificate(cert));
  const privateKey = read("key", "a private key", () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw unusable("key", "does not belong to the client certificate", "Give the key with which it was made.");
  }
}

/** Whoever gives TLS material does not want to send a password over plain HTTP. */
export function requireHttps(endpoints: readonly string[]): void {
  const plain = endpoints.find((endpoint) => !endpoint.startsWith("https:"));
  if (plain === undefined) return;
  throw new ProviderError({
    kind: "InvalidInput",
    problem: `TLS settings are given, but the endpoint ${plain} is plain HTTP`,
    property: "connection.endpoints",
    advice: `Write ${plain.replace(/^http:/, "https:")}, or leave out the TLS settings.`,
  });
}

function read<T>(name: keyof TlsOptions, what: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    // Without the cause: what OpenSSL says about a key may quote it.
    throw unusable(name, `is not ${what} in PEM form`, PEM);
  }
}

function unusable(name: keyof TlsOptions, problem: string, advice: string): ProviderError {
  return new ProviderError({
    kind: "InvalidInput",
    problem: `connection.tls.${name} ${problem}`,
    property: `connection.tls.${name}`,
    advice,
  });
}
