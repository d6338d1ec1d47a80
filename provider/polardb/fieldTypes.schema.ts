import { z } from "zod";
import { orUnknown } from "../core/checkInputs";
import { isRegionId } from "./endpoints";

/** Pieces that the schemas of this vendor are made of. */

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T): z.ZodEnum<{ [K in T[number]]: K }> =>
  z.enum(
    values,
    `must be ${values.length === 1 ? "" : "one of "}${values.map((value) => JSON.stringify(value)).join(", ")}`,
  );

export const nonEmpty = z.string().trim().min(1, "must not be empty; leave the property out instead");

export const regionId = nonEmpty.pipe(
  z.string().refine(isRegionId, 'must be the id of a region, such as "cn-hangzhou", in lower case'),
);

/** How long level-2 backups and all copies in another region are kept, of data as of logs. */
export const archiveDays = orUnknown(
  z
    .number()
    .refine(
      (days) => days === 0 || days === -1 || (Number.isInteger(days) && days >= 30 && days <= 7300),
      "must be 0 (off), a whole number of days from 30 to 7300, or -1 (kept for ever)",
    ),
).optional();

/** What every advanced rule says, of data as of logs: its name in the program, and from where to where it leads. */
export const advancedRuleFields = {
  name: orUnknown(
    z.string().regex(/^[A-Za-z0-9_.-]+$/, "must consist of letters, digits, dots, hyphens and underscores"),
  ),
  policyId: orUnknown(nonEmpty).optional(),
  srcType: orUnknown(oneOf(["db", "level1", "level2", "level2Cross"])),
  srcRegion: orUnknown(regionId).optional(),
  destType: orUnknown(oneOf(["level1", "level2", "level2Cross"])),
  destRegion: orUnknown(regionId).optional(),
} as const;
