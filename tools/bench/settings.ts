/** How much is measured. */
export interface Settings {
  /** Numbers of resources, or of clusters of a fleet, each with how often it is measured. */
  readonly policies: readonly Size[];
  readonly tenants: readonly Size[];
  readonly fleets: readonly Size[];
  /** Of every answer of an emulator. */
  readonly latencyMs: number;
}

export interface Size {
  readonly count: number;
  readonly runs: number;
}

const size = (count: number, runs: number): Size => ({ count, runs });

export const FULL: Settings = {
  policies: [size(100, 3), size(300, 3), size(2_000, 1)],
  tenants: [size(100, 3), size(300, 1)],
  fleets: [size(100, 3), size(500, 3), size(2_000, 3)],
  latencyMs: 20,
};

/** For CI: sees whether everything is measured, and gross mistakes. */
export const QUICK: Settings = {
  policies: [size(10, 1), size(30, 1)],
  tenants: [size(10, 1)],
  fleets: [size(30, 1), size(100, 1)],
  latencyMs: 20,
};
