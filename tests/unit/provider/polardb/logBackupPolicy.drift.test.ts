import fc from "fast-check";
import type { Bag } from "../../../../provider/core/bag";
import { liveLogIds, liveLogInputs, logDrift } from "../../../../provider/polardb/logBackupPolicy.drift";
import { classicLogToWire } from "../../../../provider/polardb/logWire";
import { classicLogPolicies, liveLogPolicy, liveLogRules, logPolicyOf } from "../../support/polardbLog";

const RULE = { name: "a", srcType: "db", destType: "level1", logRetentionType: "delay", logRetentionValue: 7 };
const LIVE = { SrcType: "db", DestType: "level1", LogRetentionType: "delay", LogRetentionValue: "7" };

describe("The log inputs that a refresh records", () => {
  it("are the declared ones when nothing has drifted, whatever is declared", () => {
    fc.assert(
      fc.property(classicLogPolicies, (news) => {
        const inputs = logPolicyOf(news);
        const { dbClusterId: _id, ...classic } = inputs;
        expect(liveLogInputs(inputs, liveLogPolicy(classicLogToWire(classic)))).toEqual(inputs);
      }),
    );
  });

  it.each<[string, Bag, Bag, Bag]>([
    [
      "another retention",
      { logBackupRetentionPeriod: 7 },
      { LogBackupRetentionPeriod: -1 },
      { logBackupRetentionPeriod: -1 },
    ],
    [
      "no change where nothing is told",
      { logBackupRetentionPeriod: 30 },
      { LogBackupRetentionPeriod: null },
      { logBackupRetentionPeriod: 30 },
    ],
    [
      "on instead of off",
      { logBackupAnotherRegionRetentionPeriod: 0 },
      { LogBackupAnotherRegionRetentionPeriod: "60", LogBackupAnotherRegionRegion: "cn-beijing" },
      { logBackupAnotherRegionRetentionPeriod: 60 },
    ],
    [
      "off instead of on",
      { logBackupAnotherRegionRegion: "cn-beijing", logBackupAnotherRegionRetentionPeriod: 60 },
      {},
      { logBackupAnotherRegionRegion: undefined, logBackupAnotherRegionRetentionPeriod: 0 },
    ],
    ["nothing that is not declared", {}, { LogBackupRetentionPeriod: 30 }, {}],
  ])("show %s", (_name, declared, live, shown) => {
    expect(liveLogInputs(logPolicyOf(declared), liveLogPolicy(live))).toEqual({ dbClusterId: "pc-1", ...shown });
  });

  it.each<[string, object[], Record<string, string>, Bag[], Record<string, string>]>([
    ["an equal rule", [{ ...LIVE, PolicyId: "l" }], { a: "l" }, [RULE], { a: "l" }],
    ["an equal rule without an id", [LIVE], { a: "" }, [RULE], { a: "" }],
    [
      "a changed rule",
      [{ ...LIVE, LogRetentionValue: "9", PolicyId: "l" }],
      { a: "l" },
      [{ ...RULE, logRetentionValue: 9 }],
      { a: "l" },
    ],
    [
      "a changed rule without an id",
      [{ ...LIVE, LogRetentionValue: "9" }],
      { a: "" },
      [{ ...RULE, logRetentionValue: 9 }],
      { a: "" },
    ],
    [
      "a rule that is kept for ever now",
      [{ ...LIVE, LogRetentionType: "never", LogRetentionValue: "-1" }],
      {},
      [{ name: "a", srcType: "db", destType: "level1", logRetentionType: "never" }],
      {},
    ],
    ["no rule that is gone, and forget its id", [], { a: "" }, [], {}],
  ])("show %s", (_name, live, policyIds, shown, ids) => {
    const recorded = { ...logPolicyOf({ advancedLogPolicies: [RULE] }), policyIds };
    expect(liveLogInputs(recorded, liveLogRules(...live)).advancedLogPolicies).toEqual(shown);
    expect(liveLogIds(recorded, liveLogRules(...live))).toEqual(ids);
  });
});

describe("Classic log settings after a switch to advanced backup", () => {
  it("are told as drift, and nothing else is", () => {
    const inputs = logPolicyOf({ logBackupRetentionPeriod: 7, logBackupAnotherRegionRetentionPeriod: 0 });
    expect(logDrift(inputs, { ...liveLogPolicy(), backupPolicyLevel: "Advanced" })).toEqual([
      "logBackupRetentionPeriod has no effect, because the cluster has advanced backup now",
      "logBackupAnotherRegionRetentionPeriod has no effect, because the cluster has advanced backup now",
    ]);
    expect(logDrift(inputs, { ...liveLogPolicy(), backupPolicyLevel: "Normal" })).toEqual([]);
    expect(logDrift(inputs, liveLogPolicy())).toEqual([]);
  });
});
