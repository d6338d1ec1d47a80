/**
 * Compares a reply with a recorded one after normalising what the recording's README calls volatile: timestamp, duration,
 * trace id, ids, pids and times. Times are not simply ignored: the zero time, the reset time (epoch) and an end that lies
 * before its start are part of obshell's behaviour.
 */

const ZERO_TIME = "0001-01-01T00:00:00Z";
const EPOCH = "1970-01-01T08:00:00+08:00";
const REAL_TIME = /^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+08:00$/;

const TIME_KEYS = new Set([
  "timestamp",
  "start_time",
  "end_time",
  "create_time",
  "update_time",
  "start_timestamp",
  "end_timestamp",
  "checkpoint",
  "lastest_archive_log_checkpoint",
  "lastest_data_backup_time",
]);

/** Numbers or texts that only have to be of the same kind. Amounts, SCNs and delays were invented by the recording's database. */
const VOLATILE_KEYS = new Set([
  "duration",
  "traceId",
  "pid",
  "startAt",
  "public_key",
  "id",
  "dag_id",
  "node_id",
  "task_id",
  "sub_task_id",
  "job_id",
  "backup_set_id",
  "round_id",
  "delay",
  "archive_log_delay",
  "start_scn",
  "end_scn",
  "user_ls_start_scn",
]);

/** Same name, but part of the cluster's identity and not of a counter. */
const STABLE_PATHS = [/^data\.obcluster_info\.id$/, /^data\.zones\[\d+\]\.servers\[\d+\]\.id$/];

/** Lists that obshell returns in random order. */
const UNORDERED_PATHS = new Map([["data.contents", "scope"]]);

export function differences(recorded: unknown, actual: unknown, path = ""): string[] {
  const key = /([A-Za-z_]+)$/.exec(path)?.[1] ?? "";
  if (path === "data" && REAL_TIME.test(String(recorded)))
    return REAL_TIME.test(String(actual)) ? [] : [at(path, recorded, actual)];
  if (TIME_KEYS.has(key)) return sameTimeKind(recorded, actual) ? [] : [at(path, recorded, actual)];
  if (VOLATILE_KEYS.has(key) && !STABLE_PATHS.some((stable) => stable.test(path))) {
    return sameKind(recorded, actual, key) ? [] : [at(path, recorded, actual)];
  }
  if (Array.isArray(recorded) && Array.isArray(actual)) return listDifferences(recorded, actual, path);
  if (isRecord(recorded) && isRecord(actual)) return recordDifferences(recorded, actual, path);
  return Object.is(recorded, actual) ? [] : [at(path, recorded, actual)];
}

/** The longest recorded body with a length has 2039 bytes, the shortest in chunks 2049. */
const LONGEST_WITH_LENGTH = 2_048;

interface Sized {
  readonly headers: object;
  readonly text: string;
}

/**
 * All headers but the date; the recording leaves out all those of a reply, or none. Bodies differ by the digits of their
 * times and ids, so that a length or its absence is judged by the body it came with.
 */
export function headerDifferences(recorded: Sized, actual: Sized): string[] {
  if (Object.keys(recorded.headers).length === 0) return [];
  return differences(comparableHeaders(recorded), comparableHeaders(actual), "headers");
}

function comparableHeaders({ headers, text }: Sized): Record<string, unknown> {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const { date: _, "content-length": length, "transfer-encoding": coding, ...rest } = Object.fromEntries(lower);
  const isLong = Buffer.byteLength(text) > LONGEST_WITH_LENGTH;
  const isFramedBySize = isLong ? length === undefined && coding === "chunked" : length !== undefined && !coding;
  const sorted = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...Object.fromEntries(sorted), isFramedBySize };
}

function listDifferences(recorded: readonly unknown[], actual: readonly unknown[], path: string): string[] {
  if (recorded.length !== actual.length) return [at(`${path}.length`, recorded.length, actual.length)];
  const [left, right] = [ordered(recorded, path), ordered(actual, path)];
  return left.flatMap((item, index) => differences(item, right[index], `${path}[${index}]`));
}

function ordered(list: readonly unknown[], path: string): readonly unknown[] {
  const marker = UNORDERED_PATHS.get(path);
  if (marker === undefined || !list.every((item) => isRecord(item) && marker in item)) return list;
  const name = (item: unknown): string => String((item as Record<string, unknown>).name);
  return [...list].sort((a, b) => (name(a) < name(b) ? -1 : 1));
}

function recordDifferences(recorded: Record<string, unknown>, actual: Record<string, unknown>, path: string): string[] {
  const keys = Object.keys(recorded);
  if (keys.join() !== Object.keys(actual).join()) return [at(`keys of ${path || "body"}`, keys, Object.keys(actual))];
  const found = keys.flatMap((key) => differences(recorded[key], actual[key], path === "" ? key : `${path}.${key}`));
  if ("start_time" in recorded && "end_time" in recorded && !sameOrder(recorded, actual)) {
    found.push(at(`${path}.start_time..end_time`, span(recorded), span(actual)));
  }
  return found;
}

/** An instant in the recording may be shorter than the emulator's millisecond, so "later" allows "equal". */
function sameOrder(recorded: Record<string, unknown>, actual: Record<string, unknown>): boolean {
  const [expected, found] = [order(recorded), order(actual)];
  return expected > 0 ? found >= 0 : found === expected;
}

function order(record: Record<string, unknown>): number {
  return Math.sign(instant(record.end_time) - instant(record.start_time));
}

/** Microseconds, which `Date.parse` drops. */
function instant(value: unknown): number {
  const text = String(value);
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? "0";
  return Date.parse(text.replace(/\.\d+/, "")) * 1_000 + Number(fraction.padEnd(6, "0").slice(0, 6));
}

function span(record: Record<string, unknown>): string {
  return `${String(record.start_time)} .. ${String(record.end_time)}`;
}

function sameTimeKind(recorded: unknown, actual: unknown): boolean {
  for (const fixed of [ZERO_TIME, EPOCH]) if (recorded === fixed || actual === fixed) return recorded === actual;
  return REAL_TIME.test(String(recorded)) && REAL_TIME.test(String(actual));
}

/** Of equal type, and empty or not alike: an SCN that is not known yet is 0, the trace id of some replies is empty. */
function sameKind(recorded: unknown, actual: unknown, key: string): boolean {
  if (typeof recorded !== typeof actual) return false;
  if (typeof recorded === "string" || key.endsWith("_scn")) return Boolean(recorded) === Boolean(actual);
  return true;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function at(path: string, recorded: unknown, actual: unknown): string {
  return `${path}: recorded ${short(recorded)}, got ${short(actual)}`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}

/** The bytes of a reply with the volatile values blanked: shows escapes and key order. */
export function normalisedText(text: string): string {
  return text
    .replace(/"(timestamp|start_time|end_time)":"2\d{3}-[^"]*"/g, '"$1":"T"')
    .replace(/"traceId":"[^"]*"/g, '"traceId":""')
    .replace(/"(duration|dag_id|node_id|task_id)":\d+/g, '"$1":0')
    .replace(/"id":"\d+"/g, '"id":"0"');
}
