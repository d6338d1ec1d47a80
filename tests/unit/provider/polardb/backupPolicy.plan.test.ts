import fc from "fast-check";
import type { Bag } from "../../../../provider/core/bag";
import {
  notYetVisible,
  type PlannedModify,
  planBackupPolicy,
  requirePossible,
} from "../../../../provider/polardb/backupPolicy.plan";
import {
  type BackupPolicyInputs,
  CLASSIC_FIELDS,
  type ClassicField,
} from "../../../../provider/polardb/backupPolicy.schema";
import { honouredName, LEVEL_1_SPELLING, liveValue } from "../../../../provider/polardb/backupPolicy.spelling";
import { classicToWire, type ObservedBackupPolicy } from "../../../../provider/polardb/wire";
import { thrownBy } from "../../support/failures";
import { classicPolicies, LEVEL_1_SCHEDULE, livePolicy, livePolicyOf, policyOf } from "../../support/polardb";
import { PolardbModel } from "../../support/polardbModel";

function callFor(desired: Bag, live: ObservedBackupPolicy = livePolicy()): PlannedModify | undefined {
  return planBackupPolicy(policyOf(desired), live, {}).call;
}

const sentFor = (desired: Bag, live?: ObservedBackupPolicy) => callFor(desired, live)?.parameters;

/** A cluster with level-2 backups and their copy in another region. */
const COPYING = {
  DataLevel1BackupPeriod: "Monday,Tuesday,Friday",
  DataLevel2BackupRetentionPeriod: "60",
  DataLevel2BackupPeriod: "Monday,Friday",
  DataLevel2BackupAnotherRegionRegion: "cn-hangzhou",
  DataLevel2BackupAnotherRegionRetentionPeriod: "90",
};

const LEVEL_2 = { DataLevel2BackupRetentionPeriod: "60", DataLevel2BackupPeriod: "Monday,Friday" };

describe("A cluster that already has what is declared", () => {
  it.each<[string, Bag, Bag]>([
    ["nothing is declared", {}, {}],
    ["a number is text on the wire", { dataLevel1BackupRetentionPeriod: 7 }, {}],
    ["0 is declared and 0 is live", { dataLevel2BackupRetentionPeriod: 0 }, {}],
    [
      "0 is declared and nothing is live",
      { dataLevel2BackupRetentionPeriod: 0 },
      { DataLevel2BackupRetentionPeriod: "" },
    ],
    [
      "no copies are declared and none are live",
      { dataLevel2BackupAnotherRegionRetentionPeriod: 0 },
      { DataLevel2BackupAnotherRegionRetentionPeriod: null },
    ],
    [
      "-1 is declared and -1 is live",
      { dataLevel2BackupRetentionPeriod: -1 },
      { DataLevel2BackupRetentionPeriod: "-1" },
    ],
    [
      "weekdays are in another order",
      { preferredBackupPeriod: ["Sunday", "Monday"] },
      { PreferredBackupPeriod: "Sunday,Monday" },
    ],
    [
      "the last hour of the day is spelt otherwise",
      { preferredBackupTime: "23:00Z-00:00Z" },
      { PreferredBackupTime: "23:00Z-24:00Z" },
    ],
    [
      "the service spells the last hour otherwise",
      { preferredBackupTime: "23:00Z-24:00Z" },
      { PreferredBackupTime: "23:00Z-00:00Z" },
    ],
    ["an empty frequency stands for the normal one", { backupFrequency: "Normal" }, { BackupFrequency: "" }],
    [
      "an empty answer about deletion stands for NONE",
      { backupRetentionPolicyOnClusterDeletion: "NONE" },
      { BackupRetentionPolicyOnClusterDeletion: "" },
    ],
    ["standard backup is declared and live", { backupPolicyLevel: "Normal" }, {}],
    [
      "standard backup is declared and the engine reports no level",
      { backupPolicyLevel: "Normal" },
      { BackupPolicyLevel: "" },
    ],
    ["advanced backup is declared and live", { backupPolicyLevel: "Advanced" }, { BackupPolicyLevel: "Advanced" }],
    [
      "an empty list of rules is declared, and the service has its own",
      { backupPolicyLevel: "Advanced", advancedDataPolicies: [] },
      {
        BackupPolicyLevel: "Advanced",
        AdvancedDataPolicies: { AdvancedDataPolicy: [{ PolicyId: "p", AutoCreated: true }] },
      },
    ],
  ])("gets no call when %s", (_name, desired, live) => {
    expect(callFor(desired, livePolicy(live))).toBeUndefined();
  });

  it("gets no call for its own live policy, whatever that is", () => {
    fc.assert(
      fc.property(classicPolicies, (news) => {
        const inputs = policyOf(news);
        expect(callFor(inputs, livePolicyOf(inputs))).toBeUndefined();
      }),
    );
  });
});

