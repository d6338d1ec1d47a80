import { type PolardbSubject, startPolardbSubject } from "./support/polardb";
import { newProcess } from "./support/stack";

const ACCEPTED = { onDelete: "reset", accept: ["shrink:onDelete=reset"] } as const;

const MANAGED = {
  dataLevel1BackupRetentionPeriod: 14,
  dataLevel1BackupPeriod: ["Monday", "Friday"],
  dataLevel2BackupRetentionPeriod: 60,
  dataLevel2BackupPeriod: ["Monday", "Friday"],
  backupRetentionPolicyOnClusterDeletion: "ALL",
} as const;

let subject: PolardbSubject;

const start = async (options: Parameters<typeof startPolardbSubject>[0] = {}): Promise<PolardbSubject> => {
  subject = await startPolardbSubject(options);
  return subject;
};

const data = () => subject.emulator.world.cluster("pc-1").settings.data;

afterEach(() => subject.emulator.close());

describe("Deleting a policy", () => {
  it("makes no call and says that it stays", async () => {
    const { stack, program, emulator } = await start();
    await stack.up(program(MANAGED));
    emulator.journal.clear();
    await stack.destroy();
    expect(emulator.journal.calls).toEqual([]);
    expect(stack.log.at(-1)).toBe(
      "pc-1: the PolarDB backup policy stays on the cluster as it is; Pulumi no longer manages it",
    );
  });

  it("refuses an unaccepted reset when it is declared, and says the token", async () => {
    const { stack, program, emulator } = await start();
    await expect(stack.up(program({ ...MANAGED, onDelete: "reset" }))).rejects.toThrow(
      'add to the resource: accept: ["shrink:onDelete=reset"]',
    );
    expect(emulator.journal.calls).toEqual([]);
  });

  it("resets what the resource manages, and leaves days and hours alone", async () => {
    const { stack, program, modifies } = await start();
    await stack.up(program({ ...MANAGED, ...ACCEPTED }));
    expect(stack.log.join("\n")).not.toContain("matches nothing");
    const before = modifies().length;
    await stack.destroy();
    expect(modifies().slice(before)).toEqual([
      {
        DataLevel1BackupRetentionPeriod: "7",
        DataLevel2BackupRetentionPeriod: "0",
        DataLevel2BackupPeriod: "Monday,Friday",
        BackupRetentionPolicyOnClusterDeletion: "NONE",
      },
    ]);
    expect(data()).toMatchObject({
      DataLevel1BackupRetentionPeriod: "7",
      DataLevel2BackupRetentionPeriod: "0",
      DataLevel1BackupPeriod: "Monday,Friday",
      BackupRetentionPolicyOnClusterDeletion: "NONE",
    });
    expect(stack.log).toContain("pc-1: dataLevel1BackupRetentionPeriod 14 -> 7");
    expect(stack.log.at(-1)).toBe("pc-1: the PolarDB backup policy is reset; Pulumi no longer manages it");
  });

  it("never resets a setting that the resource does not manage", async () => {
    const { stack, program } = await start();
    await stack.up(program({ dataLevel2BackupRetentionPeriod: 60 }));
    stack.state = undefined;
    await stack.up(program({ dataLevel1BackupRetentionPeriod: 14, ...ACCEPTED }));
    await stack.destroy();
    expect(data()).toMatchObject({ DataLevel1BackupRetentionPeriod: "7", DataLevel2BackupRetentionPeriod: "60" });
  });

  it("refuses the reset of a cluster that has got advanced backup since, and keeps the resource", async () => {
    const { stack, program, emulator, modifies } = await start();
    await stack.up(program({ ...MANAGED, ...ACCEPTED }));
    emulator.change({ kind: "switchToAdvanced", clusterId: "pc-1" });
    const before = modifies().length;
    await expect(stack.destroy()).rejects.toThrow('onDelete: "reset" is not possible');
    expect(modifies()).toHaveLength(before);
    expect(stack.state).toBeDefined();
  });

  it("succeeds when the cluster is gone", async () => {
    const { stack, program, emulator } = await start();
    await stack.up(program({ ...MANAGED, ...ACCEPTED }));
    emulator.change({ kind: "deleteCluster", clusterId: "pc-1" });
    await stack.destroy();
    expect(stack.state).toBeUndefined();
  });

  it("leaves a policy alone that another resource of the same run has taken over", async () => {
    const process = newProcess();
    const { stack, program, modifies } = await start({ process });
    await stack.up(program({ ...MANAGED, ...ACCEPTED }));
    const before = modifies().length;
    await stack.remove();
    expect(modifies()).toHaveLength(before);
    expect(stack.log.at(-1)).toBe(
      "pc-1: the PolarDB backup policy is not reset, because another resource of this run manages it now",
    );
  });
});

describe("Two resources for one policy", () => {
  it("are an error in the run that meets both, and the second writes nothing", async () => {
    const { stack, program, modifies } = await start({ process: newProcess() });
    await stack.up(program({ dataLevel1BackupRetentionPeriod: 14 }));
    stack.state = undefined;
    await expect(stack.up(program({ dataLevel1BackupRetentionPeriod: 10 }))).rejects.toThrow(
      "another resource of this run manages the PolarDB backup policy of pc-1 already [Conflict]",
    );
    expect(modifies()).toHaveLength(1);
  });
});
