import fc from "fast-check";
import { type Bag, formatPath, type Path, sameJson, valueAt } from "../../../provider/core/bag";
import { isUnknown } from "../../../provider/core/unknowns";
import { type DynamicProvider, dynamicProvider } from "../../../provider/dynamic/adapter";
import { testRuntime } from "../support/context";
import { failureOf } from "../support/failures";
import { DECLARED_RESOURCES } from "../support/programs";

/** All seven of the engine. */
const MARKERS = [
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const path = [...at, Array.isArray(value) ? Number(key) : key];
    return [path, ...pathsOf(item, path)];
  });
}

function replaced(value: unknown, path: Path, marker: string): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return marker;
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? replaced(item, rest, marker) : item));
  // A place above may be unknown by now, with all that was in it.
  if (typeof value !== "object" || value === null) return value;
  return { ...value, [step]: replaced((value as Bag)[step], rest, marker) };
}

function markersIn(value: unknown): string[] {
  return pathsOf(value).flatMap((path) => {
    const found = valueAt(value, path);
    return isUnknown(found) ? [`${formatPath(path)} ${String(found)}`] : [];
  });
}

describe.each(DECLARED_RESOURCES)("What a program may declare of a %s", (_type, { handler, programs, facts }) => {
  const provider = (): DynamicProvider => dynamicProvider(() => handler, testRuntime({ PW: "p", SK: "s" }));

  const checked = async (news: Bag, olds: Bag = {}): Promise<Bag> => {
    const { inputs, failures } = await provider().check(olds, news);
    expect(failures).toEqual([]);
    return inputs as Bag;
  };

  it("is canonical after one check, and the canonical form is taken as equal", async () => {
    await fc.assert(
      fc.asyncProperty(programs, async (news) => {
        const inputs = await checked(news);
        // Computed by check itself; a program never passes it.
        const { utcSchedule: _computed, storageFingerprint: _hash, ...declared } = inputs;
        expect(await checked(declared, inputs)).toEqual(inputs);
        expect(Object.keys(news).filter((name) => !(name in inputs))).toEqual([]);
        const { changes, replaces = [] } = await provider().diff("id", { ...inputs, ...facts }, inputs);
        expect([changes, replaces]).toEqual([undefined, []]);
      }),
      { numRuns: 200 },
    );
  });

  it("may be unknown at any depth: nothing is refused for it, and every marker stays where it is", async () => {
    const marked = programs.chain((news) =>
      fc
        .tuple(
          fc.shuffledSubarray(pathsOf(news), { minLength: 1, maxLength: Math.min(4, pathsOf(news).length) }),
          fc.constantFrom(...MARKERS),
        )
        .map(([paths, marker]) => ({
          news,
          preview: paths.reduce<unknown>((bag, path) => replaced(bag, path, marker), news) as Bag,
        })),
    );
    await fc.assert(
      fc.asyncProperty(marked, async ({ news, preview }) => {
        const inputs = await checked(preview);
        // Computed of what may not be known.
        const declared = markersIn(inputs).filter((marker) => !marker.includes("storageFingerprint"));
        expect(declared.sort()).toEqual(markersIn(preview).sort());
        const before = await checked(news);
        const diff = (now: Bag): Promise<unknown> => failureOf(provider().diff("id", { ...before, ...facts }, now));
        // What is refused when all is known, and something else differs, may be refused in a preview too.
        const isRefusedAnyway = (await diff({ ...before, timeouts: { update: "59m" } })) !== undefined;
        if (!isRefusedAnyway) expect(await diff(inputs)).toBeUndefined();
        expect(sameJson(news, preview)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
