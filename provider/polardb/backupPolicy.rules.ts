import { known } from "../core/unknowns";
import { advancedDataPolicyRules } from "./advancedDataPolicies.rules";
import {
  type BackupPolicyInputs,
  CLASSIC_FIELDS,
  type ClassicField,
  WITHOUT_EFFECT_IN_ADVANCED,
} from "./backupPolicy.schema";
import { LEVEL_1_SPELLING } from "./backupPolicy.spelling";
import { utcOffsetHours, WEEKDAY_FIELDS, WINDOW_FIELDS, windowOf } from "./backupPolicy.timeZone";
import { onDeleteIsAccepted } from "./policy.schema";
import { broken, type Rule as DocumentedRule, findIncompleteCopy } from "./rules";
import { isHighFrequency, isUtcWindow, UTC_WINDOW, WEEKDAYS } from "./schedule";

type Rule = DocumentedRule<BackupPolicyInputs>;

const MODIFY = "PolarDB: ModifyBackupPolicy";
const GUIDE = "Configure backup policy settings";

/** "If you enable high-frequency backup, the PreferredBackupPeriod parameter is automatically set to all days of the week." */
const highFrequencyNeedsEveryDay: Rule = {
  id: "high-frequency-every-day",
  source: `${MODIFY}, BackupFrequency`,
  find: (inputs) =>
    (["backupFrequency", "dataLevel1BackupFrequency"] as const).flatMap((frequencyField) => {
      const value = known(inputs[frequencyField]);
      if (!isHighFrequency(value)) return [];
      return (["preferredBackupPeriod", "dataLevel1BackupPeriod"] as const).flatMap((field) => {
        const days = known(inputs[field]);
        return days === undefined || days.length === WEEKDAYS.length
          ? []
          : broken(
              [field],
              `cannot be kept beside ${frequencyField} "${value}": the service then backs up on all seven days. Name all seven, or leave ${field} out`,
            );
      });
    }),
};

/** Level-2 backups are made from level-1 backups of the same day. */
const level2DaysAreLevel1Days: Rule = {
  id: "level2-days-within-level1",
  source: `${GUIDE}, level-2 backup`,
  find(inputs) {
    const level2 = known(inputs.dataLevel2BackupPeriod);
    const [field, level1] = inputs.dataLevel1BackupPeriod
      ? (["dataLevel1BackupPeriod", known(inputs.dataLevel1BackupPeriod)] as const)
      : (["preferredBackupPeriod", known(inputs.preferredBackupPeriod)] as const);
    if (!level2 || !level1) return [];
    const extra = level2.filter((day) => !level1.includes(day));
    return extra.length === 0
      ? []
      : broken(
          ["dataLevel2BackupPeriod"],
          `must name only days that ${field} names too; add ${extra.join(", ")} there or remove it here`,
        );
  },
};

const anotherRegionIsComplete: Rule = {
  id: "another-region-complete",
  source: `${MODIFY}, DataLevel2BackupAnotherRegionRegion`,
  find: (inputs) =>
    findIncompleteCopy(inputs, "dataLevel2BackupAnotherRegionRegion", "dataLevel2BackupAnotherRegionRetentionPeriod"),
};

/** "Select the region in which you want to store the cross-region backup": one other than the cluster's own. */
const anotherRegionIsAnother: Rule = {
  id: "another-region-differs",
  source: `${GUIDE}, cross-region backup`,
  find(inputs) {
    const region = known(inputs.dataLevel2BackupAnotherRegionRegion);
    return region !== undefined && region === known(inputs.region)
      ? broken(["dataLevel2BackupAnotherRegionRegion"], "must be another region than the cluster's own")
      : [];
  },
};

const scheduleHasOneOwner: Rule = {
  id: "schedule-one-spelling",
  source: `${MODIFY}, PreferredBackupPeriod and DataLevel1BackupPeriod: two spellings of one schedule`,
  find: (inputs) =>
    Object.entries(LEVEL_1_SPELLING).flatMap(([field, level1]) =>
      inputs[field as ClassicField] !== undefined && inputs[level1] !== undefined
        ? broken(
            [field],
            `says the same thing as ${level1}: declare one of them. ${field} is sent under the name that the cluster keeps it under`,
          )
        : [],
    ),
};

