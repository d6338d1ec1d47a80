import type { AdvancedDataPolicy, AdvancedLogPolicy } from "../emulators/polardb/settings";
import { PolardbFixture, type StartedPolardb } from "./support/polardbFixture";
import type { RawAnswer } from "./support/polardbRawClient";

const fixture = new PolardbFixture();
afterEach(() => fixture.stopAll());

type Row = Readonly<Record<string, unknown>>;

const PRIMARY: Row = {
  ActionType: "CREATE",
  SrcType: "db",
  SrcRegion: "cn-hangzhou",
  DestType: "level1",
  DestRegion: "cn-hangzhou",
  FilterType: "crontab",
  FilterKey: "dayOfWeek",
  FilterValue: "1,4",
  RetentionType: "delay",
  RetentionValue: "7",
  OnlyPreserveOneEachDay: true,
};

/** A started emulator whose cluster is in Advanced mode, and calls that carry a list. */
async function startAdvanced(): Promise<
  StartedPolardb & {
    data(...rows: Row[]): Promise<RawAnswer>;
    log(...rows: Row[]): Promise<RawAnswer>;
    shownData(): Promise<AdvancedDataPolicy[]>;
    shownLog(): Promise<Partial<AdvancedLogPolicy>[]>;
  }
> {
  const polardb = await fixture.start();
  expect((await polardb.modify({ BackupPolicyLevel: "Advanced" })).status).toBe(200);
  return {
    ...polardb,
    data: (...rows) => polardb.modify({ AdvancedDataPolicies: JSON.stringify(rows) }),
    log: (...rows) => polardb.modifyLog({ AdvancedLogPolicies: JSON.stringify(rows) }),
    shownData: async () => {
      const list = (await polardb.describe()).body.AdvancedDataPolicies;
      return (list as { AdvancedDataPolicy: AdvancedDataPolicy[] }).AdvancedDataPolicy;
    },
    shownLog: async () => {
      const list = (await polardb.describeLog()).body.AdvancedLogPolicies;
      return (list as { AdvancedLogPolicy: Partial<AdvancedLogPolicy>[] }).AdvancedLogPolicy;
    },
  };
}

