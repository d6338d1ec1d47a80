import { z } from "zod";
import { orUnknown } from "../core/checkInputs";
import { known } from "../core/unknowns";
import type { UtcSchedule } from "./backupPolicy.timeZone";
import { advancedRuleFields, archiveDays, nonEmpty, oneOf, regionId } from "./fieldTypes.schema";
import { POLICY_GRAMMAR, policyFields } from "./policy.schema";
import type { Grammar } from "./rules";
import {
  canonicalFilterValue,
  canonicalLocalWindow,
  canonicalWindow,
  FREQUENCIES,
  sortWeekdays,
  UTC_WINDOW,
  WEEKDAYS,
} from "./schedule";

/** Rules cite the vendor's page "PolarDB: ModifyBackupPolicy" unless they say otherwise. */
const weekdays = orUnknown(
  z
    .array(orUnknown(z.enum(WEEKDAYS, `must be one of ${WEEKDAYS.join(", ")}`)))
    .transform((days) => (known(days) ? sortWeekdays(days) : days))
    .refine((days) => !known(days) || days.length >= 2, "must name at least two different weekdays"),
).optional();

const window = orUnknown(
  z.string().transform((text, context) => {
    const canonical = canonicalWindow(text) ?? canonicalLocalWindow(text);
    if (canonical !== undefined) return canonical;
    context.issues.push({ code: "custom", input: text, message: UTC_WINDOW });
    return z.NEVER;
  }),
).optional();

const frequency = orUnknown(z.enum(FREQUENCIES, `must be one of ${FREQUENCIES.join(", ")}`)).optional();

/** The vendor documents 3 to 14; other tools accept up to 30, so the service decides about 15 to 30 and the preview warns. */
const level1Days = orUnknown(
  z
    .number()
    .refine((days) => Number.isInteger(days) && days >= 3 && days <= 30, "must be a whole number of days from 3 to 14"),
).optional();

const advancedDataPolicyFields = z.strictObject({
  ...advancedRuleFields,
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

const timeZone = orUnknown(
  z.string().trim().refine(isTimeZone, 'must be the IANA name of a time zone, such as "Asia/Shanghai"'),
).optional();

export const backupPolicySchema = z.strictObject({
  ...policyFields,
  timeZone,
  preferredBackupTime: window,
  preferredBackupPeriod: weekdays,
  backupFrequency: frequency,
  dataLevel1BackupRetentionPeriod: level1Days,
  dataLevel1BackupFrequency: frequency,
  dataLevel1BackupTime: window,
  dataLevel1BackupPeriod: weekdays,
  dataLevel2BackupRetentionPeriod: archiveDays,
  dataLevel2BackupPeriod: weekdays,
  dataLevel2BackupAnotherRegionRegion: orUnknown(regionId).optional(),
  dataLevel2BackupAnotherRegionRetentionPeriod: archiveDays,
  backupRetentionPolicyOnClusterDeletion: orUnknown(oneOf(["ALL", "LATEST", "NONE"])).optional(),
  backupPolicyLevel: orUnknown(oneOf(["Normal", "Advanced"])).optional(),
  advancedDataPolicies: orUnknown(z.array(orUnknown(advancedDataPolicy))).optional(),
});

/** Checked inputs. */
export type BackupPolicyInputs = z.infer<typeof backupPolicySchema> & {
  /** Computed in `check` beside `timeZone`; the program never passes it. */
  readonly utcSchedule?: UtcSchedule;
};

export const PROPERTIES: readonly (keyof BackupPolicyInputs)[] = [
  ...(Object.keys(backupPolicySchema.shape) as (keyof BackupPolicyInputs)[]),
  "utcSchedule",
];

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

const onPage = (...parameters: string[]): { source: string } => ({
  source: `PolarDB: ModifyBackupPolicy, ${parameters.join(", ")}`,
});

const WINDOW = { id: "backup-window", ...onPage("PreferredBackupTime", "DataLevel1BackupTime") };
const DAYS = {
  id: "backup-weekdays",
  ...onPage("PreferredBackupPeriod", "DataLevel1BackupPeriod", "DataLevel2BackupPeriod"),
};
const FREQUENCY = { id: "backup-frequency", ...onPage("BackupFrequency", "DataLevel1BackupFrequency") };
const ARCHIVE_DAYS = {
  id: "level2-retention",
  ...onPage("DataLevel2BackupRetentionPeriod", "DataLevel2BackupAnotherRegionRetentionPeriod"),
};
const RULE_FIELD = { id: "advanced-rule-field", ...onPage("AdvancedDataPolicies") };

/** What single properties may be. */
export const BACKUP_POLICY_GRAMMAR: Grammar = {
  ...POLICY_GRAMMAR,
  dbClusterId: { id: "cluster-id", ...onPage("DBClusterId") },
  preferredBackupTime: WINDOW,
  dataLevel1BackupTime: WINDOW,
  timeZone: { id: "time-zone", source: "Ours: an IANA name, such as the database of time zones lists" },
  preferredBackupPeriod: DAYS,
  dataLevel1BackupPeriod: DAYS,
  dataLevel2BackupPeriod: DAYS,
  backupFrequency: FREQUENCY,
  dataLevel1BackupFrequency: FREQUENCY,
  dataLevel1BackupRetentionPeriod: { id: "level1-retention", ...onPage("DataLevel1BackupRetentionPeriod") },
  dataLevel2BackupRetentionPeriod: ARCHIVE_DAYS,
  dataLevel2BackupAnotherRegionRetentionPeriod: ARCHIVE_DAYS,
  dataLevel2BackupAnotherRegionRegion: { id: "another-region", ...onPage("DataLevel2BackupAnotherRegionRegion") },
  backupRetentionPolicyOnClusterDeletion: {
    id: "retention-on-deletion",
    ...onPage("BackupRetentionPolicyOnClusterDeletion"),
  },
  backupPolicyLevel: { id: "policy-level", ...onPage("BackupPolicyLevel") },
  advancedDataPolicies: RULE_FIELD,
};

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    // Offsets such as "+08:00" are accepted there too, but never change with the season.
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}
