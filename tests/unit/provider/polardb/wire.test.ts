import fc from "fast-check";
import { backupPolicyRules } from "../../../../provider/polardb/backupPolicy.rules";
import { CLASSIC_FIELDS } from "../../../../provider/polardb/backupPolicy.schema";
import {
  advancedToWire,
  backupPolicyFromWire,
  classicToWire,
  clusterFromWire,
  requestIdFromWire,
} from "../../../../provider/polardb/wire";
import { thrownBy } from "../../support/failures";
import { classicPolicies, FRESH, LEVEL_1_SCHEDULE, livePolicy, policyOf } from "../../support/polardb";

const RULE = {
  PolicyId: "71930ac2e9f15e41615e10627c000001",
  SrcType: "db",
  SrcRegion: "cn-beijing",
  DestType: "level1",
  DestRegion: "cn-beijing",
  FilterType: "crontab",
  FilterKey: "dayOfWeek",
  FilterValue: "1,2,3,4,5,6,7",
  RetentionType: "delay",
  RetentionValue: "7",
  DumpAction: "copy",
  AutoCreated: true,
  OnlyPreserveOneEachHour: true,
  OnlyPreserveOneEachDay: true,
  BakType: "F",
};

const withRules = (...rules: object[]) => livePolicy({ AdvancedDataPolicies: { AdvancedDataPolicy: rules } });

describe("A live policy", () => {
  it("is read with real types: numbers, weekday lists, and nothing where the service says nothing", () => {
    expect(livePolicy(LEVEL_1_SCHEDULE)).toEqual({
      preferredBackupTime: "07:00Z-08:00Z",
      preferredBackupPeriod: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
      backupFrequency: "Normal",
      dataLevel1BackupRetentionPeriod: 7,
      dataLevel1BackupFrequency: "Normal",
      dataLevel1BackupTime: "15:00Z-16:00Z",
      dataLevel1BackupPeriod: ["Monday", "Tuesday"],
      dataLevel2BackupRetentionPeriod: 0,
      dataLevel2BackupPeriod: undefined,
      dataLevel2BackupAnotherRegionRegion: undefined,
      dataLevel2BackupAnotherRegionRetentionPeriod: 0,
      backupRetentionPolicyOnClusterDeletion: "NONE",
      backupPolicyLevel: "Normal",
      advancedPolicyOption: "disable",
      advancedDataPolicies: [],
    });
  });

  it.each(Object.keys(FRESH))("is the same whether %s is missing, null or empty", (name) => {
    const { [name as keyof typeof FRESH]: _left, ...missing } = FRESH;
    const read = backupPolicyFromWire(missing);
    expect(livePolicy({ [name]: null })).toEqual(read);
    if (name !== "AdvancedDataPolicies") expect(livePolicy({ [name]: "" })).toEqual(read);
  });

  it.each<[string, unknown, string, unknown]>([
    ["DataLevel2BackupRetentionPeriod", "-1", "dataLevel2BackupRetentionPeriod", -1],
    ["DataLevel2BackupRetentionPeriod", 30, "dataLevel2BackupRetentionPeriod", 30],
    ["DataLevel1BackupRetentionPeriod", " 14 ", "dataLevel1BackupRetentionPeriod", 14],
    ["PreferredBackupTime", "23:00Z-00:00Z", "preferredBackupTime", "23:00Z-24:00Z"],
    ["PreferredBackupTime", "something new", "preferredBackupTime", "something new"],
    ["PreferredBackupPeriod", "Sunday, Monday", "preferredBackupPeriod", ["Monday", "Sunday"]],
    ["DataLevel2BackupAnotherRegionRegion", " cn-hangzhou\n", "dataLevel2BackupAnotherRegionRegion", "cn-hangzhou"],
    ["AdvancedDataPolicies", {}, "advancedDataPolicies", []],
    ["AdvancedDataPolicies", { AdvancedDataPolicy: null }, "advancedDataPolicies", []],
    ["EnableImmutableBackup", true, "backupFrequency", "Normal"],
  ])("with %s %j is read with %s %j", (name, value, property, expected) => {
    expect(livePolicy({ [name]: value })).toMatchObject({ [property]: expected });
  });

  it.each<[unknown, string]>([
    [{ DataLevel1BackupRetentionPeriod: "seven" }, 'DataLevel1BackupRetentionPeriod: "seven" is not a whole number'],
    [{ DataLevel2BackupRetentionPeriod: "7.5" }, 'DataLevel2BackupRetentionPeriod: "7.5" is not a whole number'],
    [{ PreferredBackupPeriod: ["Monday"] }, "PreferredBackupPeriod: "],
    [
      { AdvancedDataPolicies: { AdvancedDataPolicy: [{}, { SrcType: true }] } },
      "AdvancedDataPolicies.AdvancedDataPolicy[1].SrcType: ",
    ],
    ["text", "the body: "],
    [undefined, "the body: "],
  ])("that is not as documented is refused by field: %j", (body, problem) => {
    const error = thrownBy(() => backupPolicyFromWire(body));
    expect(error.kind).toBe("UnexpectedResponse");
    expect(error.message).toContain(`the answer of DescribeBackupPolicy is not as documented: ${problem}`);
  });
});

