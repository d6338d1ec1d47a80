import { UNKNOWN } from "../../provider/core/unknowns";
import { VirtualClock } from "../emulators/common/clock";
import { findingsOf } from "../support/findings";
import { DAILY } from "./support/advancedRules";
import { ACCESS_KEY, type PolardbSubject, startPolardbSubject } from "./support/polardb";

let subject: PolardbSubject;

const start = async (options: Parameters<typeof startPolardbSubject>[0] = {}): Promise<PolardbSubject> => {
  subject = await startPolardbSubject(options);
  return subject;
};

afterEach(() => subject.emulator.close());

describe("polardb.BackupPolicy, calls", () => {
  it("creates a policy with one describe, one modify and one verify", async () => {
    const { stack, emulator, program } = await start();
    await stack.up(program({ preferredBackupTime: "15:00Z-16:00Z", dataLevel1BackupRetentionPeriod: 14 }));
    expect(emulator.journal.operations()).toEqual([
      "DescribeBackupPolicy",
      "ModifyBackupPolicy",
      "DescribeBackupPolicy",
    ]);
  });

  it("asks for nothing that the described policy shows already", async () => {
    const { stack, emulator, program } = await start();
    await stack.up(program({ dataLevel1BackupTime: "15:00Z-16:00Z" }));
    expect(emulator.journal.operations()).toEqual([
      "DescribeBackupPolicy",
      "ModifyBackupPolicy",
      "DescribeBackupPolicy",
    ]);
  });

  it("asks once which regions a cluster can copy to, and refuses another before the first write", async () => {
    const { stack, emulator, program, modifies } = await start();
    const copy = (region: string) => ({
      dataLevel2BackupRetentionPeriod: 30,
      dataLevel2BackupAnotherRegionRegion: region,
      dataLevel2BackupAnotherRegionRetentionPeriod: 30,
    });
    await expect(stack.up(program(copy("cn-chengdu")))).rejects.toThrow(
      /cannot be copied to cn-chengdu \[InvalidInput\]\. Nothing was changed\. It can copy to .*cn-shanghai/,
    );
    expect(modifies()).toEqual([]);
    emulator.journal.clear();
    await stack.up(program(copy("cn-shanghai")));
    expect(emulator.journal.operations()).toEqual([
      "DescribeBackupPolicy",
      "DescribeAvailableCrossRegions",
      "ModifyBackupPolicy",
      "DescribeBackupPolicy",
    ]);
  });

  it("refuses a level-1 schedule where the region has none, and says the names to use", async () => {
    const { stack, program, modifies } = await start({
      clusters: [{ id: "pc-1", engine: "MySQL", region: "cn-chengdu" }],
    });
    await expect(stack.up(program({ dataLevel1BackupPeriod: ["Monday", "Friday"] }))).rejects.toThrow(
      "here the schedule is preferredBackupTime, preferredBackupPeriod and backupFrequency",
    );
    expect(modifies()).toEqual([]);
  });

  it("sends a schedule under the names that the cluster keeps it under", async () => {
    const schedule = { preferredBackupTime: "15:00Z-16:00Z", preferredBackupPeriod: ["Monday", "Friday"] };
    const { stack, program, modifies } = await start();
    await stack.up(program(schedule));
    expect(modifies()).toEqual([{ DataLevel1BackupTime: "15:00Z-16:00Z", DataLevel1BackupPeriod: "Monday,Friday" }]);
    await stack.refresh();
    expect(await stack.up(program(schedule))).toBe("same");
  });

  it("keeps a local window over a daylight-saving change", async () => {
    const { stack, program, modifies, clock } = await start();
    const local = program({
      timeZone: "Europe/Berlin",
      preferredBackupTime: "00:00-01:00",
      preferredBackupPeriod: ["Monday", "Friday"],
    });
    await stack.up(local);
    expect(modifies()).toEqual([{ DataLevel1BackupTime: "23:00Z-24:00Z", DataLevel1BackupPeriod: "Thursday,Sunday" }]);
    clock.advance(120 * 24 * 60 * 60_000);
    expect(await stack.up(local)).toBe("same");
    await stack.refresh();
    expect(await stack.up(local)).toBe("same");
    expect(modifies()).toHaveLength(1);
  });

  it("refreshes with one describe", async () => {
    const { stack, emulator, program } = await start();
    await stack.up(program({ dataLevel1BackupRetentionPeriod: 14 }));
    emulator.journal.clear();
    await stack.refresh();
    expect(emulator.journal.operations()).toEqual(["DescribeBackupPolicy"]);
  });

  it("sends only what differs, and level-2 fields together once a level-2 policy exists", async () => {
    const { stack, program, modifies } = await start();
    const first = {
      dataLevel2BackupRetentionPeriod: 30,
      dataLevel1BackupPeriod: ["Monday", "Friday"],
      dataLevel2BackupPeriod: ["Monday", "Friday"],
    };
    await stack.up(program(first));
    await stack.up(program({ ...first, dataLevel2BackupRetentionPeriod: 60, preferredBackupTime: "02:00Z-03:00Z" }));
    expect(modifies().at(-1)).toEqual({
      DataLevel2BackupRetentionPeriod: "60",
      DataLevel2BackupPeriod: "Monday,Friday",
    });
  });

  it("sends 0 as a value that switches off", async () => {
    const { stack, program, modifies, emulator } = await start();
    await stack.up(program({ dataLevel2BackupRetentionPeriod: 30 }));
    await stack.up(
      program({ dataLevel2BackupRetentionPeriod: 0, accept: ["shrink:dataLevel2BackupRetentionPeriod=0"] }),
    );
    expect(modifies().at(-1)).toMatchObject({ DataLevel2BackupRetentionPeriod: "0" });
    expect(emulator.world.cluster("pc-1").settings.data.DataLevel2BackupRetentionPeriod).toBe("0");
  });

  it("never sends an empty value", async () => {
    const { stack, program, modifies } = await start();
    await stack.up(
      program({
        dataLevel2BackupRetentionPeriod: 30,
        dataLevel2BackupAnotherRegionRegion: "cn-beijing",
        dataLevel2BackupAnotherRegionRetentionPeriod: 30,
      }),
    );
    await stack.up(
      program({
        dataLevel2BackupRetentionPeriod: 30,
        dataLevel2BackupAnotherRegionRetentionPeriod: 0,
        accept: ["shrink:dataLevel2BackupAnotherRegionRetentionPeriod=0"],
      }),
    );
    expect(
      modifies()
        .flatMap((parameters) => Object.values(parameters))
        .filter((value) => value === ""),
    ).toEqual([]);
  });
});

