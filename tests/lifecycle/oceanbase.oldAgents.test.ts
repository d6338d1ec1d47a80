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
