import fc from "fast-check";
import { ADVANCED_DATA_POLICIES } from "../../../../provider/polardb/advancedDataPolicies";
import {
  type AdvancedAction,
  actionsNotVisible,
  describeAction,
  hasContent,
  liveRule,
  type Reconciliation,
  reconcileRules,
} from "../../../../provider/polardb/advancedRules";
import type { AdvancedDataPolicy } from "../../../../provider/polardb/backupPolicy.schema";
import {
  advancedToWire,
  type ObservedAdvancedPolicy,
  type ObservedBackupPolicy,
} from "../../../../provider/polardb/wire";
import { thrownBy } from "../../support/failures";
import { advancedRules, livePolicy, policyOf } from "../../support/polardb";
import { PolardbModel } from "../../support/polardbModel";

const reconcile = (
  desired: readonly AdvancedDataPolicy[],
  live: readonly ObservedAdvancedPolicy[],
  recordedIds: Readonly<Record<string, string>>,
): Reconciliation => reconcileRules(ADVANCED_DATA_POLICIES, desired, live, recordedIds);

const DAILY: AdvancedDataPolicy = {
  name: "daily",
  srcType: "db",
  destType: "level1",
  filterType: "crontab",
  filterKey: "dayOfWeek",
  filterValue: "1,3,5",
  retentionType: "delay",
  retentionValue: 7,
};

const COPY: AdvancedDataPolicy = {
  name: "copy",
  srcType: "level1",
  destType: "level2Cross",
  destRegion: "cn-hangzhou",
  filterType: "event",
  retentionType: "never",
};

const WIRE_DAILY = {
  PolicyId: "id-1",
  AutoCreated: false,
  SrcType: "db",
  SrcRegion: "cn-beijing",
  DestType: "level1",
  DestRegion: "cn-beijing",
  FilterType: "crontab",
  FilterKey: "dayOfWeek",
  FilterValue: "1,3,5",
  RetentionType: "delay",
  RetentionValue: "7",
  DumpAction: "copy",
  BakType: "F",
  OnlyPreserveOneEachHour: true,
  OnlyPreserveOneEachDay: false,
};

const observed = (...rules: object[]): readonly ObservedAdvancedPolicy[] =>
  livePolicy({ AdvancedDataPolicies: { AdvancedDataPolicy: rules } }).advancedDataPolicies;

const kinds = (actions: readonly AdvancedAction[]): string[] =>
  actions.map(({ type, name, policyId }) => [type, name, ...(policyId === undefined ? [] : [policyId])].join(" "));

