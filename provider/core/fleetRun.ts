import type { Clock } from "./clock";
import { hasKind, isProviderError, messageOf, ProviderError } from "./errors";
import { counted, named } from "./fleet";
import { FleetProgress } from "./fleetProgress";

const MOST_TOLD = 10;

export interface FleetRunOptions {
  readonly limit: number;
  readonly noun: string;
  readonly clock: Clock;
  log(line: string): void;
  endsRun?(error: ProviderError): boolean;
  /** Says of members that a failure has left worse than they were why no other one is begun. */
  readonly harm?: (ids: readonly string[]) => string;
}

/** Failures by member, in the order in which they came. */
export type FleetFailures = Map<string, ProviderError>;

/**
 * Does something for each member, so many at a time. A failure of one does not hold up the others, but one that all would have ends the
 * run: nobody wants thousands of calls with a wrong key. A member that is left worse than it was keeps its place: when all places are
 * taken so, no other member is begun.
 */
export async function forEachMember(
  ids: readonly string[],
  { limit, noun, clock, log, endsRun, harm }: FleetRunOptions,
  work: (id: string) => Promise<void>,
): Promise<FleetFailures> {
  const failures: FleetFailures = new Map();
  const progress = new FleetProgress(ids.length, noun, clock, log);
  const left = [...ids];
  const harmed: string[] = [];
  let fatal: ProviderError | undefined;
  const place = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      const failure = await failureOf(id, work);
      if (failure) failures.set(id, failure);
      progress.count(failure !== undefined);
      if (failure && (hasKind(failure, "Unauthenticated") || endsRun?.(failure))) fatal ??= failure;
      if (failure?.facts.leavesHarm) harmed.push(id);
      if (fatal || failure?.facts.leavesHarm) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, ids.length) }, place));
  for (const id of left) failures.set(id, fatal ? notTried(fatal) : tooMuchHarm(harmed, harm));
  if (ids.length > 1) progress.end();
  return failures;
}

function notTried(fatal: ProviderError): ProviderError {
  return fatal.with({ problem: `not tried: ${fatal.facts.problem}` });
}

function tooMuchHarm(harmed: readonly string[], harm: FleetRunOptions["harm"]): ProviderError {
  return new ProviderError({ kind: "Conflict", problem: `not tried: ${harm?.(harmed) ?? named(harmed)}` });
}

async function failureOf(id: string, work: (id: string) => Promise<void>): Promise<ProviderError | undefined> {
  try {
    await work(id);
    return undefined;
  } catch (error) {
    return asProviderError(error);
  }
}

/** A bug in one member's work must not lose what is known of the others. */
function asProviderError(error: unknown): ProviderError {
  return isProviderError(error)
    ? error
    : new ProviderError({ kind: "UnexpectedResponse", problem: `unexpected: ${messageOf(error)}`, cause: error });
}

/** One error for all: how many, the first ones with their reasons, and the others by number. */
export function fleetError(failures: FleetFailures, total: number, noun: string, output?: string): ProviderError {
  const byReason = new Map<string, { readonly message: string; readonly ids: string[] }>();
  for (const [id, { message }] of failures) {
    // The same failure of many reads the same, but for what names one of them.
    const reason = message.replace(/, request [^\],]+/, "").replaceAll(id, "");
    const entry = byReason.get(reason);
    if (entry) entry.ids.push(id);
    else byReason.set(reason, { message, ids: [id] });
  }
  const told: string[] = [];
  let left = MOST_TOLD;
  for (const { message, ids } of byReason.values()) {
    if (left <= 0) break;
    told.push(`${named(ids, left)}: ${message}`);
    left -= ids.length;
  }
  const kinds = new Set([...failures.values()].map(({ kind }) => kind));
  const [kind = "PartialApply"] = kinds;
  const isCut = left < 0 || told.length < byReason.size;
  const more = isCut && output !== undefined ? ` All of them are in the output ${output}.` : "";
  return new ProviderError({
    kind: kinds.size === 1 && failures.size === total ? kind : "PartialApply",
    problem: `${failures.size} of ${counted(total, noun)} failed: ${told.join(" ")}`,
    advice: `${failures.size < total ? "The others are done. " : ""}Run the command again for those that are left.${more}`,
  });
}
