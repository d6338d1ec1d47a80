import { z } from "zod";
import type { AdvancedLogPolicy, AdvancedLogPolicyFields, ClassicLogPolicy } from "./logBackupPolicy.schema";
import { parameterName, parse, text, wholeNumber } from "./wire";

const ACTION = "DescribeLogBackupPolicy";

const advancedLogPolicy = z.looseObject({
  PolicyId: text,
  SrcType: text,
  SrcRegion: text,
  DestType: text,
  DestRegion: text,
  LogRetentionType: text,
  LogRetentionValue: text,
  EnableLogBackup: text,
});

const describeLogBackupPolicy = z.looseObject({
  LogBackupRetentionPeriod: text,
  EnableBackupLog: text,
  LogBackupAnotherRegionRegion: text,
  LogBackupAnotherRegionRetentionPeriod: text,
  AdvancedLogPolicies: z.looseObject({ AdvancedLogPolicy: z.array(advancedLogPolicy).nullish() }).nullish(),
});

/** An advanced log rule as the service has it. */
export interface ObservedAdvancedLogPolicy extends Partial<AdvancedLogPolicyFields> {
  /** Empty where the service does not show it, which is wherever logs are not copied to another region. */
  readonly policyId: string;
  /** Fields that we do not know, sent back untouched in an update. */
  readonly unknownFields: Readonly<Record<string, unknown>>;
}

/** The log backup policy of a cluster as the service has it; absent fields are ones that it does not tell or tells as empty. */
export interface ObservedLogBackupPolicy extends ClassicLogPolicy {
  readonly enableBackupLog?: boolean;
  /** Told by DescribeBackupPolicy only; absent where nobody has had to ask. */
  readonly backupPolicyLevel?: "Normal" | "Advanced";
  readonly advancedLogPolicies: readonly ObservedAdvancedLogPolicy[];
}

export function logBackupPolicyFromWire(body: unknown): ObservedLogBackupPolicy {
  const wire = parse(ACTION, describeLogBackupPolicy, body);
  return {
    logBackupRetentionPeriod: days("LogBackupRetentionPeriod", wire.LogBackupRetentionPeriod),
    logBackupAnotherRegionRegion: wire.LogBackupAnotherRegionRegion,
    logBackupAnotherRegionRetentionPeriod: days(
      "LogBackupAnotherRegionRetentionPeriod",
      wire.LogBackupAnotherRegionRetentionPeriod,
    ),
    enableBackupLog: isOn(wire.EnableBackupLog),
    advancedLogPolicies: (wire.AdvancedLogPolicies?.AdvancedLogPolicy ?? []).map(advancedFromWire),
  };
}

/** Classic fields as the parameters of ModifyLogBackupPolicy, all of them text. */
export function classicLogToWire(fields: Readonly<Partial<ClassicLogPolicy>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[parameterName(name), String(value)]],
    ),
  );
}

/** One element of `AdvancedLogPolicies`; keys in alphabetical order, as the official SDK sends them. */
export function advancedLogToWire(
  rule: Partial<AdvancedLogPolicyFields>,
  extra: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { logRetentionType, logRetentionValue, enableLogBackup, ...ways } = rule;
  const wire: Record<string, unknown> = { ...extra };
  for (const [name, value] of Object.entries(ways)) if (value !== undefined) wire[parameterName(name)] = value;
  if (logRetentionType !== undefined) {
    wire.LogRetentionType = logRetentionType;
    // The service itself shows -1 beside "never", so both spellings of "for ever" agree.
    wire.LogRetentionValue = logRetentionType === "never" ? "-1" : String(logRetentionValue);
  }
  if (enableLogBackup !== undefined) wire.EnableLogBackup = Number(enableLogBackup);
  return Object.fromEntries(Object.entries(wire).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function advancedFromWire(wire: z.infer<typeof advancedLogPolicy>): ObservedAdvancedLogPolicy {
  const {
    PolicyId,
    SrcType,
    SrcRegion,
    DestType,
    DestRegion,
    LogRetentionType,
    LogRetentionValue,
    EnableLogBackup,
    ...unknownFields
  } = wire;
  const value = days("LogRetentionValue", LogRetentionValue);
  const isForEver = LogRetentionType === "never" || value === -1;
  return {
    policyId: PolicyId ?? "",
    srcType: SrcType as AdvancedLogPolicy["srcType"],
    srcRegion: SrcRegion,
    destType: DestType as AdvancedLogPolicy["destType"],
    destRegion: DestRegion,
    logRetentionType: isForEver ? "never" : value === undefined ? undefined : "delay",
    logRetentionValue: isForEver ? undefined : value,
    // Fixed by the service, so an answer without it says the same.
    enableLogBackup: (isOn(EnableLogBackup) ?? true) as true,
    unknownFields,
  };
}

function days(field: string, value: string | undefined): number | undefined {
  return wholeNumber(ACTION, field, value);
}

/** Switches are the numbers 0 and 1 in this answer. */
function isOn(value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : value !== "0";
}