/** "This parameter is supported only for clusters for which `BackupPolicyLevel` is set to `Advanced`." */
const advancedPoliciesNeedAdvancedLevel: Rule = {
  id: "advanced-policies-need-level",
  source: `${MODIFY}, AdvancedDataPolicies`,
  find: (inputs) =>
    inputs.advancedDataPolicies !== undefined &&
    known(inputs.backupPolicyLevel) !== "Advanced" &&
    !isPending(inputs.backupPolicyLevel)
      ? broken(["advancedDataPolicies"], 'works only beside backupPolicyLevel: "Advanced"; add it', false)
      : [],
};

/** "After you enable the advanced backup feature, this parameter is no longer effective." */
const advancedLevelHasNoClassicFields: Rule = {
  id: "advanced-without-classic",
  source: `${MODIFY}, BackupPolicyLevel`,
  find: (inputs) =>
    known(inputs.backupPolicyLevel) !== "Advanced"
      ? []
      : CLASSIC_FIELDS.filter((field) => WITHOUT_EFFECT_IN_ADVANCED.has(field) && inputs[field] !== undefined).flatMap(
          (field) =>
            broken(
              [field],
              'has no effect beside backupPolicyLevel: "Advanced" (the service would accept and ignore it); say it in advancedDataPolicies',
            ),
        ),
};

const windowsSayTheirZone: Rule = {
  id: "window-zone",
  source: `${MODIFY}, PreferredBackupTime: in UTC; local time is ours`,
  find: (inputs) =>
    isPending(inputs.timeZone)
      ? []
      : WINDOW_FIELDS.flatMap((field) => {
          const window = known(inputs[field]);
          if (window === undefined || isUtcWindow(window) === (inputs.timeZone === undefined)) return [];
          return broken(
            [field],
            inputs.timeZone === undefined
              ? UTC_WINDOW
              : 'is in UTC, though timeZone is set: write it in local time, such as "02:00-03:00", or remove timeZone',
          );
        }),
};

/** Windows start on the hour in UTC, so in a zone that is half an hour away they cannot start on the hour. */
const zoneIsWholeHours: Rule = {
  id: "time-zone-whole-hours",
  source: `${MODIFY}, PreferredBackupTime: on the hour`,
  find(inputs) {
    const zone = known(inputs.timeZone);
    if (zone === undefined) return [];
    const isWhole = [Date.UTC(2026, 0, 1), Date.UTC(2026, 6, 1)].every((at) => utcOffsetHours(zone, at) !== undefined);
    return isWhole
      ? []
      : broken(
          ["timeZone"],
          "is not a whole number of hours from UTC, where backup windows start on the hour; use UTC",
        );
  },
};

const weekdaysNeedTheirWindow: Rule = {
  id: "time-zone-needs-window",
  source: "Ours: whether a local weekday is the same day in UTC depends on the hour",
  find: (inputs) =>
    inputs.timeZone === undefined
      ? []
      : WEEKDAY_FIELDS.filter((field) => inputs[field] !== undefined && windowOf(field, inputs) === undefined).flatMap(
          (field) =>
            broken(
              [field],
              `needs ${field === "preferredBackupPeriod" ? "preferredBackupTime" : "dataLevel1BackupTime"} beside timeZone, because the hour decides which day it is in UTC; add it`,
            ),
        ),
};

/** There is no way back from Advanced, so there is nothing to reset to. */
const advancedIsNotReset: Rule = {
  id: "advanced-no-reset",
  source: `${MODIFY}, BackupPolicyLevel`,
  find: (inputs) =>
    known(inputs.backupPolicyLevel) === "Advanced" && known(inputs.onDelete) === "reset"
      ? broken(["onDelete"], 'cannot stand beside backupPolicyLevel: "Advanced", which cannot be undone; use "keep"')
      : [],
};

export const backupPolicyRules: readonly Rule[] = [
  onDeleteIsAccepted,
  advancedIsNotReset,
  highFrequencyNeedsEveryDay,
  level2DaysAreLevel1Days,
  anotherRegionIsComplete,
  anotherRegionIsAnother,
  scheduleHasOneOwner,
  windowsSayTheirZone,
  zoneIsWholeHours,
  weekdaysNeedTheirWindow,
  advancedPoliciesNeedAdvancedLevel,
  advancedLevelHasNoClassicFields,
  ...advancedDataPolicyRules,
];

/** True for a value that will only be known in the apply. */
function isPending(value: unknown): boolean {
  return value !== undefined && known(value) === undefined;
}
