import path from "node:path";
import type { ObshellEmulator } from "../emulators/obshell";
import type { PolardbEmulator } from "../emulators/polardb";
import type { PolardbOptions } from "../emulators/polardb/options";
import { disposeStacks, type ProgramOptions, startExample, succeeded } from "./support/engine";
import { CANARIES, closeVendors, obshell, polardb, vendorEnvironment } from "./support/vendors";

jest.setTimeout(300_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

const EXAMPLES = path.resolve(__dirname, "../../examples");

interface Vendors {
  readonly obshell: ObshellEmulator;
  /** A second cluster. */
  readonly otherObshell: ObshellEmulator;
  readonly polardb: PolardbEmulator;
}

interface Case {
  readonly name: string;
  /** Stack configuration, as the example's README tells users to set it. */
  readonly config: (vendors: Vendors) => NonNullable<ProgramOptions["config"]>;
  /** Calls that change something, of all vendors. */
  readonly writes: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: "oceanbase-cluster-backup",
    config: () => ({}),
    writes: ["POST /api/v1/obcluster/backup/config"],
  },
  {
    name: "oceanbase-object-storage",
    config: ({ obshell }) => ({
      endpoints: JSON.stringify([obshell.url]),
      bucket: "my-backups",
      ossHost: "oss-cn-hangzhou.aliyuncs.com",
      accessId: "LTAI-storage",
      accessKey: { secret: CANARIES.storageKey },
    }),
    writes: ["POST /api/v1/obcluster/backup/config"],
  },
  {
    // Two resources on one cluster, and never the call that would reach the tenants of both.
    name: "oceanbase-tenant-backup",
    config: () => ({ tenantName: "t2" }),
    writes: ["POST /api/v1/tenant/t2/backup/config", "POST /api/v1/tenant/mysql_tenant/backup/config"],
  },
  {
    name: "oceanbase-fleet",
    config: () => ({ ledger: "t2" }),
    writes: ["POST /api/v1/tenant/mysql_tenant/backup/config", "POST /api/v1/tenant/t2/backup/config"],
  },
  {
    name: "oceanbase-multi-cluster",
    config: ({ obshell, otherObshell }) => ({
      ordersEndpoints: JSON.stringify([obshell.url]),
      ordersPassword: { secret: CANARIES.obshellPassword },
      reportsEndpoints: JSON.stringify([otherObshell.url]),
    }),
    writes: ["POST /api/v1/obcluster/backup/config", "POST /api/v1/obcluster/backup/config"],
  },
  { name: "polardb-backup-policy", config: () => ({ dbClusterId: "pc-1" }), writes: ["ModifyBackupPolicy"] },
  {
    // Whichever the engine starts first, backups are copied before logs are.
    name: "polardb-log-backup",
    config: () => ({ dbClusterId: "pc-1", copyRegion: "cn-beijing" }),
    writes: ["ModifyBackupPolicy", "ModifyLogBackupPolicy"],
  },
  {
    name: "polardb-advanced-policy",
    config: () => ({ dbClusterId: "pc-1", "polardb:region": "cn-hangzhou", copyRegion: "cn-beijing" }),
    writes: ["ModifyBackupPolicy", "ModifyBackupPolicy"],
  },
  {
    // Two of four clusters: the others have another tag or another name.
    name: "polardb-many-clusters",
    config: () => ({ "polardb:region": "cn-hangzhou" }),
    writes: ["ModifyBackupPolicy", "ModifyBackupPolicy"],
  },
  {
    name: "polardb-fleet",
    config: () => ({ "polardb:region": "cn-hangzhou" }),
    writes: ["ModifyBackupPolicy", "ModifyBackupPolicy"],
  },
];

const CLUSTERS: PolardbOptions["clusters"] = [
  { id: "pc-1", engine: "MySQL", region: "cn-hangzhou" },
  { id: "pc-2", engine: "MySQL", region: "cn-hangzhou", description: "orders-ledger", tags: { env: "prod" } },
  { id: "pc-3", engine: "PostgreSQL", region: "cn-hangzhou", description: "orders-search", tags: { env: "prod" } },
  { id: "pc-4", engine: "MySQL", region: "cn-hangzhou", description: "orders-trial", tags: { env: "test" } },
];

const isWrite = (operation: string): boolean => /^(POST|PATCH|PUT|Modify)/.test(operation);

describe.each(CASES)("example $name", ({ name, config, writes }) => {
  it("is applied, has then nothing to do, shows no drift, and leaves everything in place when destroyed", async () => {
    const vendors: Vendors = {
      obshell: await obshell(),
      otherObshell: await obshell({ clusterName: "other" }),
      polardb: await polardb({ clusters: CLUSTERS }),
    };
    const journal = (): string[] =>
      Object.values(vendors)
        .flatMap((vendor) => vendor.journal.operations())
        .filter(isWrite);
    const stack = await startExample(path.join(EXAMPLES, name), {
      environment: {
        ...vendorEnvironment(vendors),
        // Types are checked with all others, once and not in each run.
        PULUMI_NODEJS_TRANSPILE_ONLY: "true",
        OBSHELL_ROOT_PASSWORD: CANARIES.obshellPassword,
        REPORTS_ROOT_PASSWORD: CANARIES.obshellPassword,
      },
      config: config(vendors),
    });
    succeeded(await stack.up());
    expect(journal()).toEqual(writes);
    succeeded(await stack.up("--expect-no-changes", "--skip-preview"));
    succeeded(await stack.run("refresh", "--yes", "--expect-no-changes", "--skip-preview"));
    const destroyed = await stack.run("destroy", "--yes", "--skip-preview");
    succeeded(destroyed);
    expect(destroyed.output).toContain("Pulumi no longer manages");
    expect(journal()).toEqual(writes);
  });
});