describe("Switching a cluster of the PolarDB emulator to Advanced", () => {
  it("mirrors the schedule so far as automatic policies", async () => {
    const { modify, modifyLog, describe: read, describeLog } = await fixture.start();
    await modify({
      DataLevel1BackupPeriod: "Monday,Sunday",
      DataLevel1BackupRetentionPeriod: "9",
      DataLevel2BackupPeriod: "Sunday,Monday",
      DataLevel2BackupRetentionPeriod: "30",
      DataLevel2BackupAnotherRegionRegion: "cn-beijing",
      DataLevel2BackupAnotherRegionRetentionPeriod: "-1",
    });
    await modifyLog({
      LogBackupRetentionPeriod: "20",
      LogBackupAnotherRegionRegion: "cn-beijing",
      LogBackupAnotherRegionRetentionPeriod: "40",
    });
    await modify({ BackupPolicyLevel: "Advanced" });
    const { body } = await read();
    const automatic = {
      PolicyId: expect.stringMatching(/^[0-9a-f]{32}$/),
      SrcRegion: "cn-hangzhou",
      FilterType: "crontab",
      FilterKey: "dayOfWeek",
      FilterValue: "1,7",
      DumpAction: "copy",
      OnlyPreserveOneEachHour: true,
      BakType: "F",
      AutoCreated: true,
    };
    expect(body).toMatchObject({ BackupPolicyLevel: "Advanced", AdvancedPolicyOption: "enable" });
    expect(body.AdvancedDataPolicies).toEqual({
      AdvancedDataPolicy: [
        {
          ...automatic,
          SrcType: "db",
          DestType: "level1",
          DestRegion: "cn-hangzhou",
          RetentionType: "delay",
          RetentionValue: "9",
          OnlyPreserveOneEachDay: false,
        },
        {
          ...automatic,
          SrcType: "level1",
          DestType: "level2",
          DestRegion: "cn-hangzhou",
          RetentionType: "delay",
          RetentionValue: "30",
          OnlyPreserveOneEachDay: true,
        },
        {
          ...automatic,
          SrcType: "level1",
          DestType: "level2Cross",
          DestRegion: "cn-beijing",
          RetentionType: "never",
          OnlyPreserveOneEachDay: true,
        },
      ],
    });
    expect((await describeLog()).body.AdvancedLogPolicies).toMatchObject({
      AdvancedLogPolicy: [
        { SrcType: "db", DestType: "level1", LogRetentionType: "delay", LogRetentionValue: "20", EnableLogBackup: 1 },
        { DestType: "level2Cross", DestRegion: "cn-beijing", LogRetentionValue: "40", EnableLogBackup: 1 },
      ],
    });
  });

  it("turns a high frequency into an interval in minutes", async () => {
    const { modify, settings } = await fixture.start();
    await modify({ BackupFrequency: "3/24H", DataLevel1BackupFrequency: "3/24H" });
    await modify({ BackupPolicyLevel: "Advanced" });
    expect(settings().advancedData).toMatchObject([{ FilterKey: "backupInterval", FilterValue: "180" }]);
  });

  it("starts a level-2 policy without days of its own with every level-1 backup", async () => {
    const { modify, settings } = await fixture.start();
    await modify({ DataLevel2BackupRetentionPeriod: "30" });
    await modify({ BackupPolicyLevel: "Advanced" });
    expect(settings().advancedData[1]).toMatchObject({ DestType: "level2", FilterType: "event" });
    expect(settings().advancedData[1]).not.toHaveProperty("FilterKey");
  });

  it("is impossible where it is not supported, and has no way back", async () => {
    const { modify, emulator, settings } = await fixture.start();
    emulator.change({ kind: "setAdvancedOption", clusterId: "pc-mysql", option: "notSupport" });
    expect(await modify({ BackupPolicyLevel: "Advanced" })).toMatchObject({ status: 400, code: "InvalidParameter" });
    expect((await modify({ BackupPolicyLevel: "Normal" })).status).toBe(200);
    emulator.change({ kind: "setAdvancedOption", clusterId: "pc-mysql", option: "disable" });
    expect((await modify({ BackupPolicyLevel: "Advanced" })).status).toBe(200);
    const held = structuredClone(settings());
    expect((await modify({ BackupPolicyLevel: "Advanced" })).status).toBe(200);
    expect(await modify({ BackupPolicyLevel: "Normal" })).toMatchObject({ status: 400, code: "InvalidParameter" });
    expect(settings()).toEqual(held);
  });

  it("is possible in the call that brings the first list, and needed for it", async () => {
    const { modify, settings } = await fixture.start();
    const list = { AdvancedDataPolicies: JSON.stringify([PRIMARY]) };
    expect(await modify(list)).toMatchObject({ status: 400, code: "InvalidParameter" });
    expect((await modify({ AdvancedDataPolicies: "[]" })).status).toBe(200);
    expect((await modify({ ...list, BackupPolicyLevel: "Advanced" })).status).toBe(200);
    expect(settings().advancedData.map(({ AutoCreated }) => AutoCreated)).toEqual([true, false]);
  });

  it("can be how a cluster starts", async () => {
    const { settings } = await fixture.start({
      clusters: [{ id: "pc-mysql", engine: "MySQL", region: "cn-hangzhou", advancedPolicyOption: "enable" }],
    });
    expect(settings()).toMatchObject({ level: "Advanced", option: "enable", advancedData: [{ AutoCreated: true }] });
  });
});

