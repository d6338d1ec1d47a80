/** Durations are written as one whole number and one unit, the grammar that obshell and the database share. */
const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

type DurationUnit = keyof typeof UNIT_MS;

/** Milliseconds, or undefined when the text is not one whole number followed by one of `d h m s ms`. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+)(ms|[dhms])$/i.exec(text);
  if (!match) return undefined;
  const ms = Number(match[1]) * UNIT_MS[(match[2] as string).toLowerCase() as DurationUnit];
  return Number.isSafeInteger(ms) ? ms : undefined;
}

/** The one spelling of a duration: its largest unit that needs no fraction. `formatDuration(7_200_000)` is `"2h"`, zero is `"0s"`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return "0s";
  for (const unit of Object.keys(UNIT_MS) as DurationUnit[]) {
    if (ms % UNIT_MS[unit] === 0) return `${ms / UNIT_MS[unit]}${unit}`;
  }
  return `${ms}ms`;
}

/** For people: `"2m 5s"`, `"900ms"`. */
export function describeDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  const seconds = Math.round(ms / 1_000);
  const parts: string[] = [];
  if (seconds >= 3_600) parts.push(`${Math.floor(seconds / 3_600)}h`);
  if (seconds >= 60) parts.push(`${Math.floor((seconds % 3_600) / 60)}m`);
  parts.push(`${seconds % 60}s`);
  return parts.join(" ");
}

/** A duration that a schema has already accepted, in milliseconds; the fallback when it is absent. */
export function durationMs(text: string | undefined, fallbackMs: number): number {
  return (text === undefined ? undefined : parseDuration(text)) ?? fallbackMs;
}
