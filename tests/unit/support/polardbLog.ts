import fc from "fast-check";
import type { Bag } from "../../../provider/core/bag";
import { toCheckFailures } from "../../../provider/core/violations";
import { logBackupPolicy } from "../../../provider/polardb/logBackupPolicy.handler";
import type { LogBackupPolicyInputs } from "../../../provider/polardb/logBackupPolicy.schema";
import { logBackupPolicyFromWire, type ObservedLogBackupPolicy } from "../../../provider/polardb/logWire";
import { testContext } from "./context";

export interface CheckedLogPolicy {
  readonly inputs: LogBackupPolicyInputs;
  /** What Pulumi prints, one per broken rule. */
  readonly reasons: readonly string[];
  /** The properties at which Pulumi prints them. */
  readonly properties: readonly string[];
}

/** The schema and the rules together, as `check` applies them. */
export function checkLogPolicy(news: Bag): CheckedLogPolicy {
  const { inputs, violations } = logBackupPolicy.check(news, {}, testContext());
  const failures = toCheckFailures(news, violations, (path) => logBackupPolicy.isSecret(path, news));
  return {
    inputs,
    reasons: failures.map(({ reason }) => reason),
    properties: failures.map(({ property }) => property),
  };
}

/** Canonical inputs; fails the test when a rule is broken. */
export function logPolicyOf(news: Bag): LogBackupPolicyInputs {
  const { inputs, reasons } = checkLogPolicy({ dbClusterId: "pc-1", ...news });
  expect(reasons).toEqual([]);
  return inputs;
}

/** A live policy as the service describes it, by the vendor's names; what is not given is as on a fresh cluster. */
export function liveLogPolicy(fields: Readonly<Record<string, unknown>> = {}): ObservedLogBackupPolicy {
  return logBackupPolicyFromWire({ ...FRESH_LOG, ...fields });
}

/** A live policy with these advanced rules. */
export function liveLogRules(...rules: readonly object[]): ObservedLogBackupPolicy {
  return liveLogPolicy({ AdvancedLogPolicies: { AdvancedLogPolicy: rules } });
}

/** Answer of DescribeLogBackupPolicy for a fresh cluster (sample of the page "PolarDB: DescribeLogBackupPolicy"). */
export const FRESH_LOG = {
  RequestId: "62EE0051-0000-488D-9C79-000000000002",
  LogBackupRetentionPeriod: 7,
  EnableBackupLog: 1,
  LogBackupAnotherRegionRetentionPeriod: "0",
  LogBackupAnotherRegionRegion: "",
  AdvancedLogPolicies: { AdvancedLogPolicy: [] },
} as const;

/** Classic policies that a program may declare; every property may be absent. */
export const classicLogPolicies: fc.Arbitrary<Bag> = fc
  .record(
    {
      logBackupRetentionPeriod: fc.oneof(fc.constantFrom(3, 7300, -1), fc.integer({ min: 3, max: 7300 })),
      copy: fc.oneof(
        fc.constant({ logBackupAnotherRegionRetentionPeriod: 0 }),
        fc.record({
          logBackupAnotherRegionRegion: fc.constantFrom("cn-beijing", "cn-shanghai"),
          logBackupAnotherRegionRetentionPeriod: fc.oneof(
            fc.constantFrom(-1, 30, 7300),
            fc.integer({ min: 30, max: 7300 }),
          ),
        }),
      ),
    },
    { requiredKeys: [] },
  )
  .map(({ copy, ...fields }) => ({ dbClusterId: "pc-1", ...fields, ...copy }));

const ways = [
  { srcType: "db", destType: "level1" },
  { srcType: "level1", destType: "level2" },
  { srcType: "level1", destType: "level2Cross", destRegion: "cn-beijing" },
  { srcType: "level1", destType: "level2Cross", destRegion: "cn-shanghai" },
] as const;

const retentions = fc.oneof(
  fc.constant({ logRetentionType: "never" }),
  fc.integer({ min: 3, max: 9 }).map((logRetentionValue) => ({ logRetentionType: "delay", logRetentionValue })),
);

/** Lists of advanced log rules with different names, each on a way of its own. */
export const advancedLogRules: fc.Arbitrary<Bag[]> = fc.subarray([...ways]).chain((chosen) =>
  fc
    .tuple(
      fc.shuffledSubarray(["local", "archive", "copy", "far", "constructor", "__proto__"], {
        minLength: chosen.length,
        maxLength: chosen.length,
      }),
      fc.tuple(...chosen.map(() => retentions)),
    )
    .map(([names, kept]) => chosen.map((way, index) => ({ name: names[index], ...way, ...kept[index] }))),
);
