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
