import fc from "fast-check";

/** Names that mean something to every JavaScript object. */
const INHERITED = ["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty", "toJSON", "then"];

/** Values that are JSON and that nobody expects. */
const oddValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, "", [], {}, [[]], { a: {} }),
  fc.constantFrom(...INHERITED),
  fc.dictionary(fc.constantFrom(...INHERITED), fc.jsonValue({ maxDepth: 1 }), { noNullPrototype: true, maxKeys: 3 }),
);

function nested(depth: number, open: string, inner: string, close: string): string {
  return open.repeat(depth) + inner + close.repeat(depth);
}

const depths = fc.constantFrom(10, 1_000, 20_000);

const deepJson = fc.oneof(
  depths.map((depth) => nested(depth, "[", "", "]")),
  depths.map((depth) => nested(depth, '{"a":', "1", "}")),
  depths.map((depth) => nested(depth, '[{"data":', "null", "}]")),
  // Never closed.
  depths.map((depth) => "[".repeat(depth)),
);

/** Objects with these fields, some of them missing, some nested where they do not belong, and odd values in all others. */
function oddObjects(fields: readonly string[]): fc.Arbitrary<string> {
  const names = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...fields) },
    { weight: 1, arbitrary: fc.constantFrom(...INHERITED) },
  );
  const { object } = fc.letrec<{ object: string }>((tie) => ({
    object: fc
      .array(
        fc.tuple(
          names,
          fc.oneof(
            { maxDepth: 3 },
            { weight: 4, arbitrary: oddValues.map((value) => JSON.stringify(value)) },
            { weight: 1, arbitrary: deepJson },
            { weight: 3, arbitrary: tie("object") },
          ),
        ),
        { maxLength: 5 },
      )
      // Written by hand, so that a field can come twice, and `__proto__` is one like any other.
      .map((entries) => `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`),
  }));
  return object;
}

/** Fields of the vendor, and objects that begin as its own do, for odd values to follow. */
export interface FuzzVocabulary {
  readonly fields: readonly string[];
  /** Open: `{"error":{"message":` is followed by an odd value, and closed. */
  readonly beginnings: readonly string[];
}

/** Texts that nobody's parser likes, and JSON that is nearly what was expected. */
export function fuzzBodies({ fields, beginnings }: FuzzVocabulary): fc.Arbitrary<Buffer> {
  const begun = fc
    .tuple(
      fc.constantFrom(...beginnings),
      fc.oneof(
        oddValues.map((value) => JSON.stringify(value)),
        deepJson,
        oddObjects(fields),
      ),
    )
    .map(([beginning, value]) => beginning + value + closing(beginning));
  const texts = fc.oneof(
    { weight: 4, arbitrary: begun },
    { weight: 4, arbitrary: oddObjects(fields) },
    oddValues.map((value) => JSON.stringify(value)),
    oddObjects(fields).map((text) => text.slice(0, Math.floor(text.length / 2))),
    deepJson,
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom(
      "",
      " ",
      "\u0000",
      "\ufeff{}",
      "NaN",
      "<html><body>502 Bad Gateway</body></html>",
      "%zz%",
      "a=%ff&b",
      '{"a":"\\ud800"}',
      '{"a":1e999}',
      "x".repeat(200_000),
    ),
  );
  return fc.oneof(
    { weight: 5, arbitrary: texts.map((text) => Buffer.from(text, "utf8")) },
    // Mostly no UTF-8.
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    texts.map((text) => Buffer.concat([Buffer.from([0xc3, 0x28, 0xff]), Buffer.from(text)])),
  );
}

/** What an unfinished JSON text still needs; the beginnings have no braces in their texts. */
function closing(beginning: string): string {
  const open: string[] = [];
  for (const char of beginning) {
    if (char === "{") open.push("}");
    else if (char === "[") open.push("]");
    else if (char === "}" || char === "]") open.pop();
  }
  return open.reverse().join("");
}