describe("A schedule under its common name", () => {
  const common: Bag = {
    preferredBackupTime: "01:00Z-02:00Z",
    preferredBackupPeriod: ["Monday", "Friday"],
    backupFrequency: "Normal",
  };

  it("is sent under it to a cluster that keeps it there", () => {
    expect(sentFor(common)).toEqual({ PreferredBackupTime: "01:00Z-02:00Z", PreferredBackupPeriod: "Monday,Friday" });
  });

  it("is compared and sent under the level-1 name with a cluster that keeps it there", () => {
    const call = callFor(common, livePolicy(LEVEL_1_SCHEDULE));
    expect(call?.parameters).toEqual({
      DataLevel1BackupTime: "01:00Z-02:00Z",
      DataLevel1BackupPeriod: "Monday,Friday",
    });
    expect(call?.changes).toEqual([
      "preferredBackupTime 15:00Z-16:00Z -> 01:00Z-02:00Z",
      "preferredBackupPeriod Monday,Tuesday -> Monday,Friday",
    ]);
    const live = { DataLevel1BackupTime: "01:00Z-02:00Z", DataLevel1BackupPeriod: "Friday,Monday" };
    expect(callFor(common, livePolicy({ ...LEVEL_1_SCHEDULE, ...live }))).toBeUndefined();
  });

  it("is repaired under the level-1 name also where the list there has been emptied", () => {
    const emptied = livePolicy({
      ...LEVEL_1_SCHEDULE,
      DataLevel1BackupPeriod: "",
      PreferredBackupPeriod: "Monday,Friday",
    });
    expect(sentFor({ preferredBackupPeriod: ["Monday", "Friday"] }, emptied)).toEqual({
      DataLevel1BackupPeriod: "Monday,Friday",
    });
  });

  it("costs the same under either name, and its token is of the name in the program", () => {
    const live = livePolicy({ ...LEVEL_1_SCHEDULE, DataLevel1BackupFrequency: "2/24H" });
    expect(callFor({ backupFrequency: "Normal" }, live)?.impacts.map(({ token }) => token)).toEqual([
      "shrink:backupFrequency=Normal",
    ]);
  });
});

describe("A setting that differs alone", () => {
  it.each<[Bag, Bag, Readonly<Record<string, string>>, string]>([
    [
      { preferredBackupTime: "15:00Z-16:00Z" },
      {},
      { PreferredBackupTime: "15:00Z-16:00Z" },
      "preferredBackupTime 07:00Z-08:00Z -> 15:00Z-16:00Z",
    ],
    [
      { preferredBackupPeriod: ["Monday", "Friday"] },
      {},
      { PreferredBackupPeriod: "Monday,Friday" },
      "preferredBackupPeriod Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday -> Monday,Friday",
    ],
    [{ backupFrequency: "2/24H" }, {}, { BackupFrequency: "2/24H" }, "backupFrequency Normal -> 2/24H"],
    [
      { dataLevel1BackupRetentionPeriod: 14 },
      {},
      { DataLevel1BackupRetentionPeriod: "14" },
      "dataLevel1BackupRetentionPeriod 7 -> 14",
    ],
    [
      { dataLevel1BackupFrequency: "4/24H" },
      LEVEL_1_SCHEDULE,
      { DataLevel1BackupFrequency: "4/24H" },
      "dataLevel1BackupFrequency Normal -> 4/24H",
    ],
    [
      { dataLevel1BackupTime: "00:00Z-01:00Z" },
      LEVEL_1_SCHEDULE,
      { DataLevel1BackupTime: "00:00Z-01:00Z" },
      "dataLevel1BackupTime 15:00Z-16:00Z -> 00:00Z-01:00Z",
    ],
    [
      { dataLevel1BackupPeriod: ["Monday", "Sunday"] },
      LEVEL_1_SCHEDULE,
      { DataLevel1BackupPeriod: "Monday,Sunday" },
      "dataLevel1BackupPeriod Monday,Tuesday -> Monday,Sunday",
    ],
    [
      { dataLevel2BackupRetentionPeriod: 30 },
      {},
      { DataLevel2BackupRetentionPeriod: "30" },
      "dataLevel2BackupRetentionPeriod 0 -> 30",
    ],
    [
      { dataLevel2BackupRetentionPeriod: -1 },
      {},
      { DataLevel2BackupRetentionPeriod: "-1" },
      "dataLevel2BackupRetentionPeriod 0 -> -1",
    ],
    [
      { dataLevel2BackupPeriod: ["Monday", "Tuesday"] },
      {},
      { DataLevel2BackupPeriod: "Monday,Tuesday" },
      "dataLevel2BackupPeriod (not set) -> Monday,Tuesday",
    ],
    [
      { backupRetentionPolicyOnClusterDeletion: "ALL" },
      {},
      { BackupRetentionPolicyOnClusterDeletion: "ALL" },
      "backupRetentionPolicyOnClusterDeletion NONE -> ALL",
    ],
    [{ backupPolicyLevel: "Advanced" }, {}, { BackupPolicyLevel: "Advanced" }, "backupPolicyLevel Normal -> Advanced"],
  ])("is sent alone: %j beside %j", (desired, live, parameters, change) => {
    const call = callFor(desired, livePolicy(live));
    expect(call?.parameters).toEqual(parameters);
    expect(call?.changes).toEqual([change]);
  });

  it("is sent alone though others are declared that are as they should be", () => {
    const desired = {
      dataLevel1BackupRetentionPeriod: 7,
      preferredBackupTime: "07:00Z-08:00Z",
      backupFrequency: "3/24H",
    };
    expect(sentFor(desired)).toEqual({ BackupFrequency: "3/24H" });
  });
});

