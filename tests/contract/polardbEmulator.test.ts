import https from "node:https";
import selfsigned from "selfsigned";
import { realClock } from "../emulators/common/clock";
import { KEY, PolardbFixture, type StartedPolardb } from "./support/polardbFixture";
import type { RawAnswer } from "./support/polardbRawClient";

const fixture = new PolardbFixture();
afterEach(() => fixture.stopAll());

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function retention({ describe: read }: StartedPolardb, id?: string): Promise<unknown> {
  return (await read(id)).body.DataLevel1BackupRetentionPeriod;
}

describe("Clusters on the PolarDB emulator", () => {
  it("describe engine, region, edition, status and lock", async () => {
    const { client, emulator } = await fixture.start();
    emulator.world.cluster("pc-essd").lockMode = "ManualLock";
    const attribute = async (id: string): Promise<unknown> =>
      (await client.v3("DescribeDBClusterAttribute", { DBClusterId: id, DescribeType: "X" })).body;
    expect(await attribute("pc-mysql")).toMatchObject({
      DBClusterId: "pc-mysql",
      DBClusterStatus: "Running",
      DBType: "MySQL",
      DBVersion: "8.0",
      Category: "Normal",
      RegionId: "cn-hangzhou",
      StorageType: "psl5",
      LockMode: "Unlock",
      DeletionLock: 0,
      CreationTime: "2026-01-05T12:00:00Z",
    });
    expect(await attribute("pc-essd")).toMatchObject({ Category: "SENormal", LockMode: "ManualLock" });
    expect(await attribute("pc-oracle")).toMatchObject({ DBType: "Oracle", RegionId: "cn-beijing" });
  });

  it("are listed by region, page by page", async () => {
    const clusters = Array.from({ length: 65 }, (_, index) => ({
      id: `pc-${index}`,
      engine: index % 2 === 0 ? ("MySQL" as const) : ("PostgreSQL" as const),
      region: index < 62 ? "cn-hangzhou" : "cn-beijing",
    }));
    const { client, emulator } = await fixture.start({ clusters });
    const list = async (parameters: Readonly<Record<string, string>>): Promise<RawAnswer["body"]> =>
      (await client.v3("DescribeDBClusters", { RegionId: "cn-hangzhou", ...parameters })).body;
    const ids = (body: RawAnswer["body"]): string[] =>
      (body.Items as { DBCluster: { DBClusterId: string }[] }).DBCluster.map(({ DBClusterId }) => DBClusterId);

    const first = await list({});
    expect(first).toMatchObject({ PageNumber: 1, PageRecordCount: 30, TotalRecordCount: 62 });
    const third = await list({ PageNumber: "3" });
    expect(third).toMatchObject({ PageNumber: 3, PageRecordCount: 2, TotalRecordCount: 62 });
    expect(ids(third)).toEqual(["pc-60", "pc-61"]);
    expect(await list({ PageNumber: "4" })).toMatchObject({ PageRecordCount: 0, TotalRecordCount: 62 });
    expect(await list({ PageSize: "100" })).toMatchObject({ PageRecordCount: 62 });
    expect(ids(await list({ DBClusterIds: "pc-3,pc-64,pc-none" }))).toEqual(["pc-3"]);
    expect(await list({ DBType: "PostgreSQL" })).toMatchObject({ TotalRecordCount: 31 });
    emulator.world.cluster("pc-5").status = "Maintaining";
    expect(ids(await list({ DBClusterStatus: "Maintaining" }))).toEqual(["pc-5"]);
    for (const [name, value] of [
      ["PageSize", "10"],
      ["PageNumber", "0"],
      ["PageNumber", "x"],
    ] as const) {
      expect(await list({ [name]: value })).toMatchObject({ Code: `Invalid${name}.Malformed` });
    }
    expect((await client.v3("DescribeDBClusters", {})).code).toBe("MissingParameter");
  });
});

