import { randomBytes } from "node:crypto";
import { type Bag, omit } from "./bag";
import { isProviderError } from "./errors";
import { type FleetPart, type FleetResource, memberInputs, membershipOf, named, settingsIn } from "./fleet";
import { DesiredSettings } from "./fleetDesired";
import { FleetLog } from "./fleetLog";
import { leavingImpacts } from "./fleetMembers";
import {
  isInDoubt,
  type MemberRecord,
  outputsOf,
  packRecords,
  recordOf,
  SettingsTexts,
  unpackRecords,
} from "./fleetRecords";
import { type FleetFailures, type FleetRunOptions, fleetError, forEachMember } from "./fleetRun";
import { refusal } from "./impact";
import { type CallContext, PartialFailure } from "./lifecycle";

/** Output that says of each member that failed why. */
export const FAILED = "failed";

const MOST_OF_A_REASON = 300;

/** Listed members that are exempt: no record tells of them. */
const EXEMPTED = "exempted";

/** One part of a fleet while it is worked on. */
interface PartWork {
  readonly part: FleetPart;
  readonly records: Map<string, MemberRecord>;
  readonly desired: DesiredSettings;
  readonly texts: SettingsTexts;
}

/** `create` and `update` are one flow: whoever has what is declared gets no call, the others get what their own resource would do. */
export async function applyFleet(
  resource: FleetResource,
  id: string | undefined,
  olds: Bag,
  inputs: Bag,
  context: CallContext,
): Promise<{ readonly id: string; readonly outputs: Bag }> {
  const { parts, noun } = resource;
  const { managed, exempt } = membershipOf(resource, inputs) ?? { managed: [], exempt: [] };
  const work = parts.map((part) => ({
    part,
    records: unpackRecords(resource, part, olds),
    desired: new DesiredSettings(resource, part, inputs),
    texts: new SettingsTexts(part),
  }));
  const recorded = new Set(work.flatMap(({ records }) => [...records.keys()]));
  const listed = new Set([...managed, ...exempt]);
  const gone = [...recorded].filter((member) => !listed.has(member));
  const refused = refusal(leavingImpacts(resource, gone, recorded.size), (inputs.accept ?? []) as readonly string[]);
  if (refused) throw refused;

  // Not made of the members: two clusters may have tenants of the same names.
  const fleetId = id ?? `fleet-${randomBytes(6).toString("hex")}`;
  const log = new FleetLog(context.log, noun, resource.mustBeTold);
  const failures: FleetFailures = new Map();
  const run = async (
    ids: readonly string[],
    options: FleetRunOptions,
    one: (member: string) => Promise<void>,
  ): Promise<void> => {
    if (ids.length === 0) return;
    for (const [member, error] of await forEachMember(ids, options, one)) failures.set(member, error);
  };
  for (const member of exempt) for (const { records } of work) records.delete(member);
  const toDo = new Set(managed.filter((member) => work.some((partWork) => due(partWork, member))));
  const claim = ({ part, records }: PartWork, member: string): void => {
    const record = records.get(member);
    if (record) part.claim(outputsOf(resource, part, member, record, olds), context);
  };
  for (const member of managed) if (!toDo.has(member)) claimAll(work, member, claim, failures);
  // Whoever was left worse than it was found comes first, so that it has a place before anybody else is changed.
  const inDoubt = (member: string): boolean => work.some(({ part, records }) => isDoubtful(part, records.get(member)));
  const inOrder = [...[...toDo].filter(inDoubt), ...[...toDo].filter((member) => !inDoubt(member))];
  const options = changeOptions(resource, inputs, context);
  const changing = { ...context, exclusive: context.exclusive.wide(resource.bound ? options.limit : 1) };
  await run(inOrder, options, (member) => applyMember(resource, work, member, inputs, olds, changing, log));
  // Last, so that whoever takes them over in this run has had the time to do so.
  const leaving = [...recorded].filter((member) =>
    work.some(({ records, desired }) => records.has(member) && (!listed.has(member) || !desired.of(member))),
  );
  await run(leaving, runOptions(resource, inputs, context), (member) =>
    leaveMember(resource, work, member, listed.has(member), olds, context, log),
  );
  log.close();

  const outputs = fleetOutputs(resource, work, inputs, exempt, failures, context);
  if (failures.size === 0) return { id: fleetId, outputs };
  const tried = new Set([...toDo, ...leaving, ...failures.keys()]);
  const error = fleetError(failures, tried.size, noun, FAILED);
  // A fleet of which nothing is known yet is not there.
  if (id === undefined && work.every(({ records }) => records.size === 0)) throw error;
  throw new PartialFailure(fleetId, outputs, error);
}

/** Members at a time: each works on all of its parts at once. */
export function limitOf(resource: FleetResource, inputs: Bag): number {
  const limit = resource.parallelism(inputs);
  const bags = [inputs.baseline, ...Object.values((inputs.overrides ?? {}) as Bag)];
  const declared = resource.parts.filter((part) => bags.some((bag) => settingsIn(resource, part, bag) !== undefined));
  return Math.max(1, Math.floor(limit / Math.max(1, declared.length)));
}

export function runOptions(resource: FleetResource, inputs: Bag, { clock, log }: CallContext): FleetRunOptions {
  const { noun, endsRun } = resource;
  return { limit: limitOf(resource, inputs), noun, clock, log, endsRun };
}

