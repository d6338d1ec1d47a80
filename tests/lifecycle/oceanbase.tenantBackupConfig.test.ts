import {
  DESTINATION,
  type OceanbaseSubject,
  oceanbaseStack,
  startOceanbaseSubject,
  tenantsOf,
} from "./support/oceanbase";
import { newProcess } from "./support/stack";

let subject: OceanbaseSubject;

const DESTINATIONS = {
  tenantName: "t2",
  archiveBaseUri: "file:///arch/t2",
  dataBaseUri: "file:///data/t2",
  binding: "mandatory",
  pieceSwitchInterval: "6d",
} as const;

const start = async (): Promise<OceanbaseSubject> => {
  subject = await startOceanbaseSubject({ type: "TenantBackupConfig" });
  return subject;
};

const startArchiving = async (): Promise<OceanbaseSubject> => {
  await start();
  await subject.stack.up(subject.program(DESTINATIONS));
  subject.emulator.change({ change: "tenant", name: "t2", set: { archiveStatus: "DOING" } });
  await subject.stack.refresh();
  subject.emulator.journal.clear();
  return subject;
};

afterEach(() => subject.emulator.close());

describe("oceanbase.TenantBackupConfig, calls", () => {
  it("posts both destinations of a tenant that has none, and touches no other tenant", async () => {
    const { stack, program, writes, emulator } = await start();
    await stack.up(program(DESTINATIONS));
    expect(writes()).toEqual(["POST /api/v1/tenant/t2/backup/config"]);
    expect(tenantsOf(emulator).map(({ archiveDestination }) => archiveDestination?.uri)).toEqual([
      "",
      "file:///arch/t2",
      "",
    ]);
  });

  it("moves the data destination alone without a gap in archiving", async () => {
    const { stack, program, writes, statements, archiving } = await startArchiving();
    const before = statements().length;
    await stack.up(program({ ...DESTINATIONS, dataBaseUri: "file:///data/moved" }));
    expect(writes()).toEqual(["PATCH /api/v1/tenant/t2/backup/config"]);
    expect(
      statements()
        .slice(before)
        .filter((text) => text.includes("ARCHIVELOG")),
    ).toEqual([]);
    expect(archiving().t2).toBe("DOING");
  });

  it("moves the archive destination alone, reopens archiving and reports the gap", async () => {
    const { stack, program, statements, archiving } = await startArchiving();
    const before = statements().length;
    await stack.up(program({ ...DESTINATIONS, archiveBaseUri: "file:///arch/moved" }));
    const sent = statements().slice(before);
    expect(sent.some((text) => text.includes("DATA_BACKUP_DEST"))).toBe(false);
    expect(archiving().t2).toBe("DOING");
    expect(stack.state?.outputs.archiveGaps).toEqual([{ tenant: "t2", seconds: expect.any(Number) }]);
  });

  it("is replaced when it is to be for another tenant", async () => {
    const { stack, program } = await start();
    await stack.up(program(DESTINATIONS));
    expect(
      await stack.up(
        program({
          ...DESTINATIONS,
          tenantName: "t3",
          archiveBaseUri: "file:///arch/t3",
          dataBaseUri: "file:///data/t3",
        }),
      ),
    ).toBe("replace");
    expect(stack.state?.outputs.tenantId).toBe(1006);
  });
});

describe("oceanbase.TenantBackupConfig, identity", () => {
  it("refuses a tenant that was created anew under the same name, and leaves the state in a refresh", async () => {
    const { stack, program, emulator } = await start();
    await stack.up(program(DESTINATIONS));
    emulator.change({ change: "dropTenant", name: "t2" });
    emulator.change({ change: "addTenant", tenant: { name: "t2", id: 1010 } });
    await expect(stack.up(program({ ...DESTINATIONS, haLowThreadScore: 4 }))).rejects.toThrow(
      /tenant t2 \(id 1004\) of obcluster was dropped and created anew \(id 1010\) \[WrongTarget\]/,
    );
    await stack.refresh();
    expect(stack.state).toBeUndefined();
  });

  it("names the tenant that does not exist", async () => {
    const { stack, program } = await start();
    await expect(stack.up(program({ ...DESTINATIONS, tenantName: "t9" }))).rejects.toThrow(
      /the cluster obcluster has no tenant t9 \[InvalidInput\]/,
    );
  });

  it("deletes without a word from a tenant that is gone, also when archiving was to be stopped", async () => {
    const { stack, program, emulator } = await start();
    await stack.up(program({ ...DESTINATIONS, onDelete: "stopArchiving" }));
    emulator.change({ change: "dropTenant", name: "t2" });
    await expect(stack.destroy()).resolves.toBeUndefined();
  });
});

