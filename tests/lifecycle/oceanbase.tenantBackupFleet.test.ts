import fc from "fast-check";
import type { Bag } from "../../provider/core/bag";
import { oceanbaseStack } from "./support/oceanbase";
import {
  openArchiving,
  PLACES,
  startTenantFleet,
  type TenantFleetSubject,
  tenantFleetStack,
} from "./support/oceanbaseFleet";
import { newProcess } from "./support/stack";

let subject: TenantFleetSubject;

const start = async (...args: Parameters<typeof startTenantFleet>): Promise<TenantFleetSubject> => {
  subject = await startTenantFleet(...args);
  return subject;
};

/** A fleet that is in place, with all of its tenants archiving. */
const archiving = async (count: number, baseline: Bag = PLACES, properties: Bag = {}): Promise<TenantFleetSubject> => {
  const started = await start(count);
  await started.stack.up(started.program(baseline, properties));
  openArchiving(started.emulator, started.names);
  await started.stack.refresh();
  started.forget();
  started.stack.log.length = 0;
  return started;
};

afterEach(() => subject.emulator.close());

const MOVED = { ...PLACES, archiveBaseUri: "file:///moved/{tenant}" };

const output = (name: string): unknown => subject.stack.state?.outputs[name];

const recorded = (): string[] => ((output("configs") ?? []) as { tenants: string }[]).map(({ tenants }) => tenants);

const lineOf = (text: string): string[] => subject.stack.log.filter((line) => line.includes(text));

const allRunning = (): Record<string, string> => Object.fromEntries(subject.names.map((name) => [name, "DOING"]));

const destinations = (): string[] => subject.emulator.world.tenants.map((tenant) => tenant.archiveDestination.uri);

describe("oceanbase.TenantBackupFleet, calls", () => {
  it("configures each tenant at a place of its own with one call, and then makes none", async () => {
    const { stack, program, names, configured, calls, forget } = await start(3);
    expect(await stack.up(program(PLACES))).toBe("create");
    expect(configured()).toEqual(names);
    expect(destinations()).toEqual(["file:///arch/t00", "file:///arch/t01", "file:///arch/t02"]);
    expect(recorded()).toEqual(names);
    forget();
    expect(await stack.up(program(PLACES))).toBe("same");
    expect(await stack.up(program(PLACES, { tenants: names.toReversed() }))).toBe("same");
    expect(calls()).toEqual([]);
    await stack.refresh();
    expect(await stack.up(program(PLACES))).toBe("same");
  });

  it("looks at the tenant that it works on and at no other", async () => {
    const { calls } = await start(4);
    await subject.stack.up(subject.program({ haLowThreadScore: 7 }));
    const ofEach = subject.names.map((name) => calls().filter((call) => call.includes(`/tenant/${name}/`)).length);
    // Two looks of two calls, and the change.
    expect(ofEach).toEqual([5, 5, 5, 5]);
  });

  it("sends an override to its tenant only, and what the baseline says beside it", async () => {
    const { stack, program, writes, forget } = await start(3);
    const overrides = { t01: { haLowThreadScore: 20 } };
    await stack.up(program({ haLowThreadScore: 7, logArchiveConcurrency: 3 }, { overrides }));
    const scores = (): (string | undefined)[] =>
      subject.emulator.world.tenants.map(({ parameters }) => parameters.ha_low_thread_score);
    expect(scores()).toEqual(["7", "20", "7"]);
    forget();
    expect(await stack.up(program({ haLowThreadScore: 7, logArchiveConcurrency: 3 }))).toBe("update");
    expect(writes()).toEqual(["PUT /api/v1/tenant/t01/parameters"]);
    expect(scores()).toEqual(["7", "7", "7"]);
  });

  it("adds and removes tenants without touching the others, or the ones that leave", async () => {
    const { stack, program, names, configured, calls, forget } = await start(12);
    await stack.up(program(PLACES, { tenants: names.slice(0, 11) }));
    forget();
    expect(await stack.up(program(PLACES, { tenants: names.slice(1) }))).toBe("update");
    expect(configured()).toEqual(["t11"]);
    expect(calls().filter((call) => call.includes("t00"))).toEqual([]);
    expect(recorded()).toEqual(names.slice(1));
    expect(lineOf("1 tenant more: t11")).toHaveLength(1);
    expect(lineOf("1 tenant no longer managed: t00")).toHaveLength(1);
  });

  it("makes no call for a change of tokens, deadlines and bounds", async () => {
    const { stack, program, calls, forget } = await start(2);
    await stack.up(program(PLACES));
    forget();
    const bounds = { timeouts: { update: "5m" }, maxTenants: 2, maxWithoutArchiving: 2 };
    expect(await stack.up(program(PLACES, bounds))).toBe("update");
    expect(calls()).toEqual([]);
  });

  it("sends what cannot be read again where reapply says so", async () => {
    const { stack, program, configured, forget } = await start(2);
    await stack.up(program(PLACES));
    forget();
    await stack.up(program(PLACES, { overrides: { t01: { reapply: "1" } } }));
    expect(configured()).toEqual(["t01"]);
  });

  it("says of a change once what it costs all tenants", async () => {
    const { stack, program } = await archiving(3);
    await stack.preview(program(MOVED));
    expect(lineOf("Log archiving of")).toEqual([
      "3 tenants (t00, t01, t02): Log archiving of {tenant} stops for the change and is then reopened; the time between cannot be restored to.",
    ]);
  });
});

