/** English weekday names, in the order in which they are always written. */
export const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

export type Weekday = (typeof WEEKDAYS)[number];

export const FREQUENCIES = ["Normal", "2/24H", "3/24H", "4/24H"] as const;

export type BackupFrequency = (typeof FREQUENCIES)[number];

/** Weekday lists are sets: Monday first, each once. */
export function sortWeekdays(days: readonly Weekday[]): Weekday[] {
  return WEEKDAYS.filter((day) => days.includes(day));
}

/** The service's comma list; undefined for an empty or absent one. Unknown names are dropped, not fatal. */
export function weekdaysFromWire(text: string | undefined): Weekday[] | undefined {
  const names = (text ?? "").split(",").map((name) => name.trim());
  const days = sortWeekdays(names as Weekday[]);
  return days.length > 0 ? days : undefined;
}

/**
 * The one spelling of a one-hour window: `"15:00Z-16:00Z"`. The hour before midnight ends at `24:00Z`, which the service writes
 * that way, while arithmetic and some of its pages give `00:00Z`; both are accepted. Undefined for anything else.
 */
export function canonicalWindow(text: string): string | undefined {
  const match = /^\s*([01]\d|2[0-3]):00Z\s*-\s*(\d{2}):00Z\s*$/.exec(text);
  if (!match) return undefined;
  const start = Number(match[1]);
  const end = Number(match[2]);
  if (end !== start + 1 && !(start === 23 && end === 0)) return undefined;
  return `${match[1]}:00Z-${String(start + 1).padStart(2, "0")}:00Z`;
}

export function isHighFrequency(frequency: BackupFrequency | undefined): boolean {
  return frequency !== undefined && frequency !== "Normal";
}

/** Weekday numbers are a set like weekday names; every other schedule value is kept as written, because its format is undocumented. */
export function canonicalFilterValue(filterKey: string | undefined, value: string | undefined): string | undefined {
  if (filterKey !== "dayOfWeek" || value === undefined) return value;
  return [...new Set(value.split(",").map((day) => day.trim()))].sort().join(",");
}
