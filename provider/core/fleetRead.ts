import { type Bag, omit, pick, sameJson } from "./bag";
import { type FleetPart, type FleetResource, named, settingsOf } from "./fleet";
import { exemptedIn, FAILED, fleetOutputs, runOptions } from "./fleetApply";
import { describedMembers } from "./fleetCheck";
import { FleetLog } from "./fleetLog";
import { type MemberRecord, outputsOf, recordOf, unpackRecords } from "./fleetRecords";
import { fleetError, forEachMember } from "./fleetRun";
import type { CallContext, ReadResult } from "./lifecycle";

const MOST_SENTENCES = 20;

/**
 * Looks at every member. Who is gone leaves the records, so that the next preview shows it as one to be added; undefined when that is true of
 * all.
 */
export async function readFleet(
  resource: FleetResource,
  outputs: Bag,
  context: CallContext,
): Promise<ReadResult<Bag, Bag> | undefined> {
  const { parts, noun, properties, members } = resource;
  const work = parts.map((part) => ({ part, records: unpackRecords(resource, part, outputs) }));
  const ids = [...new Set(work.flatMap(({ records }) => [...records.keys()]))];
  const exempt = exemptedIn(outputs);
  const inputs = pick(outputs, properties);
  const log = new FleetLog(context.log, noun, resource.mustBeTold);
  const drift = new DriftSentences();
  const failures = await forEachMember(ids, runOptions(resource, outputs, context), async (id) => {
    const own = { ...context, log: (line: string) => log.say(id, line) };
    await Promise.all(
      work.map(async ({ part, records }) => {
        const record = records.get(id);
        if (!record) return;
        // What is declared, not what was on record before a change that failed, is what live values are compared with.
        const declared = settingsOf(resource, part, id, outputs) ?? pick(record.shared, part.settings);
        const before = omit(outputsOf(resource, part, id, record, outputs), part.settings);
        const result = await part.handler.read(id, { ...before, ...declared }, own);
        if (!result) {
          records.delete(id);
          own.log(`${id}: the ${noun} does not exist any more`);
          return;
        }
        const recorded = recordOf(resource, part, result.outputs as Bag, { drift: result.drift });
        records.set(id, recorded);
        for (const sentence of [...differences(resource, part, id, recorded, outputs), ...result.drift])
          drift.add(id, sentence);
      }),
    );
  });
  log.close();
  // Half of a refresh would pass for all of it.
  if (failures.size > 0) throw fleetError(failures, ids.length, noun, undefined);

  const left = new Set(work.flatMap(({ records }) => [...records.keys()]));
  if (left.size === 0 && ids.length > 0 && exempt.length === 0) return undefined;
  const listed = Object.fromEntries(describedMembers(resource, { managed: [...left], exempt }, inputs));
  const failed = Object.entries((outputs[FAILED] ?? {}) as Readonly<Record<string, string>>);
  const stillFailed = failed.filter(([id]) => !left.has(id));
  return {
    inputs: { ...inputs, [members]: listed },
    outputs: {
      ...fleetOutputs(resource, work, inputs, exempt, new Map(), context),
      ...(stillFailed.length > 0 ? { [FAILED]: Object.fromEntries(stillFailed) } : {}),
    },
    drift: drift.sentences(),
  };
}

/** Settings whose live value is not the declared one. */
function differences(
  resource: FleetResource,
  part: FleetPart,
  id: string,
  record: MemberRecord,
  inputs: Bag,
): string[] {
  const declared = settingsOf(resource, part, id, inputs) ?? {};
  const live = part.extract.back(record);
  const name = (setting: string): string => (part.under === undefined ? setting : `${part.under}.${setting}`);
  return part.settings
    .filter((setting) => !part.computed.includes(setting) && !sameJson(live[setting], declared[setting]))
    .map((setting) => {
      const [is, was] = [live[setting], declared[setting]];
      const values = `${JSON.stringify(is) ?? "not set"} instead of ${JSON.stringify(was) ?? "not managed"}`;
      return values.length <= 120 ? `${name(setting)} is ${values}` : `${name(setting)} differs`;
    });
}

/** Each sentence once, with the members that it is about. */
class DriftSentences {
  private readonly ids = new Map<string, string[]>();

  add(id: string, sentence: string): void {
    const ids = this.ids.get(sentence);
    if (ids) ids.push(id);
    else this.ids.set(sentence, [id]);
  }

  sentences(): string[] {
    const all = [...this.ids].map(([sentence, ids]) => `${named(ids.sort())}: ${sentence}`).sort();
    const more = all.length - MOST_SENTENCES;
    return more > 0 ? [...all.slice(0, MOST_SENTENCES), `and ${more} more differences`] : all;
  }
}
