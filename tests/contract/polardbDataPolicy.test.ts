import { PolardbFixture } from "./support/polardbFixture";

const ALL_WEEK = "Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday";
const fixture = new PolardbFixture();
afterEach(() => fixture.stopAll());

type Field = Readonly<Record<string, string>>;

const CREATE = {
  ActionType: "CREATE",
  SrcType: "db",
  DestType: "level1",
  FilterType: "crontab",
  FilterKey: "dayOfWeek",
  FilterValue: "1,4",
  RetentionType: "delay",
  RetentionValue: "7",
};

describe("A fresh cluster on the PolarDB emulator", () => {
  it("shows the vendor's defaults on PSL storage, where backups run daily", async () => {
    const { describe: read } = await fixture.start();
    const { body } = await read();
    expect(body).toEqual({
      RequestId: expect.any(String),
      PreferredBackupPeriod: ALL_WEEK,
      PreferredBackupTime: "02:00Z-03:00Z",
      PreferredNextBackupTime: "2026-01-06T02:30Z",
      BackupFrequency: "Normal",
      BackupRetentionPolicyOnClusterDeletion: "NONE",
      DataLevel1BackupRetentionPeriod: "7",
      DataLevel1BackupFrequency: "Normal",
      DataLevel1BackupPeriod: ALL_WEEK,
      DataLevel1BackupTime: "02:00Z-03:00Z",
      DataLevel2BackupRetentionPeriod: "0",
      DataLevel2BackupPeriod: "",
      DataLevel2BackupAnotherRegionRetentionPeriod: "0",
      DataLevel2BackupAnotherRegionRegion: "",
      BackupPolicyLevel: "Normal",
      AdvancedPolicyOption: "disable",
      AdvancedDataPolicies: { AdvancedDataPolicy: [] },
    });
  });

  it("backs up from Monday to Friday on ESSD storage", async () => {
    const { describe: read } = await fixture.start();
    expect((await read("pc-essd")).body).toMatchObject({
      PreferredBackupPeriod: "Monday,Tuesday,Wednesday,Thursday,Friday",
    });
  });

  it("has an empty level-1 schedule where the region is not capable of cross-region backup", async () => {
    const { describe: read } = await fixture.start();
    expect((await read("pc-inland")).body).toMatchObject({
      PreferredBackupPeriod: ALL_WEEK,
      DataLevel1BackupPeriod: "",
      DataLevel1BackupTime: "",
      DataLevel1BackupFrequency: "",
      DataLevel2BackupPeriod: "",
    });
  });

  it.each(["pc-pg", "pc-oracle"])("leaves MySQL-only fields out on %s, or sends them empty", async (id) => {
    const { describe: read, describeLog, emulator } = await fixture.start();
    const always = [
      "BackupFrequency",
      "BackupRetentionPolicyOnClusterDeletion",
      "DataLevel1BackupRetentionPeriod",
      "DataLevel2BackupAnotherRegionRegion",
      "DataLevel2BackupAnotherRegionRetentionPeriod",
      "DataLevel2BackupRetentionPeriod",
      "PreferredBackupPeriod",
      "PreferredBackupTime",
      "PreferredNextBackupTime",
      "RequestId",
    ];
    expect(Object.keys((await read(id)).body).sort()).toEqual(always);
    expect((await describeLog(id)).body).not.toHaveProperty("AdvancedLogPolicies");
    emulator.world.switches.mysqlOnlyAnswers = "empty";
    expect((await read(id)).body).toMatchObject({
      DataLevel1BackupPeriod: "",
      BackupPolicyLevel: "",
      AdvancedPolicyOption: "",
      AdvancedDataPolicies: {},
    });
    expect((await describeLog(id)).body).toMatchObject({ AdvancedLogPolicies: {} });
  });

  it("takes what its options lay over the defaults", async () => {
    const { describe: read, describeLog } = await fixture.start({
      clusters: [
        {
          id: "pc-mysql",
          engine: "MySQL",
          region: "cn-hangzhou",
          policy: { DataLevel1BackupRetentionPeriod: "14" },
          logPolicy: { LogBackupRetentionPeriod: 90 },
        },
      ],
    });
    expect((await read()).body).toMatchObject({
      DataLevel1BackupRetentionPeriod: "14",
      DataLevel2BackupRetentionPeriod: "0",
    });
    expect((await describeLog()).body).toMatchObject({
      LogBackupRetentionPeriod: 90,
      LogBackupAnotherRegionRetentionPeriod: "0",
    });
  });
});

