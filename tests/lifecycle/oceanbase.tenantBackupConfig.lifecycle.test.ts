import { describeLifecycle } from "./support/cases";
import { startOceanbaseSubject } from "./support/oceanbase";
import { tenantConfigOf } from "./support/oceanbaseLive";

const DESTINATIONS = {
  archiveBaseUri: "file:///arch/t2",
  dataBaseUri: "file:///data/t2",
  binding: "mandatory",
  pieceSwitchInterval: "6d",
} as const;

describeLifecycle({
  name: "oceanbase.TenantBackupConfig",
  whenGone: "leaves state",
  properties: [
    { property: "archiveBaseUri", value: "file:///arch/moved" },
    { property: "dataBaseUri", value: "file:///data/moved" },
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
    const { emulator, clock, stack, program, writes } = await startOceanbaseSubject({ type: "TenantBackupConfig" });
    return {
      stack,
      clock,
      program: program({
        tenantName: "t2",
        ...DESTINATIONS,
        logArchiveConcurrency: 100,
        haLowThreadScore: 35,
        archiveLagTarget: "2h",
        deletePolicy: { policy: "default", recoveryWindow: "5d" },
      }),
      removable: [
        ["archiveBaseUri", "binding", "pieceSwitchInterval"],
        ["dataBaseUri"],
        ["logArchiveConcurrency"],
        ["haLowThreadScore"],
        ["archiveLagTarget"],
        ["deletePolicy"],
      ],
      calls: () => emulator.journal.operations(),
      writes,
      live: () => tenantConfigOf(emulator, "t2"),
      changeBehindOurBack: () => {
        emulator.change({
          change: "tenant",
          name: "t2",
          set: { archiveUri: "file:///elsewhere", parameters: { ha_low_thread_score: "1" } },
        });
      },
      removeTarget: () => {
        emulator.change({ change: "dropTenant", name: "t2" });
      },
      loseAnswerOfWrite: () =>
        emulator.faults.add({ operation: "/api/v1/tenant/t2/backup/config", effect: { kind: "reset", when: "after" } }),
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
