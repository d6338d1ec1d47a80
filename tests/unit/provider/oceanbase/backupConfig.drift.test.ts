import type { Bag } from "../../../../provider/core/bag";
import { keepWhatWasRunning, liveInputs } from "../../../../provider/oceanbase/backupConfig.drift";
import type { ObservedCluster, ObservedTenant } from "../../../../provider/oceanbase/observe";
import { cluster, configOf, placed, TRIO, task, tenant } from "../../support/oceanbase";

const live = (declared: Bag, observed: ObservedCluster, tenants: readonly ObservedTenant[] = observed.tenants) =>
  liveInputs({ ...configOf(declared), tenants }, observed);

const BOTH = cluster([placed(1002), placed(1004)]);

const score = (...values: string[]): Partial<ObservedTenant> => ({
  parameters: { ...tenant(1).parameters, ha_low_thread_score: values },
});

describe("The inputs that a refresh records", () => {
  const declared = {
    ...TRIO,
    haLowThreadScore: 0,
    archiveLagTarget: "2m",
    deletePolicy: { recoveryWindow: "7d" },
    reapply: "1",
  };

  it("are the declared ones, without drift, when nothing has drifted", () => {
    expect(live(declared, BOTH)).toEqual({ inputs: configOf(declared), drift: [] });
  });

  it.each<[string, Bag, ObservedCluster, Bag]>([
    [
      "another base, when all tenants have moved to it",
      TRIO,
      cluster([placed(1002, {}, "file:///new"), placed(1004, {}, "file:///new")]),
      { backupBaseUri: "file:///new" },
    ],
    [
      "another bucket, without keys",
      { ...TRIO, backupBaseUri: "oss://b/p?host=h&access_id=i&access_key=k" },
      cluster([placed(1002, {}, "oss://c/p?host=h")]),
      { backupBaseUri: "oss://c/p?host=h" },
    ],
    ["another number, when all tenants have it", { haLowThreadScore: 5 }, BOTH, { haLowThreadScore: 0 }],
    ["another concurrency, when all tenants have it", { logArchiveConcurrency: 5 }, BOTH, { logArchiveConcurrency: 0 }],
    ["another lag target, as the database spells it", { archiveLagTarget: "1h" }, BOTH, { archiveLagTarget: "120s" }],
  ])("show %s", (_name, inputs, observed, expected) => {
    const found = live(inputs, observed);
    expect(found.inputs).toMatchObject(expected);
    expect(found.drift).toEqual([]);
  });

  it("never show what the program does not declare", () => {
    expect(live({ haLowThreadScore: 0 }, cluster([placed(1002, {}, "file:///elsewhere")]))).toEqual({
      inputs: { haLowThreadScore: 0 },
      drift: [],
    });
  });
});