describe("ModifyBackupPolicy on the PolarDB emulator, one field at a time,", () => {
  const TIMES = ["PreferredBackupTime", "DataLevel1BackupTime"];
  const WEEKS = ["PreferredBackupPeriod", "DataLevel1BackupPeriod", "DataLevel2BackupPeriod"];
  const FREQUENCIES = ["BackupFrequency", "DataLevel1BackupFrequency"];
  const ARCHIVES = ["DataLevel2BackupRetentionPeriod"];

  const accepted: readonly (readonly [field: string, sent: string, read: string])[] = [
    ...TIMES.flatMap((field) => [
      [field, "00:00Z-01:00Z", "00:00Z-01:00Z"] as const,
      [field, "22:00Z-23:00Z", "22:00Z-23:00Z"] as const,
      [field, "23:00Z-24:00Z", "23:00Z-24:00Z"] as const,
      [field, "23:00Z-00:00Z", "23:00Z-24:00Z"] as const,
    ]),
    ...WEEKS.flatMap((field) => [
      [field, "Sunday,Monday", "Monday,Sunday"] as const,
      [field, "Friday,Friday,Tuesday", "Tuesday,Friday"] as const,
      [field, ALL_WEEK, ALL_WEEK] as const,
    ]),
    ...FREQUENCIES.flatMap((field) =>
      ["Normal", "2/24H", "3/24H", "4/24H"].map((value) => [field, value, value] as const),
    ),
    ...["3", "8", "14"].map((value) => ["DataLevel1BackupRetentionPeriod", value, value] as const),
    ...ARCHIVES.flatMap((field) => ["0", "-1", "30", "7300"].map((value) => [field, value, value] as const)),
    ...["ALL", "LATEST", "NONE"].map((value) => ["BackupRetentionPolicyOnClusterDeletion", value, value] as const),
  ];

  it.each(accepted)("reads %s=%s back as %s and leaves every other field alone", async (field, sent, expected) => {
    const { modify, describe: read } = await fixture.start();
    const before = (await read()).body;
    const answer = await modify({ [field]: sent });
    expect(answer).toMatchObject({ status: 200, code: undefined });
    const forced = sent.endsWith("24H") ? { PreferredBackupPeriod: ALL_WEEK, DataLevel1BackupPeriod: ALL_WEEK } : {};
    expect((await read()).body).toEqual({
      ...before,
      ...forced,
      RequestId: expect.any(String),
      PreferredNextBackupTime: expect.any(String),
      [field]: expected,
    });
  });

  const refused: readonly (readonly [field: string, sent: string, code: string])[] = [
    ...TIMES.flatMap((field) =>
      [
        "",
        "2:00Z-3:00Z",
        "02:00-03:00",
        "02:00Z-04:00Z",
        "02:00Z-02:00Z",
        "02:30Z-03:30Z",
        "24:00Z-01:00Z",
        "23:00Z-01:00Z",
        "02:00Z-24:00Z",
        " 02:00Z-03:00Z",
      ].map((value) => [field, value, `Invalid${field}.Malformed`] as const),
    ),
    ...WEEKS.flatMap((field) =>
      ["", "Monday", "Monday,Monday", "Monday, Tuesday", "monday,tuesday", "Mon,Tue", "Monday,Tuesday,", "1,2"].map(
        (value) => [field, value, `Invalid${field}.Malformed`] as const,
      ),
    ),
    ...FREQUENCIES.flatMap((field) =>
      ["", "normal", "1/24H", "2/24h", "5/24H", "24"].map(
        (value) => [field, value, `Invalid${field}.Malformed`] as const,
      ),
    ),
    ...["", "0", "-1", "2", "15", "7.0", "07", "7d", "1e1", " 7"].map(
      (value) =>
        ["DataLevel1BackupRetentionPeriod", value, "InvalidDataLevel1BackupRetentionPeriod.Malformed"] as const,
    ),
    ...["", "1", "29", "7301", "-2", "030", "30.5", "never"].flatMap(
      (value) =>
        [
          ["DataLevel2BackupRetentionPeriod", value, "InvalidDataLevel2BackupRetentionPeriod.Malformed"],
          [
            "DataLevel2BackupAnotherRegionRetentionPeriod",
            value,
            "InvalidDataLevel2AnotherRegionBackupRetentionPeriod.Malformed",
          ],
        ] as const,
    ),
    ...["", "all", "KEEP"].map(
      (value) =>
        [
          "BackupRetentionPolicyOnClusterDeletion",
          value,
          "InvalidBackupRetentionPolicyOnClusterDeletion.Malformed",
        ] as const,
    ),
    ...["", "Basic", "normal"].map((value) => ["BackupPolicyLevel", value, "InvalidParameter"] as const),
    ...["", "2", "15", "x"].map(
      (value) => ["BackupRetentionPeriod", value, "InvalidBackupRetentionPeriod.Malformed"] as const,
    ),
  ];

  it.each(refused)("refuses %s=%j with %s, and with it all else that the call has", async (field, sent, code) => {
    const { modify, settings } = await fixture.start();
    const before = structuredClone(settings());
    const companion: Field =
      field === "PreferredBackupTime" ? { BackupFrequency: "2/24H" } : { PreferredBackupTime: "09:00Z-10:00Z" };
    expect(await modify({ ...companion, [field]: sent })).toMatchObject({ status: 400, code });
    expect(settings()).toEqual(before);
  });

  it("takes level-1 retention up to 30 days if switched so", async () => {
    const { modify, settings, emulator } = await fixture.start();
    expect((await modify({ DataLevel1BackupRetentionPeriod: "30" })).status).toBe(400);
    emulator.world.switches.maximumLevel1Retention = 30;
    expect((await modify({ DataLevel1BackupRetentionPeriod: "30" })).status).toBe(200);
    expect((await modify({ DataLevel1BackupRetentionPeriod: "31" })).status).toBe(400);
    expect(settings().data.DataLevel1BackupRetentionPeriod).toBe("30");
  });

  it("echoes the window that ends at midnight as switched", async () => {
    const { modify, describe: read, emulator } = await fixture.start();
    await modify({ PreferredBackupTime: "23:00Z-24:00Z", DataLevel1BackupTime: "23:00Z-00:00Z" });
    emulator.world.switches.echoMidnight = "00:00";
    expect((await read()).body).toMatchObject({
      PreferredBackupTime: "23:00Z-00:00Z",
      DataLevel1BackupTime: "23:00Z-00:00Z",
    });
  });

  it("accepts the legacy retention and does nothing with it", async () => {
    const { modify, settings } = await fixture.start();
    const before = structuredClone(settings());
    expect((await modify({ BackupRetentionPeriod: "9" })).status).toBe(200);
    expect(settings()).toEqual(before);
  });

  it.each([
    "PreferredBackupTime",
    "PreferredBackupPeriod",
    "BackupFrequency",
    "BackupRetentionPolicyOnClusterDeletion",
    "DataLevel1BackupRetentionPeriod",
    "DataLevel2BackupAnotherRegionRegion",
    "BackupPolicyLevel",
    "AdvancedDataPolicies",
    "BackupRetentionPeriod",
  ])("takes an empty %s for one that was not sent, if switched so", async (field) => {
    const { modify, settings } = await fixture.start({ switches: { emptyValues: "ignored" } });
    const before = structuredClone(settings());
    expect((await modify({ [field]: "" })).status).toBe(200);
    expect(settings()).toEqual(before);
    expect((await modify({ DataLevel2BackupPeriod: "" }, "pc-pg")).status).toBe(200);
  });

  it("changes nothing when nothing is sent", async () => {
    const { modify, settings } = await fixture.start();
    const before = structuredClone(settings());
    expect((await modify({})).body).toEqual({ RequestId: expect.any(String) });
    expect(settings()).toEqual(before);
  });
});

