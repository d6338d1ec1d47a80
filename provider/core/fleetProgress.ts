import type { Clock } from "./clock";
import { describeDuration } from "./duration";
import { counted } from "./fleet";

const INTERVAL_MS = 5_000;

/** Tells how far the work on a fleet has come: every few seconds, and at the end. */
export class FleetProgress {
  private readonly startedAt: number;
  private toldAt: number;
  private done = 0;
  private failed = 0;

  constructor(
    private readonly total: number,
    private readonly noun: string,
    private readonly clock: Clock,
    private readonly log: (line: string) => void,
  ) {
    this.startedAt = clock.now();
    this.toldAt = this.startedAt;
  }

  /** One member more is through. */
  count(hasFailed: boolean): void {
    if (hasFailed) this.failed++;
    else this.done++;
    if (this.clock.now() - this.toldAt < INTERVAL_MS) return;
    this.toldAt = this.clock.now();
    const through = this.done + this.failed;
    const leftMs = ((this.toldAt - this.startedAt) / through) * (this.total - through);
    this.log(`${this.soFar()}; about ${describeDuration(leftMs)} left`);
  }

  end(): void {
    const elapsedMs = this.clock.now() - this.startedAt;
    this.log(`${this.soFar()}; took ${describeDuration(elapsedMs)}`);
  }

  private soFar(): string {
    const seconds = Math.max(1, this.clock.now() - this.startedAt) / 1_000;
    const perSecond = (this.done + this.failed) / seconds;
    return `${this.done} of ${counted(this.total, this.noun)} done, ${this.failed} failed, ${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)} per second`;
  }
}