describe("oceanbase.TenantBackupFleet, the bound on tenants without archiving", () => {
  it.each([
    [undefined, 1],
    [1, 1],
    [3, 3],
  ])("of %s keeps at most %i closed at a time, and tells the gap of every one", async (maxWithoutArchiving, most) => {
    const properties = maxWithoutArchiving === undefined ? {} : { maxWithoutArchiving };
    const { stack, program, names, configured, mostClosed } = await archiving(8, PLACES, properties);
    expect(await stack.up(program(MOVED, properties))).toBe("update");
    expect(configured().toSorted()).toEqual(names);
    expect(mostClosed()).toBe(most);
    expect(subject.archiving()).toEqual(allRunning());
    for (const name of names) expect(lineOf(`${name}: log archiving was off for`)).toHaveLength(1);
    expect(destinations()).toEqual(names.map((name) => `file:///moved/${name}`));
  });

  it("begins no other tenant while one stays closed, says so, and begins the next run with that one", async () => {
    const { stack, program, names, emulator, configured, mostClosed, forget } = await archiving(4);
    emulator.injectFault({ kind: "archiveStuck", tenant: "t01", in: "BEGINNING" });
    await expect(stack.up(program(MOVED))).rejects.toThrow(
      /3 of 4 tenants failed: t01: log archiving is OFF for t01 .*t02, t03: not tried: t01 is without log archiving, and maxWithoutArchiving allows no more than 1 at a time/,
    );
    expect(configured()).toEqual(["t00", "t01"]);
    expect(mostClosed()).toBe(1);
    expect(destinations().slice(2)).toEqual(["file:///arch/t02", "file:///arch/t03"]);
    forget();
    // One that comes before it in order, and would be closed too, waits behind it.
    const changed = program(MOVED, { overrides: { t00: { pieceSwitchInterval: "2d" } } });
    await expect(stack.up(changed)).rejects.toThrow("not tried: t01 is without log archiving");
    expect(configured()).toEqual([]);
    emulator.clearFaults();
    expect(await stack.up(changed)).toBe("update");
    expect(configured()).toEqual(["t00", "t02", "t03"]);
    expect(mostClosed()).toBe(1);
    expect(subject.archiving()).toEqual(allRunning());
    expect(lineOf("t01: log archiving was off for")).toHaveLength(1);
    expect(output("failed")).toBeUndefined();
    expect(await stack.up(changed)).toBe("same");
    expect(recorded()).toEqual(names);
  });

  it("waits also after a refresh for one whose round has not begun, where others are to be closed", async () => {
    const { stack, program, emulator, configured, forget } = await archiving(3);
    emulator.injectFault({ kind: "archiveStuck", tenant: "t01", in: "BEGINNING" });
    await expect(stack.up(program(MOVED))).rejects.toThrow("t02: not tried: t01 is without");
    await stack.refresh();
    forget();
    await expect(stack.up(program(MOVED))).rejects.toThrow("t02: not tried: t01 is without");
    expect(configured()).toEqual([]);
    emulator.clearFaults();
    await stack.up(program(MOVED));
    expect(configured()).toEqual(["t02"]);
    expect(subject.archiving()).toEqual(allRunning());
  });

  it("goes on with the places that are left", async () => {
    const bound = { maxWithoutArchiving: 2 };
    const { stack, program, emulator, configured, mostClosed } = await archiving(6, PLACES, bound);
    for (const tenant of ["t01", "t03"]) emulator.injectFault({ kind: "archiveStuck", tenant, in: "BEGINNING" });
    await expect(stack.up(program(MOVED, bound))).rejects.toThrow(
      /t04, t05: not tried: t01, t03 is without log archiving/,
    );
    expect(configured().toSorted()).toEqual(["t00", "t01", "t02", "t03"]);
    expect(mostClosed()).toBe(2);
  });

  it("counts a tenant whose task is still at work when time is over", async () => {
    const { stack, program, emulator, configured, mostClosed } = await archiving(3);
    emulator.injectFault({ kind: "archiveStuck", tenant: "t00", in: "STOPPING" });
    const short = { timeouts: { update: "1m" } };
    await expect(stack.up(program(MOVED, short))).rejects.toThrow(/t01, t02: not tried: t00 is without/);
    expect(configured()).toEqual(["t00"]);
    await stack.refresh();
    await expect(stack.up(program(MOVED, short))).rejects.toThrow(/t01, t02: not tried: t00 is without/);
    expect(configured()).toEqual(["t00"]);
    expect(mostClosed()).toBe(1);
    emulator.clearFaults();
    await stack.up(program(MOVED));
    expect(configured()).toEqual(["t00", "t01", "t02"]);
    expect(subject.archiving()).toEqual(allRunning());
  });

  it("holds also after a run that was killed while a tenant was closed", async () => {
    const { stack, program, emulator, configured, mostClosed, forget } = await archiving(4);
    const before = structuredClone(stack.state);
    const effect = { kind: "reset", when: "before" } as const;
    emulator.faults.add({ operation: "PATCH /api/v1/tenant/t01/backup/log", times: 1e9, effect });
    await expect(stack.up(program(MOVED))).rejects.toThrow("t02, t03: not tried");
    emulator.clearFaults();
    stack.state = before;
    forget();
    expect(await stack.up(program(MOVED))).toBe("update");
    expect(configured()).toEqual(["t02", "t03"]);
    expect(mostClosed()).toBe(1);
    expect(subject.archiving()).toEqual(allRunning());
    expect(lineOf("t01: log archiving was off for")).toHaveLength(1);
  });
});