describe("polardb.BackupPolicy, accepted risks", () => {
  it("refuses before the first write when adoption would shorten a retention, and prints the token", async () => {
    const { stack, program, modifies } = await start();
    await expect(stack.up(program({ dataLevel1BackupRetentionPeriod: 3 }))).rejects.toThrow(
      'accept: ["shrink:dataLevel1BackupRetentionPeriod=3"]',
    );
    expect(modifies()).toEqual([]);
    expect(stack.state).toBeUndefined();
  });

  it("takes a region that the service goes on showing for nothing once copies are off", async () => {
    const { stack, program } = await start({ switches: { keepRegionWhenCrossRegionOff: true } });
    const copy = (region: string) => ({
      dataLevel2BackupAnotherRegionRegion: region,
      dataLevel2BackupAnotherRegionRetentionPeriod: 30,
    });
    await stack.up(program(copy("cn-shanghai")));
    const off = {
      dataLevel2BackupAnotherRegionRetentionPeriod: 0,
      accept: ["shrink:dataLevel2BackupAnotherRegionRetentionPeriod=0"],
    };
    await stack.up(program(off));
    await stack.refresh();
    expect(await stack.up(program(off))).toBe("same");
    await stack.up(program(copy("cn-beijing")));
    const { data } = subject.emulator.world.cluster("pc-1").settings;
    expect(data.DataLevel2BackupAnotherRegionRegion).toBe("cn-beijing");
  });

  it("does not take a token for another value", async () => {
    const { stack, program } = await start();
    await stack.up(program({ dataLevel1BackupRetentionPeriod: 14 }));
    const change = program({
      dataLevel1BackupRetentionPeriod: 3,
      accept: ["shrink:dataLevel1BackupRetentionPeriod=5"],
    });
    await expect(stack.preview(change)).rejects.toThrow("NotAccepted");
  });

  it("adds or removes a token without a call", async () => {
    const { stack, program, emulator } = await start();
    await stack.up(program({ dataLevel1BackupRetentionPeriod: 14 }));
    emulator.journal.clear();
    expect(
      await stack.up(
        program({ dataLevel1BackupRetentionPeriod: 14, accept: ["shrink:dataLevel1BackupRetentionPeriod=3"] }),
      ),
    ).toBe("same");
    expect(emulator.journal.operations()).toEqual([]);
  });

  it("announces what starts to cost money, and names tokens that match nothing", async () => {
    const { stack, program } = await start();
    await stack.up(program({ dataLevel1BackupRetentionPeriod: 14 }));
    await stack.preview(
      program({
        dataLevel1BackupRetentionPeriod: 14,
        dataLevel2BackupRetentionPeriod: 30,
        accept: ["shrink:dataLevel1BackupRetentionPeriod=9"],
      }),
    );
    expect(stack.log.join("\n")).toContain("Level-2 backups are switched on; their storage costs money.");
    expect(stack.log.join("\n")).toContain('accept "shrink:dataLevel1BackupRetentionPeriod=9" matches nothing');
  });

  it("announces what costs money also when the policy is adopted, before it is changed", async () => {
    const { stack, program } = await start();
    await stack.up(program({ dataLevel2BackupRetentionPeriod: 30 }));
    expect(stack.log).toEqual([
      "pc-1: Level-2 backups are switched on; their storage costs money.",
      "pc-1: dataLevel2BackupRetentionPeriod 0 -> 30",
    ]);
  });

  it("says in the preview which property is no longer managed", async () => {
    const { stack, program } = await start();
    await stack.up(program({ dataLevel1BackupRetentionPeriod: 14, preferredBackupTime: "15:00Z-16:00Z" }));
    await stack.preview(program({ dataLevel1BackupRetentionPeriod: 14 }));
    expect(stack.log.at(-1)).toBe("pc-1: preferredBackupTime is no longer managed and keeps its present value");
  });
});