describe("A cluster of the PolarDB emulator in Advanced mode", () => {
  const IGNORED: readonly [field: string, value: string][] = [
    ["PreferredBackupPeriod", "Monday,Tuesday"],
    ["BackupFrequency", "2/24H"],
    ["DataLevel1BackupFrequency", "2/24H"],
    ["DataLevel1BackupPeriod", "Monday,Tuesday"],
    ["DataLevel1BackupRetentionPeriod", "14"],
    ["DataLevel2BackupPeriod", "Monday,Tuesday"],
    ["DataLevel2BackupRetentionPeriod", "30"],
    ["DataLevel2BackupAnotherRegionRegion", "cn-beijing"],
    ["DataLevel2BackupAnotherRegionRetentionPeriod", "30"],
    ["DataLevel1BackupRetentionPeriod", "nonsense"],
  ];

  it.each(IGNORED)("accepts %s=%s and ignores it", async (field, value) => {
    const { modify, settings } = await startAdvanced();
    const held = structuredClone(settings());
    expect((await modify({ [field]: value })).status).toBe(200);
    expect(settings()).toEqual(held);
  });

  it.each([
    ["PreferredBackupTime", "09:00Z-10:00Z"],
    ["DataLevel1BackupTime", "09:00Z-10:00Z"],
    ["BackupRetentionPolicyOnClusterDeletion", "ALL"],
  ])("still takes %s=%s", async (field, value) => {
    const { modify, settings } = await startAdvanced();
    expect((await modify({ [field]: value })).status).toBe(200);
    expect(settings().data).toMatchObject({ [field]: value });
    expect((await modify({ [field]: "nonsense" })).status).toBe(400);
  });

  it.each([
    ["LogBackupRetentionPeriod", "30"],
    ["LogBackupAnotherRegionRegion", "cn-beijing"],
    ["LogBackupAnotherRegionRetentionPeriod", "30"],
  ])("accepts %s=%s and ignores it", async (field, value) => {
    const { modifyLog, settings } = await startAdvanced();
    const held = structuredClone(settings());
    expect((await modifyLog({ [field]: value })).status).toBe(200);
    expect(settings()).toEqual(held);
  });
});

