import { containsUnknown } from "./unknowns";

/** A list of texts in which order and repetition mean nothing. One that is not wholly known stays as it is written. */
export function canonicalSet(texts: readonly string[]): string[] {
  return containsUnknown(texts) ? [...texts] : [...new Set(texts)].sort();
}
