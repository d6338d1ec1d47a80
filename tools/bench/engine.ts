import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { programProject, programText } from "../programProject";
import type { PulumiInstallation } from "../pulumi-cli";
import { ThrowawayStack } from "../throwawayStack";
import { type Sample, STEPS, type Step } from "./measurement";
import { watchProcesses } from "./processes";
import type { Network } from "./settings";
import type { Service, Subject } from "./subjects";

const COMMANDS: Readonly<Record<Step, readonly string[]>> = {
  create: ["up", "--yes", "--skip-preview"],
  "no-op": ["up", "--yes", "--skip-preview", "--expect-no-changes"],
  change: ["up", "--yes", "--skip-preview"],
  refresh: ["refresh", "--yes", "--skip-preview"],
};

/** A run without changes is short, so that a single one tells little, and can be made again on the same stack. */
const REPEATS: Partial<Record<Step, number>> = { "no-op": 3 };

/** What one command has cost, and what was called. */
export interface Measured extends Sample {
  readonly step: Step;
  readonly operations: Readonly<Record<string, number>>;
}

/** Runs every step with so many resources, on a stack and a service of their own. */
export async function measure(
  pulumi: PulumiInstallation,
  subject: Subject,
  count: number,
  network: Network,
): Promise<{ steps: Measured[]; providerText: string }> {
  const service = await subject.start(count, network);
  const [first, second] = subject.values;
  const { environment } = service;
  const stack = await ThrowawayStack.create({
    pulumi,
    environment,
    project: programProject("bench", subject.program(count, first)),
  });
  try {
    const steps: Measured[] = [];
    for (const step of STEPS) {
      if (step === "change") stack.write("index.js", programText(subject.program(count, second)));
      if (step === "refresh") service.drift();
      for (let repeat = 0; repeat < (REPEATS[step] ?? 1); repeat++)
        steps.push({ step, ...(await run(stack, service, COMMANDS[step])) });
    }
    const texts = (await stack.resources()).map(({ inputs }) => String(inputs?.__provider ?? ""));
    return { steps, providerText: texts.find((text) => text !== "") ?? "" };
  } finally {
    stack.dispose();
    await service.close();
  }
}

async function run(
  stack: ThrowawayStack,
  service: Service,
  command: readonly string[],
): Promise<Omit<Measured, "step">> {
  service.forget();
  const watch = watchProcesses();
  const begun = performance.now();
  await stack.mustRun(...command, "--suppress-outputs", "--suppress-progress");
  const seconds = (performance.now() - begun) / 1_000;
  const operations = service.operations();
  const calls = Object.values(operations).reduce((sum, times) => sum + times, 0);
  return { seconds, ...watch.stop(), calls, operations, stateBytes: stateBytes(stack) };
}

/** Size of the state as the file backend keeps it. */
function stateBytes(stack: ThrowawayStack): number {
  const folder = path.join(stack.folder, "backend", ".pulumi", "stacks");
  const file = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((name) => /test\.json$/.test(name));
  return file === undefined ? 0 : statSync(path.join(folder, file)).size;
}
