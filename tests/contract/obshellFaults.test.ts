import type { ObshellFault } from "../emulators/obshell";
import { CLUSTER_CONFIG, failureOf, logsOf, ObshellFixture, tenantConfig } from "./support/obshellFixture";

const FULL_CONFIG = {
  backup_base_uri: "file:///backup",
  log_archive_concurrency: 10,
  archive_lag_target: "100s",
  ha_low_thread_score: 4,
  delete_policy: { recovery_window: "7d" },
};

const REFUSAL = "Error 4012 (HY000): Timeout";

describe("faults of obshell and its database", () => {
  let obshell: ObshellFixture;

  beforeEach(async () => {
    obshell = await ObshellFixture.start();
  });

  afterEach(() => obshell.close());

  function inject(fault: ObshellFault): void {
    obshell.emulator.injectFault(fault);
  }

  function archiving(name: string): void {
    obshell.emulator.change({
      change: "tenant",
      name,
      set: { archiveUri: `file:///old/${name}`, archiveStatus: "DOING" },
    });
  }

  describe("a refusal by the database", () => {
    it.each([
      ["A", 1, "set log archive concurrency: Error"],
      ["B", 3, "set log archive: Error"],
      ["C", 5, "set archive lag target for t2(1004): Error"],
      ["D", 7, "set data path: Error"],
      ["E", 9, "set ha low thread score for t2(1004): Error"],
      ["F", 11, "set delete policy: Error"],
    ] as const)("in step %s for the second tenant keeps the %i statements before it", async (step, done, message) => {
      inject({ kind: "databaseRefusal", statement: step, tenant: "t2", error: REFUSAL });
      const dag = await obshell.configure(CLUSTER_CONFIG, FULL_CONFIG);
      expect([dag.state, dag.stage]).toEqual(["FAILED", 2]);
      const sql = obshell.emulator.sql();
      expect(sql).toHaveLength(done + 1);
      expect(sql.map(({ refusal }) => refusal)).toEqual([...Array<undefined>(done).fill(undefined), REFUSAL]);
      expect(sql.at(-1)?.tenant).toBe("t2");
      expect(logsOf(dag).at(-1)).toBe(`ERROR: [MySQL.Error]: MySQL error: ${message} 4012 (HY000): Timeout`);
    });

    it("leaves the first tenant changed and the second as it was", async () => {
      inject({ kind: "databaseRefusal", statement: "E", tenant: "t2" });
      await obshell.configure(CLUSTER_CONFIG, FULL_CONFIG);
      expect(obshell.tenant("t1").parameters.ha_low_thread_score).toBe("4");
      expect(obshell.tenant("t2").parameters.ha_low_thread_score).toBe("0");
      expect(obshell.tenant("t1").deletePolicy).toBeNull();
    });

    it("of NOARCHIVELOG leaves the second tenant archiving", async () => {
      archiving("t1");
      archiving("t2");
      inject({ kind: "databaseRefusal", statement: "NOARCHIVELOG", tenant: "t2", error: REFUSAL });
      const dag = await obshell.configure(CLUSTER_CONFIG, { backup_base_uri: "file:///backup" });
      expect(failureOf(dag)).toBe(
        `ERROR: [MySQL.Error]: MySQL error: set log archive: check archive log closed: close archive log: ${REFUSAL}`,
      );
      expect([obshell.tenant("t1").logMode, obshell.tenant("t2").logMode]).toEqual(["NOARCHIVELOG", "ARCHIVELOG"]);
    });

    it("of ARCHIVELOG fails the request that asked for it", async () => {
      archiving("t1");
      obshell.emulator.change({ change: "tenant", name: "t1", set: { archiveStatus: "STOP" } });
      inject({ kind: "databaseRefusal", statement: "ARCHIVELOG", error: REFUSAL });
      const reply = await obshell.send("PATCH", "/api/v1/tenant/t1/backup/log", { status: "DOING" });
      expect(reply).toMatchObject({ status: 400, error: { errCode: "MySQL.Error" } });
      expect(reply.error?.message).toContain(REFUSAL);
      expect(obshell.tenant("t1").rounds).toHaveLength(1);
    });

    it("of ADD DELETE BACKUP POLICY comes after the old policy is gone", async () => {
      obshell.emulator.change({ change: "tenant", name: "t1", set: { deletePolicy: { recoveryWindow: "7d" } } });
      inject({ kind: "databaseRefusal", statement: "ADD_DELETE_POLICY" });
      await obshell.configure(tenantConfig("t1"), { delete_policy: { recovery_window: "14d" } });
      expect(obshell.tenant("t1").deletePolicy).toBeNull();
    });

    it("of DROP DELETE BACKUP POLICY keeps it", async () => {
      obshell.emulator.change({ change: "tenant", name: "t1", set: { deletePolicy: { recoveryWindow: "7d" } } });
      inject({ kind: "databaseRefusal", statement: "DROP_DELETE_POLICY" });
      await obshell.configure(tenantConfig("t1"), { delete_policy: { recovery_window: "14d" } });
      expect(obshell.tenant("t1").deletePolicy?.recoveryWindow).toBe("7d");
    });

    it("happens as often as it was armed, after as many passes as it was told", async () => {
      inject({ kind: "databaseRefusal", statement: "E", tenant: "t1", skip: 1, times: 2 });
      const states: string[] = [];
      for (let run = 0; run < 4; run += 1) {
        states.push((await obshell.configure(CLUSTER_CONFIG, { ha_low_thread_score: run })).state);
      }
      expect(states).toEqual(["SUCCEED", "FAILED", "FAILED", "SUCCEED"]);
    });
  });

  describe("a task that the database does not take", () => {
    const MESSAGE = (task: string): string => `Create task '${task}' failed: ${REFUSAL}`;

    it.each([
      ["PATCH", CLUSTER_CONFIG, { ha_low_thread_score: 4 }, "Set obcluster backup config"],
      ["POST", CLUSTER_CONFIG, { backup_base_uri: "file:///backup" }, "Set obcluster backup config"],
      ["PATCH", tenantConfig("t1"), { ha_low_thread_score: 4 }, "Set obcluster backup config for t1"],
      ["POST", "/api/v1/obcluster/backup", {}, "Obcluster start full backup"],
      ["POST", "/api/v1/tenant/t1/backup", {}, "Obcluster start full backup for t1"],
    ])("fails %s %s and leaves neither task nor lock", async (method, target, body, task) => {
      for (const name of ["t1", "t2"]) {
        const set = { archiveUri: `file:///old/${name}`, dataUri: `file:///data/${name}` };
        obshell.emulator.change({ change: "tenant", name, set });
      }
      inject({ kind: "databaseRefusal", statement: "INSERT_DAG", error: REFUSAL });
      const refused = await obshell.send(method, target, body);
      expect(refused).toMatchObject({
        status: 500,
        data: null,
        error: { errCode: "Task.CreateFailed", message: MESSAGE(task) },
      });
      expect(obshell.emulator.world.dags).toEqual([]);
      expect(obshell.emulator.world.locks.size).toBe(0);
      expect((await obshell.send(method, target, body)).status).toBe(200);
    });

    it("can be that of one tenant, and does not come before a lock in the way", async () => {
      inject({ kind: "databaseRefusal", statement: "INSERT_DAG", tenant: "t2", error: REFUSAL, times: 2 });
      const patch = (tenant: string) => obshell.send("PATCH", tenantConfig(tenant), { ha_low_thread_score: 4 });
      obshell.emulator.change({ change: "holdTenantLock", tenant: "t2" });
      expect((await patch("t1")).status).toBe(200);
      expect((await patch("t2")).error?.errCode).toBe("OB.Tenant.UnderMaintenance");
      obshell.emulator.change({ change: "releaseTenantLock", tenant: "t2" });
      expect((await patch("t2")).error?.errCode).toBe("Task.CreateFailed");
    });
  });

  describe("the write probe", () => {
    it.each([
      ["archive", "check archive path: check write permission: "],
      ["data", "check data path: check write permission: "],
    ] as const)("fails for the %s destination of one tenant before anything is set", async (store, context) => {
      inject({ kind: "writeProbe", tenant: "t2", store, error: "StatusCode=403" });
      const dag = await obshell.configure(CLUSTER_CONFIG, { backup_base_uri: "file:///backup" });
      expect([dag.state, dag.stage]).toEqual(["FAILED", 1]);
      expect(logsOf(dag).slice(-2)).toEqual([
        "Check 't2' wirte permission",
        `ERROR: [Common.Unexpected]: Unexpected error: ${context}StatusCode=403`,
      ]);
      expect(obshell.statements()).toEqual([]);
    });
  });

  describe("archiving that does not move", () => {
    beforeEach(() => archiving("t1"));

    it("fails the task after 600 s when NOARCHIVELOG has no effect", async () => {
      inject({ kind: "archiveStuck", tenant: "t1", in: "LOG_MODE" });
      const start = obshell.clock.now();
      const dag = await obshell.configure(tenantConfig("t1"), { log_archive_concurrency: 5 });
      expect(dag.state).toBe("FAILED");
      expect(failureOf(dag)).toBe(
        "ERROR: [OB.Cluster.AsyncOperationTimeout]: wait archive log stop: wait archive log closed: close archive log timeout",
      );
      expect(obshell.clock.now() - start).toBeGreaterThanOrEqual(600_000);
      expect(obshell.clock.now() - start).toBeLessThan(610_000);
    });

    it("fails the task after 3600 s when it stays in STOPPING", async () => {
      inject({ kind: "archiveStuck", in: "STOPPING" });
      const start = obshell.clock.now();
      const dag = await obshell.configure(tenantConfig("t1"), { log_archive_concurrency: 5 }, "PATCH", 60_000);
      expect(failureOf(dag)).toMatch(/^ERROR: \[Common\.Unexpected\]: Unexpected error: task \d+ timeout$/);
      const [, setting] = obshell.emulator.world.dags[0]?.nodes ?? [];
      expect((setting?.subTasks[0]?.endedAt ?? 0) - start).toBe(3_603_000);
      expect(obshell.tenant("t1").rounds[0]?.status).toBe("STOPPING");
      expect(obshell.statements()).toEqual(["ALTER SYSTEM NOARCHIVELOG TENANT = t1;"]);
    });

    it("lets the task go on once it moves", async () => {
      inject({ kind: "archiveStuck", in: "STOPPING" });
      const id = await obshell.queue(tenantConfig("t1"), { log_archive_concurrency: 5 });
      obshell.clock.advance(1_800_000);
      expect((await obshell.dag(id)).state).toBe("RUNNING");
      obshell.emulator.clearFaults();
      expect((await obshell.finished(id)).state).toBe("SUCCEED");
    });

    it("never reaches DOING", async () => {
      obshell.emulator.change({ change: "tenant", name: "t1", set: { archiveStatus: "STOP" } });
      inject({ kind: "archiveStuck", tenant: "t1", in: "BEGINNING" });
      expect((await obshell.send("PATCH", "/api/v1/tenant/t1/backup/log", { status: "DOING" })).status).toBe(200);
      obshell.clock.advance(86_400_000);
      expect(obshell.tenant("t1").rounds.at(-1)).toMatchObject({ id: 2, status: "BEGINNING" });
    });

    it("never reaches SUSPEND", async () => {
      inject({ kind: "archiveStuck", in: "SUSPENDING" });
      await obshell.send("PATCH", "/api/v1/tenant/t1/backup/log", { status: "SUSPEND" });
      obshell.clock.advance(86_400_000);
      expect(obshell.tenant("t1").rounds.at(-1)?.status).toBe("SUSPENDING");
    });
  });

  describe("a backup that takes longer than a task may", () => {
    it("fails the task after 3600 s and goes on itself", async () => {
      archiving("t1");
      obshell.emulator.change({ change: "tenant", name: "t1", set: { dataUri: "file:///data/t1" } });
      obshell.emulator.change({ change: "timing", backupDurationMs: 2 * 3_600_000 });
      const dag = await obshell.configure("/api/v1/tenant/t1/backup", {}, "POST", 60_000);
      expect([dag.state, dag.stage]).toEqual(["FAILED", 4]);
      expect(failureOf(dag)).toMatch(/task \d+ timeout$/);
      expect(obshell.tenant("t1").backups[0]?.status).toBe("DOING");
      obshell.clock.advance(3_600_000);
      expect(obshell.tenant("t1").backups[0]?.status).toBe("COMPLETED");
    });
  });

  describe("a cluster without maintainer", () => {
    it("leaves new tasks READY", async () => {
      inject({ kind: "maintainerAbsent" });
      const id = await obshell.queue(CLUSTER_CONFIG, { ha_low_thread_score: 4 });
      obshell.clock.advance(86_400_000);
      expect((await obshell.dag(id)).state).toBe("READY");
      obshell.emulator.clearFaults();
      expect((await obshell.finished(id)).state).toBe("SUCCEED");
    });

    it("freezes running ones, and lets a slow sub-task end unseen", async () => {
      inject({ kind: "slowStage", node: "Check backup config", ms: 5_000 });
      inject({ kind: "maintainerAbsent", afterTicks: 1 });
      const id = await obshell.queue(CLUSTER_CONFIG, { ha_low_thread_score: 4 });
      obshell.clock.advance(86_400_000);
      const frozen = await obshell.dag(id);
      expect([frozen.state, frozen.stage]).toEqual(["RUNNING", 1]);
      expect(frozen.nodes[0]?.sub_tasks[0]?.state).toBe("SUCCEED");
      obshell.emulator.clearFaults();
      expect((await obshell.finished(id)).state).toBe("SUCCEED");
    });
  });

  describe("a database that cannot be reached", () => {
    it("hides a task for as many polls as armed, while the task goes on", async () => {
      const id = await obshell.queue(CLUSTER_CONFIG, { ha_low_thread_score: 4 });
      inject({ kind: "databaseDown", operation: "GET /api/v1/task/dag", skip: 1, times: 2 });
      const statuses: number[] = [];
      for (let poll = 0; poll < 5; poll += 1) {
        statuses.push((await obshell.send("GET", `/api/v1/task/dag/${id}`)).status);
        obshell.clock.advance(1_000);
      }
      expect(statuses).toEqual([200, 500, 500, 200, 200]);
      expect((await obshell.dag(id)).state).toBe("SUCCEED");
    });

    it("says so differently when the observer is dead", async () => {
      inject({ kind: "databaseDown" });
      const down = await obshell.send("PATCH", CLUSTER_CONFIG, {});
      inject({ kind: "databaseDown", observer: "dead" });
      const dead = await obshell.send("PATCH", CLUSTER_CONFIG, {});
      expect(down.error?.errCode).toBe("Agent.OceanBase.Useless");
      expect(dead.error?.errCode).not.toBe(down.error?.errCode);
    });

    it("stops every task until it is back", async () => {
      const id = await obshell.queue(CLUSTER_CONFIG, { ha_low_thread_score: 4 });
      obshell.emulator.change({ change: "database", state: "down" });
      obshell.clock.advance(60_000);
      expect((await obshell.send("GET", `/api/v1/task/dag/${id}`)).error?.message).toBe(
        "Task not found: The current database is useless",
      );
      obshell.emulator.change({ change: "database", state: "up" });
      expect((await obshell.dag(id)).state).toBe("READY");
      expect((await obshell.finished(id)).state).toBe("SUCCEED");
    });
  });

  describe("a slow stage", () => {
    it("takes that much longer", async () => {
      inject({ kind: "slowStage", node: "Set backup config", ms: 120_000 });
      const id = await obshell.queue(CLUSTER_CONFIG, { ha_low_thread_score: 4 });
      obshell.clock.advance(100_000);
      expect(await obshell.dag(id)).toMatchObject({ state: "RUNNING", stage: 2 });
      obshell.clock.advance(30_000);
      expect((await obshell.dag(id)).state).toBe("SUCCEED");
    });

    it("ends with the task's limit", async () => {
      inject({ kind: "slowStage", node: "Set backup config", ms: 4_000_000 });
      const dag = await obshell.configure(CLUSTER_CONFIG, { ha_low_thread_score: 4 }, "PATCH", 60_000);
      expect(failureOf(dag)).toMatch(/task \d+ timeout$/);
      expect(obshell.statements()).toEqual([]);
    });
  });

  describe("a lost reply", () => {
    it("leaves the task in the queue", async () => {
      obshell.emulator.faults.add({ operation: "PATCH", effect: { kind: "reset", when: "after" } });
      await expect(obshell.send("PATCH", CLUSTER_CONFIG, { ha_low_thread_score: 4 })).rejects.toThrow();
      const { contents } = await obshell.get<{ contents: { id: string }[] }>("/api/v1/task/dag/ob/unfinish");
      expect(contents).toHaveLength(1);
      expect((await obshell.finished(contents[0]?.id ?? "")).state).toBe("SUCCEED");
    });

    it("leaves nothing if the request was lost instead", async () => {
      obshell.emulator.faults.add({ operation: "PATCH", effect: { kind: "reset", when: "before" } });
      await expect(obshell.send("PATCH", CLUSTER_CONFIG, { ha_low_thread_score: 4 })).rejects.toThrow();
      expect(obshell.emulator.world.dags).toEqual([]);
    });
  });

  it.each([
    [{ kind: "unknown" }, 'unknown obshell fault kind "unknown"; known: databaseRefusal, writeProbe, '],
    [{}, "unknown obshell fault kind undefined"],
    [{ kind: "databaseRefusal" }, "databaseRefusal needs statement"],
    [{ kind: "databaseRefusal", statement: "G" }, "databaseRefusal.statement must be one of A, B, C, D, E, F, LOG_"],
    [{ kind: "archiveStuck", in: "DOING" }, "archiveStuck.in must be one of STOPPING, BEGINNING, SUSPENDING, LOG_MODE"],
    [{ kind: "slowStage", node: "Set backup config" }, "slowStage needs ms"],
    [{ kind: "writeProbe", store: "clog" }, 'writeProbe.store must be one of archive, data, not "clog"'],
    [{ kind: "writeProbe", tenent: "t1" }, 'does not take "tenent"; it takes: tenant, store, error, times, skip'],
    [{ kind: "databaseDown", times: -1 }, "databaseDown.times must be a number that is not negative, not -1"],
  ])("refuses %j", async (fault, message) => {
    const reply = await obshell.control("POST", "/__faults", fault);
    expect(reply.status).toBe(400);
    expect((reply.body as { error: string }).error).toContain(message);
  });

  it("arms and clears faults over HTTP", async () => {
    await obshell.control("POST", "/__faults", { kind: "databaseDown", times: 99 });
    await obshell.control("POST", "/__faults", {
      effect: { kind: "reply", when: "before", status: 502, body: "" },
      times: 99,
    });
    expect((await obshell.client.plain("GET", "/api/v1/time")).status).toBe(502);
    expect((await obshell.control("DELETE", "/__faults")).status).toBe(200);
    expect((await obshell.send("PATCH", CLUSTER_CONFIG, {})).status).toBe(200);
  });
});
