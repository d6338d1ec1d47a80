import type { Bag } from "../../provider/core/bag";
import { DESTINATION, type OceanbaseSubject, startOceanbaseSubject } from "./support/oceanbase";

let subject: OceanbaseSubject;

afterEach(() => subject.emulator.close());

const MOVED = { ...DESTINATION, backupBaseUri: "file:///data/moved" };
const ALL_RUNNING = { t1: "DOING", t2: "DOING", t3: "DOING" };

/** What reopens archiving is refused, as if nobody were there any more to do it. */
const cutOff = (): void => {
  const effect = { kind: "reset", when: "before" } as const;
  subject.emulator.faults.add({ operation: "PATCH /api/v1/tenant/", times: 1e9, effect });
};

/** Every tenant archives, then a run is killed while its task has archiving closed: state knows nothing of the task. */
const kill = async (more: Bag = {}): Promise<Bag> => {
  subject = await startOceanbaseSubject();
  const { stack, program, emulator, clock } = subject;
  await stack.up(program(DESTINATION));
  for (const name of ["t1", "t2", "t3"]) emulator.change({ change: "tenant", name, set: { archiveStatus: "DOING" } });
  await stack.up(program({ ...DESTINATION, ...more }));
  await stack.refresh();
  const state = structuredClone(stack.state);
  const declared = program({ ...MOVED, ...more });
  cutOff();
  await expect(stack.up(declared)).rejects.toThrow("log archiving is OFF for t1");
  emulator.faults.clear();
  stack.state = state;
  stack.log.length = 0;
  await clock.sleep(300_000);
  return declared;
};

/** The task that has closed archiving, as messages name it, and how long each tenant was off by the server's own account. */
const closing = (): { task: string; gaps: { tenant: string; seconds: number }[] } => {
  const { dags, tenants } = subject.emulator.world;
  const dag = dags.find(({ nodes }) => nodes.some(({ subTasks }) => subTasks.some(closesT1)));
  const from = dag?.nodes.find(({ template }) => template.name === "Set backup config")?.startedAt ?? Number.NaN;
  return {
    task: `task 1${dag?.id} (Set obcluster backup config)`,
    gaps: tenants.map(({ name, rounds }) => ({
      tenant: name,
      seconds: Math.round(((rounds.at(-1)?.startedAt ?? Number.NaN) - from) / 100) / 10,
    })),
  };
};

const closesT1 = ({ logs }: { readonly logs: readonly { readonly text: string }[] }): boolean =>
  logs.some(({ text }) => text === "Close archive log for t1(1002)");

const tenantsInState = (): Bag[] => subject.stack.state?.outputs.tenants as Bag[];

