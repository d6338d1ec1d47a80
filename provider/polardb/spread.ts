/** Part of the day over which the windows of a fleet are spread: whole hours in UTC, `{ from: "22:00Z", to: "04:00Z" }`. */
export interface Spread {
  readonly from: string;
  /** Not part of it. Before `from` where the range goes over midnight. */
  readonly to: string;
}

/**
 * The one-hour window of a cluster within a range, from its id alone: the same in every run, whoever else is in the fleet. It imports nothing,
 * because programs load it too.
 */
export function windowOf(dbClusterId: string, { from, to }: Spread): string {
  const [first, end] = [hourOf(from), hourOf(to)];
  if (first === undefined || end === undefined || first === 24 || first === end) {
    throw new RangeError(`no range of whole hours in UTC, such as from "22:00Z" to "04:00Z": from ${from} to ${to}`);
  }
  const hours = (end - first + 24) % 24 || 24;
  const start = (first + Math.floor((hash(dbClusterId) / 2 ** 32) * hours)) % 24;
  const time = (hour: number): string => `${String(hour).padStart(2, "0")}:00Z`;
  return `${time(start)}-${time(start + 1)}`;
}

function hourOf(time: string): number | undefined {
  const match = /^([01]\d|2[0-4]):00Z$/.exec(time);
  return match ? Number(match[1]) : undefined;
}

/** FNV-1a, mixed at the end (the finaliser of MurmurHash3), because ids of clusters differ little. Frozen: another one would move every window. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) as number), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
