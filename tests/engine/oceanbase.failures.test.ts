import { existsSync } from "node:fs";
import { disposeStacks, setProgram, startStack, succeeded } from "./support/engine";
import { NEXT_RUNS } from "./support/nextRuns";
import {
  archivingSubject,
  configured,
  DESTINATION,
  MOVED,
  type Subject,
  subjectOf,
  TENANTS,
  wrap,
} from "./support/oceanbase";
import { commandOf, killWithAll, providerOf } from "./support/processes";
import { closeVendors, obshell, vendorEnvironment } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

const REFUSED_OPERATION = JSON.stringify({
  successful: false,
  timestamp: "2026-01-05T12:00:00+08:00",
  duration: 1,
  status: 400,
  traceId: "0123456789abcdef",
  error: { code: 1000, errCode: "Common.IllegalArgument", message: "refused by this test" },
});

const RUNNING = { t1: "DOING", t2: "DOING", t3: "DOING" };

const eventually = async (holds: () => boolean): Promise<void> => {
  const deadline = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error("it has not come about within a minute");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

describe("a task of an OceanBase cluster that fails", () => {
  it.each(NEXT_RUNS)(
    "URI changes, database refuses tenant 2 of 3: run fails, names tenant and log line; archiving of all is back; next run finishes ($next)",
    async ({ next, run }) => {
      const { stack, cluster, declare, archiving, bases } = await archivingSubject();
      cluster.injectFault({
        kind: "databaseRefusal",
        statement: "LOG_ARCHIVE_DEST",
        tenant: "t2",
        error: "Error 9065 (HY000): the destination of this test is refused",
      });
      declare(MOVED);
      const failed = await stack.up("--skip-preview");
      expect(failed.code).not.toBe(0);
      expect(failed.output).toContain("TaskFailed");
      expect(failed.output).toContain("Error 9065 (HY000): the destination of this test is refused");
      expect(failed.output).toContain("Tenants failed: t2; partly: t1; untouched: t3");
      expect(failed.output).toContain("Log archiving is on again for t1, t2, t3");
      expect(archiving()).toEqual(RUNNING);

      await run(stack);
      expect(bases()).toEqual(Array(3).fill("file:///data/moved"));
      expect(archiving()).toEqual(RUNNING);
      if (next === "up") succeeded(await stack.run("preview", "--refresh", "--expect-no-changes"));
    },
  );

  it.each(NEXT_RUNS)(
    "task fails at the delete policy step: message says whether a policy is left; next run restores the declared one ($next)",
    async ({ next, run }) => {
      const { stack, cluster, declare, archiving } = await archivingSubject({
        ...DESTINATION,
        deletePolicy: { recoveryWindow: "5d" },
      });
      const windows = (): unknown[] => cluster.world.tenants.map(({ deletePolicy }) => deletePolicy?.recoveryWindow);
      cluster.injectFault({ kind: "databaseRefusal", statement: "ADD_DELETE_POLICY", tenant: "t2" });
      declare({ ...DESTINATION, deletePolicy: { recoveryWindow: "9d" } });
      const failed = await stack.up("--skip-preview");
      expect(failed.code).not.toBe(0);
      expect(failed.output).toContain("Tenants done: t1; failed: t2; untouched: t3");
      expect(failed.output).toContain("t2 has no clean-up policy now");
      expect(windows()).toEqual(["9d", undefined, "5d"]);

      await run(stack);
      expect(windows()).toEqual(["9d", "9d", "9d"]);
      expect(archiving()).toEqual(RUNNING);
      if (next === "up") succeeded(await stack.run("preview", "--refresh", "--expect-no-changes"));
    },
  );

  it("task fails at the delete policy step: message says that the present policy is left where its drop was refused", async () => {
    const { stack, cluster, declare } = await archivingSubject({
      ...DESTINATION,
      deletePolicy: { recoveryWindow: "5d" },
    });
    cluster.injectFault({ kind: "databaseRefusal", statement: "DROP_DELETE_POLICY", tenant: "t2" });
    declare({ ...DESTINATION, deletePolicy: { recoveryWindow: "9d" } });
    const failed = await stack.up("--skip-preview");
    expect(failed.code).not.toBe(0);
    expect(failed.output).toContain("Tenants done: t1; failed: t2; untouched: t3");
    expect(failed.output).toContain("The clean-up policy of t2 was not replaced");
    expect(failed.output).not.toContain("has no clean-up policy now");
    expect(cluster.world.tenants.map(({ deletePolicy }) => deletePolicy?.recoveryWindow)).toEqual(["9d", "5d", "5d"]);
  });

  it("reply lost after the DAG was queued: one DAG only; its result is found and awaited", async () => {
    const { stack, cluster, declare, archiving, bases, writes } = await archivingSubject();
    const before = cluster.world.dags.length;
    cluster.faults.add({
      operation: "PATCH /api/v1/obcluster/backup/config",
      effect: { kind: "reset", when: "after" },
    });
    declare(MOVED);
    const { output, code } = await stack.up("--skip-preview");
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining("looking for the task") });
    const added = cluster.world.dags.slice(before);
    expect(added).toHaveLength(1);
    expect(added[0]?.state).toBe("SUCCEED");
    expect(output).toContain(`task 1${added[0]?.id} (Set obcluster backup config) succeeded`);
    expect(writes().filter((name) => name.endsWith("/config"))).toHaveLength(1);
    expect(bases()).toEqual(Array(3).fill("file:///data/moved"));
    expect(archiving()).toEqual(RUNNING);
  });
});

