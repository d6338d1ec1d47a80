import { type Change, checkedChange } from "./changeChecks";
import { checkShape, NAME, NUMBER, OBJECT, oneOf, type Shape, TEXT } from "./shapes";

/**
 * Statements that obshell sends; the letters are the steps of the configuration task. INSERT_DAG goes to obshell's own tables,
 * which the journal leaves out; its tenant is the one that the task locks.
 */
export const STATEMENTS = {
  LOG_ARCHIVE_CONCURRENCY: "A",
  LOG_ARCHIVE_DEST: "B",
  ARCHIVE_LAG_TARGET: "C",
  DATA_BACKUP_DEST: "D",
  HA_LOW_THREAD_SCORE: "E",
  ADD_DELETE_POLICY: "F",
  DROP_DELETE_POLICY: null,
  ARCHIVELOG: null,
  NOARCHIVELOG: null,
  DEST_ENABLE: null,
  DEST_DEFER: null,
  BACKUP: null,
  CANCEL_BACKUP: null,
  PARAMETERS: null,
  INSERT_DAG: null,
  QUERY_TENANTS: null,
  QUERY_BACKUP_TASKS: null,
  QUERY_ARCHIVELOG_SUMMARY: null,
} as const;
export type StatementName = keyof typeof STATEMENTS;

export type Step = "A" | "B" | "C" | "D" | "E" | "F";

export const STUCK_STATES = ["STOPPING", "BEGINNING", "SUSPENDING", "LOG_MODE"] as const;
export type ArchiveStuckIn = (typeof STUCK_STATES)[number];

/**
 * Faults of the vendor's own kinds, armed through `injectFault` or `POST /__faults`. Counted ones hit `times` matching
 * occasions (default 1) after letting `skip` pass; the others last until the faults are cleared.
 */
export type ObshellFault =
  /** The database refuses a statement with this driver text. */
  | {
      readonly kind: "databaseRefusal";
      readonly statement: StatementName | Step;
      readonly tenant?: string;
      readonly error?: string;
      readonly times?: number;
      readonly skip?: number;
    }
  /** The write probe of stage 1 fails with this text, for one tenant or store or for all. */
  | {
      readonly kind: "writeProbe";
      readonly tenant?: string;
      readonly store?: "archive" | "data";
      readonly error?: string;
      readonly times?: number;
      readonly skip?: number;
    }
  /** Archiving does not leave this state; LOG_MODE: NOARCHIVELOG is accepted and has no effect. Lasts until cleared. */
  | { readonly kind: "archiveStuck"; readonly tenant?: string; readonly in: ArchiveStuckIn }
  /** Nobody runs the scheduler, after this many more ticks (default 0): DAGs stay as they are. Lasts until cleared. */
  | { readonly kind: "maintainerAbsent"; readonly afterTicks?: number }
  /** The agent finds no usable database for calls whose operation contains this text. */
  | {
      readonly kind: "databaseDown";
      readonly operation?: string;
      readonly observer?: "alive" | "dead";
      readonly times?: number;
      readonly skip?: number;
    }
  /** A change of the control plane happens just before a call whose operation contains this text, to the agent called. */
  | {
      readonly kind: "stateChange";
      readonly change: Change;
      readonly operation?: string;
      readonly times?: number;
      readonly skip?: number;
    }
  /** A node's sub-task takes this much longer before it does anything. */
  | {
      readonly kind: "slowStage";
      readonly node: string;
      readonly ms: number;
      readonly times?: number;
      readonly skip?: number;
    };

const COUNTED = { "times?": NUMBER, "skip?": NUMBER } as const;

const FAULTS: Readonly<Record<ObshellFault["kind"], Shape>> = {
  databaseRefusal: {
    statement: oneOf(["A", "B", "C", "D", "E", "F", ...Object.keys(STATEMENTS)]),
    "tenant?": NAME,
    "error?": TEXT,
    ...COUNTED,
  },
  writeProbe: { "tenant?": NAME, "store?": oneOf(["archive", "data"]), "error?": TEXT, ...COUNTED },
  archiveStuck: { "tenant?": NAME, in: oneOf(STUCK_STATES) },
  maintainerAbsent: { "afterTicks?": NUMBER },
  databaseDown: { "operation?": TEXT, "observer?": oneOf(["alive", "dead"]), ...COUNTED },
  stateChange: { change: OBJECT, "operation?": TEXT, ...COUNTED },
  slowStage: { node: NAME, ms: NUMBER, ...COUNTED },
};

/** A fault that arrived as JSON, with every key and value looked at. */
export function checkedFault(input: unknown): ObshellFault {
  const kind = (input as { kind?: unknown } | null)?.kind;
  if (typeof kind !== "string" || !Object.hasOwn(FAULTS, kind)) {
    throw new Error(`unknown obshell fault kind ${JSON.stringify(kind)}; known: ${Object.keys(FAULTS).join(", ")}`);
  }
  const { kind: _, ...rest } = input as Record<string, unknown>;
  checkShape(kind, rest, FAULTS[kind as ObshellFault["kind"]]);
  const fault = input as ObshellFault;
  if (fault.kind === "stateChange") checkedChange(fault.change);
  return fault;
}
