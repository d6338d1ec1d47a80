/** One HTTP call that an emulator received. Vendor-specific facts (route parameters, vendor code) are added under `detail`. */
export interface JournalCall {
  readonly seq: number;
  /** The vendor's name of the call: `PATCH /api/v1/obcluster/backup/config`, `ModifyBackupPolicy`. */
  readonly operation: string;
  readonly method: string;
  readonly target: string;
  readonly startedAt: string;
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

  get calls(): readonly JournalCall[] {
    return this.entries;
  }

  begin(call: Pick<JournalCall, "operation" | "method" | "target" | "startedAt">): JournalCall {
    const entry: JournalCall = { seq: this.nextSeq++, ...call, endedAt: null, status: null, detail: {} };
    this.entries.push(entry);
    return entry;
  }

  /** Operations in order, the most convenient form for an assertion. */
  operations(): string[] {
    return this.entries.map((entry) => entry.operation);
  }

  /** Forgets what happened so far; sequence numbers go on. */
  clear(): void {
    this.entries = [];
  }
}
