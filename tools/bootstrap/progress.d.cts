export interface Step {
  /** Replaces what is shown between the title and the elapsed time, at the next drawing. */
  update(detail: string): void;
  /** `outcome` stands before the elapsed time. Default "done in". */
  done(outcome?: string): void;
  failed(): void;
}

/** One line that is drawn again on a terminal; elsewhere a line at the start, one at every interval, and one at the end. */
export interface Progress {
  note(text: string): void;
  /** One step at a time. */
  step(title: string): Step;
}

export interface ProgressOptions {
  /** Default: standard error. */
  readonly write?: (text: string) => void;
  readonly terminal?: boolean;
  /** Time between two drawings. Default 0.25 s on a terminal, 15 s elsewhere. */
  readonly everyMs?: number;
  readonly now?: () => number;
  readonly columns?: () => number;
}

export function createProgress(options?: ProgressOptions): Progress;

export function formatElapsed(ms: number): string;
