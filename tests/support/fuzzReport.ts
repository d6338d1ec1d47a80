import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { REPORTS, replaceJson, writeReport } from "./report";

const TESTS = path.resolve(__dirname, "..");
const PARTS = path.join(REPORTS, "fuzz");

interface Part {
  /** Relative to `tests`. */
  readonly file: string;
  readonly runs: Readonly<Record<string, number>>;
}

/** Takes down how often the properties of one test file were tried, and brings `reports/fuzz.json` up to date. */
export function recordRuns(testPath: string, runs: Part["runs"]): void {
  const file = path.relative(TESTS, testPath);
  replaceJson(path.join(PARTS, `${file.replaceAll(path.sep, "__")}.json`), { file, runs } satisfies Part);
  // Test files end at the same time in several processes: whoever writes last must have seen the parts of all.
  let seen: string;
  do {
    seen = JSON.stringify(parts());
    writeReport("fuzz", summary(JSON.parse(seen) as Part[]));
  } while (JSON.stringify(parts()) !== seen);
}

function parts(): Part[] {
  return readdirSync(PARTS)
    .filter((name) => name.endsWith(".test.ts.json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(path.join(PARTS, name), "utf8")) as Part)
    .filter(({ file }) => existsSync(path.join(TESTS, file)));
}

function summary(all: readonly Part[]): object {
  const perProperty = Object.fromEntries(
    all.flatMap(({ file, runs }) =>
      Object.entries(runs).map(([name, count]) => [`${file.replace(/\.test\.ts$/, "")}: ${name}`, count] as const),
    ),
  );
  const runs = Object.values(perProperty).reduce((sum, count) => sum + count, 0);
  return { runs, perProperty, command: "npx jest --selectProjects unit contract" };
}
