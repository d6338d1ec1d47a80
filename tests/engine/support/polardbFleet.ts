import type { ThrowawayStack } from "../../../tools/throwawayStack";
import type { PolardbEmulator } from "../../emulators/polardb";
import type { PolardbOptions } from "../../emulators/polardb/options";
import { setProgram, startStack } from "./engine";
import { polardb, vendorEnvironment } from "./vendors";

type Properties = Readonly<Record<string, unknown>>;

export interface FleetSubject {
  readonly service: PolardbEmulator;
  readonly stack: ThrowawayStack;
  readonly ids: readonly string[];
  /** Another declaration of the fleet: for all clusters unless it says otherwise. */
  declare(properties: Properties): void;
  /** Clusters of the Modify calls since the last `forget`, sorted. */
  modified(): string[];
  /** Clusters of all calls since then, each once, sorted. */
  touched(): string[];
  forget(): void;
}

/** Clusters `pc-000`, `pc-001`, … and a stack of one fleet of them that has not run yet. */
export async function fleetOf(
  count: number,
  properties: Properties,
  options: Partial<PolardbOptions> = {},
): Promise<FleetSubject> {
  const ids = Array.from({ length: count }, (_, index) => `pc-${String(index).padStart(3, "0")}`);
  const service = await polardb({
    clusters: ids.map((id) => ({ id, engine: "MySQL", region: "cn-hangzhou" })),
    ...options,
  });
  const program = (declared: Properties): string => `
  new polardb.BackupPolicyFleet("fleet", ${JSON.stringify({ clusters: ids, ...declared })});`;
  const stack = await startStack({
    environment: vendorEnvironment({ polardb: service }),
    program: program(properties),
  });
  const clustersOf = (action: string): string[] =>
    service.journal.calls
      .filter(({ operation }) => operation.startsWith(action))
      // A call that was cut off has no parameters yet.
      .flatMap(({ detail }) => (detail as { parameters?: Record<string, unknown> }).parameters?.DBClusterId ?? [])
      .map(String)
      .sort();
  return {
    service,
    stack,
    ids,
    declare: (declared) => setProgram(stack, program(declared)),
    modified: () => clustersOf("Modify"),
    touched: () => [...new Set(clustersOf(""))],
    forget: () => service.journal.clear(),
  };
}