describe("A setting that the service takes only together with others", () => {
  it.each<[string, Bag, Bag, Readonly<Record<string, string>>]>([
    [
      "level-2 retention takes the live level-2 days with it",
      { dataLevel2BackupRetentionPeriod: 90 },
      LEVEL_2,
      { DataLevel2BackupRetentionPeriod: "90", DataLevel2BackupPeriod: "Monday,Friday" },
    ],
    [
      "level-2 retention of 0 takes the live level-2 days with it",
      { dataLevel2BackupRetentionPeriod: 0 },
      LEVEL_2,
      { DataLevel2BackupRetentionPeriod: "0", DataLevel2BackupPeriod: "Monday,Friday" },
    ],
    [
      "level-2 days take the live retention with them",
      { dataLevel2BackupPeriod: ["Monday", "Tuesday"] },
      LEVEL_2,
      { DataLevel2BackupRetentionPeriod: "60", DataLevel2BackupPeriod: "Monday,Tuesday" },
    ],
    [
      "level-2 days take the declared retention with them",
      { dataLevel2BackupPeriod: ["Monday", "Tuesday"], dataLevel2BackupRetentionPeriod: 60 },
      LEVEL_2,
      { DataLevel2BackupRetentionPeriod: "60", DataLevel2BackupPeriod: "Monday,Tuesday" },
    ],
    [
      "level-2 retention takes the copy with it where there is one",
      { dataLevel2BackupRetentionPeriod: 120 },
      COPYING,
      {
        DataLevel2BackupRetentionPeriod: "120",
        DataLevel2BackupPeriod: "Monday,Friday",
        DataLevel2BackupAnotherRegionRegion: "cn-hangzhou",
        DataLevel2BackupAnotherRegionRetentionPeriod: "90",
      },
    ],
    [
      "the region of the copy takes all level-2 settings with it",
      { dataLevel2BackupAnotherRegionRegion: "cn-beijing", dataLevel2BackupAnotherRegionRetentionPeriod: 90 },
      COPYING,
      {
        DataLevel2BackupRetentionPeriod: "60",
        DataLevel2BackupPeriod: "Monday,Friday",
        DataLevel2BackupAnotherRegionRegion: "cn-beijing",
        DataLevel2BackupAnotherRegionRetentionPeriod: "90",
      },
    ],
    [
      "copies that are switched off take the live region with them",
      { dataLevel2BackupAnotherRegionRetentionPeriod: 0 },
      COPYING,
      {
        DataLevel2BackupRetentionPeriod: "60",
        DataLevel2BackupPeriod: "Monday,Friday",
        DataLevel2BackupAnotherRegionRegion: "cn-hangzhou",
        DataLevel2BackupAnotherRegionRetentionPeriod: "0",
      },
    ],
    [
      "copies go out as a pair where there is no level-2 policy yet",
      { dataLevel2BackupAnotherRegionRegion: "cn-beijing", dataLevel2BackupAnotherRegionRetentionPeriod: 30 },
      {},
      { DataLevel2BackupAnotherRegionRegion: "cn-beijing", DataLevel2BackupAnotherRegionRetentionPeriod: "30" },
    ],
    [
      "level-2 retention goes alone where no level-2 days are known, never with an empty text",
      { dataLevel2BackupRetentionPeriod: 90 },
      { DataLevel2BackupRetentionPeriod: "60" },
      { DataLevel2BackupRetentionPeriod: "90" },
    ],
    [
      "level-1 settings take nothing of level 2 with them",
      { dataLevel1BackupRetentionPeriod: 14, dataLevel1BackupPeriod: ["Monday", "Friday"] },
      COPYING,
      { DataLevel1BackupRetentionPeriod: "14", DataLevel1BackupPeriod: "Monday,Friday" },
    ],
  ])("goes out with them: %s", (_name, desired, live, parameters) => {
    expect(sentFor(desired, livePolicy(live))).toEqual(parameters);
  });

  it("is the only one that is called a change", () => {
    expect(callFor({ dataLevel2BackupRetentionPeriod: 120 }, livePolicy(COPYING))?.changes).toEqual([
      "dataLevel2BackupRetentionPeriod 60 -> 120",
    ]);
  });
});