describe("A declared rule", () => {
  it("that exists nowhere is created with what it says, and gets no id", () => {
    const { actions, policyIds, impacts } = reconcile([DAILY], [], {});
    expect(actions).toEqual([
      {
        type: "CREATE",
        name: "daily",
        wire: {
          ActionType: "CREATE",
          DestType: "level1",
          FilterKey: "dayOfWeek",
          FilterType: "crontab",
          FilterValue: "1,3,5",
          RetentionType: "delay",
          RetentionValue: "7",
          SrcType: "db",
        },
        idsBefore: [],
      },
    ]);
    expect(policyIds).toEqual({});
    expect(impacts).toEqual([]);
  });

  it("that copies to another region is announced as costing money when it is created", () => {
    expect(reconcile([COPY], [], {}).impacts).toEqual([
      { class: "cost", sentence: 'Rule "copy" copies backups to cn-hangzhou; storage and traffic there cost money.' },
    ]);
  });

  it("that is as recorded is left alone; fields that it does not say are not compared", () => {
    const { actions, impacts, policyIds } = reconcile([DAILY], observed(WIRE_DAILY), { daily: "id-1" });
    expect(actions).toEqual([]);
    expect(impacts).toEqual([]);
    expect(policyIds).toEqual({ daily: "id-1" });
  });

  it("that differs from the recorded one changes it by its id, and keeps what it does not say and what we do not know", () => {
    const live = observed({ ...WIRE_DAILY, StorageClass: "Cold" });
    const { actions } = reconcile([{ ...DAILY, retentionValue: 14 }], live, { daily: "id-1" });
    const { AutoCreated: _autoCreated, ...rest } = WIRE_DAILY;
    expect(actions).toEqual([
      {
        type: "UPDATE",
        name: "daily",
        policyId: "id-1",
        wire: { ...rest, ActionType: "UPDATE", RetentionValue: "14", StorageClass: "Cold" },
      },
    ]);
  });

  it("that keeps for ever from now on sends no days any more", () => {
    const { retentionValue: _days, ...rule } = { ...DAILY, retentionType: "never" as const };
    const [action] = reconcile([rule], observed(WIRE_DAILY), { daily: "id-1" }).actions;
    expect(action?.wire).toMatchObject({ ActionType: "UPDATE", RetentionType: "never" });
    expect(action?.wire).not.toHaveProperty("RetentionValue");
  });

  it("that follows events from now on sends no schedule any more", () => {
    const { filterKey: _key, filterValue: _value, ...rule } = { ...DAILY, filterType: "event" as const };
    const [action] = reconcile([rule], observed(WIRE_DAILY), { daily: "id-1" }).actions;
    expect(action?.wire).toMatchObject({ ActionType: "UPDATE", FilterType: "event" });
    expect(action?.wire).not.toHaveProperty("FilterKey");
    expect(action?.wire).not.toHaveProperty("FilterValue");
  });

  it("that was deleted behind our back is created again", () => {
    const { actions, policyIds } = reconcile([DAILY], [], { daily: "id-1" });
    expect(kinds(actions)).toEqual(["CREATE daily"]);
    expect(policyIds).toEqual({});
  });

  it("that names an existing one by its id takes that over, whatever its content", () => {
    const live = observed({ ...WIRE_DAILY, PolicyId: "id-9", RetentionValue: "30" }, WIRE_DAILY);
    const { actions, policyIds } = reconcile([{ ...DAILY, policyId: "id-9" }], live, {});
    expect(kinds(actions)).toEqual(["UPDATE daily id-9"]);
    expect(policyIds).toEqual({ daily: "id-9" });
  });

  it("that names an existing one by its id gets that one, though it is recorded for another rule declared before it", () => {
    const renamed = { ...DAILY, name: "b-renamed", policyId: "id-1" };
    const fresh = { ...DAILY, name: "a-daily", filterValue: "7" };
    const { actions, policyIds } = reconcile([fresh, renamed], observed(WIRE_DAILY), { "a-daily": "id-1" });
    expect(kinds(actions)).toEqual(["CREATE a-daily"]);
    expect(policyIds).toEqual({ "b-renamed": "id-1" });
  });

  it("that names an id which the cluster does not have is refused, instead of being created under another id", () => {
    const error = thrownBy(() => reconcile([{ ...DAILY, policyId: "gone" }], observed(WIRE_DAILY), {}));
    expect(error.kind).toBe("InvalidInput");
    expect(error.message).toContain('rule "daily" names the existing policy gone, which the cluster does not have');
  });

  it("that is found by its content is taken over without a write", () => {
    const { actions, policyIds } = reconcile([DAILY], observed({ ...WIRE_DAILY, PolicyId: "id-5" }), {});
    expect(actions).toEqual([]);
    expect(policyIds).toEqual({ daily: "id-5" });
  });

  it("that was only renamed is found by its content: no write, and the id under its new name", () => {
    const { actions, policyIds } = reconcile([{ ...DAILY, name: "renamed" }], observed(WIRE_DAILY), { daily: "id-1" });
    expect(actions).toEqual([]);
    expect(policyIds).toEqual({ renamed: "id-1" });
  });

  it("keeps the one that is recorded for it, though another one has the same content", () => {
    const live = observed({ ...WIRE_DAILY, PolicyId: "id-0" }, WIRE_DAILY);
    expect(reconcile([DAILY], live, { daily: "id-1" }).policyIds).toEqual({ daily: "id-1" });
  });

  it("does not take the one that is recorded for another", () => {
    const weekly = { ...DAILY, name: "weekly", filterValue: "7" };
    const live = observed(WIRE_DAILY, { ...WIRE_DAILY, PolicyId: "id-2", RetentionValue: "3" });
    // The rule "weekly" has been changed by hand to look like "daily" does in the program.
    const { actions } = reconcile([{ ...DAILY, retentionValue: 3 }, weekly], live, { daily: "id-1", weekly: "id-2" });
    expect(kinds(actions)).toEqual(["UPDATE daily id-1", "UPDATE weekly id-2"]);
  });

  it("that was only renamed is found by its content though its old name is in use for another one", () => {
    const nightly = { ...DAILY, name: "nightly" };
    const { actions, policyIds } = reconcile([{ ...DAILY, retentionValue: 3 }, nightly], observed(WIRE_DAILY), {
      daily: "id-1",
    });
    expect(kinds(actions)).toEqual(["CREATE daily"]);
    expect(policyIds).toEqual({ nightly: "id-1" });
  });

  it("takes the service's own rule only when no other has its content", () => {
    const auto = { ...WIRE_DAILY, PolicyId: "auto", AutoCreated: true };
    expect(reconcile([DAILY], observed(auto, { ...WIRE_DAILY, PolicyId: "ours" }), {}).policyIds).toEqual({
      daily: "ours",
    });
    expect(reconcile([DAILY], observed(auto), {})).toMatchObject({ actions: [], policyIds: { daily: "auto" } });
  });

  it("does not take one of which the service tells no id", () => {
    const { PolicyId: _id, ...anonymous } = { ...WIRE_DAILY, RetentionValue: "30" };
    expect(kinds(reconcile([DAILY], observed(anonymous), {}).actions)).toEqual(["CREATE daily"]);
  });

  it("is found again after a lost answer although a wider one, declared before it, would fit it as well", () => {
    // "narrow" says everything that "wide" says, and one thing more.
    const wide = { ...DAILY, name: "a-wide" };
    const narrow: AdvancedDataPolicy = { ...DAILY, name: "b-narrow", onlyPreserveOneEachDay: true };
    const live = observed(
      { ...WIRE_DAILY, PolicyId: "narrow-id", OnlyPreserveOneEachDay: true },
      { ...WIRE_DAILY, PolicyId: "wide-id" },
    );
    const { actions, policyIds } = reconcile([wide, narrow], live, {});
    expect(actions).toEqual([]);
    expect(policyIds).toEqual({ "a-wide": "wide-id", "b-narrow": "narrow-id" });
  });
});