describe("polardb.BackupPolicy, advanced backup", () => {
  const weekly = {
    name: "weekly",
    srcType: "level1",
    srcRegion: "cn-hangzhou",
    destType: "level2",
    destRegion: "cn-hangzhou",
    filterType: "crontab",
    filterKey: "dayOfWeek",
    filterValue: "7",
    retentionType: "never",
    dumpAction: "copy",
  };
  const advanced = {
    backupPolicyLevel: "Advanced",
    accept: ["irreversible:backupPolicyLevel=Advanced", "shrink:backupPolicyLevel=Advanced"],
  };
  const rules = (): readonly { PolicyId: string; AutoCreated: boolean; RetentionValue?: string }[] =>
    subject.emulator.world.cluster("pc-1").settings.advancedData;
  const ours = (): ReturnType<typeof rules> => rules().filter(({ AutoCreated }) => !AutoCreated);

  it("is switched on only with its token, and then gets its rules", async () => {
    const { stack, program, modifies } = await start();
    await expect(stack.up(program({ backupPolicyLevel: "Advanced", advancedDataPolicies: [DAILY] }))).rejects.toThrow(
      "cannot be switched back",
    );
    await stack.up(program({ ...advanced, advancedDataPolicies: [DAILY, weekly] }));
    expect(modifies().map((parameters) => Object.keys(parameters))).toEqual([
      ["BackupPolicyLevel"],
      ["AdvancedDataPolicies"],
    ]);
    expect(ours()).toHaveLength(2);
    expect(Object.keys(findingsOf(stack.state).policyIds)).toEqual(["daily", "weekly"]);
  });

  it("changes, adds and removes rules in one call, with ids from state", async () => {
    const { stack, program, modifies } = await start();
    await stack.up(program({ ...advanced, advancedDataPolicies: [DAILY, weekly] }));
    const ids = findingsOf(stack.state).policyIds;
    const accept = [...advanced.accept, "shrink:advancedDataPolicies.weekly=removed"];
    const monthly = { ...weekly, name: "monthly", filterKey: "dayOfMonth", filterValue: "1" };
    await stack.up(program({ ...advanced, accept, advancedDataPolicies: [{ ...DAILY, retentionValue: 14 }, monthly] }));
    expect(modifies().at(-1)?.AdvancedDataPolicies).toEqual([
      expect.objectContaining({ ActionType: "UPDATE", PolicyId: ids.daily, RetentionValue: "14" }),
      expect.objectContaining({ ActionType: "CREATE", FilterKey: "dayOfMonth" }),
      { ActionType: "DELETE", PolicyId: ids.weekly },
    ]);
    expect(ours()).toHaveLength(2);
  });

  it("writes nothing when a rule is renamed or rules change their order", async () => {
    const { stack, program, modifies } = await start();
    await stack.up(program({ ...advanced, advancedDataPolicies: [DAILY, weekly] }));
    const before = modifies().length;
    await stack.up(program({ ...advanced, advancedDataPolicies: [{ ...weekly, name: "archive" }, DAILY] }));
    expect(modifies()).toHaveLength(before);
    expect(Object.keys(findingsOf(stack.state).policyIds).sort()).toEqual(["archive", "daily"]);
  });

  it("leaves the rules alone that the service has made", async () => {
    const { stack, program } = await start();
    await stack.up(program({ ...advanced, advancedDataPolicies: [DAILY] }));
    const automatic = rules().filter(({ AutoCreated }) => AutoCreated);
    expect(automatic.length).toBeGreaterThan(0);
    await stack.up(
      program({
        ...advanced,
        accept: [...advanced.accept, "shrink:advancedDataPolicies.daily=removed"],
        advancedDataPolicies: [],
      }),
    );
    expect(ours()).toEqual([]);
    expect(rules().filter(({ AutoCreated }) => AutoCreated)).toEqual(automatic);
  });

  it("does not create a rule twice when the answer to its creation is lost", async () => {
    const { stack, program, emulator } = await start();
    await stack.up(program({ ...advanced, advancedDataPolicies: [] }));
    emulator.faults.add({
      operation: "ModifyBackupPolicy",
      effect: { kind: "reply", when: "after", status: 500, body: "<html>bad gateway</html>" },
    });
    await stack.up(program({ ...advanced, advancedDataPolicies: [DAILY] }));
    expect(ours()).toHaveLength(1);
  });

  it("shows a rule that was deleted in the console, and creates it again", async () => {
    const { stack, program, emulator } = await start();
    const declared = program({ ...advanced, advancedDataPolicies: [DAILY, weekly] });
    await stack.up(declared);
    const ids = findingsOf(stack.state).policyIds;
    emulator.change({ kind: "deleteAdvancedPolicy", clusterId: "pc-1", policyId: ids.weekly as string });
    await stack.refresh();
    expect(await stack.preview(declared)).toBe("update");
    await stack.up(declared);
    expect(ours()).toHaveLength(2);
    await stack.refresh();
    expect(await stack.up(declared)).toBe("same");
  });

  it("cannot be switched back, and says that classic settings have no effect there", async () => {
    const { stack, program, emulator, modifies } = await start();
    emulator.change({ kind: "switchToAdvanced", clusterId: "pc-1" });
    await expect(stack.up(program({ backupPolicyLevel: "Normal" }))).rejects.toThrow("cannot be switched back");
    await expect(stack.up(program({ dataLevel1BackupRetentionPeriod: 14 }))).rejects.toThrow(
      "would be accepted and ignored",
    );
    await stack.up(program({ preferredBackupTime: "15:00Z-16:00Z" }));
    expect(modifies()).toEqual([{ DataLevel1BackupTime: "15:00Z-16:00Z" }]);
  });

  it("must be accepted twice where no declared rule keeps what the classic settings kept", async () => {
    const { stack, program, modifies } = await start();
    const keepsLess = { ...DAILY, retentionValue: 3 };
    const accept = ["irreversible:backupPolicyLevel=Advanced"];
    await expect(
      stack.up(program({ backupPolicyLevel: "Advanced", accept, advancedDataPolicies: [keepsLess] })),
    ).rejects.toThrow(
      /No declared rule keeps level-1 backups \(now 7 days\) for as long.*accept: \["shrink:backupPolicyLevel=Advanced"\]/,
    );
    expect(modifies()).toEqual([]);
    await stack.up(program({ backupPolicyLevel: "Advanced", accept, advancedDataPolicies: [DAILY] }));
    expect(findingsOf(stack.state)).toMatchObject({
      engine: "MySQL",
      effective: { backupPolicyLevel: "Advanced", advancedPolicyOption: "enable" },
    });
  });

  it("is reported when somebody switches it on in the console, and nothing is pretended", async () => {
    const { stack, program, emulator, modifies } = await start();
    const classic = program({ dataLevel1BackupRetentionPeriod: 14, preferredBackupTime: "15:00Z-16:00Z" });
    await stack.up(classic);
    emulator.change({ kind: "switchToAdvanced", clusterId: "pc-1" });
    const before = modifies().length;
    await stack.refresh();
    expect(stack.state?.inputs.drift).toEqual([
      "the cluster has been switched to advanced backup, so dataLevel1BackupRetentionPeriod has no effect any more",
    ]);
    expect(findingsOf(stack.state)).toMatchObject({ effective: { backupPolicyLevel: "Advanced" } });
    await expect(stack.preview(classic)).rejects.toThrow("would be accepted and ignored");
    await expect(stack.up(classic)).rejects.toThrow("would be accepted and ignored");
    expect(modifies()).toHaveLength(before);
    expect(await stack.up(program({ preferredBackupTime: "15:00Z-16:00Z" }))).toBe("update");
  });

  it("is refused where the cluster does not offer it", async () => {
    const { stack, program, emulator, modifies } = await start();
    emulator.change({ kind: "setAdvancedOption", clusterId: "pc-1", option: "notSupport" });
    await expect(stack.up(program(advanced))).rejects.toThrow("AdvancedPolicyOption is notSupport");
    expect(modifies()).toEqual([]);
  });
});

