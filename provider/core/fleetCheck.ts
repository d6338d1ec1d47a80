import { type Bag, canonicalText, formatPath, omit, own, type Path, pick } from "./bag";
import { type CheckedInputs, checkInputs } from "./checkInputs";
import {
  type FleetPart,
  type FleetResource,
  isBag,
  type Membership,
  memberInputs,
  membershipOf,
  settingsIn,
  settingsOf,
} from "./fleet";
import { FLEET_RULES, membershipViolations } from "./fleetMembers";
import type { CallContext } from "./lifecycle";
import { known, UNKNOWN } from "./unknowns";
import type { Violation } from "./violations";

/** Computed beside the settings of an override, and so kept with it. */
type Overrides = Readonly<Record<string, Bag>>;

/**
 * Checks the baseline once and each distinct override once, as the inputs of single resources, so that the work does not grow with the
 * members. Violations name the place in the fleet's own inputs.
 */
export function checkFleet(
  resource: FleetResource,
  schema: Parameters<typeof checkInputs<Bag>>[1],
  rules: Parameters<typeof checkInputs<Bag>>[2],
  news: Bag,
  olds: Bag,
  context: CallContext,
): CheckedInputs<Bag> {
  const now = context.clock.now();
  const outer = checkInputs(news, schema, [...rules, (inputs) => membershipViolations(resource, inputs, olds, now)]);
  const check = (id: string | undefined, overrides: Overrides, recorded: Overrides) =>
    checkMember(resource, id, { ...outer.inputs, overrides }, { ...olds, overrides: recorded }, context);

  const baseline = check(undefined, {}, {});
  const overrides: Record<string, unknown> = {};
  const violations = [...outer.violations, ...baseline.violations];
  const checked = new Map<string, unknown>();
  const declared = outer.inputs.overrides;
  for (const [id, override] of isBag(declared) ? Object.entries(declared) : []) {
    if (!isBag(override)) {
      overrides[id] = override;
      continue;
    }
    const recorded = own((olds.overrides ?? {}) as Overrides, id);
    const text = canonicalText([override, recorded]);
    if (!checked.has(text)) {
      const result = check(id, { [id]: override }, recorded ? { [id]: recorded } : {});
      violations.push(...result.violations.map((violation) => causedBy(id, violation, baseline.violations)));
      checked.set(text, overrideOf(resource, override, result.inputs, baseline.inputs));
    }
    overrides[id] = checked.get(text);
  }
  const inputs = {
    ...outer.inputs,
    ...(isBag(outer.inputs.baseline) ? { baseline: baseline.inputs } : {}),
    ...(isBag(declared) ? { overrides } : {}),
  };
  return { inputs: { ...inputs, ...membersByName(resource, inputs) }, violations: distinct(violations) };
}

/** What is wrong with the baseline only because of an override is said of that. */
function causedBy(id: string, violation: Violation, ofBaseline: readonly Violation[]): Violation {
  const { path, rule } = violation;
  const isSame = (other: Violation): boolean => other.rule === rule && formatPath(other.path) === formatPath(path);
  if (path[0] !== "baseline" || ofBaseline.some(isSame)) return violation;
  return {
    ...violation,
    path: ["overrides", id],
    rule: `does not go with ${formatPath(path)}, which ${rule}`,
    showValue: false,
  };
}

/** Checks what a member would be given, and returns its settings as baseline and overrides spell them. */
function checkMember(
  resource: FleetResource,
  overridden: string | undefined,
  inputs: Bag,
  olds: Bag,
  context: CallContext,
): { readonly inputs: Bag; readonly violations: Violation[] } {
  const id = overridden ?? membershipOf(resource, inputs)?.managed[0] ?? UNKNOWN;
  const override = overridden === undefined ? {} : (own(inputs.overrides as Overrides, overridden) as Bag);
  const place: Path = overridden === undefined ? ["baseline"] : ["overrides", overridden];
  const source = overridden === undefined ? inputs.baseline : override;
  const violations = [...misplaced(resource, place, source)];
  let settings: Bag = {};
  // What is said for all stays as it is said.
  for (const part of resource.parts.map((one) => ({ ...one, resolved: undefined }))) {
    const { under } = part;
    // What is not known yet, or no object at all, stays as it is.
    if (under !== undefined && isBag(source) && source[under] !== undefined && !isBag(source[under])) {
      settings = { ...settings, [under]: source[under] };
    }
    const declared = settingsOf(resource, part, id, inputs);
    if (declared === undefined) continue;
    const told = {
      ...context,
      log: (line: string) => context.log(`${formatPath(place)}: ${line.replace(/^[^:]*: /, "")}`),
    };
    const recorded = settingsOf(resource, part, id, olds) ?? {};
    const checked = part.handler.check(
      memberInputs(resource, id, omit(declared, [...part.computed, resource.memberId, ...resource.common]), inputs),
      memberInputs(resource, id, recorded, olds),
      told,
    );
    violations.push(
      ...checked.violations.map((violation) => ({
        ...violation,
        path: placeOf(resource, part, violation.path, overridden, settingsIn(resource, part, override)),
      })),
    );
    const declaredOrComputed = [
      ...Object.keys(settingsOf(resource, { ...part, added: undefined }, id, inputs) ?? {}),
      ...part.computed,
    ];
    const canonical = pick(checked.inputs as Bag, declaredOrComputed);
    settings = { ...settings, ...(under === undefined ? canonical : { [under]: canonical }) };
  }
  return { inputs: settings, violations };
}

