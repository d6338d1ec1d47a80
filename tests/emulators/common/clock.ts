/** Time as an emulator sees it. Servers started by hand run on `realClock`; tests may share a `VirtualClock` with the client. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * A clock that jumps: sleeping takes no real time and moves `now` forward at once. Emulators derive their state from `now`
 * whenever they are asked, so a client that polls on the same clock sees hours pass in milliseconds.
 */
export class VirtualClock implements Clock {
  private time: number;

  constructor(start = Date.UTC(2026, 0, 5, 12, 0, 0)) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  advance(ms: number): void {
    this.time += ms;
  }

  async sleep(ms: number): Promise<void> {
    this.time += ms;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
