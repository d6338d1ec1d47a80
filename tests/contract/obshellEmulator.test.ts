import { realClock } from "../emulators/common/clock";
import { fingerprint } from "../emulators/obshell";
import {
  CLUSTER_CONFIG,
  CLUSTER_LOG,
  type DagView,
  logsOf,
  ObshellFixture,
  TENANTS,
  tenantConfig,
} from "./support/obshellFixture";

const OSS = "oss://bucket/backup?host=oss-cn-hangzhou.aliyuncs.com&access_id=LTAI&access_key=S3cret";

describe("obshell emulator", () => {
  let obshell: ObshellFixture;

  beforeEach(async () => {
    obshell = await ObshellFixture.start();
  });

  afterEach(() => obshell.close());

  describe("configuring a cluster", () => {
    it("goes through every step for all tenants before the next step begins", async () => {
      const dag = await obshell.configure(CLUSTER_CONFIG, {
        backup_base_uri: OSS,
        log_archive_concurrency: 10,
        binding: "optional",
        piece_switch_interval: "2d",
        archive_lag_target: "100s",
        ha_low_thread_score: 4,
        delete_policy: { policy: "default", recovery_window: "7d" },
      });
      const key = fingerprint("S3cret");
      const location = (tenant: number, directory: string): string =>
        `oss://bucket/backup/1/${tenant}/${directory}?host=oss-cn-hangzhou.aliyuncs.com&access_id=LTAI&access_key=${key}`;
      const archive = (tenant: number): string =>
        `LOCATION=${location(tenant, "clog")} BINDING=OPTIONAL PIECE_SWITCH_INTERVAL=2d`;
      expect(dag.state).toBe("SUCCEED");
      expect(obshell.statements()).toEqual([
        "ALTER SYSTEM SET LOG_ARCHIVE_CONCURRENCY = 10 TENANT = t1;",
        "ALTER SYSTEM SET LOG_ARCHIVE_CONCURRENCY = 10 TENANT = t2;",
        `ALTER SYSTEM SET LOG_ARCHIVE_DEST = '${archive(1002)}' TENANT = t1;`,
        `ALTER SYSTEM SET LOG_ARCHIVE_DEST = '${archive(1004)}' TENANT = t2;`,
        "ALTER SYSTEM SET ARCHIVE_LAG_TARGET = '100s' TENANT = t1;",
        "ALTER SYSTEM SET ARCHIVE_LAG_TARGET = '100s' TENANT = t2;",
        `ALTER SYSTEM SET DATA_BACKUP_DEST = '${location(1002, "data")}' TENANT = t1;`,
        `ALTER SYSTEM SET DATA_BACKUP_DEST = '${location(1004, "data")}' TENANT = t2;`,
        "ALTER SYSTEM SET HA_LOW_THREAD_SCORE = 4 TENANT = t1;",
        "ALTER SYSTEM SET HA_LOW_THREAD_SCORE = 4 TENANT = t2;",
        "ALTER SYSTEM ADD DELETE BACKUP POLICY 'default' RECOVERY_WINDOW '7d' TENANT t1",
        "ALTER SYSTEM ADD DELETE BACKUP POLICY 'default' RECOVERY_WINDOW '7d' TENANT t2",
      ]);
    });

    it("includes tenants in the recycle bin", async () => {
      obshell.emulator.change({ change: "addTenant", tenant: { name: "gone", id: 1010, inRecycleBin: true } });
      await obshell.configure(CLUSTER_CONFIG, { ha_low_thread_score: 4 });
      expect(obshell.tenant("gone").parameters.ha_low_thread_score).toBe("4");
    });

    it("takes about four ticks", async () => {
      const id = await obshell.queue(CLUSTER_CONFIG, { ha_low_thread_score: 4 });
      const states: string[] = [];
      for (let tick = 0; tick <= 4; tick += 1) {
        const { state, stage } = await obshell.dag(id);
        states.push(`${state} ${stage}`);
        obshell.clock.advance(1_000);
      }
      expect(states).toEqual(["READY 1", "RUNNING 1", "RUNNING 2", "RUNNING 2", "SUCCEED 2"]);
    });

    it("lets two tasks run at the same time", async () => {
      const first = await obshell.queue(CLUSTER_CONFIG, { backup_base_uri: "file:///a" });
      const second = await obshell.queue(CLUSTER_CONFIG, { backup_base_uri: "file:///b" });
      await obshell.finished(first);
      await obshell.finished(second);
      const tasks = obshell.emulator.sql().map(({ cause }) => ("task" in cause ? cause.task : ""));
      expect(tasks.slice(0, 4)).toEqual([first, second, first, second]);
      expect(obshell.tenant("t2").dataDestination).toBe("file:///b/1/1004/data");
    });
  });

  describe("what the database makes of it", () => {
    it("falls back to defaults for the binding and piece interval that are left out", async () => {
      await obshell.configure(tenantConfig("t1"), {
        archive_base_uri: "file:///archive",
        binding: "MANDATORY",
        piece_switch_interval: "3d",
      });
      expect(obshell.tenant("t1").archiveDestination).toMatchObject({
        binding: "MANDATORY",
        pieceSwitchInterval: "3d",
      });
      await obshell.configure(tenantConfig("t1"), { archive_base_uri: "file:///archive", piece_switch_interval: "4d" });
      expect(obshell.tenant("t1").archiveDestination).toMatchObject({ binding: "OPTIONAL", pieceSwitchInterval: "4d" });
      await obshell.configure(tenantConfig("t1"), { archive_base_uri: "file:///archive" });
      expect(obshell.tenant("t1").archiveDestination).toMatchObject({ binding: "OPTIONAL", pieceSwitchInterval: "1d" });
    });

    it("stores destinations without the slash that obshell puts at their end", async () => {
      await obshell.configure(tenantConfig("t1"), {
        archive_base_uri: "file:///archive",
        data_base_uri: "file:///data",
      });
      expect(obshell.statements()).toEqual([
        "ALTER SYSTEM SET LOG_ARCHIVE_DEST = 'LOCATION=file:///archive/' TENANT = t1;",
        "ALTER SYSTEM SET DATA_BACKUP_DEST = 'file:///data/' TENANT = t1;",
      ]);
      expect(await obshell.get("/api/v1/tenant/t1/backup/config/storage")).toEqual({
        tenant_id: 1002,
        archive_base_uri: "file:///archive",
        data_base_uri: "file:///data",
      });
    });

    it("replaces a delete policy by dropping it first", async () => {
      obshell.emulator.change({ change: "tenant", name: "t1", set: { deletePolicy: { recoveryWindow: "7d" } } });
      const dag = await obshell.configure(tenantConfig("t1"), { delete_policy: { recovery_window: "14d" } });
      expect(obshell.statements()).toEqual([
        "ALTER SYSTEM DROP DELETE BACKUP POLICY 'default' TENANT t1",
        "ALTER SYSTEM ADD DELETE BACKUP POLICY 'default' RECOVERY_WINDOW '14d' TENANT t1",
      ]);
      expect(logsOf(dag)).toContain("Drop delete policy {1002 default 7d} for t1(1002)");
    });

    it("loses the delete policy when it refuses the new one", async () => {
      obshell.emulator.change({ change: "tenant", name: "t1", set: { deletePolicy: { recoveryWindow: "7d" } } });
      const dag = await obshell.configure(tenantConfig("t1"), { delete_policy: { recovery_window: "a week" } });
      expect(dag.state).toBe("FAILED");
      expect(obshell.tenant("t1").deletePolicy).toBeNull();
    });

    it.each([
      ["a destination that another tenant uses", { data_base_uri: "file:///of-t2" }],
      ["a destination with a space", { data_base_uri: "file:///a b" }],
      ["a destination with a quote", { data_base_uri: "file:///it's" }],
      ["a lag target without a destination", { archive_lag_target: "100s" }],
      ["a lag target in nanoseconds", { archive_base_uri: "file:///x", archive_lag_target: "100ns" }],
      ["a recovery window that is no time", { delete_policy: { recovery_window: "soon" } }],
      ["a recovery window with a quote", { delete_policy: { recovery_window: "7d' --" } }],
    ])("refuses %s, long after obshell has accepted it", async (_, body) => {
      obshell.emulator.change({ change: "tenant", name: "t2", set: { dataUri: "file:///of-t2" } });
      const dag = await obshell.configure(tenantConfig("t1"), body);
      expect([dag.state, dag.stage]).toEqual(["FAILED", 2]);
      expect(obshell.emulator.sql().at(-1)?.refusal).toMatch(/^Error \d{4} \([0-9A-Z]{5}\): /);
      expect(logsOf(dag).at(-1)).toContain("ERROR: [MySQL.Error]: MySQL error: ");
    });
  });

  describe("archiving", () => {
    beforeEach(() => {
      obshell.emulator.change({
        change: "tenant",
        name: "t1",
        set: { archiveUri: "file:///archive/t1", archiveStatus: "DOING" },
      });
    });

    it("is stopped by a new destination and not started again", async () => {
      const dag = await obshell.configure(tenantConfig("t1"), { archive_base_uri: "file:///elsewhere" });
      expect(dag.state).toBe("SUCCEED");
      expect(obshell.statements()[0]).toBe("ALTER SYSTEM NOARCHIVELOG TENANT = t1;");
      obshell.clock.advance(3_600_000);
      expect(obshell.tenant("t1").rounds.map(({ status }) => status)).toEqual(["STOP"]);
      expect(obshell.tenant("t1").logMode).toBe("NOARCHIVELOG");
    });

    it("goes through STOPPING to STOP, and through BEGINNING to DOING in a new round", async () => {
      const statuses: string[] = [];
      const note = (): void => {
        statuses.push(
          obshell
            .tenant("t1")
            .rounds.map(({ id, status }) => `${id} ${status}`)
            .join(", "),
        );
      };
      await obshell.send("PATCH", CLUSTER_LOG, { status: "STOP" });
      note();
      obshell.clock.advance(1_500);
      note();
      await obshell.send("PATCH", CLUSTER_LOG, { status: "DOING" });
      note();
      obshell.clock.advance(1_500);
      note();
      expect(statuses).toEqual(["1 STOPPING", "1 STOP", "1 STOP, 2 BEGINNING", "1 STOP, 2 DOING"]);
    });

    it("is hidden from the log tasks once its round has stopped", async () => {
      const rounds = async (): Promise<string[]> => {
        const { contents } = await obshell.get<{ contents: { status: string }[] | null }>(
          "/api/v1/tenant/t1/backup/log/tasks",
        );
        return (contents ?? []).map(({ status }) => status);
      };
      expect(await rounds()).toEqual(["DOING"]);
      await obshell.send("PATCH", CLUSTER_LOG, { status: "STOP" });
      expect(await rounds()).toEqual(["STOPPING"]);
      obshell.clock.advance(1_500);
      expect(await rounds()).toEqual([]);
    });

    it("does not begin for a tenant that never archived", async () => {
      const reply = await obshell.send("PATCH", CLUSTER_LOG, { status: "DOING" });
      expect(reply.status).toBe(200);
      expect(obshell.tenant("t2").rounds).toEqual([]);
      expect(obshell.statements()).toEqual([]);
    });
  });

  describe("the lock of a tenant", () => {
    const refusedProbe = { data_base_uri: "file:///proc/x" };

    it("is kept by a failed task until the task is rolled back", async () => {
      const dag = await obshell.configure(tenantConfig("t1"), refusedProbe);
      expect((await obshell.send("PATCH", tenantConfig("t1"), {})).error).toMatchObject({
        errCode: "OB.Tenant.UnderMaintenance",
        message:
          "Create task 'Set obcluster backup config for t1' failed: Tenant 't1' is under maintenance, please try again later.",
      });
      await obshell.operate(dag.id, "rollback");
      expect((await obshell.finished(dag.id)).state).toBe("SUCCEED");
      expect((await obshell.configure(tenantConfig("t1"), {})).state).toBe("SUCCEED");
    });

    it("is kept by a cancelled task until the task is passed", async () => {
      const id = await obshell.queue(tenantConfig("t1"), { ha_low_thread_score: 4 });
      await obshell.operate(id, "cancel");
      expect((await obshell.finished(id)).state).toBe("FAILED");
      expect((await obshell.send("PATCH", tenantConfig("t1"), {})).status).toBe(500);
      await obshell.operate(id, "pass");
      expect((await obshell.dag(id)).state).toBe("SUCCEED");
      expect(obshell.tenant("t1").parameters.ha_low_thread_score).toBe("0");
      expect((await obshell.configure(tenantConfig("t1"), {})).state).toBe("SUCCEED");
    });

    it("is freed by a retry that succeeds", async () => {
      obshell.emulator.injectFault({ kind: "databaseRefusal", statement: "E" });
      const dag = await obshell.configure(tenantConfig("t1"), { ha_low_thread_score: 4 });
      expect(dag.state).toBe("FAILED");
      await obshell.operate(dag.id, "retry");
      const retried = await obshell.finished(dag.id);
      expect(retried.state).toBe("SUCCEED");
      expect(retried.nodes[1]?.sub_tasks[0]?.execute_times).toBe(3);
      expect(obshell.emulator.world.locks.size).toBe(0);
    });

    it("leaves other tenants and the cluster alone", async () => {
      obshell.emulator.change({ change: "holdTenantLock", tenant: "t1" });
      expect((await obshell.configure(tenantConfig("t2"), {})).state).toBe("SUCCEED");
      expect((await obshell.configure(CLUSTER_CONFIG, { ha_low_thread_score: 4 })).state).toBe("SUCCEED");
    });
  });

  describe("ordering", () => {
    it("can be told from times and causes: task statements, then the call that saw their effect", async () => {
      const dag = await obshell.configure(tenantConfig("t1"), { ha_low_thread_score: 4 });
      await obshell.send("PUT", "/api/v1/tenant/t1/parameters", { parameters: { ha_low_thread_score: 5 } });
      const [byTask, byCall] = obshell.emulator.sql();
      const put = obshell.emulator.journal.calls.at(-1);
      expect(byTask).toMatchObject({ seq: 1, cause: { task: dag.id } });
      expect(byCall).toMatchObject({ seq: 2, cause: { call: put?.seq } });
      const polls = obshell.emulator.journal.calls.filter(({ method }) => method === "GET");
      expect(polls.at(-1)?.startedAt.localeCompare(byTask?.at ?? "")).toBe(1);
    });

    it("keeps statements at the time when they ran, however late somebody looks", async () => {
      const start = obshell.clock.now();
      await obshell.queue(CLUSTER_CONFIG, { ha_low_thread_score: 4 });
      obshell.clock.advance(3_600_000);
      const times = obshell.emulator.sql().map(({ at }) => Date.parse(at) - start);
      expect(times).toEqual([3_000, 3_000]);
    });
  });
});

