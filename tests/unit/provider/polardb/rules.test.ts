import type { Bag } from "../../../../provider/core/bag";
import { backupPolicy } from "../../../../provider/polardb/backupPolicy.handler";
import { backupPolicySchema } from "../../../../provider/polardb/backupPolicy.schema";
import { logBackupPolicy } from "../../../../provider/polardb/logBackupPolicy.handler";
import { logBackupPolicySchema } from "../../../../provider/polardb/logBackupPolicy.schema";
import { testContext } from "../../support/context";

type Policy = "BackupPolicy" | "LogBackupPolicy";

const violationsOf = (policy: Policy, news: Bag) => {
  const handler = policy === "BackupPolicy" ? backupPolicy : logBackupPolicy;
  return handler.check({ dbClusterId: "pc-1", ...news }, {}, testContext()).violations;
};

/** No property takes a number with a fraction. */
const wrong = (names: readonly string[]): Bag[] => [...names, "misspelt"].map((name) => ({ [name]: 0.5 }));

const LISTS = {
  BackupPolicy: [
    "name",
    "policyId",
    "srcType",
    "srcRegion",
    "destType",
    "destRegion",
    "filterType",
    "filterKey",
  ].concat(
    ["filterValue", "retentionType", "retentionValue", "dumpAction", "bakType"],
    ["onlyPreserveOneEachDay", "onlyPreserveOneEachHour"],
  ),
  LogBackupPolicy: ["name", "policyId", "srcType", "srcRegion", "destType", "destRegion"].concat([
    "logRetentionType",
    "logRetentionValue",
    "enableLogBackup",
  ]),
};

describe("A refused input names its rule", () => {
  it.each<[string, Policy, Bag[]]>([
    ["properties", "BackupPolicy", wrong(Object.keys(backupPolicySchema.shape))],
    ["rules", "BackupPolicy", wrong(LISTS.BackupPolicy).map((rule) => ({ advancedDataPolicies: [rule] }))],
    ["properties", "LogBackupPolicy", wrong(Object.keys(logBackupPolicySchema.shape))],
    ["rules", "LogBackupPolicy", wrong(LISTS.LogBackupPolicy).map((rule) => ({ advancedLogPolicies: [rule] }))],
    ["keys", "BackupPolicy", [{ credentials: { accessKeyId: "a" } }, { credentials: { nope: 1 } }]],
    ["deadlines and tokens", "LogBackupPolicy", [{ accept: ["x"] }, { timeouts: { read: "1m" } }]],
  ])("among the %s of %s", (_what, policy, inputs) => {
    for (const news of inputs) {
      const violations = violationsOf(policy, news);
      expect([news, violations]).not.toEqual([news, []]);
      expect([news, violations.filter(({ id }) => id === undefined)]).toEqual([news, []]);
    }
  });
});
