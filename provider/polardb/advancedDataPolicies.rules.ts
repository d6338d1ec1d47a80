import { type Path, sameJson } from "../core/bag";
import { known } from "../core/unknowns";
import type { Violation } from "../core/violations";
import { contentOf } from "./advancedRules";
import type { AdvancedDataPolicy, BackupPolicyInputs } from "./backupPolicy.schema";
import type { Rule as DocumentedRule } from "./rules";

/** Rules about `advancedDataPolicies`. What they refuse follows from the vendor's page "PolarDB: ModifyBackupPolicy" or from how rules are found. */
type Rule = DocumentedRule<BackupPolicyInputs>;

type Field = keyof AdvancedDataPolicy;

const broken = (path: Path, rule: string, showValue = true): Violation[] => [
  { path: ["advancedDataPolicies", ...path], rule, showValue },
];

const knownList = (inputs: BackupPolicyInputs): readonly AdvancedDataPolicy[] =>
  known(inputs.advancedDataPolicies) ?? [];

/** Each rule that is wholly known, with its place in the program, also when others are not known yet. */
function knownRules({ advancedDataPolicies }: BackupPolicyInputs): { rule: AdvancedDataPolicy; index: number }[] {
  if (!Array.isArray(advancedDataPolicies)) return [];
  return advancedDataPolicies.flatMap((rule, index) => (known(rule) ? [{ rule, index }] : []));
}

const namesAreUnique: Rule = {
  id: "advanced-names-unique",
  source: "Ours: names tell the rules apart",
  find: (inputs) => {
    const seen = new Set<string>();
    return knownList(inputs).flatMap(({ name }, index) => {
      if (!seen.has(name)) {
        seen.add(name);
        return [];
      }
      return broken([index, "name"], "is used twice; names tell the rules apart, so give each its own");
    });
  },
};

const existingRulesAreTakenOnce: Rule = {
  id: "advanced-id-once",
  source: "Ours: one rule of the service has one owner",
  find: (inputs) => {
    const rules = knownList(inputs);
    return rules.flatMap((rule, index) => {
      const first = rules.slice(0, index).find(({ policyId }) => policyId !== undefined && policyId === rule.policyId);
      return first
        ? broken([index, "policyId"], `is taken over by rule "${first.name}" already; give each rule its own`)
        : [];
    });
  },
};

/**
 * The service gives no id for a new rule, so content is what finds it again: two rules must not say the same. Two that exist
 * already may, because each is found by its `policyId`.
 */
const contentsDiffer: Rule = {
  id: "advanced-contents-differ",
  source: "Ours: the service gives no id for a new rule, so content is what finds it again",
  find: (inputs) => {
    const rules = knownList(inputs);
    return rules.flatMap((rule, index) => {
      const twin = rules
        .slice(0, index)
        .find(
          (other) =>
            (other.policyId === undefined || rule.policyId === undefined) &&
            sameJson(contentOf(other), contentOf(rule)),
        );
      return twin ? broken([index], `says the same as rule "${twin.name}"; remove one of them`, false) : [];
    });
  },
};

const rulesAreComplete: Rule = {
  id: "advanced-rule-complete",
  source: "PolarDB: ModifyBackupPolicy, AdvancedDataPolicies",
  find: (inputs) =>
    knownRules(inputs).flatMap(({ rule, index }) =>
      [...filterProblems(rule), ...retentionProblems(rule), ...regionProblems(rule)].flatMap(([field, text]) =>
        broken([index, field], text, rule[field] !== undefined),
      ),
    ),
};

export const advancedDataPolicyRules: readonly Rule[] = [
  namesAreUnique,
  contentsDiffer,
  existingRulesAreTakenOnce,
  rulesAreComplete,
];

type Problem = readonly [field: Field, text: string];

/** `FilterKey`: "This parameter is required only when `FilterType` is set to crontab." */
function filterProblems({ filterType, filterKey, filterValue }: AdvancedDataPolicy): Problem[] {
  if (filterType === "event") {
    const extra = (["filterKey", "filterValue"] as const).filter(
      (field) => ({ filterKey, filterValue })[field] !== undefined,
    );
    return extra.map((field): Problem => [field, 'goes only with filterType "crontab"; leave it out']);
  }
  const problems: Problem[] = [];
  if (filterKey === undefined) problems.push(["filterKey", 'is required beside filterType "crontab"']);
  if (filterValue === undefined) problems.push(["filterValue", 'is required beside filterType "crontab"']);
  else if (filterKey === "dayOfWeek" && !/^[1-7](,[1-7])*$/.test(filterValue)) {
    problems.push(["filterValue", 'must be weekday numbers 1 (Monday) to 7 joined by commas, such as "1,3,5"']);
  } else if (filterKey === "backupInterval" && !/^[1-9]\d*$/.test(filterValue)) {
    problems.push(["filterValue", 'must be a whole number of minutes, such as "180"']);
  }
  return problems;
}

function retentionProblems({ retentionType, retentionValue }: AdvancedDataPolicy): Problem[] {
  if (retentionType === "delay") {
    return retentionValue === undefined ? [["retentionValue", 'is required beside retentionType "delay"']] : [];
  }
  return retentionValue === undefined
    ? []
    : [["retentionValue", 'has no meaning beside retentionType "never"; leave it out']];
}

/** "level2Cross: Cross-region level-2 backup": without another region it would be none. */
function regionProblems({ srcType, srcRegion, destType, destRegion }: AdvancedDataPolicy): Problem[] {
  if (destType !== "level2Cross") return [];
  if (destRegion === undefined) return [["destRegion", 'is required beside destType "level2Cross"']];
  return destRegion === srcRegion && srcType !== "level2Cross"
    ? [["destRegion", 'must differ from srcRegion when destType is "level2Cross"']]
    : [];
}

/** From which source each destination is made, as far as the vendor's pages tell. */
const USUAL_SOURCES: Readonly<Record<AdvancedDataPolicy["destType"], readonly AdvancedDataPolicy["srcType"][]>> = {
  level1: ["db"],
  level2: ["level1"],
  level2Cross: ["level1", "level2"],
};

/**
 * The vendor lists the values of source and destination and says nothing about their combinations. What follows from "level-2
 * backups are made from level-1 backups" is therefore told and left to the service.
 */
export function advancedDataPolicyWarnings(inputs: BackupPolicyInputs): string[] {
  return knownRules(inputs).flatMap(({ rule }) => {
    const { name, srcType, srcRegion, destType, destRegion } = rule;
    const usual = USUAL_SOURCES[destType];
    const lines: string[] = [];
    if (!usual.includes(srcType)) {
      const sources = usual.map((source) => `"${source}"`).join(" or ");
      lines.push(
        `advanced rule "${name}": ${destType} backups are, as far as the vendor's pages tell, made from srcType ${sources}, not from "${srcType}"; the service may refuse it`,
      );
    }
    if (destType !== "level2Cross" && srcRegion !== undefined && destRegion !== undefined && srcRegion !== destRegion) {
      lines.push(
        `advanced rule "${name}": a backup in another region is, as far as the vendor's pages tell, destType "level2Cross", not "${destType}"; the service may refuse it`,
      );
    }
    return lines;
  });
}
