/** A step that did not do what it says. */
export class StepFailed extends Error {}

interface StepRecord {
  readonly title: string;
  readonly seconds: number;
  readonly outcome: string;
  readonly ok: boolean;
}

/** Tells the story on the console and keeps the account of its steps. */
export class Narrator {
  private readonly steps: StepRecord[] = [];
  private failed = false;

  get hasFailed(): boolean {
    return this.failed;
  }

  title(text: string): void {
    console.log(`\n${text}\n${"=".repeat(text.length)}`);
  }

  say(text: string): void {
    console.log(text);
  }

  /** What a command printed, set off from the story. Blank lines and Pulumi's repetition of all messages at the end are left out. */
  show(output: string): void {
    const [steps = "", afterDiagnostics = ""] = output.split(/^Diagnostics:$/m);
    const rest = afterDiagnostics
      .split(/^(?=Outputs:|Resources:)/m)
      .slice(1)
      .join("");
    for (const line of `${steps}${rest}`.split("\n").filter((text) => text.trim() !== "")) console.log(`    | ${line}`);
  }

  /**
   * One step: says what is done and why, does it, and records what came of it. `run` returns the outcome in a few words and
   * throws `StepFailed` when it is not what the title says.
   */
  async step(title: string, why: string, run: () => Promise<string>): Promise<void> {
    console.log(`\n> ${title}\n  ${why}`);
    const startedAt = performance.now();
    const seconds = (): number => (performance.now() - startedAt) / 1_000;
    try {
      const outcome = await run();
      this.steps.push({ title, seconds: seconds(), outcome, ok: true });
      console.log(`  = ${outcome}`);
    } catch (error) {
      this.failed = true;
      this.steps.push({ title, seconds: seconds(), outcome: "did not do what it says", ok: false });
      throw error;
    }
  }

  broken(error: unknown): void {
    this.failed = true;
    console.error(
      `\nThe tour ends here: ${error instanceof StepFailed ? error.message : error instanceof Error ? error.stack : String(error)}`,
    );
  }

  summary(): void {
    if (this.steps.length === 0) return;
    this.title("Summary");
    const width = Math.max(...this.steps.map(({ title }) => title.length));
    for (const { title, seconds, outcome, ok } of this.steps) {
      console.log(
        `${ok ? "ok    " : "FAILED"}  ${title.padEnd(width)}  ${seconds.toFixed(1).padStart(5)} s  ${outcome}`,
      );
    }
    const passed = this.steps.filter(({ ok }) => ok).length;
    console.log(`\n${passed} of ${this.steps.length} steps did what they say.`);
  }
}