describe("The consistency knobs of the PolarDB emulator", () => {
  it("show a change late, each at its own time", async () => {
    const polardb = await fixture.start({ knobs: { visibilityDelayMs: 5000 } });
    const { modify, modifyLog, describeLog } = polardb;
    await modify({ DataLevel1BackupRetentionPeriod: "8" });
    fixture.clock.advance(3000);
    await modify({ DataLevel1BackupRetentionPeriod: "9" });
    await modifyLog({ LogBackupRetentionPeriod: "90" });
    expect(await retention(polardb)).toBe("7");
    fixture.clock.advance(1999);
    expect(await retention(polardb)).toBe("7");
    fixture.clock.advance(1);
    expect(await retention(polardb)).toBe("8");
    expect((await describeLog()).body).toMatchObject({ LogBackupRetentionPeriod: 7 });
    fixture.clock.advance(3000);
    expect(await retention(polardb)).toBe("9");
    expect((await describeLog()).body).toMatchObject({ LogBackupRetentionPeriod: 90 });
  });

  it("build on what was stored, not on what is shown", async () => {
    const { modify, settings } = await fixture.start({ knobs: { visibilityDelayMs: 5000 } });
    await modify({ DataLevel1BackupRetentionPeriod: "8" });
    await modify({ PreferredBackupTime: "09:00Z-10:00Z" });
    expect(settings().data).toMatchObject({
      DataLevel1BackupRetentionPeriod: "8",
      PreferredBackupTime: "09:00Z-10:00Z",
    });
  });

  it("show what an operator did at once", async () => {
    const polardb = await fixture.start({ knobs: { visibilityDelayMs: 5000, busyAfterModifyMs: 1000 } });
    await polardb.modify({ DataLevel1BackupRetentionPeriod: "8" });
    polardb.emulator.change({
      kind: "setPolicy",
      clusterId: "pc-mysql",
      policy: { DataLevel1BackupRetentionPeriod: "12" },
    });
    expect(await retention(polardb)).toBe("12");
  });

  it("take a cluster out of Running after a Modify, and back", async () => {
    const { modify, modifyLog, client } = await fixture.start({ knobs: { busyAfterModifyMs: 4000 } });
    const status = async (): Promise<unknown> =>
      (await client.v3("DescribeDBClusterAttribute", { DBClusterId: "pc-mysql" })).body.DBClusterStatus;
    expect((await modify({ DataLevel1BackupRetentionPeriod: "99" })).status).toBe(400);
    expect(await status()).toBe("Running");
    await modify({ DataLevel1BackupRetentionPeriod: "8" });
    expect(await status()).toBe("ConfigSwitching");
    expect((await modifyLog({ LogBackupRetentionPeriod: "90" })).code).toBe("OperationDenied.DBClusterStatus");
    expect((await modify({}, "pc-inland")).status).toBe(200);
    fixture.clock.advance(3999);
    expect(await status()).toBe("ConfigSwitching");
    fixture.clock.advance(1);
    expect(await status()).toBe("Running");
    expect((await modifyLog({ LogBackupRetentionPeriod: "90" })).status).toBe(200);
  });

  it("let through the burst and then the rate, and say how long to wait", async () => {
    const { describe: read } = await fixture.start({ ratePerSecond: 4, knobs: { burst: 2 } });
    expect([(await read()).status, (await read()).status]).toEqual([200, 200]);
    const refused = await read();
    expect(refused).toMatchObject({ status: 400, code: "Throttling.User" });
    expect(refused.headers["x-acs-retry-after"]).toBe("250");
    fixture.clock.advance(249);
    expect((await read()).headers["x-acs-retry-after"]).toBe("1");
    fixture.clock.advance(1);
    expect((await read()).status).toBe(200);
    expect((await read()).code).toBe("Throttling.User");
    fixture.clock.advance(60_000);
    expect([(await read()).status, (await read()).status, (await read()).status]).toEqual([200, 200, 400]);
  });

  it("let no request target through that a proxy would not", async () => {
    const { client, emulator, settings } = await fixture.start({ knobs: { longestTarget: 4000 } });
    const modify = (length: number): Promise<RawAnswer> =>
      client.v3("ModifyBackupPolicy", {
        DBClusterId: "pc-mysql",
        DataLevel1BackupRetentionPeriod: "9",
        Note: "x".repeat(length),
      });
    const fixed = "/?DBClusterId=pc-mysql&DataLevel1BackupRetentionPeriod=9&Note=".length;
    const refused = await modify(4001 - fixed);
    expect(refused).toMatchObject({ status: 414, body: {}, headers: { "content-type": "text/html" } });
    expect(settings().data.DataLevel1BackupRetentionPeriod).toBe("7");
    expect((await modify(4000 - fixed)).status).toBe(200);
    emulator.world.knobs.longestTarget = 0;
    expect((await modify(4001 - fixed)).status).toBe(200);
  });

  it("follow the real clock too", async () => {
    const polardb = await fixture.start({
      clock: realClock,
      ratePerSecond: 50,
      latencyMs: 20,
      knobs: { visibilityDelayMs: 800, busyAfterModifyMs: 800, burst: 10 },
    });
    const startedAt = Date.now();
    await polardb.modify({ DataLevel1BackupRetentionPeriod: "8" });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(19);
    expect(await retention(polardb)).toBe("7");
    expect((await polardb.modify({})).code).toBe("OperationDenied.DBClusterStatus");
    await pause(850);
    expect(await retention(polardb)).toBe("8");
    expect((await polardb.modify({})).status).toBe(200);
  });
});

describe("Starting the PolarDB emulator", () => {
  it("serves HTTPS if it is given a certificate", async () => {
    const { cert, private: key } = await selfsigned.generate([{ name: "commonName", value: "127.0.0.1" }]);
    const { emulator } = await fixture.start({ tls: { cert, key } });
    expect(emulator.url).toBe(`https://127.0.0.1:${emulator.port}`);
    const text = await new Promise<string>((resolve, reject) => {
      https
        .get(emulator.url, { rejectUnauthorized: false, agent: false }, (response) => {
          response.setEncoding("utf8").once("data", resolve);
        })
        .on("error", reject);
    });
    expect(text).toContain("IncompleteSignature");
  });

  it("refuses the same cluster or key twice", async () => {
    const cluster = { id: "pc-1", engine: "MySQL", region: "cn-hangzhou" } as const;
    await expect(fixture.start({ clusters: [cluster, cluster] })).rejects.toThrow("cluster pc-1 exists already");
    await expect(fixture.start({ accessKeys: [KEY, KEY] })).rejects.toThrow(`access key ${KEY.accessKeyId} exists`);
  });

  it("refuses an id that no call could name", async () => {
    const clusters = [{ id: "rm-1", engine: "MySQL", region: "cn-hangzhou" } as const];
    await expect(fixture.start({ clusters })).rejects.toThrow('cluster "rm-1": an id is pc- followed by letters');
  });

  it("names what there is when a test asks for what is not", async () => {
    const { emulator } = await fixture.start();
    expect(() => emulator.world.cluster("pc-x")).toThrow("no cluster pc-x; there are: pc-mysql, pc-inland");
    expect(() => emulator.world.accessKey("x")).toThrow(`no access key x; there are: ${KEY.accessKeyId}`);
  });
});
