/** What depends on where and with which key a stack was recorded, and nothing that a later run looks at. */
const LOCAL = new Set(["sourcePosition", "stackTrace", "secrets_providers"]);

/** An exported deployment without what tells of the machine that has recorded it. */
export function withoutMachine(deployment: string): string {
  const kept = (key: string, value: unknown): unknown => (LOCAL.has(key) ? undefined : value);
  return JSON.stringify(JSON.parse(deployment), kept, 2);
}
