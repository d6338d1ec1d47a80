import { generate } from "selfsigned";

/** PEM texts of a certificate and its private key. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** What may be wrong with a certificate; by default it is valid now and made out to 127.0.0.1 and localhost. */
export interface Flaws {
  readonly host?: string;
  readonly validDays?: readonly [from: number, to: number];
  /** May be used by clients only. */
  readonly isForClients?: boolean;
}

const DAY_MS = 24 * 60 * 60_000;

/** The certificate of an authority, or of a server that vouches for itself. */
export async function selfSigned(flaws: Flaws = {}): Promise<Certificate> {
  return made(flaws, undefined);
}

/** A certificate that an authority has signed. */
export async function signedBy(authority: Certificate, flaws: Flaws = {}): Promise<Certificate> {
  return made(flaws, authority);
}

async function made(flaws: Flaws, ca: Certificate | undefined): Promise<Certificate> {
  const { host, validDays: [from, to] = [-1, 10], isForClients = false } = flaws;
  const { cert, private: key } = await generate([{ name: "commonName", value: ca ? "server" : "authority" }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(Date.now() + from * DAY_MS),
    notAfterDate: new Date(Date.now() + to * DAY_MS),
    ...(ca && { ca }),
    extensions: [
      { name: "basicConstraints", cA: ca === undefined },
      ...(isForClients ? [{ name: "extKeyUsage" as const, clientAuth: true }] : []),
      {
        name: "subjectAltName",
        altNames: host
          ? [{ type: 2, value: host }]
          : [
              { type: 2, value: "localhost" },
              { type: 7, ip: "127.0.0.1" },
            ],
      },
    ],
  });
  return { cert, key };
}
