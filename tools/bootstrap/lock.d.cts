import type { Progress } from "./progress.cjs";

export interface LockOptions {
  /** What the owner does, for those who wait: "building the Pulumi CLI". */
  readonly purpose: string;
  /** Where to say for whom it waits while somebody else holds the lock. */
  readonly progress?: Progress;
  /** How often the owner shows that it is alive. Default 2 s. */
  readonly heartbeatMs?: number;
  /** An owner that cannot be looked up (other machine, other container) is dead after this long without a heartbeat. Default 20 s. */
  readonly staleMs?: number;
  readonly pollMs?: number;
}

/** Makes the lock outlast its owner, if that is killed, for as long as this child of it runs. */
export type AddWorker = (pid: number) => void;

/**
 * Runs `work` while holding the lock at `folder`, which exists only while it is held. Waits for a live owner however
 * long it takes, and takes over from a dead one. Nothing needs to be cleaned up after a kill.
 */
export function withLock<T>(
  folder: string,
  options: LockOptions,
  work: (addWorker: AddWorker) => Promise<T>,
): Promise<T>;