describe("oceanbase.TenantBackupFleet, failures", () => {
  it("does the others, names the failed one with its reason, and does only that in the next run", async () => {
    const { stack, program, names, emulator, configured, forget } = await archiving(4);
    emulator.injectFault({ kind: "writeProbe", tenant: "t02", store: "archive" });
    await expect(stack.up(program(MOVED))).rejects.toThrow(
      /1 of 4 tenants failed: t02: .*TaskFailed.*The others are done\. Run the command again/,
    );
    expect(Object.keys(output("failed") as object)).toEqual(["t02"]);
    expect(recorded()).toEqual(names);
    expect(subject.archiving()).toEqual(allRunning());
    forget();
    expect(await stack.up(program(MOVED))).toBe("update");
    expect(configured()).toEqual(["t02"]);
    expect(output("failed")).toBeUndefined();
    expect(await stack.up(program(MOVED))).toBe("same");
  });

  it("does only the failed one also after a refresh", async () => {
    const { stack, program, emulator, configured, forget } = await archiving(3);
    emulator.injectFault({ kind: "writeProbe", tenant: "t02", store: "archive" });
    await expect(stack.up(program(MOVED))).rejects.toThrow("1 of 3 tenants failed: t02: ");
    await stack.refresh();
    expect(stack.state?.inputs.drift).toContain(
      't02: archiveBaseUri is "file:///arch/t02" instead of "file:///moved/t02"',
    );
    forget();
    await stack.up(program(MOVED));
    expect(configured()).toEqual(["t02"]);
  });

  it("names a tenant that does not exist, and does the others", async () => {
    const { stack, program, names, configured } = await start(2);
    await expect(stack.up(program(PLACES, { tenants: [...names, "t99"] }))).rejects.toThrow(
      /1 of 3 tenants failed: t99: .*has no tenant t99/,
    );
    expect(configured()).toEqual(names);
    expect(recorded()).toEqual(names);
  });

  it("does the others where a tenant is another one of its name, which a refresh drops and the next run takes over", async () => {
    const { stack, program, names, emulator, configured, forget } = await archiving(3);
    emulator.change({ change: "dropTenant", name: "t00" });
    emulator.change({ change: "addTenant", tenant: { name: "t00", id: 2002 } });
    await expect(stack.up(program(MOVED))).rejects.toThrow(
      /1 of 3 tenants failed: t00: .*was dropped and created anew/,
    );
    expect(configured()).toEqual(["t01", "t02"]);
    await stack.refresh();
    expect(recorded()).toEqual(["t01", "t02"]);
    forget();
    await stack.up(program(MOVED));
    expect(configured()).toEqual(["t00"]);
    expect(recorded()).toEqual(names);
  });

  it("keeps of a long reason the beginning", async () => {
    const { stack, program, emulator } = await archiving(2);
    emulator.injectFault({ kind: "writeProbe", tenant: "t01", store: "archive", error: "no ".repeat(500) });
    await expect(stack.up(program(MOVED))).rejects.toThrow("no ".repeat(200));
    const { t01 = "" } = output("failed") as Record<string, string>;
    expect(t01).toMatch(/^task \d+ .*no [no ]*…$/);
    expect(t01.length).toBeLessThanOrEqual(301);
  });

  it("ends soon when no agent answers, instead of waiting for every tenant", async () => {
    const { stack, program, emulator, clock } = await start(20);
    const { url } = emulator;
    await emulator.close();
    const begun = clock.now();
    await expect(stack.up(program(PLACES, { connection: { endpoints: [url] } }))).rejects.toThrow(
      /20 of 20 tenants failed: t00: .*t01, t02, .* and \d+ more: not tried: /,
    );
    expect(clock.now() - begun).toBeLessThan(120_000);
    expect(stack.state).toBeUndefined();
  });

  it("refuses a tenant that another resource of the run has, whether or not it has something to do", async () => {
    const { emulator, clock, program, names } = await start(2);
    const process = newProcess();
    const [fleet, single] = [
      tenantFleetStack(clock, process),
      oceanbaseStack("TenantBackupConfig", clock, {}, process),
    ];
    await fleet.up(program(PLACES));
    const again = newProcess();
    const next = tenantFleetStack(clock, again);
    next.state = fleet.state;
    await next.up(program(PLACES, { maxTenants: 5 }));
    const other = oceanbaseStack("TenantBackupConfig", clock, {}, again);
    const own = {
      connection: { endpoints: [emulator.url] },
      tenantName: names[0],
      archiveBaseUri: "file:///own",
      binding: "optional",
      pieceSwitchInterval: "1d",
    };
    for (const stack of [single, other])
      await expect(stack.up(own)).rejects.toThrow(
        /archive destination of t00 .* is already managed by another resource/,
      );
  });
});

