import { z } from "zod";
import { formatPath, type Path } from "../core/bag";
import { ProviderError } from "../core/errors";
import type { AdvancedDataPolicy, ClassicPolicy } from "./backupPolicy.schema";
import {
  type BackupFrequency,
  canonicalFilterValue,
  canonicalWindow,
  FREQUENCIES,
  type Weekday,
  weekdaysFromWire,
} from "./schedule";

/** Missing, null and empty mean the same in answers, and numbers arrive as text or as numbers. */
export const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => {
    const trimmed = value === null || value === undefined ? "" : String(value).trim();
    return trimmed === "" ? undefined : trimmed;
  });

const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? undefined);

const advancedPolicy = z.looseObject({
  PolicyId: text,
  AutoCreated: flag,
  SrcType: text,
  SrcRegion: text,
  DestType: text,
  DestRegion: text,
  FilterType: text,
  FilterKey: text,
  FilterValue: text,
  RetentionType: text,
  RetentionValue: text,
  DumpAction: text,
  BakType: text,
  OnlyPreserveOneEachDay: flag,
  OnlyPreserveOneEachHour: flag,
});

const describeBackupPolicy = z.looseObject({
  RequestId: text,
  PreferredBackupTime: text,
  PreferredBackupPeriod: text,
  BackupFrequency: text,
  DataLevel1BackupRetentionPeriod: text,
  DataLevel1BackupFrequency: text,
  DataLevel1BackupTime: text,
  DataLevel1BackupPeriod: text,
  DataLevel2BackupRetentionPeriod: text,
  DataLevel2BackupPeriod: text,
  DataLevel2BackupAnotherRegionRegion: text,
  DataLevel2BackupAnotherRegionRetentionPeriod: text,
  BackupRetentionPolicyOnClusterDeletion: text,
  BackupPolicyLevel: text,
  AdvancedPolicyOption: text,
  AdvancedDataPolicies: z.looseObject({ AdvancedDataPolicy: z.array(advancedPolicy).nullish() }).nullish(),
});

const describeDbClusterAttribute = z.looseObject({ DBType: text, DBClusterStatus: text, RegionId: text });

/** An advanced policy as the service has it. */
export interface ObservedAdvancedPolicy extends Partial<Omit<AdvancedDataPolicy, "name">> {
  readonly policyId: string;
  /** Made by the service itself, for instance when the cluster was switched to Advanced. */
  readonly autoCreated: boolean;
  /** Fields that we do not know (`StorageClass`), sent back untouched in an update. */
  readonly unknownFields: Readonly<Record<string, unknown>>;
}

/** The whole policy of a cluster as the service has it; absent fields are ones that it does not report or reports as empty. */
export interface ObservedBackupPolicy extends ClassicPolicy {
  readonly backupPolicyLevel?: "Normal" | "Advanced";
  /** `enable`: Advanced is on; `disable`: off but available; `notSupport`: unavailable. */
  readonly advancedPolicyOption?: string;
  readonly advancedDataPolicies: readonly ObservedAdvancedPolicy[];
}

export interface ObservedCluster {
  /** `MySQL`, `PostgreSQL` or `Oracle`. */
  readonly engine?: string;
  readonly status?: string;
}

export function backupPolicyFromWire(body: unknown): ObservedBackupPolicy {
  const wire = parse("DescribeBackupPolicy", describeBackupPolicy, body);
  const window = (value: string | undefined): string | undefined => value && (canonicalWindow(value) ?? value);
  return {
    preferredBackupTime: window(wire.PreferredBackupTime),
    preferredBackupPeriod: weekdaysFromWire(wire.PreferredBackupPeriod),
    backupFrequency: frequency(wire.BackupFrequency),
    dataLevel1BackupRetentionPeriod: integer("DataLevel1BackupRetentionPeriod", wire.DataLevel1BackupRetentionPeriod),
    dataLevel1BackupFrequency: frequency(wire.DataLevel1BackupFrequency),
    dataLevel1BackupTime: window(wire.DataLevel1BackupTime),
    dataLevel1BackupPeriod: weekdaysFromWire(wire.DataLevel1BackupPeriod),
    dataLevel2BackupRetentionPeriod: integer("DataLevel2BackupRetentionPeriod", wire.DataLevel2BackupRetentionPeriod),
    dataLevel2BackupPeriod: weekdaysFromWire(wire.DataLevel2BackupPeriod),
    dataLevel2BackupAnotherRegionRegion: wire.DataLevel2BackupAnotherRegionRegion,
    dataLevel2BackupAnotherRegionRetentionPeriod: integer(
      "DataLevel2BackupAnotherRegionRetentionPeriod",
      wire.DataLevel2BackupAnotherRegionRetentionPeriod,
    ),
    backupRetentionPolicyOnClusterDeletion:
      wire.BackupRetentionPolicyOnClusterDeletion as ClassicPolicy["backupRetentionPolicyOnClusterDeletion"],
    backupPolicyLevel: wire.BackupPolicyLevel as ObservedBackupPolicy["backupPolicyLevel"],
    advancedPolicyOption: wire.AdvancedPolicyOption,
    advancedDataPolicies: (wire.AdvancedDataPolicies?.AdvancedDataPolicy ?? []).map(advancedFromWire),
  };
}

