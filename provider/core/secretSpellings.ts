/** What JSON may write for a character besides the character itself and its number. */
const JSON_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "/": "\\/",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** Shorter ones have encodings that stand in ordinary texts. */
const SHORTEST_ENCODED = 6;

/**
 * Regular expressions for a secret as others may write it: as it is, escaped in JSON and URLs by whoever's rules (each escapes
 * other characters, some needlessly), in base64 of every kind, and in hexadecimal.
 */
export function spellings(secret: string): string[] {
  const plain = plainSpelling(secret);
  if (secret.length < SHORTEST_ENCODED) return [plain];
  const bytes = Buffer.from(secret, "utf8");
  return [plain, base64Spelling(bytes), ignoringCase(bytes.toString("hex"))];
}

function plainSpelling(secret: string): string {
  const [, before = "", core = "", after = ""] = /^(\s*)(.*?)([\s.]*)$/s.exec(secret) ?? [];
  if (core.length < SHORTEST_ENCODED) return each(secret);
  // Sentences lose the blanks around them, and their own final stop.
  return `${each(before, "?")}${each(core)}${each(after, "?")}`;
}

function each(text: string, quantifier = ""): string {
  return [...text].map((char) => `(?:${spellingsOf(char).join("|")})${quantifier}`).join("");
}

/** The longest first, so that nothing of one is left over. */
function spellingsOf(char: string): string[] {
  const units = char.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"));
  const bytes = [...Buffer.from(char, "utf8")].map((byte) => byte.toString(16).padStart(2, "0"));
  const inJson = JSON_ESCAPES[char];
  return [
    units.map((unit) => `\\\\u${ignoringCase(unit)}`).join(""),
    bytes.map((byte) => `%${ignoringCase(byte)}`).join(""),
    ...(inJson === undefined ? [] : [literally(inJson)]),
    ...(char === " " ? ["\\+"] : []),
    // Messages have one line.
    ...(/[\p{Cc}\u2028\u2029]/u.test(char) ? [" "] : []),
    literally(char),
  ];
}

function base64Spelling(bytes: Buffer): string {
  const chars = [...bytes.toString("base64url")].map((char) =>
    char === "-" ? "(?:[-+]|%2[bB])" : char === "_" ? "(?:[_/]|\\\\/|%2[fF])" : char,
  );
  return `${chars.join("")}(?:=|%3[dD]){0,2}`;
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

function ignoringCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
