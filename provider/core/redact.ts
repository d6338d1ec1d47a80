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

  /** Remembers a secret. Undefined and empty values are ignored, so callers need no test. */
  add(value: string | undefined): void {
    if (value === undefined || value === "") return;
    for (const spelling of spellings(value)) this.values.add(spelling);
  }

  redact(text: string): string {
    // Longest first: a secret that contains another one must vanish whole.
    const values = [...this.values].sort((a, b) => b.length - a.length);
    return redactPatterns(values.reduce((result, value) => result.split(value).join(MASK), text));
  }
}

function spellings(value: string): string[] {
  const bytes = Buffer.from(value, "utf8");
  const base64 = bytes.toString("base64");
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    new URLSearchParams({ v: value }).toString().slice(2),
    ...(value.length >= 6
      ? [base64, base64.replace(/=+$/, ""), bytes.toString("base64url"), bytes.toString("hex")]
      : []),
  ];
}
