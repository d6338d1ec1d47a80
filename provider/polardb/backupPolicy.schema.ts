import { z } from "zod";
import type { Path } from "../core/bag";
import { orUnknown } from "../core/checkInputs";
import { TOKEN_PATTERN } from "../core/impact";
import { known } from "../core/unknowns";
import { credentialsSchema, networkSchema, SHOWN_FIELDS } from "./credentials.schema";
import { canonicalFilterValue, canonicalWindow, FREQUENCIES, sortWeekdays, WEEKDAYS } from "./schedule";

/** Rules cite the vendor's page "PolarDB: ModifyBackupPolicy" unless they say otherwise. */
const weekdays = orUnknown(
  z
    .array(orUnknown(z.enum(WEEKDAYS, `must be one of ${WEEKDAYS.join(", ")}`)))
    .transform((days) => (known(days) ? sortWeekdays(days) : days))
    .refine((days) => !known(days) || days.length >= 2, "must name at least two different weekdays"),
).optional();

const window = orUnknown(
  z.string().transform((text, context) => {
    const canonical = canonicalWindow(text);
    if (canonical !== undefined) return canonical;
    context.issues.push({
      code: "custom",
      input: text,
      message: 'must be one hour that starts on the hour, in UTC, written "hh:00Z-hh:00Z" such as "15:00Z-16:00Z"',
    });
    return z.NEVER;
  }),
).optional();

const frequency = orUnknown(z.enum(FREQUENCIES, `must be one of ${FREQUENCIES.join(", ")}`)).optional();

const LEVEL_2_RANGE = "must be 0 (off), a whole number of days from 30 to 7300, or -1 (kept for ever)";

const level2Days = orUnknown(
  z
    .number()
    .refine(
      (days) => days === 0 || days === -1 || (Number.isInteger(days) && days >= 30 && days <= 7300),
      LEVEL_2_RANGE,
    ),
).optional();

/** The vendor documents 3 to 14; other tools accept up to 30, so the service decides about 15 to 30 and the preview warns. */
const level1Days = orUnknown(
  z
    .number()
    .refine((days) => Number.isInteger(days) && days >= 3 && days <= 30, "must be a whole number of days from 3 to 14"),
).optional();

const oneOf = <const T extends readonly [string, ...string[]]>(values: T): z.ZodEnum<{ [K in T[number]]: K }> =>
  z.enum(
    values,
    `must be ${values.length === 1 ? "" : "one of "}${values.map((value) => JSON.stringify(value)).join(", ")}`,
  );

const nonEmpty = z.string().trim().min(1, "must not be empty; leave the property out instead");

const advancedDataPolicyFields = z.strictObject({
  name: orUnknown(
    z.string().regex(/^[A-Za-z0-9_.-]+$/, "must consist of letters, digits, dots, hyphens and underscores"),
  ),
  policyId: orUnknown(nonEmpty).optional(),
  srcType: orUnknown(oneOf(["db", "level1", "level2", "level2Cross"])),
  srcRegion: orUnknown(nonEmpty).optional(),
  destType: orUnknown(oneOf(["level1", "level2", "level2Cross"])),
  destRegion: orUnknown(nonEmpty).optional(),
  filterType: orUnknown(oneOf(["crontab", "event"])),
  filterKey: orUnknown(oneOf(["dayOfWeek", "dayOfMonth", "dayOfYear", "backupInterval"])).optional(),
  filterValue: orUnknown(nonEmpty).optional(),
  retentionType: orUnknown(oneOf(["never", "delay"])),
  retentionValue: orUnknown(
    z.number().refine((days) => Number.isInteger(days) && days >= 1, "must be a whole number of days, at least 1"),
  ).optional(),
  dumpAction: orUnknown(oneOf(["copy"])).optional(),
  onlyPreserveOneEachDay: orUnknown(z.boolean()).optional(),
  onlyPreserveOneEachHour: orUnknown(z.literal(true, "cannot be changed; its fixed value is true")).optional(),
  bakType: orUnknown(oneOf(["F"])).optional(),
});

const advancedDataPolicy = advancedDataPolicyFields.transform((rule) =>
  known(rule) ? { ...rule, filterValue: canonicalFilterValue(rule.filterKey, rule.filterValue) } : rule,
);

const duration = orUnknown(
  z.string().regex(/^[1-9]\d*(s|m|h)$/, 'must be a whole number and a unit s, m or h, such as "30m"'),
).optional();

