/** English weekday name, as the vendor writes it. */
export type Weekday = "Monday" | "Tuesday" | "Wednesday" | "Thursday" | "Friday" | "Saturday" | "Sunday";

/** `"Normal"`: once a day. `"2/24H"`, `"3/24H"`, `"4/24H"`: every 2, 3 or 4 hours. */
export type BackupFrequency = "Normal" | "2/24H" | "3/24H" | "4/24H";

/** `0`: off. `30` to `7300`: days. `-1`: kept for ever. */
export type RetentionDays = number;
