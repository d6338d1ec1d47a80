import type { Bag } from "../../provider/core/bag";
import { DESTINATION, type OceanbaseSubject, startOceanbaseSubject, tenantsOf } from "./support/oceanbase";

let subject: OceanbaseSubject;

const start = async (more: Bag = {}): Promise<OceanbaseSubject> => {
  subject = await startOceanbaseSubject();
  await subject.stack.up(subject.program({ ...DESTINATION, ...more }));
  subject.emulator.journal.clear();
  return subject;
};

const force = (statuses: Record<string, "DOING" | "STOPPING" | "STOP" | "SUSPEND" | null>): void => {
  for (const [name, archiveStatus] of Object.entries(statuses))
    subject.emulator.change({ change: "tenant", name, set: { archiveStatus } });
};

afterEach(() => subject.emulator.close());

describe("The archiving that a program declares", () => {
  it("running: reopens what is stopped and what is suspended, and leaves alone what runs", async () => {
    const { stack, program, archiving, writes } = await start();
    force({ t1: "DOING", t2: "STOP", t3: "SUSPEND" });
    await stack.up(program({ ...DESTINATION, archiving: "running" }));
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
    expect(writes().sort()).toEqual(["PATCH /api/v1/tenant/t2/backup/log", "PATCH /api/v1/tenant/t3/backup/log"]);
  });

  it("stopped: stops all, announces it in the preview, and does not reopen after a change", async () => {
    const { stack, program, archiving } = await start();
    force({ t1: "DOING", t2: "STOP", t3: "SUSPEND" });
    await stack.refresh();
    await stack.up(program({ ...DESTINATION, archiving: "stopped" }));
    expect(archiving()).toEqual({ t1: "STOP", t2: "STOP", t3: "STOP" });
    expect(stack.log.join("\n")).toContain("Log archiving of t1, t3 becomes stopped: from then on");
    await stack.up(program({ ...DESTINATION, binding: "optional", archiving: "stopped" }));
    expect(archiving()).toEqual({ t1: "STOP", t2: "STOP", t3: "STOP" });
  });

  it("suspended: suspends all", async () => {
    const { stack, program, archiving } = await start();
    force({ t1: "DOING", t2: "STOP", t3: "SUSPEND" });
    await stack.up(program({ ...DESTINATION, archiving: "suspended" }));
    expect(archiving()).toEqual({ t1: "SUSPEND", t2: "SUSPEND", t3: "SUSPEND" });
  });

  it("shows as a property when somebody changes it for all, as drift when for some, and is brought back", async () => {
    const { stack, program, archiving } = await start();
    force({ t1: "DOING", t2: "DOING", t3: "DOING" });
    const declared = program({ ...DESTINATION, archiving: "running" });
    await stack.up(declared);
    force({ t2: "STOP" });
    await stack.refresh();
    expect(stack.state?.inputs.drift).toEqual(["t2 is not archiving: it is stopped, not running"]);
    force({ t1: "STOP", t3: "STOP" });
    await stack.refresh();
    expect(stack.state?.inputs).toMatchObject({ archiving: "stopped" });
    expect(await stack.up(declared)).toBe("update");
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
  });
});

/** Resolves when a backup of the tenant has begun. */
const onceBackedUp = async (name: string): Promise<void> => {
  while (!subject.emulator.world.tenant(name)?.backups.length) await new Promise((resolve) => setTimeout(resolve, 1));
};

