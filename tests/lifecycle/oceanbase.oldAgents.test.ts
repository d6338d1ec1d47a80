import { DESTINATION, type OceanbaseSubject, startOceanbaseSubject, tenantsOf } from "./support/oceanbase";

let subject: OceanbaseSubject;

afterEach(() => subject.emulator.close());

const ACCEPT = { accept: ["unverified-archiving"] };

describe.each(["4.2.4", "4.3.1"])(
  "oceanbase.ClusterBackupConfig with obshell %s, which shows neither destinations nor archiving",
  (profile) => {
    beforeEach(async () => {
      subject = await startOceanbaseSubject({ profile });
    });

    it("refuses to set a destination until it is accepted, says why, and then sets it", async () => {
      const { stack, program, writes, emulator } = subject;
      await expect(stack.up(program(DESTINATION))).rejects.toThrow(
        /this version of obshell \(before 4\.3\.2\) cannot show whether it comes back \[NotAccepted\].*accept: \["unverified-archiving"\]/,
      );
      expect(writes()).toEqual([]);
      await stack.up(program({ ...DESTINATION, ...ACCEPT }));
      expect(tenantsOf(emulator).map(({ archiveDestination }) => archiveDestination?.uri)).toEqual(
        [1002, 1004, 1006].map((id) => `file:///data/backup/1/${id}/clog`),
      );
      expect(stack.state?.outputs.tenants).toMatchObject(Array(3).fill({ unreadable: ["destinations", "archiving"] }));
      expect(await stack.up(program({ ...DESTINATION, ...ACCEPT }))).toBe("same");
    });

    it("reopens what the task has closed, and says that nothing shows whether it runs", async () => {
      const { stack, program, emulator, archiving } = subject;
      await stack.up(program({ ...DESTINATION, ...ACCEPT }));
      for (const name of ["t1", "t2"]) emulator.change({ change: "tenant", name, set: { archiveStatus: "DOING" } });
      await stack.up(program({ ...DESTINATION, ...ACCEPT, backupBaseUri: "file:///data/moved" }));
      await subject.clock.sleep(60_000);
      expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: null });
      expect(stack.log.join("\n")).toContain(
        "t1: log archiving was asked to run again; this version of obshell cannot show",
      );
    });

    it("changes parameters and reads them back without any token, and shows their drift", async () => {
      const { stack, program, emulator } = subject;
      const declared = program({ haLowThreadScore: 8, logArchiveConcurrency: 4 });
      await stack.up(declared);
      expect(tenantsOf(emulator).map(({ parameters }) => parameters.ha_low_thread_score)).toEqual(["8", "8", "8"]);
      emulator.change({ change: "tenant", name: "t2", set: { parameters: { ha_low_thread_score: "1" } } });
      await stack.refresh();
      expect(stack.state?.inputs.drift).toEqual(["t2: haLowThreadScore is 1, not 8"]);
      expect(await stack.up(declared)).toBe("update");
      await stack.refresh();
      expect(await stack.up(declared)).toBe("same");
    });

    it("writes nothing when an update finds the recorded destination as declared", async () => {
      const { stack, program, writes, emulator } = subject;
      const declared = program({ ...DESTINATION, ...ACCEPT, deletePolicy: { recoveryWindow: "5d" } });
      await expect(stack.up(declared)).rejects.toThrow(/shrink:deletePolicy.recoveryWindow=5d/);
      const accepted = { ...declared, accept: [...ACCEPT.accept, "shrink:deletePolicy.recoveryWindow=5d"] };
      await stack.up(accepted);
      await stack.refresh();
      emulator.journal.clear();
      if (stack.state) stack.state.initErrors = true;
      expect(await stack.up(accepted)).toBe("update");
      expect(writes()).toEqual([]);
    });

    it("finds the task whose answer was lost", async () => {
      const { stack, program, writes, emulator } = subject;
      emulator.faults.add({ operation: "/api/v1/obcluster/backup/config", effect: { kind: "reset", when: "after" } });
      await stack.up(program({ ...DESTINATION, ...ACCEPT }));
      expect(writes()).toEqual(["POST /api/v1/obcluster/backup/config"]);
    });

    it("refuses to declare a state of archiving that it could not see", async () => {
      const { stack, program } = subject;
      await expect(stack.up(program({ ...DESTINATION, ...ACCEPT, archiving: "running" }))).rejects.toThrow(
        /cannot show log archiving, so no state of it can be declared \[InvalidInput\]/,
      );
    });
  },
);

