import { type Bag, formatPath, type Path, valueAt } from "./bag";
import { containsUnknown } from "./unknowns";

/** One rejected input, in the form that Pulumi prints. */
export interface CheckFailure {
  /** Nested path as the program spells it; empty where printing the value there could show a secret. */
  readonly property: string;
  /** Names the property, the value (unless secret), the rule and the fix. */
  readonly reason: string;
}

/** A broken rule, found by a schema or by a rule that looks at several properties. */
export interface Violation {
  readonly path: Path;
  /** The rule and the fix, as a clause after the value: `must be whole days such as "7d"`. */
  readonly rule: string;
  /** Which documented rule is broken; printed, so that the documentation of the rule can be found. */
  readonly id?: string;
  /** False where naming the value makes no sense, for instance because it is absent. Default true. */
  readonly showValue?: boolean;
}

/** Words a violation for Pulumi. `isSecret` decides by path whether the value may be shown. */
export function toCheckFailures(
  news: Bag,
  violations: readonly Violation[],
  isSecret: (path: Path) => boolean,
): CheckFailure[] {
  return violations.map(({ path, rule, id, showValue = true }) => {
    const name = formatPath(path);
    const secret = isSecret(path);
    const value = secret
      ? "(value not shown, it may hold a secret) "
      : showValue && !containsUnknown(valueAt(news, path))
        ? `${describeValue(valueAt(news, path))} `
        : "";
    return {
      property: secret ? "" : name,
      reason: `${name}: ${value}${rule}${id === undefined ? "" : ` (rule ${id})`}`,
    };
  });
}

function describeValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
