import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

const ROOT = path.resolve(__dirname, "../../..");

/** Files that a fresh process has loaded after it ran this code, relative to the repository. */
async function loadedBy(code: string): Promise<string[]> {
  const script = `
    const sdk = require("./sdk/index.ts");
    (async () => {
      ${code}
      console.log(JSON.stringify(Object.keys(require.cache)));
      process.exit();
    })();`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--require", "tsx/cjs", "--eval", script], {
    cwd: ROOT,
  });
  const files = JSON.parse(stdout.trim().split("\n").at(-1) ?? "[]") as string[];
  return files.map((file) => path.relative(ROOT, file).split(path.sep).join("/"));
}

const HEAVY = /^provider\/|node_modules\/(undici|zod)\//;

describe("A program that imports the package", () => {
  it("loads no provider code, no HTTP library and no schema library", async () => {
    const files = await loadedBy("");
    expect(files).toContain("sdk/lookUp.ts");
    expect(files.filter((file) => HEAVY.test(file))).toEqual([]);
  });

  it.each([
    ["oceanbase", "polardb", "oceanbase.getTenants({ connection: { endpoints: [] } })"],
    ["polardb", "oceanbase", 'polardb.findClusters({ region: "Nowhere" })'],
  ])(
    "loads them when it calls a function of %s, and of the provider only what that needs",
    async (own, other, call) => {
      const files = await loadedBy(`
      process.once("unhandledRejection", () => {});
      for (const name of Object.keys(process.env)) if (/ALIBABA|ALICLOUD|OCEANBASE|POLARDB/.test(name)) delete process.env[name];
      await sdk.${call}.promise().catch(() => {});`);
      expect(files).toEqual(expect.arrayContaining(["provider/lookups.ts", `provider/${own}/lookups.ts`]));
      expect(files.some((file) => /node_modules\/undici\//.test(file))).toBe(true);
      const notNeeded = new RegExp(`^provider/(index|dynamic/adapter|${other}|.*(handler|converge|plan|drift))`);
      expect(files.filter((file) => notNeeded.test(file))).toEqual([]);
    },
  );

  it("loads a list of names, and nothing else, when it asks for a RAM policy", async () => {
    const files = await loadedBy(`sdk.polardb.ramPolicyDocument({ access: "read" });`);
    expect(files.filter((file) => HEAVY.test(file))).toEqual(["provider/polardb/actions.ts"]);
  });
});
