import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { VirtualClock } from "../../../emulators/common/clock";

/** What a provider process tells of one of its runs, which is one call of a provider on a clock. */
interface Told {
  readonly clock: string;
  readonly run: number;
  readonly what: "begun" | "asleep" | "ended";
  /** When it wakes, for one that is asleep. */
  readonly until?: number;
}

interface Run {
  readonly process: ChildProcess;
  readonly id: number;
  /** Undefined while it is at work. */
  wakesAt?: number;
}

interface SharedClock {
  readonly time: VirtualClock;
  runs: readonly Run[];
  /** Those for which nobody waits. */
  standing: ReadonlySet<Run>;
}

/**
 * Virtual clocks by name, for provider processes and the emulators that they talk to. Time passes only while all that are at work on a
 * clock sleep, up to the first that wakes, so what a run finds does not depend on the pace of the machine or of another process.
 */
export class Clocks {
  private readonly clocks = new Map<string, SharedClock>();

  add(name: string): VirtualClock {
    const time = new VirtualClock();
    this.clocks.set(name, { time, runs: [], standing: new Set() });
    return time;
  }

  /** Until then time passes without those that are at work there now: they stand still. */
  async stand(name: string, until: Promise<void>): Promise<void> {
    const clock = this.named(name);
    clock.standing = new Set(clock.runs);
    await until;
    clock.standing = new Set();
  }

  /** To be given to a new process. */
  readonly serve = (child: ChildProcess): void => {
    child.once("exit", () => {
      for (const [name, clock] of this.clocks) leave(name, clock, ({ process }) => process === child);
    });
    child.on("message", (told: Told) => {
      const clock = this.named(told.clock);
      const isIt = ({ process, id }: Run): boolean => process === child && id === told.run;
      if (told.what === "begun") {
        clock.runs = [...clock.runs, { process: child, id: told.run }];
        send(child, told.clock, clock);
      } else if (told.what === "ended") leave(told.clock, clock, isIt);
      else {
        const run = clock.runs.find(isIt);
        if (run) run.wakesAt = told.until;
        passTime(told.clock, clock);
      }
    });
  };

  /** The provider text of a resource whose provider is on this clock. */
  static providerText(type: string, name: string): string {
    const entry = path.join(__dirname, "onVirtualClock.cjs");
    return `exports.handler=()=>require(${JSON.stringify(entry)})(${JSON.stringify(type)},${JSON.stringify(name)})`;
  }

  private named(name: string): SharedClock {
    const clock = this.clocks.get(name);
    if (!clock) throw new Error(`a provider is on a clock that is none: ${name}`);
    return clock;
  }
}

function leave(name: string, clock: SharedClock, isLeaving: (run: Run) => boolean): void {
  clock.runs = clock.runs.filter((run) => !isLeaving(run));
  passTime(name, clock);
}

function passTime(name: string, clock: SharedClock): void {
  const awaited = clock.runs.filter((run) => !clock.standing.has(run));
  const wakesAt = awaited.map((run) => run.wakesAt ?? Number.NEGATIVE_INFINITY);
  const next = Math.min(...wakesAt);
  if (!Number.isFinite(next)) return;
  clock.time.advance(Math.max(0, next - clock.time.now()));
  for (const run of clock.runs) {
    if (run.wakesAt !== undefined && run.wakesAt <= clock.time.now()) run.wakesAt = undefined;
  }
  for (const process of new Set(clock.runs.map((run) => run.process))) send(process, name, clock);
}

function send(process: ChildProcess, clock: string, { time }: SharedClock): void {
  // One that is being killed has nobody to listen.
  if (process.connected) process.send({ clock, now: time.now() }, () => undefined);
}
