import fc from "fast-check";

import {
  backupPolicyShorthand,
  logBackupPolicyShorthand,
  parseRecord,
} from "../../../../provider/polardb/policy.shorthand";
import { WEEKDAYS } from "../../../../provider/polardb/schedule";
import type { ObservedBackupPolicy } from "../../../../provider/polardb/wire";
import { LEVEL_1_SCHEDULE, livePolicy } from "../../support/polardb";

const weekdays = fc.oneof(fc.constant([...WEEKDAYS]), fc.subarray([...WEEKDAYS]));
const frequency = fc.constantFrom("Normal", "2/24H", "3/24H", "4/24H");
const days = fc.constantFrom(-1, 0, 7, 14, 30, 7300);
const window = fc.constantFrom("02:00Z-03:00Z", "23:00Z-24:00Z");

/** Whatever a service may report, and leave out. */
const observed = fc.record(
  {
    preferredBackupTime: window,
    preferredBackupPeriod: weekdays,
    backupFrequency: frequency,
    dataLevel1BackupRetentionPeriod: days,
    dataLevel1BackupFrequency: frequency,
    dataLevel1BackupTime: window,
    dataLevel1BackupPeriod: weekdays,
    dataLevel2BackupRetentionPeriod: days,
    dataLevel2BackupPeriod: weekdays,
    dataLevel2BackupAnotherRegionRegion: fc.constantFrom("cn-beijing", "cn-shanghai"),
    dataLevel2BackupAnotherRegionRetentionPeriod: days,
    backupRetentionPolicyOnClusterDeletion: fc.constantFrom("ALL", "LATEST", "NONE"),
    backupPolicyLevel: fc.constantFrom("Normal", "Advanced"),
    advancedPolicyOption: fc.constantFrom("enable", "disable", "notSupport"),
    advancedDataPolicies: fc.array(
      fc.record({
        policyId: fc.string(),
        autoCreated: fc.boolean(),
        unknownFields: fc.dictionary(fc.string(), fc.string()),
      }),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ["advancedDataPolicies"] },
) as fc.Arbitrary<ObservedBackupPolicy>;

const { write, read } = backupPolicyShorthand;

const OUTPUTS = {
  dbClusterId: "pc-1",
  policyIds: {},
  otherPolicies: [],
  target: { endpoint: "https://polardb.aliyuncs.com" },
};

const recordOf = (effective: ObservedBackupPolicy): Record<string, unknown> | undefined =>
  parseRecord(String(write({ ...OUTPUTS, effective }).recorded)).effective;

describe("The outputs of a backup policy in a state", () => {
  it("lose nothing, neither what the service reports nor what it does not", () => {
    fc.assert(
      fc.property(observed, fc.dictionary(fc.string({ minLength: 1 }), fc.string()), (effective, policyIds) => {
        const outputs = {
          ...OUTPUTS,
          effective,
          policyIds,
          otherPolicies: effective.advancedDataPolicies,
          engine: "MySQL",
        };
        expect(read(write(outputs))).toEqual(outputs);
      }),
    );
  });

  it("are the inputs and one text, because the engine pays for each value at every step", () => {
    const effective = livePolicy(LEVEL_1_SCHEDULE);
    const recorded = write({
      ...OUTPUTS,
      effective,
      effectiveLevel: "Normal",
      advancedPolicyOption: "disable",
      lastRequestId: "R",
    });
    expect(recorded).toEqual({ dbClusterId: "pc-1", recorded: expect.any(String) });
    expect(parseRecord(String(recorded.recorded))).toMatchObject({ target: OUTPUTS.target, lastRequestId: "R" });
  });

  it("tell of the live policy what is not as in most clusters", () => {
    expect(recordOf(livePolicy({ ...LEVEL_1_SCHEDULE, DataLevel1BackupRetentionPeriod: "14" }))).toEqual({
      preferredBackupTime: "07:00Z-08:00Z",
      dataLevel1BackupTime: "15:00Z-16:00Z",
      dataLevel1BackupPeriod: ["Monday", "Tuesday"],
      dataLevel1BackupRetentionPeriod: 14,
    });
  });

  it("tell a schedule once that the service tells under two names", () => {
    const schedule = { PreferredBackupPeriod: "Monday,Friday", BackupFrequency: "2/24H" };
    const again = {
      DataLevel1BackupTime: "07:00Z-08:00Z",
      DataLevel1BackupPeriod: "Monday,Friday",
      DataLevel1BackupFrequency: "2/24H",
    };
    expect(recordOf(livePolicy({ ...schedule, ...again }))).toEqual({
      preferredBackupTime: "07:00Z-08:00Z",
      preferredBackupPeriod: ["Monday", "Friday"],
      backupFrequency: "2/24H",
    });
  });

  it("name what the service does not report", () => {
    expect(recordOf(livePolicy())).toEqual({
      preferredBackupTime: "07:00Z-08:00Z",
      notReported: "dataLevel1BackupTime dataLevel1BackupPeriod dataLevel1BackupFrequency",
    });
  });

  it("mean the same in every release", () => {
    expect(backupPolicyShorthand.findings("{'effective':{},'target':{'endpoint':'e'}}")).toEqual({
      effective: {
        preferredBackupPeriod: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        backupFrequency: "Normal",
        dataLevel1BackupRetentionPeriod: 7,
        dataLevel1BackupFrequency: "Normal",
        dataLevel1BackupPeriod: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        dataLevel2BackupRetentionPeriod: 0,
        dataLevel2BackupAnotherRegionRetentionPeriod: 0,
        backupRetentionPolicyOnClusterDeletion: "NONE",
        backupPolicyLevel: "Normal",
        advancedPolicyOption: "disable",
        advancedDataPolicies: [],
      },
      policyIds: {},
      otherPolicies: [],
      target: { endpoint: "e" },
    });
  });

  it("are only the inputs where nothing is recorded: an import knows only the id", () => {
    expect(read({ dbClusterId: "pc-1" })).toEqual({ dbClusterId: "pc-1" });
  });

  it("say so when somebody has spoilt them", () => {
    expect(() => read({ dbClusterId: "pc-1", recorded: "{'effective':" })).toThrow(/`recorded`\) cannot be read/);
  });
});

