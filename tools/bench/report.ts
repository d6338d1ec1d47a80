import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { charts } from "./charts";
import { median, type Sample, type Series, spread } from "./measurement";
import type { Results } from "./results";
import { type Row, rows } from "./targets";

/** Prints the numbers to reach, and writes everything to `folder` if there is one. True when nothing was missed. */
export function report(results: Results, folder: string | undefined): boolean {
  const reached = rows(results);
  printTable(reached);
  if (folder !== undefined) write(results, reached, folder);
  return reached.every(({ verdict }) => verdict !== "MISSED");
}

function printTable(all: readonly Row[]): void {
  const cells = [
    ["what", "target", "measured", ""],
    ...all.map(({ what, target, measured, verdict }) => [what, target, measured, verdict]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
  console.log();
  for (const row of cells)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
}

function write(results: Results, reached: readonly Row[], folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "results.json"), `${JSON.stringify(results, null, 2)}\n`);
  const drawn = charts(results.series);
  for (const { name, svg } of drawn) writeFileSync(path.join(folder, `${name}.svg`), svg);
  writeFileSync(path.join(folder, "results.md"), markdown(results, reached, drawn));
}

function markdown(results: Results, reached: readonly Row[], drawn: ReturnType<typeof charts>): string {
  const { machine, network, series } = results;
  const targets = reached.map(
    ({ what, target, measured, verdict }) => `| ${what} | ${target} | ${measured} | ${verdict} |`,
  );
  return `# Measurements

Written by \`npm run bench\`. ${machine.cpus} processors, Node ${machine.node}, Pulumi ${machine.pulumi}, file backend, every answer of the services
delayed by ${network.latencyMs} ms${network.ratePerSecond === undefined ? "" : `, PolarDB allowing ${network.ratePerSecond} calls per second`}. Median of the runs, and the distance between the best and the worst. Everything was measured in one run, in turn.
What the numbers mean: [performance.md](../performance.md).

## Numbers to reach

| what | target | measured | |
| --- | --- | --- | --- |
${targets.join("\n")}

## Every command

| declared | n | command | runs | seconds | CPU seconds | provider MB | calls | state bytes for each |
| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |
${series.map(line).join("\n")}

## Growth

${drawn.map(({ name, title }) => `![${title}](${name}.svg)`).join("\n\n")}
`;
}

function line({ subject, count, step, samples }: Series): string {
  const values = (pick: (sample: Sample) => number): number[] => samples.map(pick);
  const seconds = values((sample) => sample.seconds);
  const cells = [
    subject === "floor" ? "trivial provider" : subject,
    count,
    step,
    samples.length,
    `${median(seconds).toFixed(1)}${samples.length > 1 ? ` ± ${(spread(seconds) / 2).toFixed(1)}` : ""}`,
    median(values(({ cpuSeconds }) => cpuSeconds)).toFixed(1),
    median(values(({ providerMb }) => providerMb)).toFixed(0),
    median(values(({ calls }) => calls)),
    (median(values(({ stateBytes }) => stateBytes)) / count).toFixed(0),
  ];
  return `| ${cells.join(" | ")} |`;
}
