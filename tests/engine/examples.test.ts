import path from "node:path";
import { disposeStacks, startExample, succeeded } from "./support/engine";
import { CANARIES, closeVendors, obshell, polardb, vendorEnvironment } from "./support/vendors";

jest.setTimeout(300_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

const EXAMPLES = path.resolve(__dirname, "../../examples");

const CASES = [
  {
    name: "oceanbase-cluster-backup",
    config: {},
    writes: ["POST /api/v1/obcluster/backup/config"],
  },
  {
    name: "oceanbase-object-storage",
    config: {
      bucket: "my-backups",
      ossHost: "oss-cn-hangzhou.aliyuncs.com",
      accessId: "LTAI-storage",
      accessKey: { secret: CANARIES.storageKey },
    },
    writes: ["POST /api/v1/obcluster/backup/config"],
  },
  { name: "polardb-backup-policy", config: { dbClusterId: "pc-1" }, writes: ["ModifyBackupPolicy"] },
  {
    name: "polardb-advanced-policy",
    config: { dbClusterId: "pc-1", "polardb:region": "cn-hangzhou", copyRegion: "cn-beijing" },
    writes: ["ModifyBackupPolicy", "ModifyBackupPolicy"],
  },
] as const;

const isWrite = (operation: string): boolean => /^(POST|PATCH|PUT|Modify)/.test(operation);

describe.each(CASES)("example $name", ({ name, config, writes }) => {
  it("is applied, has then nothing to do, shows no drift, and leaves everything in place when destroyed", async () => {
    const vendors = { obshell: await obshell(), polardb: await polardb() };
    const journal = (): string[] =>
      [...vendors.obshell.journal.operations(), ...vendors.polardb.journal.operations()].filter(isWrite);
    const stack = await startExample(path.join(EXAMPLES, name), {
      environment: { ...vendorEnvironment(vendors), OBSHELL_ROOT_PASSWORD: CANARIES.obshellPassword },
      config:
        name === "oceanbase-object-storage" ? { ...config, endpoints: JSON.stringify([vendors.obshell.url]) } : config,
    });
    succeeded(await stack.up());
    expect(journal()).toEqual(writes);
    succeeded(await stack.up("--expect-no-changes"));
    succeeded(await stack.run("refresh", "--yes", "--expect-no-changes"));
    succeeded(await stack.run("preview", "--expect-no-changes"));
    const destroyed = await stack.run("destroy", "--yes");
    succeeded(destroyed);
    expect(destroyed.output).toContain("Pulumi no longer manages");
    expect(journal()).toEqual(writes);
  });
});