describe("AdvancedDataPolicies on the PolarDB emulator", () => {
  it("are carried out in order, each CREATE under a new id, equal ones twice", async () => {
    const { data, shownData } = await startAdvanced();
    expect((await data(PRIMARY, PRIMARY)).body).toEqual({ RequestId: expect.any(String) });
    const policies = await shownData();
    expect(policies).toHaveLength(3);
    expect(new Set(policies.map(({ PolicyId }) => PolicyId)).size).toBe(3);
    const [, created] = policies;
    const { ActionType: _action, ...sent } = PRIMARY;
    expect(created).toEqual({
      ...sent,
      PolicyId: expect.stringMatching(/^[0-9a-f]{32}$/),
      OnlyPreserveOneEachHour: true,
      BakType: "F",
      AutoCreated: false,
    });
  });

  it("never take the service's own fields from a client", async () => {
    const { data, shownData } = await startAdvanced();
    await data({
      ...PRIMARY,
      PolicyId: "mine",
      AutoCreated: true,
      BakType: "L",
      OnlyPreserveOneEachHour: false,
    });
    expect((await shownData())[1]).toMatchObject({
      PolicyId: expect.stringMatching(/^[0-9a-f]{32}$/),
      AutoCreated: false,
      BakType: "F",
      OnlyPreserveOneEachHour: true,
    });
  });

  it("update the fields that are sent, automatic policies included", async () => {
    const { data, shownData } = await startAdvanced();
    const [automatic] = await shownData();
    const PolicyId = automatic?.PolicyId;
    await data({
      ActionType: "UPDATE",
      PolicyId: ` ${PolicyId}\n`,
      RetentionValue: "12",
      OnlyPreserveOneEachDay: "true",
    });
    expect(await shownData()).toEqual([{ ...automatic, RetentionValue: "12", OnlyPreserveOneEachDay: true }]);
    await data({ ActionType: "UPDATE", PolicyId, RetentionType: "never", FilterType: "event" });
    const [updated] = await shownData();
    expect(updated).toMatchObject({ PolicyId, RetentionType: "never", FilterType: "event", AutoCreated: true });
    for (const gone of ["RetentionValue", "FilterKey", "FilterValue"]) expect(updated).not.toHaveProperty(gone);
  });

  it("take number and boolean members as JSON has them and as text, and unset ones as missing", async () => {
    const { data, shownData } = await startAdvanced();
    await data({ ...PRIMARY, RetentionValue: 7, OnlyPreserveOneEachDay: "false", DumpAction: null, StorageClass: "" });
    const [, created] = await shownData();
    expect(created).toMatchObject({ RetentionValue: "7", OnlyPreserveOneEachDay: false });
    expect(created).not.toHaveProperty("DumpAction");
    expect(created).not.toHaveProperty("StorageClass");
  });

  it("keep a storage class, which is documented as a field and no further", async () => {
    const { data, shownData } = await startAdvanced();
    await data({ ...PRIMARY, StorageClass: "standard" });
    expect((await shownData())[1]).toMatchObject({ StorageClass: "standard" });
  });

  it("delete by id, automatic policies too unless switched otherwise", async () => {
    const { data, shownData, emulator } = await startAdvanced();
    await data(PRIMARY);
    const [automatic, own] = await shownData();
    emulator.world.switches.refuseAutoCreatedDelete = true;
    expect((await data({ ActionType: "DELETE", PolicyId: automatic?.PolicyId })).code).toBe("InvalidParameter");
    expect((await data({ ActionType: "DELETE", PolicyId: own?.PolicyId })).status).toBe(200);
    emulator.world.switches.refuseAutoCreatedDelete = false;
    expect((await data({ ActionType: "DELETE", PolicyId: automatic?.PolicyId })).status).toBe(200);
    expect(await shownData()).toEqual([]);
  });

  it("do nothing at all if one of them is wrong", async () => {
    const { data, settings, modify } = await startAdvanced();
    const held = structuredClone(settings());
    expect((await data(PRIMARY, { ActionType: "DELETE", PolicyId: "unknown" })).status).toBe(404);
    expect(
      (await modify({ PreferredBackupTime: "09:00Z-10:00Z", AdvancedDataPolicies: '[{"ActionType":"NONE"}]' })).status,
    ).toBe(400);
    expect(settings()).toEqual(held);
  });

  it.each(["UPDATE", "DELETE"])("refuse an %s of an id that is not there", async (ActionType) => {
    const { data } = await startAdvanced();
    for (const row of [{ ActionType, PolicyId: "0".repeat(32) }, { ActionType }, { ActionType, PolicyId: "" }]) {
      expect(await data(row)).toMatchObject({ status: 404, code: "InvalidParam" });
    }
  });

  it.each<[name: string, change: Row]>([
    ["an unknown action", { ActionType: "REPLACE" }],
    ["no action", { ActionType: undefined }],
    ["an unknown source", { SrcType: "level3" }],
    ["no source", { SrcType: undefined }],
    ["the database as destination", { DestType: "db" }],
    ["an unknown filter", { FilterType: "cron" }],
    ["no filter key for a crontab", { FilterKey: undefined }],
    ["an unknown filter key", { FilterKey: "dayofweek" }],
    ["no filter value for a crontab", { FilterValue: undefined }],
    ["day 0", { FilterValue: "0,1" }],
    ["day 8", { FilterValue: "1,8" }],
    ["weekday names", { FilterValue: "Monday" }],
    ["an interval that is not minutes", { FilterKey: "backupInterval", FilterValue: "3h" }],
    ["an unknown retention", { RetentionType: "forever" }],
    ["no days for a delay", { RetentionValue: undefined }],
    ["zero days for a delay", { RetentionValue: "0" }],
    ["days that are no number", { RetentionValue: "7d" }],
    ["a dump action of another product", { DumpAction: "move" }],
    ["a flag that is neither true nor false", { OnlyPreserveOneEachDay: "yes" }],
    ["a member that is an object, where any text would do", { FilterKey: "dayOfMonth", FilterValue: {} }],
  ])("refuse %s", async (_name, change) => {
    const { data } = await startAdvanced();
    expect(await data({ ...PRIMARY, ...change })).toMatchObject({ status: 400, code: "InvalidParameter" });
  });

  it.each(["", "{}", "[1]", "[[]]", "null", "not json", '[{"ActionType":"CREATE"'])(
    "refuse the list %j",
    async (list) => {
      const { modify } = await startAdvanced();
      expect(await modify({ AdvancedDataPolicies: list })).toMatchObject({ status: 400, code: "InvalidParameter" });
    },
  );

  it.each(["dayOfMonth", "dayOfYear"])("take any value for %s, whose form is documented nowhere", async (FilterKey) => {
    const { data } = await startAdvanced();
    expect((await data({ ...PRIMARY, FilterKey, FilterValue: "1,15" })).status).toBe(200);
  });

  it("copy to an available region only", async () => {
    const { data } = await startAdvanced();
    const copy = { ...PRIMARY, SrcType: "level1", DestType: "level2Cross" };
    for (const DestRegion of ["cn-hangzhou", "cn-nowhere", undefined]) {
      expect((await data({ ...copy, DestRegion })).code).toBe("InvalidDataLevel2AnotherRegionRegion.NotFound");
    }
    expect((await data({ ...copy, DestRegion: "cn-beijing" })).status).toBe(200);
  });

  it("have no level 2 on ESSD storage", async () => {
    const { modify } = await fixture.start();
    const rows = [{ ...PRIMARY, SrcType: "level1", DestType: "level2" }];
    const list = { BackupPolicyLevel: "Advanced", AdvancedDataPolicies: JSON.stringify(rows) };
    expect((await modify(list, "pc-essd")).code).toBe("IncorrectBackupPolicy");
  });

  it("can be created twice by a repeated call on the way", async () => {
    const { data, shownData, emulator } = await startAdvanced();
    emulator.world.vendorFaults.add({ operation: "ModifyBackupPolicy", effect: { kind: "duplicateCreate" } });
    expect((await data(PRIMARY)).status).toBe(200);
    expect((await shownData()).filter(({ AutoCreated }) => !AutoCreated)).toHaveLength(2);
    await data(PRIMARY);
    expect((await shownData()).filter(({ AutoCreated }) => !AutoCreated)).toHaveLength(3);
  });
});

