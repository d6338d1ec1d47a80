import { disposeStacks, setProgram, startStack, succeeded } from "./support/engine";
import { ACCESS_KEY_ID, CANARIES, closeVendors, obshell, polardb, vendorEnvironment } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

const placed = (name: string, id: number) => ({
  name,
  id,
  archiveUri: `file:///data/backup/1/${id}/clog`,
  dataUri: `file:///data/backup/1/${id}/data`,
  archiveStatus: "DOING" as const,
});

describe("functions in a program", () => {
  it("tell of a cluster in a preview and in `up`, by stack configuration, with no secret in the state", async () => {
    const cluster = await obshell({ tenants: [placed("orders", 1002), { name: "scratch", id: 1004 }] });
    cluster.change({ change: "startBackup", tenant: "orders", durationMs: 0 });
    const stack = await startStack({
      config: {
        "oceanbase:endpoints": JSON.stringify([cluster.url]),
        "oceanbase:password": { secret: CANARIES.obshellPassword },
      },
      program: `
        const status = oceanbase.getBackupStatus();
        exports.cluster = status.cluster.name;
        exports.states = status.apply(({ tenants }) => tenants.map((t) => [t.name, t.archiving, t.covered, t.lastBackup && t.lastBackup.status]));
        exports.status = status;
        class Seen extends pulumi.ComponentResource { constructor(name) { super("test:Seen", name); } }
        oceanbase.getTenants().apply((tenants) => { for (const { name } of tenants) new Seen(name); });`,
    });
    const preview = await stack.run("preview", "--diff");
    expect(succeeded(preview)).toMatch(/states *: \[/);
    expect(preview.output).toContain('"running"');
    expect(cluster.journal.operations().filter((name) => !name.startsWith("GET "))).toEqual([]);

    const up = await stack.up("--skip-preview");
    succeeded(up);
    expect(JSON.parse(await stack.mustRun("stack", "output", "states", "--json"))).toEqual([
      ["orders", "running", true, "COMPLETED"],
      ["scratch", "unknown", false, null],
    ]);
    const seen = (await stack.resources()).filter(({ type }) => type === "test:Seen").map(({ urn }) => urn);
    expect(seen.map((urn) => urn.split("::").at(-1)).sort()).toEqual(["orders", "scratch"]);
    // The connection is secret; what was found with it is not.
    const status = JSON.parse(await stack.mustRun("stack", "output", "status", "--json")) as object;
    expect(status).toMatchObject({ cluster: { id: 1, name: "obcluster" }, tenants: [{ id: 1002 }, { id: 1004 }] });
    for (const text of [preview.output, up.output, await stack.export()]) {
      expect(text).not.toContain(CANARIES.obshellPassword);
    }
  });

  it("have an unknown result while the connection is unknown, and follow a resource of the same program", async () => {
    const cluster = await obshell();
    const stack = await startStack({
      environment: { OB: cluster.url, PW: CANARIES.obshellPassword },
      program: `
        class Later extends pulumi.dynamic.Resource {
          constructor(name, value) { super({ create: async (inputs) => ({ id: name, outs: { value: inputs.from } }) }, name, { from: value, value: undefined }); }
        }
        const connection = { endpoints: [new Later("endpoint", process.env.OB).value], password: process.env.PW };
        exports.names = oceanbase.getTenants({ connection }).apply((tenants) => tenants.map(({ name }) => name));
        const config = new oceanbase.ClusterBackupConfig("cluster", {
          connection, backupBaseUri: "file:///data/backup", binding: "optional", pieceSwitchInterval: "1d" });
        exports.covered = config.covered.apply(() => oceanbase.getBackupStatus({ connection, tenants: ["t2"] }))
          .apply(({ tenants }) => tenants.map(({ name, covered }) => [name, covered]));`,
    });
    expect(succeeded(await stack.run("preview", "--diff"))).toMatch(/names *: (\[unknown\]|output<string>|<computed>)/);
    expect(cluster.journal.operations()).toEqual([]);
    succeeded(await stack.up("--skip-preview"));
    expect(JSON.parse(await stack.mustRun("stack", "output", "names", "--json"))).toEqual(["mysql_tenant", "t2"]);
    expect(JSON.parse(await stack.mustRun("stack", "output", "covered", "--json"))).toEqual([["t2", true]]);
    expect(await stack.export()).not.toContain(CANARIES.obshellPassword);
  });

  it("end the program with one clear message, without a stack or a secret", async () => {
    const cluster = await obshell();
    const failing = async (program: string): Promise<string> => {
      setProgram(stack, program);
      const { code, output } = await stack.run("preview");
      expect(code).not.toBe(0);
      expect(output).not.toMatch(/unhandled exception|^\s+at /m);
      for (const secret of ["CanaryWrongPassword", ...Object.values(CANARIES)]) expect(output).not.toContain(secret);
      return output;
    };
    const stack = await startStack({ environment: vendorEnvironment({ obshell: cluster }), program: "" });

    const unknown = await failing(`exports.status = oceanbase.getBackupStatus({ tenants: ["t2", "nope"] });`);
    expect(unknown).toContain('reading OceanBase backup status: the cluster has no user tenant "nope" [InvalidInput]');
    expect(unknown).toContain("It has mysql_tenant, t2;");

    const password = `pulumi.secret("CanaryWrongPassword")`;
    const wrong = await failing(`exports.tenants = oceanbase.getTenants({ connection: { password: ${password} } });`);
    expect(wrong).toContain("OceanBase password is incorrect [Unauthenticated, Security.Authentication.");
    expect(wrong).toContain("Check the password of the connection.");
  });
});

describe("functions of polardb in a program", () => {
  const CLUSTERS = [
    { id: "pc-1", engine: "MySQL", region: "cn-hangzhou", description: "orders-1", tags: { env: "prod" } },
    { id: "pc-2", engine: "MySQL", region: "cn-hangzhou", description: "orders-2", tags: { env: "test" } },
  ] as const;

  const config = (url: string) => ({
    "polardb:endpoint": url,
    "polardb:region": "cn-hangzhou",
    "polardb:accessKeyId": ACCESS_KEY_ID,
    "polardb:accessKeySecret": { secret: CANARIES.accessKeySecret },
  });

  it("find clusters in a preview and in `up`, follow a resource, and need only the rights that the package lists", async () => {
    const service = await polardb({ clusters: CLUSTERS });
    const stack = await startStack({
      config: config(service.url),
      program: `
        const found = polardb.findClusters({ tags: { env: "prod" }, namePattern: "orders-*" });
        exports.found = found.apply((clusters) => clusters.map(({ id, description, tags }) => [id, description, tags.env]));
        const dbClusterId = "pc-1";
        const policy = new polardb.BackupPolicy("pc-1", { dbClusterId, dataLevel1BackupRetentionPeriod: 9 });
        exports.days = policy.effective.apply(() => polardb.getBackupPolicy({ dbClusterId }))
          .apply(({ dataLevel1BackupRetentionPeriod: days, nextBackupTime }) => [days, /Z$/.test(nextBackupTime)]);
        exports.logs = polardb.getLogBackupPolicy({ dbClusterId });
        exports.regions = polardb.getCrossRegions({ dbClusterId });
        exports.ram = JSON.stringify(polardb.ramPolicyDocument({ access: "manage", functions: ["findClusters"] }));`,
    });
    succeeded(await stack.run("preview", "--diff"));
    expect(service.journal.operations().filter((name) => name.startsWith("Modify"))).toEqual([]);
    succeeded(await stack.up("--skip-preview"));
    const output = async (name: string): Promise<unknown> =>
      JSON.parse(await stack.mustRun("stack", "output", name, "--json"));
    expect(await output("found")).toEqual([["pc-1", "orders-1", "prod"]]);
    expect(await output("days")).toEqual([9, true]);
    expect(await output("logs")).toMatchObject({ logBackupRetentionPeriod: 7, enableBackupLog: true });
    expect(await output("regions")).toContain("cn-beijing");
    expect(await stack.export()).not.toContain(CANARIES.accessKeySecret);

    const ram = JSON.parse(await stack.mustRun("stack", "output", "ram")) as { Statement: { Action: string[] }[] };
    const granted = ram.Statement.flatMap(({ Action }) => Action);
    service.change({ kind: "setAllowedActions", accessKeyId: ACCESS_KEY_ID, actions: granted });
    succeeded(await stack.up("--skip-preview", "--refresh"));
    const fewer = granted.filter((action) => !action.endsWith(":DescribeDBClusters"));
    service.change({ kind: "setAllowedActions", accessKeyId: ACCESS_KEY_ID, actions: fewer });
    const refused = await stack.run("preview");
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain("reading PolarDB clusters: DescribeDBClusters failed: ");
    expect(refused.output).toContain('Allow the action polardb:DescribeDBClusters for the resource "*" in RAM.');
  });

  it("have an unknown result while the cluster is unknown, and end the program with one message without a secret", async () => {
    const service = await polardb({ clusters: CLUSTERS });
    const later = `
      class Later extends pulumi.dynamic.Resource {
        constructor(name, value) { super({ create: async (inputs) => ({ id: name, outs: { value: inputs.from } }) }, name, { from: value, value: undefined }); }
      }`;
    const stack = await startStack({
      config: config(service.url),
      program: `${later}
        const policy = polardb.getBackupPolicy({ dbClusterId: new Later("id", "pc-2").value });
        exports.days = policy.apply((live) => live.dataLevel1BackupRetentionPeriod);`,
    });
    expect(succeeded(await stack.run("preview", "--diff"))).toMatch(/days *: (\[unknown\]|output<string>|<computed>)/);
    expect(service.journal.operations()).toEqual([]);
    succeeded(await stack.up("--skip-preview"));
    expect(JSON.parse(await stack.mustRun("stack", "output", "days", "--json"))).toBe(7);

    const failing = async (program: string): Promise<string> => {
      setProgram(stack, program);
      const { code, output } = await stack.run("preview");
      expect(code).not.toBe(0);
      expect(output).not.toMatch(/unhandled exception|^\s+at /m);
      expect(output).not.toMatch(/Hidden/);
      for (const secret of Object.values(CANARIES)) expect(output).not.toContain(secret);
      return output;
    };
    const gone = await failing(`exports.x = polardb.getBackupPolicy({ dbClusterId: "pc-9" });`);
    expect(gone).toContain("reading PolarDB backup policy (pc-9): DescribeBackupPolicy: the cluster does not exist");
    expect(gone).toMatch(/\[NotFound, InvalidDBClusterId\.NotFound, HTTP 404, request /);
    const hidden = `pulumi.secret({ HiddenKey: ["HiddenValue"] })`;
    const wrong = await failing(`exports.x = polardb.findClusters({ tags: ${hidden}, engine: "Sybase" });`);
    expect(wrong).toContain("tags.[secret]: ");
    expect(wrong).toContain('engine: "Sybase" must be one of "MySQL", "PostgreSQL", "Oracle"');
    const credentials = `{ accessKeyId: "${ACCESS_KEY_ID}", accessKeySecret: pulumi.secret("HiddenSecret") }`;
    const denied = await failing(`exports.x = polardb.findClusters({ credentials: ${credentials} });`);
    expect(denied).toContain("[Unauthenticated, SignatureDoesNotMatch, ");
  });
});
