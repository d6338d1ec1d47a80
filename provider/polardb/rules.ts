import type { Path } from "../core/bag";
import { known } from "../core/unknowns";
import type { Violation } from "../core/violations";

/** A rule of the vendor's documents. Its id stands in the message that it causes, and in the guide. */
export interface Documented {
  readonly id: string;
  /** Page and parameter that it comes from, or that it is ours and why. */
  readonly source: string;
}

/** A rule that looks at several properties. */
export interface Rule<Inputs> extends Documented {
  find(inputs: Inputs): readonly Violation[];
}

/** What single properties may be, by their path without positions: the schema checks it. The empty path stands for all others. */
export type Grammar = Readonly<Record<string, Documented>>;

export function broken(path: Path, rule: string, showValue = true): Violation[] {
  return [{ path, rule, showValue }];
}

/** The rules in the form that `checkInputs` takes. */
export function finders<Inputs>(rules: readonly Rule<Inputs>[]): ((inputs: Inputs) => readonly Violation[])[] {
  return rules.map(
    ({ id, find }) =>
      (inputs) =>
        find(inputs).map((violation) => ({ ...violation, id })),
  );
}

/** Names the rule of violations that the schema has found: that of the property, else that of what it is a part of. */
export function withGrammar(violations: readonly Violation[], grammar: Grammar): Violation[] {
  return violations.map((violation) => {
    const steps = violation.path.filter((step) => typeof step === "string");
    const paths = [...steps.keys(), steps.length].map((length) => steps.slice(0, length).join("."));
    const nearest = paths.findLast((path) => grammar[path] !== undefined) ?? "";
    return { ...violation, id: violation.id ?? grammar[nearest]?.id };
  });
}

/** A copy in another region has a region and days, or 0 days and no region. The names are those of the two properties. */
export function findIncompleteCopy<Region extends string, Days extends string>(
  inputs: { readonly [Name in Region]?: unknown } & { readonly [Name in Days]?: unknown },
  region: Region,
  retention: Days,
): Violation[] {
  if (inputs[region] !== undefined && inputs[retention] === undefined) {
    return broken([region], `must be set together with ${retention}; add it`);
  }
  const days = known(inputs[retention]);
  if (days === undefined) return [];
  if (days === 0 && inputs[region] !== undefined) {
    return broken([region], `has no meaning while ${retention} is 0 (off); leave it out`);
  }
  return days !== 0 && inputs[region] === undefined
    ? broken([retention], `must be set together with ${region}; add it`)
    : [];
}
