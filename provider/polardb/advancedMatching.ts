/**
 * Gives as many rules as possible a policy of their own that fits, so that none is created which is there already. Taking the
 * first fit would not do: a rule that says little fits policies that are the only fit of a rule that says more. Earlier candidates
 * are preferred.
 */
export function assign<Rule, Policy>(
  rules: readonly Rule[],
  candidates: readonly Policy[],
  fits: (policy: Policy, rule: Rule) => boolean,
): Map<Rule, Policy> {
  const owners = new Map<Policy, Rule>();
  const place = (rule: Rule, tried: Set<Policy>): boolean => {
    for (const policy of candidates) {
      if (tried.has(policy) || !fits(policy, rule)) continue;
      tried.add(policy);
      const owner = owners.get(policy);
      if (owner !== undefined && !place(owner, tried)) continue;
      owners.set(policy, rule);
      return true;
    }
    return false;
  };
  for (const rule of rules) place(rule, new Set());
  return new Map([...owners].map(([policy, rule]) => [rule, policy]));
}
