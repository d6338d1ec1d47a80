import type { Bag } from "../../provider/core/bag";
import { ProviderError } from "../../provider/core/errors";
import { pollUntil } from "../../provider/core/poll";
import { VirtualClock } from "../emulators/common/clock";
import {
  DESTINATION,
  type OceanbaseSubject,
  type OceanbaseSubjectOptions,
  startOceanbaseSubject,
} from "./support/oceanbase";
import { type PolardbSubject, startPolardbSubject } from "./support/polardb";
import { type RetentionGauge, retentionGauge, Watched } from "./support/retained";
import type { Stack } from "./support/stack";

jest.setTimeout(240_000);

const MINUTE_MS = 60_000;
/** A line once a minute, and the longest pause between two looks. */
const LONGEST_SILENCE_MS = MINUTE_MS + 10_000;
/** What a run may hold of what it has received: the answers of its last looks and what it has observed, whatever their number. */
const FEW = 20;
const MOVED = { ...DESTINATION, backupBaseUri: "file:///data/moved" };

interface Subject {
  readonly stack: Stack;
  readonly clock: VirtualClock;
  readonly emulator: { close(): Promise<void> };
}

let subject: Subject | undefined;
let gauge: RetentionGauge | undefined;

afterEach(async () => {
  gauge?.stop();
  await subject?.emulator.close();
});

/** How a run went, by the clock that it waited on. */
interface Run {
  readonly error?: Error;
  readonly minutes: number;
  readonly lines: readonly string[];
  readonly longestSilenceMs: number;
}

async function run({ stack, clock }: Subject, declared: Bag): Promise<Run> {
  const startedAt = clock.now();
  const from = stack.log.length;
  const times = [startedAt];
  const push = stack.log.push.bind(stack.log);
  stack.log.push = (...lines) => {
    times.push(clock.now());
    return push(...lines);
  };
  const error = await stack.up(declared).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  stack.log.push = push;
  const endedAt = clock.now();
  return {
    error,
    minutes: Math.round((endedAt - startedAt) / MINUTE_MS),
    lines: stack.log.slice(from),
    longestSilenceMs: Math.max(...[...times, endedAt].slice(1).map((at, index) => at - (times[index] ?? at))),
  };
}

/** Told again and again, and neither at every look nor after a long silence. */
function expectProgress({ lines, longestSilenceMs, minutes }: Run, text: RegExp): void {
  const told = lines.filter((line) => text.test(line)).length;
  expect(told).toBeGreaterThanOrEqual(minutes / 2);
  expect(lines.length).toBeLessThanOrEqual(minutes + 15);
  expect(longestSilenceMs).toBeLessThanOrEqual(LONGEST_SILENCE_MS);
}

/** Beside a gauge that looks after every so many requests. */
async function oceanbase(every: number, options: OceanbaseSubjectOptions = {}): Promise<OceanbaseSubject> {
  gauge = retentionGauge(every, () => {
    started.emulator.journal.clear();
    started.emulator.world.sql.clear();
  });
  const started = await startOceanbaseSubject({ ...options, connect: gauge.connect });
  subject = started;
  return started;
}

async function polardb(every: number): Promise<PolardbSubject> {
  gauge = retentionGauge(every, () => started.emulator.journal.clear());
  const started = await startPolardbSubject({ connect: gauge.connect });
  subject = started;
  return started;
}

/** However many requests a wait takes. */
function expectFewKept(): void {
  expect(gauge?.watched.seen).toBeGreaterThan(1_000);
  expect(gauge?.mostKept()).toBeLessThan(FEW);
  expect(gauge?.mostKept()).toBeGreaterThan(0);
}

/** All tenants archive, as somebody else has started it. */
function startArchiving({ emulator }: OceanbaseSubject): void {
  for (const { name } of emulator.world.tenants)
    emulator.change({ change: "tenant", name, set: { archiveStatus: "DOING" } });
}