describe("The outputs of a log backup policy in a state", () => {
  const observedLog = fc.record(
    {
      logBackupRetentionPeriod: days,
      logBackupAnotherRegionRegion: fc.constantFrom("cn-beijing", "cn-shanghai"),
      logBackupAnotherRegionRetentionPeriod: days,
      enableBackupLog: fc.boolean(),
      backupPolicyLevel: fc.constantFrom("Normal", "Advanced"),
      advancedLogPolicies: fc.array(fc.record({ policyId: fc.string(), logRetentionValue: days }), { maxLength: 3 }),
    },
    { requiredKeys: ["advancedLogPolicies"] },
  );

  it("lose nothing either", () => {
    fc.assert(
      fc.property(observedLog, fc.dictionary(fc.string({ minLength: 1 }), fc.string()), (effective, policyIds) => {
        const outputs = { dbClusterId: "pc-1", effective, policyIds, target: { endpoint: "e" }, lastRequestId: "R" };
        const { write: record, read: readBack } = logBackupPolicyShorthand;
        expect(readBack(record(outputs))).toEqual(outputs);
      }),
    );
  });

  it("mean the same in every release", () => {
    expect(logBackupPolicyShorthand.findings("{'effective':{},'target':{'endpoint':'e'}}")).toEqual({
      effective: {
        logBackupRetentionPeriod: 7,
        logBackupAnotherRegionRetentionPeriod: 0,
        enableBackupLog: true,
        advancedLogPolicies: [],
      },
      policyIds: {},
      target: { endpoint: "e" },
    });
  });
});