describe("obshell emulator on the machine's clock", () => {
  it("works off a task while nobody asks, and shows it to the next request", async () => {
    const obshell = await ObshellFixture.on(realClock, { tickMs: 20, archiveTransitionMs: 20 });
    try {
      const id = await obshell.queue(CLUSTER_CONFIG, { ha_low_thread_score: 4 });
      expect((await obshell.dag(id)).state).toMatch(/READY|RUNNING/);
      await realClock.sleep(250);
      expect((await obshell.dag(id)).state).toBe("SUCCEED");
    } finally {
      await obshell.close();
    }
  });

  it("counts answers' latency on the clock it was given", async () => {
    const obshell = await ObshellFixture.start({ latencyMs: 30_000 });
    try {
      const before = obshell.clock.now();
      await obshell.client.plain("GET", "/api/v1/time");
      expect(obshell.clock.now() - before).toBe(30_000);
    } finally {
      await obshell.close();
    }
  });
});

describe("two agents of one cluster", () => {
  let first: ObshellFixture;
  let second: ObshellFixture;

  beforeEach(async () => {
    first = await ObshellFixture.start({ tenants: TENANTS.slice(0, 1) });
    second = await first.join({ keyBits: 512, agentPassword: "of the second" });
  });

  afterEach(async () => {
    await second.close();
    await first.close();
  });

  it("have keys of their own, and do not read each other's headers", async () => {
    const own = await first.client.refreshKey();
    expect(await second.client.refreshKey()).not.toBe(own);
    second.client.publicKey = own;
    expect(await second.send("GET", "/api/v1/ob/info")).toMatchObject({ status: 401, error: { code: 1 } });
  });

  it("show each other's tasks, and share the database and its journal", async () => {
    const id = await first.queue(CLUSTER_CONFIG, { ha_low_thread_score: 4 });
    expect((await second.finished(id)).state).toBe("SUCCEED");
    expect(second.emulator.sql()).toEqual(first.emulator.sql());
    expect(second.emulator.journal.operations()).not.toContain(`PATCH ${CLUSTER_CONFIG}`);
  });

  it("both check the destination, and one of them sets it", async () => {
    const dag: DagView = await second.configure(CLUSTER_CONFIG, { backup_base_uri: OSS });
    const ports = dag.nodes.map((node) => node.sub_tasks.map(({ execute_agent }) => execute_agent.port));
    expect(ports).toEqual([[first.emulator.port, second.emulator.port], [first.emulator.port]]);
    expect(second.emulator.world.probes.filter(({ method }) => method === "PUT")).toHaveLength(4);
  });

  it("find a task through each other when one has lost its database", async () => {
    const id = await first.queue(CLUSTER_CONFIG, { ha_low_thread_score: 4 });
    first.emulator.change({ change: "agentDatabase", reachable: false });
    expect((await first.dag(id)).id).toBe(id);
    expect((await first.send("PATCH", CLUSTER_CONFIG, { ha_low_thread_score: 5 })).status).toBe(500);
    expect((await second.finished(id)).state).toBe("SUCCEED");
  });

  it("keep their own sessions and agent passwords", async () => {
    expect(await first.get("/api/v1/info")).toMatchObject({ security: false, identity: "CLUSTER AGENT" });
    expect(await second.get("/api/v1/info")).toMatchObject({ security: true, port: second.emulator.port });
  });
});
