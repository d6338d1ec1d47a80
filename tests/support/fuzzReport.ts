import { type Part, writePart } from "./report";

type Runs = Readonly<Record<string, number>>;

/** Takes down how often the properties of one test file were tried, and brings `reports/fuzz.json` up to date. */
export function recordRuns(testPath: string, runs: Runs): void {
  writePart("fuzz", testPath, runs, summary);
}

function summary(all: readonly Part<Runs>[]): object {
  const perProperty = Object.fromEntries(
    all.flatMap(({ file, figures }) =>
      Object.entries(figures).map(([name, count]) => [`${file.replace(/\.test\.ts$/, "")}: ${name}`, count] as const),
    ),
  );
  const runs = Object.values(perProperty).reduce((sum, count) => sum + count, 0);
  return { runs, perProperty, command: "npx jest --selectProjects unit contract" };
}