describe("polardb.BackupPolicy, when the service is not at its best", () => {
  it("waits for a busy cluster", async () => {
    const { stack, program, emulator } = await start();
    emulator.change({ kind: "setStatus", clusterId: "pc-1", status: "ClassChanging", forMs: 60_000 });
    await stack.up(program({ dataLevel1BackupRetentionPeriod: 14 }));
    expect(stack.log.join("\n")).toContain("the cluster is busy with another change; waiting for it");
    expect(emulator.world.cluster("pc-1").settings.data.DataLevel1BackupRetentionPeriod).toBe("14");
  });

  it("gives up on a busy cluster at the deadline, saying for how long it waited", async () => {
    const { stack, program, emulator } = await start();
    emulator.change({ kind: "setStatus", clusterId: "pc-1", status: "ClassChanging" });
    const declared = program({ dataLevel1BackupRetentionPeriod: 14, timeouts: { create: "5m" } });
    await expect(stack.up(declared)).rejects.toThrow(
      /tried 30 times in 4m 50s \[Conflict, OperationDenied\.DBClusterStatus, HTTP 403/,
    );
  });

  it("waits until a change shows", async () => {
    const { stack, program, emulator } = await start({ knobs: { visibilityDelayMs: 20_000 } });
    await stack.up(program({ dataLevel1BackupRetentionPeriod: 14 }));
    expect(emulator.journal.operations().filter((name) => name === "ModifyBackupPolicy")).toHaveLength(1);
    expect(findingsOf(stack.state).effective).toMatchObject({ dataLevel1BackupRetentionPeriod: 14 });
  });

  it("repeats throttled calls as the service asks", async () => {
    const { stack, program } = await start({ ratePerSecond: 1 });
    await stack.up(program({ dataLevel1BackupRetentionPeriod: 14 }));
    expect(stack.state?.id).toBe("pc-1");
  });

  it("refuses a cluster of another engine before the first write", async () => {
    const { stack, program, modifies } = await start({
      clusters: [{ id: "pc-1", engine: "PostgreSQL", region: "cn-hangzhou" }],
    });
    await expect(stack.up(program({ dataLevel1BackupPeriod: ["Monday", "Friday"] }))).rejects.toThrow(
      "the cluster runs PostgreSQL, and dataLevel1BackupPeriod exists only for PolarDB for MySQL",
    );
    expect(modifies()).toEqual([]);
    await stack.up(program({ preferredBackupPeriod: ["Monday", "Friday"] }));
  });

  it("refuses in the preview what the engine on record does not have", async () => {
    const { stack, program } = await start({
      clusters: [{ id: "pc-1", engine: "PostgreSQL", region: "cn-hangzhou" }],
    });
    await stack.up(program({ preferredBackupTime: "15:00Z-16:00Z" }));
    await expect(
      stack.preview(program({ preferredBackupTime: "15:00Z-16:00Z", dataLevel2BackupPeriod: ["Monday", "Friday"] })),
    ).rejects.toThrow("the cluster runs PostgreSQL, and dataLevel2BackupPeriod exists only for PolarDB for MySQL");
  });

  it("refuses a part of the week where the cluster has a high frequency that the program does not declare", async () => {
    const { stack, program, modifies, emulator } = await start();
    const days = { preferredBackupPeriod: ["Monday", "Friday"] };
    const policy = { DataLevel1BackupFrequency: "2/24H" };
    emulator.change({ kind: "setPolicy", clusterId: "pc-1", policy });
    const message =
      'so preferredBackupPeriod would be accepted and ignored [InvalidInput]. Nothing was changed. Declare backupFrequency: "Normal" beside it';
    await expect(stack.up(program(days))).rejects.toThrow(message);
    expect(modifies()).toEqual([]);
    const declared = program({ ...days, backupFrequency: "Normal", accept: ["shrink:backupFrequency=Normal"] });
    await stack.up(declared);
    await stack.refresh();
    expect(await stack.up(declared)).toBe("same");
    emulator.change({ kind: "setPolicy", clusterId: "pc-1", policy });
    await stack.refresh();
    await expect(stack.preview(program(days))).rejects.toThrow(message);
    expect(await stack.preview(program({ ...days, backupFrequency: UNKNOWN }))).toBe("update");
  });
});

describe("polardb.BackupPolicy, bad connections", () => {
  const cases: { name: string; prepare(): void; message: RegExp }[] = [
    {
      name: "an unknown access key, which is answered with 404",
      prepare: () => subject.emulator.world.accessKeys.clear(),
      message:
        /the access key id is unknown .*\[Unauthenticated, InvalidAccessKeyId\.NotFound, HTTP 404, request [0-9A-F-]{36}\]/,
    },
    {
      name: "a wrong secret",
      prepare: () => {
        subject.stack.environment.ALIBABA_CLOUD_ACCESS_KEY_SECRET = "another-secret-77";
      },
      message: /access key secret is wrong .*\[Unauthenticated, SignatureDoesNotMatch/,
    },
    {
      name: "no credential at all",
      prepare: () => {
        delete subject.stack.environment.ALIBABA_CLOUD_ACCESS_KEY_ID;
        delete subject.stack.environment.ALIBABA_CLOUD_ACCESS_KEY_SECRET;
      },
      message:
        /no Alibaba Cloud credential is set \[Unauthenticated\]\. Looked at: .*ALIBABA_CLOUD_ACCESS_KEY_ID or ALICLOUD_ACCESS_KEY/,
    },
    {
      name: "half a credential",
      prepare: () => {
        delete subject.stack.environment.ALIBABA_CLOUD_ACCESS_KEY_SECRET;
      },
      message:
        /half a credential: environment variable ALIBABA_CLOUD_ACCESS_KEY_SECRET or ALICLOUD_SECRET_KEY is not set/,
    },
    {
      name: "a missing right",
      prepare: () =>
        subject.emulator.change({
          kind: "setAllowedActions",
          accessKeyId: ACCESS_KEY.accessKeyId,
          actions: ["DescribeDBClusters"],
        }),
      message: /\[Forbidden, Forbidden\.RAM, HTTP 403.*Allow the action polardb:DescribeBackupPolicy/,
    },
    {
      name: "an unknown cluster",
      prepare: () => subject.emulator.change({ kind: "deleteCluster", clusterId: "pc-1" }),
      message: /the cluster does not exist .*\[NotFound, InvalidDBClusterId\.NotFound/,
    },
    {
      name: "a web page instead of JSON",
      prepare: () =>
        subject.emulator.faults.add({
          times: 99,
          effect: { kind: "reply", when: "before", status: 200, body: "<html><title>Welcome</title></html>" },
        }),
      message:
        /answered a web page \("<html><title>Welcome<\/title><\/html>"\) instead of the API's JSON \[UnexpectedResponse, HTTP 200\]/,
    },
    {
      name: "a 502 that is not JSON, again and again",
      prepare: () =>
        subject.emulator.faults.add({
          times: 99,
          effect: { kind: "reply", when: "before", status: 502, body: "<h1>Bad Gateway</h1>" },
        }),
      message: /tried \d+ times in .* \[Unavailable, HTTP 502\]/,
    },
    {
      name: "an answer of the wrong shape",
      prepare: () =>
        subject.emulator.faults.add({
          effect: {
            kind: "reply",
            when: "before",
            status: 200,
            body: '{"RequestId":"x","DataLevel1BackupRetentionPeriod":"soon"}',
          },
        }),
      message:
        /the answer of DescribeBackupPolicy is not as documented: DataLevel1BackupRetentionPeriod: "soon" is not a whole number/,
    },
  ];

  it.each(cases)("says what is wrong with $name", async ({ prepare, message }) => {
    const { stack, program } = await start();
    prepare();
    const failure = await stack.up(program({ dataLevel1BackupRetentionPeriod: 14 })).then(
      () => "no failure",
      (error: Error) => error.message,
    );
    expect(failure).toMatch(message);
    expect(failure).toMatch(/^creating PolarDB backup policy \(pc-1\): /);
    expect(failure).not.toContain(ACCESS_KEY.accessKeySecret);
  });

  it("says that a clock is off", async () => {
    const { stack, program } = await start({ clock: new VirtualClock(Date.UTC(2026, 0, 5, 13, 0, 0)) });
    await expect(stack.up(program({}))).rejects.toThrow(/outside the time window .* Check the clock of this machine/);
  });

  it("says that the endpoint cannot be reached", async () => {
    const { stack } = await start();
    await expect(stack.up({ dbClusterId: "pc-1", endpoint: "http://127.0.0.1:1" })).rejects.toThrow(
      /http:\/\/127\.0\.0\.1:1 cannot be reached/,
    );
  });

  it("refuses another endpoint than the recorded one, instead of taking the cluster for gone", async () => {
    const { stack, emulator } = await start();
    stack.environment.POLARDB_ENDPOINT = emulator.url;
    await stack.up({ dbClusterId: "pc-1", dataLevel1BackupRetentionPeriod: 14 });
    stack.environment.POLARDB_ENDPOINT = "http://127.0.0.1:1";
    await expect(stack.refresh()).rejects.toThrow(/WrongTarget/);
    expect(stack.state).toBeDefined();
  });
});
