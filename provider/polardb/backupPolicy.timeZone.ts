import { sameJson } from "../core/bag";
import { known } from "../core/unknowns";
import type { BackupPolicyInputs } from "./backupPolicy.schema";
import { localWindow, shiftWeekdays, utcWindow, type Weekday } from "./schedule";

export const WINDOW_FIELDS = ["preferredBackupTime", "dataLevel1BackupTime"] as const;

export const WEEKDAY_FIELDS = ["preferredBackupPeriod", "dataLevel1BackupPeriod", "dataLevel2BackupPeriod"] as const;

type ScheduleField = (typeof WINDOW_FIELDS)[number] | (typeof WEEKDAY_FIELDS)[number];

const SCHEDULE_FIELDS: readonly ScheduleField[] = [...WINDOW_FIELDS, ...WEEKDAY_FIELDS];

/** Windows and weekdays in UTC beside those that the program writes in local time. */
export interface UtcSchedule extends Partial<Pick<BackupPolicyInputs, ScheduleField>> {
  /** Hours from UTC to local time, as they were when window or zone were last changed. */
  readonly offsetHours: number;
}

/** What a program's schedule looks like to everything but `check`: in UTC. */
export type UtcInputs = Omit<BackupPolicyInputs, "timeZone" | "utcSchedule">;

/**
 * Computes the UTC schedule of inputs that name a zone. The offset that the records hold stays while windows and zone stay, so
 * that a change to or from daylight saving never causes a write.
 */
export function withUtcSchedule(
  inputs: BackupPolicyInputs,
  recorded: Partial<BackupPolicyInputs>,
  now: number,
): BackupPolicyInputs {
  const zone = known(inputs.timeZone);
  if (zone === undefined || SCHEDULE_FIELDS.every((field) => inputs[field] === undefined)) return inputs;
  const isKept = recorded.timeZone === zone && WINDOW_FIELDS.every((field) => sameJson(recorded[field], inputs[field]));
  const offsetHours = (isKept ? recorded.utcSchedule?.offsetHours : undefined) ?? utcOffsetHours(zone, now);
  // Half of a schedule would look like a change of it; the apply knows all.
  if (offsetHours === undefined || SCHEDULE_FIELDS.some((field) => inputs[field] && !known(inputs[field])))
    return inputs;
  return { ...inputs, utcSchedule: { offsetHours, ...convert(inputs, offsetHours, utcWindow) } };
}

/** The same inputs with the whole schedule in UTC. */
export function inUtc({ timeZone: _zone, utcSchedule, ...inputs }: BackupPolicyInputs): UtcInputs {
  const { offsetHours: _offset, ...schedule } = utcSchedule ?? {};
  return { ...inputs, ...schedule };
}

/** Live inputs as the program writes them: what has not drifted keeps the program's words. */
export function inLocalTime(live: UtcInputs, recorded: BackupPolicyInputs): BackupPolicyInputs {
  const { timeZone, utcSchedule } = recorded;
  if (utcSchedule === undefined) return { ...live, timeZone };
  const { offsetHours } = utcSchedule;
  const local = convert(live, offsetHours, localWindow);
  const utc: Record<string, unknown> = { offsetHours };
  const shown: Record<string, unknown> = {};
  for (const field of SCHEDULE_FIELDS.filter((name) => recorded[name] !== undefined)) {
    utc[field] = live[field];
    shown[field] = sameJson(live[field], utcSchedule[field]) ? recorded[field] : local[field];
  }
  return { ...live, ...shown, timeZone, utcSchedule: utc as unknown as UtcSchedule };
}

/** Whole hours from UTC to local time at a moment; undefined where the zone is not a whole number of hours away. */
export function utcOffsetHours(zone: string, at: number): number | undefined {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(at);
  const offset = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours = "0", minutes = "00"] = /^GMT(?:([+-])(\d{2}):(\d{2}))?$/.exec(offset) ?? [];
  if (minutes !== "00") return undefined;
  return Number(hours) * (sign === "-" ? -1 : 1);
}

/** The window whose hours tell by how many days a list of weekdays moves. */
export function windowOf(
  field: (typeof WEEKDAY_FIELDS)[number],
  inputs: Partial<BackupPolicyInputs>,
): string | undefined {
  const { preferredBackupTime, dataLevel1BackupTime } = inputs;
  return field === "preferredBackupPeriod"
    ? (preferredBackupTime ?? dataLevel1BackupTime)
    : (dataLevel1BackupTime ?? preferredBackupTime);
}

function convert(
  inputs: Partial<UtcInputs>,
  offsetHours: number,
  toWindow: typeof utcWindow,
): Partial<Pick<BackupPolicyInputs, ScheduleField>> {
  const converted: Record<string, string | Weekday[]> = {};
  for (const field of WINDOW_FIELDS) {
    const window = inputs[field];
    if (window !== undefined) converted[field] = toWindow(window, offsetHours).window;
  }
  for (const field of WEEKDAY_FIELDS) {
    const days = inputs[field];
    const window = windowOf(field, inputs);
    if (days === undefined) continue;
    const shift = window === undefined ? 0 : toWindow(window, offsetHours).dayShift;
    converted[field] = shiftWeekdays(days, shift);
  }
  return converted;
}
