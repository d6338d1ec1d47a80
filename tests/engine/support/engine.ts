import path from "node:path";
import { programProject, programText } from "../../../tools/programProject";
import { type PulumiInstallation, providePulumi } from "../../../tools/pulumi-cli";
import { type CommandResult, ThrowawayStack } from "../../../tools/throwawayStack";
import { searchedLeaks } from "./secrets";

/** Compiled modules of Pulumi, for the hundreds of processes that load them. */
const COMPILED = path.resolve(__dirname, "../../../node_modules/.cache/compiled");

let pulumi: Promise<PulumiInstallation> | undefined;

const stacks: ThrowawayStack[] = [];

export interface ProgramOptions {
  /** Body of a JavaScript program; `pulumi`, `oceanbase` and `polardb` are in scope, `program` holds `values`. */
  readonly program: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly config?: Readonly<Record<string, string | { readonly secret: string }>>;
}

/** A stack of a small program. Programs are JavaScript, so that a run costs no compilation. */
export async function startStack(options: ProgramOptions): Promise<ThrowawayStack> {
  return track({ ...options, project: programProject("engine-test", options.program) });
}

/** A stack of a whole project, file by file. */
export async function startProject(
  project: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>>,
): Promise<ThrowawayStack> {
  return track({ project, environment });
}

/** A stack of one of the examples, as it is. */
export async function startExample(folder: string, options: Omit<ProgramOptions, "program">): Promise<ThrowawayStack> {
  return track({ ...options, project: folder });
}

/** Replaces the program of a stack. */
export function setProgram(stack: ThrowawayStack, program: string): void {
  stack.write("index.js", programText(program));
}

/** To be called in `afterEach`. Fails when any stack has left a planted secret in what it has written or printed. */
export function disposeStacks(): void {
  const leaks: string[] = [];
  for (const stack of stacks.splice(0)) {
    leaks.push(...searchedLeaks(stack));
    stack.dispose();
  }
  expect(leaks).toEqual([]);
}

async function track(options: Omit<Parameters<typeof ThrowawayStack.create>[0], "pulumi">): Promise<ThrowawayStack> {
  pulumi ??= providePulumi();
  const environment = { NODE_COMPILE_CACHE: COMPILED, ...options.environment };
  const stack = await ThrowawayStack.create({ ...options, environment, pulumi: await pulumi });
  stacks.push(stack);
  return stack;
}

/** What a command printed; fails with all of it when the command has not succeeded. */
export function succeeded({ code, output }: CommandResult): string {
  if (code !== 0) throw new Error(`the command ended with ${code}:\n${output}`);
  return output;
}
