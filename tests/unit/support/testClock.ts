import type { Clock } from "../../../provider/core/clock";

/** A clock whose sleeps take no real time and are written down; chance is what the test says it is. */
export class TestClock implements Clock {
  readonly sleeps: number[] = [];
  private time: number;

  constructor(
    private readonly chance: () => number = () => 0.5,
    start = Date.UTC(2026, 0, 5, 12, 0, 0),
  ) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  advance(ms: number): void {
    this.time += ms;
  }

  async sleep(ms: number): Promise<void> {
    this.sleeps.push(ms);
    this.time += ms;
  }

  random(): number {
    return this.chance();
  }
}
