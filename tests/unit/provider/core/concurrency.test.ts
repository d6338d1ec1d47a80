import fc from "fast-check";
import { createLimiter, mapLimit } from "../../../../provider/core/concurrency";

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

  it("begins nothing more after a failure", async () => {
    const begun: number[] = [];
    const run = mapLimit([1, 2, 3, 4, 5, 6], 2, async (item) => {
      begun.push(item);
      await turn();
      if (item === 2) throw new Error("item 2");
    });
    await expect(run).rejects.toThrow("item 2");
    await turn();
    expect(begun).toEqual([1, 2, 3]);
  });

  it("is done at once when there is nothing to do", async () => {
    await expect(mapLimit([], 4, async () => "never")).resolves.toEqual([]);
  });
});

describe("A limiter", () => {
  it("lets its limit and no more of the calls run, whoever makes them, in the order in which they came", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: 3 }), fc.boolean()), { maxLength: 20 }),
        fc.integer({ min: 1, max: 8 }),
        async (calls, limit) => {
          const limited = createLimiter(limit);
          const begun: number[] = [];
          let inFlight = 0;
          let most = 0;
          const results = await Promise.allSettled(
            calls.map(([turns, succeeds], index) =>
              limited(async () => {
                begun.push(index);
                inFlight++;
                most = Math.max(most, inFlight);
                for (let i = 0; i <= turns; i++) await turn();
                inFlight--;
                if (!succeeds) throw new Error(`call ${index}`);
                return index;
              }),
            ),
          );
          expect(results.map(({ status }) => status === "fulfilled")).toEqual(calls.map(([, succeeds]) => succeeds));
          expect(begun).toEqual(calls.map((_call, index) => index));
          expect(most).toBe(Math.min(limit, calls.length));
          // Every place was given back.
          expect(await limited(async () => "again")).toBe("again");
        },
      ),
      { numRuns: 50 },
    );
  });
});
