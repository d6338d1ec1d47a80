import type { Impact } from "../core/impact";

/** One call that changes a policy, with what it is for and what it costs. Data: it can be printed and compared. */
export interface PlannedCall {
  readonly action: string;
  /** Everything but the cluster id. */
  readonly parameters: Readonly<Record<string, string>>;
  /** `dataLevel1BackupRetentionPeriod 7 -> 14`, one per changed setting. */
  readonly changes: readonly string[];
  /** Of the whole plan, so that all of it is accepted before the first call. */
  readonly impacts: readonly Impact[];
  /** False where sending it twice does it twice: the service does not recognise a CREATE that it has seen. */
  readonly isRepeatable: boolean;
}

export interface PolicyPlan<Call extends PlannedCall> {
  /** Absent when the cluster already has everything. */
  readonly call?: Call;
  /** How many calls follow this one because one cannot hold all of it. */
  readonly further?: number;
  /** Ids of the advanced rules that exist now, by name. */
  readonly policyIds: Readonly<Record<string, string>>;
}

/** A value of a setting, for `changes`. */
export function show(value: unknown): string {
  return value === undefined ? "(not set)" : Array.isArray(value) ? value.join(",") : String(value);
}
