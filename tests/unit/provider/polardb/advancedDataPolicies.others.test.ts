import { discoveredPolicies, otherPolicies } from "../../../../provider/polardb/advancedDataPolicies.others";
import type { AdvancedDataPolicy } from "../../../../provider/polardb/backupPolicy.schema";
import type { ObservedAdvancedPolicy } from "../../../../provider/polardb/wire";
import { livePolicy } from "../../support/polardb";

const DAILY: AdvancedDataPolicy = {
  name: "daily",
  srcType: "db",
  destType: "level1",
  filterType: "crontab",
  filterKey: "dayOfWeek",
  filterValue: "1,3,5",
  retentionType: "never",
};

const WIRE = {
  PolicyId: "id-1",
  SrcType: "db",
  DestType: "level1",
  FilterType: "crontab",
  FilterKey: "dayOfWeek",
  FilterValue: "1,3,5",
  RetentionType: "never",
};

const othersOf = (
  declared: readonly AdvancedDataPolicy[] | undefined,
  rules: readonly object[],
  policyIds: Readonly<Record<string, string>> = {},
): readonly ObservedAdvancedPolicy[] =>
  otherPolicies(
    { advancedDataPolicies: declared as AdvancedDataPolicy[] },
    livePolicy({ AdvancedDataPolicies: { AdvancedDataPolicy: rules } }),
    policyIds,
  );

describe("Rules that others have made", () => {
  const idsOf = (...args: Parameters<typeof othersOf>) => othersOf(...args).map(({ policyId }) => policyId);

  it("are those that the program does not declare, and the service has not made", () => {
    const rules = [WIRE, { ...WIRE, PolicyId: "theirs" }, { ...WIRE, PolicyId: "auto", AutoCreated: true }];
    expect(idsOf([DAILY], rules, { daily: "id-1" })).toEqual(["theirs"]);
    expect(idsOf([{ ...DAILY, policyId: "theirs" }], rules, {})).toEqual(["id-1"]);
  });

  it("do not include one that is still to be deleted", () => {
    expect(idsOf([], [WIRE], { daily: "id-1" })).toEqual([]);
  });

  it("are none where the program does not declare rules", () => {
    expect(idsOf(undefined, [WIRE])).toEqual([]);
    expect(idsOf([], [WIRE])).toEqual(["id-1"]);
  });
});

describe("The line about a rule that somebody else has made", () => {
  const linesFor = (wire: object, declared: readonly AdvancedDataPolicy[] = []): string[] =>
    discoveredPolicies({ advancedDataPolicies: declared, otherPolicies: othersOf([], [{ ...WIRE, ...wire }]) }, {});

  it.each<[object, string]>([
    [{}, "db to level1, dayOfWeek 1,3,5"],
    [{ SrcType: "level1", DestType: "level2", FilterType: "event", FilterKey: "" }, "level1 to level2, event"],
    [
      { SrcType: "level2", DestType: "level2Cross", DestRegion: "cn-beijing", FilterType: "event" },
      "level2 to level2Cross in cn-beijing, event",
    ],
  ])("tells what it does: %j", (wire, what) => {
    expect(linesFor(wire)).toEqual([`advanced rule id-1 (${what}) is not declared and is left alone`]);
  });

  it("tells of a declared rule that does the same", () => {
    expect(linesFor({}, [DAILY])[0]).toMatch(
      /is left alone; it does the same as rule "daily", so backups may be made twice$/,
    );
  });

  it("comes once: not for one that is on record", () => {
    const outputs = { otherPolicies: othersOf([], [WIRE]) };
    expect(discoveredPolicies(outputs, outputs)).toEqual([]);
    expect(discoveredPolicies({}, outputs)).toEqual([]);
  });
});
