import path from "node:path";
import { checkout } from "./support/checkout";
import { temporaryFolders } from "./support/files";
import { pidOf, until } from "./support/processes";

describe("bootstrap", () => {
  const temporaryFolder = temporaryFolders();

  it("installs, builds and runs the tool on the project's Node; the second time only the tool is heard", async () => {
    const { run, npmCalls, read, project } = checkout(temporaryFolder());
    const first = await run(["demo", "--fast", "a b"]);
    expect(first.stderr).toMatch(/Installing dependencies \(npm ci\): done in .*\n.*\n?Building dist.*: done in/s);
    expect(read("dist/provider/index.js")).toContain("v1 = 1");
    // Git must not see the folder.
    expect(read(".bootstrap/.gitignore")).toBe("*\n");

    const second = await run(["demo", "--fast", "a b"]);
    expect(second).toEqual({ code: 0, stdout: first.stdout, stderr: "" });
    expect(npmCalls()).toEqual(["ci"]);
    const seen = JSON.parse(second.stdout);
    expect(seen.args).toEqual(["--fast", "a b"]);
    expect(seen.path.split(":")[0]).toBe(path.join(project, "node_modules", ".bin"));
  });

  it("lists the commands when it is given an unknown one or none, and installs nothing", async () => {
    const { run, npmCalls } = checkout(temporaryFolder());
    for (const args of [["dmeo"], ["toString"], []]) {
      const { code, stdout, stderr } = await run(args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain(args[0] === undefined ? "No command given." : `Unknown command "${args[0]}".`);
      expect(stderr).toContain("npm run demo");
    }
    expect((await run(["bench"])).stderr).toContain("tools/bench.ts is missing");
    expect(npmCalls()).toEqual([]);
  });

  it("passes a request to stop on to the tool and ends with its exit code", async () => {
    const { startTool } = checkout(temporaryFolder());
    const running = startTool(["emulator", "wait"]);
    await until(() => running.stdout().includes("ready"), "the tool runs");
    running.child.kill("SIGTERM");
    expect(await running.ended).toEqual({ code: 7, signal: null });
    expect(running.stdout().match(/asked to stop/g)).toHaveLength(1);
  });

  it.each<[string, "shell" | "no shell", (pid: number) => void]>([
    ["the whole process group is told to", "shell", (pid) => process.kill(-pid, "SIGTERM")],
    ["npm ends its shell", "shell", (pid) => process.kill(pid, "SIGKILL")],
    [
      "the whole process group is told to and npm, whose shell has made way for the script, passes it on",
      "no shell",
      (pid) => {
        process.kill(-pid, "SIGTERM");
        setTimeout(() => process.kill(pid, "SIGTERM"), 50);
      },
    ],
  ])("asks the tool to stop exactly once when %s", async (_, shell, end) => {
    const { startUnderNpm } = checkout(temporaryFolder());
    const running = startUnderNpm(["emulator", "wait"], { shell });
    await until(() => running.stdout().includes("ready"), "the tool runs");
    end(pidOf(running));
    // Standard output stays open until the tool itself has ended.
    await running.ended;
    expect(running.stdout().match(/asked to stop/g)).toHaveLength(1);
  });

  it("ends by the same signal as the tool", async () => {
    const { startTool } = checkout(temporaryFolder());
    const running = startTool(["emulator", "wait"]);
    await until(() => running.stdout().includes("ready"), "the tool runs");
    process.kill(Number(/ready (\d+)/.exec(running.stdout())?.[1]), "SIGKILL");
    expect(await running.ended).toEqual({ code: null, signal: "SIGKILL" });
  });
});
