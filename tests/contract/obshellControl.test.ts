import type { JournalCall } from "../emulators/common/journal";
import type { Change, SqlEntry } from "../emulators/obshell";
import { CLUSTER_CONFIG, type DagView, ObshellFixture, PASSWORD, tenantConfig } from "./support/obshellFixture";

describe("changes made behind obshell's back", () => {
  let obshell: ObshellFixture;

  beforeEach(async () => {
    obshell = await ObshellFixture.start();
  });

  afterEach(() => obshell.close());

  async function change(change: Change): Promise<unknown> {
    const reply = await obshell.control("POST", "/__state", change);
    expect(reply).toMatchObject({ status: 200 });
    return reply.body;
  }

  async function errCode(method: string, target: string, body?: unknown): Promise<string | undefined> {
    return (await obshell.send(method, target, body)).error?.errCode;
  }

  it("move a tenant's settings, which the API then shows", async () => {
    await change({
      change: "tenant",
      name: "t1",
      set: {
        archiveUri: "oss://b/archive/?host=h&access_id=id&access_key=key",
        dataUri: "file:///data/",
        binding: "MANDATORY",
        pieceSwitchInterval: "7d",
        destinationState: "DEFER",
        parameters: { archive_lag_target: "10s", ha_low_thread_score: "7" },
        deletePolicy: { recoveryWindow: "30d" },
        archiveStatus: "SUSPEND",
        locked: true,
      },
    });
    expect(await obshell.get("/api/v1/tenant/t1/backup/config/storage")).toEqual({
      tenant_id: 1002,
      archive_base_uri: "oss://b/archive?host=h",
      data_base_uri: "file:///data",
    });
    expect(await obshell.get("/api/v1/tenant/t1/parameter/archive_lag_target")).toMatchObject({ value: "10s" });
    expect(await obshell.get("/api/v1/tenant/t1/backup/log/tasks")).toMatchObject({
      contents: [{ status: "SUSPEND" }],
    });
    expect(await obshell.get("/api/v1/tenant/t1")).toMatchObject({ locked: "YES" });
    expect(obshell.tenant("t1")).toMatchObject({
      archiveDestination: { binding: "MANDATORY", pieceSwitchInterval: "7d", state: "DEFER" },
      deletePolicy: { name: "default", recoveryWindow: "30d" },
    });
  });

  it("are measured by the history of a tenant's archiving, which has every status and when it began", async () => {
    const started = obshell.clock.now();
    await change({ change: "tenant", name: "t1", set: { archiveUri: "file:///a", archiveStatus: "DOING" } });
    obshell.clock.advance(10_000);
    await obshell.configure(CLUSTER_CONFIG, { log_archive_concurrency: 4 }, "PATCH", 100);
    await obshell.send("PATCH", "/api/v1/obcluster/backup/log", { status: "doing" });
    obshell.clock.advance(10_000);
    const state = (await obshell.control("GET", "/__state")).body as {
      tenants: { archiveHistory: { status: string; at: string }[] }[];
    };
    const history = state.tenants[0]?.archiveHistory ?? [];
    expect(history.map(({ status }) => status)).toEqual(["DOING", "STOPPING", "STOP", "BEGINNING", "DOING"]);
    const times = history.map(({ at }) => Date.parse(at) - started);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBe(0);
    expect(times[1]).toBeGreaterThanOrEqual(10_000);
    // Stopping and beginning take the emulator's own transition time.
    expect([(times[2] ?? 0) - (times[1] ?? 0), (times[4] ?? 0) - (times[3] ?? 0)]).toEqual([1_500, 1_500]);
    expect(state.tenants[1]?.archiveHistory).toEqual([]);
  });

  it("leave alone what they do not name, and take away what they set to null", async () => {
    await change({
      change: "tenant",
      name: "t1",
      set: { deletePolicy: { recoveryWindow: "7d" }, archiveStatus: "DOING" },
    });
    await change({ change: "tenant", name: "t1", set: { binding: "MANDATORY" } });
    expect(obshell.tenant("t1")).toMatchObject({ deletePolicy: { recoveryWindow: "7d" }, logMode: "ARCHIVELOG" });
    await change({ change: "tenant", name: "t1", set: { deletePolicy: null, archiveStatus: null } });
    expect(obshell.tenant("t1")).toMatchObject({ deletePolicy: null, rounds: [], logMode: "NOARCHIVELOG" });
  });

  it("add, drop and rename tenants", async () => {
    await change({ change: "addTenant", tenant: { name: "t3", id: 1006, mode: "ORACLE" } });
    await change({ change: "dropTenant", name: "t2" });
    await change({ change: "renameTenant", name: "t1", to: "renamed" });
    const { contents } = await obshell.get<{ contents: { tenant_name: string; mode: string }[] }>(
      "/api/v1/tenants/overview",
    );
    expect(contents.map(({ tenant_name: name, mode }) => `${name} ${mode}`)).toEqual([
      "sys MYSQL",
      "renamed MYSQL",
      "t3 ORACLE",
    ]);
    expect(await errCode("PATCH", tenantConfig("t1"), {})).toBe("OB.Tenant.NotExist");
  });

  it("rename a tenant under a running task, which then fails", async () => {
    const id = await obshell.queue(tenantConfig("t1"), { ha_low_thread_score: 4 });
    await change({ change: "renameTenant", name: "t1", to: "renamed" });
    expect((await obshell.finished(id)).state).toBe("FAILED");
  });

  it("rotate the key", async () => {
    const old = await obshell.client.refreshKey();
    expect(await change({ change: "rotateKey", bits: 512 })).toEqual({ publicKey: expect.any(String) as string });
    expect(await obshell.send("GET", "/api/v1/ob/info")).toMatchObject({ status: 401, error: { code: 1 } });
    expect(await obshell.client.refreshKey()).not.toBe(old);
    expect((await obshell.send("GET", "/api/v1/ob/info")).status).toBe(200);
  });

  it("make an agent leave the cluster", async () => {
    await change({ change: "identity", identity: "SINGLE" });
    expect(await obshell.send("PATCH", CLUSTER_CONFIG, {})).toMatchObject({ successful: false });
    expect(await obshell.get("/api/v1/info")).toMatchObject({ identity: "SINGLE" });
  });

  it("replace the password everywhere at once", async () => {
    await change({ change: "password", password: "new" });
    expect(await errCode("GET", "/api/v1/ob/info")).toBe("Security.Authentication.IncorrectOceanbasePassword");
    obshell.client.password = "new";
    expect((await obshell.send("GET", "/api/v1/ob/info")).status).toBe(200);
  });

  it("replace the password in the database, while the agent goes on with the old one until it sees the new", async () => {
    await change({ change: "password", password: "new", where: "database" });
    expect((await obshell.send("GET", "/api/v1/ob/info")).status).toBe(200);
    obshell.client.password = "new";
    expect((await obshell.send("GET", "/api/v1/ob/info")).status).toBe(200);
    obshell.client.password = PASSWORD;
    expect(await errCode("GET", "/api/v1/ob/info")).toBe("Security.Authentication.IncorrectOceanbasePassword");
  });

  it("set and remove the agent's password", async () => {
    const security = async (): Promise<boolean> => (await obshell.get<{ security: boolean }>("/api/v1/info")).security;
    await change({ change: "agentPassword", password: "of the agent" });
    expect(await security()).toBe(true);
    await change({ change: "agentPassword", password: null });
    expect(await security()).toBe(false);
  });

  it("end all sessions", async () => {
    await obshell.client.call("POST", "/api/v1/login");
    expect(obshell.emulator.agent.sessions.size).toBe(1);
    await change({ change: "dropSessions" });
    expect(obshell.emulator.agent.sessions.size).toBe(0);
  });

  it("take the database away", async () => {
    await change({ change: "database", state: "down" });
    expect(await errCode("GET", "/api/v1/tenants/overview")).toBe("Agent.OceanBase.Useless");
    await change({ change: "database", state: "up" });
    await change({ change: "agentDatabase", reachable: false });
    expect(await errCode("GET", "/api/v1/tenants/overview")).toBe("Agent.OceanBase.Useless");
    await change({ change: "agentDatabase", reachable: true });
    expect((await obshell.send("GET", "/api/v1/tenants/overview")).status).toBe(200);
  });

  it("start a backup, which a new data destination cancels", async () => {
    await change({ change: "startBackup", tenant: "t1", type: "INC", durationMs: 3_600_000 });
    const dag = await obshell.configure(tenantConfig("t1"), { data_base_uri: "file:///data" });
    expect(dag.state).toBe("SUCCEED");
    expect(obshell.statements()).toEqual([
      "ALTER SYSTEM CANCEL BACKUP TENANT = t1;",
      "ALTER SYSTEM SET DATA_BACKUP_DEST = 'file:///data/' TENANT = t1;",
    ]);
    expect(obshell.tenant("t1").backups).toMatchObject([{ type: "INC", status: "CANCELED" }]);
  });

  it("start a backup that ends by itself after the time that it was given", async () => {
    await change({ change: "startBackup", tenant: "t1", durationMs: 30_000 });
    const status = async (): Promise<unknown> => {
      const { contents } = await obshell.get<{ contents: { status: string }[] }>("/api/v1/tenant/t1/backup/tasks");
      return contents.map((job) => job.status);
    };
    obshell.clock.advance(29_000);
    expect(await status()).toEqual(["DOING"]);
    obshell.clock.advance(1_000);
    expect(await status()).toEqual(["COMPLETED"]);
    expect((await obshell.configure(tenantConfig("t1"), { data_base_uri: "file:///data" })).state).toBe("SUCCEED");
    expect(obshell.statements()).toEqual(["ALTER SYSTEM SET DATA_BACKUP_DEST = 'file:///data/' TENANT = t1;"]);
  });

  it("move the clock of an agent away from its client's and its database's", async () => {
    const time = async (): Promise<number> => Date.parse(await obshell.get<string>("/api/v1/time"));
    await change({ change: "clockSkew", ms: 120_000 });
    expect((await time()) - obshell.clock.now()).toBe(120_000);
    // A header lives for a minute: by this clock it is over when it arrives.
    expect(await errCode("GET", "/api/v1/tenants/overview")).toBe("Security.Authentication.Expired");
    const late = { Ts: String(Math.floor(obshell.clock.now() / 1_000) + 180) };
    const reply = await obshell.client.send({ method: "GET", target: "/api/v1/tenants/overview", header: late });
    const { status, timestamp } = JSON.parse(reply.text) as { status: number; timestamp: string };
    expect([status, Date.parse(timestamp) - obshell.clock.now()]).toEqual([200, 120_000]);

    await change({ change: "clockSkew", ms: -120_000 });
    expect((await time()) - obshell.clock.now()).toBe(-120_000);
    const id = await obshell.queue(CLUSTER_CONFIG, { ha_low_thread_score: 4 });
    const dag = (await obshell.finished(id)) as DagView & { end_time: string };
    // Times of tasks are the database's.
    expect(Math.abs(Date.parse(dag.end_time) - obshell.clock.now())).toBeLessThan(5_000);
    expect((await obshell.control("GET", "/__state")).body).toMatchObject({ agents: [{ clockSkewMs: -120_000 }] });
  });

  it("let a parameter differ between two servers, until it is set again", async () => {
    await change({
      change: "tenant",
      name: "t1",
      set: {
        archiveUri: "file:///a",
        parameters: { archive_lag_target: "60s" },
        parametersOnServer2: { archive_lag_target: "120s" },
      },
    });
    const rows = async (): Promise<string[]> => {
      const target = "/api/v1/tenant/t1/parameters?filter=archive%25";
      const { contents } = await obshell.get<{ contents: { value: string }[] }>(target);
      return contents.map(({ value }) => value);
    };
    const inCluster = async (): Promise<unknown> => {
      const { contents } = await obshell.get<{ contents: Record<string, unknown>[] }>("/api/v1/obcluster/parameters");
      const parameter = contents.find(({ name }) => name === "archive_lag_target");
      const tenants = parameter?.tenant_value as { tenant_name: string; value: string }[];
      const ofT1 = tenants.filter(({ tenant_name }) => tenant_name === "t1").map(({ value }) => value);
      return [ofT1, parameter?.is_single_value];
    };
    expect(await rows()).toEqual(["60s", "120s"]);
    expect(await obshell.get("/api/v1/tenant/t1/parameter/archive_lag_target")).toMatchObject({ value: "60s" });
    expect(await inCluster()).toEqual([["60s", "120s"], false]);
    await obshell.send("PUT", "/api/v1/tenant/t1/parameters", { parameters: { archive_lag_target: "90s" } });
    expect(await rows()).toEqual(["90s"]);
    expect(await inCluster()).toEqual([["90s"], false]);
    await change({ change: "tenant", name: "t1", set: { parametersOnServer2: { archive_lag_target: "1s" } } });
    await change({ change: "tenant", name: "t1", set: { parametersOnServer2: null } });
    expect(await rows()).toEqual(["90s"]);
    // A second agent is a second server.
    const second = await obshell.join({ clockSkewMs: 1_000 });
    await change({ change: "tenant", name: "t1", set: { parametersOnServer2: { archive_lag_target: "1s" } } });
    expect(await inCluster()).toEqual([["90s", "1s"], false]);
    expect(second.emulator.agent.clockSkewMs).toBe(1_000);
    await second.close();
  });

  it("hide a tenant in the recycle bin from the overview only: a cluster task takes it all the same", async () => {
    await change({ change: "tenant", name: "t2", set: { inRecycleBin: true } });
    await change({ change: "addTenant", tenant: { name: "restoring", id: 1006, status: "RESTORE" } });
    const { contents } = await obshell.get<{ contents: { tenant_name: string }[] }>("/api/v1/tenants/overview");
    expect(contents.map(({ tenant_name }) => tenant_name)).toEqual(["sys", "t1", "restoring"]);
    await obshell.configure(CLUSTER_CONFIG, { ha_low_thread_score: 4 });
    expect(obshell.statements()).toEqual(
      ["t1", "t2", "restoring"].map((name) => `ALTER SYSTEM SET HA_LOW_THREAD_SCORE = 4 TENANT = ${name};`),
    );
    expect(await obshell.get("/api/v1/tenant/t2/backup/config/storage")).toMatchObject({ tenant_id: 1004 });
  });

  it("hold and release a tenant's lock", async () => {
    await change({ change: "holdTenantLock", tenant: "t1" });
    expect(await errCode("PATCH", tenantConfig("t1"), {})).toBe("OB.Tenant.UnderMaintenance");
    await change({ change: "releaseTenantLock", tenant: "t1" });
    expect(await errCode("PATCH", tenantConfig("t1"), {})).toBeUndefined();
  });

  it("put the whole cluster under maintenance, which stops tenant tasks only", async () => {
    await change({ change: "globalMaintenance", on: true });
    expect(await errCode("PATCH", tenantConfig("t1"), {})).toBe("OB.Cluster.UnderMaintenance");
    expect(await errCode("PATCH", CLUSTER_CONFIG, {})).toBeUndefined();
    await change({ change: "globalMaintenance", on: false });
    expect(await errCode("PATCH", tenantConfig("t1"), {})).toBeUndefined();
  });

  it("configure a tenant as somebody else would, with a task that everybody sees", async () => {
    const dag = (await change({
      change: "configure",
      tenant: "t1",
      body: { ha_low_thread_score: 9 },
    })) as DagView;
    expect(await errCode("PATCH", tenantConfig("t1"), {})).toBe("OB.Tenant.UnderMaintenance");
    expect((await obshell.finished(dag.id)).name).toBe("Set obcluster backup config for t1");
    expect(obshell.tenant("t1").parameters.ha_low_thread_score).toBe("9");
    expect(obshell.emulator.journal.operations()).not.toContain(`POST ${tenantConfig("t1")}`);
  });

  it("configure the cluster as somebody else would", async () => {
    const dag = (await change({ change: "configure", body: { backup_base_uri: "file:///theirs" } })) as DagView;
    await obshell.finished(dag.id);
    expect(obshell.tenant("t2").dataDestination).toBe("file:///theirs/1/1004/data");
  });

  it("put another cluster behind the address", async () => {
    const sysCreated = async (): Promise<string | undefined> => {
      const { contents } = await obshell.get<{ contents: { tenant_id: number; created_time: string }[] }>(
        "/api/v1/tenants/overview",
      );
      return contents.find(({ tenant_id: id }) => id === 1)?.created_time;
    };
    const before = await sysCreated();
    await change({ change: "cluster", id: 7, name: "other", sysCreatedTime: Date.UTC(2026, 1, 1) });
    expect(await obshell.get("/api/v1/obcluster/info")).toMatchObject({ cluster_id: 7, cluster_name: "other" });
    expect(await sysCreated()).not.toBe(before);
  });

  it("change how long things take", async () => {
    await change({ change: "timing", archiveTransitionMs: 60_000 });
    await change({ change: "tenant", name: "t1", set: { archiveUri: "file:///a", archiveStatus: "DOING" } });
    await obshell.send("PATCH", "/api/v1/tenant/t1/backup/log", { status: "STOP" });
    obshell.clock.advance(59_000);
    expect(obshell.tenant("t1").rounds[0]?.status).toBe("STOPPING");
    obshell.clock.advance(1_000);
    expect(obshell.tenant("t1").rounds[0]?.status).toBe("STOP");
  });

  it.each([
    [{}, "unknown change undefined; known: tenant, addTenant, "],
    [{ change: "tenants" }, 'unknown change "tenants"'],
    [{ change: "tenant", name: "t1" }, "tenant needs set"],
    [{ change: "tenant", name: "t9", set: {} }, 'no tenant "t9"; there are: t1, t2'],
    [
      { change: "tenant", name: "t1", set: { bindings: "OPTIONAL" } },
      'tenant.set does not take "bindings"; it takes: ',
    ],
    [
      { change: "tenant", name: "t1", set: { binding: "optional" } },
      'tenant.set.binding must be one of OPTIONAL, MANDATORY, not "optional"',
    ],
    [
      { change: "tenant", name: "t1", set: { parameters: { memory: "1" } } },
      'tenant.set.parameters does not take "memory"',
    ],
    [
      { change: "tenant", name: "t1", set: { deletePolicy: { window: "7d" } } },
      'tenant.set.deletePolicy does not take "window"; it takes: recoveryWindow, name',
    ],
    [{ change: "addTenant", tenant: { name: "t9", id: 1002 } }, "tenant t1(1002) exists"],
    [{ change: "addTenant", tenant: { name: "t9" } }, "addTenant.tenant needs id"],
    [{ change: "rotateKey", bits: 2048 }, "rotateKey.bits must be one of 512, 1024, not 2048"],
    [{ change: "identity", identity: "SLAVE" }, "identity.identity must be one of SINGLE, MASTER, "],
    [{ change: "dropSessions", all: true }, 'dropSessions does not take "all"; it takes: nothing'],
    [{ change: "globalMaintenance", on: "yes" }, 'globalMaintenance.on must be true or false, not "yes"'],
    [{ change: "configure", body: { log_archive_concurrency: 101 } }, "log_archive_concurrency"],
  ])("are refused when they say %j", async (change, message) => {
    const before = await obshell.control("GET", "/__state");
    const reply = await obshell.control("POST", "/__state", change);
    expect(reply.status).toBe(400);
    expect((reply.body as { error: string }).error).toContain(message);
    expect((await obshell.control("GET", "/__state")).text).toBe(before.text);
  });

  it("show in the state together with tenants, tasks, agents and faults", async () => {
    await obshell.configure(tenantConfig("t1"), { ha_low_thread_score: 4 });
    await change({ change: "holdTenantLock", tenant: "t2" });
    obshell.emulator.injectFault({ kind: "maintainerAbsent" });
    expect((await obshell.control("GET", "/__state")).body).toMatchObject({
      profile: "4.5",
      cluster: { name: "obcluster", id: 1 },
      locks: { t2: { dag: null } },
      agents: [{ identity: "CLUSTER AGENT", keyBits: 1024 }],
      tenants: [{ name: "t1", parameters: { ha_low_thread_score: "4" } }, { name: "t2" }],
      dags: [{ name: "Set obcluster backup config for t1", state: "SUCCEED", nodes: [{}, {}] }],
      faults: [{ fault: { kind: "maintainerAbsent" } }],
    });
  });
});

