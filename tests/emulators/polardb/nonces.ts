/** Nonces seen, per access key. One is forgotten when its timestamp is too old to be accepted anyway. */
export class NonceMemory {
  private readonly seen = new Map<string, Map<string, number>>();

  has(accessKeyId: string, nonce: string): boolean {
    return this.seen.get(accessKeyId)?.has(nonce) ?? false;
  }

  remember(accessKeyId: string, nonce: string, until: number, now: number): void {
    let ofKey = this.seen.get(accessKeyId);
    if (!ofKey) {
      ofKey = new Map();
      this.seen.set(accessKeyId, ofKey);
    }
    // Insertion order is nearly expiry order, so looking at the oldest is enough to keep the memory bounded.
    for (const [oldest, end] of ofKey) {
      if (end >= now) break;
      ofKey.delete(oldest);
    }
    ofKey.set(nonce, until);
  }
}
