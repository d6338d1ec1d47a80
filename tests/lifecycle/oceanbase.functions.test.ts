import * as pulumi from "@pulumi/pulumi";
import { Claims } from "../../provider/core/claims";
import { Exclusive } from "../../provider/core/exclusive";
import type { CallContext } from "../../provider/core/lifecycle";
import { Redactor } from "../../provider/core/redact";
import { Shared } from "../../provider/core/shared";
import { createTransportFactory } from "../../provider/core/undiciTransport";
import { lookUp } from "../../provider/lookups";
import { type BackupStatus, backupStatus, type LookupRequest } from "../../provider/oceanbase/lookups";
import { oceanbase } from "../../sdk";
import { VirtualClock } from "../emulators/common/clock";
import { joinObshell, type ObshellEmulator, type ObshellOptions, startObshell } from "../emulators/obshell";

const PASSWORD = "functions-password-42";

const running: ObshellEmulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

async function start(options: Partial<ObshellOptions>): Promise<ObshellEmulator> {
  const emulator = await startObshell({ password: PASSWORD, ...options });
  running.push(emulator);
  return emulator;
}

/** A tenant with destinations of its own. */
const placed = (name: string, id: number, changes: object = {}) => ({
  name,
  id,
  archiveUri: `file:///data/backup/1/${id}/clog`,
  dataUri: `file:///data/backup/1/${id}/data`,
  ...changes,
});

