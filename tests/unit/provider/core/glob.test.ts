import fc from "fast-check";
import { matchesGlob } from "../../../../provider/core/glob";

describe("A pattern of names", () => {
  it.each<[string, string, boolean]>([
    ["", "", true],
    ["", "*", true],
    ["", "**", true],
    ["", "?", false],
    ["a", "", false],
    ["orders-prod", "orders-*", true],
    ["orders-", "orders-*", true],
    ["my-orders-prod", "orders-*", false],
    ["my-orders-prod", "*orders*", true],
    ["orders", "Orders", false],
    ["orders-1", "orders-?", true],
    ["orders-12", "orders-?", false],
    ["abcabd", "*abd", true],
    ["aab", "*ab", true],
    ["a.b", "a?b", true],
    ["axb", "a.b", false],
    ["[ab]", "[ab]", true],
    ["a", "[ab]", false],
    ["a*b", "a*b", true],
    ["订单-生产", "订单-??", true],
    ["😀", "?", true],
  ])("tells of %j whether it matches %j: %s", (text, pattern, expected) => {
    expect(matchesGlob(text, pattern)).toBe(expected);
  });

  it("means what the expression made of it means", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 12 });
    const patterns = fc.string({ unit: fc.constantFrom("a", "b", ".", "*", "?"), maxLength: 8 });
    fc.assert(
      fc.property(texts, patterns, (text, pattern) => {
        const source = pattern.replace(/[.]/g, "\\.").replaceAll("*", ".*").replaceAll("?", ".");
        expect(matchesGlob(text, pattern)).toBe(new RegExp(`^${source}$`, "s").test(text));
      }),
      { numRuns: 1000 },
    );
  });

  it("takes no time for a pattern of many stars", () => {
    const begun = performance.now();
    expect(matchesGlob("a".repeat(20_000), `${"*a".repeat(50)}*b`)).toBe(false);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});
