import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { measureEngine } from "./bench/engine";
import { measureLoading } from "./bench/loading";
import type { Measurement } from "./bench/measurement";
import { providePulumi } from "./pulumi-cli";

/** Measures what can be compared within one run, and prints it as a table. Ratios travel between machines; seconds do not. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { resources: { type: "string", default: "100" }, json: { type: "string" } },
  });
  const resources = Number(values.resources);
  if (!Number.isInteger(resources) || resources < 1)
    throw new Error(`--resources "${values.resources}": must be a whole number, at least 1`);
  const measurements: Measurement[] = [...measureLoading(), ...(await measureEngine(await providePulumi(), resources))];
  print(measurements);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(measurements, null, 2)}\n`);
  process.exitCode = measurements.every(({ ok }) => ok) ? 0 : 1;
}

function print(measurements: readonly Measurement[]): void {
  const columns = measurements.map(({ what, value, target, ok }) => [what, value, target, ok ? "reached" : "MISSED"]);
  const rows = [["what", "measured", "target", ""], ...columns];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  console.log();
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
});