describe("The measure of what is kept", () => {
  it("counts what somebody keeps and nothing else", async () => {
    const watched = new Watched();
    const kept: object[] = [];
    // In a call of its own, so that its last object is in no register any more.
    const make = (index: number): void => {
      const target = { index };
      watched.add(target);
      if (index % 2 === 0) kept.push(target);
    };
    for (let index = 0; index < 1_000; index++) make(index);
    await expect(watched.kept()).resolves.toBe(kept.length);
    expect(watched.seen).toBe(1_000);
  });
});

describe("A wait of a thousand looks", () => {
  it("keeps the state of none but the last", async () => {
    const watched = new Watched();
    const clock = new VirtualClock();
    const kept: number[] = [];
    const wait = pollUntil({
      what: "the task",
      observe: async () => {
        const because = new ProviderError({ kind: "Conflict", problem: "busy" });
        const state = { phase: "pending", state: "at work", because } as const;
        watched.add(because);
        watched.add(state);
        if (watched.seen % 500 === 0) kept.push(await watched.kept());
        return state;
      },
      deadlineMs: 1_000_000,
      intervalMs: 1_000,
      context: { clock: { now: () => clock.now(), sleep: (ms) => clock.sleep(ms), random: () => 0.5 }, log: () => {} },
      advice: "",
    });
    await expect(wait).rejects.toThrow("tried 1001 times in 16m 40s");
    expect(kept).toHaveLength(4);
    expect(Math.max(...kept)).toBeLessThan(10);
  });
});

describe("A first backup that goes on after obshell has given up on its task", () => {
  it("is followed to its end, with a line a minute and nothing kept", async () => {
    const one = await oceanbase(400, { tenants: [{ name: "t1", id: 1002 }] });
    one.emulator.change({ change: "timing", backupDurationMs: 65 * MINUTE_MS });
    const result = await run(one, one.program({ ...DESTINATION, initialBackup: "full", timeouts: { create: "2h" } }));
    expect(result.error).toBeUndefined();
    expect(result.minutes).toBeGreaterThanOrEqual(65);
    expectProgress(result, /^the first backup of t1: running, /);
    expect(result.lines.join("\n")).toMatch(
      /^the first backup of t1: running, although its task has ended, 1h [1-4]m/m,
    );
    expect(result.lines.at(-1)).toMatch(/t1: first backup has ended|task \d+/);
    expectFewKept();
  });
});

