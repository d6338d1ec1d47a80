import type { Path } from "../core/bag";
import { known } from "../core/unknowns";
import type { Violation } from "../core/violations";
import { advancedDataPolicyRules } from "./advancedDataPolicies.rules";
import { type BackupPolicyInputs, CLASSIC_FIELDS, WITHOUT_EFFECT_IN_ADVANCED } from "./backupPolicy.schema";
import { resetIsAccepted } from "./policy.schema";
import { isHighFrequency, WEEKDAYS } from "./schedule";

/** Rules that look at several properties. They cite the vendor's page "PolarDB: ModifyBackupPolicy" unless they say otherwise. */
type Rule = (inputs: BackupPolicyInputs) => readonly Violation[];

const broken = (path: Path, rule: string, showValue = true): Violation[] => [{ path, rule, showValue }];

/** "If you enable high-frequency backup, the PreferredBackupPeriod parameter is automatically set to all days of the week." */
const highFrequencyNeedsEveryDay =
  (frequencyField: "backupFrequency" | "dataLevel1BackupFrequency"): Rule =>
  (inputs) => {
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
  };

/** Console rule of "Configure backup policy settings": level-2 backups are made from level-1 backups of the same day. */
const level2DaysAreLevel1Days: Rule = (inputs) => {
  const level2 = known(inputs.dataLevel2BackupPeriod);
  const level1 = known(inputs.dataLevel1BackupPeriod);
  if (!level2 || !level1) return [];
  const extra = level2.filter((day) => !level1.includes(day));
  return extra.length === 0
    ? []
    : broken(
        ["dataLevel2BackupPeriod"],
        `must name only days that dataLevel1BackupPeriod names too; add ${extra.join(", ")} there or remove it here`,
      );
};

const anotherRegionIsComplete: Rule = (inputs) => {
  const region = inputs.dataLevel2BackupAnotherRegionRegion;
  const retention = inputs.dataLevel2BackupAnotherRegionRetentionPeriod;
  if (region !== undefined && retention === undefined) {
    return broken(
      ["dataLevel2BackupAnotherRegionRegion"],
      "must be set together with dataLevel2BackupAnotherRegionRetentionPeriod; add it",
    );
  }
  const days = known(retention);
  if (days === undefined) return [];
  if (days === 0 && region !== undefined) {
    return broken(
      ["dataLevel2BackupAnotherRegionRegion"],
      "has no meaning while dataLevel2BackupAnotherRegionRetentionPeriod is 0 (off); leave it out",
    );
  }
  return days !== 0 && region === undefined
    ? broken(
        ["dataLevel2BackupAnotherRegionRetentionPeriod"],
        "must be set together with dataLevel2BackupAnotherRegionRegion; add it",
      )
    : [];
};

/** "This parameter is supported only for clusters for which `BackupPolicyLevel` is set to `Advanced`." */
const advancedPoliciesNeedAdvancedLevel: Rule = (inputs) =>
  inputs.advancedDataPolicies !== undefined &&
  known(inputs.backupPolicyLevel) !== "Advanced" &&
  !isPending(inputs.backupPolicyLevel)
    ? broken(["advancedDataPolicies"], 'works only beside backupPolicyLevel: "Advanced"; add it', false)
    : [];

const advancedLevelHasNoClassicFields: Rule = (inputs) =>
  known(inputs.backupPolicyLevel) !== "Advanced"
    ? []
    : CLASSIC_FIELDS.filter((field) => WITHOUT_EFFECT_IN_ADVANCED.has(field) && inputs[field] !== undefined).flatMap(
        (field) =>
          broken(
            [field],
            'has no effect beside backupPolicyLevel: "Advanced" (the service would accept and ignore it); say it in advancedDataPolicies',
          ),
      );

/** There is no way back from Advanced, so there is nothing to reset to. */
const advancedIsNotReset: Rule = (inputs) =>
  known(inputs.backupPolicyLevel) === "Advanced" && known(inputs.onDelete) === "reset"
    ? broken(["onDelete"], 'cannot stand beside backupPolicyLevel: "Advanced", which cannot be undone; use "keep"')
    : [];

export const backupPolicyRules: readonly Rule[] = [
  resetIsAccepted,
  advancedIsNotReset,
  highFrequencyNeedsEveryDay("backupFrequency"),
  highFrequencyNeedsEveryDay("dataLevel1BackupFrequency"),
  level2DaysAreLevel1Days,
  anotherRegionIsComplete,
  advancedPoliciesNeedAdvancedLevel,
  advancedLevelHasNoClassicFields,
  ...advancedDataPolicyRules,
];

/** True for a value that will only be known in the apply. */
function isPending(value: unknown): boolean {
  return value !== undefined && known(value) === undefined;
}
