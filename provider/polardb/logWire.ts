import { z } from "zod";
import { parse, text, wholeNumber } from "./wire";

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

/** The log backup policy of a cluster as the service has it; absent fields are ones that it does not tell or tells as empty. */
export interface LogBackupPolicy {
  readonly logBackupRetentionPeriod?: number;
  readonly enableBackupLog?: boolean;
  readonly logBackupAnotherRegionRegion?: string;
  readonly logBackupAnotherRegionRetentionPeriod?: number;
  readonly advancedLogPolicies: readonly AdvancedLogPolicy[];
}

interface AdvancedLogPolicy {
  /** The service tells it only where logs are copied to another region. */
  readonly policyId?: string;
  readonly srcType?: string;
  readonly srcRegion?: string;
  readonly destType?: string;
  readonly destRegion?: string;
  readonly logRetentionType?: string;
  readonly logRetentionValue?: number;
  readonly enableLogBackup?: boolean;
}

export function logBackupPolicyFromWire(body: unknown): LogBackupPolicy {
  const wire = parse(ACTION, describeLogBackupPolicy, body);
  return {
    logBackupRetentionPeriod: days("LogBackupRetentionPeriod", wire.LogBackupRetentionPeriod),
    enableBackupLog: isOn(wire.EnableBackupLog),
    logBackupAnotherRegionRegion: wire.LogBackupAnotherRegionRegion,
    logBackupAnotherRegionRetentionPeriod: days(
      "LogBackupAnotherRegionRetentionPeriod",
      wire.LogBackupAnotherRegionRetentionPeriod,
    ),
    advancedLogPolicies: (wire.AdvancedLogPolicies?.AdvancedLogPolicy ?? []).map((policy) => ({
      policyId: policy.PolicyId,
      srcType: policy.SrcType,
      srcRegion: policy.SrcRegion,
      destType: policy.DestType,
      destRegion: policy.DestRegion,
      logRetentionType: policy.LogRetentionType,
      logRetentionValue: days("LogRetentionValue", policy.LogRetentionValue),
      enableLogBackup: isOn(policy.EnableLogBackup),
    })),
  };
}

const days = (field: string, value: string | undefined): number | undefined => wholeNumber(ACTION, field, value);

/** Switches are the numbers 0 and 1 in this answer. */
const isOn = (value: string | undefined): boolean | undefined => (value === undefined ? undefined : value !== "0");
