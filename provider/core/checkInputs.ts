import { z } from "zod";
import { type Bag, type Path, valueAt } from "./bag";
import { isUnknown, UNKNOWN } from "./unknowns";
import type { Violation } from "./violations";

export interface CheckedInputs<T> {
  /** Canonical inputs; unknown values stand where they stood. Only meaningful when there is no violation. */
  readonly inputs: T;
  readonly violations: readonly Violation[];
}

/**
 * Makes a schema let Pulumi's unknown markers through untouched. The type stays that of the known value, because code after
 * `check` never meets a marker: `create` and `update` are not called in a preview. Rules that run in `check` ask `known()`.
 */
export function orUnknown<S extends z.ZodType>(schema: S): S {
  const guarded = z.unknown().transform((value, context) => {
    if (isUnknown(value)) return value;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues)
      context.issues.push({ ...issue, input: value } as (typeof context.issues)[number]);
    return z.NEVER;
  });
  return guarded as unknown as S;
}

/**
 * Parses inputs and applies rules, reporting everything that is wrong at once: values that the schema rejects are treated as
 * unknown for the rules, so one mistake does not hide another.
 */
export function checkInputs<T>(
  news: Bag,
  schema: z.ZodType<T>,
  rules: ReadonlyArray<(inputs: T) => readonly Violation[]>,
): CheckedInputs<T> {
  const violations: Violation[] = [];
  let candidate: unknown = news;
  // Each round replaces what was rejected, so the second one normally succeeds; the bound is for schemas that reject a parent.
  for (let round = 0; round < 4; round++) {
    const parsed = schema.safeParse(candidate);
    if (parsed.success) {
      for (const rule of rules) violations.push(...rule(parsed.data));
      return { inputs: parsed.data, violations };
    }
    for (const issue of parsed.error.issues) {
      const path = issue.path as Path;
      if (issue.code === "unrecognized_keys") {
        for (const key of issue.keys) {
          violations.push({
            path: [...path, key],
            rule: "is not a property of this resource; remove it or correct its name",
            showValue: false,
          });
          candidate = without(candidate, [...path, key]);
        }
      } else {
        violations.push({
          path,
          rule: ruleOf(issue, valueAt(news, path)),
          showValue: valueAt(news, path) !== undefined,
        });
        candidate = withMarker(candidate, path);
      }
    }
  }
  return { inputs: news as T, violations };
}

function ruleOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined && issue.code === "invalid_type") return `is required (${issue.expected})`;
  if (issue.code === "invalid_type") return `must be of type ${issue.expected}`;
  return issue.message;
}

function withMarker(value: unknown, path: Path): unknown {
  return edit(value, path, (parent, key) => ({ ...parent, [key]: UNKNOWN }));
}

function without(value: unknown, path: Path): unknown {
  return edit(value, path, (parent, key) =>
    Object.fromEntries(Object.entries(parent).filter(([name]) => name !== String(key))),
  );
}

function edit(value: unknown, path: Path, change: (parent: Bag, key: string | number) => unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== "object" || value === null) return UNKNOWN;
  if (Array.isArray(value)) {
    return value.map((item, index) => (index !== step ? item : rest.length === 0 ? UNKNOWN : edit(item, rest, change)));
  }
  const parent = value as Bag;
  if (rest.length === 0) return change(parent, step);
  return { ...parent, [step]: edit(parent[step], rest, change) };
}
