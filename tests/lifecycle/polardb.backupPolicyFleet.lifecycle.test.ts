import { describeLifecycle } from "./support/cases";
import { startFleet } from "./support/polardbFleet";
import { backupPolicyOf } from "./support/polardbLive";

describeLifecycle({
  name: "polardb.BackupPolicyFleet",
  whenGone: "leaves state",
  properties: [
    { property: "baseline", value: { dataLevel1BackupRetentionPeriod: 14, dataLevel1BackupTime: "16:00Z-17:00Z" } },
    {
      property: "baseline",
      value: { dataLevel1BackupRetentionPeriod: 3, dataLevel1BackupTime: "16:00Z-17:00Z" },
      beside: { accept: ["shrink:dataLevel1BackupRetentionPeriod=3"] },
    },
    { property: "baseline", value: { dataLevel1BackupRetentionPeriod: 12, dataLevel1BackupTime: "00:00Z-01:00Z" } },
  ],
  start: async () => {
    const { emulator, stack, clock, program, ids } = await startFleet(2);
    const baseline = { dataLevel1BackupRetentionPeriod: 12, dataLevel1BackupTime: "16:00Z-17:00Z" };
    const operations = (action: string): string[] =>
      emulator.journal.calls
        .filter(({ operation }) => operation.startsWith(action))
        .map(({ operation, detail }) => `${operation} ${(detail.parameters as { DBClusterId: string }).DBClusterId}`);
    return {
      stack,
      clock,
      program: program(baseline, { maxClusters: 2, parallelism: 8 }),
      removable: [["maxClusters"], ["parallelism"]],
      calls: () => operations(""),
      writes: () => operations("Modify"),
      // Both clusters alike, or something that nobody declares.
      live: () => {
        const [first, second] = ids.map((id) => {
          const { dataLevel1BackupRetentionPeriod, dataLevel1BackupTime } = backupPolicyOf(emulator, id);
          return { dataLevel1BackupRetentionPeriod, dataLevel1BackupTime };
        });
        const isAlike = JSON.stringify(first) === JSON.stringify(second);
        return { baseline: isAlike ? first : [first, second], maxClusters: 2, parallelism: 8 };
      },
      changeBehindOurBack: () => {
        emulator.change({ kind: "setPolicy", clusterId: "pc-01", policy: { DataLevel1BackupRetentionPeriod: "7" } });
      },
      removeTarget: () => {
        for (const clusterId of ids) emulator.change({ kind: "deleteCluster", clusterId });
      },
      loseAnswerOfWrite: () =>
        emulator.faults.add({ operation: "ModifyBackupPolicy", effect: { kind: "reset", when: "after" } }),
      cutOffAfterWrite: () =>
        emulator.faults.add({
          operation: "DescribeBackupPolicy",
          skip: 2,
          times: 1_000,
          effect: { kind: "reset", when: "before" },
        }),
      restoreConnection: () => emulator.faults.clear(),
      close: () => emulator.close(),
    };
  },
});
