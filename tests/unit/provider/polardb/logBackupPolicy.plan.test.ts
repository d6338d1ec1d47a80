import fc from "fast-check";
import type { Bag } from "../../../../provider/core/bag";
import {
  copiesLogsTo,
  liveLogValue,
  logNotYetVisible,
  type PlannedLogModify,
  planLogBackupPolicy,
} from "../../../../provider/polardb/logBackupPolicy.plan";
import { CLASSIC_LOG_FIELDS } from "../../../../provider/polardb/logBackupPolicy.schema";
import { classicLogToWire, type ObservedLogBackupPolicy } from "../../../../provider/polardb/logWire";
import { thrownBy } from "../../support/failures";
import { classicLogPolicies, liveLogPolicy, logPolicyOf } from "../../support/polardbLog";
import { PolardbLogModel } from "../../support/polardbLogModel";

function callFor(desired: Bag, live: ObservedLogBackupPolicy = liveLogPolicy()): PlannedLogModify | undefined {
  return planLogBackupPolicy(logPolicyOf(desired), live, {}).call;
}

const COPYING = { LogBackupAnotherRegionRegion: "cn-beijing", LogBackupAnotherRegionRetentionPeriod: "60" };
const toBeijing = (days: number): Bag => ({
  logBackupAnotherRegionRegion: "cn-beijing",
  logBackupAnotherRegionRetentionPeriod: days,
});

describe("A cluster that already has the log policy that is declared", () => {
  it.each<[string, Bag, Bag]>([
    ["nothing is declared", {}, COPYING],
    ["a number is a number", { logBackupRetentionPeriod: 7 }, {}],
    ["a number is text", { logBackupRetentionPeriod: -1 }, { LogBackupRetentionPeriod: "-1" }],
    ["0 is declared and live", { logBackupAnotherRegionRetentionPeriod: 0 }, {}],
    [
      "0 is declared and nothing is live",
      { logBackupAnotherRegionRetentionPeriod: 0 },
      { LogBackupAnotherRegionRetentionPeriod: null },
    ],
    [
      "0 is declared and the service still shows a region",
      { logBackupAnotherRegionRetentionPeriod: 0 },
      { ...COPYING, LogBackupAnotherRegionRetentionPeriod: "0" },
    ],
    ["the copy is live", toBeijing(60), COPYING],
    ["no rules are declared, and the service has its own", { advancedLogPolicies: [] }, RULES()],
  ])("gets no call when %s", (_name, desired, live) => {
    expect(callFor(desired, liveLogPolicy(live))).toBeUndefined();
  });

  it("gets no call for its own live policy, whatever that is", () => {
    fc.assert(
      fc.property(classicLogPolicies, (news) => {
        const inputs = logPolicyOf(news);
        const { dbClusterId: _id, ...classic } = inputs;
        expect(callFor(inputs, liveLogPolicy(classicLogToWire(classic)))).toBeUndefined();
      }),
    );
  });
});

function RULES(): Bag {
  return {
    AdvancedLogPolicies: { AdvancedLogPolicy: [{ SrcType: "db", DestType: "level1", LogRetentionValue: "7" }] },
  };
}

describe("A log setting that differs", () => {
  it.each<[Bag, Bag, Readonly<Record<string, string>>, string[]]>([
    [
      { logBackupRetentionPeriod: 30, logBackupAnotherRegionRetentionPeriod: 0 },
      {},
      { LogBackupRetentionPeriod: "30" },
      ["logBackupRetentionPeriod 7 -> 30"],
    ],
    [
      { logBackupRetentionPeriod: 30 },
      { LogBackupRetentionPeriod: "" },
      { LogBackupRetentionPeriod: "30" },
      ["logBackupRetentionPeriod (not set) -> 30"],
    ],
    [
      toBeijing(60),
      {},
      COPYING,
      ["logBackupAnotherRegionRegion (not set) -> cn-beijing", "logBackupAnotherRegionRetentionPeriod 0 -> 60"],
    ],
    [
      toBeijing(-1),
      COPYING,
      { ...COPYING, LogBackupAnotherRegionRetentionPeriod: "-1" },
      ["logBackupAnotherRegionRetentionPeriod 60 -> -1"],
    ],
    [
      { ...toBeijing(60), logBackupAnotherRegionRegion: "cn-shanghai" },
      COPYING,
      { LogBackupAnotherRegionRegion: "cn-shanghai", LogBackupAnotherRegionRetentionPeriod: "60" },
      ["logBackupAnotherRegionRegion cn-beijing -> cn-shanghai"],
    ],
    [
      { logBackupAnotherRegionRetentionPeriod: 0 },
      COPYING,
      { ...COPYING, LogBackupAnotherRegionRetentionPeriod: "0" },
      ["logBackupAnotherRegionRetentionPeriod 60 -> 0"],
    ],
  ])("is sent with what must go beside it and nothing else: %j", (desired, live, sent, changes) => {
    const call = callFor(desired, liveLogPolicy(live));
    expect(call?.parameters).toEqual(sent);
    expect(call?.changes).toEqual(changes);
    expect(call?.isRepeatable).toBe(true);
  });
});

