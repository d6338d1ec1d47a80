import { type Path, sameJson } from "../core/bag";
import { known } from "../core/unknowns";
import type { Violation } from "../core/violations";
import type { DeclaredRule } from "./advancedRules";

/** What holds for every list of advanced rules, whichever kind they are of. */
export function ruleListProblems(property: string, list: readonly DeclaredRule[] | undefined): Violation[] {
  const rules = known(list) ?? [];
  return rules.flatMap((rule, index) => {
    const before = rules.slice(0, index);
    const problem = (path: Path, text: string, showValue = true): Violation[] => [
      { path: [property, index, ...path], rule: text, showValue },
    ];
    const sameId = before.find(({ policyId }) => policyId !== undefined && policyId === rule.policyId);
    // The service gives no id for a new rule, so content is what finds it again: two must not be the same but for the name.
    const twin = before.find((other) => sameJson({ ...other, name: "" }, { ...rule, name: "" }));
    return [
      ...(before.some(({ name }) => name === rule.name)
        ? problem(["name"], "is used twice; names tell the rules apart, so give each its own")
        : []),
      ...(twin ? problem([], `says the same as rule "${twin.name}"; remove one of them`, false) : []),
      ...(sameId
        ? problem(["policyId"], `is taken over by rule "${sameId.name}" already; give each rule its own`)
        : []),
    ];
  });
}
