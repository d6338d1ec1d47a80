import type { Bag, Path } from "./bag";
import type { checkInputs } from "./checkInputs";
import { counted, type FleetResource, membershipOf } from "./fleet";
import { applyFleet, deleteMember, runOptions } from "./fleetApply";
import { checkFleet } from "./fleetCheck";
import { fleetDiff } from "./fleetDiff";
import { FleetLog } from "./fleetLog";
import { readFleet } from "./fleetRead";
import { unpackRecords } from "./fleetRecords";
import { fleetError, forEachMember } from "./fleetRun";
import type { ResourceHandler } from "./lifecycle";
import type { Violation } from "./violations";

export interface FleetHandlerOptions<Inputs extends object> extends FleetResource {
  readonly schema: Parameters<typeof checkInputs<Inputs>>[1];
  /** Beside those of the single resources and those that every fleet has. */
  readonly rules: Parameters<typeof checkInputs<Inputs>>[2];
  /** Gives violations of the schema their documented ids, where a vendor's rules have them. */
  withIds?(violations: readonly Violation[]): Violation[];
  isSecret(path: Path, bag: Bag): boolean;
  secrets(bag: Bag): readonly string[];
}

/** The six calls of a fleet. */
export function fleetHandler<Inputs extends object>(
  resource: FleetHandlerOptions<Inputs>,
): ResourceHandler<Inputs, Bag> {
  const { object, noun, parts } = resource;
  return {
    object,
    isSecret: resource.isSecret,
    secrets: resource.secrets,

    identity(bag) {
      const membership = membershipOf(resource, bag);
      return membership && counted(membership.managed.length, noun);
    },

    check(news, olds, context) {
      const schema = resource.schema as unknown as Parameters<typeof checkFleet>[1];
      const rules = resource.rules as unknown as Parameters<typeof checkFleet>[2];
      const { inputs, violations } = checkFleet(resource, schema, rules, news, olds, context);
      return { inputs: inputs as Inputs, violations: resource.withIds?.(violations) ?? violations };
    },

    diff: (olds, news, context) => fleetDiff(resource, olds, news as Bag, context),

    create: (inputs, context) => applyFleet(resource, undefined, {}, inputs as Bag, context),

    async update(id, olds, inputs, context) {
      const { outputs } = await applyFleet(resource, id, olds, inputs as Bag, context);
      return outputs;
    },

    async read(_id, recorded, context) {
      const result = await readFleet(resource, recorded, context);
      return result && { ...result, inputs: result.inputs as Inputs };
    },

    async delete(_id, recorded, context) {
      const work = parts.map((part) => ({ part, records: unpackRecords(resource, part, recorded) })).reverse();
      const ids = [...new Set(work.flatMap(({ records }) => [...records.keys()]))];
      const log = new FleetLog(context.log, noun, resource.mustBeTold);
      const failures = await forEachMember(ids, runOptions(resource, recorded, context), async (id) => {
        const own = { ...context, log: (line: string) => log.say(id, line) };
        for (const { part, records } of work) {
          const record = records.get(id);
          if (record) await deleteMember(resource, part, id, record, recorded, own);
        }
      });
      log.close();
      if (failures.size > 0) throw fleetError(failures, ids.length, noun, undefined);
    },
  };
}
