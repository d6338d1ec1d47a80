import { disposeStacks, succeeded } from "./support/engine";
import { archivingSubject } from "./support/oceanbase";
import { closeVendors } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

describe("what somebody else changes in an OceanBase cluster", () => {
  it("somebody changes binding with the cluster route: `preview --refresh` shows `binding`", async () => {
    const { stack, cluster, settled, forget, writes, archiving } = await archivingSubject();
    cluster.change({
      change: "configure",
      body: { backup_base_uri: "file:///data/backup", binding: "optional", piece_switch_interval: "6d" },
    });
    await settled();
    expect(cluster.world.tenants.map(({ archiveDestination }) => archiveDestination.binding)).toEqual(
      Array(3).fill("OPTIONAL"),
    );
    forget();
    const preview = succeeded(await stack.run("preview", "--refresh", "--diff"));
    expect(preview).toMatch(/~ binding *: "optional" => "mandatory"/);
    expect(writes()).toEqual([]);

    succeeded(await stack.up("--refresh", "--skip-preview"));
    expect(cluster.world.tenants.map(({ archiveDestination }) => archiveDestination.binding)).toEqual(
      Array(3).fill("MANDATORY"),
    );
    // That task had switched archiving off, too.
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
    succeeded(await stack.run("preview", "--refresh", "--expect-no-changes"));
  });
});
