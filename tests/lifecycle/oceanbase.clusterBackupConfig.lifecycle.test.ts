import { describeLifecycle } from "./support/cases";
import { DESTINATION, startOceanbaseSubject } from "./support/oceanbase";
import { clusterConfigOf } from "./support/oceanbaseLive";

const BEHIND = { uri: "file:///elsewhere/1/1004/clog" };

describeLifecycle({
  name: "oceanbase.ClusterBackupConfig",
  whenGone: "fails and stays",
  properties: [
    { property: "backupBaseUri", value: "file:///data/moved" },
    { property: "binding", value: "optional" },
    { property: "pieceSwitchInterval", value: "1d" },
    { property: "logArchiveConcurrency", value: 0 },
    { property: "haLowThreadScore", value: 0 },
    { property: "archiveLagTarget", value: "0s" },
    { property: "archiveLagTarget", value: "2m" },
    { property: "deletePolicy", value: { policy: "default", recoveryWindow: "7d" } },
    {
      property: "deletePolicy",
      value: { policy: "default", recoveryWindow: "3d" },
      beside: { accept: ["shrink:deletePolicy.recoveryWindow=3d"] },
    },
  ],
  start: async () => {
    const { emulator, clock, stack, program, writes } = await startOceanbaseSubject();
    return {
      stack,
      clock,
      program: program({
        ...DESTINATION,
        logArchiveConcurrency: 100,
        haLowThreadScore: 35,
        archiveLagTarget: "2h",
        deletePolicy: { policy: "default", recoveryWindow: "5d" },
      }),
      removable: [
        ["backupBaseUri", "binding", "pieceSwitchInterval"],
        ["logArchiveConcurrency"],
        ["haLowThreadScore"],
        ["archiveLagTarget"],
        ["deletePolicy"],
      ],
      calls: () => emulator.journal.operations(),
      writes,
      live: () => clusterConfigOf(emulator),
      changeBehindOurBack: () => {
        emulator.change({
          change: "tenant",
          name: "t2",
          set: { archiveUri: BEHIND.uri, parameters: { ha_low_thread_score: "1" } },
        });
      },
      removeTarget: () => {
        emulator.change({ change: "database", state: "down" });
      },
      loseAnswerOfWrite: () =>
        emulator.faults.add({ operation: "/api/v1/obcluster/backup/config", effect: { kind: "reset", when: "after" } }),
      cutOffAfterWrite: () =>
        emulator.faults.add({
          operation: "/api/v1/task/dag/",
          times: 1e9,
          effect: { kind: "reply", when: "before", status: 500, body: "" },
        }),
      restoreConnection: () => emulator.faults.clear(),
      close: () => emulator.close(),
    };
  },
});
