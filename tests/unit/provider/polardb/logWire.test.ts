import { advancedLogToWire, classicLogToWire, logBackupPolicyFromWire } from "../../../../provider/polardb/logWire";
import { thrownBy } from "../../support/failures";
import { FRESH_LOG, liveLogPolicy, liveLogRules } from "../../support/polardbLog";

const RULE = {
  PolicyId: "71930ac2e9f15e41615e10627c000001",
  SrcType: "db",
  SrcRegion: "cn-beijing",
  DestType: "level1",
  DestRegion: "cn-beijing",
  LogRetentionType: "delay",
  LogRetentionValue: "7",
  EnableLogBackup: 1,
};

const ruleOf = (fields: object) => liveLogRules({ ...RULE, ...fields }).advancedLogPolicies[0];

describe("A live log policy", () => {
  it("is read with real types, and with nothing where the service says nothing", () => {
    expect(liveLogPolicy()).toEqual({
      logBackupRetentionPeriod: 7,
      logBackupAnotherRegionRegion: undefined,
      logBackupAnotherRegionRetentionPeriod: 0,
      enableBackupLog: true,
      advancedLogPolicies: [],
    });
  });

  it.each(Object.keys(FRESH_LOG))("is the same whether %s is missing, null or empty", (name) => {
    const { [name as keyof typeof FRESH_LOG]: _left, ...missing } = FRESH_LOG;
    const read = logBackupPolicyFromWire(missing);
    expect(liveLogPolicy({ [name]: null })).toEqual(read);
    if (name !== "AdvancedLogPolicies") expect(liveLogPolicy({ [name]: "" })).toEqual(read);
  });

  it("is the same whether numbers come as numbers or as text", () => {
    const asText = {
      LogBackupRetentionPeriod: "-1",
      LogBackupAnotherRegionRetentionPeriod: "60",
      EnableBackupLog: "1",
    };
    const asNumbers = { LogBackupRetentionPeriod: -1, LogBackupAnotherRegionRetentionPeriod: 60, EnableBackupLog: 1 };
    expect(liveLogPolicy(asText)).toEqual(liveLogPolicy(asNumbers));
    expect(ruleOf({ LogRetentionValue: 7, EnableLogBackup: "1" })).toEqual(ruleOf({}));
  });

  it.each([{}, null, { AdvancedLogPolicy: null }])("has no rules for %j", (AdvancedLogPolicies) => {
    expect(liveLogPolicy({ AdvancedLogPolicies }).advancedLogPolicies).toEqual([]);
  });

  it("has rules with their fields, and keeps what it does not know", () => {
    expect(ruleOf({ Invented: 1 })).toEqual({
      policyId: RULE.PolicyId,
      srcType: "db",
      srcRegion: "cn-beijing",
      destType: "level1",
      destRegion: "cn-beijing",
      logRetentionType: "delay",
      logRetentionValue: 7,
      enableLogBackup: true,
      unknownFields: { Invented: 1 },
    });
  });

  it.each([
    [{ PolicyId: undefined }, { policyId: "" }],
    [{ PolicyId: "\n71930\n" }, { policyId: "71930" }],
    [
      { LogRetentionType: "never", LogRetentionValue: "-1" },
      { logRetentionType: "never", logRetentionValue: undefined },
    ],
    [
      { LogRetentionType: "never", LogRetentionValue: "" },
      { logRetentionType: "never", logRetentionValue: undefined },
    ],
    [
      { LogRetentionType: undefined, LogRetentionValue: "-1" },
      { logRetentionType: "never", logRetentionValue: undefined },
    ],
    [
      { LogRetentionType: null, LogRetentionValue: 30 },
      { logRetentionType: "delay", logRetentionValue: 30 },
    ],
    [{ EnableLogBackup: null }, { enableLogBackup: true }],
    [{ EnableLogBackup: 0 }, { enableLogBackup: false }],
  ])("reads a rule's %j as %j", (fields, read) => {
    expect(ruleOf(fields)).toMatchObject(read);
  });

  it("that is not as documented fails by field name", () => {
    const failure = thrownBy(() => liveLogPolicy({ LogBackupRetentionPeriod: "soon" }));
    expect(failure.message).toContain(
      'the answer of DescribeLogBackupPolicy is not as documented: LogBackupRetentionPeriod: "soon" is not a whole number [UnexpectedResponse]',
    );
    expect(thrownBy(() => logBackupPolicyFromWire([])).message).toContain("the body");
  });
});

describe("What is sent", () => {
  it("is text under the vendor's names, zero and -1 included", () => {
    expect(classicLogToWire({ logBackupRetentionPeriod: -1, logBackupAnotherRegionRetentionPeriod: 0 })).toEqual({
      LogBackupRetentionPeriod: "-1",
      LogBackupAnotherRegionRetentionPeriod: "0",
    });
  });

  it("is a rule with its value as text, the switch as a number, and its keys in order", () => {
    const wire = advancedLogToWire(
      { srcType: "db", destType: "level1", logRetentionType: "delay", logRetentionValue: 30, enableLogBackup: true },
      { Invented: 1 },
    );
    expect(JSON.stringify(wire)).toBe(
      '{"DestType":"level1","EnableLogBackup":1,"Invented":1,"LogRetentionType":"delay","LogRetentionValue":"30","SrcType":"db"}',
    );
  });

  it("says for ever in both fields, as the service does", () => {
    expect(advancedLogToWire({ logRetentionType: "never" }, {})).toEqual({
      LogRetentionType: "never",
      LogRetentionValue: "-1",
    });
  });
});
