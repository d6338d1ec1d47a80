import { disposeStacks, succeeded } from "./support/engine";
import { archivingOf } from "./support/oceanbase";
import { tenantFleetOf } from "./support/oceanbaseFleet";
import { unquoted } from "./support/polardb";
import { commandOf, eventually, killWithAll } from "./support/processes";
import { closeVendors } from "./support/vendors";

jest.setTimeout(300_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

const BASELINE = {
  archiveBaseUri: "file:///arch/{tenant}",
  dataBaseUri: "file:///data/{tenant}",
  binding: "optional",
  pieceSwitchInterval: "1d",
};

const MOVED = { ...BASELINE, archiveBaseUri: "file:///moved/{tenant}" };

describe("a fleet of OceanBase tenants", () => {
  it("12 tenants: created, no call without changes, drift named and repaired, moved with one closed at a time, an emptied list refused", async () => {
    const { cluster, stack, names, declare, configured, forget, watched } = await tenantFleetOf(12, {
      baseline: BASELINE,
      // Nobody archives yet.
      maxWithoutArchiving: 12,
    });
    succeeded(await stack.up("--skip-preview"));
    expect(configured().sort()).toEqual(names);
    for (const name of names) cluster.change({ change: "tenant", name, set: { archiveStatus: "DOING" } });
    succeeded(await stack.run("refresh", "--yes", "--skip-preview"));
    forget();
    succeeded(await stack.up("--expect-no-changes", "--skip-preview"));
    expect(cluster.journal.operations()).toEqual([]);

    cluster.change({ change: "tenant", name: "t05", set: { archiveUri: "file:///elsewhere" } });
    const drifted = unquoted(succeeded(await stack.run("preview", "--refresh", "--diff")));
    expect(drifted).toContain('t05: archiveBaseUri is "file:///elsewhere" instead of "file:///arch/t05"');
    forget();
    succeeded(await stack.up("--refresh", "--skip-preview"));
    expect(configured()).toEqual(["t05"]);

    declare({ baseline: MOVED });
    const preview = succeeded(await stack.run("preview", "--diff"));
    expect(preview).toContain("12 tenants (t00, t01, t02 and 9 more): Log archiving of {tenant} stops for the change");
    forget();
    const { result, mostClosed } = await watched(() => stack.up("--skip-preview"));
    const output = succeeded(result);
    expect(configured()).toEqual(names);
    expect(mostClosed).toBe(1);
    expect(new Set(Object.values(archivingOf(cluster)))).toEqual(new Set(["DOING"]));
    for (const name of names) expect(output).toContain(`${name}: log archiving was off for`);

    forget();
    declare({ tenants: [], baseline: MOVED });
    const emptied = await stack.run("preview");
    expect(emptied.code).not.toBe(0);
    expect(unquoted(emptied.output)).toContain('accept: ["unmanage:tenants=12"]');
    expect((await stack.up("--skip-preview")).code).not.toBe(0);
    expect(cluster.journal.operations()).toEqual([]);
  });

  it("kill -9 in the middle, then `up`: no tenant closed twice, all archiving", async () => {
    const { cluster, stack, names, declare, forget } = await tenantFleetOf(5, {
      baseline: BASELINE,
      maxWithoutArchiving: 5,
    });
    succeeded(await stack.up("--skip-preview"));
    for (const name of names) cluster.change({ change: "tenant", name, set: { archiveStatus: "DOING" } });
    succeeded(await stack.run("refresh", "--yes", "--skip-preview"));
    const closed = (): string[] =>
      cluster.sql().flatMap(({ statement }) => /NOARCHIVELOG.*TENANT\s*=\s*(\w+)/.exec(statement)?.[1] ?? []);
    declare({ baseline: MOVED });
    const killed = stack.up("--skip-preview");
    await eventually(() => closed().length >= 3);
    killWithAll(commandOf(stack));
    await killed;
    expect(closed()).toEqual(names.slice(0, 3));
    succeeded(await stack.run("cancel", "--yes"));
    succeeded(await stack.up("--skip-preview"));
    expect(closed()).toEqual(names);
    expect(new Set(Object.values(archivingOf(cluster)))).toEqual(new Set(["DOING"]));
    forget();
    succeeded(await stack.up("--expect-no-changes", "--skip-preview"));
    expect(cluster.journal.operations()).toEqual([]);
  });
});
