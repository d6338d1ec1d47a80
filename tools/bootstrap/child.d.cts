export interface CaptureOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly onLine?: (line: string, stream: "stdout" | "stderr") => void;
  readonly onStart?: (pid: number) => void;
  readonly timeoutMs?: number;
  /** Lets a timeout end the descendants of the child too. */
  readonly ownGroup?: boolean;
  readonly shell?: boolean;
  /** How many of the last lines are kept for an error message. Default 20. */
  readonly tailLines?: number;
}

export interface Outcome {
  readonly ok: boolean;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  /** The program could not be started at all. */
  readonly startError?: NodeJS.ErrnoException;
  readonly stdout: readonly string[];
  /** The last lines of both streams, in the order in which they came. */
  readonly tail: readonly string[];
}

export function runCaptured(command: string, args: readonly string[], options?: CaptureOptions): Promise<Outcome>;

/**
 * Runs the command on this process's own terminal, passes signals on, and ends this process as the command ends: same
 * exit code or same signal. Rejects only if the command cannot be started.
 */
export function becomeChild(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
): Promise<never>;
