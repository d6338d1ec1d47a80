import { PolardbFixture, type StartedPolardb } from "./support/polardbFixture";

const fixture = new PolardbFixture();
afterEach(() => fixture.stopAll());

const ARCHIVED = {
  DataLevel2BackupPeriod: "Monday,Thursday",
  DataLevel2BackupRetentionPeriod: "30",
} as const;

interface Case {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly cluster?: string;
  readonly send: Readonly<Record<string, string>>;
  readonly prepare?: (polardb: StartedPolardb) => void;
}

const malformed = (code: string, parameter: string, value: string): Case => ({
  status: 400,
  code,
  message: `The specified parameter ${parameter} is not valid.`,
  send: { [parameter]: value },
});

/** The error table of the page "ModifyBackupPolicy", row by row, each with a call that brings the row about. */
const PAGE: readonly Case[] = [
  malformed("InvalidDataLevel1BackupRetentionPeriod.Malformed", "DataLevel1BackupRetentionPeriod", "2"),
  malformed("InvalidDataLevel2BackupRetentionPeriod.Malformed", "DataLevel2BackupRetentionPeriod", "29"),
  malformed("InvalidBackupRetentionPeriod.Malformed", "BackupRetentionPeriod", "x"),
  malformed("InvalidBackupFrequency.Malformed", "BackupFrequency", "1/24H"),
  malformed("InvalidPreferredBackupPeriod.Malformed", "PreferredBackupPeriod", "Monday"),
  malformed("InvalidDataLevel2BackupPeriod.Malformed", "DataLevel2BackupPeriod", "Monday"),
  malformed("InvalidDataLevel1BackupPeriod.Malformed", "DataLevel1BackupPeriod", "Monday"),
  malformed("InvalidPreferredBackupTime.Malformed", "PreferredBackupTime", "15:30Z-16:30Z"),
  malformed("InvalidDataLevel1BackupTime.Malformed", "DataLevel1BackupTime", "15:00Z-17:00Z"),
  malformed("InvalidDataLevel1BackupFrequency.Malformed", "DataLevel1BackupFrequency", "normal"),
  {
    status: 400,
    code: "InvalidDataLevel2AnotherRegionRegion.NotFound",
    message: "The specified parameter DataLevel2BackupAnotherRegionRegion does not found.",
    send: { DataLevel2BackupAnotherRegionRegion: "cn-nowhere", DataLevel2BackupAnotherRegionRetentionPeriod: "30" },
  },
  malformed(
    "InvalidDataLevel2AnotherRegionBackupRetentionPeriod.Malformed",
    "DataLevel2BackupAnotherRegionRetentionPeriod",
    "1",
  ),
  {
    status: 403,
    code: "IncorrectBackupPolicy",
    message: "Current DB type does not support low frequency backupPolicy operation.",
    cluster: "pc-pg",
    send: { DataLevel2BackupPeriod: "Monday,Tuesday" },
  },
  {
    status: 404,
    code: "InvalidDBCluster.NotFound",
    message: "The DBClusterId provided does not exist in our records.",
    send: {},
    prepare: ({ emulator }) => emulator.world.removeCluster("pc-mysql", "InvalidDBCluster.NotFound"),
  },
  {
    status: 404,
    code: "InvalidDBClusterId.NotFound",
    message: "The DBClusterId provided does not exist in our records.",
    cluster: "pc-never",
    send: {},
  },
  {
    status: 404,
    code: "InvalidParam",
    message: "new archiveBackup policy already exists. dumpretention parameter cannot used alone",
    send: { DataLevel2BackupRetentionPeriod: "60" },
    prepare: ({ settings }) => Object.assign(settings().data, ARCHIVED),
  },
  {
    status: 404,
    code: "InvalidDBClusterId.Malformed",
    message: "The specified parameter DBClusterId is not valid.",
    cluster: "rm-12345678",
    send: {},
  },
];

