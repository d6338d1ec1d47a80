import type { Agent } from "./agent";
import type { Database } from "./database";
import { ObshellError } from "./errors";
import type { World } from "./world";

/** What the code of a sub-task works with. */
export interface StepContext {
  readonly world: World;
  readonly database: Database;
  /** The agent that runs it. */
  readonly agent: Agent;
  /** The sub-task's number, which some messages carry. */
  readonly taskId: number;
  log(line: string): void;
}

/**
 * The code of a sub-task as a generator: it yields how many milliseconds it sleeps. Yielding 0 after a statement lets another
 * task run in between, because obshell does not serialise cluster-level tasks.
 */
export type Steps = Generator<number, void, undefined>;
export type TaskSteps = (context: StepContext) => Steps;

const POLL_MS = 1_000;

/** Adds obshell's context to whatever the steps fail with. */
export function* within(context: string, steps: Steps): Steps {
  try {
    yield* steps;
  } catch (error) {
    throw error instanceof ObshellError ? error.wrap(context) : error;
  }
}

/** `within` for code that does not sleep. */
export function inContext<T>(context: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof ObshellError ? error.wrap(context) : error;
  }
}

/** obshell's waiting loop: looks, sleeps a second, and gives up after so many looks. */
export function* waitUntil(
  context: StepContext,
  looks: number,
  isReached: () => boolean,
  onTimeout: () => ObshellError,
): Steps {
  for (let look = 0; look < looks; look += 1) {
    context.database.requireUsable();
    if (isReached()) return;
    yield POLL_MS;
  }
  throw onTimeout();
}
