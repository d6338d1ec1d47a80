/** A query or form as the client wrote it, decoded, in order; a name may occur more than once. */
export type Pairs = readonly (readonly [name: string, value: string])[];

/**
 * RFC 3986 with only the unreserved characters bare. `encodeURIComponent` leaves `!'()*` bare as well, and the signatures
 * are computed over the strict form.
 */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Splits a query or a form body. Throws a `URIError` on a broken percent sequence or one that is not UTF-8. */
export function decodePairs(text: string): Pairs {
  return text
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const equals = part.indexOf("=");
      return equals < 0 ? [decode(part), ""] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
    });
}

/** Sorted by name, strictly encoded, joined by `&`. An empty value keeps its equals sign. */
export function canonicalQuery(pairs: Pairs): string {
  return [...pairs]
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join("&");
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
