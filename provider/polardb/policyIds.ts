import type { Bag } from "../core/bag";
import type { Extracted } from "../core/fleet";

/** Lists of rules in recorded outputs. Their ids are all that differs where clusters have the same rules. */
const LISTS = ["advancedDataPolicies", "advancedLogPolicies"] as const;

const isPlace = (text: unknown): text is string => typeof text === "string" && /^#\d+$/.test(text);

/** Takes the ids of a cluster's rules out of its recorded outputs: each is then the place of the id in a list of them. */
export function withoutPolicyIds(outputs: Bag): Extracted {
  const own: string[] = [];
  const placeOf = (id: unknown): unknown => {
    if (typeof id !== "string" || id === "") return id;
    const known = own.indexOf(id);
    return `#${known < 0 ? own.push(id) - 1 : known}`;
  };
  return { shared: withIds(outputs, placeOf), own };
}

export function withPolicyIds({ shared, own }: Extracted): Bag {
  return withIds(shared, (id) => (isPlace(id) ? own[Number(id.slice(1))] : id));
}

function withIds(outputs: Bag, change: (id: unknown) => unknown): Bag {
  const { effective, policyIds, otherPolicies } = outputs as Readonly<Record<string, Bag | undefined>>;
  const rules = (list: unknown): unknown =>
    Array.isArray(list) ? list.map((rule: Bag) => ({ ...rule, policyId: change(rule.policyId) })) : list;
  return {
    ...outputs,
    ...(effective && {
      effective: {
        ...effective,
        ...Object.fromEntries(LISTS.flatMap((name) => (name in effective ? [[name, rules(effective[name])]] : []))),
      },
    }),
    ...(policyIds && {
      policyIds: Object.fromEntries(Object.entries(policyIds).map(([name, id]) => [name, change(id)])),
    }),
    ...(otherPolicies && { otherPolicies: rules(otherPolicies) as Bag }),
  };
}
