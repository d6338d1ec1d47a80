import { PolardbFixture } from "./support/polardbFixture";

const fixture = new PolardbFixture();
afterEach(() => fixture.stopAll());

const DATA_COPY = {
  DataLevel2BackupAnotherRegionRegion: "cn-beijing",
  DataLevel2BackupAnotherRegionRetentionPeriod: "30",
};

describe("The log backup policy on the PolarDB emulator", () => {
  it("starts with a week and without a copy; numbers and texts are as the vendor mixes them", async () => {
    const { describeLog } = await fixture.start();
    expect((await describeLog()).body).toEqual({
      RequestId: expect.any(String),
      LogBackupRetentionPeriod: 7,
      EnableBackupLog: 1,
      LogBackupAnotherRegionRetentionPeriod: "0",
      LogBackupAnotherRegionRegion: "",
      AdvancedLogPolicies: { AdvancedLogPolicy: [] },
    });
  });

  it.each([
    ["3", 3],
    ["7300", 7300],
    ["-1", -1],
  ])("reads LogBackupRetentionPeriod=%s back as the number %d", async (sent, read) => {
    const { modifyLog, describeLog } = await fixture.start();
    expect((await modifyLog({ LogBackupRetentionPeriod: sent })).body).toEqual({ RequestId: expect.any(String) });
    expect((await describeLog()).body).toMatchObject({ LogBackupRetentionPeriod: read });
  });

  it.each(["", "0", "2", "7301", "-2", "7.5", "week"])("refuses LogBackupRetentionPeriod=%j", async (sent) => {
    const { modifyLog, settings } = await fixture.start();
    const held = structuredClone(settings());
    const answer = await modifyLog({ LogBackupRetentionPeriod: sent });
    expect(answer).toMatchObject({ status: 400, code: "InvalidLogBackupRetentionPeriod.Malformed" });
    expect(answer.body.Message).toBe("The specified parameter LogBackupRetentionPeriod is not valid.");
    expect(settings()).toEqual(held);
  });

  it.each([
    "LogBackupRetentionPeriod",
    "LogBackupAnotherRegionRegion",
    "LogBackupAnotherRegionRetentionPeriod",
    "AdvancedLogPolicies",
  ])("takes an empty %s for one that was not sent, if switched so", async (field) => {
    const { modifyLog, settings, emulator } = await fixture.start();
    const held = structuredClone(settings());
    expect((await modifyLog({ [field]: "" })).status).toBe(400);
    emulator.world.switches.emptyValues = "ignored";
    expect((await modifyLog({ [field]: "" })).status).toBe(200);
    expect(settings()).toEqual(held);
  });

  it("keeps logs for ever on Enterprise Edition only", async () => {
    const { modifyLog } = await fixture.start();
    expect((await modifyLog({ LogBackupRetentionPeriod: "-1" }, "pc-essd")).code).toBe(
      "InvalidLogBackupRetentionPeriod.Malformed",
    );
  });

  it("copies logs only to the region that data is copied to, while it is", async () => {
    const { modify, modifyLog, describeLog } = await fixture.start();
    const copy = { LogBackupAnotherRegionRegion: "cn-beijing", LogBackupAnotherRegionRetentionPeriod: "30" };
    const refusal = { status: 400, code: "InvalidLogBackupAnotherRegionRegion.NotFound" };
    expect(await modifyLog(copy)).toMatchObject(refusal);
    expect(await modifyLog({ LogBackupAnotherRegionRegion: "cn-nowhere" })).toMatchObject(refusal);
    await modify({ DataLevel2BackupAnotherRegionRegion: "cn-beijing" });
    expect(await modifyLog(copy)).toMatchObject(refusal);
    await modify(DATA_COPY);
    expect(await modifyLog({ ...copy, LogBackupAnotherRegionRegion: "cn-shanghai" })).toMatchObject(refusal);
    expect(await modifyLog({ ...copy, LogBackupAnotherRegionRegion: "cn-nowhere" })).toMatchObject(refusal);
    expect(await modifyLog({ LogBackupAnotherRegionRetentionPeriod: "30" })).toMatchObject(refusal);
    expect((await modifyLog(copy)).status).toBe(200);
    expect((await describeLog()).body).toMatchObject(copy);
    expect(await modifyLog({ LogBackupAnotherRegionRegion: "cn-shanghai" })).toMatchObject(refusal);
    expect((await modifyLog({ LogBackupAnotherRegionRetentionPeriod: "0" })).status).toBe(200);
    expect((await describeLog()).body).toMatchObject({
      LogBackupAnotherRegionRegion: "",
      LogBackupAnotherRegionRetentionPeriod: "0",
    });
  });

  it.each(["", "1", "3", "29", "7301", "x"])(
    "refuses LogBackupAnotherRegionRetentionPeriod=%j",
    async (LogBackupAnotherRegionRetentionPeriod) => {
      const { modify, modifyLog } = await fixture.start();
      await modify(DATA_COPY);
      const answer = await modifyLog({
        LogBackupAnotherRegionRegion: "cn-beijing",
        LogBackupAnotherRegionRetentionPeriod,
      });
      expect(answer).toMatchObject({ status: 400, code: "InvalidLogBackupAnotherRegionRetentionPeriod.Malformed" });
    },
  );

  it("takes 3 days for the copy if switched so, as the console does", async () => {
    const { modify, modifyLog, emulator } = await fixture.start();
    await modify(DATA_COPY);
    emulator.world.switches.minimumCrossRegionLogRetention = 3;
    const copy = { LogBackupAnotherRegionRegion: "cn-beijing", LogBackupAnotherRegionRetentionPeriod: "3" };
    expect((await modifyLog(copy)).status).toBe(200);
  });

  it("keeps the region beside a retention of 0 if switched so", async () => {
    const { modify, modifyLog, settings } = await fixture.start({ switches: { keepRegionWhenCrossRegionOff: true } });
    await modify(DATA_COPY);
    await modifyLog({ LogBackupAnotherRegionRegion: "cn-beijing", LogBackupAnotherRegionRetentionPeriod: "30" });
    await modifyLog({ LogBackupAnotherRegionRetentionPeriod: "0" });
    expect(settings().log).toMatchObject({
      LogBackupAnotherRegionRegion: "cn-beijing",
      LogBackupAnotherRegionRetentionPeriod: "0",
    });
  });
});
