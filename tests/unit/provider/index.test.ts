import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { v1 } from "../../../provider";

const ROOT = path.resolve(__dirname, "../../..");

const TYPES = [
  "ClusterBackupConfig",
  "TenantBackupFleet",
  "BackupPolicy",
  "LogBackupPolicy",
  "BackupPolicyFleet",
] as const;

describe("The frozen entry", () => {
  it.each(TYPES)("gives a provider with all calls of Pulumi's protocol for %s", (type) => {
    expect(Object.keys(v1(type)).sort()).toEqual(
      ["check", "configure", "create", "delete", "diff", "read", "update"].sort(),
    );
  });

  it.each(TYPES)("gives a provider for %s that reports every wrong input", async (type) => {
    const { failures } = await v1(type).check({}, { nonsense: 1, __provider: "text" });
    expect(failures?.map(({ property }) => property)).toContain("nonsense");
  });

  it("takes a configuration at any time", async () => {
    await expect(v1("BackupPolicy").configure({ config: { get: () => undefined } })).resolves.toBeUndefined();
  });

  it.each(["TenantBackupFleetOfTheFuture", "", "clusterBackupConfig", "toString", "constructor", "__proto__"])(
    "fails in every call, with the same clear error, for a type that it does not know: %j",
    async (type) => {
      const provider = v1(type);
      await provider.configure({ config: { get: () => undefined } });
      const bag = { __provider: "text" };
      const calls = [
        () => provider.check({}, bag),
        () => provider.diff("id", bag, bag),
        () => provider.create(bag),
        () => provider.read("id", bag),
        () => provider.update("id", bag, bag),
        () => provider.delete("id", bag),
      ];
      for (const call of [...calls, ...calls]) {
        await expect(call()).rejects.toThrow(
          `this version of pulumi-backup-policies does not know the resource type "${type}" [InvalidInput]. Install the version that created it, or a newer one.`,
        );
      }
    },
  );
});

describe("A process with resources of one vendor", () => {
  /** Files that a fresh process has loaded after it ran this code, relative to the repository. */
  async function loadedBy(code: string): Promise<string[]> {
    const script = `
      const { v1 } = require("./provider/index.ts");
      (async () => {
        ${code}
        console.log(JSON.stringify(Object.keys(require.cache)));
        process.exit();
      })();`;
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ["--require", "tsx/cjs", "--eval", script], { cwd: ROOT });
    const files = JSON.parse(stdout.trim().split("\n").at(-1) ?? "[]") as string[];
    return files.map((file) => path.relative(ROOT, file).split(path.sep).join("/"));
  }

  it.each([
    ["ClusterBackupConfig", /^provider\/polardb\//, "provider/oceanbase/clusterBackupConfig.handler.ts"],
    ["TenantBackupFleet", /^provider\/polardb\//, "provider/oceanbase/tenantBackupFleet.handler.ts"],
    ["BackupPolicyFleet", /^provider\/oceanbase\//, "provider/polardb/backupPolicyFleet.handler.ts"],
    ["BackupPolicy", /^provider\/oceanbase\//, "provider/polardb/backupPolicy.handler.ts"],
  ])("loads no file of the other one, its schemas included: %s", async (type, other, own) => {
    const files = await loadedBy(`await v1("${type}").check({}, {});`);
    expect(files).toContain(own);
    expect(files.filter((file) => other.test(file))).toEqual([]);
  });

  describe("that has made no call yet", () => {
    let files: string[] = [];
    beforeAll(async () => {
      const types = JSON.stringify(TYPES);
      files = await loadedBy(
        `for (const type of ${types}) await v1(type).configure({ config: { get: () => undefined } });`,
      );
    });

    it("has loaded no file of any vendor, and neither Pulumi nor the vendors' own packages", () => {
      expect(files).toContain("provider/index.ts");
      expect(files.filter((file) => /^provider\/(oceanbase|polardb)\//.test(file))).toEqual([]);
      expect(files.filter((file) => /node_modules\/(@pulumi|@alicloud)\//.test(file))).toEqual([]);
    });

    it("has not loaded the schema library", () => {
      expect(files.filter((file) => /node_modules\/zod\/index\b/.test(file))).toEqual([]);
    });
  });
});
