import fc from "fast-check";
import { containsUnknown, isUnknown, known, UNKNOWN } from "../../../../provider/core/unknowns";

/** The markers of the engine for each kind of value (`sdk/go/common/resource/plugin/rpc.go` of pulumi/pulumi). */
const MARKERS = [
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

const WRAPPERS: readonly ((value: unknown) => unknown)[] = [
  (value) => ({ a: 1, b: value }),
  (value) => [0, value],
  (value) => ({ deep: [{ deeper: value }] }),
];

describe("A value that is not known yet", () => {
  it.each(MARKERS)("is told by the marker %s, at any depth", (marker) => {
    expect(isUnknown(marker)).toBe(true);
    expect(containsUnknown(marker)).toBe(true);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...WRAPPERS), { maxLength: 6 }), (wrappers) => {
        const value = wrappers.reduce<unknown>((inner, wrap) => wrap(inner), marker);
        expect(containsUnknown(value)).toBe(true);
        expect(known(value)).toBeUndefined();
      }),
    );
  });

  it("is sent by the Node SDK with the marker for text", () => {
    // The SDK exports no type for it.
    const rpc: unknown = require("@pulumi/pulumi/runtime/rpc");
    expect((rpc as { unknownValue: string }).unknownValue).toBe(UNKNOWN);
  });
});

describe("A value that is known", () => {
  it.each([
    [undefined],
    [null],
    [0],
    [""],
    ["04da6b54"],
    [{ a: [] }],
    [{ "04da6b54-80e4-46f7-96ec-b56ff0331ba9": "only a key" }],
  ])("is not taken for a marker: %j", (value) => {
    expect(isUnknown(value)).toBe(false);
    expect(containsUnknown(value)).toBe(false);
    expect(known(value)).toBe(value);
  });

  it("is never taken for a marker when no marker is in it", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(containsUnknown(value)).toBe(false);
      }),
    );
  });
});