describe("The last advanced policy to level 1 on the PolarDB emulator", () => {
  it.each(["data", "log"] as const)("can be deleted from the %s list, unless switched otherwise", async (list) => {
    const polardb = await startAdvanced();
    const { switches } = polardb.emulator.world;
    const [last] = list === "data" ? polardb.settings().advancedData : polardb.settings().advancedLog;
    const remove = { ActionType: "DELETE", PolicyId: last?.PolicyId };
    const { ActionType: _action, ...data } = PRIMARY;
    const log = { SrcType: "db", DestType: "level1", LogRetentionType: "delay", LogRetentionValue: "9" };
    const another = { ActionType: "CREATE", ...(list === "data" ? data : log) };
    switches.refuseLastLevel1Delete = true;
    expect(await polardb[list](remove)).toMatchObject({ status: 400, code: "InvalidParameter" });
    expect((await polardb[list](another, remove)).status).toBe(200);
    switches.refuseLastLevel1Delete = false;
    const [left] = list === "data" ? polardb.settings().advancedData : polardb.settings().advancedLog;
    expect((await polardb[list]({ ...remove, PolicyId: left?.PolicyId })).status).toBe(200);
  });
});

describe("AdvancedLogPolicies on the PolarDB emulator", () => {
  const COPY: Row = {
    ActionType: "CREATE",
    SrcType: "level1",
    SrcRegion: "cn-hangzhou",
    DestType: "level2Cross",
    DestRegion: "cn-beijing",
    LogRetentionType: "delay",
    LogRetentionValue: "30",
    EnableLogBackup: 1,
  };
  const DATA_COPY = { ...PRIMARY, SrcType: "level1", DestType: "level2Cross", DestRegion: "cn-beijing" };

  it("need Advanced mode", async () => {
    const { modifyLog } = await fixture.start();
    const list = { AdvancedLogPolicies: JSON.stringify([COPY]) };
    expect(await modifyLog(list)).toMatchObject({ status: 400, code: "InvalidParameter" });
  });

  it("show ids only while logs are copied to another region, and can be updated without one until then", async () => {
    const { data, log, shownLog } = await startAdvanced();
    expect((await shownLog()).map(({ PolicyId }) => PolicyId)).toEqual([undefined]);
    expect((await log({ ActionType: "UPDATE", LogRetentionValue: "90" })).status).toBe(200);
    expect(await shownLog()).toMatchObject([{ DestType: "level1", LogRetentionValue: "90" }]);
    await data(DATA_COPY);
    expect((await log(COPY)).status).toBe(200);
    const policies = await shownLog();
    const { ActionType: _action, ...sent } = COPY;
    expect(policies[1]).toEqual({ ...sent, PolicyId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect((await log({ ActionType: "DELETE", PolicyId: policies[1]?.PolicyId })).status).toBe(200);
    expect((await shownLog()).map(({ PolicyId }) => PolicyId)).toEqual([undefined]);
  });

  it("go only where data is copied to", async () => {
    const { data, log } = await startAdvanced();
    expect((await log(COPY)).code).toBe("InvalidLogBackupAnotherRegionRegion.NotFound");
    await data(DATA_COPY);
    expect((await log({ ...COPY, DestRegion: "cn-shanghai" })).code).toBe(
      "InvalidLogBackupAnotherRegionRegion.NotFound",
    );
    expect((await log(COPY)).status).toBe(200);
  });

  it.each<[name: string, change: Row]>([
    ["an unknown action", { ActionType: "create" }],
    ["an unknown destination", { DestType: "db" }],
    ["switching log backup off", { EnableLogBackup: 0 }],
    ["an unknown retention", { LogRetentionType: "forever" }],
    ["two days", { LogRetentionValue: "2" }],
    ["no days for a delay", { LogRetentionValue: undefined }],
  ])("refuse %s", async (_name, change) => {
    const { data, log } = await startAdvanced();
    await data(DATA_COPY);
    expect(await log({ ...COPY, ...change })).toMatchObject({ status: 400, code: "InvalidParameter" });
  });

  it("are kept for ever on Enterprise Edition only", async () => {
    const { log, shownLog, emulator } = await startAdvanced();
    const forever = { ActionType: "UPDATE", LogRetentionType: "never" };
    expect((await log(forever)).status).toBe(200);
    expect(await shownLog()).toMatchObject([{ LogRetentionType: "never", LogRetentionValue: "-1" }]);
    emulator.world.cluster("pc-mysql").edition = "Standard";
    expect((await log(forever)).code).toBe("InvalidParameter");
  });

  it("can be created twice by a repeated call on the way", async () => {
    const { data, log, shownLog, emulator } = await startAdvanced();
    await data(DATA_COPY);
    emulator.world.vendorFaults.add({ operation: "ModifyLogBackupPolicy", effect: { kind: "duplicateCreate" } });
    await log(COPY);
    expect(await shownLog()).toHaveLength(3);
  });

  const AWAY: Row = { ActionType: "UPDATE", DestRegion: "cn-shanghai" };
  const ELSEWHERE: Row = { ...DATA_COPY, DestRegion: "cn-shanghai" };

  it.each<[name: string, rows: (PolicyId: string) => Row[], isHeld: boolean]>([
    ["is deleted", (PolicyId) => [{ ActionType: "DELETE", PolicyId }], true],
    ["goes elsewhere", (PolicyId) => [{ ...AWAY, PolicyId }], true],
    ["is replaced by one elsewhere", (PolicyId) => [{ ActionType: "DELETE", PolicyId }, ELSEWHERE], true],
    ["is replaced by its like", (PolicyId) => [{ ActionType: "DELETE", PolicyId }, DATA_COPY], false],
    ["is kept longer", (PolicyId) => [{ ActionType: "UPDATE", PolicyId, RetentionValue: "90" }], false],
    ["gets company", () => [ELSEWHERE], false],
  ])("hold the data copy to their region, if switched so, when it %s", async (_name, rows, isHeld) => {
    const { data, log, shownData, emulator, settings } = await startAdvanced();
    await data(DATA_COPY);
    await log(COPY);
    const copy = (await shownData()).find(({ DestType }) => DestType === "level2Cross");
    const changes = rows(copy?.PolicyId ?? "");
    const held = structuredClone(settings());
    emulator.world.switches.logCopyHoldsDataCopy = true;
    const answer = await data(...changes);
    expect(answer).toMatchObject(isHeld ? { status: 400, code: "InvalidParameter" } : { status: 200 });
    if (!isHeld) return;
    expect(settings()).toEqual(held);
    emulator.world.switches.logCopyHoldsDataCopy = false;
    expect((await data(...changes)).status).toBe(200);
  });

  it("hold nothing back that has no list, though they lead nowhere already", async () => {
    const { modify, data, emulator } = await startAdvanced();
    emulator.world.switches.logCopyHoldsDataCopy = true;
    const { ActionType: _action, ...policy } = COPY;
    emulator.change({ kind: "addAdvancedPolicy", clusterId: "pc-mysql", list: "log", policy });
    expect((await modify({ PreferredBackupTime: "09:00Z-10:00Z" })).status).toBe(200);
    expect((await data(PRIMARY)).code).toBe("InvalidParameter");
  });

  it("are ignored on PostgreSQL, or rejected if switched so", async () => {
    const { modifyLog, emulator } = await fixture.start();
    const list = { AdvancedLogPolicies: JSON.stringify([COPY]) };
    expect((await modifyLog(list, "pc-pg")).status).toBe(200);
    emulator.world.switches.mysqlOnlyFields = "reject";
    expect((await modifyLog(list, "pc-pg")).code).toBe("InvalidParameter");
  });
});
