export const STEPS = ["create", "no-op", "change", "refresh"] as const;

/** One command: the first `up`, one without changes, one that changes a field everywhere, and a refresh that finds drift. */
export type Step = (typeof STEPS)[number];

/** What one command has cost. */
export interface Sample {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly providerMb: number;
  readonly calls: number;
  readonly stateBytes: number;
}

/** One command, measured several times. */
export interface Series {
  /** What is declared: `"floor"`, `"polardb.BackupPolicy"`, … */
  readonly subject: string;
  readonly count: number;
  readonly step: Step;
  readonly samples: readonly Sample[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Distance between the largest and the smallest. */
export function spread(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

export function middle(series: Series, pick: (sample: Sample) => number): number {
  return median(series.samples.map(pick));
}

export function find(all: readonly Series[], subject: string, count: number, step: Step): Series | undefined {
  return all.find((series) => series.subject === subject && series.count === count && series.step === step);
}
