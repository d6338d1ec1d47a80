import { existsSync, readFileSync } from "node:fs";
import { runCaptured } from "../../../tools/bootstrap/child.cjs";
import { until } from "./support/processes";

describe("child process whose output is captured", () => {
  /** A process that has ended may stay in the table until its parent asks for it. */
  const isRunning = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "ENOENT" && !existsSync("/proc/self");
    }
  };

  it("gives standard output whole and the last lines of both streams", async () => {
    const seen: string[] = [];
    const result = await runCaptured(
      "/bin/sh",
      ["-c", "for i in 1 2 3 4; do echo out $i; done; printf 'half\\nlast' >&2; exit 4"],
      {
        tailLines: 2,
        onLine: (line, stream) => void seen.push(`${stream} ${line}`),
      },
    );
    expect(result).toMatchObject({ ok: false, code: 4, stdout: ["out 1", "out 2", "out 3", "out 4"] });
    expect(result.tail).toHaveLength(2);
    expect(seen).toHaveLength(6);
    expect(seen).toContain("stderr last");
  });

  it("tells a missing program from one that fails", async () => {
    expect(await runCaptured("/nonexistent/program", [])).toMatchObject({ ok: false, startError: { code: "ENOENT" } });
  });

  it("is ended by a timeout together with its descendants when they form a group", async () => {
    const result = await runCaptured("/bin/sh", ["-c", "sleep 60 & echo $!; wait"], { ownGroup: true, timeoutMs: 300 });
    expect(result).toMatchObject({ ok: false, timedOut: true });
    await until(() => !isRunning(Number(result.stdout[0])), "the grandchild is gone");
  });

  it("does not keep us waiting after a timeout for descendants that hold its output open", async () => {
    const begun = performance.now();
    const result = await runCaptured("/bin/sh", ["-c", "sleep 60 & echo $!; wait"], { timeoutMs: 200 });
    expect(result.timedOut).toBe(true);
    expect(performance.now() - begun).toBeLessThan(20_000);
    process.kill(Number(result.stdout[0]));
  });
});
