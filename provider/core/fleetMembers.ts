import type { Bag } from "./bag";
import { counted, type Exemption, type FleetResource, named } from "./fleet";
import { acceptable, type Impact } from "./impact";
import { known } from "./unknowns";
import type { Violation } from "./violations";

/** Of a list that is wrong as a whole, so many mistakes show what is the matter. */
const MOST_TOLD = 10;

/** Rules that every kind of fleet has, with where they come from. Their ids stand in messages, and in the guides. */
export const FLEET_RULES = {
  unique: { id: "fleet-members-unique", source: "Ours: two mentions of one would be two opinions" },
  override: { id: "fleet-override-of-member", source: "Ours: a misspelt id would be an override without effect" },
  exemption: { id: "fleet-exemption-of-member", source: "Ours: a misspelt id would exempt nobody" },
  maximum: { id: "fleet-maximum", source: "Ours: a lookup that finds too much must not touch it" },
  expired: { id: "fleet-exemption-expired", source: "Ours: exemptions are for a time" },
  common: { id: "fleet-common-property", source: "Ours: connection and tokens belong to the fleet" },
} as const;

/** What must hold for the list of members and for what names one of them. Rules wait for what is not known yet. */
export function membershipViolations(resource: FleetResource, inputs: Bag, olds: Bag, now: number): Violation[] {
  const before = new Set(idsIn(resource, olds));
  return [
    ...repeated(resource, inputs),
    ...ofOthers(resource, inputs, before, "overrides", FLEET_RULES.override.id, "so it would have no effect"),
    ...ofOthers(resource, inputs, before, "exempt", FLEET_RULES.exemption.id, "so it exempts nobody"),
    ...tooMany(resource, inputs),
    ...expired(resource, inputs, now),
  ];
}

function idsIn({ members }: FleetResource, inputs: Bag): readonly string[] | undefined {
  const listed = known(inputs[members]);
  if (typeof listed !== "object" || listed === null) return undefined;
  return Array.isArray(listed) ? listed.map(String) : Object.keys(listed);
}

function repeated(resource: FleetResource, inputs: Bag): Violation[] {
  const seen = new Set<string>();
  const found = (idsIn(resource, inputs) ?? []).flatMap((id, index) => {
    const isRepeated = seen.has(id);
    seen.add(id);
    return isRepeated ? [index] : [];
  });
  return found.slice(0, MOST_TOLD).map((index) => ({
    path: [resource.members, index],
    rule: `is in the list already; name each ${resource.noun} once`,
    id: FLEET_RULES.unique.id,
  }));
}

function ofOthers(
  resource: FleetResource,
  inputs: Bag,
  before: ReadonlySet<string>,
  property: "overrides" | "exempt",
  rule: string,
  consequence: string,
): Violation[] {
  const ids = idsIn(resource, inputs);
  if (!ids) return [];
  const listed = new Set(ids);
  return Object.keys(known(inputs[property]) ?? {})
    .filter((id) => !listed.has(id))
    .slice(0, MOST_TOLD)
    .map((id) => ({
      path: [property, id],
      rule: before.has(id)
        ? `was in ${resource.members} until now and is missing there, ${consequence}; if it exists, look at what fills the list, otherwise remove it here`
        : `is not in ${resource.members}, ${consequence}; correct the id, add it there, or remove it here`,
      id: rule,
      showValue: false,
    }));
}

function tooMany(resource: FleetResource, inputs: Bag): Violation[] {
  const count = idsIn(resource, inputs)?.length ?? 0;
  const most = known(inputs[resource.maximum]);
  if (typeof most !== "number" || count <= most) return [];
  return [
    {
      path: [resource.maximum],
      rule: `is less than the ${counted(count, resource.noun)} that ${resource.members} lists; look at the list, then raise it if they are all meant`,
      id: FLEET_RULES.maximum.id,
    },
  ];
}

function expired({ noun }: FleetResource, inputs: Bag, now: number): Violation[] {
  const today = new Date(now).toISOString().slice(0, 10);
  return Object.entries((inputs.exempt ?? {}) as Readonly<Record<string, Exemption>>).flatMap(([id, exemption]) => {
    const expires = known(exemption)?.expires;
    if (typeof expires !== "string" || known(expires) === undefined || expires >= today) return [];
    return [
      {
        path: ["exempt", id, "expires"],
        rule: `is over, so ${id} is not exempt any more: remove the exemption to have the ${noun} managed, or give it a later date`,
        id: FLEET_RULES.expired.id,
      },
    ];
  });
}

/**
 * The members that leave, when they are more than a tenth of those on record: a lookup that finds less than there is must not end the
 * management of a fleet.
 */
export function leavingImpacts(
  { members, noun }: FleetResource,
  leaving: readonly string[],
  recorded: number,
): Impact[] {
  if (leaving.length * 10 <= recorded) return [];
  return [
    acceptable(
      "unmanagesMany",
      members,
      leaving.length,
      `${leaving.length} of ${counted(recorded, noun)} leave ${members} at once and are no longer managed: ${named(leaving)}.`,
    ),
  ];
}
