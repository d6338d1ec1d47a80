/** Rules of advanced backup that most tests declare, each complete and unlike the others. */
export const DAILY = {
  name: "daily",
  srcType: "db",
  srcRegion: "cn-hangzhou",
  destType: "level1",
  destRegion: "cn-hangzhou",
  filterType: "crontab",
  filterKey: "dayOfWeek",
  filterValue: "1,2,3,4,5,6,7",
  retentionType: "delay",
  retentionValue: 9,
};

export const WEEKLY = {
  name: "weekly",
  srcType: "level1",
  destType: "level2",
  filterType: "crontab",
  filterKey: "dayOfWeek",
  filterValue: "7",
  retentionType: "delay",
  retentionValue: 365,
};

export const MONTHLY = { ...WEEKLY, name: "monthly", filterKey: "dayOfMonth", filterValue: "1" };
