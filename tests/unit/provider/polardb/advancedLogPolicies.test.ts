import fc from "fast-check";
import type { Bag } from "../../../../provider/core/bag";
import { hasKind } from "../../../../provider/core/errors";
import {
  findLogRules,
  logActionsNotVisible,
  reconcileLogRules,
} from "../../../../provider/polardb/advancedLogPolicies";
import type { AdvancedLogPolicy } from "../../../../provider/polardb/logBackupPolicy.schema";
import { thrownBy } from "../../support/failures";
import { advancedLogRules, liveLogRules, logPolicyOf } from "../../support/polardbLog";
import { PolardbLogModel } from "../../support/polardbLogModel";

const rule = (name: string, fields: Bag = {}): Bag => ({
  name,
  srcType: "db",
  destType: "level1",
  logRetentionType: "delay",
  logRetentionValue: 7,
  ...fields,
});

const copy = (name: string, fields: Bag = {}): Bag => ({
  name,
  srcType: "level1",
  destType: "level2Cross",
  destRegion: "cn-beijing",
  logRetentionType: "delay",
  logRetentionValue: 60,
  ...fields,
});

const LOCAL = { SrcType: "db", DestType: "level1", LogRetentionType: "delay", LogRetentionValue: "7" };
const CROSS = {
  SrcType: "level1",
  DestType: "level2Cross",
  DestRegion: "cn-beijing",
  LogRetentionType: "delay",
  LogRetentionValue: "60",
};

const rules = (list: readonly Bag[]): readonly AdvancedLogPolicy[] =>
  logPolicyOf({ advancedLogPolicies: list }).advancedLogPolicies ?? [];

const reconcile = (desired: readonly Bag[], live: readonly object[], ids: Record<string, string> = {}) =>
  reconcileLogRules(rules(desired), liveLogRules(...live).advancedLogPolicies, ids);

const kinds = (plan: ReturnType<typeof reconcile>): string[] =>
  plan.actions.map(({ type, name, policyId }) => [type, name, ...(policyId ? [policyId] : [])].join(" "));

describe("Log rules whose ids the service shows", () => {
  const shown = [
    { ...LOCAL, PolicyId: "l" },
    { ...CROSS, PolicyId: "c" },
  ];

  it.each<[string, Bag[], Record<string, string>, string[], Record<string, string>]>([
    ["nothing is done for equal ones, by content", [rule("a"), copy("b")], {}, [], { a: "l", b: "c" }],
    [
      "one is changed by its recorded id",
      [rule("a", { logRetentionValue: 9 })],
      { a: "l" },
      ["UPDATE a l"],
      { a: "l" },
    ],
    ["one is taken over by where it leads", [rule("a", { logRetentionValue: 9 })], {}, ["UPDATE a l"], { a: "l" }],
    [
      "one is taken over by a declared id, wherever it leads",
      [copy("a", { policyId: "l" })],
      {},
      ["UPDATE a l"],
      { a: "l" },
    ],
    ["one for another region is new", [copy("a", { destRegion: "cn-shanghai" })], {}, ["CREATE a"], {}],
    [
      "one moves to another region by its id",
      [copy("a", { destRegion: "cn-shanghai" })],
      { a: "c" },
      ["UPDATE a c"],
      { a: "c" },
    ],
    [
      "one that leads elsewhere now is removed and made anew, because its regions would not fit",
      [rule("a", { destType: "level2" })],
      { a: "c" },
      ["CREATE a", "DELETE a c"],
      {},
    ],
    ["one that has left the program is removed", [], { a: "c" }, ["DELETE a c"], {}],
    ["a rename is nothing", [rule("new")], { old: "l" }, [], { new: "l" }],
    ["what is gone is created again", [rule("x", { srcType: "level2" })], { x: "gone" }, ["CREATE x"], {}],
    ["what was removed by somebody else is forgotten", [], { a: "gone" }, [], {}],
  ])("%s", (_name, desired, ids, actions, policyIds) => {
    const plan = reconcile(desired, shown, ids);
    expect(kinds(plan)).toEqual(actions);
    expect(plan.policyIds).toEqual(policyIds);
  });

  it("are sent whole in an update, with what we do not know and with the fixed switch", () => {
    const [action] = reconcile(
      [rule("a", { logRetentionType: "never", logRetentionValue: undefined })],
      [{ ...LOCAL, SrcRegion: "cn-hangzhou", Invented: 1, PolicyId: "l" }],
    ).actions;
    expect(action?.wire).toEqual({
      ActionType: "UPDATE",
      DestType: "level1",
      EnableLogBackup: 1,
      Invented: 1,
      LogRetentionType: "never",
      LogRetentionValue: "-1",
      PolicyId: "l",
      SrcRegion: "cn-hangzhou",
      SrcType: "db",
    });
  });

  it("are created with the number that switches them on", () => {
    expect(reconcile([rule("a")], []).actions[0]?.wire).toEqual({
      ActionType: "CREATE",
      DestType: "level1",
      EnableLogBackup: 1,
      LogRetentionType: "delay",
      LogRetentionValue: "7",
      SrcType: "db",
    });
  });

  it("do not have the id that the program names: it is said, not created", () => {
    expect(thrownBy(() => reconcile([rule("a", { policyId: "nope" })], shown)).message).toContain(
      'rule "a" names the existing policy nope, which the cluster does not have',
    );
  });

  it.each<[Bag[], Record<string, string>, string[]]>([
    [[rule("a", { logRetentionValue: 3 })], {}, ["shrink:advancedLogPolicies.a.logRetentionValue=3"]],
    [[rule("a", { logRetentionValue: 8 })], {}, []],
    [[rule("a", { logRetentionType: "never", logRetentionValue: undefined })], {}, []],
    [[copy("a", { destRegion: "cn-shanghai" })], { a: "c" }, ["shrink:advancedLogPolicies.a.destRegion=cn-shanghai"]],
    [[], { a: "c" }, ["shrink:advancedLogPolicies.a=removed"]],
  ])("for %j with %j need the tokens %j", (desired, ids, tokens) => {
    expect(reconcile(desired, shown, ids).impacts.map(({ token }) => token)).toEqual(tokens);
  });

  it("need a token when for ever becomes a number of days", () => {
    const live = { ...LOCAL, LogRetentionType: "never", LogRetentionValue: "-1", PolicyId: "l" };
    expect(reconcile([rule("a", { logRetentionValue: 7300 })], [live]).impacts).toEqual([
      expect.objectContaining({
        token: "shrink:advancedLogPolicies.a.logRetentionValue=7300",
        sentence: expect.stringContaining("instead of for ever"),
      }),
    ]);
  });

  it("announce what a copy costs", () => {
    expect(reconcile([copy("a")], []).impacts).toEqual([
      { class: "cost", sentence: 'Rule "a" copies log backups to cn-beijing; storage and traffic there cost money.' },
    ]);
  });
});

