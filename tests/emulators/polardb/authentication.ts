import type { Claims } from "./claims";
import { VendorError } from "./errors";
import type { AccessKey, World } from "./world";

/**
 * Key, timestamp, nonce, signature, token, in this order (an inference: the documents give none). A nonce is used up only by a
 * request whose signature is right; otherwise anyone could block a client by guessing its nonces.
 */
export function authenticate(world: World, claims: Claims): AccessKey {
  const now = world.clock.now();
  const key = findKey(world, claims.accessKeyId);
  const sentAt = checkTimestamp(claims, now);
  if (world.nonces.has(key.accessKeyId, claims.nonce)) {
    throw new VendorError(400, "SignatureNonceUsed", "Specified signature nonce was used already.");
  }
  if (!claims.isSignedWith(key.accessKeySecret)) {
    // The real message shows the string to sign, security token included; clients must not let it through.
    const message = `Specified signature is not matched with our calculation. server string to sign is:${claims.stringToSign}`;
    throw new VendorError(400, "SignatureDoesNotMatch", message);
  }
  world.nonces.remember(key.accessKeyId, claims.nonce, sentAt + claims.windowMs, now);
  checkToken(key, claims.securityToken, now);
  return key;
}

function findKey(world: World, accessKeyId: string): AccessKey {
  const key = world.accessKeys.get(accessKeyId);
  if (!key) throw new VendorError(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
  if (!key.active) throw new VendorError(400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled.");
  return key;
}

function checkTimestamp(claims: Claims, now: number): number {
  const wellFormed = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(claims.timestamp);
  const sentAt = wellFormed ? Date.parse(claims.timestamp) : Number.NaN;
  if (Number.isNaN(sentAt)) {
    throw new VendorError(400, "IllegalTimestamp", "Specified time stamp or date value is not well formatted.");
  }
  if (Math.abs(now - sentAt) > claims.windowMs) {
    throw new VendorError(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.");
  }
  return sentAt;
}

function checkToken(key: AccessKey, token: string | undefined, now: number): void {
  if (key.securityToken === undefined && token === undefined) return;
  if (token === undefined) {
    throw new VendorError(400, "MissingSecurityToken", "SecurityToken is mandatory for this action.");
  }
  if (token !== key.securityToken) {
    throw new VendorError(400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.");
  }
  if (key.expiresAt !== undefined && now >= key.expiresAt) {
    throw new VendorError(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.");
  }
}