describe("oceanbase.ClusterBackupConfig with obshell 4.2.4, which lists a task only while it is at work", () => {
  const NOTHING = JSON.stringify({
    successful: true,
    status: 200,
    traceId: "0123456789abcdef",
    data: { contents: null },
  });
  const MOVED = { ...DESTINATION, backupBaseUri: "file:///data/moved" };

  /** The answer to the next change is lost, and its task is over when it is looked for. */
  const lose = (when: "before" | "after"): void => {
    const { faults } = subject.emulator;
    faults.add({ operation: "/api/v1/obcluster/backup/config", effect: { kind: "reset", when } });
    const effect = { kind: "reply", when: "before", status: 200, body: NOTHING } as const;
    faults.add({ operation: "GET /api/v1/task/dag/ob/unfinish", skip: 1, times: 1e9, effect });
  };

  beforeEach(async () => {
    subject = await startOceanbaseSubject({ profile: "4.2.4" });
    const { stack, program, emulator } = subject;
    await stack.up(program({ ...DESTINATION, ...ACCEPT }));
    for (const name of ["t1", "t2"]) emulator.change({ change: "tenant", name, set: { archiveStatus: "DOING" } });
    emulator.journal.clear();
  });

  it("sends nothing twice in one run when the answer is lost, says what is not known, and makes it good in the next", async () => {
    const { stack, program, emulator, writes, archiving, clock } = subject;
    lose("after");
    await expect(stack.up(program({ ...MOVED, ...ACCEPT }))).rejects.toThrow(
      /lists none, so whether one was queued is not known; if one was, it has switched log archiving off: t1, t2, t3 \[.*\]\. Run the command again/,
    );
    expect(writes()).toHaveLength(1);
    emulator.faults.clear();
    await clock.sleep(60_000);
    expect(archiving()).toEqual({ t1: "STOP", t2: "STOP", t3: null });
    emulator.journal.clear();
    await stack.up(program({ ...MOVED, ...ACCEPT }));
    await clock.sleep(60_000);
    expect(writes().filter((call) => call.endsWith("/config"))).toHaveLength(1);
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: null });
    expect(stack.log.join("\n")).toContain("switched off by a task that may have been queued when an answer was lost");
    expect(JSON.stringify(stack.state)).not.toContain("closedBy");
    expect(await stack.up(program({ ...MOVED, ...ACCEPT }))).toBe("same");
  });

  it("does not take the values before for known, also when the program goes back to them", async () => {
    const { stack, program, emulator, clock } = subject;
    lose("after");
    await expect(stack.up(program({ ...MOVED, ...ACCEPT }))).rejects.toThrow("is not known");
    emulator.faults.clear();
    await clock.sleep(60_000);
    await stack.refresh();
    await stack.up(program({ ...DESTINATION, ...ACCEPT }));
    expect(tenantsOf(emulator)[0]?.archiveDestination?.uri).toBe("file:///data/backup/1/1002/clog");
  });

  it("changes nothing for a change that never arrived but asks archiving to run, and sends it in the next run", async () => {
    const { stack, program, emulator, archiving, clock } = subject;
    lose("before");
    await expect(stack.up(program({ ...MOVED, ...ACCEPT }))).rejects.toThrow("is not known");
    emulator.faults.clear();
    await stack.up(program({ ...MOVED, ...ACCEPT }));
    await clock.sleep(60_000);
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: null });
    expect(tenantsOf(emulator)[0]?.archiveDestination?.uri).toBe("file:///data/moved/1/1002/clog");
  });
});
