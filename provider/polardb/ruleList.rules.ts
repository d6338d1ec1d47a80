import { sameJson } from "../core/bag";
import { known } from "../core/unknowns";
import { contentOf, type DeclaredRule } from "./advancedRules";
import { broken, type Rule } from "./rules";

/** What holds for every list of advanced rules, whichever kind they are of. */
export function ruleListRules<Property extends string>(
  property: Property,
): Rule<{ readonly [Key in Property]?: readonly DeclaredRule[] }>[] {
  type Inputs = { readonly [Key in Property]?: readonly DeclaredRule[] };
  const rulesOf = (inputs: Inputs): readonly DeclaredRule[] => known(inputs[property]) ?? [];
  return [
    {
      id: "advanced-names-unique",
      source: "Ours: names tell the rules apart",
      find: (inputs) =>
        rulesOf(inputs).flatMap(({ name }, index, rules) =>
          rules.slice(0, index).some((other) => other.name === name)
            ? broken([property, index, "name"], "is used twice; names tell the rules apart, so give each its own")
            : [],
        ),
    },
    {
      id: "advanced-contents-differ",
      source: "Ours: the service gives no id for a new rule, so content is what finds it again",
      find: (inputs) =>
        rulesOf(inputs).flatMap((rule, index, rules) => {
          // Two that exist already may say the same, because each is found by its id.
          const twin = rules
            .slice(0, index)
            .find(
              (other) =>
                (other.policyId === undefined || rule.policyId === undefined) &&
                sameJson(contentOf(other), contentOf(rule)),
            );
          return twin
            ? broken([property, index], `says the same as rule "${twin.name}"; remove one of them`, false)
            : [];
        }),
    },
    {
      id: "advanced-id-once",
      source: "Ours: one rule of the service has one owner",
      find: (inputs) =>
        rulesOf(inputs).flatMap(({ policyId }, index, rules) => {
          const first = rules.slice(0, index).find((other) => policyId !== undefined && other.policyId === policyId);
          return first
            ? broken(
                [property, index, "policyId"],
                `is taken over by rule "${first.name}" already; give each rule its own`,
              )
            : [];
        }),
    },
  ];
}
