import { createCipheriv, createDecipheriv } from "node:crypto";
import { ObshellPanic } from "./envelope";
import { ObshellError } from "./errors";
import { decodeBase64 } from "./goText";

const KEY_BYTES = 16;
const BLOCK_BYTES = 16;

/** Key and IV as they stand one after the other in the header's `Keys`. */
function split(keys: Buffer): { key: Buffer; iv: Buffer } {
  if (keys.length < KEY_BYTES) throw ObshellError.of("aesKeyAndIv");
  const iv = keys.subarray(KEY_BYTES);
  if (iv.length !== BLOCK_BYTES) throw new ObshellPanic("IV length must equal block size");
  return { key: keys.subarray(0, KEY_BYTES), iv };
}

/**
 * Decrypts a body in obshell's order of mistakes: a fault in the base64 text is ignored, the
 * padding is cut off unseen, and where Go would panic so does this.
 */
export function decryptBody(body: string, keys: Buffer): Buffer {
  const { key, iv } = split(keys);
  const ciphertext = decodeBase64(body).bytes;
  if (ciphertext.length % BLOCK_BYTES !== 0) throw ObshellError.of("aesContentLength");
  const decipher = createDecipheriv("aes-128-cbc", key, iv).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  const padding = padded.at(-1);
  if (padding === undefined || padding > padded.length) throw new ObshellPanic("slice bounds out of range");
  return padded.subarray(0, padded.length - padding);
}

/** The reply of a login is encrypted with the keys of its request. */
export function encryptReply(text: string, keys: Buffer): string {
  const { key, iv } = split(keys);
  const cipher = createCipheriv("aes-128-cbc", key, iv);
  return Buffer.concat([cipher.update(text, "utf8"), cipher.final()]).toString("base64");
}
