/** What a member of a control-plane object may be. Refusals name the member, the value and this rule. */
export interface Rule {
  readonly text: string;
  readonly holds: (value: unknown) => boolean;
}

/** Members of an object; a question mark makes one optional. */
export type Shape = Readonly<Record<string, Rule>>;

export const TEXT = rule("a text", (value) => typeof value === "string");
export const NAME = rule("a text that is not empty", (value) => typeof value === "string" && value !== "");
export const FLAG = rule("true or false", (value) => typeof value === "boolean");
export const NUMBER = rule(
  "a number that is not negative",
  (value) => typeof value === "number" && Number.isFinite(value) && value >= 0,
);
export const SIGNED = rule("a number", (value) => typeof value === "number" && Number.isFinite(value));
export const OBJECT = rule(
  "an object",
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);

export function oneOf(values: readonly unknown[]): Rule {
  return rule(`one of ${values.join(", ")}`, (value) => values.includes(value));
}

export function orNull({ text, holds }: Rule): Rule {
  return rule(`${text} or null`, (value) => value === null || holds(value));
}

/**
 * Refuses what is misspelt: a change or fault that silently does nothing would make a test pass for the wrong reason.
 */
export function checkShape(where: string, value: object, shape: Shape): void {
  const members = Object.entries(shape).map(([key, expected]) => ({
    key: key.replace("?", ""),
    isOptional: key.endsWith("?"),
    expected,
  }));
  for (const [key, actual] of Object.entries(value)) {
    const known = members.find((member) => member.key === key);
    if (!known) {
      const keys = members.map((member) => member.key).join(", ") || "nothing";
      throw new Error(`${where} does not take ${JSON.stringify(key)}; it takes: ${keys}`);
    }
    // An optional member that is undefined is one that was left out: typed callers spread options.
    if (known.isOptional && actual === undefined) continue;
    if (!known.expected.holds(actual)) {
      throw new Error(`${where}.${key} must be ${known.expected.text}, not ${JSON.stringify(actual)}`);
    }
  }
  const missing = members.find(({ key, isOptional }) => !isOptional && !(key in value));
  if (missing) throw new Error(`${where} needs ${missing.key}`);
}

function rule(text: string, holds: (value: unknown) => boolean): Rule {
  return { text, holds };
}
