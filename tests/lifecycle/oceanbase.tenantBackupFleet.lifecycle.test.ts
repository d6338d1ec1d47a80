import { describeLifecycle } from "./support/cases";
import { startTenantFleet } from "./support/oceanbaseFleet";
import { tenantConfigOf } from "./support/oceanbaseLive";

const BASELINE = { haLowThreadScore: 35, logArchiveConcurrency: 100 };

describeLifecycle({
  name: "oceanbase.TenantBackupFleet",
  whenGone: "leaves state",
  properties: [
    { property: "baseline", value: { ...BASELINE, haLowThreadScore: 0 } },
    { property: "baseline", value: { ...BASELINE, logArchiveConcurrency: 0 } },
  ],
  start: async () => {
    const { emulator, stack, clock, program, names, calls, writes } = await startTenantFleet(2);
    return {
      stack,
      clock,
      program: program(BASELINE, { maxTenants: 2, maxWithoutArchiving: 2 }),
      removable: [["maxTenants"], ["maxWithoutArchiving"]],
      calls,
      writes,
      // Both tenants alike, or something that nobody declares.
      live: () => {
        const [first, second] = names.map((name) => {
          const { haLowThreadScore, logArchiveConcurrency } = tenantConfigOf(emulator, name);
          return { haLowThreadScore, logArchiveConcurrency };
        });
        const isAlike = JSON.stringify(first) === JSON.stringify(second);
        return { baseline: isAlike ? first : [first, second], maxTenants: 2, maxWithoutArchiving: 2 };
      },
      changeBehindOurBack: () => {
        emulator.change({ change: "tenant", name: "t01", set: { parameters: { ha_low_thread_score: "1" } } });
      },
      removeTarget: () => {
        for (const name of names) emulator.change({ change: "dropTenant", name });
      },
      loseAnswerOfWrite: () =>
        emulator.faults.add({ operation: "/tenant/t01/parameters", effect: { kind: "reset", when: "after" } }),
      cutOffAfterWrite: () =>
        emulator.faults.add({
          operation: "GET /api/v1/ob/info",
          skip: 2,
          times: 1e9,
          effect: { kind: "reply", when: "before", status: 500, body: "" },
        }),
      restoreConnection: () => emulator.faults.clear(),
      close: () => emulator.close(),
    };
  },
});
