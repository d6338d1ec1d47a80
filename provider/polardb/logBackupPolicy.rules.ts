import { known } from "../core/unknowns";
import type { Violation } from "../core/violations";
import { CLASSIC_LOG_FIELDS, type LogBackupPolicyInputs } from "./logBackupPolicy.schema";
import { onDeleteIsAccepted } from "./policy.schema";
import { ruleListRules } from "./ruleList.rules";
import { broken, type Rule as DocumentedRule, findIncompleteCopy } from "./rules";

type Rule = DocumentedRule<LogBackupPolicyInputs>;

const MODIFY = "PolarDB: ModifyLogBackupPolicy";

const anotherRegionIsComplete: Rule = {
  id: "log-copy-complete",
  source: `${MODIFY}, LogBackupAnotherRegionRegion`,
  find: (inputs) => findIncompleteCopy(inputs, "logBackupAnotherRegionRegion", "logBackupAnotherRegionRetentionPeriod"),
};

/** The rules exist only with advanced backup, where these parameters are "no longer effective". */
const rulesHaveNoClassicFields: Rule = {
  id: "log-rules-without-classic",
  source: `${MODIFY}, LogBackupRetentionPeriod`,
  find: (inputs) =>
    inputs.advancedLogPolicies === undefined
      ? []
      : CLASSIC_LOG_FIELDS.filter((field) => inputs[field] !== undefined).flatMap((field) =>
          broken(
            [field],
            "has no effect beside advancedLogPolicies (the service would accept and ignore it); say it in a rule there",
          ),
        ),
};

const rulesAreComplete: Rule = {
  id: "log-rule-complete",
  source: `${MODIFY}, AdvancedLogPolicies`,
  find: (inputs) =>
    (Array.isArray(inputs.advancedLogPolicies) ? inputs.advancedLogPolicies : []).flatMap((rule, index) => {
      if (!known(rule)) return [];
      const { logRetentionType, logRetentionValue, srcRegion, destType, destRegion } = rule;
      const need = (condition: boolean, field: string, text: string, showValue: boolean): Violation[] =>
        condition ? [] : broken(["advancedLogPolicies", index, field], text, showValue);
      const isDelay = logRetentionType === "delay";
      const isCross = destType === "level2Cross";
      return [
        ...need(
          !isDelay || logRetentionValue !== undefined,
          "logRetentionValue",
          'is required beside logRetentionType "delay"',
          false,
        ),
        ...need(
          isDelay || logRetentionValue === undefined,
          "logRetentionValue",
          'has no meaning beside logRetentionType "never"; leave it out',
          true,
        ),
        ...need(!isCross || destRegion !== undefined, "destRegion", 'is required beside destType "level2Cross"', false),
        ...need(
          !isCross || destRegion === undefined || destRegion !== srcRegion,
          "destRegion",
          'must differ from srcRegion when destType is "level2Cross"',
          true,
        ),
      ];
    }),
};

/** Only the classic settings have a value to go back to. */
const rulesAreNotReset: Rule = {
  id: "log-rules-no-reset",
  source: "Ours: only the classic settings have a value to go back to",
  find: (inputs) =>
    inputs.advancedLogPolicies !== undefined && known(inputs.onDelete) === "reset"
      ? broken(["onDelete"], 'cannot stand beside advancedLogPolicies, which have nothing to go back to; use "keep"')
      : [],
};

export const logBackupPolicyRules: readonly Rule[] = [
  onDeleteIsAccepted,
  rulesAreNotReset,
  anotherRegionIsComplete,
  rulesHaveNoClassicFields,
  ...ruleListRules("advancedLogPolicies"),
  rulesAreComplete,
];
