import { createPrivateKey, X509Certificate } from "node:crypto";
import type { TlsOptions } from "../core/transport";
import type { ConnectionProblem } from "./connectionProblem";
import { type GivenEndpoints, originsOf } from "./endpoints";

/** TLS material, and what each piece is called where it was given or would be. */
export interface GivenTls {
  readonly material: TlsOptions;
  readonly names: Readonly<Record<keyof TlsOptions, string>>;
}

const PEM =
  "Give the PEM text itself, for example with readFileSync, not the name of a file; a private key must have no passphrase.";

/**
 * TLS material that would not do what it is there for. OpenSSL passes over an authority that it cannot read and a certificate
 * without its key, and would only fail later with another reason, or not at all.
 */
export function tlsProblems({ material: { ca, cert, key }, names }: GivenTls): ConnectionProblem[] {
  const problems: ConnectionProblem[] = [];
  const read = <T>(name: keyof TlsOptions, what: string, parse: () => T): T | undefined => {
    try {
      return parse();
    } catch {
      // Without the cause: what OpenSSL says about a key may quote it.
      problems.push({ where: names[name], rule: `is not ${what} in PEM form`, fix: PEM });
      return undefined;
    }
  };
  if (ca !== undefined) read("ca", "a certificate", () => new X509Certificate(ca));
  const certificate = cert === undefined ? undefined : read("cert", "a certificate", () => new X509Certificate(cert));
  const privateKey = key === undefined ? undefined : read("key", "a private key", () => createPrivateKey(key));
  if ((cert === undefined) !== (key === undefined)) {
    const [missing, present] = cert === undefined ? (["cert", "key"] as const) : (["key", "cert"] as const);
    problems.push({ where: names[missing], rule: `is missing beside ${names[present]}`, fix: "Give both or none." });
  }
  if (certificate && privateKey && !certificate.checkPrivateKey(privateKey)) {
    const rule = `does not belong to the certificate in ${names.cert}`;
    problems.push({ where: names.key, rule, fix: "Give the key with which the certificate was made." });
  }
  return problems;
}

/** Whoever gives TLS material does not want to go without TLS, and plain HTTP would leave it unused without a word. */
export function plainHttpProblems({ material, names }: GivenTls, endpoints: GivenEndpoints): ConnectionProblem[] {
  const given = (["ca", "cert", "key"] as const).find((name) => material[name] !== undefined);
  const plain = originsOf(endpoints).find((origin) => !origin.startsWith("https:"));
  if (given === undefined || plain === undefined) return [];
  return [
    {
      where: endpoints.where,
      rule: `names ${plain}, where ${names[given]} would not be used: plain HTTP has no certificates`,
      fix: `Write ${plain.replace(/^http:/, "https:")}, or remove the TLS settings.`,
    },
  ];
}
