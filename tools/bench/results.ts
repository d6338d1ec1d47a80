import type { Series } from "./measurement";
import type { Network } from "./settings";

/** Everything that one run of the benchmark has found. */
export interface Results {
  readonly machine: { readonly cpus: number; readonly node: string; readonly pulumi: string };
  readonly network: Network;
  readonly isQuick: boolean;
  readonly loading: readonly Loading[];
  readonly series: readonly Series[];
  readonly calls: readonly CallCounts[];
  /** Of the longest `__provider` text in any state. */
  readonly providerTextBytes: number;
  /** Times that a change of concurrency, lag target and thread score stopped log archiving. */
  readonly archiveClosings: number;
  /** What the last complete `npm test` took, if there was one. */
  readonly testSeconds?: number;
}

export interface Loading {
  readonly type: string;
  readonly samples: readonly number[];
  /** Files of the other vendor that were loaded. */
  readonly foreignFiles: number;
}

/** Calls of one command, by name. */
export interface CallCounts {
  readonly subject: string;
  readonly count: number;
  readonly step: string;
  readonly operations: Readonly<Record<string, number>>;
}
