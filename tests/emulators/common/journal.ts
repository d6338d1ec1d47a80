/** One HTTP call that an emulator received. Vendor-specific facts (route parameters, vendor code) are added under `detail`. */
export interface JournalCall {
  readonly seq: number;
  /** The vendor's name of the call: `PATCH /api/v1/obcluster/backup/config`, `ModifyBackupPolicy`. */
  readonly operation: string;
  readonly method: string;
  readonly target: string;
  readonly startedAt: string;
  /** How many calls were on their way when this one came, itself included: counted, and so true on any clock. */
  readonly inFlight: number;
  endedAt: string | null;
  /** HTTP status of the reply; null while it runs, and for ever when a fault swallowed the reply. */
  status: number | null;
  /** Kind of the fault that was applied to this call, if any. */
  fault?: string;
  detail: Record<string, unknown>;
}

/** What an emulator was asked to do, in order. Holds no secret: whoever writes to it passes secrets as fingerprints. */
export class Journal {
  private entries: JournalCall[] = [];
  private nextSeq = 1;
  private inFlight = 0;

  get calls(): readonly JournalCall[] {
    return this.entries;
  }

  begin(call: Pick<JournalCall, "operation" | "method" | "target" | "startedAt">): JournalCall {
    this.inFlight += 1;
    const entry: JournalCall = {
      seq: this.nextSeq++,
      ...call,
      inFlight: this.inFlight,
      endedAt: null,
      status: null,
      detail: {},
    };
    this.entries.push(entry);
    return entry;
  }

  /** A reply has left, or nobody waits for it any more. */
  end(): void {
    this.inFlight -= 1;
  }

  /** The most calls that were on their way at one time, of those that the journal still has. */
  mostInFlight(): number {
    return this.entries.reduce((most, { inFlight }) => Math.max(most, inFlight), 0);
  }

  /** Operations in order, the most convenient form for an assertion. */
  operations(): string[] {
    return this.entries.map((entry) => entry.operation);
  }

  /** Forgets what happened so far; sequence numbers and calls on their way go on. */
  clear(): void {
    this.entries = [];
  }
}
