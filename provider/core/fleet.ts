import { type Bag, omit, own, pick } from "./bag";
import type { ProviderError } from "./errors";
import type { AnyHandler, CallContext } from "./lifecycle";
import { containsUnknown, known } from "./unknowns";

/**
 * A fleet gives many members what a resource of their own would give to each. It composes the inputs of each member, and calls the handler of
 * the single resource for it: there are no rules, plans and calls but those.
 */

/** One of the single resources that every member of a fleet has. */
export interface FleetPart {
  readonly handler: AnyHandler;
  /** Output that holds its records: `"policies"`. */
  readonly output: string;
  /** Property of baseline and overrides under which its settings stand. Absent: they stand there themselves. */
  readonly under?: string;
  /** Its inputs that are settings of a member, computed ones too. Whether a member is done is told from these. */
  readonly settings: readonly string[];
  /** Those that `check` computes, and no program declares. */
  readonly computed: readonly string[];
  /** Settings that a member has from elsewhere than baseline and override. */
  added?(id: string, settings: Bag, inputs: Bag): Bag;
  /** The settings as they are for one member, where the fleet says them for all in general terms. */
  resolved?(id: string, settings: Bag): Bag;
  /** Takes what differs from member to member, such as ids, out of recorded values, and puts it back. */
  readonly extract: { out(shared: Bag): Extracted; back(extracted: Extracted): Bag };
  /** True where a record shows that a member is still on its way to what its settings say. */
  isUnderWay?(recorded: Bag): boolean;
  /** Takes charge of a member that has what it needs, by its recorded outputs, so that nobody else does. Throws where somebody has. */
  claim(recorded: Bag, context: CallContext): void;
}

export interface Extracted {
  readonly shared: Bag;
  readonly own: readonly string[];
}

/** What one kind of fleet is made of. Names are those that its program uses. */
export interface FleetResource {
  /** For messages: `"PolarDB backup policy fleet"`. */
  readonly object: string;
  /** One member, for messages: `"cluster"`. */
  readonly noun: string;
  /** Property that lists the members: `"clusters"`. */
  readonly members: string;
  /** The most members that may be listed: `"maxClusters"`. */
  readonly maximum: string;
  /** Property of the single resource that names a member: `"dbClusterId"`. */
  readonly memberId: string;
  /** Properties that the fleet passes on to every single resource as they are: connection, tokens, deadlines. */
  readonly common: readonly string[];
  /** Those of them whose change means other members. */
  readonly identity: readonly string[];
  /** Every input property. */
  readonly properties: readonly string[];
  readonly parts: readonly FleetPart[];
  /** Members that are worked on at a time. */
  parallelism(inputs: Bag): number;
  /** Where members must not all be changed at a time. */
  readonly bound?: ChangeBound;
  /** True for a failure that every other member would have too, beside a refused credential. */
  endsRun?(error: ProviderError): boolean;
  /** True for lines that must be told of every member, however many there are. */
  mustBeTold?(line: string): boolean;
  /** A sentence about one member as one about any: those that are then equal are said once. */
  general?(sentence: string, id: string): string;
  /** Tokens that these inputs need for as long as they stand. */
  standingTokens(inputs: Bag): readonly string[];
  /** What the preview says of a member beside where its settings come from. */
  describeMember?(id: string, inputs: Bag): string | undefined;
}

/** So many members may be in a change at a time, those included that a failure has left worse than they were. */
export interface ChangeBound {
  most(inputs: Bag): number;
  /** Of those that were left so, after their names: `"is without log archiving"`. */
  readonly harm: string;
  /** The property that sets it. */
  readonly property: string;
}

/** Left alone for a while, and why. */
export interface Exemption {
  readonly reason: string;
  /** The last day on which it counts, in UTC: `"2026-12-31"`. */
  readonly expires: string;
}

/** Who belongs to a fleet. */
export interface Membership {
  readonly managed: readonly string[];
  /** Listed, and not touched. */
  readonly exempt: readonly string[];
}

/** Undefined while somebody else still has to say who belongs to it. */
export function membershipOf({ members }: Pick<FleetResource, "members">, inputs: Bag): Membership | undefined {
  const listed = known(inputs[members]);
  const exempt = inputs.exempt ?? {};
  if (typeof listed !== "object" || listed === null || containsUnknown(exempt)) return undefined;
  const ids = (Array.isArray(listed) ? listed.map(String) : Object.keys(listed)).sort();
  const isExempt = (id: string): boolean => Object.hasOwn(exempt, id);
  return { managed: ids.filter((id) => !isExempt(id)), exempt: ids.filter(isExempt) };
}

/** The settings that one member should have. Undefined where the part is not declared for it. */
export function settingsOf(resource: FleetResource, part: FleetPart, id: string, inputs: Bag): Bag | undefined {
  const override = own((inputs.overrides ?? {}) as Readonly<Record<string, Bag>>, id);
  const [base, over] = [settingsIn(resource, part, inputs.baseline), settingsIn(resource, part, override)];
  const settings = { ...base, ...over };
  const added = part.added?.(id, settings, inputs) ?? {};
  const isDeclared = base !== undefined || over !== undefined || Object.keys(added).length > 0;
  if (!isDeclared) return undefined;
  const all = { ...added, ...settings };
  return part.resolved ? part.resolved(id, all) : all;
}

/** What baseline or an override says of a part. One that speaks of others only says nothing of it. */
export function settingsIn({ parts }: FleetResource, { under }: FleetPart, bag: unknown): Bag | undefined {
  if (!isBag(bag)) return undefined;
  if (under !== undefined) return isBag(bag[under]) ? bag[under] : undefined;
  const its = omit(
    bag,
    parts.flatMap((part) => part.under ?? []),
  );
  return Object.keys(its).length > 0 || Object.keys(bag).length === 0 ? its : undefined;
}

/** The inputs of a member's own resource. */
export function memberInputs(resource: FleetResource, id: string, settings: Bag, inputs: Bag): Bag {
  return { [resource.memberId]: id, ...settings, ...pick(inputs, resource.common) };
}

export function isBag(value: unknown): value is Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Ids for a message: the first ones, and how many more there are. */
export function named(ids: readonly string[], most = 10): string {
  const first = ids.slice(0, most).join(", ");
  return ids.length > most ? `${first} and ${ids.length - most} more` : first;
}

/** `1 cluster`, `2 clusters`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
