import fc from "fast-check";
import { z } from "zod";
import { type Bag, formatPath, type Path } from "../../../../provider/core/bag";
import { checkInputs, orUnknown } from "../../../../provider/core/checkInputs";
import { known, UNKNOWN } from "../../../../provider/core/unknowns";
import { toCheckFailures, type Violation } from "../../../../provider/core/violations";
import { leavesOf, pathsOf, schemaOf, specs, valueFor } from "../../support/specs";

const window = orUnknown(z.string().regex(/^\d+d$/, 'must be days such as "7d"'));

const schema = z.strictObject({
  name: orUnknown(z.string().min(1, "must not be empty")),
  days: orUnknown(z.number().refine((days) => days <= 14, "must be at most 14")).optional(),
  policy: orUnknown(z.strictObject({ window, key: orUnknown(z.string()).optional() })).optional(),
  rules: orUnknown(
    z.array(orUnknown(z.strictObject({ id: orUnknown(z.string()), window: window.optional() }))),
  ).optional(),
});

type Inputs = z.infer<typeof schema>;
type Rule = (inputs: Inputs) => readonly Violation[];

function reasons(news: Bag, rules: readonly Rule[] = [], isSecret: (path: Path) => boolean = () => false): string[] {
  const { violations } = checkInputs<Inputs>(news, schema, rules);
  return toCheckFailures(news, violations, isSecret).map(({ reason }) => reason);
}

describe("A rejected input", () => {
  it.each<[string, Bag, string]>([
    ["at the top", { name: "" }, 'name: "" must not be empty'],
    ["that is missing", {}, "name: is required (string)"],
    ["of the wrong type", { name: 7 }, "name: 7 must be of type string"],
    ["that breaks a rule of its own", { name: "n", days: 15 }, "days: 15 must be at most 14"],
    ["in an object", { name: "n", policy: { window: "7" } }, 'policy.window: "7" must be days such as "7d"'],
    ["that is missing in an object", { name: "n", policy: {} }, "policy.window: is required (string)"],
    [
      "in an object of a list",
      { name: "n", rules: [{ id: "a" }, { id: "b", window: "x" }] },
      'rules[1].window: "x" must be days such as "7d"',
    ],
    ["that is a whole list", { name: "n", rules: "all" }, 'rules: "all" must be of type array'],
    ["that is an object of a list", { name: "n", rules: [7] }, "rules[0]: 7 must be of type object"],
  ])("%s is named with its path, its value, the rule and the fix", (_name, news, reason) => {
    expect(reasons(news)).toEqual([reason]);
  });

  it.each<[string, Bag, string]>([
    ["at the top", { name: "n", nmae: "x" }, "nmae"],
    ["in an object", { name: "n", policy: { window: "7d", widow: 1 } }, "policy.widow"],
    ["in an object of a list", { name: "n", rules: [{ id: "a" }, { id: "b", ID: 1 }] }, "rules[1].ID"],
  ])("whose name is not known %s is named by path, without its value", (_name, news, path) => {
    expect(reasons(news)).toEqual([`${path}: is not a property of this resource; remove it or correct its name`]);
  });

  it("does not hide the others: all are reported at once", () => {
    const news = {
      days: 99,
      policy: { window: "x", widow: 1, key: 5 },
      rules: [{ id: 1 }, { window: "y" }],
      extra: true,
    };
    expect(
      reasons(news)
        .map((reason) => reason.split(":")[0])
        .sort(),
    ).toEqual(
      [
        "days",
        "extra",
        "name",
        "policy.key",
        "policy.widow",
        "policy.window",
        "rules[0].id",
        "rules[1].id",
        "rules[1].window",
      ].sort(),
    );
  });

  it("is cut when it is long", () => {
    const [reason] = reasons({ name: "n", days: "x".repeat(5_000) });
    expect(reason?.length).toBeLessThan(300);
    expect(reason).toContain("…");
  });
});

describe("A rule that looks at several properties", () => {
  const daysNeedPolicy: Rule = ({ days, policy }) =>
    known(days) !== undefined && policy === undefined
      ? [{ path: ["days"], rule: "must be set together with policy; add it" }]
      : [];

  it("is reported like a rule of one property", () => {
    expect(reasons({ name: "n", days: 3 }, [daysNeedPolicy])).toEqual([
      "days: 3 must be set together with policy; add it",
    ]);
  });

  it("is reported beside what the schema rejects elsewhere", () => {
    expect(reasons({ name: "", days: 3, extra: 1 }, [daysNeedPolicy]).sort()).toEqual([
      "days: 3 must be set together with policy; add it",
      "extra: is not a property of this resource; remove it or correct its name",
      'name: "" must not be empty',
    ]);
  });

  it("does not look at a value that the schema rejects: one mistake is one failure", () => {
    expect(reasons({ name: "n", days: 99 }, [daysNeedPolicy])).toEqual(["days: 99 must be at most 14"]);
  });

  it("may leave the value out", () => {
    const rule: Rule = () => [{ path: ["policy"], rule: "must be set", showValue: false }];
    expect(reasons({ name: "n" }, [rule])).toEqual(["policy: must be set"]);
  });
});

describe("A value that is not known yet", () => {
  it("is asked of no rule", () => {
    const looksAtDays: Rule = ({ days }) => (known(days) === undefined ? [] : [{ path: ["days"], rule: "was seen" }]);
    expect(reasons({ name: "n", days: UNKNOWN }, [looksAtDays])).toEqual([]);
  });

  it("passes untouched wherever it stands, whatever the shape of the inputs", () => {
    const cases = specs.chain((spec) => fc.tuple(fc.constant(spec), fc.subarray(pathsOf(spec))));
    fc.assert(
      fc.property(cases, ([spec, paths]) => {
        const news = valueFor(spec, paths, UNKNOWN) as Bag;
        const { inputs, violations } = checkInputs(news, schemaOf(spec), []);
        expect(violations).toEqual([]);
        expect(inputs).toEqual(news);
      }),
    );
  });
});

describe("Any mistakes in inputs of any shape", () => {
  it("are each found where they stand, and nothing else is", () => {
    const cases = specs.chain((spec) => fc.tuple(fc.constant(spec), fc.subarray(leavesOf(spec), { minLength: 1 })));
    fc.assert(
      fc.property(cases, ([spec, paths]) => {
        // No leaf of any kind accepts an object.
        const news = valueFor(spec, paths, { wrong: "value" }) as Bag;
        const { violations } = checkInputs(news, schemaOf(spec), []);
        const failures = toCheckFailures(news, violations, () => false);
        expect(failures.map(({ property }) => property).sort()).toEqual(paths.map(formatPath).sort());
        for (const { property, reason } of failures) expect(reason).toContain(`${property}: {"wrong":"value"} must be`);
      }),
    );
  });

  it("never throw, and end in failures or in inputs that the schema accepts", () => {
    fc.assert(
      fc.property(specs, fc.dictionary(fc.constantFrom("alpha", "beta", "x"), fc.jsonValue()), (spec, news) => {
        const { inputs, violations } = checkInputs(news, schemaOf(spec), []);
        if (violations.length === 0) expect(schemaOf(spec).safeParse(inputs).success).toBe(true);
      }),
    );
  });
});
