import { disposeStacks, setProgram, startStack, succeeded } from "./support/engine";
import { ACCESS_KEY_ID, CANARIES, closeVendors, obshell, polardb, vendorEnvironment } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

describe("state", () => {
  it("keeps a half-done change with its provider text and converges in the next run", async () => {
    const cluster = await obshell();
    const stack = await startStack({
      environment: vendorEnvironment({ obshell: cluster }),
      program: `new oceanbase.ClusterBackupConfig("cluster", {
        backupBaseUri: "file:///data/backup", binding: "optional", pieceSwitchInterval: "1d", deletePolicy: { recoveryWindow: "7d" } });`,
    });
    cluster.injectFault({ kind: "databaseRefusal", statement: "ADD_DELETE_POLICY", tenant: "t2" });
    const failed = await stack.up("--skip-preview");
    expect(failed.code).not.toBe(0);
    expect(failed.output).toContain("TaskFailed");
    const [resource] = (await stack.resources()).filter(({ type }) => type.includes("ClusterBackupConfig"));
    expect(resource?.initErrors).toHaveLength(1);
    expect(resource?.outputs?.__provider).toContain("pulumi-backup-policies/provider");

    succeeded(await stack.up("--skip-preview"));
    expect(cluster.world.tenants.map((tenant) => tenant.deletePolicy?.recoveryWindow)).toEqual(["7d", "7d"]);
    succeeded(await stack.run("preview", "--refresh", "--expect-no-changes"));
  });

  it("is removed by a refresh only when the recorded target says that the cluster is gone", async () => {
    const service = await polardb();
    const stack = await startStack({
      environment: vendorEnvironment({ polardb: service }),
      program: `new polardb.BackupPolicy("policy", { dbClusterId: "pc-1", dataLevel1BackupRetentionPeriod: 14 });`,
    });
    const managed = async (): Promise<boolean> =>
      (await stack.resources()).some(({ type }) => type.includes("BackupPolicy"));
    await stack.up("--skip-preview");

    // An unknown access key is answered with 404 as well.
    service.world.accessKeys.clear();
    const refused = await stack.run("refresh", "--yes");
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain("Unauthenticated, InvalidAccessKeyId.NotFound, HTTP 404");
    expect(await managed()).toBe(true);

    service.change({
      kind: "addAccessKey",
      key: { accessKeyId: ACCESS_KEY_ID, accessKeySecret: CANARIES.accessKeySecret },
    });
    service.change({ kind: "deleteCluster", clusterId: "pc-1" });
    succeeded(await stack.run("refresh", "--yes"));
    expect(await managed()).toBe(false);
  });

  it("belongs to explicit providers for each cluster, whose inputs the environment does not override", async () => {
    const first = await obshell({ clusterName: "first" });
    const second = await obshell({ clusterName: "second" });
    const program = (password: string): string => `
      const settings = { haLowThreadScore: 10 };
      const provider = (name, url) => new oceanbase.Provider(name, { endpoints: [url], password: "${password}" });
      const a = new oceanbase.ClusterBackupConfig("a", settings, { provider: provider("first", "${first.url}") });
      const b = new oceanbase.ClusterBackupConfig("b", settings, { provider: provider("second", "${second.url}") });
      exports.names = [a.cluster.name, b.cluster.name];`;
    const stack = await startStack({
      environment: { OCEANBASE_ENDPOINTS: "http://127.0.0.1:1", OCEANBASE_PASSWORD: "wrong" },
      program: program(CANARIES.obshellPassword),
    });
    succeeded(await stack.up("--skip-preview"));
    expect(JSON.parse(await stack.mustRun("stack", "output", "names", "--json"))).toEqual(["first", "second"]);
    expect(await stack.export()).not.toContain(CANARIES.obshellPassword);

    // A rotated password is an update of the providers alone.
    for (const cluster of [first, second]) cluster.change({ change: "password", password: "rotated" });
    setProgram(stack, program("rotated"));
    succeeded(await stack.up("--skip-preview"));
    expect(
      [...first.journal.operations(), ...second.journal.operations()].filter((name) => name.startsWith("PATCH")),
    ).toHaveLength(2);
  });
});
