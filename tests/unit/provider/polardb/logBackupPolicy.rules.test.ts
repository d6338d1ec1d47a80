import type { Bag } from "../../../../provider/core/bag";
import { UNKNOWN } from "../../../../provider/core/unknowns";
import { logBackupPolicyRules } from "../../../../provider/polardb/logBackupPolicy.rules";
import { LOG_BACKUP_POLICY_GRAMMAR } from "../../../../provider/polardb/logBackupPolicy.schema";
import { checkLogPolicy } from "../../support/polardbLog";

const check = (news: Bag) => checkLogPolicy({ dbClusterId: "pc-1", ...news });

const RULE = { name: "local", srcType: "db", destType: "level1", logRetentionType: "delay", logRetentionValue: 30 };
const COPY = {
  name: "copy",
  srcType: "level1",
  destType: "level2Cross",
  destRegion: "cn-beijing",
  logRetentionType: "never",
};
const without = (bag: Bag, name: string): Bag =>
  Object.fromEntries(Object.entries(bag).filter(([property]) => property !== name));

describe("A log policy that is allowed", () => {
  it.each<Bag>([
    {},
    { logBackupRetentionPeriod: 3 },
    { logBackupRetentionPeriod: 7300 },
    { logBackupRetentionPeriod: -1 },
    { logBackupAnotherRegionRetentionPeriod: 0 },
    { logBackupAnotherRegionRegion: "cn-beijing", logBackupAnotherRegionRetentionPeriod: 30 },
    { logBackupAnotherRegionRegion: "cn-beijing", logBackupAnotherRegionRetentionPeriod: 7300 },
    { logBackupAnotherRegionRegion: "cn-beijing", logBackupAnotherRegionRetentionPeriod: -1 },
    { logBackupAnotherRegionRegion: UNKNOWN, logBackupAnotherRegionRetentionPeriod: 30 },
    { logBackupAnotherRegionRegion: "cn-beijing", logBackupAnotherRegionRetentionPeriod: UNKNOWN },
    { logBackupRetentionPeriod: UNKNOWN, advancedLogPolicies: undefined },
    { advancedLogPolicies: [] },
    { advancedLogPolicies: [RULE, COPY] },
    { advancedLogPolicies: [{ ...RULE, enableLogBackup: true, policyId: "p", srcRegion: "cn-a", destRegion: "cn-a" }] },
    { advancedLogPolicies: UNKNOWN },
    { advancedLogPolicies: [UNKNOWN, RULE] },
    { advancedLogPolicies: [{ ...RULE, logRetentionType: UNKNOWN }] },
    { advancedLogPolicies: [{ ...COPY, destRegion: UNKNOWN }] },
    { onDelete: "reset", accept: ["shrink:onDelete=reset"], logBackupRetentionPeriod: 30 },
  ])("is %j", (news) => {
    expect(check(news).reasons).toEqual([]);
  });
});

