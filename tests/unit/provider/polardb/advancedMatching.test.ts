import fc from "fast-check";
import { assign } from "../../../../provider/polardb/advancedMatching";

const fitsIn =
  (table: Readonly<Record<string, string>>) =>
  (policy: string, rule: string): boolean =>
    (table[rule] ?? "").includes(policy);

describe("Giving rules a policy of their own", () => {
  it.each<[string, Readonly<Record<string, string>>, string, Readonly<Record<string, string>>]>([
    ["each its only one", { a: "1", b: "2" }, "12", { a: "1", b: "2" }],
    ["the preferred one of several", { a: "123" }, "321", { a: "3" }],
    ["another one, where a rule declared later has only this", { a: "12", b: "1" }, "12", { a: "2", b: "1" }],
    ["another one through a chain of rules", { a: "12", b: "23", c: "12" }, "123", { a: "2", b: "3", c: "1" }],
    ["none where there are too few", { a: "1", b: "1" }, "1", { a: "1" }],
    ["none where none fits", { a: "9" }, "1", {}],
  ])("gives %s", (_name, table, policies, expected) => {
    expect(Object.fromEntries(assign(Object.keys(table), [...policies], fitsIn(table)))).toEqual(expected);
  });

  it("gives as many rules one as is possible, each another one that fits, in whatever order they come", () => {
    const most = (rules: readonly string[], free: ReadonlySet<string>, fits: ReturnType<typeof fitsIn>): number => {
      const [rule, ...rest] = rules;
      if (rule === undefined) return 0;
      const taking = [...free]
        .filter((policy) => fits(policy, rule))
        .map((policy) => {
          return 1 + most(rest, new Set([...free].filter((other) => other !== policy)), fits);
        });
      return Math.max(most(rest, free, fits), ...taking);
    };
    const tables = fc.dictionary(
      fc.constantFrom("a", "b", "c", "d"),
      fc.subarray(["1", "2", "3", "4"]).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(tables, fc.shuffledSubarray(["1", "2", "3", "4"]), (table, policies) => {
        const fits = fitsIn(table);
        const rules = Object.keys(table);
        const assigned = assign(rules, policies, fits);
        expect([...assigned].every(([rule, policy]) => fits(policy, rule))).toBe(true);
        expect(new Set(assigned.values()).size).toBe(assigned.size);
        expect(assigned.size).toBe(most(rules, new Set(policies), fits));
      }),
    );
  });
});
