import type { Bag } from "../../../../provider/core/bag";
import { problemsOfEnd, problemsOfError, problemsOfSecrets, problemsOfState } from "./check";
import type { MatrixFault } from "./faults";
import type { Target } from "./network";
import type { Operation, Scene, Subject } from "./scene";

/** What the operation does when nothing goes wrong. */
export interface Recording {
  /** Names of the calls, in order. */
  readonly calls: readonly string[];
  readonly effects: readonly string[];
  /** What the server has at the end. */
  readonly wanted: Bag;
}

export interface Case<Server> {
  readonly fault: MatrixFault<Server>;
  readonly target: Target;
}

export interface Outcome {
  readonly resource: string;
  readonly operation: string;
  readonly call: string;
  readonly fault: string;
  readonly isLasting: boolean;
  /** The run with the fault ended in an error. */
  readonly hasFailed: boolean;
  /** Sentences; none if the case has passed. */
  readonly problems: readonly string[];
}

export async function record<Server>(operation: Operation<Server>): Promise<Recording> {
  const scene = await operation.start();
  try {
    await run(scene);
    await scene.settle();
    return { calls: scene.journal.operations(), effects: scene.effects(true), wanted: scene.live() };
  } finally {
    await scene.close();
  }
}

/**
 * Every fault on the first of each call that is new to the matrix, once and for as long as the run lasts; what cannot be overcome ends
 * the run at once, so that the two are the same. Core faults last from every other call on, but for those in the middle of a poll,
 * which differ from their neighbours by nothing but time.
 */
export function casesOf<Server>(
  { isWrite, distinct }: Subject<Server>,
  { calls }: Recording,
  fault: MatrixFault<Server>,
  news: ReadonlySet<string>,
): Case<Server>[] {
  const known = new Set<string>();
  return calls.flatMap((call, index) => {
    const occurrence = calls.slice(0, index + 1).filter((other) => other === call).length;
    const isFirst = !known.has(distinct(call));
    known.add(distinct(call));
    if (fault.writesOnly && !isWrite(call)) return [];
    const once = { fault, target: { call, occurrence, isLasting: false } };
    const lasting = { fault, target: { call, occurrence, isLasting: true } };
    if (isFirst && news.has(distinct(call))) return fault.isOvercome ? [once, lasting] : [once];
    const isAmidPoll = calls[index - 1] === call && calls[index + 1] === call;
    return fault.isCore && !isAmidPoll ? [lasting] : [];
  });
}

/** Runs the operation into the fault, looks at what it has left, and runs it again without. */
export async function runCase<Server>(
  { resource, isWrite }: Subject<Server>,
  operation: Operation<Server>,
  recording: Recording,
  { fault, target }: Case<Server>,
): Promise<Outcome> {
  const scene = await operation.start();
  const { network, server, stack } = scene;
  const problems: string[] = [];
  let error: unknown;
  try {
    network.disturb(target, fault.interfere(server, target.call));
    await run(scene).catch((thrown: unknown) => {
      error = thrown;
    });
    network.heal();
    fault.heal?.(server);
    if (network.hits === 0) problems.push("the call was not made");
    const isRead = !isWrite(target.call);
    // What a call should have brought about is waited for when its answer was lost, and also when nothing can be seen for long.
    const isWaitedFor = isRead ? target.isLasting : fault.losesAnswer;
    const kinds = isWaitedFor ? [...fault.kinds, "WaitTimeout" as const] : fault.kinds;
    if (error !== undefined) problems.push(...problemsOfError(error, kinds));
    if (error !== undefined && isRead && !target.isLasting && fault.isOvercome) {
      problems.push(`a read that failed once ended the run: ${String(error)}`);
    }
    if (error !== undefined || scene.act !== "destroy") {
      problems.push(...(await problemsOfState(scene, recording, fault.isApplied)));
    }
    if (error !== undefined) await run(scene);
    await scene.settle();
    problems.push(...(await problemsOfEnd(scene, recording, fault.isApplied)));
    problems.push(...problemsOfSecrets([...stack.log, textOf(error)], scene.secrets));
  } catch (thrown) {
    problems.push(`the run without the fault failed: ${textOf(thrown)}`);
  } finally {
    await scene.close();
  }
  return {
    resource,
    operation: operation.name,
    call: target.call,
    fault: fault.name,
    isLasting: target.isLasting,
    hasFailed: error !== undefined,
    problems,
  };
}

async function run<Server>({ stack, act, program }: Scene<Server>): Promise<void> {
  if (act === "up") await stack.up(program);
  else if (act === "refresh") await stack.refresh();
  else await stack.destroy();
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : String(error ?? "");
}