describe("Absent, 0 and -1 for level-2 retention", () => {
  const sent = (declared: Bag, live: string) =>
    sentFor(declared, livePolicy({ DataLevel2BackupRetentionPeriod: live }))?.DataLevel2BackupRetentionPeriod;

  it.each<[string, Bag, string, string | undefined]>([
    ["absent leaves 0", {}, "0", undefined],
    ["absent leaves 30", {}, "30", undefined],
    ["absent leaves -1", {}, "-1", undefined],
    ["0 switches 30 off", { dataLevel2BackupRetentionPeriod: 0 }, "30", "0"],
    ["0 switches -1 off", { dataLevel2BackupRetentionPeriod: 0 }, "-1", "0"],
    ["-1 replaces 0", { dataLevel2BackupRetentionPeriod: -1 }, "0", "-1"],
    ["-1 replaces 7300", { dataLevel2BackupRetentionPeriod: -1 }, "7300", "-1"],
    ["30 replaces -1", { dataLevel2BackupRetentionPeriod: 30 }, "-1", "30"],
  ])("are three different things: %s", (_name, declared, live, expected) => {
    expect(sent(declared, live)).toBe(expected);
  });
});

describe("The door to advanced backup", () => {
  it("opens in a call of its own, before any rule is sent, and must be accepted", () => {
    const rule = { name: "a", srcType: "db", destType: "level1", filterType: "event", retentionType: "never" };
    const call = callFor({ backupPolicyLevel: "Advanced", advancedDataPolicies: [rule] });
    expect(call?.parameters).toEqual({ BackupPolicyLevel: "Advanced" });
    expect(call?.level).toBe("Advanced");
    expect(call?.advanced).toEqual([]);
    expect(call?.impacts).toEqual([
      {
        class: "irreversible",
        token: "irreversible:backupPolicyLevel=Advanced",
        sentence:
          "Advanced backup cannot be switched back to standard backup, and the classic schedule and retention settings stop having any effect.",
      },
    ]);
  });

  const keeping = (destType: string, days: number | "for ever"): Bag => ({
    name: destType,
    srcType: destType === "level1" ? "db" : "level1",
    destType,
    ...(destType === "level2Cross" ? { destRegion: "cn-hangzhou" } : {}),
    filterType: "event",
    ...(days === "for ever" ? { retentionType: "never" } : { retentionType: "delay", retentionValue: days }),
  });

  it.each<[string, Bag[], Bag, string | undefined]>([
    ["a rule that keeps as long", [keeping("level1", 7)], {}, undefined],
    ["a rule that keeps for ever", [keeping("level1", "for ever")], {}, undefined],
    ["a rule that keeps less", [keeping("level1", 6)], {}, "level-1 backups (now 7 days)"],
    ["no rule for level 2", [keeping("level1", 7)], LEVEL_2, "level-2 backups (now 60 days)"],
    ["a rule for level 2", [keeping("level1", 7), keeping("level2", 60)], LEVEL_2, undefined],
    [
      "a rule that does not keep for ever",
      [keeping("level1", 7), keeping("level2", 7300)],
      { DataLevel2BackupRetentionPeriod: "-1" },
      "level-2 backups (now for ever)",
    ],
    [
      "no rule for copies",
      [keeping("level1", 7), keeping("level2", 60)],
      COPYING,
      "copies in another region (now 90 days)",
    ],
    [
      "all that it needs",
      [keeping("level1", 9), keeping("level2", 60), keeping("level2Cross", 90)],
      COPYING,
      undefined,
    ],
  ])("must be accepted as a shrink where it finds less than before: %s", (_name, rules, live, weaker) => {
    const call = callFor({ backupPolicyLevel: "Advanced", advancedDataPolicies: rules }, livePolicy(live));
    const shrink = call?.impacts.find(({ class: impactClass }) => impactClass === "shrinksRetention");
    expect(shrink?.token).toBe(weaker && "shrink:backupPolicyLevel=Advanced");
    expect(shrink?.sentence).toEqual(weaker && expect.stringContaining(`No declared rule keeps ${weaker} for as long`));
  });

  it("does not open backwards", () => {
    const error = thrownBy(() =>
      callFor({ backupPolicyLevel: "Normal" }, livePolicy({ BackupPolicyLevel: "Advanced" })),
    );
    expect(error.kind).toBe("InvalidInput");
    expect(error.facts.property).toBe("backupPolicyLevel");
    expect(error.message).toContain("cannot be switched back");
  });

  it("does not open where the service does not offer it", () => {
    const error = thrownBy(() =>
      callFor({ backupPolicyLevel: "Advanced" }, livePolicy({ AdvancedPolicyOption: "notSupport" })),
    );
    expect(error.kind).toBe("InvalidInput");
    expect(error.message).toContain("notSupport");
  });

  it("lets the settings through that keep their effect behind it", () => {
    const desired = { preferredBackupTime: "15:00Z-16:00Z", backupRetentionPolicyOnClusterDeletion: "LATEST" };
    expect(sentFor(desired, livePolicy({ BackupPolicyLevel: "Advanced" }))).toEqual({
      PreferredBackupTime: "15:00Z-16:00Z",
      BackupRetentionPolicyOnClusterDeletion: "LATEST",
    });
  });

  it.each<[string, Bag]>([
    ["differs", { dataLevel1BackupRetentionPeriod: 14 }],
    ["is equal", { dataLevel1BackupRetentionPeriod: 7 }],
    ["is one of several", { preferredBackupPeriod: ["Monday", "Friday"], dataLevel2BackupRetentionPeriod: 0 }],
  ])("makes a declared classic setting an error, not a silent no-op: one that %s", (_name, desired) => {
    const error = thrownBy(() => callFor(desired, livePolicy({ BackupPolicyLevel: "Advanced" })));
    expect(error.kind).toBe("InvalidInput");
    expect(error.facts.property).toBe(Object.keys(desired)[0]);
    for (const name of Object.keys(desired)) expect(error.message).toContain(name);
    expect(error.message).toContain("would be accepted and ignored");
  });
});

