import { disposeStacks, succeeded } from "./support/engine";
import { configured, DESTINATION, subjectOf, TENANTS } from "./support/oceanbase";
import { closeVendors } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

describe("adoption of a configured OceanBase cluster", () => {
  it("equal configuration declared on a configured cluster (adoption): 0 writes", async () => {
    const { stack, cluster, writes, archiving } = await subjectOf(
      { ...DESTINATION, haLowThreadScore: 35, deletePolicy: { recoveryWindow: "5d" } },
      {
        tenants: TENANTS.map((tenant) => ({
          ...configured(tenant),
          parameters: { ha_low_thread_score: "35" },
          deletePolicy: { recoveryWindow: "5d" },
        })),
      },
    );
    succeeded(await stack.up());
    expect(writes()).toEqual([]);
    expect(cluster.sql()).toEqual([]);
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
    succeeded(await stack.up("--refresh", "--expect-no-changes", "--skip-preview"));
    expect(writes()).toEqual([]);
  });

  it("adoption where the live destination differs: refused with the token; done with it", async () => {
    const { stack, cluster, declare, writes, archiving, bases } = await subjectOf(DESTINATION, {
      tenants: TENANTS.map((tenant) => configured(tenant, "file:///theirs")),
    });
    const refused = await stack.up("--skip-preview");
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain("NotAccepted");
    const token = "overwrite:backupBaseUri=file:///data/backup";
    expect(refused.output.replaceAll('\\"', '"')).toContain(`accept: ["${token}"]`);
    expect(writes()).toEqual([]);
    expect(cluster.sql()).toEqual([]);

    declare({ ...DESTINATION, accept: [token] });
    succeeded(await stack.up("--skip-preview"));
    expect(bases()).toEqual(Array(3).fill("file:///data/backup"));
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
  });
});
