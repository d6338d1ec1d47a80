import fc from "fast-check";
import { Claims } from "../../../../provider/core/claims";
import { Exclusive } from "../../../../provider/core/exclusive";

describe("A claim on settings", () => {
  it("is granted when nobody has any of them, and tells the owner otherwise", () => {
    const claims = new Claims();
    expect(claims.take("first", ["a", "b"])).toEqual([]);
    expect(claims.take("second", ["b", "c"])).toEqual([{ setting: "b", owner: "first" }]);
  });

  it("takes none when it cannot have all", () => {
    const claims = new Claims();
    claims.take("first", ["a"]);
    claims.take("second", ["a", "b"]);
    expect(claims.has("b")).toBe(false);
    expect(claims.take("third", ["b"])).toEqual([]);
  });
});

describe("Work on one thing", () => {
  const deferred = () => {
    let resolve = (): void => undefined;
    const promise = new Promise<void>((done) => {
      resolve = done;
    });
    return { promise, resolve };
  };

  it("runs beside each other no more than the narrowest door allows, whatever comes, and leaves nobody behind", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ width: fc.integer({ min: 1, max: 4 }), fails: fc.boolean() }), { maxLength: 20 }),
        async (works) => {
          const exclusive = new Exclusive();
          const running: number[] = [];
          const begun: number[] = [];
          const all = works.map(({ width, fails }, index) =>
            exclusive.wide(width).run("a", async () => {
              running.push(width);
              begun.push(index);
              expect(running.length).toBeLessThanOrEqual(Math.min(...running));
              for (let turn = 0; turn <= index % 3; turn++) await new Promise((resolve) => setImmediate(resolve));
              running.splice(running.indexOf(width), 1);
              if (fails) throw new Error("failed");
            }),
          );
          await Promise.allSettled(all);
          expect(begun).toEqual(works.map((_work, index) => index));
          expect(exclusive.isBusy("a")).toBe(false);
        },
      ),
    );
  });

  it("fills a wide door", async () => {
    const door = new Exclusive().wide(3);
    let most = 0;
    let running = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    };
    await Promise.all(Array.from({ length: 7 }, () => door.run("a", work)));
    expect(most).toBe(3);
  });

  it("runs one after the other, in the order in which it was asked for", async () => {
    const exclusive = new Exclusive();
    const gate = deferred();
    const log: string[] = [];
    const first = exclusive.run("a", async () => {
      log.push("first begins");
      await gate.promise;
      log.push("first ends");
    });
    const second = exclusive.run("a", async () => void log.push("second"));
    const third = exclusive.run("a", async () => void log.push("third"));
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual(["first begins"]);
    gate.resolve();
    await Promise.all([first, second, third]);
    expect(log).toEqual(["first begins", "first ends", "second", "third"]);
  });

  it("waits also when it is asked for after the first has ended, while the second is at work", async () => {
    const exclusive = new Exclusive();
    const [first, second] = [deferred(), deferred()];
    const log: string[] = [];
    const runs = [exclusive.run("a", () => first.promise), exclusive.run("a", () => second.promise)];
    first.resolve();
    await runs[0];
    expect(exclusive.isBusy("a")).toBe(true);
    const third = exclusive.run("a", async () => void log.push("third"));
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual([]);
    second.resolve();
    await Promise.all([...runs, third]);
    expect(log).toEqual(["third"]);
  });

  it("does not hold up work on another", async () => {
    const exclusive = new Exclusive();
    const gate = deferred();
    const first = exclusive.run("a", () => gate.promise);
    await expect(exclusive.run("b", async () => "done")).resolves.toBe("done");
    expect([exclusive.isBusy("a"), exclusive.isBusy("b")]).toEqual([true, false]);
    gate.resolve();
    await first;
    expect(exclusive.isBusy("a")).toBe(false);
  });

  it("goes on after a failure, which only its own caller sees", async () => {
    const exclusive = new Exclusive();
    const failing = exclusive.run("a", async () => {
      throw new Error("failed");
    });
    const next = exclusive.run("a", async () => "done");
    await expect(failing).rejects.toThrow("failed");
    await expect(next).resolves.toBe("done");
  });
});

describe("Work on several things", () => {
  it("keeps its order for each of them, whatever fails, and leaves nothing busy", async () => {
    const jobs = fc.array(fc.record({ key: fc.constantFrom("a", "b", "c"), fails: fc.boolean(), turns: fc.nat(3) }), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(jobs, async (list) => {
        const exclusive = new Exclusive();
        const atWork = new Set<string>();
        const ended: Record<string, number[]> = { a: [], b: [], c: [] };
        const runs = list.map(({ key, fails, turns }, index) =>
          exclusive.run(key, async () => {
            expect(atWork.has(key)).toBe(false);
            atWork.add(key);
            for (let turn = 0; turn < turns; turn++) await Promise.resolve();
            atWork.delete(key);
            ended[key]?.push(index);
            if (fails) throw new Error("failed");
          }),
        );
        const results = await Promise.allSettled(runs);
        expect(results.map(({ status }) => status === "rejected")).toEqual(list.map(({ fails }) => fails));
        for (const order of Object.values(ended)) expect(order).toEqual([...order].sort((x, y) => x - y));
        expect(["a", "b", "c"].filter((key) => exclusive.isBusy(key))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
