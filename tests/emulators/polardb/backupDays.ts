import { type AdvancedDataPolicy, ALL_WEEK, type Settings } from "./settings";

/** Weekdays on which a cluster is backed up, comma-separated; empty for none. */
export function backupDays({ level, data, advancedData }: Settings): string {
  return level === "Advanced" ? daysOf(advancedData) : data.DataLevel1BackupPeriod || data.PreferredBackupPeriod;
}

/** Other rules than weekly ones count as daily: an interval is at most that long, and the form of the others is not documented. */
function daysOf(policies: readonly AdvancedDataPolicy[]): string {
  const primary = policies.filter(({ SrcType }) => SrcType === "db");
  const numbers = primary.flatMap(({ FilterKey, FilterValue }) =>
    FilterKey === "dayOfWeek" ? (FilterValue ?? "").split(",") : ["1", "2", "3", "4", "5", "6", "7"],
  );
  return ALL_WEEK.split(",")
    .filter((_day, index) => numbers.includes(String(index + 1)))
    .join(",");
}