describe("a failed task of one tenant that goes on locking it", () => {
  const tenantProgram = (base: string, more: Record<string, unknown> = {}): string => `
    const config = new oceanbase.TenantBackupConfig("t2", ${JSON.stringify({
      tenantName: "t2",
      archiveBaseUri: `file:///${base}/archive`,
      dataBaseUri: `file:///${base}/data`,
      binding: "mandatory",
      pieceSwitchInterval: "6d",
      ...more,
    })});
    exports.lastTask = config.lastTask;`;

  const start = async (): Promise<Subject> => {
    const cluster = await obshell({
      tenants: TENANTS.map((tenant) => ({
        ...configured(tenant),
        ...(tenant.name === "t2" ? { archiveUri: "file:///before/archive", dataUri: "file:///before/data" } : {}),
      })),
    });
    const stack = await startStack({
      environment: vendorEnvironment({ obshell: cluster }),
      program: tenantProgram("before"),
    });
    succeeded(await stack.up("--skip-preview"));
    const subject = wrap(cluster, stack);
    expect(subject.writes()).toEqual([]);
    return subject;
  };

  it.each(NEXT_RUNS)(
    "failed tenant DAG whose id is recorded: released and completed ($next)",
    async ({ next, run }) => {
      const { stack, cluster, archiving } = await start();
      cluster.injectFault({ kind: "databaseRefusal", statement: "LOG_ARCHIVE_DEST", tenant: "t2" });
      // The run that has seen it fail cannot release it.
      cluster.faults.add({
        operation: "POST /api/v1/task/dag/",
        times: 1_000,
        effect: { kind: "reply", when: "before", status: 400, body: REFUSED_OPERATION },
      });
      setProgram(stack, tenantProgram("moved"));
      const failed = await stack.up("--skip-preview");
      expect(failed.code).not.toBe(0);
      const dag = cluster.world.dags.at(-1);
      expect(dag?.state).toBe("FAILED");
      expect(cluster.world.locks.get("t2")).toEqual({ dag: dag?.id });
      expect(failed.output).toContain(`task 1${dag?.id} `);
      expect(archiving().t2).toBe("DOING");
      cluster.faults.clear();

      await run(stack);
      expect(cluster.world.locks.size).toBe(0);
      expect(cluster.world.tenant("t2")?.archiveDestination.uri).toBe("file:///moved/archive");
      expect(cluster.world.tenant("t2")?.dataDestination).toBe("file:///moved/data");
      expect(archiving()).toEqual(RUNNING);
      if (next === "up") succeeded(await stack.run("preview", "--refresh", "--expect-no-changes"));
    },
  );

  it("failed tenant DAG of unknown origin: error names it and the input to use", async () => {
    const { stack, cluster, settled, forget, writes } = await start();
    cluster.injectFault({ kind: "databaseRefusal", statement: "LOG_ARCHIVE_DEST", tenant: "t2" });
    cluster.change({
      change: "configure",
      tenant: "t2",
      body: { archive_base_uri: "file:///x", data_base_uri: "file:///y" },
    });
    await settled();
    const id = `1${cluster.world.dags.at(-1)?.id}`;
    forget();
    setProgram(stack, tenantProgram("moved"));
    const refused = await stack.up("--skip-preview");
    expect(refused.code).not.toBe(0);
    const output = refused.output.replaceAll('\\"', '"');
    expect(output).toContain(`task ${id} (Set obcluster backup config for t2) has failed and still locks t2`);
    expect(output).toContain(`releaseTask: "${id}"`);
    expect(output).toContain("[Conflict");
    expect(writes()).toEqual([]);
    expect(cluster.world.locks.size).toBe(1);

    setProgram(stack, tenantProgram("moved", { releaseTask: id }));
    succeeded(await stack.up("--skip-preview"));
    expect(cluster.world.locks.size).toBe(0);
    expect(cluster.world.tenant("t2")?.archiveDestination.uri).toBe("file:///moved/archive");
  });
});

const killing = existsSync("/proc/self/cmdline") ? describe : describe.skip;

killing("a process that is killed", () => {
  it.each(NEXT_RUNS)(
    "process killed between stop and reopen of archiving: next run reopens and says so ($next)",
    async ({ next, run }) => {
      const { stack, cluster, declare, statements, archiving, bases, settled, lastClosing } = await archivingSubject();
      cluster.injectFault({ kind: "archiveStuck", tenant: "t3", in: "STOPPING" });
      declare(MOVED);
      const killed = stack.up("--skip-preview");
      await eventually(() => statements().some((text) => text.includes("NOARCHIVELOG TENANT = t3")));
      const cli = commandOf(stack);
      killWithAll(cli);
      expect((await killed).code).not.toBe(0);
      cluster.clearFaults();
      await settled();
      expect(archiving()).toEqual({ t1: "STOP", t2: "STOP", t3: "STOP" });
      succeeded(await stack.run("cancel", "--yes"));

      const output = await run(stack);
      expect(archiving()).toEqual(RUNNING);
      const { task, gaps } = lastClosing();
      for (const { tenant, seconds } of gaps) {
        const again = output.split("\n").find((line) => line.includes(`${tenant}: log archiving is running again`));
        expect(again).toContain(`${task} had switched it off`);
        expect(output).toContain(`${tenant}: log archiving was off for ${seconds} s; that time cannot be restored to`);
      }
      expect(output).toContain(`log archiving was switched off by ${task}`);
      const reported = JSON.parse(await stack.mustRun("stack", "output", "archiveGaps", "--json"));
      expect(reported).toEqual(expect.arrayContaining(gaps));
      expect(bases()).toEqual(Array(3).fill("file:///data/moved"));
      if (next === "up") succeeded(await stack.run("preview", "--refresh", "--expect-no-changes"));
    },
  );

  it.each(NEXT_RUNS)(
    "provider process killed between stop and reopen, the command goes on: it fails; next run reopens and says so ($next)",
    async ({ run }) => {
      const { stack, cluster, declare, statements, archiving, bases, settled } = await archivingSubject();
      cluster.injectFault({ kind: "archiveStuck", tenant: "t3", in: "STOPPING" });
      declare(MOVED);
      const killed = stack.up("--skip-preview");
      await eventually(() => statements().some((text) => text.includes("NOARCHIVELOG TENANT = t3")));
      process.kill(providerOf(commandOf(stack)), "SIGKILL");
      expect((await killed).code).not.toBe(0);
      cluster.clearFaults();
      await settled();
      expect(archiving()).toEqual({ t1: "STOP", t2: "STOP", t3: "STOP" });
      await stack.run("cancel", "--yes");

      const output = await run(stack);
      expect(archiving()).toEqual(RUNNING);
      for (const tenant of ["t1", "t2", "t3"]) expect(output).toContain(`${tenant}: log archiving is running again`);
      expect(bases()).toEqual(Array(3).fill("file:///data/moved"));
    },
  );

  it.each(NEXT_RUNS)(
    "process killed between stop and reopen in the first run, which takes a cluster over: next run reopens and says so ($next)",
    async ({ run }) => {
      const properties = { ...MOVED, accept: ["overwrite:backupBaseUri=file:///data/moved"] };
      const { stack, cluster, statements, archiving, bases, settled } = await subjectOf(properties, {
        tenants: TENANTS.map((tenant) => configured(tenant)),
      });
      cluster.injectFault({ kind: "archiveStuck", tenant: "t3", in: "STOPPING" });
      const killed = stack.up("--skip-preview");
      await eventually(() => statements().some((text) => text.includes("NOARCHIVELOG TENANT = t3")));
      killWithAll(commandOf(stack));
      expect((await killed).code).not.toBe(0);
      cluster.clearFaults();
      await settled();
      expect(archiving()).toEqual({ t1: "STOP", t2: "STOP", t3: "STOP" });
      succeeded(await stack.run("cancel", "--yes"));

      const output = await run(stack);
      expect(archiving()).toEqual(RUNNING);
      for (const tenant of ["t1", "t2", "t3"]) expect(output).toContain(`${tenant}: log archiving is running again`);
      expect(bases()).toEqual(Array(3).fill("file:///data/moved"));
      succeeded(await stack.run("preview", "--refresh", "--expect-no-changes"));
    },
  );
});
