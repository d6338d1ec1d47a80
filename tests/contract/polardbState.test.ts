import { DEFAULT_SWITCHES, SWITCH_VALUES } from "../emulators/polardb/switches";
import { KEY, PolardbFixture, type StartedPolardb } from "./support/polardbFixture";
import type { RawAnswer } from "./support/polardbRawClient";

const fixture = new PolardbFixture();
afterEach(() => fixture.stopAll());

const post = ({ client }: StartedPolardb, change: unknown): Promise<RawAnswer> =>
  client.send({ method: "POST", target: "/__state", headers: {}, body: JSON.stringify(change) });

const get = ({ client }: StartedPolardb): Promise<RawAnswer> =>
  client.send({ method: "GET", target: "/__state", headers: {}, body: "" });

const RULE = {
  SrcType: "db",
  DestType: "level1",
  FilterType: "crontab",
  FilterKey: "dayOfWeek",
  FilterValue: "2,5",
  RetentionType: "delay",
  RetentionValue: "5",
};

describe("POST /__state on the PolarDB emulator", () => {
  it("sets fields of the policies, without the rules between fields", async () => {
    const polardb = await fixture.start();
    const policy = {
      PreferredBackupPeriod: "Tuesday,Monday",
      PreferredBackupTime: "23:00Z-00:00Z",
      DataLevel1BackupRetentionPeriod: "30",
      DataLevel2BackupPeriod: "",
      DataLevel2BackupAnotherRegionRegion: "eu-west-1",
    };
    const logPolicy = { LogBackupRetentionPeriod: -1, LogBackupAnotherRegionRetentionPeriod: "30" };
    expect((await post(polardb, { kind: "setPolicy", clusterId: "pc-mysql", policy, logPolicy })).status).toBe(200);
    expect((await polardb.describe()).body).toMatchObject({
      ...policy,
      PreferredBackupPeriod: "Monday,Tuesday",
      PreferredBackupTime: "23:00Z-24:00Z",
    });
    expect((await polardb.describeLog()).body).toMatchObject(logPolicy);
  });

  it("adds, changes and deletes an advanced policy of either list", async () => {
    const polardb = await fixture.start();
    const clusterId = "pc-mysql";
    await post(polardb, { kind: "switchToAdvanced", clusterId });
    const policies = (): readonly unknown[] => polardb.settings().advancedData;
    const added = await post(polardb, { kind: "addAdvancedPolicy", clusterId, policy: { ...RULE, AutoCreated: true } });
    const policyId = added.body.PolicyId;
    expect(policies()[1]).toMatchObject({ PolicyId: policyId, ...RULE, AutoCreated: true, BakType: "F" });
    await post(polardb, { kind: "changeAdvancedPolicy", clusterId, policyId, policy: { RetentionValue: "6" } });
    expect(policies()[1]).toMatchObject({
      PolicyId: policyId,
      RetentionValue: "6",
      FilterValue: "2,5",
      AutoCreated: true,
    });
    await post(polardb, { kind: "deleteAdvancedPolicy", clusterId, policyId });
    expect(policies()).toHaveLength(1);

    const policy = { SrcType: "db", DestType: "level1", LogRetentionType: "delay", LogRetentionValue: "9" };
    const log = await post(polardb, { kind: "addAdvancedPolicy", clusterId, list: "log", policy });
    expect(polardb.settings().advancedLog[1]).toMatchObject({ PolicyId: log.body.PolicyId, ...policy });
    const logId = log.body.PolicyId;
    await post(polardb, {
      kind: "changeAdvancedPolicy",
      clusterId,
      list: "log",
      policyId: logId,
      policy: { LogRetentionValue: "10" },
    });
    expect(polardb.settings().advancedLog[1]).toMatchObject({ LogRetentionValue: "10" });
    await post(polardb, { kind: "deleteAdvancedPolicy", clusterId, list: "log", policyId: logId });
    expect(polardb.settings().advancedLog).toHaveLength(1);
  });

  it("adds advanced policies that no call could, but none with values that there are not", async () => {
    const polardb = await fixture.start();
    const [clusterId, list] = ["pc-essd", "log"];
    const copy = { SrcType: "level1", DestType: "level2Cross", DestRegion: "eu-west-1" };
    const data = { ...RULE, ...copy };
    const log = { ...copy, LogRetentionType: "delay", LogRetentionValue: "9" };
    expect((await post(polardb, { kind: "addAdvancedPolicy", clusterId, policy: data })).status).toBe(200);
    expect((await post(polardb, { kind: "addAdvancedPolicy", clusterId, list, policy: log })).status).toBe(200);
    expect(polardb.settings(clusterId)).toMatchObject({ advancedData: [data], advancedLog: [log] });
    const wrong = { ...data, FilterValue: "9" };
    expect((await post(polardb, { kind: "addAdvancedPolicy", clusterId, policy: wrong })).status).toBe(400);
  });

  it.each(["PreferredBackupPeriod", "DataLevel1BackupPeriod", "DataLevel2BackupPeriod"])(
    "empties the weekday list %s, which no call can",
    async (field) => {
      const polardb = await fixture.start();
      await polardb.modify({ [field]: "Monday,Friday" });
      expect((await polardb.modify({ [field]: "" })).status).toBe(400);
      const change = { kind: "setPolicy", clusterId: "pc-mysql", policy: { [field]: "" } };
      expect((await post(polardb, change)).status).toBe(200);
      expect((await polardb.describe()).body).toMatchObject({ [field]: "" });
    },
  );

  it("backs up daily in Advanced mode when no weekday was left before", async () => {
    const polardb = await fixture.start();
    const policy = { PreferredBackupPeriod: "", DataLevel1BackupPeriod: "" };
    await post(polardb, { kind: "setPolicy", clusterId: "pc-mysql", policy });
    expect((await polardb.describe()).body).toMatchObject({ PreferredNextBackupTime: "" });
    await post(polardb, { kind: "switchToAdvanced", clusterId: "pc-mysql" });
    expect(polardb.settings().advancedData).toMatchObject([{ FilterValue: "1,2,3,4,5,6,7" }]);
  });

  it("switches to Advanced as the console does", async () => {
    const polardb = await fixture.start();
    expect((await post(polardb, { kind: "switchToAdvanced", clusterId: "pc-mysql" })).status).toBe(200);
    expect((await polardb.describe()).body).toMatchObject({
      BackupPolicyLevel: "Advanced",
      AdvancedPolicyOption: "enable",
      AdvancedDataPolicies: { AdvancedDataPolicy: [{ AutoCreated: true, DestType: "level1" }] },
    });
    expect((await post(polardb, { kind: "switchToAdvanced", clusterId: "pc-mysql" })).status).toBe(400);
    expect((await post(polardb, { kind: "switchToAdvanced", clusterId: "pc-pg" })).status).toBe(400);
  });

  it("sets the status for good or for a while, and the lock", async () => {
    const polardb = await fixture.start();
    const status = (): string => polardb.emulator.world.statusOf(polardb.emulator.world.cluster("pc-mysql"));
    await post(polardb, { kind: "setStatus", clusterId: "pc-mysql", status: "Maintaining", forMs: 1000 });
    expect(status()).toBe("Maintaining");
    expect((await polardb.modify({})).code).toBe("OperationDenied.DBClusterStatus");
    fixture.clock.advance(1000);
    expect(status()).toBe("Running");
    await post(polardb, { kind: "setStatus", clusterId: "pc-mysql", status: "Stopped" });
    fixture.clock.advance(1_000_000);
    expect(status()).toBe("Stopped");
    await post(polardb, { kind: "setStatus", clusterId: "pc-mysql", status: "Running" });
    await post(polardb, { kind: "setLock", clusterId: "pc-mysql", lockMode: "ManualLock" });
    expect((await polardb.modify({})).code).toBe("OperationDenied.LockMode");
  });

  it("adds and deletes clusters, which then answer as chosen", async () => {
    const polardb = await fixture.start();
    const cluster = {
      id: "pc-new",
      engine: "MySQL",
      region: "cn-beijing",
      policy: { DataLevel1BackupRetentionPeriod: "5" },
    };
    await post(polardb, { kind: "addCluster", cluster });
    expect((await polardb.describe("pc-new")).body).toMatchObject({ DataLevel1BackupRetentionPeriod: "5" });
    await post(polardb, { kind: "deleteCluster", clusterId: "pc-new" });
    expect((await polardb.describe("pc-new")).code).toBe("InvalidDBClusterId.NotFound");
    await post(polardb, { kind: "addCluster", cluster });
    await post(polardb, { kind: "deleteCluster", clusterId: "pc-new", answer: "Forbidden.ClusterNotFound" });
    expect((await polardb.describe("pc-new")).code).toBe("Forbidden.ClusterNotFound");
  });

  it("adds keys, switches them off, takes rights away, ends tokens", async () => {
    const polardb = await fixture.start();
    const key = { accessKeyId: "STS.new", accessKeySecret: "x", securityToken: "t" };
    await post(polardb, { kind: "addAccessKey", key });
    const code = async (): Promise<string | undefined> =>
      (await polardb.client.v3("DescribeBackupPolicy", { DBClusterId: "pc-mysql" }, key)).code;
    expect(await code()).toBeUndefined();
    await post(polardb, { kind: "setAllowedActions", accessKeyId: "STS.new", actions: ["Modify*"] });
    expect(await code()).toBe("Forbidden.RAM");
    await post(polardb, { kind: "setAllowedActions", accessKeyId: "STS.new", actions: null });
    expect(await code()).toBeUndefined();
    await post(polardb, { kind: "expireToken", accessKeyId: "STS.new" });
    expect(await code()).toBe("InvalidSecurityToken.Expired");
    await post(polardb, { kind: "setKeyActive", accessKeyId: "STS.new", active: false });
    expect(await code()).toBe("InvalidAccessKeyId.Inactive");
    expect((await post(polardb, { kind: "expireToken", accessKeyId: KEY.accessKeyId })).status).toBe(400);
  });

  it("sets switches and knobs", async () => {
    const polardb = await fixture.start();
    await post(polardb, { kind: "setSwitches", switches: { maximumLevel1Retention: 30, echoMidnight: "00:00" } });
    await post(polardb, { kind: "setKnobs", knobs: { busyAfterModifyMs: 5, busyStatus: "Switching" } });
    const { switches, knobs } = polardb.emulator.world;
    expect(switches).toEqual({ ...DEFAULT_SWITCHES, maximumLevel1Retention: 30, echoMidnight: "00:00" });
    expect(knobs).toMatchObject({ busyAfterModifyMs: 5, busyStatus: "Switching", visibilityDelayMs: 0 });
  });

  it.each<[change: unknown, message: string]>([
    [null, "change: null must be a JSON object"],
    [[], "change: [] must be a JSON object"],
    [{}, 'change.kind: "undefined" is not a kind of change'],
    [{ kind: "explode" }, 'change.kind: "explode" is not a kind of change'],
    [{ kind: "switchToAdvanced" }, "switchToAdvanced.clusterId: undefined must be a text"],
    [{ kind: "switchToAdvanced", clusterId: "pc-x" }, "no cluster pc-x"],
    [
      { kind: "switchToAdvanced", clusterId: "pc-mysql", now: true },
      "switchToAdvanced.now: unknown member; known are kind, clusterId",
    ],
    [
      { kind: "setPolicy", clusterId: "pc-mysql", policy: { DataLevel1BackupRetentionPeriod: 7 } },
      "policy.DataLevel1BackupRetentionPeriod: 7 must be a text",
    ],
    [
      { kind: "setPolicy", clusterId: "pc-mysql", policy: { DataLevel1BackupRetentionPeriod: "31" } },
      'policy.DataLevel1BackupRetentionPeriod: "31" is not a value of this field',
    ],
    [
      { kind: "setPolicy", clusterId: "pc-mysql", policy: { PreferredBackupTime: "" } },
      'policy.PreferredBackupTime: "" is not a value of this field',
    ],
    [{ kind: "setPolicy", clusterId: "pc-mysql", policy: { Retention: "7" } }, "policy.Retention: unknown member"],
    [
      { kind: "setPolicy", clusterId: "pc-mysql", logPolicy: { LogBackupRetentionPeriod: 0 } },
      "logPolicy.LogBackupRetentionPeriod: 0 is not a value of this field",
    ],
    [{ kind: "addAdvancedPolicy", clusterId: "pc-mysql" }, "policy: undefined must be a JSON object"],
    [{ kind: "addAdvancedPolicy", clusterId: "pc-mysql", policy: {} }, "AdvancedDataPolicies.DestType"],
    [{ kind: "deleteAdvancedPolicy", clusterId: "pc-mysql", policyId: "x" }, "no advanced policy x"],
    [
      { kind: "deleteAdvancedPolicy", clusterId: "pc-mysql", policyId: "x", list: "both" },
      'list: "both" must be one of data, log',
    ],
    [{ kind: "setStatus", clusterId: "pc-mysql", status: "" }, 'setStatus.status: "" must be a text that is not empty'],
    [{ kind: "setStatus", clusterId: "pc-mysql", status: "X", forMs: -1 }, "setStatus.forMs: -1 must not be negative"],
    [
      { kind: "setLock", clusterId: "pc-mysql", lockMode: "locked" },
      'setLock.lockMode: "locked" must be one of Unlock',
    ],
    [{ kind: "addCluster" }, "cluster: undefined must be a JSON object"],
    [
      { kind: "addCluster", cluster: { id: "pc-1", engine: "mysql", region: "cn-hangzhou" } },
      'cluster.engine: "mysql" must be one of MySQL, PostgreSQL, Oracle',
    ],
    [
      { kind: "addCluster", cluster: { id: "pc-mysql", engine: "MySQL", region: "cn-hangzhou" } },
      "cluster pc-mysql exists already",
    ],
    [
      { kind: "setKeyActive", accessKeyId: KEY.accessKeyId },
      "setKeyActive.active: undefined must be one of true, false",
    ],
    [
      { kind: "setAllowedActions", accessKeyId: KEY.accessKeyId, actions: "all" },
      'actions: "all" must be a list of texts',
    ],
    [{ kind: "setSwitches", switches: { strict: true } }, "switches.strict: unknown member"],
    [
      { kind: "setSwitches", switches: { maximumLevel1Retention: 20 } },
      "maximumLevel1Retention: 20 must be one of 14, 30",
    ],
    [{ kind: "setKnobs", knobs: { ratePerSecond: "5" } }, 'knobs.ratePerSecond: "5" must be a number'],
  ])("refuses %j and changes nothing", async (change, message) => {
    const polardb = await fixture.start();
    const before = (await get(polardb)).text;
    const answer = await post(polardb, change);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain(message);
    expect((await get(polardb)).text).toBe(before);
  });
});