describe("oceanbase.TenantBackupConfig beside a ClusterBackupConfig", () => {
  it("is left alone by a cluster resource that excepts its tenant, which then uses the tenants' routes only", async () => {
    const { stack, program, clock, emulator, writes } = await start();
    const process = newProcess();
    const cluster = oceanbaseStack("ClusterBackupConfig", clock, {}, process);
    const tenant = oceanbaseStack("TenantBackupConfig", clock, {}, process);
    await tenant.up(program(DESTINATIONS));
    await cluster.up(program({ ...DESTINATION, exceptTenants: ["t2"], deletePolicy: { recoveryWindow: "5d" } }));
    expect(writes().filter((call) => call.includes("obcluster"))).toEqual([]);
    expect(tenantsOf(emulator).map(({ archiveDestination }) => archiveDestination?.uri)).toEqual([
      "file:///data/backup/1/1002/clog",
      "file:///arch/t2",
      "file:///data/backup/1/1006/clog",
    ]);
    expect(tenantsOf(emulator).map(({ deletePolicy }) => deletePolicy?.recoveryWindow)).toEqual([
      "5d",
      undefined,
      "5d",
    ]);
    expect(cluster.state?.outputs.tenants).toHaveLength(2);
    void stack;
  });

  it("is an error when both own the same setting of one tenant, before the second writes anything", async () => {
    const { program, clock, writes, emulator } = await start();
    const process = newProcess();
    const cluster = oceanbaseStack("ClusterBackupConfig", clock, {}, process);
    const tenant = oceanbaseStack("TenantBackupConfig", clock, {}, process);
    await cluster.up(program({ haLowThreadScore: 4 }));
    emulator.journal.clear();
    await expect(tenant.up(program({ tenantName: "t2", haLowThreadScore: 8 }))).rejects.toThrow(
      /haLowThreadScore of t2 in obcluster is already managed by another resource of this run.*\[Conflict\].*exceptTenants/,
    );
    expect(writes()).toEqual([]);
  });

  it("is no error when they own different settings of one tenant", async () => {
    const { program, clock } = await start();
    const process = newProcess();
    await oceanbaseStack("ClusterBackupConfig", clock, {}, process).up(program({ haLowThreadScore: 4 }));
    const tenant = oceanbaseStack("TenantBackupConfig", clock, {}, process);
    await expect(tenant.up(program(DESTINATIONS))).resolves.toBe("create");
  });

  it("changes one cluster one resource after the other", async () => {
    const { program, clock, emulator } = await start();
    const process = newProcess();
    const cluster = oceanbaseStack("ClusterBackupConfig", clock, {}, process);
    const tenant = oceanbaseStack("TenantBackupConfig", clock, {}, process);
    await Promise.all([
      cluster.up(program({ ...DESTINATION, exceptTenants: ["t2"] })),
      tenant.up(program(DESTINATIONS)),
    ]);
    const dags = emulator.world.dags;
    expect(dags.map(({ name }) => name.slice(-2)).sort()).toEqual(["t1", "t2", "t3"]);
    for (const [index, dag] of dags.entries()) {
      const before = dags[index - 1];
      if (before) expect(dag.startedAt).toBeGreaterThanOrEqual(before.endedAt);
    }
  });
});

describe("Settings that were taken over unread", () => {
  it("count as known once they were sent: to the tenant", async () => {
    const { stack, program } = await start();
    await stack.up(program(DESTINATIONS));
    stack.state = undefined;
    await stack.up(program(DESTINATIONS));
    expect(stack.state).toMatchObject({ outputs: { unverified: ["binding", "pieceSwitchInterval"] } });
    await stack.up(program({ ...DESTINATIONS, reapply: "1" }));
    expect(stack.state).toMatchObject({ outputs: { unverified: [] } });
  });

  it("count as known once they were sent: to each tenant that is not left out, by a call of its own", async () => {
    const { program, clock } = await start();
    const cluster = oceanbaseStack("ClusterBackupConfig", clock);
    const declared = program({ ...DESTINATION, exceptTenants: ["t2"] });
    await cluster.up(declared);
    cluster.state = undefined;
    await cluster.up(declared);
    expect(cluster.state).toMatchObject({ outputs: { unverified: ["binding", "pieceSwitchInterval"] } });
    await cluster.up({ ...declared, reapply: "1" });
    expect(cluster.state).toMatchObject({ outputs: { unverified: [] } });
  });
});

describe("oceanbase, deleting with onDelete: stopArchiving", () => {
  it("stops archiving and says what stays", async () => {
    const { stack, program, archiving } = await startArchiving();
    await stack.up(program({ ...DESTINATIONS, onDelete: "stopArchiving" }));
    await stack.destroy();
    expect(archiving().t2).toBe("STOP");
    expect(stack.log.join("\n")).toContain("t2: log archiving is stopped");
    expect(stack.log.join("\n")).toContain("destinations, parameters and clean-up policy stay as they are");
  });

  it("counts only when an earlier run has recorded it", async () => {
    const { stack, archiving } = await startArchiving();
    await stack.destroy();
    expect(archiving().t2).toBe("DOING");
  });

  it("keeps archiving on for a tenant that another resource of the same run has taken over", async () => {
    const { program, clock, emulator, archiving } = await startArchiving();
    const before = oceanbaseStack("TenantBackupConfig", clock);
    await before.up(program({ ...DESTINATIONS, onDelete: "stopArchiving" }));
    const process = newProcess();
    const renamed = oceanbaseStack("TenantBackupConfig", clock, {}, process);
    await renamed.up(program({ ...DESTINATIONS, onDelete: "stopArchiving" }));
    const old = oceanbaseStack("TenantBackupConfig", clock, {}, process);
    old.state = before.state;
    emulator.journal.clear();
    await old.destroy();
    expect(archiving().t2).toBe("DOING");
    expect(old.log.join("\n")).toContain("another resource has taken it over");
  });

  it("does not take a cluster that does not answer for gone", async () => {
    const { stack, program, emulator } = await startArchiving();
    await stack.up(program({ ...DESTINATIONS, onDelete: "stopArchiving" }));
    emulator.change({ change: "database", state: "down" });
    await expect(stack.destroy()).rejects.toThrow(/Unavailable/);
  });
});
