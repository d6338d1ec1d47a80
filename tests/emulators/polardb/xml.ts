/** The answer form of V1 calls that do not ask for JSON. A list becomes one element per item under the list's own name. */
export function toXml(root: string, body: Readonly<Record<string, unknown>>): string {
  return `<?xml version="1.0" encoding="UTF-8"?><${root}>${members(body)}</${root}>`;
}

function members(body: object): string {
  return Object.entries(body)
    .map(([name, value]) =>
      Array.isArray(value) ? value.map((item) => element(name, item)).join("") : element(name, value),
    )
    .join("");
}

function element(name: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  const content = typeof value === "object" ? members(value) : escapeText(String(value));
  return `<${name}>${content}</${name}>`;
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