describe("A log policy that is refused in the preview", () => {
  it.each<[Bag, string, string]>([
    [{ logBackupRetentionPeriod: 0 }, "logBackupRetentionPeriod", "log backup cannot be switched off"],
    [{ logBackupRetentionPeriod: 2 }, "logBackupRetentionPeriod", "from 3 to 7300, or -1"],
    [{ logBackupRetentionPeriod: 7301 }, "logBackupRetentionPeriod", "from 3 to 7300, or -1"],
    [{ logBackupRetentionPeriod: 7.5 }, "logBackupRetentionPeriod", "whole number"],
    [{ logBackupRetentionPeriod: "7" }, "logBackupRetentionPeriod", "must be of type number"],
    [
      { logBackupAnotherRegionRegion: "cn-b", logBackupAnotherRegionRetentionPeriod: 29 },
      "logBackupAnotherRegionRetentionPeriod",
      "must be 0 (off), a whole number of days from 30 to 7300, or -1",
    ],
    [
      { logBackupAnotherRegionRetentionPeriod: 30 },
      "logBackupAnotherRegionRetentionPeriod",
      "must be set together with",
    ],
    [{ logBackupAnotherRegionRegion: "cn-b" }, "logBackupAnotherRegionRegion", "must be set together with"],
    [
      { logBackupAnotherRegionRegion: "", logBackupAnotherRegionRetentionPeriod: 30 },
      "logBackupAnotherRegionRegion",
      "must not be empty",
    ],
    [
      { logBackupAnotherRegionRegion: "cn-b", logBackupAnotherRegionRetentionPeriod: 0 },
      "logBackupAnotherRegionRegion",
      "has no meaning while logBackupAnotherRegionRetentionPeriod is 0",
    ],
    [
      { advancedLogPolicies: [RULE], logBackupRetentionPeriod: 30 },
      "logBackupRetentionPeriod",
      "has no effect beside advancedLogPolicies",
    ],
    [
      { advancedLogPolicies: UNKNOWN, logBackupAnotherRegionRetentionPeriod: 0 },
      "logBackupAnotherRegionRetentionPeriod",
      "has no effect beside advancedLogPolicies",
    ],
    [
      { advancedLogPolicies: [RULE], onDelete: "reset", accept: ["shrink:onDelete=reset"] },
      "onDelete",
      "have nothing to go back to",
    ],
    [{ onDelete: "reset" }, "onDelete", 'accept: ["shrink:onDelete=reset"]'],
    [
      { advancedLogPolicies: [without(RULE, "logRetentionValue")] },
      "advancedLogPolicies[0].logRetentionValue",
      'is required beside logRetentionType "delay"',
    ],
    [
      { advancedLogPolicies: [{ ...RULE, logRetentionType: "never" }] },
      "advancedLogPolicies[0].logRetentionValue",
      'has no meaning beside logRetentionType "never"',
    ],
    [
      { advancedLogPolicies: [{ ...RULE, logRetentionValue: -1 }] },
      "advancedLogPolicies[0].logRetentionValue",
      'for ever is logRetentionType "never"',
    ],
    [
      { advancedLogPolicies: [{ ...RULE, logRetentionType: "later" }] },
      "advancedLogPolicies[0].logRetentionType",
      'must be one of "never", "delay"',
    ],
    [
      { advancedLogPolicies: [{ ...RULE, enableLogBackup: false }] },
      "advancedLogPolicies[0].enableLogBackup",
      "its fixed value is true",
    ],
    [
      { advancedLogPolicies: [without(COPY, "destRegion")] },
      "advancedLogPolicies[0].destRegion",
      'is required beside destType "level2Cross"',
    ],
    [
      { advancedLogPolicies: [{ ...COPY, srcRegion: "cn-beijing" }] },
      "advancedLogPolicies[0].destRegion",
      "must differ from srcRegion",
    ],
    [{ advancedLogPolicies: [RULE, { ...COPY, name: "local" }] }, "advancedLogPolicies[1].name", "is used twice"],
    [
      { advancedLogPolicies: [RULE, { ...RULE, name: "twin" }] },
      "advancedLogPolicies[1]",
      'says the same as rule "local"',
    ],
    [
      {
        advancedLogPolicies: [
          { ...RULE, policyId: "p" },
          { ...COPY, policyId: "p" },
        ],
      },
      "advancedLogPolicies[1].policyId",
      'is taken over by rule "local" already',
    ],
    [{ advancedLogPolicies: [{ ...RULE, name: "a b" }] }, "advancedLogPolicies[0].name", "must consist of letters"],
    [
      { advancedLogPolicies: [{ ...RULE, filterType: "event" }] },
      "advancedLogPolicies[0].filterType",
      "is not a property",
    ],
    [{ dataLevel1BackupRetentionPeriod: 7 }, "dataLevel1BackupRetentionPeriod", "is not a property of this resource"],
  ])("is %j", (news, property, reason) => {
    const { properties, reasons } = check(news);
    expect(properties).toEqual([property]);
    expect(reasons[0]).toContain(reason);
  });

  it("is told everything at once", () => {
    const { properties } = check({
      logBackupRetentionPeriod: 0,
      logBackupAnotherRegionRegion: "cn-b",
      advancedLogPolicies: [{ ...RULE, logRetentionType: "never" }],
    });
    expect(properties).toEqual(
      expect.arrayContaining([
        "logBackupRetentionPeriod",
        "logBackupAnotherRegionRegion",
        "advancedLogPolicies[0].logRetentionValue",
      ]),
    );
  });
});

describe("Rules", () => {
  it("are put in the order of their names, so that their order in the program says nothing", () => {
    const { inputs } = check({
      advancedLogPolicies: [
        { ...COPY, name: "z" },
        { ...RULE, name: "a" },
      ],
    });
    expect(inputs.advancedLogPolicies?.map(({ name }) => name)).toEqual(["a", "z"]);
  });
});

describe("A documented rule of log policies", () => {
  it("has an id of its own and the page that it comes from", () => {
    for (const { id, source } of [...logBackupPolicyRules, ...Object.values(LOG_BACKUP_POLICY_GRAMMAR)]) {
      expect(id).toMatch(/^[a-z0-9-]+$/);
      expect(source).toMatch(/^(PolarDB: |Ours: )/);
    }
    expect(new Set(logBackupPolicyRules.map(({ id }) => id)).size).toBe(logBackupPolicyRules.length);
  });
});
