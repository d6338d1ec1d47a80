import { ALL_WEEK } from "./settings";

/**
 * The value grammars of both Modify actions. Each reader returns the canonical text, or undefined when the service would
 * call the value malformed.
 */

const WEEKDAYS = ALL_WEEK.split(",");

/** Known English names, commas only, at least two different ones; read back from Monday on whatever order they were sent in. */
export function readWeekdays(value: string): string | undefined {
  const names = value.split(",");
  const days = WEEKDAYS.filter((day) => names.includes(day));
  return names.every((name) => WEEKDAYS.includes(name)) && days.length >= 2 ? days.join(",") : undefined;
}

/** One hour, on the hour, in UTC. Both spellings of midnight as an end are taken; the DBS pages and Terraform write `24:00Z`. */
export function readWindow(value: string): string | undefined {
  const match = /^([01]\d|2[0-3]):00Z-([01]\d|2[0-4]):00Z$/.exec(value);
  if (!match) return undefined;
  const end = Number(match[1]) + 1;
  const sent = Number(match[2]);
  if (sent !== end && !(end === 24 && sent === 0)) return undefined;
  return `${match[1]}:00Z-${String(end).padStart(2, "0")}:00Z`;
}

export function echoWindow(window: string, midnight: "24:00" | "00:00"): string {
  return window.replace("-24:00Z", `-${midnight}Z`);
}

export function readOneOf(...allowed: readonly string[]): (value: string) => string | undefined {
  return (value) => (allowed.includes(value) ? value : undefined);
}

export const readFrequency = readOneOf("Normal", "2/24H", "3/24H", "4/24H");

/** A whole number in canonical form that is between the bounds or one of the extra values. */
export function readDays(
  value: string,
  lowest: number,
  highest: number,
  ...extra: readonly number[]
): string | undefined {
  if (!/^(0|-?[1-9]\d*)$/.test(value)) return undefined;
  const days = Number(value);
  return (days >= lowest && days <= highest) || extra.includes(days) ? value : undefined;
}

export function isHighFrequency(frequency: string): boolean {
  return frequency !== "" && frequency !== "Normal";
}

/** Start of the next backup as `PreferredNextBackupTime` shows it: half past the hour, no seconds, as in the page's sample. */
export function nextBackupTime(now: number, period: string, window: string): string {
  const days = period.split(",");
  const hour = Number(window.slice(0, 2));
  const today = new Date(now);
  for (let ahead = 0; ahead <= 7; ahead += 1) {
    const start = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() + ahead, hour, 30);
    const weekday = WEEKDAYS[(new Date(start).getUTCDay() + 6) % 7] ?? "";
    if (start > now && days.includes(weekday)) return `${new Date(start).toISOString().slice(0, 16)}Z`;
  }
  return "";
}
