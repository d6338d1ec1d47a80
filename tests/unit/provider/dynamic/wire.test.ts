import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { Bag } from "../../../../provider/core/bag";
import { toWire, withoutNulls } from "../../../../provider/dynamic/wire";

/** What arrives on the other side of Pulumi's wire. */
function overTheWire(bag: object): unknown {
  const sent = Struct.fromJavaScript(bag as Parameters<typeof Struct.fromJavaScript>[0]);
  return Struct.deserializeBinary(sent.serializeBinary()).toJavaScript();
}

describe("Values that a handler returns", () => {
  const cycle: Record<string, unknown> = { name: "a" };
  cycle.self = cycle;
  const list: unknown[] = [1];
  list.push(list);
  const shared = { x: 1 };

  it.each<[string, unknown, unknown]>([
    ["text", "text", "text"],
    ["zero", 0, 0],
    ["false", false, false],
    ["an empty text", "", ""],
    ["null", null, null],
    ["a date", new Date("2026-01-02T03:04:05.678Z"), "2026-01-02T03:04:05.678Z"],
    ["a date that is none", new Date(Number.NaN), null],
    ["a big integer", 9_007_199_254_740_993n, "9007199254740993"],
    ["not a number", Number.NaN, null],
    ["infinity", Number.NEGATIVE_INFINITY, null],
    ["a function", () => 1, null],
    ["a symbol", Symbol("s"), null],
    ["bytes", Buffer.from("abc"), "YWJj"],
    ["an error", new TypeError("boom"), "boom"],
    ["a set", new Set(["b", "a"]), ["b", "a"]],
    [
      "a map",
      new Map<unknown, unknown>([["k", new Map([[1, new Date(0)]])]]),
      { k: { "1": "1970-01-01T00:00:00.000Z" } },
    ],
    ["a list with holes and undefined", Object.assign(new Array(3), { 0: 1, 2: undefined }), [1, null, null]],
    ["an object with undefined", { a: undefined, b: { c: undefined, d: 1 } }, { b: { d: 1 } }],
    [
      "an instance",
      new (class Point {
        x = 1;
        #y = 2;
        y = (): number => this.#y;
      })(),
      { x: 1, y: null },
    ],
    ["a value that contains itself", cycle, { name: "a", self: null }],
    ["a list that contains itself", list, [1, null]],
    ["the same value twice, which is no cycle", [shared, shared], [{ x: 1 }, { x: 1 }]],
    ["a key that every object inherits", { constructor: 1, toString: 2 }, { constructor: 1, toString: 2 }],
    [
      "a field that cannot be read",
      {
        get a(): unknown {
          throw new Error("boom");
        },
        b: 1,
      },
      { a: null, b: 1 },
    ],
    ["an object without a prototype", Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ])("arrive as they should: %s", (_name, value, expected) => {
    expect(toWire({ value })).toEqual({ value: expected });
    expect(overTheWire(toWire({ value }))).toEqual({ value: expected });
  });

  it("are cut where they are nested deeper than any parser takes, instead of losing all of them", () => {
    const wire = toWire({ a: 1, deep: JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`) });
    expect(wire.a).toBe(1);
    expect(JSON.stringify(wire.deep)).toMatch(/^\[{50,200}null\]{50,200}$/);
    expect(JSON.stringify(overTheWire(wire))).toBe(JSON.stringify(wire));
  });

  it("lose no key, and gain none, apart from those that are undefined", () => {
    expect(Object.keys(toWire({ a: undefined, b: null, c: 0, d: "" }))).toEqual(["b", "c", "d"]);
  });

  it("survive the wire unchanged, whatever they are and however deep", () => {
    const odd = fc.oneof(
      fc.constant(undefined),
      fc.bigInt(),
      fc.date({ noInvalidDate: false }),
      fc.constantFrom<unknown>(() => 1, Symbol("s"), Number.NaN, Number.POSITIVE_INFINITY, -0, new Error("boom")),
      fc.uint8Array({ maxLength: 8 }),
      fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
      fc.double(),
      fc.string({ unit: "grapheme" }),
      fc.boolean(),
      fc.constant(null),
    );
    const keys = fc.oneof(
      { weight: 9, arbitrary: fc.string({ unit: "grapheme", maxLength: 5 }) },
      fc.constantFrom("constructor", "toJSON", "toString"),
    );
    const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        odd,
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(keys, tie("value"), { maxKeys: 4 }),
        fc.array(fc.tuple(keys, tie("value")), { maxLength: 3 }).map((entries) => new Map(entries)),
        fc.array(tie("value"), { maxLength: 3 }).map((items) => new Set(items)),
        fc.dictionary(keys, tie("value"), { maxKeys: 3 }).map((value) => Object.assign(value, { itself: value })),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(keys, values), (bag) => {
        const wire = toWire(bag);
        expect(overTheWire(wire)).toEqual(wire);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("Values that Pulumi hands over", () => {
  it.each<[string, Bag, Bag]>([
    ["at the top", { a: null, b: 1 }, { b: 1 }],
    ["in an object", { a: { b: null, c: 0 } }, { a: { c: 0 } }],
    ["in an object of a list", { a: [{ b: null }, { c: "" }] }, { a: [{}, { c: "" }] }],
    ["as undefined", { a: undefined, b: false }, { b: false }],
  ])("lose what is null %s, and nothing else", (_name, bag, expected) => {
    expect(withoutNulls(bag)).toEqual(expected);
    expect(JSON.stringify(withoutNulls(bag))).toBe(JSON.stringify(expected));
  });

  it("stay the same when there is nothing to lose, and are not changed themselves", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (bag) => {
        const before = JSON.stringify(bag);
        const stripped = withoutNulls(bag);
        expect(JSON.stringify(bag)).toBe(before);
        expect(withoutNulls(stripped)).toEqual(stripped);
        if (!before.includes("null")) expect(stripped).toEqual(bag);
      }),
    );
  });
});
