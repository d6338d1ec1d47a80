import { constants, createCipheriv, createPublicKey, type KeyObject, publicEncrypt } from "node:crypto";

/** Password of `root@sys`, or of the agents themselves where one is set. */
export interface Password {
  readonly kind: "root" | "agent";
  readonly value: string;
}

/** Key and vector of one request; both are 16 random bytes. */
export interface BodyKeys {
  readonly key: Buffer;
  readonly iv: Buffer;
}

export interface AuthenticatedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * RSA plaintext goes out in pieces of 53 bytes whatever the key size, as both official SDKs do: it is the most that a 512-bit
 * key takes, so it fits every agent.
 */
const PIECE_BYTES = 53;

/**
 * Authenticates one request by "v2" of obshell's hybrid encryption: the body is AES-128-CBC, and a header encrypted to the
 * agent's RSA key carries password, AES key, request target and expiry. Pure: keys and time are arguments.
 */
export function authenticate(
  publicKey: KeyObject,
  password: Password,
  target: string,
  body: string | undefined,
  expiresAt: Date,
  keys: BodyKeys,
): AuthenticatedRequest {
  const header = JSON.stringify({
    Auth: password.value,
    // The moment at which the header expires, in seconds and as text; a number is a type error on the other side.
    Ts: String(Math.floor(expiresAt.getTime() / 1_000)),
    Uri: target,
    Keys: Buffer.concat([keys.key, keys.iv]).toString("base64"),
  });
  const name = password.kind === "agent" ? "X-OCS-Agent-Header" : "X-OCS-Header";
  return {
    headers: { [name]: encryptPieces(publicKey, Buffer.from(header, "utf8")).toString("base64") },
    body: body === undefined ? undefined : encryptBody(body, keys),
  };
}

/** `GET /api/v1/secret` answers a PKCS#1 key in base64, without PEM armour. */
export function importPublicKey(base64: string): KeyObject {
  return createPublicKey({ key: Buffer.from(base64, "base64"), type: "pkcs1", format: "der" });
}

export function encryptBody(body: string, { key, iv }: BodyKeys): string {
  const cipher = createCipheriv("aes-128-cbc", key, iv);
  return Buffer.concat([cipher.update(body, "utf8"), cipher.final()]).toString("base64");
}

function encryptPieces(key: KeyObject, plain: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let start = 0; start < plain.length; start += PIECE_BYTES) {
    blocks.push(
      publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, plain.subarray(start, start + PIECE_BYTES)),
    );
  }
  return Buffer.concat(blocks);
}