describe("High frequency on the PolarDB emulator", () => {
  it.each(["BackupFrequency", "DataLevel1BackupFrequency"])(
    "makes both weekday lists the whole week when %s has it, whatever the call says",
    async (field) => {
      const { modify, settings } = await fixture.start();
      await modify({ PreferredBackupPeriod: "Monday,Tuesday", DataLevel1BackupPeriod: "Monday,Friday" });
      await modify({ [field]: "3/24H", PreferredBackupPeriod: "Monday,Wednesday" });
      expect(settings().data).toMatchObject({ PreferredBackupPeriod: ALL_WEEK, DataLevel1BackupPeriod: ALL_WEEK });
      await modify({ PreferredBackupPeriod: "Monday,Wednesday" });
      expect(settings().data.PreferredBackupPeriod).toBe(ALL_WEEK);
      await modify({ [field]: "Normal", PreferredBackupPeriod: "Monday,Wednesday" });
      expect(settings().data).toMatchObject({
        PreferredBackupPeriod: "Monday,Wednesday",
        DataLevel1BackupPeriod: ALL_WEEK,
      });
    },
  );

  it("leaves a level-1 list that the cluster does not have empty", async () => {
    const { modify, settings } = await fixture.start();
    await modify({ BackupFrequency: "2/24H" }, "pc-inland");
    expect(settings("pc-inland").data).toMatchObject({ PreferredBackupPeriod: ALL_WEEK, DataLevel1BackupPeriod: "" });
  });
});

