import { constants, createPublicKey, generateKeyPairSync, type KeyObject, privateDecrypt } from "node:crypto";

export interface RsaKeyPair {
  readonly bits: 512 | 1024;
  /** Base64 of the PKCS#1 DER, without armour. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

/** A 4.5 agent creates 1024 bits, older ones 512. */
export function newKeyPair(bits: 512 | 1024): RsaKeyPair {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: bits });
  const publicKey = createPublicKey(privateKey).export({ type: "pkcs1", format: "der" }).toString("base64");
  return { bits, publicKey, privateKey };
}

/**
 * Undoes encryption in pieces of any size: only the ciphertext blocks have a fixed length. Undefined for
 * what the key does not fit. The padding is stripped by hand, because OpenSSL with implicit rejection answers wrong
 * padding with random bytes instead of an error.
 */
export function decryptBlocks(ciphertext: Buffer, key: RsaKeyPair): Buffer | undefined {
  const size = key.bits / 8;
  const pieces: Buffer[] = [];
  for (let start = 0; start < ciphertext.length; start += size) {
    const block = ciphertext.subarray(start, start + size);
    const piece = block.length === size ? decryptBlock(block, key.privateKey) : undefined;
    if (!piece) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function decryptBlock(block: Buffer, privateKey: KeyObject): Buffer | undefined {
  let padded: Buffer;
  try {
    padded = privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, block);
  } catch {
    return undefined;
  }
  const end = padded.indexOf(0, 2);
  if (padded[0] !== 0 || padded[1] !== 2 || end < 10) return undefined;
  return padded.subarray(end + 1);
}