describe("A rule that is declared no more", () => {
  it("is deleted by its recorded id, which must be accepted", () => {
    const { actions, impacts } = reconcile([], observed(WIRE_DAILY), { daily: "id-1" });
    expect(actions).toEqual([
      { type: "DELETE", name: "daily", policyId: "id-1", wire: { ActionType: "DELETE", PolicyId: "id-1" } },
    ]);
    expect(impacts).toEqual([
      {
        class: "shrinksRetention",
        token: "shrink:advancedDataPolicies.daily=removed",
        sentence: 'Rule "daily" is removed: it makes no more backups, and the service no longer applies its retention.',
      },
    ]);
  });

  it("keeps its id on record until it is gone, so that a run that is cut short does not forget to delete it", () => {
    const { policyIds } = reconcile([COPY], observed(WIRE_DAILY), { daily: "id-1" });
    expect(policyIds).toEqual({ daily: "id-1" });
    expect(reconcile([COPY], observed({ ...WIRE_DAILY, PolicyId: "other" }), policyIds).policyIds).toEqual({});
  });

  it("keeps its id on record beside the one that has its name now", () => {
    const other = { ...WIRE_DAILY, PolicyId: "id-9", FilterValue: "7" };
    const rule = { ...DAILY, policyId: "id-9", filterValue: "7" };
    const first = reconcile([rule], observed(WIRE_DAILY, other), { daily: "id-1" });
    expect(first.policyIds).toEqual({ daily: "id-9", "daily id-1": "id-1" });
    const again = reconcile([rule], observed(WIRE_DAILY, other), first.policyIds);
    expect(again).toEqual(first);
    expect(kinds(again.actions)).toEqual(["DELETE daily id-1"]);
    expect(again.impacts.map(({ token }) => token)).toEqual(["shrink:advancedDataPolicies.daily=removed"]);
  });

  it("is told as the service's own where it was, before it is deleted", () => {
    const { impacts } = reconcile([], observed({ ...WIRE_DAILY, AutoCreated: true }), { daily: "id-1" });
    expect(impacts[0]?.sentence).toMatch(/^Rule "daily", which the service itself has made, is removed: /);
  });

  it("is nothing to do when it is gone already", () => {
    expect(reconcile([], [], { daily: "id-1" })).toEqual({ actions: [], impacts: [], policyIds: {} });
  });

  it("is deleted beside a new one that has another content", () => {
    const { actions } = reconcile([COPY], observed(WIRE_DAILY), { daily: "id-1" });
    expect(kinds(actions)).toEqual(["CREATE copy", "DELETE daily id-1"]);
  });
});