describe("GET /__state on the PolarDB emulator", () => {
  it("shows clusters, keys, switches and knobs as they are now", async () => {
    const polardb = await fixture.start({
      accessKeys: [KEY, { accessKeyId: "STS.x", accessKeySecret: "s3", securityToken: "t0ken", expiresAt: 0 }],
      knobs: { visibilityDelayMs: 1000 },
    });
    await polardb.modify({ DataLevel1BackupRetentionPeriod: "8" });
    polardb.emulator.world.removeCluster("pc-pg", "InvalidDBCluster.NotFound");
    const { body } = await get(polardb);
    expect(body).toMatchObject({
      now: "2026-01-05T12:00:00.000Z",
      switches: DEFAULT_SWITCHES,
      knobs: { visibilityDelayMs: 1000 },
      accessKeys: [
        { accessKeyId: KEY.accessKeyId, isTemporary: false, isExpired: false, active: true, allowedActions: null },
        { accessKeyId: "STS.x", isTemporary: true, isExpired: true, expiresAt: "1970-01-01T00:00:00.000Z" },
      ],
      absent: { "pc-pg": "InvalidDBCluster.NotFound" },
    });
    const [mysql] = body.clusters as unknown[];
    expect(mysql).toMatchObject({
      id: "pc-mysql",
      status: "Running",
      settings: { level: "Normal", data: { DataLevel1BackupRetentionPeriod: "8" } },
      visibleSettings: { data: { DataLevel1BackupRetentionPeriod: "7" } },
    });
    expect(body.clusters).toHaveLength(4);
  });

  it("has a list of values for every switch, with the default first", () => {
    const firsts = Object.fromEntries(Object.entries(SWITCH_VALUES).map(([name, values]) => [name, values[0]]));
    expect(firsts).toEqual(DEFAULT_SWITCHES);
  });
});
