import { findingsOf } from "../support/findings";
import { disposeStacks, succeeded } from "./support/engine";
import { NEXT_RUNS } from "./support/nextRuns";
import { type Subject, subjectOf, unquoted } from "./support/polardb";
import { closeVendors } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

const RULE = { srcType: "db", destType: "level1", filterType: "crontab", filterKey: "dayOfWeek" };
const DAILY = { ...RULE, name: "daily", filterValue: "1,2,3,4,5", retentionType: "delay", retentionValue: 9 };
const WEEKLY = { ...RULE, name: "weekly", filterValue: "7", retentionType: "delay", retentionValue: 90 };

const advanced = (...rules: object[]) => ({
  backupPolicyLevel: "Advanced",
  accept: ["irreversible:backupPolicyLevel=Advanced", "shrink:backupPolicyLevel=Advanced"],
  advancedDataPolicies: rules,
});

/** Rules that were not made by the service itself. */
const ours = ({ service }: Subject) =>
  service.world.cluster("pc-1").settings.advancedData.filter(({ AutoCreated }) => !AutoCreated);

const actionsOf = (modifies: readonly Record<string, unknown>[]): string[][] =>
  modifies.map(({ AdvancedDataPolicies }) =>
    (AdvancedDataPolicies as { ActionType: string }[]).map(({ ActionType }) => ActionType),
  );

const idsOf = async ({ stack }: Subject): Promise<Record<string, string>> => {
  const [policy] = await stack.resources("polardb:BackupPolicy");
  return findingsOf(policy).policyIds;
};

describe("advanced rules of a PolarDB backup policy", () => {
  it.each(NEXT_RUNS)(
    "advanced rule created, 500 after it was applied: exactly one rule exists afterwards, its id is in state ($next)",
    async ({ run }) => {
      const subject = await subjectOf(advanced());
      const { stack, declare, service, modifies, forget } = subject;
      succeeded(await stack.up("--skip-preview"));
      forget();
      declare(advanced(DAILY));
      service.world.vendorFaults.add({
        operation: "ModifyBackupPolicy",
        effect: { kind: "vendorError", when: "after", status: 500, code: "InternalError" },
      });
      succeeded(await stack.up("--skip-preview"));
      const [rule, ...others] = ours(subject);
      expect(others).toEqual([]);
      expect(await idsOf(subject)).toEqual({ daily: rule?.PolicyId });
      await run(stack);
      expect(actionsOf(modifies())).toEqual([["CREATE"]]);
      expect(ours(subject)).toEqual([rule]);
    },
  );

  it("rule edited / renamed / removed / added by hand in the console: UPDATE / nothing / DELETE with its token / left alone and reported", async () => {
    const subject = await subjectOf(advanced(DAILY, WEEKLY));
    const { stack, declare, service, modifies, forget } = subject;
    succeeded(await stack.up("--skip-preview"));
    const ids = await idsOf(subject);
    forget();

    service.change({
      kind: "changeAdvancedPolicy",
      clusterId: "pc-1",
      policyId: ids.daily as string,
      policy: { RetentionValue: "30" },
    });
    const edited = await stack.run("preview", "--refresh", "--diff");
    expect(unquoted(edited.output)).toContain('accept: ["shrink:advancedDataPolicies.daily.retentionValue=9"]');
    declare({
      ...advanced(DAILY, WEEKLY),
      accept: [...advanced().accept, "shrink:advancedDataPolicies.daily.retentionValue=9"],
    });
    succeeded(await stack.up("--refresh", "--skip-preview"));
    expect(actionsOf(modifies())).toEqual([["UPDATE"]]);
    expect(ours(subject).find(({ PolicyId }) => PolicyId === ids.daily)?.RetentionValue).toBe("9");

    forget();
    declare(advanced(DAILY, { ...WEEKLY, name: "archive" }));
    succeeded(await stack.up("--skip-preview"));
    expect(modifies()).toEqual([]);
    expect(await idsOf(subject)).toEqual({ daily: ids.daily, archive: ids.weekly });

    const { PolicyId: theirs } = service.change({
      kind: "addAdvancedPolicy",
      clusterId: "pc-1",
      policy: {
        SrcType: "level1",
        DestType: "level2",
        FilterType: "event",
        RetentionType: "delay",
        RetentionValue: "400",
      },
    });
    const met = succeeded(await stack.run("refresh", "--yes", "--skip-preview", "--suppress-progress"));
    expect(met).toContain(`advanced rule ${theirs}`);
    expect(met).toContain("is not declared and is left alone");
    succeeded(await stack.up("--expect-no-changes", "--skip-preview"));
    expect(modifies()).toEqual([]);
    const [policy] = await stack.resources("polardb:BackupPolicy");
    expect(findingsOf(policy).otherPolicies).toMatchObject([{ policyId: theirs, autoCreated: false }]);

    declare(advanced(DAILY));
    const refused = await stack.run("preview");
    expect(refused.code).not.toBe(0);
    const token = "shrink:advancedDataPolicies.archive=removed";
    expect(unquoted(refused.output)).toContain(`accept: ["${token}"]`);
    declare({ ...advanced(DAILY), accept: [...advanced().accept, token] });
    succeeded(await stack.up());
    expect(actionsOf(modifies())).toEqual([["DELETE"]]);
    expect(ours(subject).map(({ PolicyId }) => PolicyId)).toEqual([ids.daily, theirs]);
  });
});
