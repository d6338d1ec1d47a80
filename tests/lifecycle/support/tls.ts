import { type Certificate, selfSigned, signedBy } from "../../unit/support/certificates";

/** An authority that the client is told of, another one that it is not, and servers with certificates of all kinds. */
export interface Certificates {
  readonly authority: Certificate;
  readonly stranger: Certificate;
  readonly valid: Certificate;
  readonly byStranger: Certificate;
  readonly otherHost: Certificate;
  readonly expired: Certificate;
  readonly notYetValid: Certificate;
  readonly forClients: Certificate;
  readonly alone: Certificate;
}

export async function makeCertificates(): Promise<Certificates> {
  const [authority, stranger, alone] = await Promise.all([selfSigned(), selfSigned(), selfSigned()]);
  const [valid, byStranger, otherHost, expired, notYetValid, forClients] = await Promise.all([
    signedBy(authority),
    signedBy(stranger),
    signedBy(authority, { host: "db.example.com" }),
    signedBy(authority, { validDays: [-20, -10] }),
    signedBy(authority, { validDays: [5, 10] }),
    signedBy(authority, { isForClients: true }),
  ]);
  return { authority, stranger, valid, byStranger, otherHost, expired, notYetValid, forClients, alone };
}

export const REDIRECTS = [301, 302, 303, 307, 308] as const;
