import { createHash } from "node:crypto";

/** One statement that obshell sent to the database to change something, as the journal shows it. */
export interface SqlEntry {
  readonly seq: number;
  /** When it ran, in time of the emulator's clock. */
  readonly at: string;
  readonly tenant: string;
  /** Access keys and encryption passwords appear as fingerprints. */
  readonly statement: string;
  /**
   * Where it came from. A call names the journal entry that caused it. A statement of a task with time T ran before every
   * call that started at T or later was handled, because a request first lets the world catch up.
   */
  readonly cause:
    | { readonly call: number; readonly agent: string }
    | { readonly task: string }
    | { readonly control: true };
  /** The database's answer, when it refused. */
  refusal?: string;
}

export class SqlJournal {
  private entries: SqlEntry[] = [];
  private nextSeq = 1;

  get all(): readonly SqlEntry[] {
    return this.entries;
  }

  add(entry: Omit<SqlEntry, "seq">): SqlEntry {
    const added: SqlEntry = { seq: this.nextSeq++, ...entry };
    this.entries.push(added);
    return added;
  }

  /** Forgets what happened so far; sequence numbers go on. */
  clear(): void {
    this.entries = [];
  }
}

/** A stand-in that is equal for equal secrets and says nothing else. An empty secret is no secret. */
export function fingerprint(secret: string): string {
  if (secret === "") return "";
  return `<secret:${createHash("sha256").update(secret).digest("hex").slice(0, 8)}>`;
}