describe("oceanbase.TenantBackupFleet, any sequence of programs and failures", () => {
  const place = fc.constantFrom("arch", "moved", "third");
  const steps = fc.array(
    fc.record({
      place,
      override: fc.option(fc.constantFrom("t00", "t02"), { nil: undefined }),
      leaver: fc.option(fc.constantFrom("t01", "t03"), { nil: undefined }),
      broken: fc.option(fc.constantFrom("t00", "t01", "t02", "t03"), { nil: undefined }),
      refreshes: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  );

  it("never closes more tenants than the bound, and arrives where the last program says", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.constantFrom(1, 2), async (sequence, maxWithoutArchiving) => {
        const { stack, program, names, emulator, clock, mostClosed } = await archiving(4);
        try {
          for (const step of sequence) {
            const tenants = names.filter((name) => name !== step.leaver);
            const listed = tenants.includes(step.override ?? "") ? step.override : undefined;
            const declared = program(
              { ...PLACES, archiveBaseUri: `file:///${step.place}/{tenant}` },
              {
                tenants,
                maxWithoutArchiving,
                // Who has left and comes back is somebody else's.
                accept: [
                  "unmanage:tenants=1",
                  ...names.map((name) => `overwrite:archiveBaseUri=file:///${step.place}/${name}`),
                ],
                ...(listed ? { overrides: { [listed]: { pieceSwitchInterval: "3d" } } } : {}),
              },
            );
            const operation = `PATCH /api/v1/tenant/${step.broken}/backup/log`;
            emulator.faults.add({ operation, times: 1e9, effect: { kind: "reset", when: "before" } });
            await stack.up(declared).catch(() => undefined);
            emulator.clearFaults();
            if (step.refreshes) await stack.refresh();
            await stack.up(declared);
            const now = new Map(emulator.world.tenants.map((tenant) => [tenant.name, tenant]));
            for (const name of tenants) {
              expect(now.get(name)?.archiveDestination.uri).toBe(`file:///${step.place}/${name}`);
              expect(now.get(name)?.archiveDestination.pieceSwitchInterval).toBe(name === listed ? "3d" : "1d");
            }
            expect(await stack.up(declared)).toBe("same");
          }
          // A refresh takes a round that is beginning for what it is, and there may be nothing to do then but to wait.
          await clock.sleep(60_000);
          expect(subject.archiving()).toEqual(allRunning());
          expect(mostClosed()).toBeLessThanOrEqual(maxWithoutArchiving);
        } finally {
          await emulator.close();
        }
      }),
      { numRuns: 15 },
    );
  }, 60_000);
});

