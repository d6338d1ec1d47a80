import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Where suites put their figures for those who publish them. Git ignores it. */
export const REPORTS = path.resolve(__dirname, "..", "reports");

/** Writes the figures of one suite as a whole, so that whoever reads them never finds half of them. */
export function writeReport(name: string, figures: object): void {
  replaceJson(path.join(REPORTS, `${name}.json`), figures);
}

export function replaceJson(file: string, content: object): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(content, undefined, 2)}\n`);
  renameSync(unfinished, file);
}
