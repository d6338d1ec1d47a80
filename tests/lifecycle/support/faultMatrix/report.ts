import { writeReport } from "../../../support/report";
import { countSearch } from "../../../support/secrets";
import type { Outcome } from "./run";

interface Row {
  readonly name: string;
  cases: number;
  passed: number;
}

/** The matrix in figures. */
export class Report {
  private readonly outcomes: Outcome[] = [];
  private readonly distinct = new Set<string>();
  private readonly startedAt = performance.now();

  constructor(private readonly vendor: string) {}

  recorded(calls: readonly string[]): void {
    for (const call of calls) this.distinct.add(call);
  }

  add(outcomes: readonly Outcome[]): void {
    this.outcomes.push(...outcomes);
  }

  /** All calls that any operation has made, without tenant and task. */
  get distinctCalls(): string[] {
    return [...this.distinct].sort();
  }

  publish(): void {
    const seconds = Math.round((performance.now() - this.startedAt) / 100) / 10;
    const [total = { name: this.vendor, cases: 0, passed: 0 }] = this.rows(() => this.vendor);
    const figures = {
      vendor: this.vendor,
      cases: total.cases,
      passed: total.passed,
      endedInError: this.outcomes.filter(({ hasFailed }) => hasFailed).length,
      distinctCalls: this.distinctCalls,
      seconds,
      operations: this.rows(({ resource, operation }) => `${resource}, ${operation}`),
      faults: this.rows(({ fault }) => fault),
    };
    const shown = this.outcomes.flatMap(({ problems }) =>
      problems.filter((text) => text.startsWith("a secret is shown")),
    );
    // Each case has its own server, log and error.
    countSearch({ planted: total.cases, found: shown.length, places: 2 * total.cases });
    writeReport(`faultMatrix.${this.vendor}`, figures);
    const line = ({ name, cases, passed }: Row): string => `  ${String(passed).padStart(5)} of ${cases} ${name}`;
    const head = `fault matrix, ${this.vendor}: ${total.passed} of ${total.cases} cases passed, ${figures.endedInError} ended in an error and were put right, ${figures.distinctCalls.length} distinct calls, ${seconds} s`;
    process.stderr.write(`${[head, ...figures.operations.map(line), ...figures.faults.map(line)].join("\n")}\n`);
  }

  private rows(nameOf: (outcome: Outcome) => string): Row[] {
    const rows = new Map<string, Row>();
    for (const outcome of this.outcomes) {
      const name = nameOf(outcome);
      const row = rows.get(name) ?? { name, cases: 0, passed: 0 };
      row.cases += 1;
      if (outcome.problems.length === 0) row.passed += 1;
      rows.set(name, row);
    }
    return [...rows.values()];
  }
}