describe("oceanbase.TenantBackupFleet, drift", () => {
  it("names tenant and field, and repairs that tenant only", async () => {
    const { stack, program, emulator, writes, forget } = await start(3);
    const baseline = { haLowThreadScore: 7 };
    await stack.up(program(baseline));
    emulator.change({ change: "tenant", name: "t01", set: { parameters: { ha_low_thread_score: "1" } } });
    await stack.refresh();
    expect(stack.state?.inputs.drift).toEqual(["t01: haLowThreadScore is 1 instead of 7"]);
    forget();
    expect(await stack.up(program(baseline))).toBe("update");
    expect(writes()).toEqual(["PUT /api/v1/tenant/t01/parameters"]);
    await stack.refresh();
    expect(await stack.up(program(baseline))).toBe("same");
  });

  it("finds and reopens a tenant that somebody has closed, and no other", async () => {
    const { stack, program, emulator, configured } = await archiving(3);
    emulator.change({ change: "tenant", name: "t01", set: { archiveStatus: "STOP" } });
    await stack.refresh();
    expect(JSON.stringify(stack.state?.inputs.drift)).toContain("t01 is not archiving though it was before");
    expect(await stack.up(program(PLACES))).toBe("update");
    expect(configured()).toEqual([]);
    expect(subject.archiving()).toEqual(allRunning());
  });

  it("drops a tenant that is gone, says so, and shows it as one to be added", async () => {
    const { stack, program, emulator, names } = await start(3);
    await stack.up(program(PLACES));
    emulator.change({ change: "dropTenant", name: "t01" });
    await stack.refresh();
    expect(lineOf("t01: the tenant does not exist any more")).toHaveLength(1);
    expect(recorded()).toEqual(["t00", "t02"]);
    await stack.preview(program(PLACES));
    expect(lineOf("1 tenant more: t01")).toHaveLength(1);
    expect(await stack.up(program(PLACES, { tenants: names.filter((name) => name !== "t01") }))).toBe("same");
    for (const name of ["t00", "t02"]) emulator.change({ change: "dropTenant", name });
    await stack.refresh();
    expect(stack.state).toBeUndefined();
  });
});