describe("Log archiving that stays in STOPPING", () => {
  it("ends the run at its deadline, with what goes on and what to do, and the next run converges", async () => {
    const one = await oceanbase(200);
    await one.stack.up(one.program(DESTINATION));
    startArchiving(one);
    one.emulator.injectFault({ kind: "archiveStuck", tenant: "t2", in: "STOPPING" });
    const declared = one.program({ ...MOVED, timeouts: { update: "15m" } });
    const result = await run(one, declared);
    expect(result.error?.message).toMatch(
      /task (1\d+) \(Set obcluster backup config\) is still RUNNING \(stage 2 of 2\) after 15m 0s, looked at 901 times.*Log archiving of t1, t2, t3 is off until a run after its end reopens it.*The task goes on in the cluster without us; GET \/api\/v1\/task\/dag\/\1 of an agent shows it\. Run the command again when it has ended/,
    );
    expectProgress(result, /^task 1\d+ \(Set obcluster backup config\): RUNNING \(stage 2 of 2\), /);
    expectFewKept();
    one.emulator.clearFaults();
    await one.stack.up(declared);
    expect(one.archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
  });

  it("is told by name where it was to be stopped, after ten minutes", async () => {
    const one = await oceanbase(200);
    await one.stack.up(one.program(DESTINATION));
    startArchiving(one);
    one.emulator.injectFault({ kind: "archiveStuck", tenant: "t2", in: "STOPPING" });
    const result = await run(one, one.program({ ...DESTINATION, archiving: "stopped" }));
    expect(result.error?.message).toMatch(
      /log archiving could not be stopped for t2 \(log archiving of t2 is still stopping after 10m 0s, looked at \d+ times.*Run the command again to retry; `oceanbase\.getBackupStatus` shows/,
    );
    expectProgress(result, /^log archiving of t2: stopping, \d+m \d+s of at most 10m 0s$/);
    expectFewKept();
  });
});

describe("A configuration task that is at work for an hour", () => {
  const SLOW = { kind: "slowStage", node: "Set backup config", ms: 59 * MINUTE_MS } as const;

  it("holds up a run for ten minutes when it is somebody else's, and nothing is sent beside it", async () => {
    const one = await oceanbase(200);
    one.emulator.injectFault(SLOW);
    one.emulator.change({ change: "configure", body: { archive_lag_target: "30m" } });
    const result = await run(one, one.program({ ...DESTINATION, timeouts: { create: "2h" } }));
    expect(result.error?.message).toMatch(
      /task (1\d+) \(Set obcluster backup config\), which is not ours, is still at work after 10m 0s \[Conflict\]\. It goes on in the cluster, and nothing was sent beside it; GET \/api\/v1\/task\/dag\/\1 of an agent shows it\. Run the command again when it has ended/,
    );
    expectProgress(result, /^task 1\d+ \(Set obcluster backup config\): RUNNING/);
    expect(one.stack.state).toBeUndefined();
    expectFewKept();
  });

  it("is waited for to its end when an earlier run has left it", async () => {
    const one = await oceanbase(200);
    await one.stack.up(one.program(DESTINATION));
    startArchiving(one);
    one.emulator.injectFault(SLOW);
    const declared = one.program({ ...MOVED, timeouts: { update: "5m" } });
    expect((await run(one, declared)).error?.message).toContain("after 5m 0s");
    one.clock.advance(40 * MINUTE_MS);
    const result = await run(one, { ...declared, timeouts: { update: "2h" } });
    expect(result.error).toBeUndefined();
    expectProgress(result, /^task 1\d+ \(Set obcluster backup config\): RUNNING/);
    expect(one.archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
    expectFewKept();
  });
});

describe("A PolarDB cluster that is busy for an hour", () => {
  it("is waited for as long as `timeouts` allow, with a line a minute and nothing kept", async () => {
    const one = await polardb(100);
    one.emulator.change({ kind: "setStatus", clusterId: "pc-1", status: "ClassChanging", forMs: 60 * MINUTE_MS });
    const declared = one.program({ dataLevel1BackupRetentionPeriod: 14, timeouts: { create: "90m" } });
    const result = await run(one, declared);
    expect(result.error).toBeUndefined();
    expect(result.minutes).toBe(60);
    expectProgress(result, /^the other change of pc-1: at work, \d+m \d+s of at most 1h 29m/);
    expectFewKept();
  });

  it("ends the run at its deadline, saying how often and how long it was tried and that nothing was taken", async () => {
    const one = await polardb(100);
    one.emulator.change({ kind: "setStatus", clusterId: "pc-1", status: "ClassChanging", forMs: 60 * MINUTE_MS });
    const declared = one.program({ dataLevel1BackupRetentionPeriod: 14 });
    const result = await run(one, declared);
    expect(result.error?.message).toMatch(
      /busy with another change \(.*\); tried 120 times in 19m 50s \[Conflict, OperationDenied\.DBClusterStatus.*\]\. That change goes on in the service, and ours was not taken\. Run the command again when .* or allow more time with `timeouts`\.$/,
    );
    expectProgress(result, /^the other change of pc-1: at work, /);
    one.clock.advance(60 * MINUTE_MS);
    await one.stack.up(declared);
    expect(one.emulator.world.cluster("pc-1").settings.data.DataLevel1BackupRetentionPeriod).toBe("14");
  });
});
