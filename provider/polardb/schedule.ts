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

/** The rule for windows in UTC. */
export const UTC_WINDOW =
  'must be one hour that starts on the hour, in UTC, written "hh:00Z-hh:00Z" such as "15:00Z-16:00Z"';

/**
 * The one spelling of a one-hour window in UTC: `"15:00Z-16:00Z"`. The hour before midnight ends at `24:00Z`, which the service
 * writes that way, while arithmetic and some of its pages give `00:00Z`; both are accepted. Undefined for anything else.
 */
export function canonicalWindow(text: string): string | undefined {
  const match = /^\s*([01]\d|2[0-3]):00Z\s*-\s*(\d{2}):00Z\s*$/.exec(text);
  return match ? windowFrom(Number(match[1]), Number(match[2]), "Z") : undefined;
}

/** The same for a window in local time: `"02:00-03:00"`. */
export function canonicalLocalWindow(text: string): string | undefined {
  const match = /^\s*([01]\d|2[0-3]):00\s*-\s*(\d{2}):00\s*$/.exec(text);
  return match ? windowFrom(Number(match[1]), Number(match[2]), "") : undefined;
}

export function isUtcWindow(window: string): boolean {
  return window.endsWith("Z");
}

interface MovedWindow {
  readonly window: string;
  /** By how many days the beginning moves: -1 when Monday 02:00 local time is Sunday in UTC. */
  readonly dayShift: number;
}

export function utcWindow(local: string, offsetHours: number): MovedWindow {
  return moveWindow(local, -offsetHours, "Z");
}

export function localWindow(utc: string, offsetHours: number): MovedWindow {
  return moveWindow(utc, offsetHours, "");
}

function moveWindow(window: string, hours: number, suffix: "Z" | ""): MovedWindow {
  const start = Number(window.slice(0, 2)) + hours;
  // The service may show what no program can declare; it is passed on as it is.
  if (!Number.isInteger(start)) return { window, dayShift: 0 };
  const dayShift = Math.floor(start / 24);
  const hour = start - dayShift * 24;
  return { window: writeWindow(hour, suffix), dayShift };
}

export function shiftWeekdays(days: readonly Weekday[], dayShift: number): Weekday[] {
  const { length } = WEEKDAYS;
  return sortWeekdays(days.map((day) => WEEKDAYS[(WEEKDAYS.indexOf(day) + dayShift + length) % length] as Weekday));
}

function windowFrom(start: number, end: number, suffix: "Z" | ""): string | undefined {
  return end === start + 1 || (start === 23 && end === 0) ? writeWindow(start, suffix) : undefined;
}

function writeWindow(start: number, suffix: "Z" | ""): string {
  const time = (hour: number): string => `${String(hour).padStart(2, "0")}:00${suffix}`;
  return `${time(start)}-${time(start + 1)}`;
}

export function isHighFrequency(frequency: BackupFrequency | undefined): boolean {
  return frequency !== undefined && frequency !== "Normal";
}

/** Weekday numbers are a set like weekday names; every other schedule value is kept as written, because its format is undocumented. */
export function canonicalFilterValue(filterKey: string | undefined, value: string | undefined): string | undefined {
  if (filterKey !== "dayOfWeek" || value === undefined) return value;
  return [...new Set(value.split(",").map((day) => day.trim()))].sort().join(",");
}
