import { writeReport } from "../tests/support/report";
import { type CheckResult, type Outcome, runCommand, runJest } from "./checks";
import { checkMutants } from "./mutants/run";
import { PulumiUnavailable, providePulumi } from "./pulumi-cli";
import { checkPage } from "./reliability/file";

/** Every check that a change must pass but for `npm run mutants`, cheap ones first. `--quick` leaves out those that start the Pulumi CLI or install packages. */
async function main(args: readonly string[]): Promise<void> {
  const unknown = args.filter((arg) => arg !== "--quick");
  if (unknown.length > 0) throw new Error(`unknown argument ${unknown.join(" ")}; the only one is --quick`);
  const quick = args.includes("--quick");
  const startedAt = performance.now();
  const results: CheckResult[] = [];
  const check = async (name: string, run: () => Promise<Outcome>): Promise<void> => {
    console.log(`\n== ${name}`);
    const begun = performance.now();
    const outcome = await run();
    results.push({ name, ...outcome, seconds: (performance.now() - begun) / 1_000 });
  };

  await check("format and lint", () => runCommand("biome", "check", "--error-on-warnings", "."));
  await check("types", () => runCommand("tsc", "--project", "tsconfig.json"));
  await check("import rules", () =>
    runCommand("depcruise", "--config", ".dependency-cruiser.cjs", "provider", "sdk", "tests", "tools"),
  );
  await check("unused code", () => runCommand("knip", "--no-progress"));
  await check("mutants fit", checkMutants);
  await check("unit, lifecycle, contract and wire tests", () => runJest("unit", "lifecycle", "contract", "wire"));
  if (!quick) {
    await check("Pulumi CLI", providedPulumi);
    await check("engine tests", () => runJest("engine"));
    await check("figures in docs/reliability.md", checkPage);
    await check("packaging tests", () => runJest("packaging"));
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  if (!quick) writeReport("run", { seconds: Math.round(seconds) });
  report(results, seconds);
}

async function providedPulumi(): Promise<Outcome> {
  try {
    const { version, bin } = await providePulumi();
    console.log(`${version} at ${bin}`);
    return { passed: 1, failed: 0 };
  } catch (error) {
    if (!(error instanceof PulumiUnavailable)) throw error;
    console.error(error.message);
    return { passed: 0, failed: 1 };
  }
}

function report(results: readonly CheckResult[], seconds: number): void {
  console.log("\n== summary");
  for (const { name, passed, failed, seconds: took } of results) {
    console.log(
      `${failed === 0 ? "ok    " : "FAILED"}  ${name.padEnd(44)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${took.toFixed(0).padStart(5)} s`,
    );
  }
  const total = (pick: (result: CheckResult) => number): number =>
    results.reduce((sum, result) => sum + pick(result), 0);
  const failed = total((result) => result.failed);
  console.log(`\nin ${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`);
  console.log(`${total((result) => result.passed)} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
});
