import { logBackupPolicyFromWire } from "../../../../provider/polardb/logWire";
import { thrownBy } from "../../support/failures";

describe("An answer of DescribeLogBackupPolicy", () => {
  it("is read though retention is a number here and a text there, and switches are 0 and 1", () => {
    expect(
      logBackupPolicyFromWire({
        RequestId: "R",
        LogBackupRetentionPeriod: -1,
        EnableBackupLog: 1,
        LogBackupAnotherRegionRetentionPeriod: "30",
        LogBackupAnotherRegionRegion: "cn-beijing",
        AdvancedLogPolicies: {
          AdvancedLogPolicy: [
            {
              PolicyId: "p1\n",
              SrcType: "level1",
              SrcRegion: "cn-hangzhou",
              DestType: "level2Cross",
              DestRegion: "cn-beijing",
              LogRetentionType: "delay",
              LogRetentionValue: "7",
              EnableLogBackup: 0,
            },
          ],
        },
      }),
    ).toEqual({
      logBackupRetentionPeriod: -1,
      enableBackupLog: true,
      logBackupAnotherRegionRegion: "cn-beijing",
      logBackupAnotherRegionRetentionPeriod: 30,
      advancedLogPolicies: [
        {
          policyId: "p1",
          srcType: "level1",
          srcRegion: "cn-hangzhou",
          destType: "level2Cross",
          destRegion: "cn-beijing",
          logRetentionType: "delay",
          logRetentionValue: 7,
          enableLogBackup: false,
        },
      ],
    });
  });

  it.each<[string, object]>([
    ["missing", {}],
    ["null", { LogBackupRetentionPeriod: null, EnableBackupLog: null, AdvancedLogPolicies: null }],
    ["empty", { LogBackupRetentionPeriod: "", LogBackupAnotherRegionRegion: "", AdvancedLogPolicies: {} }],
  ])("has no value where a field is %s", (_name, body) => {
    expect(logBackupPolicyFromWire(body)).toEqual({ advancedLogPolicies: [] });
  });

  it("keeps 0 as a value, which means off", () => {
    expect(logBackupPolicyFromWire({ LogBackupAnotherRegionRetentionPeriod: "0", EnableBackupLog: "0" })).toMatchObject(
      {
        logBackupAnotherRegionRetentionPeriod: 0,
        enableBackupLog: false,
      },
    );
  });

  it("is refused when a number is none", () => {
    const error = thrownBy(() => logBackupPolicyFromWire({ LogBackupRetentionPeriod: "long" }));
    expect(error.kind).toBe("UnexpectedResponse");
    expect(error.message).toContain(
      'the answer of DescribeLogBackupPolicy is not as documented: LogBackupRetentionPeriod: "long" is not a whole number',
    );
  });
});
