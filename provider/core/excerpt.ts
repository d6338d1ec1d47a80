import type { Redactor } from "./redact";

const MAX_CHARS = 120;

/** More than any page needs to say what it is; nobody looks for secrets in all of a huge body. */
const MAX_READ_CHARS = 64 * 1024;

/** The beginning of an answer for a message, on one line. Redacted before it is cut: half a secret is not recognised any more. */
export function excerptOf(body: string, redactor: Redactor): string {
  return redactor.redact(body.slice(0, MAX_READ_CHARS)).replace(/\s+/g, " ").trim().slice(0, MAX_CHARS);
}