describe("Cross-region backup on the PolarDB emulator", () => {
  const REGION_CODE = "InvalidDataLevel2AnotherRegionRegion.NotFound";
  const on = (region: string, days = "30"): Field => ({
    DataLevel2BackupAnotherRegionRegion: region,
    DataLevel2BackupAnotherRegionRetentionPeriod: days,
  });

  it("goes to an available region only", async () => {
    const { modify, client, settings } = await fixture.start();
    const { body } = await client.v3("DescribeAvailableCrossRegions", { DBClusterId: "pc-mysql" });
    expect(body.Regions).toEqual(["cn-beijing", "cn-shanghai"]);
    for (const region of ["cn-hangzhou", "cn-qingdao", "", "cn-beijing,cn-shanghai"]) {
      expect(await modify(on(region))).toMatchObject({ status: 400, code: REGION_CODE });
    }
    expect((await modify(on("cn-shanghai", "-1"))).status).toBe(200);
    expect(settings().data).toMatchObject(on("cn-shanghai", "-1"));
  });

  it("needs a region, in the call or stored", async () => {
    const { modify, settings } = await fixture.start();
    const retention = { DataLevel2BackupAnotherRegionRetentionPeriod: "30" };
    expect((await modify(retention)).code).toBe(REGION_CODE);
    expect((await modify({ DataLevel2BackupAnotherRegionRegion: "cn-beijing" })).status).toBe(200);
    expect((await modify(retention)).status).toBe(200);
    expect(settings().data).toMatchObject(on("cn-beijing"));
  });

  it.each([
    [false, ""],
    [true, "cn-beijing"],
  ])("with keepRegionWhenCrossRegionOff=%s shows the region %j once switched off", async (keep, region) => {
    const { modify, settings } = await fixture.start({ switches: { keepRegionWhenCrossRegionOff: keep } });
    await modify(on("cn-beijing"));
    expect((await modify({ DataLevel2BackupAnotherRegionRetentionPeriod: "0" })).status).toBe(200);
    expect(settings().data).toMatchObject(on(region, "0"));
  });

  it.each(["pc-inland", "pc-essd", "pc-pg", "pc-oracle"])("has nowhere to go from %s", async (id) => {
    const { modify, client } = await fixture.start();
    const { body } = await client.v3("DescribeAvailableCrossRegions", { DBClusterId: id });
    expect(body.Regions).toEqual([]);
    expect((await modify(on("cn-shanghai"), id)).code).toBe(REGION_CODE);
  });

  it("is offered to Enterprise Edition on PSL storage, to every other region of the kind", async () => {
    const base = { engine: "MySQL", region: "us-west-1" } as const;
    const { client } = await fixture.start({
      clusters: [
        { id: "pc-both", ...base, edition: "Enterprise", storageClass: "PSL4" },
        { id: "pc-essd", ...base, edition: "Enterprise", storageClass: "ESSD" },
        { id: "pc-standard", ...base, edition: "Standard", storageClass: "PSL5" },
        { id: "pc-incapable", ...base, crossRegionCapable: false },
      ],
    });
    const regions = async (DBClusterId: string): Promise<unknown> =>
      (await client.v3("DescribeAvailableCrossRegions", { DBClusterId })).body.Regions;
    const offered = await regions("pc-both");
    expect(offered).toHaveLength(7);
    expect(offered).toContain("us-east-1");
    expect(offered).not.toContain("us-west-1");
    for (const id of ["pc-essd", "pc-standard", "pc-incapable"]) expect(await regions(id)).toEqual([]);
  });

  it("lists the regions that backup sets lie in", async () => {
    const { modify, client, emulator } = await fixture.start();
    const regions = async (): Promise<unknown> =>
      (await client.v3("DescribeBackupRegions", { DBClusterId: "pc-mysql" })).body.Regions;
    expect(await regions()).toEqual(["cn-hangzhou"]);
    await modify(on("cn-beijing"));
    expect(await regions()).toEqual(["cn-hangzhou", "cn-beijing"]);
    emulator.change({ kind: "switchToAdvanced", clusterId: "pc-mysql" });
    const elsewhere = { SrcType: "level1", DestType: "level2Cross", DestRegion: "cn-shanghai", ActionType: "CREATE" };
    const rule = { ...elsewhere, FilterType: "event", RetentionType: "never" };
    expect((await modify({ AdvancedDataPolicies: JSON.stringify([rule, rule]) })).status).toBe(200);
    expect(await regions()).toEqual(["cn-hangzhou", "cn-beijing", "cn-shanghai"]);
    emulator.world.switches.regionsShape = "jsonText";
    const { body } = await client.v3("DescribeAvailableCrossRegions", { DBClusterId: "pc-mysql" });
    expect(body.Regions).toEqual(['["cn-beijing","cn-shanghai"]']);
  });

  it("can be held by the log copy, if switched so", async () => {
    const { modify, modifyLog, emulator } = await fixture.start();
    emulator.world.switches.logCopyHoldsDataCopy = true;
    await modify(on("cn-beijing"));
    await modifyLog({
      LogBackupAnotherRegionRegion: "cn-beijing",
      LogBackupAnotherRegionRetentionPeriod: "30",
    });
    const off = { DataLevel2BackupAnotherRegionRetentionPeriod: "0" };
    expect((await modify(off)).code).toBe("InvalidDataLevel2AnotherRegionBackupRetentionPeriod.Malformed");
    const elsewhere = { DataLevel2BackupAnotherRegionRegion: "cn-shanghai" };
    expect((await modify(elsewhere)).code).toBe(REGION_CODE);
    expect((await modify(on("cn-beijing", "60"))).status).toBe(200);
    await modifyLog({ LogBackupAnotherRegionRetentionPeriod: "0" });
    expect((await modify(elsewhere)).status).toBe(200);
    expect((await modify(off)).status).toBe(200);
  });
});