describe("The gap that a killed run has left", () => {
  it.each<[string, number, Bag]>([
    ["the next up", 0, {}],
    ["the next up after a refresh, which has taken the task up", 1, {}],
    ["the next up after two refreshes", 2, {}],
    ["the next up, where archiving is declared", 0, { archiving: "running" }],
    ["the next up after a refresh, where archiving is declared", 1, { archiving: "running" }],
  ])("is told with its task by %s", async (_name, refreshes, more) => {
    const declared = await kill(more);
    const { stack, archiving } = subject;
    for (let round = 0; round < refreshes; round++) await stack.refresh();
    expect(await stack.up(declared)).toBe("update");
    expect(archiving()).toEqual(ALL_RUNNING);
    const { task, gaps } = closing();
    const log = stack.log.join("\n");
    for (const { tenant, seconds } of gaps) {
      expect(seconds).toBeGreaterThan(300);
      expect(log).toMatch(
        new RegExp(`${tenant}: log archiving is running again .*${escaped(task)} had switched it off`),
      );
      expect(log).toContain(`${tenant}: log archiving was off for ${seconds} s; that time cannot be restored to`);
    }
    expect(stack.state?.outputs.archiveGaps).toEqual(expect.arrayContaining(gaps));
    expect(JSON.stringify(stack.state)).not.toContain("closedBy");
    await stack.refresh();
    expect(await stack.up(declared)).toBe("same");
  });

  it("is not forgotten by an up after a refresh in which only a token of accept is new", async () => {
    const declared = { ...(await kill()), accept: ["overwrite:backupBaseUri=file:///data/moved"] };
    const { stack, archiving } = subject;
    await stack.refresh();
    expect(await stack.up(declared)).toBe("update");
    expect(archiving()).toEqual(ALL_RUNNING);
    expect(stack.state?.outputs).not.toHaveProperty("drift");
  });

  it("stands in state from the first refresh on, and no further refresh changes anything", async () => {
    await kill();
    const { stack } = subject;
    await stack.refresh();
    const { task } = closing();
    expect(tenantsInState()).toMatchObject(
      ["t1", "t2", "t3"].map((name) => ({ name, closedBy: { task, closedAt: expect.stringMatching(/T.*Z$/) } })),
    );
    expect(stack.state?.inputs.drift).toEqual(
      ["t1", "t2", "t3"].map((name) => `${name} is not archiving though it was before ${task}`),
    );
    const once = JSON.stringify(stack.state);
    await stack.refresh();
    expect(JSON.stringify(stack.state)).toBe(once);
  });

  it("is forgotten by a refresh that finds archiving on again, by whomever", async () => {
    await kill();
    const { stack, emulator } = subject;
    await stack.refresh();
    for (const name of ["t1", "t2", "t3"]) emulator.change({ change: "tenant", name, set: { archiveStatus: "DOING" } });
    await stack.refresh();
    expect(stack.state?.inputs).not.toHaveProperty("drift");
    expect(JSON.stringify(stack.state)).not.toContain("closedBy");
  });

  it("is not told of a tenant that was opened in between and is off for another reason", async () => {
    const declared = await kill();
    const { stack, emulator, clock } = subject;
    await stack.refresh();
    emulator.change({ change: "tenant", name: "t2", set: { archiveStatus: "DOING" } });
    await clock.sleep(60_000);
    emulator.change({ change: "tenant", name: "t2", set: { archiveStatus: "STOP" } });
    await stack.up(declared);
    const told = stack.state?.outputs.archiveGaps as { tenant: string }[];
    expect(told.map(({ tenant }) => tenant).sort()).toEqual(["t1", "t3"]);
    expect(stack.log.join("\n")).toMatch(/t2: log archiving is running again after \d+s$/m);
  });

  it("does not matter where archiving is to be stopped", async () => {
    await kill();
    const { stack, program, archiving } = subject;
    const stopped = program({ ...MOVED, archiving: "stopped" });
    await stack.up(stopped);
    await stack.refresh();
    expect(JSON.stringify(stack.state)).not.toContain("closedBy");
    expect(await stack.up(stopped)).toBe("same");
    expect(archiving()).toEqual({ t1: "STOP", t2: "STOP", t3: "STOP" });
  });
});

describe("The gap that a failed run has left", () => {
  it.each<[string, number]>([
    ["the next up", 0],
    ["the next up after a refresh", 1],
  ])("is told with its task by %s, when archiving could not be reopened", async (_name, refreshes) => {
    const declared = await kill();
    const { stack } = subject;
    await stack.up(declared);
    cutOff();
    const again = { ...declared, binding: "optional" };
    await expect(stack.up(again)).rejects.toThrow("log archiving is OFF for t1");
    subject.emulator.faults.clear();
    stack.log.length = 0;
    for (let round = 0; round < refreshes; round++) await stack.refresh();
    await stack.up(again);
    expect(stack.log.join("\n")).toMatch(/t1: log archiving is running again .*task 1\d+ \(.*\) had switched it off/);
    const told = stack.state?.outputs.archiveGaps as { tenant: string }[];
    expect(told.map(({ tenant }) => tenant).sort()).toEqual(["t1", "t2", "t3"]);
  });

  it("is told of a task that had not ended when the time of its run was over", async () => {
    const declared = await kill();
    const { stack, emulator, clock } = subject;
    await stack.up(declared);
    emulator.injectFault({ kind: "archiveStuck", tenant: "t3", in: "STOPPING" });
    const again = { ...declared, binding: "optional", timeouts: { update: "5m" } };
    await expect(stack.up(again)).rejects.toThrow(
      /Log archiving of t1, t2, t3 is off until a run after its end reopens it \[WaitTimeout\]\. The task goes on in the cluster without us; GET \/api\/v1\/task\/dag\/1\d+ of an agent shows it/,
    );
    emulator.clearFaults();
    await clock.sleep(60_000);
    stack.log.length = 0;
    emulator.journal.clear();
    await stack.up(again);
    expect(subject.archiving()).toEqual(ALL_RUNNING);
    // What the task has set is read from its log, so nothing is sent again.
    expect(subject.writes().filter((call) => !call.endsWith("/backup/log"))).toEqual([]);
    expect(stack.log.join("\n")).toMatch(/t3: log archiving was off for \d/);
  });

  it("does not keep a tenant off that somebody had switched off before, when another change fails", async () => {
    const declared = await kill();
    const { stack, emulator, archiving } = subject;
    await stack.up(declared);
    emulator.change({ change: "tenant", name: "t2", set: { archiveStatus: "STOP" } });
    emulator.injectFault({ kind: "databaseRefusal", statement: "LOG_ARCHIVE_DEST", tenant: "t3" });
    const again = { ...declared, binding: "optional" };
    await expect(stack.up(again)).rejects.toThrow("TaskFailed");
    await stack.up(again);
    expect(archiving()).toEqual(ALL_RUNNING);
  });
});

