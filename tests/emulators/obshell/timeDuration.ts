import { ObshellError } from "./errors";

const NANOSECONDS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
};

const INT_MAX = 2n ** 63n - 1n;
const LONGEST = 365n * 86_400_000_000_000n;

/** One number and one unit, letter case free, 1 ns to 365 d. Nanoseconds. */
export function parseDuration(text: string): bigint {
  const refuse = (why: string): ObshellError => ObshellError.of("timeDuration", text, why);
  const match = /^(\d+)([a-zA-Z]+)$/.exec(text);
  if (!match) throw refuse("invalid format");
  const [, digits = "", letters = ""] = match;
  const count = BigInt(digits);
  if (count > INT_MAX) throw refuse("invalid number");
  const unit = NANOSECONDS[letters.toLowerCase()];
  if (unit === undefined) throw refuse("invalid time unit");
  const duration = count * unit;
  if (duration < 1n) throw refuse("time duration is less than min unit");
  if (duration > LONGEST) throw refuse("time duration is greater than max unit");
  return duration;
}

export const ONE_MINUTE = NANOSECONDS.m ?? 0n;
export const TWO_HOURS = 2n * (NANOSECONDS.h ?? 0n);
export const ONE_DAY = NANOSECONDS.d ?? 0n;
export const SEVEN_DAYS = 7n * ONE_DAY;
