import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { REPORTS } from "../../tests/support/report";

const PROJECT_ROOT = path.resolve(__dirname, "../..");
const MUTANTS = path.join(PROJECT_ROOT, "tests", "mutants");

/** One number that the suites have found. */
export interface Figure {
  readonly promise: string;
  readonly what: string;
  readonly value: number;
  /** True where chance or pace decides how often something is tried: the page then names a number that was surpassed. */
  readonly isAtLeast?: true;
  /** What finds it again. */
  readonly command: string;
}

interface FaultMatrix {
  readonly cases: number;
  readonly passed: number;
  readonly distinctCalls: readonly string[];
}

interface BadInputs {
  readonly tried: number;
  readonly refusedInPreview: number;
  readonly harmless: number;
  readonly refusedInApply: number;
}

/** Everything that the last run of the suites has written to `tests/reports`. */
export function readFigures(): Figure[] {
  return [...faultMatrix(), ...killPoints(), ...properties(), ...secrets(), ...badInputs(), ...mutants()];
}

function faultMatrix(): Figure[] {
  const command = "npx jest --selectProjects lifecycle --testPathPatterns faultMatrix";
  const promise = "Every call that fails is put right by the next run";
  return (["oceanbase", "polardb"] as const).flatMap((vendor) => {
    const { cases, passed, distinctCalls } = read<FaultMatrix>(`faultMatrix.${vendor}`);
    const name = vendor === "oceanbase" ? "OceanBase" : "PolarDB";
    const of = (what: string, value: number): Figure => ({ promise, what: `${name}: ${what}`, value, command });
    return [
      of("distinct calls covered", distinctCalls.length),
      { ...of("cases (operation × call × fault)", cases), isAtLeast: true },
      of("cases that failed", cases - passed),
    ];
  });
}

function killPoints(): Figure[] {
  const { points, runs } = read<{ points: number; runs: number }>("killPoints");
  const command = "npx jest --selectProjects wire --testPathPatterns killPoints";
  const promise = "A run that is killed anywhere converges with the next one";
  return [
    { promise, what: "kill points", value: points, isAtLeast: true, command },
    { promise, what: "runs after them, all converged", value: runs, isAtLeast: true, command },
  ];
}

function properties(): Figure[] {
  const { runs, perProperty } = read<{ runs: number; perProperty: object }>("fuzz");
  const command = "npx jest --selectProjects unit contract";
  const promise = "Rules hold for whatever is declared and answered";
  return [
    { promise, what: "properties", value: Object.keys(perProperty).length, command },
    { promise, what: "runs with made-up inputs and answers", value: runs, isAtLeast: true, command },
  ];
}

function secrets(): Figure[] {
  const { planted, found } = read<{ planted: number; found: number }>("secrets");
  const command = "npx jest --selectProjects lifecycle engine";
  const promise = "Secrets stay secret";
  return [
    { promise, what: "secrets planted, each in a run of its own", value: planted, isAtLeast: true, command },
    { promise, what: "secrets found", value: found, command },
  ];
}

function badInputs(): Figure[] {
  const all = readdirSync(REPORTS)
    .filter((file) => /^badInputs\..+\.json$/.test(file))
    .map((file) => read<BadInputs>(file.slice(0, -".json".length)));
  const sum = (pick: (figures: BadInputs) => number): number => all.reduce((total, each) => total + pick(each), 0);
  const command = "npx jest --selectProjects lifecycle --testPathPatterns badInputs";
  const promise = "A preview that succeeds is not refused in the apply for what the inputs tell";
  return [
    { promise, what: "bad inputs tried", value: sum(({ tried }) => tried), command },
    { promise, what: "refused in the preview", value: sum(({ refusedInPreview }) => refusedInPreview), command },
    { promise, what: "not refused, because they do no harm", value: sum(({ harmless }) => harmless), command },
    { promise, what: "refused first in the apply", value: sum(({ refusedInApply }) => refusedInApply), command },
  ];
}

function mutants(): Figure[] {
  const value = readdirSync(MUTANTS).filter((file) => file.endsWith(".patch")).length;
  const promise = "No safety rule can go without a test that notices";
  return [{ promise, what: "rules removed, each noticed", value, command: "npm run mutants" }];
}

function read<T>(name: string): T {
  const file = path.join(REPORTS, `${name}.json`);
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch (error) {
    throw new Error(`${path.relative(PROJECT_ROOT, file)} cannot be read; "npm test" writes it`, { cause: error });
  }
}
