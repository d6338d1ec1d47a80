import fc from "fast-check";
import type { Path } from "../../../../provider/core/bag";
import { UNKNOWN } from "../../../../provider/core/unknowns";
import { toCheckFailures, type Violation } from "../../../../provider/core/violations";

const RULE = "must be at most 14";

const open = (): boolean => false;

describe("A broken rule", () => {
  it.each<[string, object, Violation, string]>([
    ["names path, value and rule", { days: 99 }, { path: ["days"], rule: RULE }, "days: 99 must be at most 14"],
    [
      "names a nested path as Pulumi spells it",
      { a: [{ b: "x" }] },
      { path: ["a", 0, "b"], rule: RULE },
      'a[0].b: "x" must be at most 14',
    ],
    ["shows a list", { days: [1, 2] }, { path: ["days"], rule: RULE }, "days: [1,2] must be at most 14"],
    ["says that a value is not there", {}, { path: ["days"], rule: RULE }, "days: undefined must be at most 14"],
    [
      "leaves the value out on request",
      { days: 99 },
      { path: ["days"], rule: RULE, showValue: false },
      "days: must be at most 14",
    ],
    ["leaves the engine's marker out", { days: UNKNOWN }, { path: ["days"], rule: RULE }, "days: must be at most 14"],
    [
      "leaves a value out that holds the marker",
      { days: [1, UNKNOWN] },
      { path: ["days"], rule: RULE },
      "days: must be at most 14",
    ],
  ])("%s", (_name, news, violation, reason) => {
    const property = reason.slice(0, reason.indexOf(":"));
    expect(toCheckFailures(news as Record<string, unknown>, [violation], open)).toEqual([{ property, reason }]);
  });

  it("shows only the beginning of a long value", () => {
    const [failure] = toCheckFailures({ days: "x".repeat(5_000) }, [{ path: ["days"], rule: RULE }], open);
    expect(failure?.reason.length).toBeLessThan(300);
    expect(failure?.reason).toContain("… must be at most 14");
  });

  it("comes with the others, in their order", () => {
    const violations = [
      { path: ["b"], rule: "must be 1" },
      { path: ["a"], rule: "must be 2" },
    ];
    expect(toCheckFailures({ a: 0, b: 0 }, violations, open).map(({ property }) => property)).toEqual(["b", "a"]);
  });
});

describe("A broken rule about a value that may be secret", () => {
  const isSecret = (path: Path): boolean => path[0] === "policy" && (path.length === 1 || path[1] === "key");

  it.each<[Path, string]>([
    [["policy"], "policy: (value not shown, it may hold a secret) must be at most 14"],
    [["policy", "key"], "policy.key: (value not shown, it may hold a secret) must be at most 14"],
  ])("at %j is named in the reason only, so that Pulumi cannot print its value", (path, reason) => {
    const news = { policy: { key: "SECRETVALUE" } };
    expect(toCheckFailures(news, [{ path, rule: RULE }], isSecret)).toEqual([{ property: "", reason }]);
  });

  it("never echoes it, whatever its value is", () => {
    const values = fc.oneof(fc.integer(), fc.boolean(), fc.array(fc.string()), fc.dictionary(fc.string(), fc.string()));
    fc.assert(
      fc.property(values, fc.boolean(), (value, showValue) => {
        const news = { policy: { key: [value, "SECRETVALUE"] } };
        const failures = toCheckFailures(news, [{ path: ["policy", "key"], rule: RULE, showValue }], isSecret);
        expect(JSON.stringify(failures)).not.toContain("SECRETVALUE");
        expect(failures.map(({ property }) => property)).toEqual([""]);
      }),
    );
  });
});
