import type { ObservedLogBackupPolicy } from "../../../provider/polardb/logWire";
import { FRESH_LOG, liveLogPolicy } from "./polardbLog";

type Fields = Readonly<Record<string, string>>;
type Rule = Readonly<Record<string, unknown>>;

/** What the service does with ModifyLogBackupPolicy, as far as its page says, for one cluster whose data is copied everywhere. */
export class PolardbLogModel {
  private nextId = 1;

  constructor(
    private fields: Fields = {},
    private rules: readonly Rule[] = [],
  ) {}

  /** "PolicyId is returned only for clusters for which the cross-region log backup feature is enabled." */
  get showsIds(): boolean {
    return this.rules.some(({ DestType }) => DestType === "level2Cross");
  }

  describe(): ObservedLogBackupPolicy {
    const shown = this.showsIds ? this.rules : this.rules.map(({ PolicyId: _hidden, ...rule }) => rule);
    return liveLogPolicy({ ...this.fields, AdvancedLogPolicies: { AdvancedLogPolicy: shown } });
  }

  modify({ AdvancedLogPolicies, ...fields }: Fields): void {
    for (const [name, value] of Object.entries(fields)) {
      if (value === "") throw new Error(`${name} is sent empty, and nobody knows what the service does then`);
    }
    const next: Record<string, unknown> = { ...FRESH_LOG, ...this.fields, ...fields };
    const copies = next.LogBackupAnotherRegionRetentionPeriod;
    if (copies !== "0" && next.LogBackupAnotherRegionRegion === "") throw new Error("a copy needs a region");
    if (copies === "0") next.LogBackupAnotherRegionRegion = "";
    this.fields = next as Fields;
    if (AdvancedLogPolicies !== undefined) this.modifyRules(JSON.parse(AdvancedLogPolicies) as Rule[]);
  }

  private modifyRules(actions: readonly Rule[]): void {
    for (const { ActionType, ...rule } of actions) {
      if (ActionType === "CREATE") {
        // No id is answered, and nothing is recognised as already there.
        this.rules = [...this.rules, { ...rule, PolicyId: `created-${this.nextId++}` }];
        continue;
      }
      const known = this.rules.find(({ PolicyId }) => PolicyId === rule.PolicyId);
      if (!known) throw new Error(`there is no rule ${String(rule.PolicyId)}`);
      this.rules = this.rules.flatMap((other) => (other !== known ? [other] : ActionType === "DELETE" ? [] : [rule]));
    }
  }
}