describe("An advanced rule of the service", () => {
  it("is read with real types", () => {
    expect(withRules(RULE).advancedDataPolicies).toEqual([
      {
        policyId: "71930ac2e9f15e41615e10627c000001",
        autoCreated: true,
        srcType: "db",
        srcRegion: "cn-beijing",
        destType: "level1",
        destRegion: "cn-beijing",
        filterType: "crontab",
        filterKey: "dayOfWeek",
        filterValue: "1,2,3,4,5,6,7",
        retentionType: "delay",
        retentionValue: 7,
        dumpAction: "copy",
        bakType: "F",
        onlyPreserveOneEachDay: true,
        onlyPreserveOneEachHour: true,
        unknownFields: {},
      },
    ]);
  });

  it("loses the blanks around its id, is not auto-created unless it says so, and keeps what we do not know", () => {
    const [rule] = withRules({
      PolicyId: " p1\n",
      FilterType: "event",
      StorageClass: "Cold",
      X: 1,
      Empty: "",
      Nothing: null,
    }).advancedDataPolicies;
    expect(rule).toMatchObject({ policyId: "p1", autoCreated: false });
    expect(rule?.unknownFields).toEqual({ StorageClass: "Cold", X: 1 });
    expect(rule).toMatchObject({ filterKey: undefined, retentionValue: undefined });
  });

  it("is sent with the vendor's names in alphabetical order, the days as text, and nothing that is not there", () => {
    const wire = advancedToWire(
      {
        srcType: "level1",
        retentionValue: 30,
        retentionType: "delay",
        onlyPreserveOneEachDay: false,
        destRegion: undefined,
        destType: "level2",
      },
      { StorageClass: "Cold" },
    );
    expect(JSON.stringify(wire)).toBe(
      '{"DestType":"level2","OnlyPreserveOneEachDay":false,"RetentionType":"delay","RetentionValue":"30","SrcType":"level1","StorageClass":"Cold"}',
    );
  });
});

describe("Classic settings on the wire", () => {
  it("are all text, with weekdays as a comma list and zero as a value", () => {
    expect(
      classicToWire({
        preferredBackupPeriod: ["Monday", "Sunday"],
        dataLevel2BackupRetentionPeriod: 0,
        dataLevel2BackupAnotherRegionRetentionPeriod: -1,
        backupFrequency: "2/24H",
        dataLevel1BackupTime: undefined,
      }),
    ).toEqual({
      PreferredBackupPeriod: "Monday,Sunday",
      DataLevel2BackupRetentionPeriod: "0",
      DataLevel2BackupAnotherRegionRetentionPeriod: "-1",
      BackupFrequency: "2/24H",
    });
  });

  it("are read back as they were, whatever a program declares, and never hold an empty text", () => {
    expect(backupPolicyRules.length).toBeGreaterThan(0);
    fc.assert(
      fc.property(classicPolicies, (news) => {
        const inputs = policyOf(news);
        const classic = Object.fromEntries(
          CLASSIC_FIELDS.filter((field) => inputs[field] !== undefined).map((field) => [field, inputs[field]]),
        );
        const wire = classicToWire(classic);
        expect(Object.values(wire)).not.toContain("");
        expect(backupPolicyFromWire(wire)).toMatchObject(classic);
      }),
    );
  });
});

describe("Other answers", () => {
  it("tell the engine and the status of a cluster", () => {
    const body = { DBType: "PostgreSQL", DBClusterStatus: "Running", RegionId: "cn-beijing", More: {} };
    expect(clusterFromWire(body)).toEqual({ engine: "PostgreSQL", status: "Running" });
    expect(clusterFromWire({})).toEqual({ engine: undefined, status: undefined });
    expect(thrownBy(() => clusterFromWire([])).message).toContain("the answer of DescribeDBClusterAttribute");
  });

  it.each<[unknown, string | undefined]>([
    [{ RequestId: "5F2C" }, "5F2C"],
    [{}, undefined],
    [null, undefined],
    [{ RequestId: 7 }, undefined],
    ["text", undefined],
  ])("tell the request id of a change: %j", (body, id) => {
    expect(requestIdFromWire(body)).toBe(id);
  });
});