describe("Level-2 backup on the PolarDB emulator", () => {
  const ARCHIVE = { DataLevel2BackupPeriod: "Monday,Thursday", DataLevel2BackupRetentionPeriod: "30" };
  const COPY = {
    DataLevel2BackupAnotherRegionRegion: "cn-beijing",
    DataLevel2BackupAnotherRegionRetentionPeriod: "60",
  };

  it.each([
    ["retention alone", {}, { DataLevel2BackupRetentionPeriod: "60" }, "InvalidParam"],
    ["switching off alone", {}, { DataLevel2BackupRetentionPeriod: "0" }, "InvalidParam"],
    ["retention with its days", {}, { ...ARCHIVE, DataLevel2BackupRetentionPeriod: "60" }, undefined],
    ["days alone", {}, { DataLevel2BackupPeriod: "Monday,Friday" }, undefined],
    ["retention and days without the copy", COPY, ARCHIVE, "InvalidParam"],
    [
      "retention and days and half the copy",
      COPY,
      { ...ARCHIVE, DataLevel2BackupAnotherRegionRetentionPeriod: "60" },
      "InvalidParam",
    ],
    ["all four together", COPY, { ...ARCHIVE, ...COPY }, undefined],
    [
      "the copy's retention without its region",
      COPY,
      { DataLevel2BackupAnotherRegionRetentionPeriod: "90" },
      "InvalidParam",
    ],
    ["the copy's pair", COPY, { ...COPY, DataLevel2BackupAnotherRegionRetentionPeriod: "90" }, undefined],
    ["an unrelated field", COPY, { PreferredBackupTime: "07:00Z-08:00Z" }, undefined],
  ] as readonly [string, Field, Field, string | undefined][])(
    "once it has days of its own, answers %s as the vendor's conflict says",
    async (_name, before, send, code) => {
      const { modify, settings } = await fixture.start();
      expect((await modify({ ...ARCHIVE, ...before })).status).toBe(200);
      const held = structuredClone(settings());
      const answer = await modify(send);
      expect(answer.code).toBe(code);
      if (code) {
        expect(answer.status).toBe(404);
        expect(settings()).toEqual(held);
      }
    },
  );

  it("takes retention alone as long as it has no days of its own, or if switched so", async () => {
    const { modify, emulator } = await fixture.start();
    expect((await modify({ DataLevel2BackupRetentionPeriod: "30" })).status).toBe(200);
    expect((await modify({ DataLevel2BackupRetentionPeriod: "60" })).status).toBe(200);
    expect((await modify(ARCHIVE)).status).toBe(200);
    emulator.world.switches.refuseLoneDumpRetention = false;
    expect((await modify({ DataLevel2BackupRetentionPeriod: "60" })).status).toBe(200);
  });

  it("may have days on which there is no level-1 backup, unless switched otherwise", async () => {
    const { modify, emulator } = await fixture.start();
    await modify({ DataLevel1BackupPeriod: "Monday,Tuesday" });
    expect((await modify({ DataLevel2BackupPeriod: "Monday,Friday" })).status).toBe(200);
    emulator.world.switches.level2DaysWithinLevel1 = true;
    expect((await modify({ PreferredBackupTime: "07:00Z-08:00Z" })).status).toBe(200);
    expect((await modify({ DataLevel2BackupPeriod: "Monday,Friday" })).code).toBe(
      "InvalidDataLevel2BackupPeriod.Malformed",
    );
    expect((await modify({ DataLevel2BackupPeriod: "Monday,Tuesday" })).status).toBe(200);
    expect((await modify({ DataLevel1BackupPeriod: "Monday,Sunday" })).code).toBe(
      "InvalidDataLevel2BackupPeriod.Malformed",
    );
  });

  it("does not exist on ESSD storage", async () => {
    const { modify } = await fixture.start();
    expect(await modify({ DataLevel2BackupRetentionPeriod: "30" }, "pc-essd")).toMatchObject({
      status: 403,
      code: "IncorrectBackupPolicy",
    });
    expect((await modify({ DataLevel2BackupRetentionPeriod: "0" }, "pc-essd")).status).toBe(200);
  });
});