describe("Log rules whose ids the service does not show", () => {
  const live = [LOCAL];

  it.each<[string, Bag[], Record<string, string>, string[], Record<string, string>]>([
    ["nothing is done for an equal one, and no id is invented", [rule("a")], {}, [], { a: "" }],
    ["an id that was shown once is kept", [rule("a")], { a: "l" }, [], { a: "l" }],
    [
      "one is changed by an id that was shown once",
      [rule("a", { logRetentionValue: 9 })],
      { a: "l" },
      ["UPDATE a l"],
      { a: "l" },
    ],
    [
      "one is changed by an id that the program names",
      [rule("a", { policyId: "l", logRetentionValue: 9 })],
      {},
      ["UPDATE a l"],
      { a: "l" },
    ],
    ["one is removed by an id that was shown once", [], { a: "l" }, ["DELETE a l"], {}],
    ["one that somebody else has removed is forgotten", [rule("b")], { a: "gone" }, [], { b: "" }],
    ["a renamed one is not removed", [rule("new")], { old: "l" }, [], { new: "" }],
    ["a renamed one whose id was never shown is not removed", [rule("new")], { old: "" }, [], { new: "" }],
    [
      "one that leads elsewhere now is removed by its recorded id and made anew",
      [rule("a", { destType: "level2" })],
      { a: "l" },
      ["CREATE a", "DELETE a l"],
      {},
    ],
    ["one that leads elsewhere is new", [rule("a", { destType: "level2" })], {}, ["CREATE a"], {}],
  ])("%s", (_name, desired, ids, actions, policyIds) => {
    const plan = reconcile(desired, live, ids);
    expect(kinds(plan)).toEqual(actions);
    expect(plan.policyIds).toEqual(policyIds);
  });

  it("cannot be changed without an id, which is said with the live rule and with what can be done", () => {
    const { facts } = thrownBy(() => reconcile([rule("a", { logRetentionValue: 9 })], live));
    expect(facts).toMatchObject({ kind: "InvalidInput", property: "advancedLogPolicies" });
    expect(facts.problem).toBe(
      'rule "a" differs from the cluster\'s rule db -> level1 (kept 7 days), which cannot be changed: the service shows its id only while log backups are copied to another region',
    );
    expect(facts.advice).toContain('destType: "level2Cross"');
  });

  it.each<[string, Bag[]]>([
    ["has left the program", []],
    ["leads elsewhere now", [rule("a", { destType: "level2" })]],
    ["leads elsewhere now, though a copy would show the id", [copy("a"), copy("b", { destRegion: "cn-shanghai" })]],
  ])("cannot be removed without an id when it %s, which is said and not passed over", (_name, desired) => {
    const { facts } = thrownBy(() => reconcile(desired, live, { a: "" }));
    expect(facts.problem).toBe(
      'what rule "a" was so far cannot be removed from the cluster: the service shows its id only while log backups are copied to another region, and it was never recorded',
    );
  });

  it("are not touched by a recorded id where there are several, because names may have changed places", () => {
    const several = [LOCAL, { ...LOCAL, DestType: "level2" }];
    const ids = { a: "l", b: "m" };
    const equal = reconcile([rule("a"), rule("b", { destType: "level2" })], several, ids);
    expect([kinds(equal), equal.policyIds]).toEqual([[], ids]);
    expect(
      thrownBy(() => reconcile([rule("a", { logRetentionValue: 9 }), rule("b", { destType: "level2" })], several, ids))
        .facts.problem,
    ).toContain('rule "a" differs');
    expect(thrownBy(() => reconcile([rule("a")], several, ids)).facts.problem).toContain('what rule "b" was so far');
  });

  it("wait for the copy that makes their ids visible, and have their cost told before", () => {
    const desired = [rule("a", { logRetentionValue: 3 }), copy("b")];
    const first = reconcile(desired, live);
    expect(kinds(first)).toEqual(["CREATE b"]);
    expect(first.impacts.map(({ token }) => token).filter(Boolean)).toEqual([
      "shrink:advancedLogPolicies.a.logRetentionValue=3",
    ]);
    const second = reconcile(
      desired,
      [
        { ...LOCAL, PolicyId: "l" },
        { ...CROSS, PolicyId: "c" },
      ],
      first.policyIds,
    );
    expect(kinds(second)).toEqual(["UPDATE a l"]);
    expect(first.policyIds).toEqual({ a: "" });
    expect(second.policyIds).toEqual({ a: "l", b: "c" });
  });

  it("show as changed by content once their ids are hidden", () => {
    const desired = rules([rule("a", { logRetentionValue: 9 })]);
    const { actions } = reconcileLogRules(desired, liveLogRules({ ...LOCAL, PolicyId: "l" }).advancedLogPolicies, {});
    const missing = (...now: object[]) =>
      logActionsNotVisible(actions, desired, liveLogRules(...now).advancedLogPolicies);
    expect(missing({ ...LOCAL, PolicyId: "l" })).toEqual(["a"]);
    expect(missing(LOCAL)).toEqual(["a"]);
    expect(missing({ ...LOCAL, LogRetentionValue: "9" })).toEqual([]);
  });
});

