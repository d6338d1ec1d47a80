import fc from "fast-check";
import { batchesOf, MAX_QUERY_BYTES, rulesParameter } from "../../../../provider/polardb/advancedBatches";
import type { AdvancedAction } from "../../../../provider/polardb/advancedRules";
import { canonicalQuery } from "../../../../provider/polardb/signer";

const PARAMETER = "AdvancedDataPolicies";

/** An action whose text is so long, and needs more room in a URL. */
const action = (length: number, name = "a"): AdvancedAction => ({
  type: "CREATE",
  name,
  wire: { ActionType: "CREATE", FilterValue: "x".repeat(length) },
});

const sizes = (batches: readonly (readonly AdvancedAction[])[]): number[] => batches.map((batch) => batch.length);

describe("Cutting a list of actions into calls", () => {
  it("makes no call of nothing", () => {
    expect(batchesOf(PARAMETER, [], {})).toEqual([]);
  });

  it("makes one call of what fits into one", () => {
    expect(sizes(batchesOf(PARAMETER, [action(10), action(10)], {}))).toEqual([2]);
  });

  it("leaves room for the other parameters of the first call, which the others do not have", () => {
    const list = Array.from({ length: 12 }, () => action(900));
    expect(sizes(batchesOf(PARAMETER, list, {}))).toEqual([6, 6]);
    expect(sizes(batchesOf(PARAMETER, list, { Other: "x".repeat(2_000) }))).toEqual([4, 6, 2]);
  });

  it("sends alone what is too long by itself, because it cannot be divided", () => {
    expect(sizes(batchesOf(PARAMETER, [action(10), action(9_000), action(10), action(10)], {}))).toEqual([1, 1, 2]);
  });

  it("keeps every action once and in order, and no call is too long, whatever they hold", () => {
    const actions = fc.array(
      fc.record({ length: fc.integer({ min: 0, max: 1_500 }), text: fc.string({ maxLength: 60, unit: "grapheme" }) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(actions, fc.string({ maxLength: 200 }), (list, other) => {
        const all = list.map(({ length, text }, index) => action(length, `${index}${text}`));
        const batches = batchesOf(PARAMETER, all, { Other: other });
        expect(batches.flat()).toEqual(all);
        for (const [index, batch] of batches.entries()) {
          const parameters = { ...(index === 0 ? { Other: other } : {}), [PARAMETER]: rulesParameter(batch) };
          const length = canonicalQuery({ DBClusterId: "pc-bp13wz9586voc", ...parameters }).length;
          expect(batch.length === 1 || length <= MAX_QUERY_BYTES).toBe(true);
        }
      }),
    );
  });
});