describe("The engine and region rules of the PolarDB emulator", () => {
  const MYSQL_ONLY: readonly [field: string, value: string, code: string][] = [
    ["DataLevel1BackupFrequency", "2/24H", "InvalidDataLevel1BackupFrequency.Malformed"],
    ["DataLevel1BackupTime", "07:00Z-08:00Z", "InvalidDataLevel1BackupTime.Malformed"],
    ["DataLevel1BackupPeriod", "Monday,Tuesday", "InvalidDataLevel1BackupPeriod.Malformed"],
    ["BackupPolicyLevel", "Advanced", "InvalidParameter"],
    ["AdvancedDataPolicies", JSON.stringify([CREATE]), "InvalidParameter"],
  ];

  it.each(MYSQL_ONLY)("ignore %s on PostgreSQL and Oracle, or reject it if switched so", async (field, value, code) => {
    const { modify, settings, emulator } = await fixture.start();
    for (const id of ["pc-pg", "pc-oracle"]) {
      const before = structuredClone(settings(id));
      expect((await modify({ [field]: value }, id)).status).toBe(200);
      expect(settings(id)).toEqual(before);
    }
    emulator.world.switches.mysqlOnlyFields = "reject";
    expect(await modify({ [field]: value }, "pc-pg")).toMatchObject({ status: 400, code });
    // A list needs Advanced mode even where the engine takes it.
    const level: Field = field.startsWith("AdvancedDataPolicies") ? { BackupPolicyLevel: "Advanced" } : {};
    expect((await modify({ ...level, [field]: value })).status).toBe(200);
  });

  it("see through a list that was flattened", async () => {
    const { modify, emulator } = await fixture.start();
    const row = { "AdvancedDataPolicies.1.ActionType": "CREATE" };
    expect((await modify(row, "pc-pg")).status).toBe(200);
    emulator.world.switches.mysqlOnlyFields = "reject";
    const { code, body } = await modify(row, "pc-pg");
    expect([code, body.Message]).toEqual([
      "InvalidParameter",
      'The specified parameter "AdvancedDataPolicies" is not valid.',
    ]);
  });

  it("let PostgreSQL and Oracle have the fields that are for every engine", async () => {
    const { modify, settings } = await fixture.start();
    const common = {
      PreferredBackupPeriod: "Monday,Tuesday",
      PreferredBackupTime: "07:00Z-08:00Z",
      DataLevel1BackupRetentionPeriod: "9",
      DataLevel2BackupRetentionPeriod: "30",
      BackupRetentionPolicyOnClusterDeletion: "LATEST",
    };
    for (const id of ["pc-pg", "pc-oracle"]) {
      expect((await modify(common, id)).status).toBe(200);
      expect(settings(id).data).toMatchObject(common);
    }
    expect((await modify({ BackupFrequency: "2/24H" }, "pc-pg")).status).toBe(200);
  });

  const MATRIX: readonly [field: string, value: string, refusedOn: string, acceptedOn: string][] = [
    ["PreferredBackupPeriod", "Monday,Tuesday", "pc-mysql", "pc-inland"],
    ["BackupFrequency", "2/24H", "pc-mysql", "pc-inland"],
    ["DataLevel1BackupFrequency", "2/24H", "pc-inland", "pc-mysql"],
    ["DataLevel1BackupTime", "07:00Z-08:00Z", "pc-inland", "pc-mysql"],
    ["DataLevel1BackupPeriod", "Monday,Tuesday", "pc-inland", "pc-mysql"],
    ["DataLevel2BackupPeriod", "Monday,Tuesday", "pc-inland", "pc-mysql"],
  ];

  it.each(MATRIX)(
    "take %s=%s everywhere, but under the strict matrix not on %s",
    async (field, value, refused, taken) => {
      const { modify, settings, emulator } = await fixture.start();
      for (const id of [refused, taken]) {
        expect((await modify({ [field]: value }, id)).status).toBe(200);
        expect(settings(id).data).toMatchObject({ [field]: value });
      }
      emulator.world.switches.crossRegionMatrix = "strict";
      expect(await modify({ [field]: value }, refused)).toMatchObject({
        status: 400,
        code: `Invalid${field}.Malformed`,
      });
      expect((await modify({ [field]: value }, taken)).status).toBe(200);
      if (field.startsWith("Preferred") || field === "BackupFrequency") {
        expect((await modify({ [field]: value }, "pc-pg")).status).toBe(200);
      }
    },
  );
});