describe("oceanbase.getBackupStatus, on a cluster", () => {
  let clock: VirtualClock;
  let emulator: ObshellEmulator;

  const startCluster = async (options: Partial<ObshellOptions>): Promise<void> => {
    clock = new VirtualClock();
    emulator = await start({ clock, ...options });
  };

  const contextOf = (): CallContext => ({
    clock: { now: () => clock.now(), sleep: (ms) => clock.sleep(ms), random: () => 0.5 },
    environment: {},
    configuration: { get: () => undefined },
    redactor: new Redactor(),
    claims: new Claims(),
    exclusive: new Exclusive(),
    shared: new Shared(),
    connect: createTransportFactory(),
    log: () => undefined,
  });

  const status = (request: LookupRequest = {}): Promise<BackupStatus> =>
    backupStatus.run({ connection: { endpoints: [emulator.url], password: PASSWORD }, ...request }, contextOf());

  const tenantNamed = async (name: string) => {
    const tenant = (await status()).tenants.find((candidate) => candidate.name === name);
    if (!tenant) throw new Error(`no tenant ${name}`);
    return tenant;
  };

  it("tells what each state of archiving proves, and reads only", async () => {
    await startCluster({
      clusterName: "prod",
      clusterId: 7,
      tenants: [
        placed("archiving", 1002, { archiveStatus: "DOING" }),
        placed("beginning", 1004, { archiveStatus: "BEGINNING" }),
        placed("suspended", 1006, { archiveStatus: "SUSPEND" }),
        placed("stopping", 1008, { archiveStatus: "STOPPING" }),
        placed("stopped", 1010, { archiveStatus: "STOP" }),
        placed("interrupted", 1012, { archiveStatus: "INTERRUPTED" }),
        placed("never", 1014),
        { name: "bare", id: 1016, status: "RESTORE" },
        { name: "half", id: 1018, archiveUri: "file:///data/half" },
      ],
    });
    clock.advance(60_000);
    const { cluster, tenants } = await status();
    expect(cluster).toEqual({ id: 7, name: "prod", obVersion: "4.3.5.2" });
    expect(tenants.map(({ name }) => name)).toEqual([
      ..."archiving bare beginning half interrupted never stopped stopping suspended".split(" "),
    ]);
    const began = expect.stringMatching(/^2026-01-05T20:00:00/);
    const destinations = (id: number) => ({
      archiveUri: `file:///data/backup/1/${id}/clog`,
      dataUri: `file:///data/backup/1/${id}/data`,
      covered: true,
    });
    const normal = { status: "NORMAL", lastBackup: undefined, unreadable: [] };
    const unlisted = { archiving: "unknown", archiveDelaySeconds: undefined };
    const expected: Record<string, object> = {
      archiving: {
        archiving: "running",
        archiveDelaySeconds: 1,
        archiveCheckpoint: expect.stringMatching(/^2026-01-05T20:00:59/),
        ...destinations(1002),
      },
      beginning: {
        archiving: "starting",
        archiveDelaySeconds: undefined,
        archiveCheckpoint: undefined,
        ...destinations(1004),
      },
      suspended: { archiving: "suspended", archiveDelaySeconds: 60, archiveCheckpoint: began, ...destinations(1006) },
      stopping: { archiving: "stopping", archiveDelaySeconds: 60, archiveCheckpoint: began, ...destinations(1008) },
      stopped: { ...unlisted, archiveCheckpoint: began, ...destinations(1010) },
      interrupted: { ...unlisted, archiveCheckpoint: began, ...destinations(1012) },
      never: { ...unlisted, archiveCheckpoint: undefined, ...destinations(1014) },
      bare: { ...unlisted, status: "RESTORE", archiveUri: undefined, dataUri: undefined, covered: false },
      half: { ...unlisted, archiveUri: "file:///data/half", dataUri: undefined, covered: false },
    };
    for (const tenant of tenants) expect(tenant).toMatchObject({ ...normal, ...expected[tenant.name] });
    expect(emulator.journal.operations().filter((name) => !name.startsWith("GET "))).toEqual([]);
    expect(emulator.sql()).toEqual([]);
  });

  it("shows the backup that was started last, while it runs and when it has ended", async () => {
    await startCluster({ tenants: [placed("t1", 1002), placed("t2", 1004)], backupDurationMs: 60_000 });
    emulator.change({ change: "startBackup", tenant: "t1", type: "FULL" });
    clock.advance(3_600_000);
    emulator.change({ change: "startBackup", tenant: "t1", type: "INC" });
    const path = "file:///data/backup/1/1002/data";
    expect((await tenantNamed("t1")).lastBackup).toEqual({
      status: "DOING",
      type: "INC",
      startedAt: "2026-01-05T21:00:00+08:00",
      path,
    });
    clock.advance(60_000);
    expect((await tenantNamed("t1")).lastBackup).toEqual({
      status: "COMPLETED",
      type: "INC",
      startedAt: "2026-01-05T21:00:00+08:00",
      endedAt: "2026-01-05T21:01:00+08:00",
      path,
    });
    expect((await tenantNamed("t2")).lastBackup).toBeUndefined();
  });

  it("never shows the keys of a store", async () => {
    const keys = "access_id=LTAI-id&access_key=CanaryStorageKey";
    await startCluster({
      tenants: [
        {
          name: "t1",
          id: 1002,
          archiveUri: `oss://bucket/clog?host=h&${keys}`,
          dataUri: `oss://bucket/data?host=h&${keys}&delete_mode=delete`,
        },
      ],
    });
    emulator.change({ change: "startBackup", tenant: "t1" });
    const result = await status();
    expect(result.tenants[0]).toMatchObject({
      archiveUri: "oss://bucket/clog?host=h",
      dataUri: "oss://bucket/data?host=h&delete_mode=delete",
      covered: true,
      lastBackup: { path: "oss://bucket/data?host=h&delete_mode=delete" },
    });
    for (const secret of ["LTAI-id", "CanaryStorageKey", "access_", PASSWORD]) {
      expect(JSON.stringify(result)).not.toContain(secret);
    }
  });

  it("asks only about the tenants that are named, and names those that do not exist", async () => {
    await startCluster({ tenants: [placed("t1", 1002), placed("t2", 1004), placed("t3", 1006)] });
    expect((await status({ tenants: ["t3", "t1"] })).tenants.map(({ name }) => name)).toEqual(["t1", "t3"]);
    expect(emulator.journal.operations().filter((name) => name.includes("/t2/"))).toEqual([]);
    expect((await status({ tenants: [] })).tenants).toEqual([]);
    await expect(status({ tenants: ["t1", "t4", "sys"] })).rejects.toThrow(
      'the cluster has no user tenant "t4", "sys" [InvalidInput]. It has t1, t2, t3; `sys` has no backup of its own.',
    );
  });

  describe("that cannot tell everything", () => {
    const without = (...routes: readonly string[]): void => {
      const body = JSON.stringify({
        successful: false,
        status: 404,
        error: { code: 1003, message: "Element not found: 404 not found" },
      });
      for (const operation of routes) {
        emulator.faults.add({ operation, times: 1_000, effect: { kind: "reply", when: "before", status: 404, body } });
      }
    };

    it("names what an agent before 4.3.2 cannot tell, and takes the backup from its overview", async () => {
      await startCluster({ tenants: [placed("t1", 1002, { archiveStatus: "DOING" }), placed("t2", 1004)] });
      without("/backup/log/tasks", "/backup/info", "/backup/config/storage", "/backup/tasks");
      emulator.change({ change: "startBackup", tenant: "t1" });
      const unreadable = ["archiving", "archiveDelaySeconds", "archiveCheckpoint", "archiveUri", "dataUri", "covered"];
      expect((await status()).tenants).toEqual([
        {
          id: 1002,
          name: "t1",
          status: "NORMAL",
          archiving: "unknown",
          covered: false,
          lastBackup: {
            status: "BACKUP_USER_DATA",
            startedAt: "2026-01-05T20:00:00+08:00",
            path: "file:///data/backup/1/1002/data",
          },
          unreadable,
        },
        { id: 1004, name: "t2", status: "NORMAL", archiving: "unknown", covered: false, unreadable },
      ]);
      without("/backup/overview");
      expect((await tenantNamed("t1")).unreadable).toEqual([...unreadable, "lastBackup"]);
    });

    it("names destinations that obshell keeps back or cannot parse", async () => {
      await startCluster({
        tenants: [
          placed("hidden", 1002, { archiveUri: "file:///bk/access_id/x" }),
          placed("strange", 1004, { dataUri: "nfs://somewhere" }),
          placed("t1", 1006),
        ],
      });
      const { tenants } = await status();
      const unreadable = ["archiveUri", "dataUri", "covered"];
      expect(tenants.map(({ name, covered, unreadable: names }) => [name, covered, names])).toEqual([
        ["hidden", false, unreadable],
        ["strange", false, unreadable],
        ["t1", true, []],
      ]);
    });

    it.each<[string, Parameters<ObshellEmulator["injectFault"]>[0], RegExp]>([
      [
        "a refusal of the database",
        { kind: "databaseRefusal", statement: "QUERY_ARCHIVELOG_SUMMARY", times: 100 },
        /backup\/log\/tasks.*\[Conflict, MySQL.Error, HTTP 400/,
      ],
      [
        "an agent that has lost its database",
        { kind: "databaseDown", operation: "config/storage", times: 100 },
        /backup\/config\/storage.*\[Unavailable, Agent.OceanBase.Useless, HTTP 500/,
      ],
    ])("fails for %s: that is not a reading", async (_name, fault, message) => {
      await startCluster({ tenants: [placed("t1", 1002), placed("t2", 1004)] });
      emulator.injectFault(fault);
      await expect(status()).rejects.toThrow(message);
    });

    it("fails when the cluster's database is down", async () => {
      await startCluster({ tenants: [placed("t1", 1002)] });
      emulator.change({ change: "database", state: "down" });
      await expect(status()).rejects.toThrow(
        /Unavailable.*Check that the OceanBase server beside this agent is running/,
      );
    });

    it("fails when this agent alone has no connection to it, and so does not know its cluster", async () => {
      await startCluster({ tenants: [placed("t1", 1002)] });
      running.push(await joinObshell(emulator));
      emulator.change({ change: "agentDatabase", reachable: false });
      await expect(status()).rejects.toThrow(
        `the agent at ${emulator.url} has no connection to its database; tried 5 times`,
      );
    });
  });

  it("has at most 8 calls at a time against a cluster, however often a program asks", async () => {
    const tenants = Array.from({ length: 30 }, (_, index) => placed(`t${index}`, 1002 + 2 * index));
    await startCluster({ tenants, realLatencyMs: 3 });
    const context = contextOf();
    const connection = { endpoints: [emulator.url], password: PASSWORD };
    const results = await Promise.all(
      [1, 2, 3].map(() => backupStatus.run({ connection, tenants: undefined }, context)),
    );
    expect(results.map(({ tenants: found }) => found.length)).toEqual([30, 30, 30]);
    expect(emulator.journal.peakInFlight()).toBeLessThanOrEqual(8);
    expect(emulator.journal.peakInFlight()).toBeGreaterThan(4);
  });
});

describe("The door of the functions", () => {
  const caller = (configuration: Record<string, unknown> = {}) => ({
    configuration: { get: (key: string) => configuration[key] },
    secrets: [] as string[],
    failure: (message: string) => new RangeError(message),
  });

  it("reads tenants without sys, with settings of the stack's configuration", async () => {
    const emulator = await start({ tenants: [placed("t2", 1004, { mode: "ORACLE" }), placed("t1", 1002)] });
    const configuration = { "oceanbase:endpoints": `["${emulator.url}"]`, "oceanbase:password": PASSWORD };
    const createdTime = expect.stringMatching(/^20\d\d-/);
    const none = { connection: { endpoints: null, password: null }, tenants: null };
    expect(await lookUp("oceanbase.getTenants", none, caller(configuration))).toHaveLength(2);
    expect(await lookUp("oceanbase.getTenants", {}, caller(configuration))).toEqual([
      { id: 1002, name: "t1", status: "NORMAL", mode: "MYSQL", createdTime },
      { id: 1004, name: "t2", status: "NORMAL", mode: "ORACLE", createdTime },
    ]);
  });

  const failureOf = async (request: LookupRequest, configuration: Record<string, unknown> = {}): Promise<Error> => {
    const error: unknown = await lookUp("oceanbase.getBackupStatus", { ...request }, caller(configuration)).then(
      () => new Error("nothing was thrown"),
      (thrown: unknown) => thrown,
    );
    return error as Error;
  };

  it("says what is wrong with a wrong password, and not the password", async () => {
    const emulator = await start({ tenants: [placed("t1", 1002)] });
    const connection = { endpoints: [emulator.url], password: "CanaryWrong-99" };
    const error = await failureOf({ connection });
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toMatch(
      new RegExp(
        `^reading OceanBase backup status \\(${emulator.url}\\): GET /api/v1/.*: Unauthorized: OceanBase password is incorrect \\[Unauthenticated, Security.Authentication.IncorrectOceanbasePassword, HTTP 401, request \\w+\\]. Check the password of the connection.$`,
      ),
    );
    expect(error.cause).toBeUndefined();
    expect(error.message).not.toContain("CanaryWrong-99");
  });

  it.each<[string, LookupRequest, Record<string, unknown>, string]>([
    [
      "no endpoint",
      {},
      {},
      "no obshell endpoint is set [InvalidInput]. Looked at: connection.endpoints; environment variable OCEANBASE_ENDPOINTS; stack configuration oceanbase:endpoints.",
    ],
    ["no password", { connection: { endpoints: ["h:1"] } }, {}, "no password is set [Unauthenticated]"],
    [
      "a variable that is not set",
      { connection: { endpoints: ["h:1"], passwordEnv: "NO_SUCH_VARIABLE" } },
      {},
      "connection.passwordEnv names the environment variable NO_SUCH_VARIABLE, which is not set",
    ],
    [
      "a misspelt setting",
      { connection: { endpoints: ["h:1"], pasword: "Canary" } },
      {},
      "connection.pasword: (value not shown, it may hold a secret) is not a property",
    ],
    [
      "two passwords",
      { connection: { endpoints: ["h:1"], password: "Canary", agentPassword: "Canary2" } },
      {},
      "connection.agentPassword: ",
    ],
    [
      "a user in an endpoint",
      { connection: { endpoints: ["http://root:Canary@h:1"], password: "x" } },
      {},
      "connection.endpoints holds an entry that is not an http(s) address without path, query and user",
    ],
    [
      "tenants that are no list",
      { connection: { endpoints: ["h:1"], password: "x" }, tenants: "t1" },
      {},
      "tenants: must be a list of tenant names [InvalidInput]",
    ],
    [
      "a misspelt argument",
      { tenant: ["t1"] } as LookupRequest,
      {},
      "tenant: is not an argument; remove it or correct its name [InvalidInput]",
    ],
  ])("says what is wrong with %s", async (_name, request, configuration, message) => {
    const error = await failureOf(request, configuration);
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toContain(message);
    expect(error.message).not.toContain("Canary");
  });

  it("leaves a bug its stack, without the secrets", async () => {
    const configuration = {
      get: () => {
        throw new TypeError("boom Canary");
      },
    };
    const run = lookUp("oceanbase.getTenants", { connection: { password: "Canary" } }, { ...caller(), configuration });
    const error = await run.then(
      () => new Error("nothing was thrown"),
      (thrown: Error) => thrown,
    );
    expect(error).not.toBeInstanceOf(RangeError);
    expect(error.message).toBe("boom [secret]");
    expect(error.stack).toContain("oceanbase.functions.test");
    expect(error.stack).not.toContain("Canary");
  });
});

describe("In a program, oceanbase.getBackupStatus and getTenants", () => {
  beforeAll(async () => {
    await pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) });
  });

  afterEach(() => pulumi.runtime.setAllConfig({}));

  const settled = async <T>(output: pulumi.Output<T>): Promise<{ value: T; secret: boolean }> => {
    const value = await (output as unknown as { promise(): Promise<T> }).promise();
    return { value, secret: await pulumi.isSecret(output) };
  };

  it("have results that are not secret although the connection is, and are where the tenants' names are", async () => {
    const emulator = await start({ tenants: [placed("t1", 1002), placed("t2", 1004)] });
    const connection = pulumi.secret({ endpoints: [emulator.url], password: PASSWORD });
    const status = oceanbase.getBackupStatus({ connection, tenants: [pulumi.output("t2")] });
    expect(await settled(status.tenants.apply((tenants) => tenants.map(({ name }) => name)))).toEqual({
      value: ["t2"],
      secret: false,
    });
    expect(await settled(status.cluster.name)).toEqual({ value: "obcluster", secret: false });
    const named = oceanbase.getTenants({ connection, tenants: [pulumi.secret("t1")] });
    expect(await settled(named.apply((tenants) => tenants.map(({ id }) => id)))).toEqual({
      value: [1002],
      secret: true,
    });
  });

  it("take what the argument leaves out from stack configuration, which has no explicit provider", async () => {
    const emulator = await start({ tenants: [placed("t1", 1002)] });
    pulumi.runtime.setAllConfig({
      "oceanbase:explicitProvider": "true",
      "oceanbase:endpoints": "http://127.0.0.1:1",
      "oceanbase:password": PASSWORD,
    });
    process.env.OCEANBASE_ENDPOINTS = emulator.url;
    try {
      const tenants = oceanbase.getTenants().apply((found) => found.map(({ name }) => name));
      expect((await settled(tenants)).value).toEqual(["t1"]);
    } finally {
      delete process.env.OCEANBASE_ENDPOINTS;
    }
  });
});