function changeOptions(resource: FleetResource, inputs: Bag, context: CallContext): FleetRunOptions {
  const options = runOptions(resource, inputs, context);
  const { bound } = resource;
  if (!bound) return options;
  const most = bound.most(inputs);
  return {
    ...options,
    limit: most,
    harm: (ids) => `${named(ids)} ${bound.harm}, and ${bound.property} allows no more than ${most} at a time`,
  };
}

function isDoubtful(part: FleetPart, record: MemberRecord | undefined): boolean {
  return record !== undefined && isInDoubt(part, record);
}

function due({ part, records, desired, texts }: PartWork, member: string): boolean {
  const [record, wanted] = [records.get(member), desired.of(member)];
  if (!wanted) return false;
  return !record || isInDoubt(part, record) || texts.of(record) !== wanted.text;
}

/** Nothing is to be done for it, and yet it is ours. */
function claimAll(
  work: readonly PartWork[],
  member: string,
  claim: (partWork: PartWork, member: string) => void,
  failures: FleetFailures,
): void {
  for (const partWork of work) {
    try {
      claim(partWork, member);
    } catch (error) {
      if (!isProviderError(error)) throw error;
      failures.set(member, error);
    }
  }
}

/** All parts of a member at a time, as the engine would start its resources: they find their order by themselves. */
async function applyMember(
  resource: FleetResource,
  work: readonly PartWork[],
  member: string,
  inputs: Bag,
  olds: Bag,
  context: CallContext,
  log: FleetLog,
): Promise<void> {
  const own = { ...context, log: (line: string) => log.say(member, line) };
  const results = await Promise.allSettled(
    work.map(async (partWork) => {
      const { part, records, desired } = partWork;
      const wanted = desired.of(member);
      if (!wanted) return;
      const record = records.get(member);
      if (record && !due(partWork, member)) {
        part.claim(outputsOf(resource, part, member, record, olds), context);
        return;
      }
      const next = memberInputs(resource, member, wanted.settings, inputs);
      try {
        const outputs = record
          ? await part.handler.update(member, outputsOf(resource, part, member, record, olds), next, own)
          : (await part.handler.create(next, own)).outputs;
        records.set(member, recordOf(resource, part, outputs as Bag));
      } catch (error) {
        if (error instanceof PartialFailure) {
          records.set(member, recordOf(resource, part, error.outputs as Bag, { unfinished: true }));
          throw error.error;
        }
        // What does not exist is not managed. The list still names it, so that the next run says so again.
        if (isProviderError(error) && error.kind === "NotFound") records.delete(member);
        throw error;
      }
    }),
  );
  rethrow(results);
}

/** What deleting the member's own resources would do, in the opposite order. */
async function leaveMember(
  resource: FleetResource,
  work: readonly PartWork[],
  member: string,
  isListed: boolean,
  olds: Bag,
  context: CallContext,
  log: FleetLog,
): Promise<void> {
  const own = { ...context, log: (line: string) => log.say(member, line) };
  // A part that is declared no more is managed no more, as a property that a program leaves out; only members that leave are deleted.
  const inputs = isListed ? omit(olds, ["onDelete"]) : olds;
  for (const { part, records, desired } of work.toReversed()) {
    const record = records.get(member);
    if (!record || (isListed && desired.of(member))) continue;
    await deleteMember(resource, part, member, record, inputs, own);
    records.delete(member);
  }
}

export async function deleteMember(
  resource: FleetResource,
  part: FleetPart,
  member: string,
  record: MemberRecord,
  olds: Bag,
  context: CallContext,
): Promise<void> {
  try {
    await part.handler.delete(member, outputsOf(resource, part, member, record, olds), context);
  } catch (error) {
    if (!isProviderError(error) || error.kind !== "NotFound") throw error;
  }
}

/** The first failure, with those of the other parts behind it. */
function rethrow(results: readonly PromiseSettledResult<void>[]): void {
  const [first, ...others] = results.flatMap((result) =>
    result.status === "rejected" ? [result.reason as unknown] : [],
  );
  if (first === undefined) return;
  if (!isProviderError(first) || others.length === 0) throw first;
  throw first.with({
    advice: [first.facts.advice, ...others.map((other) => `Also: ${(other as Error).message}`)].join(" "),
  });
}

export function fleetOutputs(
  resource: FleetResource,
  work: readonly { readonly part: FleetPart; readonly records: ReadonlyMap<string, MemberRecord> }[],
  inputs: Bag,
  exempt: readonly string[],
  failures: FleetFailures,
  { redactor }: CallContext,
): Bag {
  const reasons = [...failures].map(([member, { message }]) => [member, shortened(redactor.redact(message))]);
  return {
    ...omit(inputs, [resource.members]),
    ...Object.fromEntries(work.map(({ part, records }) => [part.output, packRecords(resource, records)])),
    ...(exempt.length > 0 ? { [EXEMPTED]: exempt.map(encodeURIComponent).join(" ") } : {}),
    ...(failures.size > 0 ? { [FAILED]: Object.fromEntries(reasons) } : {}),
  };
}

/** State holds one of these for each member that failed, and the first ones stand in the error in full. */
function shortened(reason: string): string {
  return reason.length <= MOST_OF_A_REASON ? reason : `${reason.slice(0, MOST_OF_A_REASON)}…`;
}

/** Who was exempt when the outputs were recorded. */
export function exemptedIn(outputs: Bag): string[] {
  const text = (outputs[EXEMPTED] ?? "") as string;
  return text === "" ? [] : text.split(" ").map(decodeURIComponent);
}
