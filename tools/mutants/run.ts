import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Outcome } from "../checks";
import { type Mutant, parseMutant } from "./mutant";

const PROJECT_ROOT = path.resolve(__dirname, "../..");
const MUTANTS = path.join(PROJECT_ROOT, "tests", "mutants");
/** All that a test of the tiers without an engine needs. */
const COPIED = ["provider", "sdk", "tests", "tools", "jest.config.cjs", "package.json", "tsconfig.json"];
const COPIES = 2;
const TEST_TIMEOUT_MS = 120_000;

/**
 * Applies each patch of tests/mutants to a copy, runs the test that it names, and expects it to fail. `chosen` are beginnings of
 * file names; none means all.
 */
export async function runMutants(chosen: readonly string[] = []): Promise<Outcome> {
  const waiting = mutants(chosen);
  const verdicts: boolean[] = [];
  const work = async (): Promise<void> => {
    const copy = mkdtempSync(path.join(os.tmpdir(), "backup-policies-mutants-"));
    try {
      for (const name of COPIED) cpSync(path.join(PROJECT_ROOT, name), path.join(copy, name), { recursive: true });
      symlinkSync(path.join(PROJECT_ROOT, "node_modules"), path.join(copy, "node_modules"), "junction");
      for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) verdicts.push(await judge(copy, mutant));
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  };
  await Promise.all(Array.from({ length: COPIES }, work));
  return counted(verdicts);
}

/** Whether each patch still says what it needs and still fits, which costs a second where running them costs minutes. */
export async function checkMutants(): Promise<Outcome> {
  return counted(
    mutants([]).map((mutant) => {
      const { status, stderr } = apply(PROJECT_ROOT, mutant, "--check");
      if (status !== 0) tellUnfit(mutant, stderr);
      return status === 0;
    }),
  );
}

function mutants(chosen: readonly string[]): Mutant[] {
  return readdirSync(MUTANTS)
    .filter((file) => file.endsWith(".patch"))
    .filter((file) => chosen.length === 0 || chosen.some((beginning) => file.startsWith(beginning)))
    .sort()
    .map((file) => parseMutant(file, readFileSync(path.join(MUTANTS, file), "utf8")));
}

function counted(verdicts: readonly boolean[]): Outcome {
  const passed = verdicts.filter(Boolean).length;
  return { passed, failed: verdicts.length === 0 ? 1 : verdicts.length - passed };
}

function apply(folder: string, { file }: Mutant, ...args: readonly string[]) {
  return spawnSync("git", ["apply", ...args, path.join(MUTANTS, file)], { cwd: folder, encoding: "utf8" });
}

function tellUnfit({ file }: Mutant, reason: string): void {
  console.log(`FAILED  ${file}: the patch no longer applies; make it again. ${reason.trim()}`);
}

/** True when the test notices that the rule is missing. */
async function judge(copy: string, mutant: Mutant): Promise<boolean> {
  const applied = apply(copy, mutant);
  if (applied.status !== 0) {
    tellUnfit(mutant, applied.stderr);
    return false;
  }
  try {
    const problem = await survival(copy, mutant);
    console.log(`${problem ? "FAILED" : "ok    "}  ${mutant.rule} ${problem ?? "Without it, its test fails."}`);
    return problem === undefined;
  } finally {
    apply(copy, mutant, "--reverse");
  }
}

/** Why a mutant has survived; `undefined` when its test has failed, as it should. */
async function survival(copy: string, { suite, test }: Mutant): Promise<string | undefined> {
  const report = path.join(copy, "report.json");
  rmSync(report, { force: true });
  const jest = path.join(PROJECT_ROOT, "node_modules", ".bin", "jest");
  // A path alone is taken by every project, whatever it is made for.
  const tier = suite.split("/")[1] ?? "";
  const chosen = ["--selectProjects", tier, "--runTestsByPath", suite, "--testNamePattern", test];
  const args = [...chosen, "--json", `--outputFile=${report}`, "--silent"];
  const child = spawn(jest, args, { cwd: copy, stdio: "ignore", timeout: TEST_TIMEOUT_MS });
  await new Promise((resolve) => child.once("close", resolve));
  const { numFailedTests = 0, numPassedTests = 0 } = readReport(report);
  if (numFailedTests > 0) return undefined;
  return numPassedTests > 0 ? `But "${test}" still passes without it.` : `No test of ${suite} is called "${test}".`;
}

function readReport(file: string): { numFailedTests?: number; numPassedTests?: number } {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as { numFailedTests?: number; numPassedTests?: number };
  } catch {
    return {};
  }
}
