import { type FleetSubject, fleetStack, startFleet } from "./support/polardbFleet";

let subject: FleetSubject;

const start = async (...args: Parameters<typeof startFleet>): Promise<FleetSubject> => {
  subject = await startFleet(...args);
  return subject;
};

afterEach(() => subject.emulator.close());

const DAYS = { dataLevel1BackupRetentionPeriod: 14 };

describe("polardb.BackupPolicyFleet, calls", () => {
  it("gives each cluster one describe, one modify and one verify, and then nothing", async () => {
    const { stack, program, ids, calls, forget } = await start(3);
    expect(await stack.up(program(DAYS))).toBe("create");
    expect(calls()).toEqual(
      ids.flatMap((id) => [`${id} DescribeBackupPolicy`, `${id} DescribeBackupPolicy`, `${id} ModifyBackupPolicy`]),
    );
    forget();
    expect(await stack.up(program(DAYS))).toBe("same");
    expect(await stack.up(program(DAYS, { clusters: ids.toReversed() }))).toBe("same");
    expect(calls()).toEqual([]);
  });
});