describe("The live rule of a declared one", () => {
  it("is each live rule at most once", () => {
    fc.assert(
      fc.property(advancedLogRules, fc.array(fc.constantFrom(LOCAL, CROSS), { maxLength: 4 }), (list, live) => {
        const observed = liveLogRules(...live.map((fields, index) => ({ ...fields, PolicyId: `p${index}` })));
        const found = findLogRules(rules(list), observed.advancedLogPolicies, {});
        const ids = [...found.values()].map(({ policyId }) => policyId);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});

describe("Any programs of log rules, one after the other", () => {
  /** Rounds of plan and call, as a run makes them. False where the run is refused. */
  function run(
    model: PolardbLogModel,
    list: readonly Bag[],
    ids: Record<string, string>,
  ): Record<string, string> | false {
    const desired = rules(list);
    let policyIds = ids;
    for (let round = 1; ; round++) {
      let plan: ReturnType<typeof reconcileLogRules>;
      try {
        plan = reconcileLogRules(desired, model.describe().advancedLogPolicies, policyIds);
      } catch (error) {
        expect(hasKind(error, "InvalidInput")).toBe(true);
        expect([round, model.showsIds]).toEqual([1, false]);
        return false;
      }
      policyIds = { ...plan.policyIds };
      if (plan.actions.length === 0) return policyIds;
      expect(round).toBeLessThanOrEqual(3);
      model.modify({ AdvancedLogPolicies: JSON.stringify(plan.actions.map(({ wire }) => wire)) });
    }
  }

  const contents = (model: PolardbLogModel): string[] =>
    model
      .describe()
      .advancedLogPolicies.map((live) =>
        [live.srcType, live.destType, live.destRegion, live.logRetentionType, live.logRetentionValue].join(),
      )
      .sort();

  it("end each with exactly its rules, or are refused before anything is sent because ids are hidden", () => {
    fc.assert(
      fc.property(fc.array(advancedLogRules, { minLength: 2, maxLength: 5 }), (programs) => {
        const model = new PolardbLogModel();
        let ids: Record<string, string> = {};
        for (const list of programs) {
          const before = contents(model);
          const done = run(model, list, ids);
          if (done === false) {
            expect(contents(model)).toEqual(before);
            continue;
          }
          const wanted = list.map((one) =>
            [one.srcType, one.destType, one.destRegion, one.logRetentionType, one.logRetentionValue].join(),
          );
          expect(contents(model)).toEqual(wanted.sort());
          expect(run(model, list, done)).toEqual(done);
          ids = done;
        }
      }),
      { numRuns: 500 },
    );
  });
});
