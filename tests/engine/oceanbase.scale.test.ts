import type { JournalCall } from "../emulators/common/journal";
import { disposeStacks, succeeded } from "./support/engine";
import { archivingSubject, DESTINATION, MOVED } from "./support/oceanbase";
import { closeVendors } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

const TENANT_COUNT = 100;
/** What one look at the whole cluster may cost, without a newer configuration task. */
const BUDGET = 8 + 2 * TENANT_COUNT;

const reads = (calls: readonly JournalCall[]): string[] =>
  calls.filter(({ method }) => method === "GET").map(({ operation }) => operation);

describe("a large OceanBase cluster", () => {
  it("100 tenants, 10,000 old tasks: one cluster PATCH; reads within the budget, at most 8 in flight per agent", async () => {
    const declared = { ...DESTINATION, haLowThreadScore: 10, deletePolicy: { recoveryWindow: "5d" } };
    const { stack, cluster, declare, writes, forget, archiving, bases } = await archivingSubject(declared, {
      tenants: Array.from({ length: TENANT_COUNT }, (_, index) => ({ name: `t${index}`, id: 1002 + 2 * index })),
      oldTasks: 10_000,
      latencyMs: 15,
    });
    succeeded(await stack.run("refresh", "--yes", "--skip-preview", "--suppress-progress"));
    expect(reads(cluster.journal.calls).length).toBeLessThanOrEqual(BUDGET);
    const mostAtOnce = [cluster.journal.peakInFlight()];
    forget();

    declare({ ...declared, ...MOVED });
    succeeded(await stack.up("--skip-preview"));
    expect(writes().filter((name) => !name.endsWith("/backup/log"))).toEqual(["PATCH /api/v1/obcluster/backup/config"]);
    expect(new Set(bases())).toEqual(new Set(["file:///data/moved"]));
    expect(new Set(Object.values(archiving()))).toEqual(new Set(["DOING"]));
    // One look before, one after, and what is waited for: our task, and then archiving, which all must get back at once.
    const operations = reads(cluster.journal.calls);
    const waits = operations.filter((name) => /\/task\/dag\/\d+$|\/backup\/log\/tasks$/.test(name));
    expect(operations.length - waits.length).toBeLessThanOrEqual(2 * (8 + TENANT_COUNT));
    expect(waits.length).toBeLessThanOrEqual(2 * TENANT_COUNT + 3 * TENANT_COUNT + 20);
    const gaps = JSON.parse(await stack.mustRun("stack", "output", "archiveGaps", "--json")) as { seconds: number }[];
    expect(gaps).toHaveLength(TENANT_COUNT);
    // One after another they would be off for a second each.
    expect(Math.max(...gaps.map(({ seconds }) => seconds))).toBeLessThan(TENANT_COUNT / 10);
    mostAtOnce.push(cluster.journal.peakInFlight());
    forget();

    // Somebody else's tasks cost one call each.
    for (const name of ["t1", "t2", "t3"])
      cluster.change({ change: "configure", tenant: name, body: { ha_low_thread_score: 10 } });
    await new Promise((resolve) => setTimeout(resolve, 500));
    succeeded(await stack.run("refresh", "--yes", "--skip-preview", "--suppress-progress"));
    expect(reads(cluster.journal.calls).length).toBeLessThanOrEqual(BUDGET + 3);
    mostAtOnce.push(cluster.journal.peakInFlight());
    for (const most of mostAtOnce) {
      expect(most).toBeGreaterThan(1);
      expect(most).toBeLessThanOrEqual(8);
    }
  });
});
