import type { ThrowawayStack } from "../../../tools/throwawayStack";
import type { PolardbEmulator } from "../../emulators/polardb";
import type { PolardbOptions } from "../../emulators/polardb/options";
import type { DataPolicy } from "../../emulators/polardb/settings";
import { setProgram, startStack } from "./engine";
import { polardb, vendorEnvironment } from "./vendors";

type Properties = Readonly<Record<string, unknown>>;

/** A program of one policy for `pc-1`. */
export function policyProgram(properties: Properties, name = "policy"): string {
  return `
  new polardb.BackupPolicy(${JSON.stringify(name)}, ${JSON.stringify({ dbClusterId: "pc-1", ...properties })});`;
}

export interface Subject {
  readonly service: PolardbEmulator;
  readonly stack: ThrowawayStack;
  /** Another declaration for the same resource. */
  declare(properties: Properties): void;
  /** Parameters of every Modify call since the last `forget`, but the cluster id. */
  modifies(): Record<string, unknown>[];
  /** Names of all calls since then. */
  calls(): string[];
  forget(): void;
  /** The data policy of `pc-1`. */
  data(): DataPolicy;
  /** What somebody sets in the console. */
  console(policy: Partial<DataPolicy>): void;
}

/** A cluster and a stack that has not run yet. */
export async function subjectOf(
  properties: Properties,
  options: Partial<PolardbOptions> & { readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<Subject> {
  return subjectWith(policyProgram(properties), options);
}

/** The same with a program of its own. */
export async function subjectWith(program: string, options: Parameters<typeof subjectOf>[1] = {}): Promise<Subject> {
  const { environment, ...emulator } = options;
  const service = await polardb(emulator);
  const stack = await startStack({
    environment: { ...vendorEnvironment({ polardb: service }), ...environment },
    program,
  });
  return {
    service,
    stack,
    declare: (changed) => setProgram(stack, policyProgram(changed)),
    modifies: () => modifiesOf(service),
    calls: () => service.journal.operations(),
    forget: () => service.journal.clear(),
    data: () => service.world.cluster("pc-1").settings.data,
    console: (policy) => service.change({ kind: "setPolicy", clusterId: "pc-1", policy }),
  };
}

export function modifiesOf(service: PolardbEmulator): Record<string, unknown>[] {
  return service.journal.calls
    .filter(({ operation }) => operation.startsWith("Modify"))
    .map(({ detail }) => {
      const { DBClusterId: _id, ...parameters } = (detail as { parameters: Record<string, unknown> }).parameters;
      return parameters;
    });
}

/** Output of the CLI with the quotes as the message has them. */
export function unquoted(output: string): string {
  return output.replaceAll('\\"', '"');
}
