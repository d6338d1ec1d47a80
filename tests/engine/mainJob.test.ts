import { disposeStacks, setProgram, startStack, succeeded } from "./support/engine";
import { closeVendors, obshell, polardb, vendorEnvironment } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

/** Both vendor documents in one program, as a platform engineer declares them. */
const bothVendors = (values: { uri?: string; threads?: number; days?: number } = {}): string => `
  new oceanbase.ClusterBackupConfig("cluster", {
    backupBaseUri: "${values.uri ?? "file:///data/backup"}",
    binding: "mandatory",
    pieceSwitchInterval: "6d",
    logArchiveConcurrency: ${values.threads ?? 100},
    haLowThreadScore: 35,
    archiveLagTarget: "2h",
    deletePolicy: { policy: "", recoveryWindow: "5d" },
  });
  new polardb.BackupPolicy("policy", {
    dbClusterId: "pc-1",
    preferredBackupTime: "15:00Z-16:00Z",
    dataLevel1BackupRetentionPeriod: ${values.days ?? 14},
  });`;

describe("both vendor documents, applied by the real CLI", () => {
  it("Second `up` without changes: 0 HTTP calls in both journals", async () => {
    const vendors = { obshell: await obshell(), polardb: await polardb() };
    const stack = await startStack({ program: bothVendors(), environment: vendorEnvironment(vendors) });
    const first = await stack.up();
    succeeded(first);
    expect(vendors.obshell.journal.operations()).toContain("POST /api/v1/obcluster/backup/config");
    expect(vendors.polardb.journal.operations()).toEqual([
      "DescribeBackupPolicy",
      "ModifyBackupPolicy",
      "DescribeBackupPolicy",
    ]);

    vendors.obshell.journal.clear();
    vendors.polardb.journal.clear();
    const second = await stack.up("--expect-no-changes");

    succeeded(second);
    expect(vendors.obshell.journal.operations()).toEqual([]);
    expect(vendors.polardb.journal.operations()).toEqual([]);
  });

  it("`refresh --preview-only --expect-no-changes` exits 0 after `up`, non-zero after a change behind our back", async () => {
    const vendors = { obshell: await obshell(), polardb: await polardb() };
    const stack = await startStack({ program: bothVendors(), environment: vendorEnvironment(vendors) });
    const driftCheck = ["refresh", "--preview-only", "--expect-no-changes"] as const;
    await stack.up();
    succeeded(await stack.run(...driftCheck));

    vendors.polardb.change({ kind: "setPolicy", clusterId: "pc-1", policy: { DataLevel1BackupRetentionPeriod: "7" } });
    const polardbDrift = await stack.run(...driftCheck);
    expect(polardbDrift.code).not.toBe(0);
    await stack.up("--refresh");
    succeeded(await stack.run(...driftCheck));

    vendors.obshell.change({ change: "tenant", name: "t2", set: { archiveUri: "file:///elsewhere" } });
    const obshellDrift = await stack.run("preview", "--refresh", "--diff");
    expect(obshellDrift.output).toContain("t2 differs");
    expect((await stack.run(...driftCheck)).code).not.toBe(0);
    await stack.up("--refresh");
    succeeded(await stack.run(...driftCheck));
  });

  it("`logArchiveConcurrency` or the URI changed while tenants are archiving: after `up` every one of them is archiving again", async () => {
    const vendors = { obshell: await obshell(), polardb: await polardb() };
    const stack = await startStack({ program: bothVendors(), environment: vendorEnvironment(vendors) });
    await stack.up();
    for (const name of ["mysql_tenant", "t2"])
      vendors.obshell.change({ change: "tenant", name, set: { archiveStatus: "DOING" } });
    const archiving = (): unknown[] => vendors.obshell.world.tenants.map((tenant) => tenant.logMode);

    setProgram(stack, bothVendors({ threads: 50 }));
    succeeded(await stack.up());
    expect(vendors.obshell.sql().some(({ statement }) => statement.includes("NOARCHIVELOG"))).toBe(false);
    expect(archiving()).toEqual(["ARCHIVELOG", "ARCHIVELOG"]);

    setProgram(stack, bothVendors({ threads: 50, uri: "file:///data/moved" }));
    succeeded(await stack.up());
    expect(vendors.obshell.sql().some(({ statement }) => statement.includes("NOARCHIVELOG"))).toBe(true);
    expect(archiving()).toEqual(["ARCHIVELOG", "ARCHIVELOG"]);
  });
});
