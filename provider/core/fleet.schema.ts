import { z } from "zod";
import { orUnknown } from "./checkInputs";
import { isBag } from "./fleet";

/** What the inputs of every kind of fleet are made of. */

const nonEmpty = z.string().trim().min(1, "must not be empty");

const exemption = orUnknown(
  z.strictObject({
    reason: orUnknown(nonEmpty),
    expires: orUnknown(z.string().trim().refine(isDate, 'must be a date such as "2026-12-31"')),
  }),
);

export const exempt = orUnknown(z.record(z.string(), exemption)).optional();

/** Settings are checked as what they are part of: the inputs of one member's own resource. */
export function overridesOf<Settings extends z.ZodType>(settings: Settings) {
  return orUnknown(z.record(z.string(), settings)).optional();
}

export function count(lowest: number, highest: number) {
  return orUnknown(
    z
      .number()
      .refine(
        (value) => Number.isInteger(value) && value >= lowest && value <= highest,
        `must be a whole number from ${lowest} to ${highest}`,
      ),
  ).optional();
}

/** A list, or what a check has made of one: names with a word on each, which the engine passes where changes are ignored. */
export function membersOf(id: z.ZodType<string>) {
  const ids = z.array(id);
  return orUnknown(
    z.unknown().transform((value, context): readonly string[] | Readonly<Record<string, unknown>> => {
      const isNamed = isBag(value);
      const parsed = ids.safeParse(isNamed ? Object.keys(value) : value);
      if (parsed.success) return isNamed ? value : parsed.data;
      for (const issue of parsed.error.issues)
        context.issues.push({ ...issue, input: value } as (typeof context.issues)[number]);
      return z.NEVER;
    }),
  );
}

function isDate(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