describe("What a change costs", () => {
  const impactsOf = (desired: Bag, live: Bag = {}) =>
    callFor(desired, livePolicy(live))?.impacts.map(({ class: impactClass, token, sentence }) => ({
      impactClass,
      token,
      sentence,
    }));

  it.each<[Bag, Bag, string | undefined, string]>([
    [
      { dataLevel1BackupRetentionPeriod: 3 },
      {},
      "shrink:dataLevel1BackupRetentionPeriod=3",
      "Level-1 backups are kept 3 days instead of 7 days; older ones expire.",
    ],
    [
      { dataLevel2BackupRetentionPeriod: 0 },
      LEVEL_2,
      "shrink:dataLevel2BackupRetentionPeriod=0",
      "Level-2 backups are switched off; those that exist can then only age out.",
    ],
    [
      { dataLevel2BackupRetentionPeriod: 30 },
      LEVEL_2,
      "shrink:dataLevel2BackupRetentionPeriod=30",
      "Level-2 backups are kept 30 days instead of 60 days; older ones expire.",
    ],
    [
      { dataLevel2BackupRetentionPeriod: 7300 },
      { DataLevel2BackupRetentionPeriod: "-1" },
      "shrink:dataLevel2BackupRetentionPeriod=7300",
      "Level-2 backups are kept 7300 days instead of for ever; older ones expire.",
    ],
    [
      { dataLevel2BackupRetentionPeriod: 30 },
      {},
      undefined,
      "Level-2 backups are switched on; their storage costs money.",
    ],
    [
      { dataLevel2BackupAnotherRegionRetentionPeriod: 0 },
      COPYING,
      "shrink:dataLevel2BackupAnotherRegionRetentionPeriod=0",
      "Copies in another region are switched off; those that exist can then only age out.",
    ],
    [
      { dataLevel2BackupAnotherRegionRegion: "cn-beijing", dataLevel2BackupAnotherRegionRetentionPeriod: 90 },
      COPYING,
      "shrink:dataLevel2BackupAnotherRegionRegion=cn-beijing",
      "Backups are copied to cn-beijing instead of cn-hangzhou; the copies that exist there only age out.",
    ],
    [
      { backupRetentionPolicyOnClusterDeletion: "NONE" },
      { BackupRetentionPolicyOnClusterDeletion: "ALL" },
      "shrink:backupRetentionPolicyOnClusterDeletion=NONE",
      "When the cluster is deleted, no backup is kept (until now: ALL).",
    ],
    [
      { backupRetentionPolicyOnClusterDeletion: "LATEST" },
      { BackupRetentionPolicyOnClusterDeletion: "ALL" },
      "shrink:backupRetentionPolicyOnClusterDeletion=LATEST",
      "When the cluster is deleted, only the last backup is kept (until now: ALL).",
    ],
    [
      { backupRetentionPolicyOnClusterDeletion: "NONE" },
      { BackupRetentionPolicyOnClusterDeletion: "LATEST" },
      "shrink:backupRetentionPolicyOnClusterDeletion=NONE",
      "When the cluster is deleted, no backup is kept (until now: LATEST).",
    ],
    [
      { backupRetentionPolicyOnClusterDeletion: "ALL" },
      {},
      undefined,
      "Backups kept after the cluster is deleted (ALL) cost money for as long as they exist.",
    ],
    [
      { backupFrequency: "Normal" },
      { BackupFrequency: "2/24H" },
      "shrink:backupFrequency=Normal",
      "Backups are made less often (Normal instead of 2/24H), so there are fewer points to restore to.",
    ],
    [
      { backupFrequency: "4/24H" },
      { BackupFrequency: "2/24H" },
      "shrink:backupFrequency=4/24H",
      "Backups are made less often (4/24H instead of 2/24H), so there are fewer points to restore to.",
    ],
    [
      { dataLevel1BackupFrequency: "3/24H" },
      { DataLevel1BackupFrequency: "2/24H" },
      "shrink:dataLevel1BackupFrequency=3/24H",
      "Backups are made less often (3/24H instead of 2/24H), so there are fewer points to restore to.",
    ],
    [
      { backupFrequency: "4/24H" },
      {},
      "shrink:backupFrequency=4/24H",
      "With 4/24H, of the backups older than 24 hours only the first of each day is kept.",
    ],
  ])("is said of %j beside %j with the token %s", (desired, live, token, sentence) => {
    expect(impactsOf(desired, live)).toEqual([
      { impactClass: token === undefined ? "cost" : "shrinksRetention", token, sentence },
    ]);
  });

  it.each<[Bag, Bag]>([
    [{ dataLevel1BackupRetentionPeriod: 14 }, {}],
    [{ dataLevel2BackupRetentionPeriod: -1 }, LEVEL_2],
    [{ dataLevel2BackupRetentionPeriod: 90 }, LEVEL_2],
    [{ backupFrequency: "2/24H" }, { BackupFrequency: "4/24H" }],
    [{ preferredBackupTime: "01:00Z-02:00Z" }, {}],
    [{ dataLevel2BackupPeriod: ["Monday", "Tuesday"] }, LEVEL_2],
  ])("is nothing for %j beside %j", (desired, live) => {
    expect(impactsOf(desired, live)).toEqual([]);
  });

  it("needs a token exactly when a retention gets shorter, in the order 0 < days < for ever", () => {
    const days = fc.oneof(fc.constantFrom(0, -1), fc.integer({ min: 30, max: 7300 }));
    const length = (value: number): number => (value === -1 ? Number.POSITIVE_INFINITY : value);
    fc.assert(
      fc.property(days, days, (before, after) => {
        const impacts = impactsOf(
          { dataLevel2BackupRetentionPeriod: after },
          { DataLevel2BackupRetentionPeriod: String(before) },
        );
        const tokens = (impacts ?? []).flatMap(({ token }) => token ?? []);
        const expected = length(after) < length(before) ? [`shrink:dataLevel2BackupRetentionPeriod=${after}`] : [];
        expect(tokens).toEqual(expected);
      }),
    );
  });
});

