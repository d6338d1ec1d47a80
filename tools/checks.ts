import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const PROJECT_ROOT = path.resolve(__dirname, "..");
const BIN = path.join(PROJECT_ROOT, "node_modules", ".bin");

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

export interface CheckResult extends Outcome {
  readonly name: string;
  readonly seconds: number;
}

/** Runs one of the project's own commands as a check of its own. */
export async function runCommand(command: string, ...args: readonly string[]): Promise<Outcome> {
  const code = await exitCode(command, args);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Engine tests wait for servers and processes half of their time. */
const WORKERS = 3;

/** Runs the tests of these tiers and counts them. A suite that does not even start counts as a failure. */
export async function runJest(...tiers: readonly string[]): Promise<Outcome> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "backup-policies-jest-"));
  const report = path.join(folder, "report.json");
  try {
    await exitCode(
      "jest",
      ["--selectProjects", ...tiers, `--maxWorkers=${WORKERS}`, "--json", `--outputFile=${report}`],
      "ignore",
    );
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numTotalTests } = JSON.parse(
      readFileSync(report, "utf8"),
    ) as Record<string, number>;
    const failed = (numFailedTests ?? 0) + (numRuntimeErrorTestSuites ?? 0);
    return { passed: numPassedTests ?? 0, failed: numTotalTests === 0 ? 1 : failed };
  } catch (error) {
    console.error(`no report from jest: ${error instanceof Error ? error.message : String(error)}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With `--json` jest prints its report to standard output too; its human output goes to standard error. */
function exitCode(command: string, args: readonly string[], stdout: "inherit" | "ignore" = "inherit"): Promise<number> {
  const child = spawn(path.join(BIN, command), args, {
    cwd: PROJECT_ROOT,
    stdio: ["ignore", stdout, "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
