import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { checkout } from "./support/checkout";
import { temporaryFolders } from "./support/files";
import { pidOf, until } from "./support/processes";

describe("bootstrap, dist/", () => {
  const temporaryFolder = temporaryFolders();

  it("builds again when a source changes or a built file is gone, and only then", async () => {
    const { run, write, read, project } = checkout(temporaryFolder());
    await run(["build"]);
    expect((await run(["build"])).stderr).toBe("dist/ is up to date\n");
    write("sdk/index.ts", "export const sdk = 2;\n");
    expect((await run(["build"])).stderr).toContain("Building dist/");
    expect(read("dist/sdk/index.js")).toContain("sdk = 2");
    expect(readdirSync(path.join(project, ".bootstrap")).sort()).toEqual([".gitignore", "dist.json"]);
    rmSync(path.join(project, "dist", "sdk", "index.js"));
    expect((await run(["build"])).stderr).toContain("Building dist/");
    expect((await run(["build"])).stderr).toBe("dist/ is up to date\n");
  });

  it("keeps the old dist/ and shows the compiler's errors when the sources do not compile, every time", async () => {
    const { run, write, read, project } = checkout(temporaryFolder());
    await run(["build"]);
    write("sdk/index.ts", "export const sdk: string = 2;\n");
    for (const command of ["build", "demo"]) {
      const { code, stdout, stderr } = await run([command]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain("sdk/index.ts(1,14): error TS2322");
    }
    expect(read("dist/sdk/index.js")).toContain("sdk = 1");
    expect(readdirSync(path.join(project, ".bootstrap")).sort()).toEqual([".gitignore", "dist.json"]);
  });

  it("does not take for complete what a build that was killed left behind", async () => {
    const { run, write, project, startUnderNpm } = checkout(temporaryFolder());
    await run(["build"]);
    write("sdk/index.ts", "export const sdk = 3;\n");
    const killed = startUnderNpm(["build"]);
    await until(() => existsSync(path.join(project, ".bootstrap", "lock")), "the build is at work");
    process.kill(-pidOf(killed), "SIGKILL");
    await killed.ended;
    // As if it had been killed between the two renames.
    rmSync(path.join(project, "dist"), { recursive: true });
    mkdirSync(path.join(project, ".bootstrap", "new-dist-left"));
    expect((await run(["build"])).stderr).toContain("Building dist/ (tsc): done");
    expect(readdirSync(path.join(project, "dist"))).toEqual(["provider", "sdk"]);
    expect(readdirSync(path.join(project, ".bootstrap"))).not.toContain("new-dist-left");
  });
});
