import { readFileSync } from "node:fs";
import path from "node:path";

/** One exchange with a real obshell 4.5.0.0 agent; see `fixtures/obshell-README.md`. */
export interface Recorded {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: readonly string[];
    /** Plain, before encryption: an object, or the text where the text matters. */
    readonly body: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
    readonly raw?: string;
  };
  readonly sql?: readonly string[];
  readonly note?: string;
  readonly probes?: readonly (readonly [string, string])[];
}

/** What is replayed as one: a request that starts a task with the states it went through, or a single exchange. */
export interface Unit {
  /** Missing where only the states of a task were recorded. */
  readonly main?: Recorded;
  readonly polls: readonly Recorded[];
}

export const FIXTURES = path.join(__dirname, "..", "fixtures");

export function loadRecording(): Recorded[] {
  return readFileSync(path.join(FIXTURES, "obshell-4.5.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Recorded);
}

/** The states of a task stand before the line that started it (if it was recorded to its end) or alone. */
export function unitsOf(recording: readonly Recorded[]): Unit[] {
  const units: Unit[] = [];
  let polls: Recorded[] = [];
  for (const line of recording) {
    const task = taskOf(line);
    const waiting = polls[0] && taskOf(polls[0]);
    if (waiting !== undefined && task !== waiting && line.name !== waiting) {
      units.push({ polls });
      polls = [];
    }
    if (task !== undefined) polls.push(line);
    else {
      units.push({ main: line, polls });
      polls = [];
    }
  }
  if (polls.length > 0) units.push({ polls });
  return units;
}

function taskOf(line: Recorded): string | undefined {
  return /^(.*)\/poll-\d+$/.exec(line.name)?.[1];
}
