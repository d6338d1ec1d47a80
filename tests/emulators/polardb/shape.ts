/**
 * Reads one JSON object that came from outside, member by member. Every refusal names the place, the value and the rule;
 * a member that nobody knows is refused too, because a misspelt change would otherwise change nothing in silence.
 */
export class Shape {
  private readonly members: Readonly<Record<string, unknown>>;

  constructor(
    value: unknown,
    private readonly where: string,
    known?: readonly string[],
  ) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new Error(`${where}: ${JSON.stringify(value)} must be a JSON object`);
    }
    this.members = Object.fromEntries(Object.entries(value));
    const stranger = known && Object.keys(value).find((name) => !known.includes(name));
    if (stranger !== undefined) {
      throw new Error(`${where}.${stranger}: unknown member; known are ${known?.join(", ")}`);
    }
  }

  get names(): string[] {
    return Object.keys(this.members);
  }

  raw(name: string): unknown {
    return this.members[name];
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.fail(name, "must be a text");
  }

  optionalText(name: string): string | undefined {
    const value = this.members[name];
    if (value === undefined || (typeof value === "string" && value !== "")) return value;
    return this.fail(name, "must be a text that is not empty");
  }

  optionalNumber(name: string): number | undefined {
    const value = this.members[name];
    if (value === undefined || (typeof value === "number" && Number.isFinite(value))) return value;
    return this.fail(name, "must be a number");
  }

  /** Milliseconds, counts: nothing below zero. */
  optionalAmount(name: string): number | undefined {
    const value = this.optionalNumber(name);
    return value === undefined || value >= 0 ? value : this.fail(name, "must not be negative");
  }

  optionalFlag(name: string): boolean | undefined {
    const value = this.members[name];
    if (value === undefined || typeof value === "boolean") return value;
    return this.fail(name, "must be true or false");
  }

  optionalTexts(name: string): string[] | undefined {
    const value = this.members[name];
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) return this.fail(name, "must be a list of texts");
    return value.map((item: unknown) => (typeof item === "string" ? item : this.fail(name, "must be a list of texts")));
  }

  oneOf<T extends string | number | boolean>(name: string, allowed: readonly T[]): T {
    return this.optionalOneOf(name, allowed) ?? this.fail(name, `must be one of ${allowed.join(", ")}`);
  }

  optionalOneOf<T extends string | number | boolean>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.members[name];
    if (value === undefined) return undefined;
    return allowed.find((item) => item === value) ?? this.fail(name, `must be one of ${allowed.join(", ")}`);
  }

  fail(name: string, rule: string): never {
    throw new Error(`${this.where}.${name}: ${JSON.stringify(this.members[name])} ${rule}`);
  }
}

/** Leaves out what is undefined, so that laying one object over another does not wipe anything out. */
export function defined<T extends object>(members: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };
}
