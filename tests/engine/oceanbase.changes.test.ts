import { disposeStacks, succeeded } from "./support/engine";
import { NEXT_RUNS } from "./support/nextRuns";
import { archivingSubject, DESTINATION, MOVED, subjectOf, TENANTS } from "./support/oceanbase";
import { CANARIES, closeVendors } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

describe("a change of an OceanBase cluster's backup configuration", () => {
  it("only concurrency / lag / score changes, tenants archiving: no NOARCHIVELOG in the SQL journal", async () => {
    const { stack, cluster, declare, statements, archiving } = await archivingSubject();
    declare({ ...DESTINATION, logArchiveConcurrency: 10, archiveLagTarget: "1h", haLowThreadScore: 20 });
    succeeded(await stack.up("--skip-preview"));
    expect(cluster.world.tenants.map(({ parameters }) => parameters)).toEqual(
      Array(3).fill({ log_archive_concurrency: "10", archive_lag_target: "1h", ha_low_thread_score: "20" }),
    );
    expect(statements().filter((statement) => statement.includes("NOARCHIVELOG"))).toEqual([]);
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
  });

  it("URI changes, 3 archiving tenants, 1 stopped, 1 suspended: after `up` 3 DOING, 1 stopped, 1 suspended; reported gap equals the emulator's", async () => {
    const names = ["t1", "t2", "t3", "off", "held"];
    const { stack, cluster, declare, archiving, bases, force, forget } = await archivingSubject(DESTINATION, {
      tenants: names.map((name, index) => ({ name, id: 1002 + 2 * index })),
      archiveTransitionMs: 1_500,
    });
    force({ off: "STOP", held: "SUSPEND" });
    cluster.change({ change: "tenant", name: "held", set: { destinationState: "DEFER" } });
    forget();
    const from = cluster.sql().length;
    declare(MOVED);
    const preview = succeeded(await stack.run("preview"));
    expect(preview).toMatch(
      /Log archiving of .* stops for the change and is then reopened; the time between cannot be restored to/,
    );
    succeeded(await stack.up("--skip-preview"));
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING", off: "STOP", held: "SUSPEND" });
    expect(bases()).toEqual(Array(5).fill("file:///data/moved"));

    const reported = JSON.parse(await stack.mustRun("stack", "output", "archiveGaps", "--json")) as {
      tenant: string;
      seconds: number;
    }[];
    expect(reported.map(({ tenant }) => tenant).sort()).toEqual(["held", "t1", "t2", "t3"]);
    const sent = cluster.sql().slice(from);
    for (const { tenant, seconds } of reported) {
      const closed = sent.find(({ statement }) => statement.includes(`NOARCHIVELOG TENANT = ${tenant};`));
      const opened = cluster.world.tenant(tenant)?.rounds.at(-1)?.startedAt;
      const gap = ((opened ?? Number.NaN) - Date.parse(closed?.at ?? "")) / 1_000;
      expect(gap).toBeGreaterThan(1);
      expect(Math.abs(seconds - gap)).toBeLessThan(1);
    }
  });

  it.each(NEXT_RUNS)(
    "tenant added after the first `up`: `preview --refresh` shows it; next run touches only that tenant ($next)",
    async ({ next, run }) => {
      const { stack, cluster, declare, writes, statements, bases, archiving } = await archivingSubject({
        ...DESTINATION,
        haLowThreadScore: 10,
      });
      cluster.change({ change: "addTenant", tenant: { name: "t4", id: 1008 } });
      expect(succeeded(await stack.run("preview", "--refresh", "--diff"))).toContain("t4 has no destination");
      expect(writes()).toEqual([]);
      const log: string[] = [];
      if (next === "up") {
        // The program has no diff, so the plain form does nothing until anything else changes.
        succeeded(await stack.up("--expect-no-changes", "--skip-preview"));
        expect(writes()).toEqual([]);
        declare({ ...DESTINATION, haLowThreadScore: 10, timeouts: { update: "20m" } });
      }
      log.push(await run(stack));
      expect(writes()).toEqual(["POST /api/v1/tenant/t4/backup/config"]);
      expect(statements().filter((statement) => statement.includes("NOARCHIVELOG"))).toEqual([]);
      expect(bases()).toEqual(Array(4).fill("file:///data/backup"));
      expect(cluster.world.tenant("t4")?.archiveDestination).toMatchObject({
        binding: "MANDATORY",
        pieceSwitchInterval: "6d",
      });
      expect(cluster.world.tenant("t4")?.parameters.ha_low_thread_score).toBe("10");
      expect(archiving()).toMatchObject({ t1: "DOING", t2: "DOING", t3: "DOING" });
      if (next === "up") succeeded(await stack.run("preview", "--refresh", "--expect-no-changes"));
    },
  );

  it("backup running and URI changes: refused before any write, token printed; with it, cancelled and done", async () => {
    const { stack, cluster, declare, writes, statements, archiving, bases } = await archivingSubject();
    cluster.change({ change: "startBackup", tenant: "t1", durationMs: 3_600_000 });
    declare(MOVED);
    const refused = await stack.up("--skip-preview");
    expect(refused.code).not.toBe(0);
    const token = "cancelBackup:backupBaseUri=file:///data/moved";
    expect(refused.output.replaceAll('\\"', '"')).toContain(`accept: ["${token}"]`);
    expect(writes()).toEqual([]);
    expect(statements().filter((statement) => !statement.includes("BACKUP DATABASE"))).toEqual([]);
    expect(cluster.world.tenant("t1")?.backups.at(-1)?.status).toBe("DOING");

    declare({ ...MOVED, accept: [token] });
    succeeded(await stack.up("--skip-preview"));
    expect(cluster.world.tenant("t1")?.backups.at(-1)?.status).toBe("CANCELED");
    expect(bases()).toEqual(Array(3).fill("file:///data/moved"));
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
  });

  it("storage key rotated in the environment: preview shows it with its archive gap; `up` re-sends it", async () => {
    const { stack, writes, forget, force, statements, archiving } = await subjectOf(
      {
        ...DESTINATION,
        backupBaseUri: "oss://bucket/path?host=oss-cn-hangzhou.aliyuncs.com",
        storageCredentials: { accessId: "LTAI", accessKeyEnv: "STORAGE_KEY" },
      },
      { environment: { STORAGE_KEY: CANARIES.storageKey } },
    );
    succeeded(await stack.up("--skip-preview"));
    const keys = (): string[] =>
      statements()
        .flatMap((statement) => /LOG_ARCHIVE_DEST = .*access_key=(<secret:\w+>)/.exec(statement)?.[1] ?? [])
        .filter((key, index, all) => all.indexOf(key) === index);
    const [first] = keys();
    force(Object.fromEntries(TENANTS.map(({ name }) => [name, "DOING"])));
    succeeded(await stack.up("--refresh", "--expect-no-changes", "--skip-preview"));
    forget();

    stack.environment.STORAGE_KEY = "CanaryStorageKey-rotated";
    const preview = succeeded(await stack.run("preview", "--diff"));
    expect(preview).toContain("storageFingerprint");
    expect(preview).toContain("Log archiving of t1, t2, t3 stops for the change and is then reopened");
    expect(writes()).toEqual([]);

    const up = succeeded(await stack.up("--skip-preview"));
    expect(writes()[0]).toBe("PATCH /api/v1/obcluster/backup/config");
    const sent = keys();
    expect(sent).toHaveLength(1);
    expect(sent).not.toEqual([first]);
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
    expect(preview + up + (await stack.export())).not.toContain("CanaryStorageKey");
    succeeded(await stack.up("--expect-no-changes", "--skip-preview"));
  });
});