describe("what observers see", () => {
  const SECRETS = {
    rootPassword: "Root-Pa55word",
    newPassword: "Changed-Pa55word",
    agentPassword: "Agent-Pa55word",
    accessKey: "Clust3rAccessKey",
    escapedKey: "Esc/aped+Key=",
    handWrittenKey: "HandWr1ttenKey",
    refusedKey: "R3fusedKey",
    encryption: "Encryption-Pa55word",
    wrongType: "7391846205",
    malformed: "MalformedBodyKey",
  } as const;
  const oss = (key: string): string => `oss://bucket/p?host=h&access_id=LTAIvisible&access_key=${key}`;

  it("contains no secret, whatever was sent", async () => {
    const obshell = await ObshellFixture.start({
      password: SECRETS.rootPassword,
      agentPassword: SECRETS.agentPassword,
      tenants: [
        { name: "t1", id: 1002, archiveUri: oss(SECRETS.handWrittenKey), archiveStatus: "DOING" },
        { name: "t2", id: 1004, archiveStatus: "DOING", archiveUri: "file:///a2" },
      ],
    });
    try {
      await obshell.configure(CLUSTER_CONFIG, { backup_base_uri: oss(SECRETS.accessKey) });
      await obshell.configure(tenantConfig("t1"), { data_base_uri: oss(encodeURIComponent(SECRETS.escapedKey)) });
      obshell.emulator.injectFault({ kind: "databaseRefusal", statement: "D" });
      await obshell.configure(tenantConfig("t1"), { data_base_uri: `${oss(SECRETS.refusedKey)}&delete_mode=delete` });
      await obshell.send("PATCH", "/api/v1/obcluster/backup", { status: "canceled" });
      await obshell.configure("/api/v1/tenant/t2/backup", { encryption: SECRETS.encryption }, "POST");
      await obshell.send("POST", "/api/v1/tenant/t2/backup", { encryption: Number(SECRETS.wrongType) });
      await obshell.client.call("POST", "/api/v1/login");
      await obshell.client.send({
        method: "PATCH",
        target: CLUSTER_CONFIG,
        body: `{"backup_base_uri":"${SECRETS.malformed}`,
      });
      await obshell.client.send({
        method: "PATCH",
        target: CLUSTER_CONFIG,
        body: JSON.stringify({ backup_base_uri: `oss://b/p?access_key=${SECRETS.malformed}` }),
        bodyAsIs: true,
      });
      obshell.client.password = SECRETS.newPassword;
      await obshell.send("GET", "/api/v1/ob/info");
      obshell.emulator.change({ change: "password", password: SECRETS.newPassword, where: "database" });
      await obshell.send("GET", "/api/v1/ob/info");

      const seen = [
        (await obshell.control("GET", "/__journal")).text,
        (await obshell.control("GET", "/__state")).text,
        JSON.stringify(obshell.emulator.sql()),
        JSON.stringify(obshell.emulator.journal.calls),
      ];
      const forms = Object.values(SECRETS).flatMap((secret) => [
        secret,
        encodeURIComponent(secret),
        Buffer.from(secret).toString("base64"),
        JSON.stringify(secret).slice(1, -1),
      ]);
      for (const text of seen) {
        expect(forms.filter((form) => text.includes(form))).toEqual([]);
        expect(text).not.toContain("PRIVATE KEY");
      }
      const [journal = "", state = ""] = seen;
      expect(journal).toContain("access_id=LTAIvisible&access_key=<secret:");
      expect(journal).toMatch(/SET ENCRYPTION ON IDENTIFIED BY \\"<secret:[0-9a-f]{8}>\\" ONLY/);
      expect(state).toContain("access_id=LTAIvisible&access_key=<secret:");
      for (const session of obshell.emulator.agent.sessions.keys()) {
        for (const text of seen) expect(text).not.toContain(session);
      }
    } finally {
      await obshell.close();
    }
  });

  it("tells calls and statements, and forgets them when told to", async () => {
    const obshell = await ObshellFixture.start();
    try {
      await obshell.configure(tenantConfig("t1"), { ha_low_thread_score: 4 });
      const journal = async (): Promise<{ calls: JournalCall[]; sql: SqlEntry[] }> =>
        (await obshell.control("GET", "/__journal")).body as { calls: JournalCall[]; sql: SqlEntry[] };
      const { calls, sql } = await journal();
      expect(calls[1]).toMatchObject({
        operation: "PATCH /api/v1/tenant/t1/backup/config",
        status: 200,
        detail: {
          route: "PATCH /api/v1/tenant/{name}/backup/config",
          params: { name: "t1" },
          body: { ha_low_thread_score: 4 },
        },
      });
      expect(sql.map(({ tenant }) => tenant)).toEqual(["t1"]);
      await obshell.control("DELETE", "/__journal");
      expect(await journal()).toEqual({ calls: [], peakInFlight: 0, sql: [] });
      await obshell.send("PATCH", tenantConfig("nobody"), {});
      expect((await journal()).calls).toMatchObject([
        { seq: calls.length + 1, status: 400, detail: { errCode: "OB.Tenant.NotExist" } },
      ]);
    } finally {
      await obshell.close();
    }
  });
});
