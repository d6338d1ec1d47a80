import { ProviderError } from "../../../../provider/core/errors";
import { type FleetFailures, fleetError, forEachMember } from "../../../../provider/core/fleetRun";

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `pc-${index}`);

function clockOf(stepMs: number): { now(): number; sleep(): Promise<void>; random(): number } {
  let time = 0;
  const now = (): number => {
    time += stepMs;
    return time;
  };
  return { now, sleep: async () => undefined, random: () => 0.5 };
}

const error = (problem: string, kind: "Conflict" | "Unauthenticated" = "Conflict", requestId?: string): ProviderError =>
  new ProviderError({ kind, problem, requestId });

describe("Work on the members of a fleet", () => {
  it("goes on after failures, and takes no more at a time than allowed", async () => {
    let running = 0;
    let most = 0;
    const done: string[] = [];
    const failures = await forEachMember(
      ids(50),
      { limit: 7, noun: "cluster", clock: clockOf(0), log: () => undefined },
      async (id) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        if (id.endsWith("3")) throw error("busy");
        done.push(id);
      },
    );
    expect(most).toBe(7);
    expect([...failures.keys()]).toEqual(["pc-3", "pc-13", "pc-23", "pc-33", "pc-43"]);
    expect(done).toHaveLength(45);
  });

  it("begins nothing more once the key is refused", async () => {
    const begun: string[] = [];
    const failures = await forEachMember(
      ids(50),
      { limit: 4, noun: "cluster", clock: clockOf(0), log: () => undefined },
      async (id) => {
        begun.push(id);
        await new Promise((resolve) => setImmediate(resolve));
        throw error("the key is unknown", "Unauthenticated");
      },
    );
    expect(begun).toHaveLength(4);
    expect(failures.size).toBe(50);
    expect(failures.get("pc-49")?.facts.problem).toBe("not tried: the key is unknown");
  });

  it("lets whoever is left worse than before keep its place, and begins nobody when all places are taken so", async () => {
    const begun: string[] = [];
    const harm = (those: readonly string[]): string => `${those.join(" and ")} lie broken`;
    const failures = await forEachMember(
      ids(9),
      { limit: 2, noun: "cluster", clock: clockOf(0), log: () => undefined, harm },
      async (id) => {
        begun.push(id);
        await new Promise((resolve) => setImmediate(resolve));
        if (id === "pc-1" || id === "pc-4") throw error("broken").with({ leavesHarm: true });
        if (id === "pc-3") throw error("busy");
      },
    );
    expect(begun).toEqual(["pc-0", "pc-1", "pc-2", "pc-3", "pc-4"]);
    expect(failures.get("pc-5")?.facts.problem).toBe("not tried: pc-1 and pc-4 lie broken");
    expect(failures.size).toBe(7);
  });

  it("begins nothing more after a failure that all would have", async () => {
    const endsRun = ({ facts }: ProviderError): boolean => facts.problem === "nobody is there";
    const failures = await forEachMember(
      ids(5),
      { limit: 1, noun: "cluster", clock: clockOf(0), log: () => undefined, endsRun },
      async (id) => {
        throw error(id === "pc-0" ? "busy" : "nobody is there");
      },
    );
    expect([...failures.values()].map(({ facts }) => facts.problem)).toEqual([
      "busy",
      "nobody is there",
      ...Array(3).fill("not tried: nobody is there"),
    ]);
  });

  it("tells how far it is every few seconds and at the end, and nothing for one member", async () => {
    const lines: string[] = [];
    const work = async (id: string): Promise<void> => {
      if (id === "pc-1") throw new Error("a bug");
    };
    const options = { limit: 1, noun: "cluster", log: (line: string) => void lines.push(line) };
    const failures = await forEachMember(ids(20), { ...options, clock: clockOf(1_000) }, work);
    expect(lines.length).toBeLessThan(8);
    expect(lines[0]).toMatch(/^\d of 20 clusters done, 1 failed, [\d.]+ per second; about \d+s left$/);
    expect(lines.at(-1)).toMatch(/^19 of 20 clusters done, 1 failed, [\d.]+ per second; took \d+s$/);
    expect(failures.get("pc-1")?.facts.problem).toBe("unexpected: a bug");
    lines.length = 0;
    await forEachMember(["pc-0"], { ...options, clock: clockOf(0) }, work);
    expect(lines).toEqual([]);
  });
});

describe("The error of a fleet", () => {
  it("names the first ten, those with the same reason together, and where the others are", () => {
    const failures: FleetFailures = new Map(
      ids(25).map((id, index) => [id, error(`${id} is ${index < 3 ? "gone" : "busy"}`, "Conflict", `R${index}`)]),
    );
    const { message, kind } = fleetError(failures, 100, "cluster", "failed");
    expect(kind).toBe("PartialApply");
    expect(message).toBe(
      "25 of 100 clusters failed: pc-0, pc-1, pc-2: pc-0 is gone [Conflict, request R0]. " +
        "pc-3, pc-4, pc-5, pc-6, pc-7, pc-8, pc-9 and 15 more: pc-3 is busy [Conflict, request R3] [PartialApply]. " +
        "The others are done. Run the command again for those that are left. All of them are in the output failed.",
    );
  });

  it("is of the kind that all have when none is done", () => {
    const failures: FleetFailures = new Map(ids(2).map((id) => [id, error("the key is unknown", "Unauthenticated")]));
    expect(fleetError(failures, 2, "cluster", "failed").message).toBe(
      "2 of 2 clusters failed: pc-0, pc-1: the key is unknown [Unauthenticated] [Unauthenticated]. Run the command again for those that are left.",
    );
  });
});
