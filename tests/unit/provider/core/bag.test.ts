import fc from "fast-check";
import { canonicalText, formatPath, sameJson, valueAt } from "../../../../provider/core/bag";

describe("A path to a property", () => {
  it.each([
    [[], ""],
    [["deletePolicy"], "deletePolicy"],
    [["deletePolicy", "recoveryWindow"], "deletePolicy.recoveryWindow"],
    [["advancedDataPolicies", 0, "name"], "advancedDataPolicies[0].name"],
    [["connection", "endpoints", 12], "connection.endpoints[12]"],
    [["overrides", "pc-1", "region"], 'overrides["pc-1"].region'],
    [["exempt", 'a "b"'], 'exempt["a \\"b\\""]'],
  ])("%j is printed as Pulumi spells it: %j", (path, text) => {
    expect(formatPath(path)).toBe(text);
  });

  it.each([
    [["a", "b"], 1],
    [["list", 1, "x"], "second"],
    [["a", "missing", "deeper"], undefined],
    [["a", "b", "below a number"], undefined],
    [["nothing", "below null"], undefined],
  ])("%j leads to %j, and never throws where something is missing", (path, value) => {
    const bag = { a: { b: 1 }, list: [{ x: "first" }, { x: "second" }], nothing: null };
    expect(valueAt(bag, path)).toBe(value);
  });
});

describe("The text of plain JSON", () => {
  it("is the same exactly where the values are equal", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(canonicalText(a) === canonicalText(b)).toBe(sameJson(a, b));
      }),
    );
    expect(canonicalText({ b: 1, a: [{ d: undefined, c: 2 }] })).toBe('{"a":[{"c":2}],"b":1}');
  });
});

describe("Equality of plain JSON", () => {
  it.each([
    ["keys in another order", { a: 1, b: 2 }, { b: 2, a: 1 }],
    ["an absent key and an undefined value", { a: 1 }, { a: 1, b: undefined }],
    ["nested lists", { a: [{ x: 1 }] }, { a: [{ x: 1 }] }],
  ])("holds for %s", (_name, a, b) => {
    expect(sameJson(a, b)).toBe(true);
  });

  it.each([
    ["0 and an absent value", { a: 0 }, {}],
    ["0 and -1", 0, -1],
    ["0 and an empty text", 0, ""],
    ["false and an absent value", { a: false }, {}],
    ["null and an absent value", { a: null }, {}],
    ["an empty list and an empty object", [], {}],
    ["an empty list and an absent one", { a: [] }, {}],
    ["lists in another order", ["a", "b"], ["b", "a"]],
    ["a list and its beginning", ["a", "b"], ["a"]],
    ["7 and its text", 7, "7"],
  ])("does not hold for %s", (_name, a, b) => {
    expect(sameJson(a, b)).toBe(false);
    expect(sameJson(b, a)).toBe(false);
  });

  it("agrees with the text of the value for any JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(sameJson(a, JSON.parse(JSON.stringify(a)))).toBe(true);
        if (JSON.stringify(a) === JSON.stringify(b)) expect(sameJson(a, b)).toBe(true);
        expect(sameJson(a, b)).toBe(sameJson(b, a));
      }),
    );
  });
});
