import type { Bag } from "../../../provider/core/bag";
import type { VirtualClock } from "../../emulators/common/clock";
import type { Stack } from "./stack";

/** One way to change a program, and what the vendor's side must show afterwards. */
export interface PropertyCase {
  readonly property: string;
  readonly value: unknown;
  /** Other properties that must change with it, tokens among them. */
  readonly beside?: Bag;
}

/** A resource beside a running emulator, with everything that the shared cases need to know of it. */
export interface Subject {
  readonly stack: Stack;
  readonly clock: VirtualClock;
  /** Declares every property that can stand beside the others. */
  readonly program: Bag;
  /** Properties that can leave the program, with those that must leave together. */
  readonly removable: readonly (readonly string[])[];
  /** Names of all calls so far. */
  calls(): readonly string[];
  /** Names of those that change something. */
  writes(): readonly string[];
  /** The vendor's state under the program's names, for the properties of the program. */
  live(): Bag;
  changeBehindOurBack(): void;
  /** The target ceases to exist. */
  removeTarget(): void;
  /** The answer of the next write is lost after it has taken effect. */
  loseAnswerOfWrite(): void;
  /** Every read fails once the next write has been made. */
  cutOffAfterWrite(): void;
  restoreConnection(): void;
  close(): Promise<void>;
}

export interface LifecycleFixture {
  readonly name: string;
  /** Changes in place, each made to the subject's program. */
  readonly properties: readonly PropertyCase[];
  start(): Promise<Subject>;
  /** What a refresh makes of a target that is gone. */
  readonly whenGone: "leaves state" | "fails and stays";
}

/** For a run that goes on trying until its own time is over, on a machine that has other work. */
const MANY_TRIES_MS = 120_000;

