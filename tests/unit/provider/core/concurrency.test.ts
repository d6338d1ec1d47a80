import fc from "fast-check";
import { mapLimit } from "../../../../provider/core/concurrency";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("Work on many items with a limit", () => {
  it("never has more in flight than the limit, uses the limit, and keeps the order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 3 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 8 }),
        async (turns, limit) => {
          let inFlight = 0;
          let most = 0;
          const results = await mapLimit(turns, limit, async (count) => {
            inFlight++;
            most = Math.max(most, inFlight);
            for (let i = 0; i <= count; i++) await turn();
            inFlight--;
            return count * 10;
          });
          expect(results).toEqual(turns.map((count) => count * 10));
          expect(most).toBe(Math.min(limit, turns.length));
        },
      ),
      { numRuns: 50 },
    );
  });

  it("fails with the first failure", async () => {
    const run = mapLimit([1, 2, 3], 2, async (item) => {
      if (item === 2) throw new Error("item 2");
      return item;
    });
    await expect(run).rejects.toThrow("item 2");
  });

  it("is done at once when there is nothing to do", async () => {
    await expect(mapLimit([], 4, async () => "never")).resolves.toEqual([]);
  });
});
