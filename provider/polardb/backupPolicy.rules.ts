import type { Path } from "../core/bag";
import { known } from "../core/unknowns";
import type { Violation } from "../core/violations";
import {
  type AdvancedDataPolicy,
  type BackupPolicyInputs,
  CLASSIC_FIELDS,
  WITHOUT_EFFECT_IN_ADVANCED,
} from "./backupPolicy.schema";
import { resetIsAccepted } from "./policy.schema";
import { ruleListProblems } from "./ruleList.rules";
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

const rulesAreComplete: Rule = (inputs) =>
  (Array.isArray(inputs.advancedDataPolicies) ? inputs.advancedDataPolicies : []).flatMap((rule, index) =>
    known(rule)
      ? advancedRuleProblems(rule).map(({ field, text }) => ({
          path: ["advancedDataPolicies", index, field],
          rule: text,
          showValue: rule[field] !== undefined,
        }))
      : [],
  );

function advancedRuleProblems(rule: AdvancedDataPolicy): { field: keyof AdvancedDataPolicy; text: string }[] {
  const problems: { field: keyof AdvancedDataPolicy; text: string }[] = [];
  const need = (condition: boolean, field: keyof AdvancedDataPolicy, text: string): void => {
    if (!condition) problems.push({ field, text });
  };
  const isCrontab = rule.filterType === "crontab";
  need(!isCrontab || rule.filterKey !== undefined, "filterKey", 'is required beside filterType "crontab"');
  need(!isCrontab || rule.filterValue !== undefined, "filterValue", 'is required beside filterType "crontab"');
  need(isCrontab || rule.filterKey === undefined, "filterKey", 'goes only with filterType "crontab"; leave it out');
  const isDelay = rule.retentionType === "delay";
  need(!isDelay || rule.retentionValue !== undefined, "retentionValue", 'is required beside retentionType "delay"');
  need(
    isDelay || rule.retentionValue === undefined,
    "retentionValue",
    'has no meaning beside retentionType "never"; leave it out',
  );
  if (rule.filterKey === "dayOfWeek" && rule.filterValue !== undefined) {
    need(
      /^[1-7](,[1-7])*$/.test(rule.filterValue),
      "filterValue",
      'must be weekday numbers 1 (Monday) to 7 joined by commas, such as "1,3,5"',
    );
  }
  if (rule.filterKey === "backupInterval" && rule.filterValue !== undefined) {
    need(/^[1-9]\d*$/.test(rule.filterValue), "filterValue", 'must be a whole number of minutes, such as "180"');
  }
  const isCross = rule.destType === "level2Cross";
  need(!isCross || rule.destRegion !== undefined, "destRegion", 'is required beside destType "level2Cross"');
  need(
    !isCross || rule.destRegion === undefined || rule.destRegion !== rule.srcRegion || rule.srcType === "level2Cross",
    "destRegion",
    'must differ from srcRegion when destType is "level2Cross"',
  );
  return problems;
}

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
  (inputs) => ruleListProblems("advancedDataPolicies", inputs.advancedDataPolicies),
  rulesAreComplete,
];

/** True for a value that will only be known in the apply. */
function isPending(value: unknown): boolean {
  return value !== undefined && known(value) === undefined;
}