describe("Drift that no single input can show", () => {
  it.each<[string, Bag, ObservedCluster, readonly ObservedTenant[] | undefined, string[]]>([
    [
      "a tenant without a destination",
      TRIO,
      cluster([placed(1002), tenant(1004)]),
      undefined,
      ["t4 has no destination"],
    ],
    [
      "all tenants without a destination",
      TRIO,
      cluster([tenant(1002), tenant(1004)]),
      undefined,
      ["t2 has no destination", "t4 has no destination"],
    ],
    [
      "a tenant that is elsewhere",
      TRIO,
      cluster([placed(1002), placed(1004, {}, "file:///x")]),
      undefined,
      ["t4 differs: its destinations are file:///x/1/1004/clog and file:///x/1/1004/data"],
    ],
    [
      "a tenant with one destination",
      TRIO,
      cluster([placed(1002), placed(1004, { dataUri: undefined })]),
      undefined,
      ["t4 differs: its destinations are file:///data/backup/1/1004/clog and (none)"],
    ],
    [
      "tenants that are in different places",
      TRIO,
      cluster([placed(1002, {}, "file:///x"), placed(1004, {}, "file:///y")]),
      undefined,
      [
        "t2 differs: its destinations are file:///x/1/1002/clog and file:///x/1/1002/data",
        "t4 differs: its destinations are file:///y/1/1004/clog and file:///y/1/1004/data",
      ],
    ],
    [
      "one place that is no place of a cluster rule",
      TRIO,
      cluster([placed(1002, { archiveUri: "file:///x/a", dataUri: "file:///x/d" })]),
      undefined,
      ["t2 differs: its destinations are file:///x/a and file:///x/d"],
    ],
    [
      "a parameter of one tenant",
      { haLowThreadScore: 0 },
      cluster([placed(1002), placed(1004, score("5"))]),
      undefined,
      ["t4: haLowThreadScore is 5, not 0"],
    ],
    [
      "a parameter of which the tenants have different values",
      { haLowThreadScore: 0 },
      cluster([placed(1002, score("4")), placed(1004, score("5"))]),
      undefined,
      ["t2: haLowThreadScore is 4, not 0", "t4: haLowThreadScore is 5, not 0"],
    ],
    [
      "a parameter that differs between servers",
      { haLowThreadScore: 5 },
      cluster([placed(1002, score("0", "5"))]),
      undefined,
      ["t2: haLowThreadScore is 0 on one server and on another 5, not 5"],
    ],
    [
      "a parameter that is not there",
      { haLowThreadScore: 5 },
      cluster([placed(1002, score())]),
      undefined,
      ["t2: haLowThreadScore is not set, not 5"],
    ],
    [
      "a tenant that is archiving no more",
      TRIO,
      cluster([placed(1002, { archiving: "unknown" })]),
      [placed(1002)],
      ["t2 is not archiving though it was before"],
    ],
    [
      "a tenant that a task has closed",
      TRIO,
      cluster([placed(1002, { archiving: "unknown" })], { leftClosed: [1002] }),
      [],
      ["t2 is not archiving though it was before"],
    ],
    [
      "a failed task of somebody else, when something is declared that cannot be read",
      TRIO,
      { ...BOTH, newerTask: task({ id: "17", state: "FAILED" }) },
      undefined,
      ["task 17 (Set obcluster backup config) of somebody else failed, so what cannot be read is unknown"],
    ],
    [
      "nothing, when a task of somebody else has failed and everything declared can be read",
      { haLowThreadScore: 0 },
      { ...BOTH, newerTask: task({ state: "FAILED" }) },
      undefined,
      [],
    ],
    ["nothing, when a task of somebody else has succeeded", TRIO, { ...BOTH, newerTask: task() }, undefined, []],
  ])("is said in a sentence that names the tenant: %s", (_name, declared, observed, recorded, sentences) => {
    const found = live(declared, observed, recorded);
    expect(found.drift).toEqual(sentences);
    expect(found.inputs).toEqual(configOf(declared));
  });

  it("never shows a key", () => {
    const declared = { ...TRIO, backupBaseUri: "oss://b/p?host=h&access_id=i&access_key=KEYSECRET" };
    const { drift } = live(declared, cluster([tenant(1002), placed(1004, {}, "oss://c/p?host=h")]));
    expect(drift).toHaveLength(2);
    expect(drift.join()).not.toContain("KEYSECRET");
  });
});

describe("The tenants that a refresh records", () => {
  const statuses = (before: readonly ObservedTenant[], now: readonly ObservedTenant[]) =>
    keepWhatWasRunning({ tenants: before }, cluster(now)).map(({ archiving }) => archiving);

  it.each<[string, ObservedTenant[], ObservedTenant[], string[]]>([
    [
      "keep one as running that is off now: the record is what brings it back",
      [placed(1002)],
      [placed(1002, { archiving: "unknown" })],
      ["running"],
    ],
    [
      "keep one as suspended that is off now",
      [placed(1002, { archiving: "suspended" })],
      [placed(1002, { archiving: "unknown" })],
      ["suspended"],
    ],
    ["take a live status as it is", [placed(1002)], [placed(1002, { archiving: "suspended" })], ["suspended"]],
    [
      "leave one off that was off",
      [placed(1002, { archiving: "unknown" })],
      [placed(1002, { archiving: "unknown" })],
      ["unknown"],
    ],
    ["leave a new one as it is", [], [placed(1002, { archiving: "unknown" })], ["unknown"]],
    ["forget one that is gone", [placed(1002), placed(1004)], [placed(1004)], ["running"]],
  ])("%s", (_name, before, now, expected) => {
    expect(statuses(before, now)).toEqual(expected);
  });

  it("take everything else as it is now", () => {
    const now = placed(1002, { archiving: "unknown", ...score("9") }, "file:///new");
    expect(keepWhatWasRunning({ tenants: [placed(1002)] }, cluster([now]))).toEqual([{ ...now, archiving: "running" }]);
    expect(keepWhatWasRunning({}, cluster([now]))).toEqual([now]);
  });
});
