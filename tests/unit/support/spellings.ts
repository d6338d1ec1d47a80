/** How a secret may stand in a text that somebody answers, logs or throws. */
export const SPELLINGS: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  "escaped in JSON": (secret) => JSON.stringify(secret).slice(1, -1),
  "escaped in JSON as Go does": (secret) =>
    JSON.stringify(secret)
      .slice(1, -1)
      .replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
  "escaped in JSON wherever possible": (secret) =>
    secret
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  "without the blanks around it": (secret) => secret.trim(),
  "at the end of a sentence": (secret) => secret.replace(/\.$/, ""),
  "on one line": (secret) => secret.replace(/[\p{Cc}\u2028\u2029]/gu, " "),
  "encoded in a URL": (secret) => encodeURIComponent(secret),
  "encoded in a URL, in lower case": (secret) =>
    encodeURIComponent(secret).replace(/%../g, (escaped) => escaped.toLowerCase()),
  "encoded as Alibaba Cloud does": (secret) =>
    encodeURIComponent(secret).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
  "encoded in a form": (secret) => new URLSearchParams({ v: secret }).toString().slice(2),
  base64: (secret) => Buffer.from(secret, "utf8").toString("base64"),
  "base64 without padding": (secret) => Buffer.from(secret, "utf8").toString("base64").replace(/=+$/, ""),
  "base64 for URLs": (secret) => Buffer.from(secret, "utf8").toString("base64url"),
  "base64 in a URL": (secret) => encodeURIComponent(Buffer.from(secret, "utf8").toString("base64")),
  hexadecimal: (secret) => Buffer.from(secret, "utf8").toString("hex"),
  "hexadecimal in capitals": (secret) => Buffer.from(secret, "utf8").toString("hex").toUpperCase(),
};