describe("A suspended tenant that a killed run has opened and not suspended again", () => {
  const AS_BEFORE = { ...ALL_RUNNING, t2: "SUSPEND" };

  /** t2 is suspended; the run ends just before it would suspend it again, as a failure or as if it had been killed. */
  const cutShort = async (how: "killed" | "failed"): Promise<Bag> => {
    subject = await startOceanbaseSubject();
    const { stack, program, emulator, clock, archiving } = subject;
    await stack.up(program(DESTINATION));
    for (const [name, archiveStatus] of Object.entries(AS_BEFORE))
      emulator.change({ change: "tenant", name, set: { archiveStatus: archiveStatus as "DOING" } });
    await stack.refresh();
    const state = structuredClone(stack.state);
    // It is asked to go on, and the next call would suspend it.
    const effect = { kind: "reset", when: "before" } as const;
    emulator.faults.add({ operation: "PATCH /api/v1/tenant/t2/backup/log", skip: 1, times: 1e9, effect });
    const moved = program(MOVED);
    await expect(stack.up(moved)).rejects.toThrow("t2");
    emulator.faults.clear();
    if (how === "killed") stack.state = state;
    stack.log.length = 0;
    await clock.sleep(300_000);
    expect(archiving()).toEqual(ALL_RUNNING);
    return moved;
  };

  it.each<["killed" | "failed", string, number]>([
    ["killed", "up", 0],
    ["killed", "refresh, then up", 1],
    ["killed", "two refreshes, then up", 2],
    ["failed", "up", 0],
    ["failed", "refresh, then up", 1],
  ])("is suspended again after a run that was %s (%s)", async (how, _next, refreshes) => {
    const moved = await cutShort(how);
    const { stack, archiving } = subject;
    for (let round = 0; round < refreshes; round++) await stack.refresh();
    if (refreshes > 0) {
      expect(stack.state?.inputs.drift).toEqual([
        expect.stringMatching(/^t2 is archiving though it was suspended before task 1\d+ \(/),
      ]);
    }
    expect(await stack.up(moved)).toBe("update");
    expect(archiving()).toEqual(AS_BEFORE);
    expect(stack.log.join("\n")).toMatch(/log archiving was switched off by task .* and is suspended again \(t2\)/);
    await stack.refresh();
    expect(JSON.stringify(stack.state)).not.toContain("closedBy");
    expect(await stack.up(moved)).toBe("same");
  });

  it.each<[string, number]>([
    ["up", 0],
    ["refresh, then up", 1],
  ])(
    "is suspended again also after a second change that was killed in the same moment (%s)",
    async (_next, refreshes) => {
      await cutShort("killed");
      const { stack, program, emulator, archiving } = subject;
      await stack.refresh();
      const state = structuredClone(stack.state);
      const effect = { kind: "reset", when: "before" } as const;
      emulator.faults.add({ operation: "PATCH /api/v1/tenant/t2/backup/log", skip: 1, times: 1e9, effect });
      const again = program({ ...MOVED, binding: "optional" });
      await expect(stack.up(again)).rejects.toThrow("t2");
      emulator.faults.clear();
      stack.state = state;
      for (let round = 0; round < refreshes; round++) await stack.refresh();
      await stack.up(again);
      expect(archiving()).toEqual(AS_BEFORE);
    },
  );

  it.each(["SUSPENDING", "STOP"] as const)(
    "is suspended again also where the next run finds it in %s",
    async (status) => {
      const moved = await cutShort("killed");
      const { stack, emulator, clock, archiving } = subject;
      await stack.refresh();
      await clock.sleep(60_000);
      emulator.change({ change: "tenant", name: "t2", set: { archiveStatus: status } });
      await stack.up(moved);
      expect(archiving()).toEqual(AS_BEFORE);
      expect(await stack.up(moved)).toBe("same");
    },
  );

  it("goes on archiving where the program says so", async () => {
    await cutShort("killed");
    const { stack, program, archiving } = subject;
    const running = program({ ...MOVED, archiving: "running" });
    await stack.up(running);
    await stack.up(program(MOVED));
    expect(archiving()).toEqual(ALL_RUNNING);
  });

  it("is told from one that somebody has opened after a run that had ended", async () => {
    const moved = await cutShort("killed");
    const { stack, program, emulator, archiving } = subject;
    await stack.up(moved);
    emulator.change({ change: "tenant", name: "t2", set: { archiveStatus: "DOING" } });
    await stack.refresh();
    expect(stack.state?.inputs).not.toHaveProperty("drift");
    await stack.up(program(DESTINATION));
    expect(archiving()).toEqual(ALL_RUNNING);
  });
});

describe("A change that goes to each tenant by a call of its own", () => {
  const BUT_T3 = { ...DESTINATION, exceptTenants: ["t3"] };
  const OPTIONAL = { ...BUT_T3, binding: "optional" };

  const bindings = (): Record<string, string | undefined> =>
    Object.fromEntries(
      subject.emulator.world.tenants.map(({ name, archiveDestination }) => [name, archiveDestination.binding]),
    );

  /** Ends in the middle of the change: the state is that of before where nobody was there any more to record it. */
  const endAt = async (operation: string, how: "killed" | "failed"): Promise<Bag> => {
    subject = await startOceanbaseSubject();
    const { stack, program, emulator, clock } = subject;
    await stack.up(program(BUT_T3));
    const state = structuredClone(stack.state);
    emulator.faults.add({ operation, times: 1e9, effect: { kind: "reply", when: "before", status: 403, body: "" } });
    await expect(stack.up(program(OPTIONAL))).rejects.toThrow();
    emulator.faults.clear();
    if (how === "killed") stack.state = state;
    await clock.sleep(300_000);
    emulator.journal.clear();
    return program(OPTIONAL);
  };

  it.each<["killed" | "failed", string, number]>([
    ["killed", "up", 0],
    ["killed", "refresh, then up", 1],
    ["failed", "up", 0],
    ["failed", "refresh, then up", 1],
  ])("is made for the rest alone after a run that was %s between two tenants (%s)", async (how, _next, refreshes) => {
    const declared = await endAt("PATCH /api/v1/tenant/t2/backup/config", how);
    const { stack, writes } = subject;
    expect(bindings()).toMatchObject({ t1: "OPTIONAL", t2: "MANDATORY" });
    for (let round = 0; round < refreshes; round++) await stack.refresh();
    await stack.up(declared);
    expect(bindings()).toMatchObject({ t1: "OPTIONAL", t2: "OPTIONAL" });
    expect(writes().filter((call) => call.endsWith("/config"))).toEqual(["PATCH /api/v1/tenant/t2/backup/config"]);
    await stack.refresh();
    expect(await stack.up(declared)).toBe("same");
    expect(JSON.stringify(stack.state)).not.toContain("appliedByTenant");
  });
});

function escaped(text: string): string {
  return text.replace(/[()]/g, "\\$&");
}