describe("A plan that is carried out", () => {
  /** The settings of the group that goes out together. */
  const LEVEL_2_GROUP = [
    "DataLevel2BackupRetentionPeriod",
    "DataLevel2BackupPeriod",
    "DataLevel2BackupAnotherRegionRegion",
    "DataLevel2BackupAnotherRegionRetentionPeriod",
  ];
  /** The service sets these itself: all weekdays for a high frequency, and no region where there are no copies. */
  const FOLLOWERS = new Set<string>([
    "preferredBackupPeriod",
    "dataLevel1BackupPeriod",
    "dataLevel2BackupAnotherRegionRegion",
  ]);
  /** A part of the week at a high frequency that the program does not declare is refused. */
  const isPossible = (desired: BackupPolicyInputs, live: ObservedBackupPolicy): boolean => {
    try {
      requirePossible(desired, live);
      return true;
    } catch {
      return false;
    }
  };
  const nameOnWire = (field: string): string => field.charAt(0).toUpperCase() + field.slice(1);

  it("gives the cluster what is declared in one call, leaves the rest alone, and then has nothing left to do", () => {
    fc.assert(
      fc.property(classicPolicies, classicPolicies, (before, after) => {
        const { dbClusterId: _id, ...classic } = policyOf(before);
        const service = new PolardbModel({ ...LEVEL_1_SCHEDULE, ...classicToWire(classic) });
        const desired = policyOf(after);
        /** A setting under its other name is the same setting. */
        const twins = Object.entries(LEVEL_1_SPELLING).flatMap(([field, level1]) =>
          desired[field as ClassicField] !== undefined || desired[level1] !== undefined ? [field, level1] : [],
        );
        const live = service.describe();
        fc.pre(isPossible(desired, live));
        const { call } = planBackupPolicy(desired, live, {});
        if (call) service.modify(call.parameters);
        const now = service.describe();
        for (const field of CLASSIC_FIELDS) {
          if (desired[field] !== undefined) expect(liveValue(field, now)).toEqual(desired[field]);
          else if (!FOLLOWERS.has(field) && !twins.includes(field))
            expect(liveValue(field, now)).toEqual(liveValue(field, live));
        }
        expect(planBackupPolicy(desired, now, {}).call).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it("never sends a setting that did not change, except beside a changed one of its group and with its live value", () => {
    fc.assert(
      fc.property(classicPolicies, classicPolicies, (before, after) => {
        const { dbClusterId: _id, ...classic } = policyOf(before);
        const live = livePolicy(classicToWire(classic));
        const desired = policyOf(after);
        fc.pre(isPossible(desired, live));
        const sent = planBackupPolicy(desired, live, {}).call?.parameters ?? {};
        const liveOnWire = classicToWire(live);
        const changed = CLASSIC_FIELDS.filter(
          (field) =>
            desired[field] !== undefined && JSON.stringify(desired[field]) !== JSON.stringify(liveValue(field, live)),
        ).map((field) => nameOnWire(honouredName(field, live)));
        const group = changed.some((name) => LEVEL_2_GROUP.includes(name)) ? LEVEL_2_GROUP : [];
        expect(Object.keys(sent)).toEqual(expect.arrayContaining(changed));
        for (const [name, value] of Object.entries(sent)) {
          expect(value).not.toBe("");
          if (changed.includes(name)) continue;
          expect(group).toContain(name);
          expect(value).toBe(liveOnWire[name]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("After a call", () => {
  it.each<[string, Bag, Bag, string[]]>([
    [
      "all of it",
      { dataLevel1BackupRetentionPeriod: 9, preferredBackupTime: "01:00Z-02:00Z" },
      { DataLevel1BackupRetentionPeriod: "9", PreferredBackupTime: "01:00Z-02:00Z" },
      [],
    ],
    [
      "a part of it",
      { dataLevel1BackupRetentionPeriod: 9, preferredBackupTime: "01:00Z-02:00Z" },
      { DataLevel1BackupRetentionPeriod: "9" },
      ["preferredBackupTime"],
    ],
    ["nothing of it", { backupPolicyLevel: "Advanced" }, {}, ["backupPolicyLevel"]],
    ["the switch to advanced backup", { backupPolicyLevel: "Advanced" }, { BackupPolicyLevel: "Advanced" }, []],
    [
      "a companion that changed meanwhile, which was not asked for",
      { dataLevel2BackupRetentionPeriod: 30 },
      { DataLevel2BackupRetentionPeriod: "30", DataLevel2BackupPeriod: "Monday,Sunday" },
      [],
    ],
  ])("the service shows %s", (_name, declared, now, missing) => {
    const desired = policyOf(declared);
    const { call } = planBackupPolicy(desired, livePolicy(), {});
    expect(call && notYetVisible(call, desired, livePolicy(now))).toEqual(missing);
  });

  it("rules are visible once each action shows: created by content, changed by id and content, deleted by absence", () => {
    const rule = (name: string, days: number) => ({
      name,
      srcType: "db",
      destType: "level1",
      filterType: "event",
      retentionType: "delay",
      retentionValue: days,
    });
    const wire = (id: string, days: number) => ({
      PolicyId: id,
      SrcType: "db",
      DestType: "level1",
      FilterType: "event",
      RetentionType: "delay",
      RetentionValue: String(days),
    });
    const live = (...rules: object[]) =>
      livePolicy({ BackupPolicyLevel: "Advanced", AdvancedDataPolicies: { AdvancedDataPolicy: rules } });
    const desired = policyOf({
      backupPolicyLevel: "Advanced",
      advancedDataPolicies: [rule("new", 1), rule("changed", 20)],
    });
    const { call } = planBackupPolicy(desired, live(wire("c", 10), wire("d", 30)), { changed: "c", deleted: "d" });
    if (!call) throw new Error("no call");
    expect(call.changes).toEqual(['UPDATE rule "changed"', 'CREATE rule "new"', 'DELETE rule "deleted"']);
    const missing = (...rules: object[]) => notYetVisible(call, desired, live(...rules)).sort();
    const [created, changed, deleted] = [
      "advancedDataPolicies.new",
      "advancedDataPolicies.changed",
      "advancedDataPolicies.deleted",
    ];
    expect(missing(wire("c", 10), wire("d", 30))).toEqual([changed, deleted, created]);
    expect(missing(wire("c", 20), wire("d", 30))).toEqual([deleted, created]);
    expect(missing(wire("c", 20), wire("n", 1), wire("d", 30))).toEqual([deleted]);
    expect(missing(wire("c", 10), wire("x", 20), wire("n", 1))).toEqual([changed]);
    expect(missing(wire("c", 20), wire("n", 1))).toEqual([]);
  });
});

describe("A list of rules that one call cannot hold", () => {
  const rules = (count: number, retentionValue: number): Bag[] =>
    Array.from({ length: count }, (_, index) => ({
      name: `rule-${String(index).padStart(3, "0")}`,
      srcType: "level1",
      destType: "level2",
      filterType: "crontab",
      filterKey: "dayOfYear",
      filterValue: String(index),
      retentionType: "delay",
      retentionValue,
    }));
  const declared = (count: number, retentionValue: number) =>
    policyOf({
      backupPolicyLevel: "Advanced",
      preferredBackupTime: "15:00Z-16:00Z",
      advancedDataPolicies: rules(count, retentionValue),
    });

  it("is planned as a first call, which has the other settings, and a number of further ones", () => {
    const service = new PolardbModel({ BackupPolicyLevel: "Advanced" });
    const desired = declared(100, 30);
    const first = planBackupPolicy(desired, service.describe(), {});
    expect(first.call?.parameters).toHaveProperty("PreferredBackupTime");
    expect(first.further).toBeGreaterThan(2);
    let { further = 0 } = first;
    for (let plan = first; plan.call; plan = planBackupPolicy(desired, service.describe(), plan.policyIds)) {
      expect(plan.further).toBe(further--);
      service.modify(plan.call.parameters);
      expect(notYetVisible(plan.call, desired, service.describe())).toEqual([]);
    }
    expect(further).toBe(-1);
    expect(service.describe().advancedDataPolicies).toHaveLength(100);
  });

  it("tells with the first call what all of them cost, so that all of it is accepted before the first", () => {
    const service = new PolardbModel({ BackupPolicyLevel: "Advanced" });
    let { call, policyIds } = planBackupPolicy(declared(60, 30), service.describe(), {});
    while (call) {
      service.modify(call.parameters);
      ({ call, policyIds } = planBackupPolicy(declared(60, 30), service.describe(), policyIds));
    }
    const plan = planBackupPolicy(declared(60, 20), service.describe(), policyIds);
    expect(plan.call?.advanced.length).toBeLessThan(60);
    expect(plan.call?.impacts).toHaveLength(60);
    expect(plan.call?.changes.length).toBe(plan.call?.advanced.length);
  });
});