describe("A second copy of a rule, after a CREATE that was carried out twice", () => {
  const [create] = reconcile([DAILY], observed({ ...WIRE_DAILY, PolicyId: "old", FilterValue: "7" }), {}).actions;
  const sent = create ? [create] : [];
  const afterCreate = (...live: object[]): readonly AdvancedAction[] =>
    reconcileRules(ADVANCED_DATA_POLICIES, [DAILY], observed(...live), {}, sent).actions;
  const FIRST = { ...WIRE_DAILY, PolicyId: "new-1", StorageClass: "Cold" };
  const SECOND = { ...FIRST, PolicyId: "new-2" };

  it("is removed, and the rule stays; it takes no token, because nothing declared goes", () => {
    const plan = reconcileRules(ADVANCED_DATA_POLICIES, [DAILY], observed(FIRST, SECOND), {}, sent);
    expect(plan).toEqual({
      actions: [
        {
          type: "DELETE",
          name: "daily",
          policyId: "new-2",
          wire: { ActionType: "DELETE", PolicyId: "new-2" },
          isDuplicate: true,
        },
      ],
      impacts: [],
      policyIds: { daily: "new-1" },
    });
    expect(plan.actions.map(describeAction)).toEqual(['DELETE new-2, a second copy of rule "daily"']);
  });

  it("is removed as often as there is one", () => {
    expect(kinds(afterCreate(FIRST, SECOND, { ...FIRST, PolicyId: "new-3" }))).toEqual([
      "DELETE daily new-2",
      "DELETE daily new-3",
    ]);
  });

  it.each<[string, object]>([
    ["it was there before the CREATE", { ...SECOND, PolicyId: "old" }],
    ["it differs in a field that the program declares", { ...SECOND, RetentionValue: "8" }],
    ["it differs in a field that the program does not declare", { ...SECOND, OnlyPreserveOneEachDay: true }],
    ["it differs in a field that we do not know", { ...SECOND, StorageClass: "Hot" }],
    ["the service itself has made it", { ...SECOND, AutoCreated: true }],
    ["the service tells no id for it", { ...SECOND, PolicyId: "" }],
  ])("is left alone when %s", (_name, second) => {
    expect(afterCreate(FIRST, second)).toEqual([]);
  });

  it("is left alone when this run has not made the rule", () => {
    expect(reconcile([DAILY], observed(FIRST, SECOND), {}).actions).toEqual([]);
    expect(reconcile([DAILY], observed(FIRST, SECOND), { daily: "new-1" }).actions).toEqual([]);
  });

  it("is left alone when it is another declared rule", () => {
    const other = { ...DAILY, name: "other", onlyPreserveOneEachDay: false };
    const { actions } = reconcileRules(ADVANCED_DATA_POLICIES, [DAILY, other], observed(FIRST, SECOND), {}, sent);
    expect(actions).toEqual([]);
  });
});

describe("A rule that this run has made", () => {
  it("is not made again when it is not to be seen any more, because the list may be behind", () => {
    const sent = reconcile([DAILY], [], {}).actions;
    const again = () => reconcileRules(ADVANCED_DATA_POLICIES, [DAILY], observed(), {}, sent);
    expect(thrownBy(again).message).toContain('rule "daily" was created by this run and is not to be seen any more');
  });
});