describe("PreferredNextBackupTime on the PolarDB emulator", () => {
  it("is the next half past the start hour on a backup day, and moves with the clock", async () => {
    const { modify, describe: read } = await fixture.start();
    const next = async (): Promise<unknown> => (await read()).body.PreferredNextBackupTime;
    // The fixture's clock stands on Monday, 5 January 2026, 12:00 UTC.
    await modify({ DataLevel1BackupPeriod: "Monday,Thursday", DataLevel1BackupTime: "13:00Z-14:00Z" });
    expect(await next()).toBe("2026-01-05T13:30Z");
    fixture.clock.advance(2 * 3_600_000);
    expect(await next()).toBe("2026-01-08T13:30Z");
    fixture.clock.advance(3 * 24 * 3_600_000);
    expect(await next()).toBe("2026-01-12T13:30Z");
  });

  it("follows the rules in Advanced mode, whatever the schedule was", async () => {
    const { modify, describe: read, emulator, settings } = await fixture.start();
    const clusterId = "pc-mysql";
    const next = async (): Promise<unknown> => (await read()).body.PreferredNextBackupTime;
    await modify({ DataLevel1BackupPeriod: "Monday,Thursday", DataLevel1BackupTime: "13:00Z-14:00Z" });
    emulator.change({ kind: "switchToAdvanced", clusterId });
    expect(await next()).toBe("2026-01-05T13:30Z");
    const policyId = settings().advancedData[0]?.PolicyId ?? "";
    const change = { kind: "changeAdvancedPolicy", clusterId, policyId } as const;
    emulator.change({ ...change, policy: { FilterValue: "3,7" } });
    expect(await next()).toBe("2026-01-07T13:30Z");
    const copy = { SrcType: "level1", DestType: "level2", FilterType: "event", RetentionType: "never" };
    emulator.change({ kind: "addAdvancedPolicy", clusterId, policy: copy });
    expect(await next()).toBe("2026-01-07T13:30Z");
    emulator.change({ ...change, policy: { FilterKey: "backupInterval", FilterValue: "120" } });
    expect(await next()).toBe("2026-01-05T13:30Z");
    emulator.change({ kind: "deleteAdvancedPolicy", clusterId, policyId });
    expect(await next()).toBe("");
  });
});
