/** How much is measured. */
export interface Settings {
  /** Numbers of resources, or of clusters of a fleet, each with how often it is measured. */
  readonly policies: readonly Size[];
  readonly tenants: readonly Size[];
  readonly fleets: readonly Size[];
  readonly tenantFleets: readonly Size[];
  readonly network: Network;
}

/** How the services answer. */
export interface Network {
  /** Delay of every answer. */
  readonly latencyMs: number;
  /** Calls that PolarDB allows in a second. Absent: as many as come. */
  readonly ratePerSecond?: number;
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
  tenantFleets: [size(100, 3), size(500, 1)],
  network: { latencyMs: 20 },
};

/** For CI: sees whether everything is measured, and gross mistakes. */
export const QUICK: Settings = {
  policies: [size(10, 1), size(30, 1)],
  tenants: [size(10, 1)],
  fleets: [size(30, 1), size(100, 1)],
  tenantFleets: [size(10, 1)],
  network: { latencyMs: 20 },
};