export const backupPolicySchema = z.strictObject({
  dbClusterId: orUnknown(
    z
      .string()
      .trim()
      .regex(/^pc-[A-Za-z0-9-]+$/, 'must be the id of a PolarDB cluster, such as "pc-bp13wz9586voc"'),
  ),
  region: orUnknown(nonEmpty).optional(),
  endpoint: orUnknown(nonEmpty).optional(),
  network: networkSchema,
  credentials: credentialsSchema,
  preferredBackupTime: window,
  preferredBackupPeriod: weekdays,
  backupFrequency: frequency,
  dataLevel1BackupRetentionPeriod: level1Days,
  dataLevel1BackupFrequency: frequency,
  dataLevel1BackupTime: window,
  dataLevel1BackupPeriod: weekdays,
  dataLevel2BackupRetentionPeriod: level2Days,
  dataLevel2BackupPeriod: weekdays,
  dataLevel2BackupAnotherRegionRegion: orUnknown(nonEmpty).optional(),
  dataLevel2BackupAnotherRegionRetentionPeriod: level2Days,
  backupRetentionPolicyOnClusterDeletion: orUnknown(oneOf(["ALL", "LATEST", "NONE"])).optional(),
  backupPolicyLevel: orUnknown(oneOf(["Normal", "Advanced"])).optional(),
  advancedDataPolicies: orUnknown(z.array(orUnknown(advancedDataPolicy))).optional(),
  accept: orUnknown(
    z
      .array(orUnknown(z.string().regex(TOKEN_PATTERN, "is not a token; use the exact text that the refusal printed")))
      .transform((tokens) => [...new Set(tokens)].sort()),
  ).optional(),
  timeouts: orUnknown(z.strictObject({ create: duration, update: duration })).optional(),
});

export type BackupPolicyInputs = z.infer<typeof backupPolicySchema>;

/** Rules are told apart by name, so their order in the program says nothing. Applied last, so that failures name their place. */
export function withSortedRules(inputs: BackupPolicyInputs): BackupPolicyInputs {
  const rules = known(inputs.advancedDataPolicies);
  if (!rules) return inputs;
  return {
    ...inputs,
    advancedDataPolicies: rules.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
  };
}

export const PROPERTIES = Object.keys(backupPolicySchema.shape) as readonly (keyof BackupPolicyInputs)[];

export type AdvancedDataPolicy = z.infer<typeof advancedDataPolicy>;

/** Fields of the classic policy in the order of the vendor's page. */
export const CLASSIC_FIELDS = [
  "preferredBackupTime",
  "preferredBackupPeriod",
  "backupFrequency",
  "dataLevel1BackupRetentionPeriod",
  "dataLevel1BackupFrequency",
  "dataLevel1BackupTime",
  "dataLevel1BackupPeriod",
  "dataLevel2BackupRetentionPeriod",
  "dataLevel2BackupPeriod",
  "dataLevel2BackupAnotherRegionRegion",
  "dataLevel2BackupAnotherRegionRetentionPeriod",
  "backupRetentionPolicyOnClusterDeletion",
] as const satisfies readonly (keyof BackupPolicyInputs)[];

export type ClassicField = (typeof CLASSIC_FIELDS)[number];

export type ClassicPolicy = Pick<BackupPolicyInputs, ClassicField>;

/** "After you enable the advanced backup feature, this parameter is no longer effective." The service still answers 200. */
export const WITHOUT_EFFECT_IN_ADVANCED: ReadonlySet<ClassicField> = new Set([
  "preferredBackupPeriod",
  "backupFrequency",
  "dataLevel1BackupRetentionPeriod",
  "dataLevel1BackupFrequency",
  "dataLevel1BackupPeriod",
  "dataLevel2BackupRetentionPeriod",
  "dataLevel2BackupPeriod",
  "dataLevel2BackupAnotherRegionRegion",
  "dataLevel2BackupAnotherRegionRetentionPeriod",
]);

/** "This parameter is not supported by PolarDB for PostgreSQL (compatible with Oracle) and PolarDB for PostgreSQL." */
export const MYSQL_ONLY: readonly (keyof BackupPolicyInputs)[] = [
  "dataLevel1BackupFrequency",
  "dataLevel1BackupTime",
  "dataLevel1BackupPeriod",
  "dataLevel2BackupPeriod",
  "backupPolicyLevel",
  "advancedDataPolicies",
];

/** True where a value may hold a secret: a misspelt name may stand for a secret one. */
export function isSecretPath([first, second]: Path): boolean {
  return first === "credentials" && !SHOWN_FIELDS.has(second);
}
