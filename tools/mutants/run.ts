import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Outcome } from "../checks";
import { type Mutant, parseMutant } from "./mutant";

const PROJECT_ROOT = path.resolve(__dirname, "../..");
const MUTANTS = path.join(PROJECT_ROOT, "tests", "mutants");
/** All that a test of the tiers without an engine needs. */
const COPIED = ["provider", "sdk", "tests", "tools", "jest.config.cjs", "package.json", "tsconfig.json"];
const TEST_TIMEOUT_MS = 120_000;

/** Applies each patch of tests/mutants to a copy, runs the test that it names, and expects it to fail. */
export async function runMutants(): Promise<Outcome> {
  const copy = mkdtempSync(path.join(os.tmpdir(), "backup-policies-mutants-"));
  try {
    for (const name of COPIED) cpSync(path.join(PROJECT_ROOT, name), path.join(copy, name), { recursive: true });
    symlinkSync(path.join(PROJECT_ROOT, "node_modules"), path.join(copy, "node_modules"), "junction");
    const verdicts = readdirSync(MUTANTS)
      .filter((file) => file.endsWith(".patch"))
      .sort()
      .map((file) => judge(copy, parseMutant(file, readFileSync(path.join(MUTANTS, file), "utf8"))));
    return { passed: verdicts.filter(Boolean).length, failed: verdicts.filter((killed) => !killed).length };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** True when the test notices that the rule is missing. */
function judge(copy: string, mutant: Mutant): boolean {
  const patch = path.join(MUTANTS, mutant.file);
  const applied = spawnSync("git", ["apply", patch], { cwd: copy, encoding: "utf8" });
  if (applied.status !== 0) {
    console.log(`FAILED  ${mutant.file}: the patch no longer applies; make it again. ${applied.stderr.trim()}`);
    return false;
  }
  try {
    const { status, problem } = runTest(copy, mutant);
    console.log(
      `${status === "killed" ? "ok    " : "FAILED"}  ${mutant.rule} ${status === "killed" ? "Without it, its test fails." : problem}`,
    );
    return status === "killed";
  } finally {
    spawnSync("git", ["apply", "--reverse", patch], { cwd: copy });
  }
}

function runTest(copy: string, { tier, test }: Mutant): { status: "killed" | "survived"; problem: string } {
  const report = path.join(copy, "report.json");
  rmSync(report, { force: true });
  const args = ["--selectProjects", tier, "--testNamePattern", test, "--json", `--outputFile=${report}`, "--silent"];
  const jest = path.join(PROJECT_ROOT, "node_modules", ".bin", "jest");
  spawnSync(jest, args, { cwd: copy, encoding: "utf8", timeout: TEST_TIMEOUT_MS });
  const { numFailedTests = 0, numPassedTests = 0 } = readReport(report);
  if (numFailedTests > 0) return { status: "killed", problem: "" };
  const ran = numPassedTests > 0;
  return {
    status: "survived",
    problem: ran ? `But "${test}" still passes without it.` : `No test of tier ${tier} is called "${test}".`,
  };
}

function readReport(file: string): { numFailedTests?: number; numPassedTests?: number } {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as { numFailedTests?: number; numPassedTests?: number };
  } catch {
    return {};
  }
}
