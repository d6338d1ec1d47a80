import type { Subject } from "./support/cases";
import { describeLifecycle } from "./support/cases";
import { type PolardbSubject, startPolardbSubject } from "./support/polardb";
import { backupPolicyOf } from "./support/polardbLive";

/** What every fixture of this resource does in the same way. */
function common({
  emulator,
  stack,
  clock,
}: PolardbSubject): Omit<Subject, "program" | "removable" | "changeBehindOurBack"> {
  return {
    stack,
    clock,
    calls: () => emulator.journal.operations(),
    writes: () => emulator.journal.operations().filter((name) => name.startsWith("Modify")),
    live: () => backupPolicyOf(emulator),
    removeTarget: () => {
      emulator.change({ kind: "deleteCluster", clusterId: "pc-1" });
    },
    loseAnswerOfWrite: () =>
      emulator.faults.add({ operation: "ModifyBackupPolicy", effect: { kind: "reset", when: "after" } }),
    cutOffAfterWrite: () =>
      emulator.faults.add({
        operation: "DescribeBackupPolicy",
        skip: 1,
        times: 1_000,
        effect: { kind: "reset", when: "before" },
      }),
    restoreConnection: () => emulator.faults.clear(),
    close: () => emulator.close(),
  };
}

describeLifecycle({
  name: "polardb.BackupPolicy",
  whenGone: "leaves state",
  properties: [
    { property: "dataLevel1BackupTime", value: "00:00Z-01:00Z" },
    { property: "dataLevel1BackupPeriod", value: ["Monday", "Thursday"] },
    { property: "dataLevel2BackupPeriod", value: ["Monday", "Sunday"] },
    {
      property: "dataLevel1BackupRetentionPeriod",
      value: 3,
      beside: { accept: ["shrink:dataLevel1BackupRetentionPeriod=3"] },
    },
    { property: "dataLevel2BackupRetentionPeriod", value: -1 },
    { property: "dataLevel2BackupRetentionPeriod", value: 7300 },
    {
      property: "dataLevel2BackupRetentionPeriod",
      value: 0,
      beside: { accept: ["shrink:dataLevel2BackupRetentionPeriod=0"] },
    },
    { property: "dataLevel2BackupAnotherRegionRetentionPeriod", value: -1 },
    {
      property: "dataLevel2BackupAnotherRegionRegion",
      value: "cn-shanghai",
      beside: { accept: ["shrink:dataLevel2BackupAnotherRegionRegion=cn-shanghai"] },
    },
    { property: "backupRetentionPolicyOnClusterDeletion", value: "ALL" },
    {
      property: "backupRetentionPolicyOnClusterDeletion",
      value: "NONE",
      beside: { accept: ["shrink:backupRetentionPolicyOnClusterDeletion=NONE"] },
    },
    {
      property: "dataLevel1BackupFrequency",
      value: "4/24H",
      beside: {
        dataLevel1BackupPeriod: undefined,
        dataLevel2BackupPeriod: undefined,
        accept: ["shrink:dataLevel1BackupFrequency=4/24H"],
      },
    },
  ],
  start: async () => {
    const subject = await startPolardbSubject();
    const { emulator, program } = subject;
    return {
      ...common(subject),
      program: program({
        dataLevel1BackupRetentionPeriod: 14,
        dataLevel1BackupTime: "16:00Z-17:00Z",
        dataLevel1BackupPeriod: ["Monday", "Thursday", "Sunday"],
        dataLevel2BackupRetentionPeriod: 30,
        dataLevel2BackupPeriod: ["Monday", "Thursday"],
        dataLevel2BackupAnotherRegionRegion: "cn-beijing",
        dataLevel2BackupAnotherRegionRetentionPeriod: 60,
        backupRetentionPolicyOnClusterDeletion: "LATEST",
      }),
      removable: [
        ["dataLevel1BackupRetentionPeriod"],
        ["dataLevel1BackupTime"],
        ["dataLevel1BackupPeriod"],
        ["dataLevel2BackupRetentionPeriod"],
        ["dataLevel2BackupPeriod"],
        ["dataLevel2BackupAnotherRegionRegion", "dataLevel2BackupAnotherRegionRetentionPeriod"],
        ["backupRetentionPolicyOnClusterDeletion"],
      ],
      changeBehindOurBack: () => {
        emulator.change({
          kind: "setPolicy",
          clusterId: "pc-1",
          policy: { DataLevel1BackupRetentionPeriod: "7", DataLevel1BackupPeriod: "Monday,Friday" },
        });
      },
    };
  },
});

describeLifecycle({
  name: "polardb.BackupPolicy, under the common names of the schedule,",
  whenGone: "leaves state",
  properties: [
    { property: "preferredBackupTime", value: "23:00Z-24:00Z" },
    { property: "preferredBackupPeriod", value: ["Tuesday", "Wednesday", "Saturday"] },
    {
      property: "backupFrequency",
      value: "2/24H",
      beside: { preferredBackupPeriod: undefined, accept: ["shrink:backupFrequency=2/24H"] },
    },
  ],
  start: async () => {
    // A region without cross-region backup: only there these are the names that the cluster keeps its schedule under.
    const subject = await startPolardbSubject({ clusters: [{ id: "pc-1", engine: "MySQL", region: "cn-chengdu" }] });
    const { emulator, program } = subject;
    return {
      ...common(subject),
      program: program({
        preferredBackupTime: "15:00Z-16:00Z",
        preferredBackupPeriod: ["Monday", "Thursday"],
        dataLevel1BackupRetentionPeriod: 14,
      }),
      removable: [["preferredBackupTime"], ["preferredBackupPeriod"], ["dataLevel1BackupRetentionPeriod"]],
      changeBehindOurBack: () => {
        emulator.change({
          kind: "setPolicy",
          clusterId: "pc-1",
          policy: { PreferredBackupPeriod: "Monday,Friday" },
        });
      },
    };
  },
});
