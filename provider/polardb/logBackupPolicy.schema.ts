import { z } from "zod";
import { orUnknown } from "../core/checkInputs";
import { advancedRuleFields, archiveDays, oneOf, regionId } from "./fieldTypes.schema";
import { POLICY_GRAMMAR, policyFields } from "./policy.schema";
import type { Grammar } from "./rules";

/** Rules cite the vendor's page "PolarDB: ModifyLogBackupPolicy" unless they say otherwise. */
const isDays = (value: number): boolean => Number.isInteger(value) && value >= 3 && value <= 7300;

/** There is no 0: log backup in the cluster's own region is always on. */
const localDays = orUnknown(
  z
    .number()
    .refine(
      (value) => value === -1 || isDays(value),
      "must be a whole number of days from 3 to 7300, or -1 (kept for ever); log backup cannot be switched off",
    ),
).optional();

const advancedLogPolicyFields = z.strictObject({
  ...advancedRuleFields,
  logRetentionType: orUnknown(oneOf(["never", "delay"])),
  logRetentionValue: orUnknown(
    z.number().refine(isDays, 'must be a whole number of days from 3 to 7300; for ever is logRetentionType "never"'),
  ).optional(),
  enableLogBackup: orUnknown(
    z.literal(true, "cannot be changed; its fixed value is true, because log backup cannot be switched off"),
  ).optional(),
});

type Retention =
  | { logRetentionType: "delay"; logRetentionValue: number }
  | { logRetentionType: "never"; logRetentionValue?: undefined };

/** What a rule says, without the alternatives that exclude each other. */
export type AdvancedLogPolicyFields = Omit<z.infer<typeof advancedLogPolicyFields>, "name" | "policyId">;

/** The rules of the resource see to it that each retention type has the value that it needs. */
export type AdvancedLogPolicy = Omit<z.infer<typeof advancedLogPolicyFields>, keyof Retention> & Retention;

const advancedLogPolicy = advancedLogPolicyFields.transform((rule) => rule as AdvancedLogPolicy);

export const logBackupPolicySchema = z.strictObject({
  ...policyFields,
  logBackupRetentionPeriod: localDays,
  logBackupAnotherRegionRegion: orUnknown(regionId).optional(),
  logBackupAnotherRegionRetentionPeriod: archiveDays,
  advancedLogPolicies: orUnknown(z.array(orUnknown(advancedLogPolicy))).optional(),
});

export type LogBackupPolicyInputs = z.infer<typeof logBackupPolicySchema>;

export const LOG_PROPERTIES = Object.keys(logBackupPolicySchema.shape) as readonly (keyof LogBackupPolicyInputs)[];

/**
 * Fields of the classic policy in the order of the vendor's page. With advanced backup the service still answers 200 to them and
 * ignores them.
 */
export const CLASSIC_LOG_FIELDS = [
  "logBackupRetentionPeriod",
  "logBackupAnotherRegionRegion",
  "logBackupAnotherRegionRetentionPeriod",
] as const satisfies readonly (keyof LogBackupPolicyInputs)[];

export type ClassicLogField = (typeof CLASSIC_LOG_FIELDS)[number];

export type ClassicLogPolicy = Pick<LogBackupPolicyInputs, ClassicLogField>;

const onPage = (parameter: string): { readonly source: string } => ({
  source: `PolarDB: ModifyLogBackupPolicy, ${parameter}`,
});

/** What each property may be by itself. */
export const LOG_BACKUP_POLICY_GRAMMAR: Grammar = {
  ...POLICY_GRAMMAR,
  dbClusterId: { id: "cluster-id", ...onPage("DBClusterId") },
  logBackupRetentionPeriod: { id: "log-retention", ...onPage("LogBackupRetentionPeriod") },
  logBackupAnotherRegionRetentionPeriod: {
    id: "log-copy-retention",
    ...onPage("LogBackupAnotherRegionRetentionPeriod"),
  },
  logBackupAnotherRegionRegion: { id: "log-copy-region", ...onPage("LogBackupAnotherRegionRegion") },
  advancedLogPolicies: { id: "log-rule-field", ...onPage("AdvancedLogPolicies") },
  "advancedLogPolicies.name": { id: "advanced-name", source: "Ours: names stand in tokens and messages" },
  "advancedLogPolicies.srcType": { id: "log-rule-source", ...onPage("AdvancedLogPolicies.SrcType") },
  "advancedLogPolicies.destType": { id: "log-rule-destination", ...onPage("AdvancedLogPolicies.DestType") },
  "advancedLogPolicies.logRetentionType": {
    id: "log-rule-retention-type",
    ...onPage("AdvancedLogPolicies.LogRetentionType"),
  },
  "advancedLogPolicies.logRetentionValue": {
    id: "log-rule-retention",
    ...onPage("AdvancedLogPolicies.LogRetentionValue"),
  },
  "advancedLogPolicies.enableLogBackup": { id: "log-rule-enabled", ...onPage("AdvancedLogPolicies.EnableLogBackup") },
};
