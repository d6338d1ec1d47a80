import RpcClient, { Config } from "@alicloud/rpc-client";
import ts from "typescript";
import * as sdk from "../../sdk";
import { blocksOf } from "../unit/docs/markdown";
import { disposeStacks, startStack, succeeded } from "./support/engine";
import { modifiesOf } from "./support/polardb";
import { ACCESS_KEY_ID, CANARIES, closeVendors, polardb, vendorEnvironment } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

const ID = "pc-bp13wz9586voc";
const GUIDE = "docs/migrating-from-alicloud.md";

/** What the incumbent sends for the configuration in the guide: its list of data fields goes to the log policy too. */
const DATA = {
  DBClusterId: ID,
  DataLevel1BackupTime: "15:00Z-16:00Z",
  DataLevel1BackupPeriod: "Wednesday,Friday,Monday",
  DataLevel1BackupRetentionPeriod: "14",
  DataLevel2BackupPeriod: "Friday,Monday",
  DataLevel2BackupRetentionPeriod: "60",
  DataLevel2BackupAnotherRegionRegion: "cn-beijing",
  DataLevel2BackupAnotherRegionRetentionPeriod: "30",
  BackupRetentionPolicyOnClusterDeletion: "LATEST",
};
const LOGS = {
  ...DATA,
  LogBackupRetentionPeriod: "14",
  LogBackupAnotherRegionRegion: "cn-beijing",
  LogBackupAnotherRegionRetentionPeriod: "30",
};

/** A cluster that the incumbent has configured, with the library that it calls the API with. */
async function configuredCluster(): ReturnType<typeof polardb> {
  const service = await polardb({ clusters: [{ id: ID, engine: "MySQL", region: "cn-hangzhou" }] });
  const keys = { accessKeyId: ACCESS_KEY_ID, accessKeySecret: CANARIES.accessKeySecret };
  const client = new RpcClient(new Config({ ...keys, endpoint: service.url.replace("http://", ""), protocol: "HTTP" }));
  const runtime = {} as Parameters<RpcClient["doRequest"]>[7];
  for (const [action, parameters] of [
    ["ModifyBackupPolicy", DATA],
    ["ModifyLogBackupPolicy", LOGS],
  ] as const) {
    await client.doRequest(action, "HTTP", "POST", "2017-08-01", "AK", {}, parameters, runtime);
  }
  expect(modifiesOf(service)).toHaveLength(2);
  service.journal.clear();
  return service;
}

/** Programs of the guide that declare a resource; that of the log policy where the package has it. */
const PROGRAMS = blocksOf(GUIDE)
  .filter(({ language, text }) => language === "ts" && text.includes("new polardb."))
  .filter(({ text }) => "LogBackupPolicy" in sdk.polardb || !text.includes("new polardb.LogBackupPolicy"))
  .map(({ text }) => `{\n${ts.transpileModule(text, {}).outputText}}`);

describe("migration from alicloud_polardb_backup_policy", () => {
  it("the program of the guide on a cluster that the incumbent has configured: 0 modifies, no drift, and none on destroy", async () => {
    const service = await configuredCluster();
    const stack = await startStack({
      environment: vendorEnvironment({ polardb: service }),
      program: PROGRAMS.join("\n"),
    });
    succeeded(await stack.up());
    expect(await stack.resources("BackupPolicy")).toHaveLength(PROGRAMS.length);
    succeeded(await stack.run("refresh", "--preview-only", "--suppress-progress", "--expect-no-changes"));
    succeeded(await stack.run("preview", "--expect-no-changes"));
    succeeded(await stack.run("destroy", "--yes"));
    expect(modifiesOf(service)).toEqual([]);
  });

  it("the older names of schedule and retention, as every cluster takes them: 0 modifies", async () => {
    const service = await configuredCluster();
    const policy = {
      dbClusterId: ID,
      preferredBackupTime: "15:00Z-16:00Z",
      preferredBackupPeriod: ["Monday", "Wednesday", "Friday"],
      dataLevel1BackupRetentionPeriod: 14,
    };
    const stack = await startStack({
      environment: vendorEnvironment({ polardb: service }),
      program: `new polardb.BackupPolicy("orders", ${JSON.stringify(policy)});`,
    });
    succeeded(await stack.up("--skip-preview"));
    expect(modifiesOf(service)).toEqual([]);
  });
});
