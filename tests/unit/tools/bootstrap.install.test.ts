import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { checkout, NOT_IN_SYNC } from "./support/checkout";
import { temporaryFolders } from "./support/files";
import { pidOf, until } from "./support/processes";

describe("bootstrap, dependencies", () => {
  const temporaryFolder = temporaryFolders();

  it("installs again when the lockfile changes, and not when npm was run by hand to the same effect", async () => {
    const { run, npmCalls, writeLockfile, project } = checkout(temporaryFolder());
    await run(["emulator"]);
    writeLockfile({ "node_modules/a": { version: "1.0.1", integrity: "x" } });
    expect((await run(["emulator"])).stderr).toContain("npm ci");
    expect(npmCalls()).toEqual(["ci", "ci"]);
    rmSync(path.join(project, "node_modules", ".bootstrap.json"));
    expect((await run(["emulator"])).stderr).toBe("");
    expect(npmCalls()).toEqual(["ci", "ci"]);
  });

  it("installs again when node_modules was changed by hand", async () => {
    const { run, npmCalls, write, project } = checkout(temporaryFolder());
    await run(["emulator"]);
    write(
      "node_modules/.package-lock.json",
      '{ "packages": { "node_modules/a": { "version": "1.0.0", "integrity": "y" } } }',
    );
    await run(["emulator"]);
    expect(npmCalls()).toEqual(["ci", "ci"]);
    rmSync(path.join(project, "node_modules", "node"), { recursive: true });
    await run(["emulator"]);
    expect(npmCalls()).toEqual(["ci", "ci", "ci"]);
  });

  it("installs again after an installation that was killed", async () => {
    const { startUnderNpm, run, npmCalls, project } = checkout(temporaryFolder());
    const killed = startUnderNpm(["emulator"], { FAKE_NPM_MS: "10000" });
    await until(() => existsSync(path.join(project, "node_modules", "typescript")), "npm is at work");
    process.kill(-pidOf(killed), "SIGKILL");
    await killed.ended;
    expect((await run(["emulator"])).code).toBe(0);
    expect(npmCalls()).toEqual(["ci", "ci"]);
  });

  it("waits for npm when only the process that started it was killed, and takes what it installed", async () => {
    const { startTool, run, npmCalls, project } = checkout(temporaryFolder());
    const killed = startTool(["emulator"], { FAKE_NPM_MS: "800" });
    await until(() => existsSync(path.join(project, "node_modules", "typescript")), "npm is at work");
    killed.child.kill("SIGKILL");
    const { code, stderr } = await run(["emulator"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/Waiting for process \d+ \(installing dependencies\)/);
    expect(npmCalls()).toEqual(["ci"]);
  });

  it("installs and builds once for two processes that start together", async () => {
    const { run, npmCalls } = checkout(temporaryFolder());
    const both = await Promise.all([run(["demo"], { FAKE_NPM_MS: "500" }), run(["demo"], { FAKE_NPM_MS: "500" })]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(npmCalls()).toEqual(["ci"]);
    const said = both.map(({ stderr }) => stderr).join("");
    expect(said.match(/Building dist.*: done in/g)).toHaveLength(1);
    expect(said).toMatch(/Waiting for process \d+ \(installing dependencies\)/);
  });

  it("takes the locked versions another way when npm ci refuses a lockfile that lacks other platforms' packages", async () => {
    const { run, npmCalls } = checkout(temporaryFolder());
    const { code, stderr } = await run(["emulator"], { FAKE_NPM_FAILURE: JSON.stringify({ ci: NOT_IN_SYNC }) });
    expect({ code, calls: npmCalls() }).toEqual({ code: 0, calls: ["ci", "install"] });
    expect(stderr).toContain("Installing the same locked versions");
  });

  it.each([
    ["npm error code ECONNREFUSED", "The npm registry could not be reached"],
    ["npm error code EINTEGRITY", "do not trust this registry"],
    ["npm error nobody knows", "Repair what npm reports"],
  ])("ends with %j and what to do when npm ci fails with it", async (line, advice) => {
    const { run } = checkout(temporaryFolder());
    const { code, stdout, stderr } = await run(["emulator"], { FAKE_NPM_FAILURE: JSON.stringify({ ci: line }) });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`  ${line}\n`);
    expect(stderr).toContain(advice);
  });

  it("says where npm comes from when there is none", async () => {
    const { run } = checkout(temporaryFolder());
    const { code, stderr } = await run(["emulator"], { PATH: "/nonexistent" });
    expect(code).toBe(1);
    expect(stderr).toContain("npm was not found. It comes with Node");
  });
});
