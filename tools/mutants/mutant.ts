/** A safety rule, the change that removes it, and the test that must notice. */
export interface Mutant {
  /** File in tests/mutants. */
  readonly file: string;
  /** The rule, as a sentence. */
  readonly rule: string;
  /** The file of the test, from the top of the repository. */
  readonly suite: string;
  /** Regular expression that the test's full name matches. */
  readonly test: string;
}

/** Reads the head of a patch: `rule: …`, `suite: …` and `test: …`, each on a line of its own before the first `diff`. */
export function parseMutant(file: string, patch: string): Mutant {
  const head = patch.split(/^diff /m)[0] ?? "";
  const field = (name: string): string => {
    const value = new RegExp(`^${name}: (.+)$`, "m").exec(head)?.[1]?.trim();
    if (!value) throw new Error(`tests/mutants/${file} has no line "${name}: …" before its diff`);
    return value;
  };
  return { file, rule: field("rule"), suite: field("suite"), test: field("test") };
}