describe("A new rule", () => {
  const narrow: AdvancedDataPolicy = { ...DAILY, name: "narrow", onlyPreserveOneEachDay: false };
  const [create] = reconcile([narrow, DAILY], observed(WIRE_DAILY), { narrow: "id-1" }).actions;
  const hidden = (...live: object[]): string[] =>
    actionsNotVisible(create ? [create] : [], [narrow, DAILY], observed(...live));

  it("does not show by an older one that looks the same, or it would be created again", () => {
    expect(create).toMatchObject({ type: "CREATE", name: "daily", idsBefore: ["id-1"] });
    expect(hidden(WIRE_DAILY)).toEqual(["daily"]);
    expect(hidden(WIRE_DAILY, { ...WIRE_DAILY, PolicyId: "id-2" })).toEqual([]);
  });

  it("shows by a policy of its own when several are made that look the same", () => {
    const { actions } = reconcile([narrow, DAILY], [], {});
    const one = observed(WIRE_DAILY);
    const two = observed(WIRE_DAILY, { ...WIRE_DAILY, PolicyId: "id-2" });
    expect(actionsNotVisible(actions, [narrow, DAILY], one)).toHaveLength(1);
    expect(actionsNotVisible(actions, [narrow, DAILY], two)).toEqual([]);
  });
});

describe("A rule of the service or of somebody else", () => {
  it("stays untouched, also when nothing is declared", () => {
    const live = observed(
      { ...WIRE_DAILY, PolicyId: "auto", AutoCreated: true },
      { ...WIRE_DAILY, PolicyId: "theirs" },
    );
    expect(reconcile([], live, {})).toEqual({ actions: [], impacts: [], policyIds: {} });
    expect(kinds(reconcile([COPY], live, {}).actions)).toEqual(["CREATE copy"]);
  });
});

describe("A change of a rule that keeps less", () => {
  const impactsOf = (rule: Partial<AdvancedDataPolicy>, live: object) =>
    reconcile([{ ...DAILY, ...rule } as AdvancedDataPolicy], observed({ ...WIRE_DAILY, ...live }), {
      daily: "id-1",
    }).impacts.map(({ token }) => token);

  it.each<[string, Partial<AdvancedDataPolicy>, object, string]>([
    ["fewer days", { retentionValue: 3 }, {}, "shrink:advancedDataPolicies.daily.retentionValue=3"],
    [
      "days instead of for ever",
      { retentionValue: 3650 },
      { RetentionType: "never", RetentionValue: "" },
      "shrink:advancedDataPolicies.daily.retentionValue=3650",
    ],
    [
      "backups of another level",
      { srcType: "level1", destType: "level2" },
      {},
      "shrink:advancedDataPolicies.daily.destType=level2",
    ],
    [
      "only one backup a day",
      { onlyPreserveOneEachDay: true },
      {},
      "shrink:advancedDataPolicies.daily.onlyPreserveOneEachDay=true",
    ],
    [
      "copies in another region",
      { destRegion: "cn-hangzhou" },
      {},
      "shrink:advancedDataPolicies.daily.destRegion=cn-hangzhou",
    ],
  ])("must be accepted: %s", (_name, rule, live, token) => {
    expect(impactsOf(rule, live)).toEqual([token]);
  });

  it.each<[string, Partial<AdvancedDataPolicy>, object]>([
    ["more days", { retentionValue: 30 }, {}],
    ["for ever", { retentionType: "never", retentionValue: undefined }, {}],
    ["all backups of a day", { onlyPreserveOneEachDay: false }, { OnlyPreserveOneEachDay: true }],
    ["other weekdays", { filterValue: "1,2,3" }, {}],
  ])("need not be accepted when it keeps as much: %s", (_name, rule, live) => {
    expect(impactsOf(rule, live)).toEqual([]);
  });

  it("must be accepted once per thing that shrinks", () => {
    expect(impactsOf({ retentionValue: 1, onlyPreserveOneEachDay: true, destRegion: "cn-hangzhou" }, {})).toHaveLength(
      3,
    );
  });
});

