import { describeLifecycle } from "./support/cases";
import { DESTINATION, startOceanbaseSubject, tenantsOf } from "./support/oceanbase";

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
    /** The value that all tenants agree on, or all their values. */
    const agreed = <T>(values: readonly T[]): T | readonly T[] =>
      new Set(values).size === 1 ? (values[0] as T) : values;
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
      live: () => {
        const tenants = tenantsOf(emulator);
        return {
          backupBaseUri: agreed(
            tenants.map(({ archiveDestination }) => archiveDestination?.uri.replace(/\/1\/\d+\/clog$/, "")),
          ),
          binding: agreed(tenants.map(({ archiveDestination }) => archiveDestination?.binding.toLowerCase())),
          pieceSwitchInterval: agreed(tenants.map(({ archiveDestination }) => archiveDestination?.pieceSwitchInterval)),
          logArchiveConcurrency: agreed(tenants.map(({ parameters }) => Number(parameters.log_archive_concurrency))),
          haLowThreadScore: agreed(tenants.map(({ parameters }) => Number(parameters.ha_low_thread_score))),
          archiveLagTarget: agreed(tenants.map(({ parameters }) => parameters.archive_lag_target)),
          deletePolicy: {
            policy: "default",
            recoveryWindow: agreed(tenants.map(({ deletePolicy }) => deletePolicy?.recoveryWindow)),
          },
        };
      },
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
