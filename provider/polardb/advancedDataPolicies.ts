import { acceptable, announced, type Impact } from "../core/impact";
import { contentOf, type RuleKind } from "./advancedRules";
import type { AdvancedDataPolicy } from "./backupPolicy.schema";
import { advancedToWire, type ObservedAdvancedPolicy } from "./wire";

/** Rules of `AdvancedDataPolicies`: what is backed up or copied where, when, and for how long it is kept. */
export const ADVANCED_DATA_POLICIES: RuleKind<AdvancedDataPolicy, ObservedAdvancedPolicy> = {
  property: "advancedDataPolicies",
  createToWire: (rule) => advancedToWire(contentOf(rule), {}),
  updateToWire(rule, { policyId: _policyId, autoCreated: _autoCreated, unknownFields, ...present }) {
    return advancedToWire({ ...present, ...contentOf(rule), ...clearedBy(rule) }, unknownFields);
  },
  impactsOfCreate: (rule) =>
    rule.destType === "level2Cross"
      ? [
          announced(
            "cost",
            `Rule "${rule.name}" copies backups to ${rule.destRegion}; storage and traffic there cost money.`,
          ),
        ]
      : [],
  impactsOfUpdate: shrinks,
  impactsOfDelete: (name, { autoCreated }) => [
    acceptable(
      "shrinksRetention",
      `advancedDataPolicies.${name}`,
      "removed",
      `Rule "${name}"${autoCreated ? ", which the service itself has made," : ""} is removed: it makes no more backups, and the service no longer applies its retention.`,
    ),
  ],
};

/** Fields that belong to the alternative a rule has left, so that the service does not keep them. */
function clearedBy(rule: AdvancedDataPolicy): Partial<AdvancedDataPolicy> {
  return {
    ...(rule.retentionType === "never" ? { retentionValue: undefined } : {}),
    ...(rule.filterType === "event" ? { filterKey: undefined, filterValue: undefined } : {}),
  };
}

function shrinks(rule: AdvancedDataPolicy, observed: ObservedAdvancedPolicy): Impact[] {
  const impacts: Impact[] = [];
  const property = `advancedDataPolicies.${rule.name}`;
  const before = observed.retentionType === "never" ? Number.POSITIVE_INFINITY : observed.retentionValue;
  const after = rule.retentionType === "never" ? Number.POSITIVE_INFINITY : (rule.retentionValue ?? 0);
  if (before !== undefined && after < before) {
    const was = before === Number.POSITIVE_INFINITY ? "for ever" : `${before} days`;
    impacts.push(
      acceptable(
        "shrinksRetention",
        `${property}.retentionValue`,
        after,
        `Backups of rule "${rule.name}" are kept ${after} days instead of ${was}; older ones expire.`,
      ),
    );
  }
  if (rule.onlyPreserveOneEachDay === true && observed.onlyPreserveOneEachDay === false) {
    impacts.push(
      acceptable(
        "shrinksRetention",
        `${property}.onlyPreserveOneEachDay`,
        "true",
        `Of the backups of rule "${rule.name}" older than 24 hours only the first of each day is kept.`,
      ),
    );
  }
  if (observed.destType !== undefined && rule.destType !== observed.destType) {
    impacts.push(
      acceptable(
        "shrinksRetention",
        `${property}.destType`,
        rule.destType,
        `Rule "${rule.name}" makes ${rule.destType} backups from now on and no more ${observed.destType} backups.`,
      ),
    );
  }
  if (rule.destRegion !== undefined && observed.destRegion !== undefined && rule.destRegion !== observed.destRegion) {
    impacts.push(
      acceptable(
        "shrinksRetention",
        `${property}.destRegion`,
        rule.destRegion,
        `Rule "${rule.name}" stops copying to ${observed.destRegion}; the copies there only age out.`,
      ),
    );
  }
  return impacts;
}
