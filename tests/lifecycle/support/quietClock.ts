import type { Transport } from "../../../provider/core/transport";
import type { Clock } from "../../emulators/common/clock";

interface Sleep {
  readonly until: number;
  readonly wake: () => void;
}

/**
 * Virtual time for many that are at work beside one another, and for the emulator that they ask: it passes only while no request is on
 * its way, up to the first sleep that ends. So what they find does not depend on the pace of the machine.
 */
export class QuietClock implements Clock {
  private time = Date.UTC(2026, 0, 5, 12, 0, 0);
  private requests = 0;
  private readonly sleeps = new Set<Sleep>();

  now(): number {
    return this.time;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => {
      this.sleeps.add({ until: this.time + ms, wake });
      this.passIfQuiet();
    });
  }

  /** The transport, whose requests this clock waits for. */
  watch({ send }: Transport): Transport {
    return {
      send: async (request) => {
        this.requests += 1;
        try {
          return await send(request);
        } finally {
          this.requests -= 1;
          this.passIfQuiet();
        }
      },
    };
  }

  /** After everything that follows at once from what has just happened. */
  private passIfQuiet(): void {
    setImmediate(() => {
      if (this.requests > 0 || this.sleeps.size === 0) return;
      this.time = Math.max(this.time, Math.min(...[...this.sleeps].map(({ until }) => until)));
      for (const sleep of [...this.sleeps].filter(({ until }) => until <= this.time)) {
        this.sleeps.delete(sleep);
        sleep.wake();
      }
      this.passIfQuiet();
    });
  }
}