describe("ModifyBackupPolicy on the PolarDB emulator", () => {
  it("knows every row of the vendor's error table once", () => {
    expect(new Set(PAGE.map(({ code }) => code)).size).toBe(17);
  });

  it.each(PAGE)("refuses with $status $code", async ({ cluster, send, prepare, ...error }) => {
    const polardb = await fixture.start();
    prepare?.(polardb);
    const before = structuredClone(polardb.emulator.world.clusters);
    const answer = await polardb.modify(send, cluster);
    expect({ status: answer.status, code: answer.code, message: answer.body.Message }).toEqual(error);
    expect(polardb.emulator.world.clusters).toEqual(before);
  });

  it("writes an error body as the service does", async () => {
    const { emulator, modify } = await fixture.start();
    const { body, headers } = await modify({ DataLevel1BackupRetentionPeriod: "x" });
    expect(body).toEqual({
      Code: "InvalidDataLevel1BackupRetentionPeriod.Malformed",
      HostId: `127.0.0.1:${emulator.port}`,
      Message: "The specified parameter DataLevel1BackupRetentionPeriod is not valid.",
      Recommend: expect.stringContaining(
        "q=InvalidDataLevel1BackupRetentionPeriod.Malformed&product=polardb&requestId=",
      ),
      RequestId: expect.stringMatching(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/),
    });
    expect(headers).toMatchObject({
      "content-type": "application/json;charset=utf-8",
      "x-acs-request-id": body.RequestId,
    });
  });

  it("refuses while the cluster is not running, whatever the status is called", async () => {
    const { emulator, modify, describe } = await fixture.start();
    for (const status of ["Creating", "Maintaining", "CONFIG_SWITCHING", "running", "Deleting"]) {
      emulator.world.cluster("pc-mysql").status = status;
      expect(await modify({ PreferredBackupTime: "01:00Z-02:00Z" })).toMatchObject({
        status: 403,
        code: "OperationDenied.DBClusterStatus",
      });
      expect((await describe()).status).toBe(200);
    }
    emulator.world.cluster("pc-mysql").status = "Running";
    expect((await modify({ PreferredBackupTime: "01:00Z-02:00Z" })).status).toBe(200);
  });

  it("refuses while the cluster is locked", async () => {
    const { emulator, modify, modifyLog, describe } = await fixture.start();
    emulator.world.cluster("pc-mysql").lockMode = "LockByExpiration";
    expect(await modify({})).toMatchObject({ status: 403, code: "OperationDenied.LockMode" });
    expect(await modifyLog({})).toMatchObject({ status: 403, code: "OperationDenied.LockMode" });
    expect((await describe()).status).toBe(200);
  });
});

describe("The checks of ModifyBackupPolicy on the PolarDB emulator", () => {
  it("come in this order: id, existence, lock, status, engine, level, field", async () => {
    const { modify, emulator } = await fixture.start();
    const wrong = { PreferredBackupTime: "x", BackupPolicyLevel: "x" };
    const archive = { ...wrong, DataLevel2BackupPeriod: "x" };
    expect((await modify(archive, "pc_1")).code).toBe("InvalidDBClusterId.Malformed");
    expect((await modify(archive, "pc-never")).code).toBe("InvalidDBClusterId.NotFound");
    for (const id of ["pc-mysql", "pc-pg"]) {
      const cluster = emulator.world.cluster(id);
      cluster.lockMode = "ManualLock";
      cluster.status = "Maintaining";
      expect((await modify(archive, id)).code).toBe("OperationDenied.LockMode");
      cluster.lockMode = "Unlock";
      expect((await modify(archive, id)).code).toBe("OperationDenied.DBClusterStatus");
      cluster.status = "Running";
    }
    expect((await modify(archive, "pc-pg")).code).toBe("IncorrectBackupPolicy");
    expect((await modify(wrong)).code).toBe("InvalidParameter");
    expect((await modify({ ...wrong, BackupPolicyLevel: "Normal" })).code).toBe("InvalidPreferredBackupTime.Malformed");
  });
});

describe("Absence of a cluster on the PolarDB emulator", () => {
  const ACTIONS = ["DescribeBackupPolicy", "DescribeLogBackupPolicy", "ModifyLogBackupPolicy", "ModifyBackupPolicy"];

  it.each(ACTIONS)("has the wording and the status of the page of %s", async (action) => {
    const { client, emulator } = await fixture.start();
    const noun = action === "ModifyBackupPolicy" ? "DBClusterId" : "DBInstanceId";
    const absent = await client.v3(action, { DBClusterId: "pc-never" });
    expect(absent).toMatchObject({ status: 404, code: "InvalidDBClusterId.NotFound" });
    expect(absent.body.Message).toBe(`The ${noun} provided does not exist in our records.`);

    const malformedId = await client.v3(action, { DBClusterId: "pc_1" });
    expect(malformedId.code).toBe("InvalidDBClusterId.Malformed");
    expect(malformedId.status).toBe(action.startsWith("Modify") ? 404 : 400);

    emulator.world.removeCluster("pc-pg", "Forbidden.ClusterNotFound");
    const hidden = await client.v3(action, { DBClusterId: "pc-pg" });
    expect(hidden).toMatchObject({ status: 404, code: "Forbidden.ClusterNotFound" });
  });

  it.each([...ACTIONS, "DescribeDBClusterAttribute", "DescribeAvailableCrossRegions", "DescribeBackupRegions"])(
    "is not the same as a missing id in %s",
    async (action) => {
      const { client } = await fixture.start();
      for (const parameters of [{}, { DBClusterId: "" }] as Readonly<Record<string, string>>[]) {
        const answer = await client.v3(action, parameters);
        expect(answer).toMatchObject({ status: 400, code: "MissingParameter" });
        expect(answer.body.Message).toContain('"DBClusterId"');
      }
    },
  );
});