/** A connection or a token belongs to the fleet as a whole. */
function misplaced({ memberId, common, parts }: FleetResource, place: Path, source: unknown): Violation[] {
  const isOfFleet = (name: string): boolean => name === memberId || common.includes(name);
  const nests = parts.flatMap(({ under }) => (under === undefined ? [[]] : [[under]]));
  return nests.flatMap((nest) => {
    const bag = nest.reduce<unknown>((value, step) => (isBag(value) ? value[step] : undefined), source);
    return Object.keys(isBag(bag) ? bag : {})
      .filter(isOfFleet)
      .map((name) => ({
        path: [...place, ...nest, name],
        rule: "does not belong to the settings of a member; say it beside baseline, for the whole fleet",
        id: FLEET_RULES.common.id,
        showValue: false,
      }));
  });
}

/** Where in the fleet's inputs a value stands that the single resource has found fault with. */
function placeOf(
  { memberId, members, common }: FleetResource,
  { under }: FleetPart,
  path: Path,
  overridden: string | undefined,
  override: Bag | undefined,
): Path {
  const [property = ""] = path;
  if (property === memberId) return [members];
  if (common.includes(String(property))) return path;
  const inside = under === undefined ? path : [under, ...path];
  return overridden !== undefined && override !== undefined && Object.hasOwn(override, property)
    ? ["overrides", overridden, ...inside]
    : ["baseline", ...inside];
}

/** The canonical form of what an override declares, with what was computed from it and is not as in the baseline. */
function overrideOf(resource: FleetResource, override: Bag, member: Bag, baseline: Bag): Bag {
  const result: Record<string, unknown> = {};
  for (const part of resource.parts) {
    const { under } = part;
    const declared = settingsIn(resource, part, override);
    if (under !== undefined && override[under] !== undefined && declared === undefined) result[under] = override[under];
    if (declared === undefined) continue;
    const inMember = settingsIn(resource, part, member) ?? {};
    const inBaseline = settingsIn(resource, part, baseline) ?? {};
    const differs = (name: string): boolean => canonicalText(inMember[name]) !== canonicalText(inBaseline[name]);
    const kept = Object.fromEntries(Object.entries(inMember).filter(([name]) => name in declared || differs(name)));
    if (under === undefined) Object.assign(result, kept);
    else result[under] = kept;
  }
  return result;
}

/** Undefined members stay as the program has them while not all of them are known. */
function membersByName(resource: FleetResource, inputs: Bag): Bag {
  const membership = membershipOf(resource, inputs);
  return membership ? { [resource.members]: Object.fromEntries(describedMembers(resource, membership, inputs)) } : {};
}

/**
 * Members as names, each with a word on where its settings come from: the engine then shows exactly who comes and goes, which it cannot do for
 * a list.
 */
export function describedMembers(
  resource: FleetResource,
  { managed, exempt }: Membership,
  inputs: Bag,
): (readonly [string, string])[] {
  const overrides = (known(inputs.overrides) ?? {}) as Overrides;
  const describe = (id: string): string => {
    const source = Object.hasOwn(overrides, id) ? ["override"] : [];
    const more = resource.describeMember?.(id, inputs);
    return [...source, ...(more === undefined ? [] : [more])].join(" ") || "baseline";
  };
  const all = [...managed.map((id) => [id, describe(id)] as const), ...exempt.map((id) => [id, "exempt"] as const)];
  return all.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The same mistake of the baseline shows with every override and in every part. */
function distinct(violations: readonly Violation[]): Violation[] {
  const seen = new Set<string>();
  return violations.filter(({ path, rule }) => {
    const text = JSON.stringify([path, rule]);
    const isNew = !seen.has(text);
    seen.add(text);
    return isNew;
  });
}