/** The cases that every resource must pass. A resource that skips one is not done. */
export function describeLifecycle(fixture: LifecycleFixture): void {
  describe(`${fixture.name}, lifecycle`, () => {
    let subject: Subject;

    beforeEach(async () => {
      subject = await fixture.start();
    });

    afterEach(() => subject.close());

    it("is created with everything that is declared, and says nothing else", async () => {
      expect(await subject.stack.up(subject.program)).toBe("create");
      expect(subject.live()).toMatchObject(declared(subject.program));
      expect(subject.stack.state?.id).not.toBe("");
      expect(subject.stack.state?.outputs).toMatchObject(declared(subject.program));
    });

    it("sends nothing when nothing has changed, in preview and up alike", async () => {
      await subject.stack.up(subject.program);
      const before = subject.calls().length;
      subject.stack.restart();
      expect(await subject.stack.preview(subject.program)).toBe("same");
      expect(await subject.stack.up(subject.program)).toBe("same");
      expect(subject.calls()).toHaveLength(before);
    });

    it("writes nothing when an update finds everything equal", async () => {
      await subject.stack.up(subject.program);
      const before = subject.writes().length;
      markAsFailed(subject.stack);
      expect(await subject.stack.up(subject.program)).toBe("update");
      expect(subject.writes()).toHaveLength(before);
    });

    it("writes nothing when it is declared on a target that is configured equally", async () => {
      await subject.stack.up(subject.program);
      const before = subject.writes().length;
      subject.stack.state = undefined;
      expect(await subject.stack.up(subject.program)).toBe("create");
      expect(subject.writes()).toHaveLength(before);
      expect(subject.live()).toMatchObject(declared(subject.program));
    });

    it.each(fixture.properties)(
      "changes $property to $value in place, and has then nothing to do",
      async ({ property, value, beside }) => {
        await subject.stack.up(subject.program);
        const changed = { ...subject.program, ...beside, [property]: value };
        expect(await subject.stack.up(changed)).toBe("update");
        expect(subject.live()[property]).toEqual(value);
        expect(await subject.stack.up(changed)).toBe("same");
      },
    );

    it("leaves a property alone that is removed from the program, and writes nothing for it", async () => {
      await subject.stack.up(subject.program);
      const liveBefore = subject.live();
      const before = subject.writes().length;
      for (const properties of subject.removable) {
        const rest = Object.fromEntries(Object.entries(subject.program).filter(([name]) => !properties.includes(name)));
        expect([properties, await subject.stack.up(rest)]).toEqual([properties, "update"]);
        expect(subject.live()).toEqual(liveBefore);
      }
      expect(subject.writes()).toHaveLength(before);
    });

    it("shows a change made behind our back in a refreshed preview, and repairs it", async () => {
      await subject.stack.up(subject.program);
      subject.changeBehindOurBack();
      subject.stack.restart();
      await subject.stack.refresh();
      expect(await subject.stack.preview(subject.program)).toBe("update");
      await subject.stack.up(subject.program);
      expect(subject.live()).toMatchObject(declared(subject.program));
      await subject.stack.refresh();
      expect(await subject.stack.up(subject.program)).toBe("same");
    });

    it(`${fixture.whenGone} when the target is gone`, async () => {
      await subject.stack.up(subject.program);
      subject.removeTarget();
      if (fixture.whenGone === "leaves state") {
        await subject.stack.refresh();
        expect(subject.stack.state).toBeUndefined();
      } else {
        await expect(subject.stack.refresh()).rejects.toThrow();
        expect(subject.stack.state).toBeDefined();
      }
    });

    it("takes up a write whose answer was lost, instead of repeating it", async () => {
      subject.loseAnswerOfWrite();
      await subject.stack.up(subject.program);
      expect(subject.live()).toMatchObject(declared(subject.program));
      expect(subject.writes()).toHaveLength(new Set(subject.writes()).size);
      expect(await subject.stack.up(subject.program)).toBe("same");
    });

    it(
      "keeps what is true in state when it is cut off after its first write, and converges in the next run",
      async () => {
        subject.cutOffAfterWrite();
        await expect(subject.stack.up(subject.program)).rejects.toThrow();
        expect(subject.stack.state?.outputs.__provider).toBe(subject.stack.providerText);
        subject.restoreConnection();
        const before = subject.writes().length;
        expect(await subject.stack.up(subject.program)).toBe("update");
        expect(subject.live()).toMatchObject(declared(subject.program));
        expect(subject.writes().length - before).toBeLessThanOrEqual(1);
        expect(await subject.stack.up(subject.program)).toBe("same");
      },
      MANY_TRIES_MS,
    );

    it("converges when the process was killed after everything was written and before anything was recorded", async () => {
      await subject.stack.up(subject.program);
      subject.stack.state = undefined;
      subject.stack.restart();
      await subject.stack.up(subject.program);
      await subject.stack.refresh();
      expect(await subject.stack.up(subject.program)).toBe("same");
      expect(subject.live()).toMatchObject(declared(subject.program));
    });

    it("leaves everything in place when it is deleted, makes no call for it, and can be deleted twice", async () => {
      await subject.stack.up(subject.program);
      const live = subject.live();
      const before = subject.calls().length;
      const { state } = subject.stack;
      await subject.stack.destroy();
      subject.stack.state = state;
      await subject.stack.destroy();
      expect(subject.calls()).toHaveLength(before);
      expect(subject.live()).toEqual(live);
      expect(subject.stack.log.join("\n")).toContain("Pulumi no longer manages");
    });
  });
}

/** The part of a program that a vendor holds: no connection, no tokens, no list of who gets it. */
function declared(program: Bag): Bag {
  const local = new Set([
    "connection",
    "region",
    "endpoint",
    "credentials",
    "accept",
    "timeouts",
    "reapply",
    "clusters",
    "tenants",
  ]);
  return Object.fromEntries(Object.entries(program).filter(([name]) => !local.has(name)));
}

/** The engine calls `update` after a failure, whatever the diff says. */
function markAsFailed(stack: Stack): void {
  if (stack.state) stack.state.initErrors = true;
}
