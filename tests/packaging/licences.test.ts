import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { runtimeTree } from "./support/lockfile";
import { PROJECT_ROOT } from "./support/pack";

/** What may be installed beside Apache-2.0 without asking a lawyer. */
const ALLOWED: readonly unknown[] = ["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD"];

describe("The runtime tree", () => {
  const tree = runtimeTree();

  it("is the one that docs/third-party.md lists, with licences", () => {
    const page = readFileSync(path.join(PROJECT_ROOT, "docs", "third-party.md"), "utf8");
    const listed = page.split("\n").filter((line) => line.startsWith("| `"));
    const rows = tree.map(({ name, version, license }) => `| \`${name}\` | ${version} | ${String(license)} |`);
    expect(listed).toEqual(rows);
  });

  it("has allowed licences only", () => {
    expect(tree.filter(({ license }) => !ALLOWED.includes(license))).toEqual([]);
  });

  it("runs nothing when it is installed", () => {
    const runs = tree.filter(
      ({ folder, hasInstallScript, scripts }) =>
        hasInstallScript ||
        ["preinstall", "install", "postinstall"].some((script) => script in scripts) ||
        existsSync(path.join(folder, "binding.gyp")),
    );
    expect(runs).toEqual([]);
  });

  it("includes what is needed by what is needed", () => {
    expect(tree.map(({ name }) => name)).toEqual(expect.arrayContaining(["undici", "zod", "httpx", "kitx", "ini"]));
  });
});

describe("The package itself", () => {
  it("runs nothing when it is installed", () => {
    const { scripts } = JSON.parse(readFileSync(path.join(PROJECT_ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$|^(pre|post)?prepare$/.test(name))).toEqual([]);
  });
});
