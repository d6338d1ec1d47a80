import { describeLifecycle } from "./support/cases";
import { startPolardbSubject } from "./support/polardb";
import { logBackupPolicyOf } from "./support/polardbLive";

describeLifecycle({
  name: "polardb.LogBackupPolicy",
  whenGone: "leaves state",
  properties: [
    { property: "logBackupRetentionPeriod", value: 7300 },
    { property: "logBackupRetentionPeriod", value: -1 },
    { property: "logBackupRetentionPeriod", value: 3, beside: { accept: ["shrink:logBackupRetentionPeriod=3"] } },
    { property: "logBackupAnotherRegionRetentionPeriod", value: 7300 },
    { property: "logBackupAnotherRegionRetentionPeriod", value: -1 },
    {
      property: "logBackupAnotherRegionRetentionPeriod",
      value: 30,
      beside: { accept: ["shrink:logBackupAnotherRegionRetentionPeriod=30"] },
    },
    {
      property: "logBackupAnotherRegionRetentionPeriod",
      value: 0,
      beside: {
        logBackupAnotherRegionRegion: undefined,
        accept: ["shrink:logBackupAnotherRegionRetentionPeriod=0"],
      },
    },
  ],
  start: async () => {
    const { emulator, clock, stack, program } = await startPolardbSubject({ type: "LogBackupPolicy" });
    emulator.change({
      kind: "setPolicy",
      clusterId: "pc-1",
      policy: {
        DataLevel2BackupRetentionPeriod: "30",
        DataLevel2BackupAnotherRegionRegion: "cn-beijing",
        DataLevel2BackupAnotherRegionRetentionPeriod: "30",
      },
    });
    return {
      stack,
      clock,
      program: program({
        logBackupRetentionPeriod: 30,
        logBackupAnotherRegionRegion: "cn-beijing",
        logBackupAnotherRegionRetentionPeriod: 60,
      }),
      removable: [
        ["logBackupRetentionPeriod"],
        ["logBackupAnotherRegionRegion", "logBackupAnotherRegionRetentionPeriod"],
      ],
      calls: () => emulator.journal.operations(),
      writes: () => emulator.journal.operations().filter((name) => name.startsWith("Modify")),
      live: () => logBackupPolicyOf(emulator),
      changeBehindOurBack: () => {
        emulator.change({
          kind: "setPolicy",
          clusterId: "pc-1",
          logPolicy: {
            LogBackupRetentionPeriod: 7,
            LogBackupAnotherRegionRetentionPeriod: "0",
            LogBackupAnotherRegionRegion: "",
          },
        });
      },
      removeTarget: () => {
        emulator.change({ kind: "deleteCluster", clusterId: "pc-1" });
      },
      loseAnswerOfWrite: () =>
        emulator.faults.add({ operation: "ModifyLogBackupPolicy", effect: { kind: "reset", when: "after" } }),
      cutOffAfterWrite: () =>
        emulator.faults.add({
          operation: "DescribeLogBackupPolicy",
          skip: 1,
          times: 1_000,
          effect: { kind: "reset", when: "before" },
        }),
      restoreConnection: () => emulator.faults.clear(),
      close: () => emulator.close(),
    };
  },
});