describe("A call", () => {
  it("gives the cluster what is declared, leaves the rest alone, and then there is nothing left to do", () => {
    fc.assert(
      fc.property(classicLogPolicies, classicLogPolicies, (before, after) => {
        const model = new PolardbLogModel();
        const apply = (news: Bag): void => {
          const call = callFor(news, model.describe());
          if (call) model.modify({ ...call.parameters });
        };
        apply(before);
        const old = model.describe();
        apply(after);
        const now = model.describe();
        const desired = logPolicyOf(after);
        expect(callFor(after, now)).toBeUndefined();
        for (const field of CLASSIC_LOG_FIELDS) {
          const isOff = desired.logBackupAnotherRegionRetentionPeriod === 0 && field === "logBackupAnotherRegionRegion";
          const expected = desired[field] ?? (isOff ? undefined : liveLogValue(field, old));
          expect([field, liveLogValue(field, now)]).toEqual([field, expected]);
        }
      }),
    );
  });

  it("never sends a setting that did not change, except the other half of the copy with its live or declared value", () => {
    const COPY = ["LogBackupAnotherRegionRegion", "LogBackupAnotherRegionRetentionPeriod"];
    fc.assert(
      fc.property(classicLogPolicies, classicLogPolicies, (before, after) => {
        const model = new PolardbLogModel();
        const first = callFor(before, model.describe());
        if (first) model.modify({ ...first.parameters });
        const live = model.describe();
        const desired = logPolicyOf(after);
        const { dbClusterId: _id, ...declared } = desired;
        const sent = callFor(after, live)?.parameters ?? {};
        const [liveOnWire, declaredOnWire] = [classicLogToWire(live), classicLogToWire(declared)];
        const isChanged = (name: string): boolean =>
          declaredOnWire[name] !== undefined && declaredOnWire[name] !== liveOnWire[name];
        for (const [name, value] of Object.entries(sent)) {
          expect(value).not.toBe("");
          if (isChanged(name)) continue;
          expect(COPY).toContain(name);
          expect(COPY.some(isChanged)).toBe(true);
          expect(value).toBe(liveOnWire[name]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each<[Bag, Bag, string[]]>([
    [toBeijing(60), {}, ["cn-beijing"]],
    [toBeijing(-1), {}, ["cn-beijing"]],
    [{ logBackupAnotherRegionRetentionPeriod: 0 }, COPYING, []],
    [{ ...toBeijing(60), logBackupRetentionPeriod: 30 }, COPYING, []],
    [
      {
        advancedLogPolicies: [
          { name: "a", srcType: "db", destType: "level2Cross", destRegion: "cn-r", logRetentionType: "never" },
          { name: "b", srcType: "db", destType: "level1", destRegion: "cn-s", logRetentionType: "never" },
        ],
      },
      {},
      ["cn-r"],
    ],
  ])("for %j on %j needs data to be copied to %j", (desired, live, regions) => {
    const call = callFor(desired, liveLogPolicy(live));
    expect(call && copiesLogsTo(call)).toEqual(regions);
  });

  it.each<[Bag, string[]]>([
    [{ LogBackupRetentionPeriod: 30, ...COPYING }, []],
    [{ LogBackupRetentionPeriod: 30 }, ["logBackupAnotherRegionRegion", "logBackupAnotherRegionRetentionPeriod"]],
    [COPYING, ["logBackupRetentionPeriod"]],
  ])("is visible once the service shows what was declared: %j", (live, missing) => {
    const desired = logPolicyOf({ logBackupRetentionPeriod: 30, ...toBeijing(60) });
    const { call } = planLogBackupPolicy(desired, liveLogPolicy(), {});
    expect(call && logNotYetVisible(call, desired, liveLogPolicy(live))).toEqual(missing);
  });
});

describe("The cost of a log setting", () => {
  it.each<[Bag, Bag, string | undefined, string]>([
    [{ logBackupRetentionPeriod: 3 }, {}, "shrink:logBackupRetentionPeriod=3", "kept 3 days instead of 7 days"],
    [
      { logBackupRetentionPeriod: 7300 },
      { LogBackupRetentionPeriod: -1 },
      "shrink:logBackupRetentionPeriod=7300",
      "instead of for ever",
    ],
    [toBeijing(60), {}, undefined, "storage and traffic there cost money"],
    [
      { logBackupAnotherRegionRetentionPeriod: 0 },
      COPYING,
      "shrink:logBackupAnotherRegionRetentionPeriod=0",
      "are switched off; those that exist can then only age out",
    ],
    [toBeijing(30), COPYING, "shrink:logBackupAnotherRegionRetentionPeriod=30", "kept 30 days instead of 60 days"],
    [
      { ...toBeijing(60), logBackupAnotherRegionRegion: "cn-shanghai" },
      COPYING,
      "shrink:logBackupAnotherRegionRegion=cn-shanghai",
      "copied to cn-shanghai instead of cn-beijing",
    ],
  ])("for %j on %j is %s", (desired, live, token, sentence) => {
    const impacts = callFor(desired, liveLogPolicy(live))?.impacts ?? [];
    expect(impacts.map((impact) => impact.token)).toEqual([token]);
    expect(impacts[0]?.sentence).toContain(sentence);
  });

  it.each<[Bag, Bag]>([
    [{ logBackupRetentionPeriod: 8 }, {}],
    [{ logBackupRetentionPeriod: -1 }, {}],
    [{ logBackupRetentionPeriod: 3 }, { LogBackupRetentionPeriod: null }],
    [toBeijing(61), COPYING],
    [toBeijing(-1), COPYING],
  ])("is nothing for %j on %j", (desired, live) => {
    expect(callFor(desired, liveLogPolicy(live))?.impacts).toEqual([]);
  });

  it("is no loss of copies where the service only shows a region that nothing is copied to", () => {
    const live = liveLogPolicy({ ...COPYING, LogBackupAnotherRegionRetentionPeriod: "0" });
    const call = callFor({ ...toBeijing(60), logBackupAnotherRegionRegion: "cn-shanghai" }, live);
    expect(call?.impacts.filter(({ token }) => token !== undefined)).toEqual([]);
  });

  it("is a token exactly when a retention gets shorter, in the order 0 < days < for ever", () => {
    const days = fc.oneof(fc.constantFrom(0, -1), fc.integer({ min: 30, max: 7300 }));
    const length = (value: number): number => (value === -1 ? Number.POSITIVE_INFINITY : value);
    fc.assert(
      fc.property(days, days, (before, after) => {
        const live = liveLogPolicy({ ...COPYING, LogBackupAnotherRegionRetentionPeriod: String(before) });
        const desired = after === 0 ? { logBackupAnotherRegionRetentionPeriod: 0 } : toBeijing(after);
        const tokens = (callFor(desired, live)?.impacts ?? []).filter(({ token }) => token !== undefined);
        expect(tokens).toHaveLength(length(after) < length(before) ? 1 : 0);
      }),
    );
  });
});

describe("Classic log settings on a cluster with advanced backup", () => {
  const advanced = { ...liveLogPolicy(COPYING), backupPolicyLevel: "Advanced" } as const;

  it.each<[Bag, string, string]>([
    [
      { logBackupRetentionPeriod: 7 },
      "logBackupRetentionPeriod",
      'Remove this property and say it in advancedLogPolicies: [{ name: "local", srcType: "db", destType: "level1", logRetentionType: "delay", logRetentionValue: 7 }]',
    ],
    [
      toBeijing(-1),
      "logBackupAnotherRegionRegion",
      'Remove these properties and say it in advancedLogPolicies: [{ name: "copy", srcType: "level1", destType: "level2Cross", destRegion: "cn-beijing", logRetentionType: "never" }]',
    ],
    [
      { logBackupAnotherRegionRetentionPeriod: 0 },
      "logBackupAnotherRegionRetentionPeriod",
      "say it in advancedLogPolicies: []",
    ],
  ])("are refused with the rules to write instead: %j", (desired, property, advice) => {
    const { facts } = thrownBy(() => callFor(desired, advanced));
    expect(facts).toMatchObject({ kind: "InvalidInput", property });
    expect(facts.advice).toContain(advice);
  });

  it("are no reason to refuse the rules, nor a policy that declares nothing", () => {
    expect(callFor({}, advanced)).toBeUndefined();
    expect(callFor({ advancedLogPolicies: [] }, advanced)).toBeUndefined();
  });
});
