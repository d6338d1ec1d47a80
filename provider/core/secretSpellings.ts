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
  return [plain, ...base64Spellings(bytes), ignoringCase(bytes.toString("hex"))];
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

/** A character of base64, also where a URL escapes it or JSON does. */
const BASE64_CHAR = "(?:[A-Za-z0-9+/_-]|%2[bBfF]|\\\\/)";

/** Where the secret is the whole text or a part of it: base64 of it differs with where it begins in a group of three bytes. */
function base64Spellings(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64url");
    // Characters at both ends hold bits of the neighbours too.
    const certain = text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    const chars = [...certain].map((char) =>
      char === "-" ? "(?:[-+]|%2[bB])" : char === "_" ? "(?:[_/]|\\\\/|%2[fF])" : char,
    );
    return `${offset > 0 ? `${BASE64_CHAR}?` : ""}${chars.join("")}${BASE64_CHAR}?(?:=|%3[dD]){0,2}`;
  });
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

function ignoringCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
