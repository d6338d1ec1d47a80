import { describeDuration } from "../core/duration";

/** Clocks differ by a little everywhere. */
const NOTABLE_MS = 10_000;

/** What `GET /api/v1/time` tells about an agent's clock. */
export interface MeasuredClock {
  /** How far it is ahead of ours; negative when it is behind. */
  readonly aheadMs: number;
}

/** Undefined when the answer is no time. The agent read its clock somewhere between the two moments of ours. */
export function clockFromAnswer(data: unknown, sentAt: number, receivedAt: number): MeasuredClock | undefined {
  const agentTime = typeof data === "string" ? Date.parse(data) : Number.NaN;
  return Number.isNaN(agentTime) ? undefined : { aheadMs: agentTime - (sentAt + receivedAt) / 2 };
}

export function isNotable({ aheadMs }: MeasuredClock): boolean {
  return Math.abs(aheadMs) >= NOTABLE_MS;
}

export function describeClock(endpoint: string, { aheadMs }: MeasuredClock): string {
  const difference = describeDuration(Math.abs(aheadMs));
  return `the clock of ${endpoint} is ${difference} ${aheadMs < 0 ? "behind" : "ahead of"} this machine's`;
}
