import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { detailOf } from "../emulators/polardb";
import { disposeStacks, succeeded } from "./support/engine";
import { unquoted } from "./support/polardb";
import { fleetOf } from "./support/polardbFleet";
import { commandOf, eventually, killWithAll } from "./support/processes";
import { closeVendors } from "./support/vendors";

jest.setTimeout(300_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

const DAYS = { dataLevel1BackupRetentionPeriod: 14 };

describe("a fleet of PolarDB clusters", () => {
  it("500 clusters with 7 failing (3 throttled and 2 busy for longer than their deadline, 1 gone, 1 PostgreSQL) end with 493 done, the 7 named, state true, second `up` finishing", async () => {
    const fields = { ...DAYS, dataLevel1BackupTime: "05:00Z-06:00Z" };
    // So few at a time that a slow machine has them done before their deadline.
    const common = { baseline: fields, parallelism: 16, timeouts: { create: "9s", update: "9s" } };
    const [gone, other] = ["pc-100", "pc-200"];
    const { stack, service, ids, declare, modified, touched, forget } = await fleetOf(500, common);
    service.change({ kind: "deleteCluster", clusterId: gone });
    service.change({ kind: "deleteCluster", clusterId: other });
    service.change({ kind: "addCluster", cluster: { id: other, engine: "PostgreSQL", region: "cn-hangzhou" } });
    const busy = ["pc-300", "pc-301"];
    for (const clusterId of busy) service.change({ kind: "setStatus", clusterId, status: "ClassChanging" });
    // The last ones, because whoever is throttled slows down all that come after.
    const throttled = ids.slice(-3);
    for (const clusterId of throttled) {
      const effect = { kind: "vendorError", when: "before", status: 400, code: "Throttling.User" } as const;
      service.world.vendorFaults.add({ operation: "ModifyBackupPolicy", clusterId, times: 1_000_000, effect });
    }
    const failing = [gone, other, ...busy, ...throttled].sort();
    const done = ids.filter((id) => !failing.includes(id));

    const { code, output } = await stack.up("--skip-preview");
    expect(code).not.toBe(0);
    expect(output).toContain("7 of 500 clusters failed");
    for (const id of failing) expect(output).toContain(id);
    expect(output).toContain("493 of 500 clusters done, 7 failed");
    expect([...new Set(modified().filter((id) => done.includes(id)))]).toEqual(done);
    const [fleet] = await stack.resources("polardb:BackupPolicyFleet");
    const reasons = fleet?.outputs?.failed as Record<string, string>;
    expect(Object.keys(reasons).sort()).toEqual(failing);
    expect(reasons[gone]).toContain("[NotFound");
    expect(reasons[other]).toContain("PostgreSQL");
    for (const id of busy) expect(reasons[id]).toContain("busy with another change");
    for (const id of throttled) expect(reasons[id]).toContain("[Throttled");
    const records = fleet?.outputs?.policies as { clusters: string }[];
    expect(records.flatMap(({ clusters }) => clusters.split(" ")).sort()).toEqual(done);

    forget();
    service.world.vendorFaults.clear();
    for (const clusterId of busy) service.change({ kind: "setStatus", clusterId, status: "Running" });
    const exempt = { [other]: { reason: "has a policy of its own", expires: "2999-12-31" } };
    declare({ ...common, clusters: ids.filter((id) => id !== gone), exempt });
    succeeded(await stack.up("--skip-preview"));
    expect(modified()).toEqual([...busy, ...throttled]);
    expect(touched()).toEqual([...busy, ...throttled]);
    succeeded(await stack.up("--expect-no-changes", "--skip-preview"));
  });

  it("kill -9 in the middle, then `up`: no cluster written twice for equal values", async () => {
    const { stack, service, ids, declare, modified, forget } = await fleetOf(
      150,
      { baseline: DAYS, parallelism: 8 },
      { latencyMs: 20 },
    );
    for (const days of [14, 12]) {
      declare({
        baseline: { dataLevel1BackupRetentionPeriod: days },
        parallelism: 8,
        accept: ["shrink:dataLevel1BackupRetentionPeriod=12"],
      });
      forget();
      const killed = stack.up("--skip-preview");
      await eventually(() => modified().length >= 40);
      killWithAll(commandOf(stack));
      await killed;
      expect(modified().length).toBeLessThan(ids.length);
      succeeded(await stack.run("cancel", "--yes"));
      succeeded(await stack.up("--skip-preview"));
      expect(modified()).toEqual(ids);
      for (const id of ids)
        expect(service.world.cluster(id).settings.data.DataLevel1BackupRetentionPeriod).toBe(String(days));
    }
    forget();
    succeeded(await stack.up("--expect-no-changes", "--skip-preview"));
    expect(modified()).toEqual([]);
  });

  it("override and exemption; expired exemption; cluster added and removed; a list that suddenly is empty", async () => {
    const { stack, service, ids, declare, modified, touched, forget } = await fleetOf(12, {});
    const clusters = ids.slice(0, 11);
    const overrides = { "pc-001": { dataLevel1BackupRetentionPeriod: 10 } };
    const exempt = { "pc-002": { reason: "migration", expires: "2999-12-31" } };
    declare({ clusters, baseline: DAYS, overrides, exempt });
    const preview = succeeded(await stack.run("preview", "--diff"));
    expect(preview).toMatch(/pc-001: "override"\n.*pc-002: "exempt"\n.*pc-003: "baseline"/);
    succeeded(await stack.up("--skip-preview"));
    expect(touched()).toEqual(clusters.filter((id) => id !== "pc-002"));
    expect(service.world.cluster("pc-001").settings.data.DataLevel1BackupRetentionPeriod).toBe("10");

    declare({
      clusters,
      baseline: DAYS,
      overrides,
      exempt: { "pc-002": { reason: "migration", expires: "2020-01-31" } },
    });
    const expired = await stack.run("preview");
    expect(expired.code).not.toBe(0);
    expect(unquoted(expired.output)).toContain('"2020-01-31" is over, so pc-002 is not exempt any more');

    forget();
    const moved = { clusters: ids.slice(1), baseline: DAYS, overrides, exempt };
    declare(moved);
    const shown = succeeded(await stack.run("preview", "--diff"));
    expect(shown).toMatch(/\+ pc-011: "baseline"/);
    expect(shown).toMatch(/- pc-000: "baseline"/);
    succeeded(await stack.up("--skip-preview"));
    expect(touched()).toEqual(["pc-011"]);

    service.change({ kind: "setPolicy", clusterId: "pc-005", policy: { DataLevel1BackupRetentionPeriod: "5" } });
    const drifted = unquoted(succeeded(await stack.run("preview", "--refresh", "--diff")));
    expect(drifted).toContain("pc-005: dataLevel1BackupRetentionPeriod is 5 instead of 14");
    forget();
    succeeded(await stack.up("--refresh", "--skip-preview"));
    expect(modified()).toEqual(["pc-005"]);

    forget();
    declare({ ...moved, clusters: [] });
    const missed = await stack.run("preview");
    expect(missed.code).not.toBe(0);
    expect(unquoted(missed.output)).toContain("was in clusters until now and is missing there");
    declare({ ...moved, clusters: [], overrides: {}, exempt: {} });
    const emptied = await stack.run("preview");
    expect(emptied.code).not.toBe(0);
    expect(unquoted(emptied.output)).toContain('accept: ["unmanage:clusters=10"]');
    expect((await stack.up("--skip-preview")).code).not.toBe(0);
    declare({ ...moved, clusters: [], overrides: {}, exempt: {}, accept: ["unmanage:clusters=10"] });
    succeeded(await stack.up("--skip-preview"));
    expect(touched()).toEqual([]);
    succeeded(await stack.run("destroy", "--yes", "--suppress-progress"));
  });

  it("at 5 calls/s allowed, 50 clusters: after the first rejections at most 3 % of the calls are rejected", async () => {
    const { stack, service, ids, forget, touched } = await fleetOf(50, { baseline: DAYS });
    service.change({ kind: "setKnobs", knobs: { ratePerSecond: 5 } });
    const output = succeeded(await stack.up("--skip-preview"));
    expect(output).toMatch(/ of 50 clusters done, 0 failed, [\d.]+ per second; about \d+s left/);
    for (const id of ids) expect(service.world.cluster(id).settings.data.DataLevel1BackupRetentionPeriod).toBe("14");
    const { calls } = service.journal;
    const isRefused = (call: (typeof calls)[number]): boolean => detailOf(call).code?.includes("Throttling") ?? false;
    // What was under way when the first refusal came could not know of it.
    const firstRefusal = calls.find(isRefused)?.endedAt ?? "";
    const later = calls.filter(({ startedAt }) => Date.parse(startedAt) > Date.parse(firstRefusal) + 1_000);
    expect(later.length).toBeGreaterThan(100);
    expect(later.filter(isRefused).length / later.length).toBeLessThanOrEqual(0.03);
    forget();
    succeeded(await stack.up("--expect-no-changes", "--skip-preview"));
    expect(touched()).toEqual([]);
  });

  it("2,000 clusters: at most 120 bytes of state for each, and no call in an `up` without changes", async () => {
    const clusters = Array.from({ length: 2_000 }, (_, index) => `pc-bp1${String(index).padStart(12, "0")}`);
    const declared = { clusters, baseline: {}, spread: { from: "00:00Z", to: "24:00Z" } };
    const { stack, touched, forget, declare } = await fleetOf(0, declared, {
      clusters: clusters.map((id) => ({ id, engine: "MySQL", region: "cn-hangzhou" })),
    });
    succeeded(await stack.up("--skip-preview"));
    expect(touched()).toEqual(clusters);
    const files = path.join(stack.folder, "backend", ".pulumi", "stacks", "engine-test");
    const sizes = readdirSync(files).map((file) => statSync(path.join(files, file)).size);
    expect(Math.max(...sizes) / clusters.length).toBeLessThanOrEqual(120);
    expect((await stack.export()).length / clusters.length).toBeLessThanOrEqual(120);
    forget();
    declare({ ...declared, clusters: clusters.toReversed() });
    succeeded(await stack.up("--expect-no-changes", "--skip-preview"));
    expect(touched()).toEqual([]);
  });
});
