import type { Bag } from "../../../../provider/core/bag";
import { planBackupPolicy } from "../../../../provider/polardb/backupPolicy.plan";
import { dataCopyRegions, endsDataCopy, logCopyRegions } from "../../../../provider/polardb/copyOrder";
import { livePolicy, policyOf } from "../../support/polardb";
import { liveLogPolicy } from "../../support/polardbLog";

const CLASSIC = {
  DataLevel2BackupAnotherRegionRegion: "cn-beijing",
  DataLevel2BackupAnotherRegionRetentionPeriod: "30",
};
const ruleTo = (PolicyId: string, DestRegion: string) => ({
  PolicyId,
  SrcType: "level1",
  DestType: "level2Cross",
  DestRegion,
  FilterType: "event",
  RetentionType: "never",
});
const advanced = (...rules: object[]): Bag => ({
  BackupPolicyLevel: "Advanced",
  AdvancedDataPolicies: { AdvancedDataPolicy: rules },
});

describe("The regions that data is copied to", () => {
  it.each<[Bag, string[]]>([
    [{}, []],
    [CLASSIC, ["cn-beijing"]],
    [{ ...CLASSIC, DataLevel2BackupAnotherRegionRetentionPeriod: "-1" }, ["cn-beijing"]],
    [{ ...CLASSIC, DataLevel2BackupAnotherRegionRetentionPeriod: "0" }, []],
    [{ ...CLASSIC, DataLevel2BackupAnotherRegionRetentionPeriod: null }, []],
    [{ ...CLASSIC, ...advanced() }, []],
    [{ ...CLASSIC, ...advanced(ruleTo("p", "cn-shanghai"), { PolicyId: "q", DestType: "level1" }) }, ["cn-shanghai"]],
  ])("of %j are %j", (live, regions) => {
    expect(dataCopyRegions(livePolicy(live))).toEqual(regions);
  });
});

describe("The regions that logs are copied to", () => {
  const classic = { LogBackupAnotherRegionRegion: "cn-beijing", LogBackupAnotherRegionRetentionPeriod: "30" };

  it.each<[Bag, string[]]>([
    [{}, []],
    [classic, ["cn-beijing"]],
    [{ ...classic, LogBackupAnotherRegionRetentionPeriod: "0" }, []],
    [{ ...classic, AdvancedLogPolicies: { AdvancedLogPolicy: [{ DestType: "level1" }] } }, []],
    [{ AdvancedLogPolicies: { AdvancedLogPolicy: [{ DestType: "level2Cross", DestRegion: "cn-x" }] } }, ["cn-x"]],
  ])("of %j are %j", (live, regions) => {
    expect(logCopyRegions(liveLogPolicy(live))).toEqual(regions);
  });
});

describe("A call that ends the copying of data", () => {
  const rule = (name: string, destRegion: string): Bag => ({
    name,
    srcType: "level1",
    destType: "level2Cross",
    destRegion,
    filterType: "event",
    retentionType: "never",
  });
  const level = { backupPolicyLevel: "Advanced" };

  it.each<[boolean, Bag, Bag, Record<string, string>]>([
    [true, { dataLevel2BackupAnotherRegionRetentionPeriod: 0 }, CLASSIC, {}],
    [false, { dataLevel1BackupRetentionPeriod: 9 }, CLASSIC, {}],
    [
      false,
      { dataLevel2BackupAnotherRegionRegion: "cn-shanghai", dataLevel2BackupAnotherRegionRetentionPeriod: 30 },
      CLASSIC,
      {},
    ],
    [true, { ...level, advancedDataPolicies: [] }, advanced(ruleTo("p", "cn-x")), { a: "p" }],
    [false, { ...level, advancedDataPolicies: [] }, advanced(ruleTo("p", "cn-x"), ruleTo("q", "cn-y")), { a: "p" }],
    [false, { ...level, advancedDataPolicies: [rule("a", "cn-z")] }, advanced(ruleTo("p", "cn-x")), { a: "p" }],
    [false, { ...level, advancedDataPolicies: [rule("b", "cn-z")] }, advanced(ruleTo("p", "cn-x")), { a: "p" }],
  ])("is told from others: %j for %j on %j", (expected, desired, live, ids) => {
    const observed = livePolicy(live);
    const { call } = planBackupPolicy(policyOf(desired), observed, ids);
    expect(call && endsDataCopy(call, observed)).toBe(expected);
  });
});
