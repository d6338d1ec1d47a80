/** One HTTP call that an emulator received. Vendor-specific facts (route parameters, vendor code) are added under `detail`. */
export interface JournalCall {
  readonly seq: number;
  /** The vendor's name of the call: `PATCH /api/v1/obcluster/backup/config`, `ModifyBackupPolicy`. */
  readonly operation: string;
  readonly method: string;
  readonly target: string;
  readonly startedAt: string;
  /** How many calls were being served when this one came, this one included. */
  readonly inFlight: number;
  /** When it was answered; for a call that a fault keeps hanging, when its client gave up. Null until then. */
  endedAt: string | null;
  /**
   * `seq` of the last call that had come when this one ended; null until then. Calls overlap in this order and not by their
   * times, which are all the same on a clock that stands still.
   */
  endedAfter: number | null;
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
  private running = 0;

  get calls(): readonly JournalCall[] {
    return this.entries;
  }

  begin(call: Pick<JournalCall, "operation" | "method" | "target" | "startedAt">): JournalCall {
    this.running += 1;
    const entry: JournalCall = {
      seq: this.nextSeq++,
      ...call,
      inFlight: this.running,
      endedAt: null,
      endedAfter: null,
      status: null,
      detail: {},
    };
    this.entries.push(entry);
    return entry;
  }

  end(call: JournalCall, at: string): void {
    this.running -= 1;
    call.endedAt = at;
    call.endedAfter = this.nextSeq - 1;
  }

  /** The most calls of this kind that were being served at one time. */
  peakInFlight(counts: (call: JournalCall) => boolean = () => true): number {
    const calls = this.entries.filter(counts);
    const open = (at: JournalCall): JournalCall[] =>
      calls.filter(({ seq, endedAfter }) => seq <= at.seq && (endedAfter ?? at.seq) >= at.seq);
    return Math.max(0, ...calls.map((call) => open(call).length));
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