describe("Reconciling", () => {
  /** Rules of others, recognisable by their source region; none of them can be taken for a declared one. */
  const others = fc
    .subarray([
      { ...WIRE_DAILY, PolicyId: "auto-1", AutoCreated: true, FilterValue: "2" },
      { ...WIRE_DAILY, PolicyId: "auto-2", AutoCreated: true, FilterValue: "4" },
      { ...WIRE_DAILY, PolicyId: "theirs", FilterValue: "6" },
    ])
    .map((rules) => rules.map((rule) => ({ ...rule, SrcRegion: "elsewhere" })));

  const idsOf = (live: ObservedBackupPolicy): string[] => live.advancedDataPolicies.map(({ policyId }) => policyId);

  /** Plans and applies until nothing is left to do, as an update does; returns the number of writes. */
  function converge(
    service: PolardbModel,
    desired: readonly AdvancedDataPolicy[],
    recorded: Readonly<Record<string, string>>,
  ): { writes: number; policyIds: Readonly<Record<string, string>> } {
    let policyIds = recorded;
    for (let writes = 0; writes < 4; writes++) {
      const plan = reconcile(desired, service.describe().advancedDataPolicies, policyIds);
      policyIds = plan.policyIds;
      if (plan.actions.length === 0) return { writes, policyIds };
      service.modify({ AdvancedDataPolicies: JSON.stringify(plan.actions.map(({ wire }) => wire)) });
    }
    throw new Error("the rules do not converge");
  }

  const canonical = (rules: readonly AdvancedDataPolicy[]): readonly AdvancedDataPolicy[] =>
    policyOf({ backupPolicyLevel: "Advanced", advancedDataPolicies: rules }).advancedDataPolicies ?? [];

  it("gives the service exactly the declared rules in one write, from any earlier ones, and touches no others", () => {
    fc.assert(
      fc.property(advancedRules, advancedRules, others, (before, after, foreign) => {
        const service = new PolardbModel({ BackupPolicyLevel: "Advanced" }, foreign);
        const first = converge(service, canonical(before), {});
        const desired = canonical(after);
        const { writes, policyIds } = converge(service, desired, first.policyIds);
        expect(writes).toBeLessThanOrEqual(1);
        const live = service.describe();
        expect(live.advancedDataPolicies).toHaveLength(foreign.length + desired.length);
        expect(idsOf(live)).toEqual(expect.arrayContaining(foreign.map(({ PolicyId }) => PolicyId)));
        expect(Object.keys(policyIds).sort()).toEqual(desired.map(({ name }) => name).sort());
        for (const rule of desired) {
          const found = live.advancedDataPolicies.find(({ policyId }) => policyId === policyIds[rule.name]);
          expect(found && hasContent(found, rule)).toBe(true);
        }
      }),
    );
  });

  it("creates nothing twice when the state of an earlier run was lost", () => {
    fc.assert(
      fc.property(advancedRules, others, (rules, foreign) => {
        const service = new PolardbModel({ BackupPolicyLevel: "Advanced" }, foreign);
        converge(service, canonical(rules), {});
        const ids = idsOf(service.describe());
        expect(converge(service, canonical(rules), {}).writes).toBe(0);
        expect(idsOf(service.describe())).toEqual(ids);
      }),
    );
  });

  it("changes no existing rule but by its own id: no action ever names a foreign one", () => {
    fc.assert(
      fc.property(advancedRules, advancedRules, others, (before, after, foreign) => {
        const service = new PolardbModel({ BackupPolicyLevel: "Advanced" }, foreign);
        const { policyIds } = converge(service, canonical(before), {});
        const { actions } = reconcile(canonical(after), service.describe().advancedDataPolicies, policyIds);
        for (const { type, policyId } of actions) {
          if (type === "CREATE") expect(policyId).toBeUndefined();
          else expect(Object.values(policyIds)).toContain(policyId);
        }
      }),
    );
  });
});