describe("A tenant that never archived", () => {
  it("is refused for archiving: running without the permission for a backup, before anything is sent", async () => {
    const { stack, program, writes } = await start();
    force({ t1: "DOING", t3: "DOING" });
    await expect(stack.up(program({ ...DESTINATION, archiving: "running" }))).rejects.toThrow(
      /t2 never archived, and obshell opens log archiving for the first time only with a full backup \[InvalidInput\].*initialBackup: "full"/,
    );
    expect(writes()).toEqual([]);
  });

  it("is opened by its first full backup, which is followed to its end, and then never backed up again", async () => {
    const { stack, program, writes, archiving, emulator } = await start();
    force({ t1: "DOING", t3: "DOING" });
    emulator.change({ change: "timing", backupDurationMs: 150_000 });
    const declared = program({ ...DESTINATION, archiving: "running", initialBackup: "full" });
    await stack.up(declared);
    expect(writes()).toEqual(["POST /api/v1/tenant/t2/backup"]);
    expect(archiving().t2).toBe("DOING");
    const log = stack.log.join("\n");
    expect(log).toContain("t2: log archiving is running");
    expect(log).toMatch(/^the first backup of t2: running, 1m \d+s of at most /m);
    expect(log).toContain("t2: first backup has ended");
    force({ t2: "STOP" });
    await stack.refresh();
    emulator.journal.clear();
    await stack.up(declared);
    expect(writes()).toEqual(["PATCH /api/v1/tenant/t2/backup/log"]);
  });

  it("is opened without archiving being declared too, once the backup is permitted", async () => {
    const { stack, program, archiving } = await start();
    await stack.up(program({ ...DESTINATION, initialBackup: "full" }));
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
  });

  it("has its backup go on when the time is over, with archiving open", async () => {
    const { stack, program, archiving, emulator } = await start();
    emulator.change({ change: "timing", backupDurationMs: 5 * 60 * 60_000 });
    await stack.up(program({ ...DESTINATION, initialBackup: "full", timeouts: { update: "10m" } }));
    expect(archiving().t1).toBe("DOING");
    expect(stack.log.join("\n")).toMatch(
      /t1: the first backup is still running after 9m \d+s and goes on without us; oceanbase\.getBackupStatus shows/,
    );
  });

  it.each<[string, (emulator: OceanbaseSubject["emulator"]) => void, RegExp]>([
    [
      "the database refuses it",
      (emulator) => emulator.injectFault({ kind: "databaseRefusal", statement: "BACKUP", tenant: "t2" }),
      /of t2 \(task 1\d+ \(Obcluster start full backup for t2\) has made none: ERROR: \[MySQL\.Error\]/,
    ],
    [
      "its data destination is changed meanwhile, which cancels it",
      (emulator) => {
        emulator.change({ change: "timing", backupDurationMs: 10 * 60_000 });
        void onceBackedUp("t2").then(() =>
          emulator.change({
            change: "configure",
            tenant: "t2",
            body: { data_base_uri: "file:///data/backup/1/1004/data" },
          }),
        );
      },
      /of t2 \(backup set 1 of task 1\d+ \(Obcluster start full backup for t2\) is CANCELED/,
    ],
  ])(
    "fails the run, once, when archiving runs and the backup comes to nothing because %s",
    async (_name, spoil, message) => {
      const { stack, program, archiving, emulator, writes } = await start();
      force({ t1: "DOING", t3: "DOING" });
      spoil(emulator);
      const declared = program({ ...DESTINATION, initialBackup: "full" });
      await expect(stack.up(declared)).rejects.toThrow(message);
      expect(archiving().t2).toBe("DOING");
      emulator.journal.clear();
      await stack.up(declared);
      expect(writes()).toEqual([]);
      await stack.refresh();
      expect(await stack.up(declared)).toBe("same");
    },
  );

  it("is not backed up twice when the answer is lost", async () => {
    const { stack, program, writes, emulator } = await start();
    force({ t1: "DOING", t3: "DOING" });
    emulator.faults.add({ operation: "POST /api/v1/tenant/t2/backup", effect: { kind: "reset", when: "after" } });
    await stack.up(program({ ...DESTINATION, initialBackup: "full" }));
    expect(writes()).toEqual(["POST /api/v1/tenant/t2/backup"]);
    expect(emulator.world.dags.filter(({ name }) => name.includes("full backup"))).toHaveLength(1);
  });
});

describe("A failed task of one tenant", () => {
  const fail = async (): Promise<void> => {
    await start();
    const { emulator } = subject;
    force({ t1: "DOING", t2: "DOING", t3: "DOING" });
    emulator.change({ change: "tenant", name: "t2", set: { archiveUri: "file:///elsewhere" } });
    await subject.stack.refresh();
    emulator.injectFault({ kind: "databaseRefusal", statement: "LOG_ARCHIVE_DEST", tenant: "t2" });
  };

  it("does not go on locking its tenant: it is released, with archiving back, and the next run completes", async () => {
    await fail();
    const { stack, program, archiving, emulator } = subject;
    await expect(stack.up(program(DESTINATION))).rejects.toThrow(
      /failed at stage 2 of 2.*Tenants failed: t2\. Log archiving is on again for t2/,
    );
    expect(emulator.world.locks.size).toBe(0);
    expect(archiving().t2).toBe("DOING");
    expect(stack.state?.outputs.lastTask).toMatchObject({ tenants: { done: [], failed: ["t2"] } });
    await stack.up(program(DESTINATION));
    expect(tenantsOf(emulator)[1]?.archiveDestination?.uri).toBe("file:///data/backup/1/1004/clog");
  });

  it("of unknown origin is an error that names it and the input to use, and is released when named", async () => {
    await start();
    const { stack, program, emulator, writes } = subject;
    emulator.injectFault({ kind: "databaseRefusal", statement: "LOG_ARCHIVE_DEST", tenant: "t2" });
    emulator.change({
      change: "configure",
      tenant: "t2",
      body: { archive_base_uri: "file:///x", data_base_uri: "file:///y" },
    });
    await subject.clock.sleep(60_000);
    emulator.change({ change: "tenant", name: "t2", set: { archiveUri: "file:///elsewhere" } });
    await stack.refresh();
    emulator.journal.clear();
    await expect(stack.up(program(DESTINATION))).rejects.toThrow(
      /task (\d+) \(Set obcluster backup config for t2\) has failed and still locks t2.*releaseTask: "\1"/,
    );
    expect(writes()).toEqual([]);
    const id = emulator.world.dags.length;
    await stack.up(program({ ...DESTINATION, releaseTask: `1${id}` }));
    expect(tenantsOf(emulator)[1]?.archiveDestination?.uri).toBe("file:///data/backup/1/1004/clog");
  });
});

describe("A task that failed half way", () => {
  it("is taken up where it stopped: only the tenants that it did not reach are configured again", async () => {
    const { stack, program, emulator, writes, archiving } = await start();
    force({ t1: "DOING", t2: "DOING", t3: "DOING" });
    await stack.refresh();
    const moved = program({ ...DESTINATION, backupBaseUri: "file:///data/moved" });
    emulator.injectFault({ kind: "databaseRefusal", statement: "LOG_ARCHIVE_DEST", tenant: "t2" });
    await expect(stack.up(moved)).rejects.toThrow(/Tenants failed: t2; partly: t1; untouched: t3/);
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
    emulator.journal.clear();
    const before = subject.statements().length;
    await stack.up(moved);
    expect(writes().filter((call) => call.endsWith("/config"))).toEqual([
      // t1 lacks only its data destination, which costs no gap.
      "PATCH /api/v1/tenant/t1/backup/config",
      "PATCH /api/v1/tenant/t2/backup/config",
      "PATCH /api/v1/tenant/t3/backup/config",
    ]);
    const sent = subject.statements().slice(before);
    expect(sent.filter((text) => text.includes(" NOARCHIVELOG"))).toEqual([
      "ALTER SYSTEM NOARCHIVELOG TENANT = t2;",
      "ALTER SYSTEM NOARCHIVELOG TENANT = t3;",
    ]);
    await stack.refresh();
    expect(await stack.up(moved)).toBe("same");
  });

  it("says that a tenant was left without a clean-up policy, and the next run restores the declared one", async () => {
    const { stack, program, emulator } = await start({ deletePolicy: { recoveryWindow: "5d" } });
    const declared = program({ ...DESTINATION, deletePolicy: { recoveryWindow: "9d" } });
    emulator.injectFault({ kind: "databaseRefusal", statement: "ADD_DELETE_POLICY", tenant: "t2" });
    await expect(stack.up(declared)).rejects.toThrow(
      /Tenants done: t1; failed: t2; untouched: t3.*t2 has no clean-up policy now/,
    );
    await stack.up(declared);
    expect(tenantsOf(emulator).map(({ deletePolicy }) => deletePolicy?.recoveryWindow)).toEqual(["9d", "9d", "9d"]);
  });

  it("does not say that a clean-up policy was dropped where there was none", async () => {
    const { stack, program, emulator } = await start();
    const declared = program({ ...DESTINATION, deletePolicy: { recoveryWindow: "9d" } });
    const accept = ["shrink:deletePolicy.recoveryWindow=9d"];
    emulator.injectFault({ kind: "databaseRefusal", statement: "ADD_DELETE_POLICY", tenant: "t2" });
    await expect(stack.up({ ...declared, accept })).rejects.toThrow(
      "t2 has no clean-up policy: there was none before, and the new one was not added.",
    );
  });

  it("leaves the clean-up policy unknown, not absent, where the connection broke while it was added, and it is sent again", async () => {
    const { stack, program, emulator } = await start({ deletePolicy: { recoveryWindow: "5d" } });
    const declared = program({ ...DESTINATION, deletePolicy: { recoveryWindow: "9d" } });
    const broken = { kind: "databaseRefusal", statement: "ADD_DELETE_POLICY", error: "invalid connection" } as const;
    emulator.injectFault({ ...broken, tenant: "t2" });
    await expect(stack.up(declared)).rejects.toThrow(/Nobody knows which clean-up policy t2 has now, if any/);
    await stack.refresh();
    expect(stack.state?.outputs.unconfirmed).toEqual({ 1004: ["deletePolicy"], 1006: ["deletePolicy"] });
    expect(stack.state?.inputs.drift).toContain("t2: deletePolicy is not known to be as declared");
    await stack.up(declared);
    expect(tenantsOf(emulator).map(({ deletePolicy }) => deletePolicy?.recoveryWindow)).toEqual(["9d", "9d", "9d"]);
  });
});

describe("What others change with obshell", () => {
  it("shows as the property that it is, also where nothing can be read: the binding", async () => {
    const { stack, program, emulator } = await start();
    emulator.change({
      change: "configure",
      body: { backup_base_uri: "file:///data/backup", binding: "optional", piece_switch_interval: "6d" },
    });
    await subject.clock.sleep(60_000);
    await stack.refresh();
    expect(stack.state?.inputs).toMatchObject({ binding: "optional", pieceSwitchInterval: "6d" });
    expect(await stack.up(program(DESTINATION))).toBe("update");
    expect(tenantsOf(emulator).map(({ archiveDestination }) => archiveDestination?.binding)).toEqual(
      Array(3).fill("MANDATORY"),
    );
    await stack.refresh();
    expect(await stack.up(program(DESTINATION))).toBe("same");
  });

  it("shows as drift where only one tenant was changed", async () => {
    const { stack, program, emulator, writes } = await start();
    emulator.change({
      change: "configure",
      tenant: "t3",
      body: { archive_base_uri: "file:///data/backup/1/1006/clog", binding: "optional", piece_switch_interval: "6d" },
    });
    await subject.clock.sleep(60_000);
    await stack.refresh();
    expect(stack.state?.inputs.drift).toEqual([`t3: binding is "optional", not "mandatory"`]);
    emulator.journal.clear();
    await stack.up(program(DESTINATION));
    expect(writes()).toEqual(["PATCH /api/v1/tenant/t3/backup/config"]);
  });

  it("is refused in the preview when undoing it would shorten the recovery window", async () => {
    const { stack, program, emulator } = await start({ deletePolicy: { recoveryWindow: "5d" } });
    const declared = program({ ...DESTINATION, deletePolicy: { recoveryWindow: "5d" } });
    emulator.change({ change: "configure", body: { delete_policy: { policy: "default", recovery_window: "30d" } } });
    await subject.clock.sleep(60_000);
    await stack.refresh();
    expect(stack.state?.inputs).toMatchObject({ deletePolicy: { recoveryWindow: "30d" } });
    await expect(stack.preview(declared)).rejects.toThrow(/accept: \["shrink:deletePolicy.recoveryWindow=5d"\]/);
  });
});

describe("A lost answer", () => {
  it("to opening archiving again is no failure when archiving shows", async () => {
    const { stack, program, emulator, archiving, writes } = await start();
    force({ t1: "DOING", t2: "DOING", t3: "DOING" });
    await stack.refresh();
    emulator.journal.clear();
    emulator.faults.add({ operation: "/api/v1/tenant/t2/backup/log", effect: { kind: "reset", when: "after" } });
    await stack.up(program({ ...DESTINATION, binding: "optional" }));
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
    expect(writes().filter((call) => call.includes("/t2/backup/log"))).toHaveLength(1);
  });

  it("to setting parameters is followed by a look, and by another call only where they are not there", async () => {
    const { stack, program, emulator, writes } = await start();
    const fault = { operation: "/api/v1/tenant/t1/parameters", times: 1 };
    emulator.faults.add({ ...fault, effect: { kind: "reset", when: "after" } });
    await stack.up(program({ ...DESTINATION, logArchiveConcurrency: 5 }));
    expect(writes().filter((call) => call.includes("/t1/"))).toHaveLength(1);
    emulator.faults.add({ ...fault, effect: { kind: "reset", when: "before" } });
    await stack.up(program({ ...DESTINATION, logArchiveConcurrency: 6 }));
    expect(tenantsOf(emulator).map(({ parameters }) => parameters.log_archive_concurrency)).toEqual(["6", "6", "6"]);
    expect(stack.log.join("\n")).toContain("t1: the answer was lost");
  });

  it.each([0, 1_500, 3_500, 4_500])(
    "shows after it has ended also where a refresh had looked while it was at work, %i ms after its beginning",
    async (ms) => {
      const { stack, program, emulator, clock, archiving } = await start();
      force({ t1: "DOING", t2: "DOING", t3: "DOING" });
      await stack.refresh();
      emulator.change({
        change: "configure",
        body: { backup_base_uri: "file:///data/backup", binding: "optional", piece_switch_interval: "6d" },
      });
      await clock.sleep(ms);
      await stack.refresh();
      expect(emulator.world.dags.at(-1)?.state).toMatch(/READY|RUNNING/);
      await clock.sleep(60_000);
      await stack.refresh();
      expect(stack.state?.inputs).toMatchObject({ binding: "optional", pieceSwitchInterval: "6d" });
      await stack.up(program(DESTINATION));
      expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
    },
  );

  it("is not forgotten when a refresh looks while archiving is being stopped", async () => {
    const { stack, program, emulator, clock, archiving } = await start();
    force({ t1: "DOING", t2: "DOING", t3: "DOING" });
    await stack.refresh();
    force({ t2: "STOPPING" });
    emulator.injectFault({ kind: "archiveStuck", tenant: "t2", in: "STOPPING" });
    await stack.refresh();
    expect(archiving().t2).toBe("STOPPING");
    emulator.clearFaults();
    force({ t2: "STOP" });
    await clock.sleep(60_000);
    await stack.refresh();
    expect(stack.state?.inputs.drift).toEqual(["t2 is not archiving though it was before"]);
    await stack.up(program(DESTINATION));
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
  });
});
