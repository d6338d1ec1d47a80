import { realClock } from "../common/clock";
import type { Faults } from "../common/faults";
import { type RunningServer, serve } from "../common/httpServer";
import type { Journal } from "../common/journal";
import { readVendorFault } from "./faultInput";
import { handleCall, operationOf } from "./gateway";
import { throttlingOf, withoutSecrets } from "./journalDetail";
import type { PolardbOptions } from "./options";
import { applyChange, type StateChange } from "./state";
import { readStateChange } from "./stateInput";
import { describeWorld } from "./stateView";
import { World } from "./world";

export type { Cluster } from "./cluster";
export { type CallDetail, detailOf, type Throttling, throttlingOf } from "./journalDetail";
export type { AccessKeyOptions, ClusterOptions, PolardbOptions } from "./options";
export type { StateChange } from "./state";
export type { Knobs, Switches } from "./switches";
export type { VendorFault } from "./vendorFaults";
export type { AccessKey, World } from "./world";

export interface PolardbEmulator {
  /** Endpoint for a client, `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  readonly journal: Journal;
  /** Transport faults. Those in the vendor's own form are in `world.vendorFaults`. */
  readonly faults: Faults;
  readonly world: World;
  /** What `POST /__state` does, without HTTP. */
  change(change: StateChange): { readonly PolicyId?: string };
  close(): Promise<void>;
}

/** Serves PolarDB's OpenAPI 2017-08-01 on a local port. */
export async function startPolardb(options: PolardbOptions): Promise<PolardbEmulator> {
  const clock = options.clock ?? realClock;
  const world = new World(clock, options);
  const server: RunningServer = await serve(
    {
      operation: operationOf,
      journalTarget: withoutSecrets,
      handle: async (request) => handleCall(world, request),
      readJournal: () => ({
        throttling: throttlingOf(server.journal.calls),
      }),
      changeState: (change) => applyChange(world, readStateChange(change)),
      readState: () => describeWorld(world),
      injectFault: (fault) => world.vendorFaults.add(readVendorFault(fault)),
      clearFaults: () => world.vendorFaults.clear(),
    },
    {
      clock,
      ...(options.port !== undefined && { port: options.port }),
      ...(options.latencyMs !== undefined && { latencyMs: options.latencyMs }),
      ...(options.tls && { tls: options.tls }),
    },
  );
  return { ...server, world, change: (change) => applyChange(world, change) };
}
