import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { VirtualClock } from "../../../emulators/common/clock";

interface Sleep {
  readonly id: number;
  readonly clock: string;
  readonly ms: number;
}

/** Virtual clocks by name, for provider processes and the emulators that they talk to: who sleeps anywhere moves the time of all. */
export class Clocks {
  private readonly clocks = new Map<string, VirtualClock>();
  private readonly processes = new Set<ChildProcess>();

  add(name: string): VirtualClock {
    const clock = new VirtualClock();
    this.clocks.set(name, clock);
    return clock;
  }

  /** To be given to a new process. */
  readonly serve = (child: ChildProcess): void => {
    this.processes.add(child);
    child.once("exit", () => this.processes.delete(child));
    child.on("message", ({ id, clock: name, ms }: Sleep) => {
      const clock = this.clocks.get(name);
      if (!clock) throw new Error(`a provider sleeps on a clock that is none: ${name}`);
      clock.advance(ms);
      for (const process of this.processes) {
        const now = { clock: name, now: clock.now(), ...(process === child ? { id } : {}) };
        // One that is being killed has nobody to listen.
        if (process.connected) process.send(now, () => undefined);
      }
    });
  };

  /** The provider text of a resource whose provider is on this clock. */
  static providerText(type: string, name: string): string {
    const entry = path.join(__dirname, "onVirtualClock.cjs");
    return `exports.handler=()=>require(${JSON.stringify(entry)})(${JSON.stringify(type)},${JSON.stringify(name)})`;
  }
}
