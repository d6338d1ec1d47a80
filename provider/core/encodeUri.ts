/**
 * `encodeURIComponent` for any text: that function throws at half a character (JSON of a vendor may hold one), where UTF-8 has the sign
 * for what is none.
 */
export function encodeUri(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));
}