describe("Reconciling in many small calls, with failures", () => {
  const canonical = (rules: readonly AdvancedDataPolicy[]): readonly AdvancedDataPolicy[] =>
    policyOf({ backupPolicyLevel: "Advanced", advancedDataPolicies: rules }).advancedDataPolicies ?? [];

  interface Run {
    /** How many actions one call holds. */
    readonly size: number;
    /** How often the CREATEs of each call are carried out. */
    readonly copies: readonly number[];
    /** After how many calls the process is killed, and whether its state is that of after or before its last call. */
    readonly killedAfter: number;
    readonly isLastRecorded: boolean;
  }

  const runs = fc.record<Run>({
    size: fc.integer({ min: 1, max: 4 }),
    copies: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 6 }),
    killedAfter: fc.integer({ min: 0, max: 12 }),
    isLastRecorded: fc.boolean(),
  });

  /** One run of an update; returns the ids on record at its end. */
  function run(
    service: PolardbModel,
    desired: readonly AdvancedDataPolicy[],
    recorded: Readonly<Record<string, string>>,
    { size, copies, killedAfter, isLastRecorded }: Run,
  ): Readonly<Record<string, string>> {
    const sent: AdvancedAction[] = [];
    let policyIds = recorded;
    for (let call = 0; call < 60; call++) {
      const live = service.describe().advancedDataPolicies;
      const plan = reconcileRules(ADVANCED_DATA_POLICIES, desired, live, policyIds, sent);
      if (call === killedAfter && !isLastRecorded) return policyIds;
      policyIds = plan.policyIds;
      if (plan.actions.length === 0 || call === killedAfter) return policyIds;
      const batch = plan.actions.slice(0, size);
      sent.push(...batch);
      service.modify({ AdvancedDataPolicies: JSON.stringify(batch.map(({ wire }) => wire)) }, copies[call] ?? 1);
      expect(actionsNotVisible(batch, desired, service.describe().advancedDataPolicies)).toEqual([]);
    }
    throw new Error("the rules do not converge");
  }

  const UNDISTURBED: Run = { size: 3, copies: [], killedAfter: 60, isLastRecorded: true };

  function expectExactly(
    service: PolardbModel,
    desired: readonly AdvancedDataPolicy[],
    policyIds: Readonly<Record<string, string>>,
    foreign: readonly string[],
  ): void {
    const live = service.describe().advancedDataPolicies;
    expect(Object.keys(policyIds).sort()).toEqual(desired.map(({ name }) => name).sort());
    for (const rule of desired) {
      const found = live.find(({ policyId }) => policyId === policyIds[rule.name]);
      expect(found && hasContent(found, rule)).toBe(true);
    }
    expect(new Set(live.map(({ policyId }) => policyId))).toEqual(new Set([...foreign, ...Object.values(policyIds)]));
  }

  /** Rules of others, some of which do the same as a declared one. */
  const foreignRules = (rules: readonly AdvancedDataPolicy[]): Record<string, unknown>[] =>
    rules.slice(0, 2).map(({ name, policyId: _id, retentionValue, ...rule }) => ({
      ...advancedToWire({ ...rule, retentionValue }, {}),
      PolicyId: `theirs-${name}`,
      AutoCreated: name === "daily",
    }));

  it("makes each rule once though CREATEs are carried out several times, and removes nothing of others", () => {
    fc.assert(
      fc.property(advancedRules, advancedRules, runs, (before, after, disturbed) => {
        const theirs = foreignRules(canonical(after));
        const service = new PolardbModel({ BackupPolicyLevel: "Advanced" });
        const recorded = run(service, canonical(before), {}, { ...disturbed, killedAfter: 60 });
        expectExactly(service, canonical(before), recorded, []);
        for (const rule of theirs) service.add(rule);
        const policyIds = run(service, canonical(after), recorded, { ...disturbed, killedAfter: 60 });
        const ids = theirs.map(({ PolicyId }) => String(PolicyId));
        expectExactly(service, canonical(after), policyIds, ids);
      }),
    );
  });

  it("converges from wherever a run was killed, whatever of its state was recorded", () => {
    fc.assert(
      fc.property(advancedRules, advancedRules, runs, (before, after, disturbed) => {
        const service = new PolardbModel({ BackupPolicyLevel: "Advanced" });
        const recorded = run(service, canonical(before), {}, UNDISTURBED);
        const cut = run(service, canonical(after), recorded, { ...disturbed, copies: [] });
        const policyIds = run(service, canonical(after), cut, UNDISTURBED);
        expectExactly(service, canonical(after), policyIds, []);
      }),
    );
  });
});

describe("The live values of a rule", () => {
  it("stand under the fields that the program declared, and only those", () => {
    const [live] = observed({ ...WIRE_DAILY, RetentionValue: "30" });
    expect(live && liveRule({ ...DAILY, policyId: "id-1" }, live)).toEqual({
      ...DAILY,
      policyId: "id-1",
      retentionValue: 30,
    });
  });

  it("lack what the service has no more", () => {
    const [live] = observed({ ...WIRE_DAILY, RetentionType: "never", RetentionValue: "" });
    const { retentionValue: _days, ...rest } = { ...DAILY, retentionType: "never" };
    expect(live && liveRule(DAILY, live)).toStrictEqual(rest);
  });
});
