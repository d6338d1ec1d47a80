import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

const TESTS = path.resolve(__dirname, "..");

/** Where suites put their figures for those who publish them. Git ignores it. */
export const REPORTS = path.join(TESTS, "reports");

/** Writes the figures of one suite as a whole, so that whoever reads them never finds half of them. */
export function writeReport(name: string, figures: object): void {
  replaceJson(path.join(REPORTS, `${name}.json`), figures);
}

/** What one test file has found. */
export interface Part<Figures> {
  /** Relative to `tests`. */
  readonly file: string;
  readonly figures: Figures;
}

/** Takes down what one test file has found, and brings the report that several files share up to date. */
export function writePart<Figures>(
  name: string,
  testPath: string,
  figures: Figures,
  summary: (parts: readonly Part<Figures>[]) => object,
): void {
  const folder = path.join(REPORTS, name);
  const file = path.relative(TESTS, testPath);
  replaceJson(path.join(folder, `${file.replaceAll(path.sep, "__")}.json`), { file, figures } satisfies Part<Figures>);
  // Test files end at the same time in several processes: whoever writes last must have seen the parts of all.
  let seen: string;
  do {
    seen = JSON.stringify(partsIn(folder));
    writeReport(name, summary(JSON.parse(seen) as Part<Figures>[]));
  } while (JSON.stringify(partsIn(folder)) !== seen);
}

/** Those of test files that there still are. */
function partsIn(folder: string): Part<unknown>[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".test.ts.json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(path.join(folder, name), "utf8")) as Part<unknown>)
    .filter(({ file }) => existsSync(path.join(TESTS, file)));
}

function replaceJson(file: string, content: object): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(content, undefined, 2)}\n`);
  renameSync(unfinished, file);
}
