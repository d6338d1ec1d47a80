import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Outcome } from "../checks";
import { type Figure, readFigures } from "./figures";
import { isTrue, renderPage } from "./page";

const PAGE = path.resolve(__dirname, "../../docs/reliability.md");
/** Below what was counted once, so that chance does not make the page untrue. */
const SURPASSED = 0.95;

export function writePage(): void {
  const figures = readFigures().map((figure): Figure => {
    return figure.isAtLeast ? { ...figure, value: Math.floor((figure.value * SURPASSED) / 100) * 100 } : figure;
  });
  writeFileSync(PAGE, renderPage(figures));
}

/** Whether the page still tells what the suites have just found. */
export async function checkPage(): Promise<Outcome> {
  const figures = readFigures();
  if (existsSync(PAGE) && isTrue(readFileSync(PAGE, "utf8"), figures)) return { passed: 1, failed: 0 };
  console.log(`docs/reliability.md is not what was found; run "npm run reliability" and look at what has changed:`);
  for (const { what, value } of figures) console.log(`  ${what}: ${value}`);
  return { passed: 0, failed: 1 };
}
