import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describePoint } from "./points";
import type { Outcome } from "./run";

/** Where the figures are put for those who publish them. Git ignores it. */
const FOLDER = path.join(__dirname, "..", "..", "..", "reports");

export type Killed = "the provider" | "the command";

interface Row {
  points: number;
  runs: number;
  passed: number;
}

/** What has been killed where, in figures. */
export class Report {
  private readonly outcomes: (Outcome & { readonly killed: Killed })[] = [];
  private readonly startedAt = performance.now();

  add(killed: Killed, outcomes: readonly Outcome[]): void {
    this.outcomes.push(...outcomes.map((outcome) => ({ ...outcome, killed })));
  }

  publish(): void {
    const perScenario: Record<string, Row> = {};
    const points = new Map<string, Set<string>>();
    for (const { killed, case: each, problems } of this.outcomes) {
      const name = `${each.scenario.resource}, ${each.scenario.name}: ${killed} killed`;
      const seen = points.get(name) ?? new Set();
      points.set(name, seen.add(describePoint(each.point)));
      const { runs, passed } = perScenario[name] ?? { runs: 0, passed: 0 };
      perScenario[name] = { points: seen.size, runs: runs + 1, passed: passed + (problems.length === 0 ? 1 : 0) };
    }
    const rows = Object.entries(perScenario);
    const total = (figure: keyof Row): number => rows.reduce((sum, [, row]) => sum + row[figure], 0);
    const seconds = Math.round((performance.now() - this.startedAt) / 100) / 10;
    const figures = {
      points: total("points"),
      runs: total("runs"),
      passed: total("passed"),
      repeated: this.outcomes.filter(({ isRepeated }) => isRepeated).length,
      seconds,
      perScenario,
      command: "npx jest --selectProjects wire tests/wire/killPoints.test.ts",
    };
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(path.join(FOLDER, "killPoints.json"), `${JSON.stringify(figures, undefined, 2)}\n`);
    const lines = rows.map(([name, { points: at, runs, passed }]) => `  ${passed} of ${runs} at ${at} points: ${name}`);
    const head = `kill points: ${figures.points}, ${figures.passed} of ${figures.runs} runs put right, ${figures.repeated} of them after a run that another at work had refused, ${seconds} s`;
    process.stderr.write(`${[head, ...lines].join("\n")}\n`);
  }
}