/** When the next backup begins. It moves by itself, so it is no part of the policy, whose equality decides about writes. */
export function nextBackupTimeFromWire(body: unknown): string | undefined {
  const schema = z.looseObject({ PreferredNextBackupTime: text });
  return parse("DescribeBackupPolicy", schema, body).PreferredNextBackupTime;
}

export function clusterFromWire(body: unknown): ObservedCluster {
  const wire = parse("DescribeDBClusterAttribute", describeDbClusterAttribute, body);
  return { engine: wire.DBType, status: wire.DBClusterStatus };
}

export function requestIdFromWire(body: unknown): string | undefined {
  const requestId = (body as { RequestId?: unknown } | null)?.RequestId;
  return typeof requestId === "string" ? requestId : undefined;
}

/** Classic fields as the parameters of ModifyBackupPolicy: everything is text, weekdays are a comma list. */
export function classicToWire(fields: Readonly<Partial<ClassicPolicy>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [[parameterName(name), Array.isArray(value) ? (value as Weekday[]).join(",") : String(value)]],
    ),
  );
}

/** One element of `AdvancedDataPolicies`; keys in alphabetical order, as the official SDK sends them. */
export function advancedToWire(
  policy: Partial<Omit<AdvancedDataPolicy, "name">>,
  extra: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const wire: Record<string, unknown> = { ...extra };
  for (const [name, value] of Object.entries(policy)) {
    if (value !== undefined) wire[parameterName(name)] = name === "retentionValue" ? String(value) : value;
  }
  return Object.fromEntries(Object.entries(wire).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function advancedFromWire(wire: z.infer<typeof advancedPolicy>): ObservedAdvancedPolicy {
  const {
    PolicyId,
    AutoCreated,
    SrcType,
    SrcRegion,
    DestType,
    DestRegion,
    FilterType,
    FilterKey,
    FilterValue,
    RetentionType,
    RetentionValue,
    DumpAction,
    BakType,
    OnlyPreserveOneEachDay,
    OnlyPreserveOneEachHour,
    ...others
  } = wire;
  return {
    policyId: PolicyId ?? "",
    autoCreated: AutoCreated ?? false,
    srcType: SrcType as AdvancedDataPolicy["srcType"],
    srcRegion: SrcRegion,
    destType: DestType as AdvancedDataPolicy["destType"],
    destRegion: DestRegion,
    filterType: FilterType as AdvancedDataPolicy["filterType"],
    filterKey: FilterKey as AdvancedDataPolicy["filterKey"],
    filterValue: canonicalFilterValue(FilterKey, FilterValue),
    retentionType: RetentionType as AdvancedDataPolicy["retentionType"],
    retentionValue: integer("RetentionValue", RetentionValue),
    dumpAction: DumpAction as AdvancedDataPolicy["dumpAction"],
    bakType: BakType as AdvancedDataPolicy["bakType"],
    onlyPreserveOneEachDay: OnlyPreserveOneEachDay,
    onlyPreserveOneEachHour: OnlyPreserveOneEachHour as AdvancedDataPolicy["onlyPreserveOneEachHour"],
    // What is empty says nothing, and nobody knows what the service makes of an empty value that is sent back.
    unknownFields: Object.fromEntries(Object.entries(others).filter(([, value]) => value !== null && value !== "")),
  };
}

/** `dataLevel1BackupTime` is `DataLevel1BackupTime`: the inputs are the vendor's names in camelCase, without exception. */
function parameterName(property: string): string {
  return property.charAt(0).toUpperCase() + property.slice(1);
}

function frequency(value: string | undefined): BackupFrequency | undefined {
  return FREQUENCIES.find((name) => name === value);
}

function integer(field: string, value: string | undefined): number | undefined {
  return wholeNumber("DescribeBackupPolicy", field, value);
}

export function wholeNumber(action: string, field: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isInteger(number)) throw unexpected(action, [field], `"${value}" is not a whole number`);
  return number;
}

export function parse<S extends z.ZodType>(action: string, schema: S, body: unknown): z.infer<S> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw unexpected(action, (issue?.path ?? []) as Path, issue?.message ?? "has an unexpected shape");
}

export function unexpected(action: string, path: Path, problem: string): ProviderError {
  return new ProviderError({
    kind: "UnexpectedResponse",
    problem: `the answer of ${action} is not as documented: ${formatPath(path) || "the body"}: ${problem}`,
    advice: "Check that the endpoint is the PolarDB API; if it is, report this as a bug.",
  });
}