describe("oceanbase.TenantBackupFleet, the list", () => {
  it("refuses a list that suddenly is empty until that is accepted", async () => {
    const { stack, program, calls, forget } = await start(4);
    await stack.up(program(PLACES));
    forget();
    await expect(stack.preview(program(PLACES, { tenants: [] }))).rejects.toThrow('accept: ["unmanage:tenants=4"]');
    await stack.up(program(PLACES, { tenants: [], accept: ["unmanage:tenants=4"] }));
    expect(calls()).toEqual([]);
    expect(recorded()).toEqual([]);
  });

  it("makes no call for an exempt tenant until the exemption is removed, and fails the preview when it is over", async () => {
    const { stack, program, calls, configured, clock } = await start(2);
    const exempt = { t01: { reason: "migration", expires: "2026-01-31" } };
    await stack.up(program(PLACES, { exempt }));
    expect(calls().filter((call) => call.includes("/tenant/t01/"))).toEqual([]);
    expect(output("exempted")).toBe("t01");
    expect(configured()).toEqual(["t00"]);
    clock.advance(Date.UTC(2026, 1, 1) - clock.now());
    await expect(stack.preview(program(PLACES, { exempt }))).rejects.toThrow("is over, so t01 is not exempt any more");
    await stack.up(program(PLACES));
    expect(configured()).toEqual(["t00", "t01"]);
  });

  it("stops archiving of who leaves only where that is on record", async () => {
    const { stack, program, emulator, names, configured, forget } = await start(12);
    await stack.up(program(PLACES, { onDelete: "stopArchiving" }));
    openArchiving(emulator, names);
    forget();
    await stack.up(program(PLACES, { onDelete: "stopArchiving", tenants: names.slice(1) }));
    expect(configured()).toEqual([]);
    expect(subject.archiving()).toEqual({ ...allRunning(), t00: "STOP" });
    await stack.destroy();
    expect(new Set(Object.values(subject.archiving()))).toEqual(new Set(["STOP"]));
  });
});

describe("oceanbase.TenantBackupFleet, secrets", () => {
  const PLACE = "oss://bucket/arch/{tenant}?host=oss.example.com";
  const KEYS = { storageCredentials: { accessId: "LTAI", accessKey: "s3cr3t-of-the-store" } };

  it("keeps keys where they are marked as secret, and nowhere in the records", async () => {
    const { stack, program, names, configured, forget } = await start(2);
    const baseline = { ...PLACES, archiveBaseUri: PLACE, dataBaseUri: PLACE.replace("arch", "data") };
    const secrets = { ...KEYS, connection: { endpoints: [subject.emulator.url], password: "lifecycle-password-42" } };
    await stack.up(program(baseline, secrets));
    expect(configured()).toEqual(names);
    const { storageCredentials, connection, ...others } = (stack.state?.outputs ?? {}) as Bag;
    expect(storageCredentials).toEqual(KEYS.storageCredentials);
    expect(connection).toEqual(secrets.connection);
    expect(JSON.stringify([others, stack.log])).not.toMatch(/s3cr3t-of-the-store|lifecycle-password-42/);
    forget();
    const rotated = { ...secrets, storageCredentials: { accessId: "LTAI", accessKey: "s3cr3t-that-is-new" } };
    expect(await stack.up(program(baseline, rotated))).toBe("update");
    expect(configured()).toEqual(names);
    expect(JSON.stringify(stack.log)).not.toContain("s3cr3t-that-is-new");
  });

  it.each<[string, Bag, Bag]>([
    ["the baseline", { ...PLACES, archiveBaseUri: `${PLACE}&access_id=LTAI&access_key=s3cr3t-in-a-uri` }, {}],
    [
      "an override",
      PLACES,
      { overrides: { t01: { dataBaseUri: `${PLACE}&access_id=LTAI&access_key=s3cr3t-in-a-uri` } } },
    ],
  ])("refuses keys in a URI of %s without showing them", async (_name, baseline, properties) => {
    const { stack, program } = await start(2);
    const failures = await stack.failures(program(baseline, properties));
    expect(failures.map(({ reason }) => reason).join("\n")).toContain("must not have keys in it");
    expect(JSON.stringify([failures, stack.log])).not.toContain("s3cr3t");
  });
});
