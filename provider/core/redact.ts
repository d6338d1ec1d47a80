import { spellings } from "./secretSpellings";

const MASK = "[secret]";

/** Shapes that are secret wherever they stand, whether or not we know the value: keys in storage URIs, signatures, auth headers. */
const PATTERNS: readonly RegExp[] = [
  /(access_key=)(?!\[secret\])[^&\s'"`\\<>)\]},]+/gi,
  // Our own messages name the property and never show its value.
  /((?<!credentials\.)AccessKeySecret["']?\s*[:=]\s*["']?)(?!\[secret\])[^&\s'",}]+/gi,
  /(SecurityToken=|security-token:\s*)(?!\[secret\])[^&\s'",}]+/gi,
  /(Signature=)[A-Za-z0-9%+/=]+/g,
  /(X-OCS-(?:Agent-)?Header["']?\s*[:=]\s*["']?)[A-Za-z0-9+/=]+/gi,
];

/** Removes what is secret by its shape. Part of building every `ProviderError`, so that no path around it exists. */
export function redactPatterns(text: string): string {
  return PATTERNS.reduce((result, pattern) => result.replace(pattern, `$1${MASK}`), text);
}

/** Knows the secret values of one call and removes them, in every spelling, from whatever leaves the provider. */
export class Redactor {
  private readonly values = new Set<string>();
  private pattern: RegExp | undefined;

  /** Remembers a secret. Undefined and empty values are ignored, so callers need no test. */
  add(value: string | undefined): void {
    if (value === undefined || value === "") return;
    this.values.add(value);
    this.pattern = undefined;
  }

  redact(text: string): string {
    if (this.values.size === 0) return redactPatterns(text);
    // Longest first: a secret that contains another one must vanish whole.
    this.pattern ??= new RegExp(
      [...this.values]
        .sort((a, b) => b.length - a.length)
        .flatMap(spellings)
        .join("|"),
      "g",
    );
    return redactPatterns(text.replace(this.pattern, MASK));
  }
}
