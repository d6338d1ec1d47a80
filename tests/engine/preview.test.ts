import { disposeStacks, setProgram, startStack, succeeded } from "./support/engine";
import { CANARIES, closeVendors, obshell, polardb, vendorEnvironment } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

describe("a preview", () => {
  it("refuses the vendor's own example verbatim, naming property, value, rule and fix, without any call", async () => {
    const cluster = await obshell();
    const stack = await startStack({
      environment: vendorEnvironment({ obshell: cluster }),
      program: `
        new oceanbase.ClusterBackupConfig("cluster", {
          backupBaseUri: "file://data/backup", logArchiveConcurrency: 100, binding: "Mandatory", haLowThreadScore: 35,
          pieceSwitchInterval: "6d", archiveLagTarget: "2h", deletePolicy: { policy: "", recoveryWindow: "5d" },
        });`,
    });
    const preview = await stack.run("preview");
    expect(preview.code).not.toBe(0);
    expect(preview.output.replaceAll('\\"', '"')).toContain(
      'backupBaseUri: "file://data/backup" must name an absolute path',
    );
    expect(preview.output.replaceAll('\\"', '"')).toContain('did you mean "file:///data/backup"?');
    expect(cluster.journal.operations()).toEqual([]);
  });

  it.each([
    {
      vendor: "OceanBase",
      program: `new oceanbase.ClusterBackupConfig("cluster", {
        connection: { endpoints: [], password: "${CANARIES.obshellPassword}", agentPassword: "x" },
        binding: "sometimes", haLowThreadScore: 101, deletePolicy: { recoveryWindow: "7" } });`,
      expected: [
        "connection.endpoints: [] must name at least one agent",
        "connection.agentPassword: (value not shown",
        'binding: "sometimes" must be "optional"',
        "haLowThreadScore: 101 must be a whole number from 0 to 100",
        'deletePolicy.recoveryWindow: "7" must be whole days',
      ],
    },
    {
      vendor: "PolarDB",
      program: `new polardb.BackupPolicy("policy", { dbClusterId: "pc-1", preferredBackupPeriod: ["Monday"], backupFrequency: "5/24H",
        advancedDataPolicies: [{ name: "a", srcType: "db", destType: "level1", filterType: "crontab", retentionType: "delay" }],
        credentials: { accessKeyId: "a", accessKeySecret: "${CANARIES.accessKeySecret}", securityToken: "" } });`,
      expected: [
        'preferredBackupPeriod: ["Monday"] must name at least two different weekdays',
        'backupFrequency: "5/24H" must be one of Normal, 2/24H, 3/24H, 4/24H',
        "advancedDataPolicies[0].filterKey: is required",
        "advancedDataPolicies[0].retentionValue: is required",
        "credentials.securityToken: (value not shown",
      ],
    },
  ])(
    "reports every mistake of a $vendor resource at once with its nested path, and no secret",
    async ({ program, expected }) => {
      const stack = await startStack({ program });
      const { code, output } = await stack.run("preview");
      expect(code).not.toBe(0);
      for (const text of expected) expect(output.replaceAll('\\"', '"')).toContain(text);
      for (const secret of Object.values(CANARIES)) expect(output).not.toContain(secret);
    },
  );

  it("refuses a shorter retention until its token is accepted, and prints the token", async () => {
    const service = await polardb();
    const program = (days: number, accept = ""): string =>
      `new polardb.BackupPolicy("policy", { dbClusterId: "pc-1", dataLevel1BackupRetentionPeriod: ${days}, ${accept} });`;
    const stack = await startStack({ environment: vendorEnvironment({ polardb: service }), program: program(14) });
    await stack.up("--skip-preview");
    service.journal.clear();

    setProgram(stack, program(3));
    const refused = await stack.run("preview");
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain('accept: ["shrink:dataLevel1BackupRetentionPeriod=3"]');
    expect(service.journal.operations()).toEqual([]);

    setProgram(stack, program(3, 'accept: ["shrink:dataLevel1BackupRetentionPeriod=3"]'));
    const accepted = await stack.up();
    succeeded(accepted);
    expect(accepted.output).toContain("Level-1 backups are kept 3 days instead of 14 days; older ones expire.");

    setProgram(stack, program(3));
    service.journal.clear();
    succeeded(await stack.up("--skip-preview", "--expect-no-changes"));
    expect(service.journal.operations()).toEqual([]);
  });

  it("of a refresh shows a change behind our back also where undoing it would be refused", async () => {
    const service = await polardb();
    const program = `new polardb.BackupPolicy("policy", { dbClusterId: "pc-1", dataLevel1BackupRetentionPeriod: 7 });`;
    const stack = await startStack({ environment: vendorEnvironment({ polardb: service }), program });
    await stack.up("--skip-preview");
    service.change({ kind: "setPolicy", clusterId: "pc-1", policy: { DataLevel1BackupRetentionPeriod: "14" } });

    expect(succeeded(await stack.run("refresh", "--preview-only", "--diff"))).toContain(
      "dataLevel1BackupRetentionPeriod: 7 => 14",
    );
    const undoing = await stack.run("preview", "--refresh");
    expect(undoing.code).not.toBe(0);
    expect(undoing.output).toContain('accept: ["shrink:dataLevel1BackupRetentionPeriod=7"]');
  });

  it("passes with values that another resource of the same program creates, and `up` uses them", async () => {
    const vendors = { obshell: await obshell(), polardb: await polardb() };
    const stack = await startStack({
      environment: {
        OB: vendors.obshell.url,
        POLARDB: vendors.polardb.url,
        ...vendorEnvironment({ polardb: vendors.polardb }),
      },
      program: `
        class Later extends pulumi.dynamic.Resource {
          constructor(name, value, options) { super({ create: async (inputs) => ({ id: name, outs: { value: inputs.from } }) }, name, { from: value, value: undefined }, options); }
        }
        const id = new Later("id", "pc-1").value;
        const password = new Later("password", pulumi.secret("${CANARIES.obshellPassword}"), { additionalSecretOutputs: ["value"] }).value;
        const days = new Later("days", 14).value;
        new polardb.BackupPolicy("policy", { dbClusterId: id, dataLevel1BackupRetentionPeriod: days });
        new oceanbase.ClusterBackupConfig("cluster", { connection: { endpoints: [process.env.OB], password }, haLowThreadScore: new Later("score", 35).value });`,
    });
    succeeded(await stack.run("preview"));
    succeeded(await stack.up("--skip-preview"));
    expect(vendors.polardb.world.cluster("pc-1").settings.data.DataLevel1BackupRetentionPeriod).toBe("14");
    succeeded(await stack.up("--expect-no-changes", "--skip-preview"));
  });
});
