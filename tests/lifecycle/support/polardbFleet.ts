import type { Bag } from "../../../provider/core/bag";
import type { AnyHandler } from "../../../provider/core/lifecycle";
import { backupPolicyFleet } from "../../../provider/polardb/backupPolicyFleet.handler";
import { VirtualClock } from "../../emulators/common/clock";
import { type PolardbEmulator, startPolardb } from "../../emulators/polardb";
import type { PolardbOptions } from "../../emulators/polardb/options";
import { ACCESS_KEY, ENVIRONMENT, GRANTED } from "./polardb";
import { Stack, type StackProcess } from "./stack";

export interface FleetSubject {
  readonly emulator: PolardbEmulator;
  readonly clock: VirtualClock;
  readonly stack: Stack;
  readonly ids: readonly string[];
  /** A program for all clusters with this baseline. */
  program(baseline: Bag, properties?: Bag): Bag;
  /** Clusters and parameters of the Modify calls since the last `forget`. */
  modifies(): [string, Bag][];
  /** Clusters of all calls since then, with the calls. */
  calls(): string[];
  forget(): void;
}

export function fleetStack(clock: VirtualClock, process?: StackProcess): Stack {
  const handler = backupPolicyFleet as unknown as AnyHandler;
  return new Stack({ handler, type: "BackupPolicyFleet", clock, environment: ENVIRONMENT, process });
}

/** Clusters `pc-00`, `pc-01`, … and a stack of one fleet of them. */
export async function startFleet(
  count: number,
  { process, ...options }: Partial<PolardbOptions> & { readonly process?: StackProcess } = {},
): Promise<FleetSubject> {
  const clock = new VirtualClock();
  const ids = Array.from({ length: count }, (_, index) => `pc-${String(index).padStart(2, "0")}`);
  const emulator = await startPolardb({
    clock,
    accessKeys: [{ ...ACCESS_KEY, allowedActions: GRANTED }],
    clusters: ids.map((id) => ({ id, engine: "MySQL", region: "cn-hangzhou" })),
    ...options,
  });
  const callsOf = () =>
    emulator.journal.calls.map(({ operation, detail }) => ({
      operation,
      parameters: detail.parameters as Record<string, unknown>,
    }));
  return {
    emulator,
    clock,
    stack: fleetStack(clock, process),
    ids,
    program: (baseline, properties = {}) => ({ clusters: ids, baseline, endpoint: emulator.url, ...properties }),
    modifies: () =>
      callsOf()
        .filter(({ operation }) => operation.startsWith("Modify"))
        .map(({ parameters: { DBClusterId, ...rest } }): [string, Bag] => [String(DBClusterId), rest])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    calls: () =>
      callsOf()
        .map(({ operation, parameters }) => `${parameters.DBClusterId} ${operation}`)
        .sort(),
    forget: () => emulator.journal.clear(),
  };
}
