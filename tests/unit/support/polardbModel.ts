import { WEEKDAYS } from "../../../provider/polardb/schedule";
import { backupPolicyFromWire, type ObservedBackupPolicy } from "../../../provider/polardb/wire";
import { FRESH } from "./polardb";

type Fields = Readonly<Record<string, string>>;
type Rule = Readonly<Record<string, unknown>>;

/** What the service does with ModifyBackupPolicy, as far as its page says, for one PolarDB for MySQL cluster. */
export class PolardbModel {
  private nextId = 1;

  constructor(
    private fields: Fields = {},
    private rules: readonly Rule[] = [],
  ) {}

  describe(): ObservedBackupPolicy {
    return backupPolicyFromWire({
      ...FRESH,
      ...this.fields,
      AdvancedDataPolicies: { AdvancedDataPolicy: this.rules },
    });
  }

  /** `times`: how often each CREATE is carried out, as when something in between repeats the request. */
  modify({ AdvancedDataPolicies, ...fields }: Fields, times = 1): void {
    for (const [name, value] of Object.entries(fields)) {
      if (value === "") throw new Error(`${name} is sent empty, and nobody knows what the service does then`);
    }
    const live: Fields = { ...(FRESH as unknown as Fields), ...this.fields };
    const hasLevel2 = live.DataLevel2BackupRetentionPeriod !== "0" && live.DataLevel2BackupPeriod !== "";
    if (hasLevel2 && "DataLevel2BackupRetentionPeriod" in fields && !("DataLevel2BackupPeriod" in fields)) {
      throw new Error(
        "InvalidParam: new archiveBackup policy already exists. dumpretention parameter cannot used alone",
      );
    }
    const next = { ...live, ...fields };
    const copies = next.DataLevel2BackupAnotherRegionRetentionPeriod;
    if (copies !== "0" && next.DataLevel2BackupAnotherRegionRegion === "") throw new Error("a copy needs a region");
    if (copies === "0") next.DataLevel2BackupAnotherRegionRegion = "";
    for (const frequency of [fields.BackupFrequency, fields.DataLevel1BackupFrequency]) {
      if (frequency === undefined || frequency === "Normal") continue;
      next.PreferredBackupPeriod = WEEKDAYS.join(",");
      next.DataLevel1BackupPeriod = WEEKDAYS.join(",");
    }
    this.fields = next;
    if (AdvancedDataPolicies !== undefined) {
      this.modifyRules(JSON.parse(AdvancedDataPolicies) as Rule[], times);
    }
  }

  /** What somebody else does in the console. */
  add(rule: Rule): void {
    this.rules = [...this.rules, rule];
  }

  private modifyRules(actions: readonly Rule[], times: number): void {
    if (this.fields.BackupPolicyLevel !== "Advanced") throw new Error("rules need advanced backup");
    for (const { ActionType, ...rule } of actions) {
      if (ActionType === "CREATE") {
        // No id is answered, and nothing is recognised as already there.
        for (let copy = 0; copy < times; copy++) {
          this.rules = [...this.rules, { ...rule, ...FIXED, PolicyId: `created-${this.nextId++}`, AutoCreated: false }];
        }
        continue;
      }
      const known = this.rules.find(({ PolicyId }) => PolicyId === rule.PolicyId);
      if (!known) throw new Error(`there is no rule ${String(rule.PolicyId)}`);
      this.rules = this.rules.flatMap((other) => {
        if (other !== known) return [other];
        return ActionType === "DELETE" ? [] : [{ ...rule, ...FIXED, AutoCreated: known.AutoCreated }];
      });
    }
  }
}

const FIXED = { BakType: "F", OnlyPreserveOneEachHour: true };
