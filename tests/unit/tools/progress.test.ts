import { setTimeout as sleep } from "node:timers/promises";
import { createProgress, formatElapsed } from "../../../tools/bootstrap/progress.cjs";

describe("progress", () => {
  function recorded(options: { readonly terminal: boolean; readonly everyMs: number }) {
    const written: string[] = [];
    let now = 0;
    const progress = createProgress({
      ...options,
      write: (text) => void written.push(text),
      now: () => now,
      columns: () => 40,
    });
    const advance = (ms: number): void => {
      now += ms;
    };
    return { progress, written, advance };
  }

  it.each([
    [0, "0.0 s"],
    [3_440, "3.4 s"],
    [9_960, "10 s"],
    [59_400, "59 s"],
    [59_600, "1 min 0 s"],
    [252_000, "4 min 12 s"],
  ])("writes %d ms as %s", (ms, text) => {
    expect(formatElapsed(ms)).toBe(text);
  });

  it("in a log: a line at the start, one at each interval with count and time, one at the end", async () => {
    const { progress, written, advance } = recorded({ terminal: false, everyMs: 30 });
    const step = progress.step("Compiling");
    expect(written).toEqual(["Compiling ...\n"]);
    step.update("12 of 40 packages");
    advance(15_000);
    await sleep(45);
    expect(written.slice(1)).toEqual(["Compiling: 12 of 40 packages, 15 s\n"]);
    advance(20_000);
    step.done("40 packages in");
    const atTheEnd = written.length;
    expect(written.at(-1)).toBe("Compiling: 40 packages in 35 s\n");
    await sleep(80);
    expect(written).toHaveLength(atTheEnd);
    expect(written.join("")).not.toContain("\u001b");
  });

  it("on a terminal: one line drawn over and over, never wider than the screen", async () => {
    const { progress, written, advance } = recorded({ terminal: true, everyMs: 10 });
    const step = progress.step("Compiling something with a long name");
    step.update("12 of 40 packages");
    advance(2_000);
    await sleep(30);
    expect(written.length).toBeGreaterThan(1);
    for (const text of written) {
      expect(text.startsWith("\r\u001b[2K")).toBe(true);
      expect(text).not.toContain("\n");
      expect(text.slice("\r\u001b[2K".length).length).toBeLessThan(40);
    }
    step.failed();
    expect(written.at(-1)).toBe("\r\u001b[2KCompiling something with a long name: failed after 2.0 s\n");
  });

  it("on a terminal: a note takes the place of the line, which is drawn again below it", () => {
    const { progress, written } = recorded({ terminal: true, everyMs: 60_000 });
    const step = progress.step("Compiling");
    progress.note("by the way");
    expect(written.slice(1)).toEqual(["\r\u001b[2Kby the way\n", "\r\u001b[2KCompiling: 0.0 s"]);
    step.done();
    progress.note("after that");
    expect(written.at(-1)).toBe("\r\u001b[2Kafter that\n");
  });
});
