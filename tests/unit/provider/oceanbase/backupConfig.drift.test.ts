import type { Bag } from "../../../../provider/core/bag";
import { keepWhatWasRunning, liveInputs } from "../../../../provider/oceanbase/backupConfig.drift";
import { takeUp } from "../../../../provider/oceanbase/backupConfig.records";
import type { ObservedCluster, ObservedTenant } from "../../../../provider/oceanbase/observe";
import { anyConfigOf, cluster, configOf, node, placed, recordOf, TRIO, task, tenant } from "../../support/oceanbase";

/** A refresh of what was applied as declared to all tenants, which were then as `tenants` says. */
const live = (declared: Bag, observed: ObservedCluster, tenants: readonly ObservedTenant[] = observed.tenants) => {
  const inputs = anyConfigOf(declared);
  const { binding, pieceSwitchInterval, deletePolicy } = inputs;
  const recorded = { ...recordOf({ binding, pieceSwitchInterval, deletePolicy }, observed.tenants), tenants };
  return liveInputs(inputs, observed, takeUp(recorded, observed.newerTasks));
};

const BOTH = cluster([placed(1002), placed(1004)]);

const score = (...values: string[]): Partial<ObservedTenant> => ({
  parameters: { ...tenant(1).parameters, ha_low_thread_score: values },
});

const dest = (id: number): string[] => [
  "Set log archive dest binding to MANDATORY",
  "Set log archive dest piece switch interval to 1d",
  `Set log archive dest for t${id - 1000}(${id})`,
  `URI is 'file:///data/backup/1/${id}/clog'`,
];
const MANDATORY_ON_T4 = task({ nodes: [node({ logs: dest(1004) })] });
const REFUSED_ON_T4 = task({
  state: "FAILED",
  nodes: [
    node({ state: "FAILED", logs: [...dest(1004), "ERROR: [MySQL.Error]: MySQL error: set log archive: Error 9051"] }),
  ],
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
    [
      "another binding, when a task of somebody else has set it for all tenants",
      TRIO,
      { ...BOTH, newerTasks: [task({ nodes: [node({ logs: [...dest(1002), ...dest(1004)] })] })] },
      { binding: "mandatory" },
    ],
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
      cluster([placed(1002, { archiving: "unknown", closedBy: { task: "task 14" } })]),
      [],
      ["t2 is not archiving though it was before task 14"],
    ],
    [
      "a setting that a failed task of somebody else was changing",
      TRIO,
      { ...BOTH, newerTasks: [REFUSED_ON_T4] },
      undefined,
      ["t4: binding, pieceSwitchInterval are not known to be as declared"],
    ],
    [
      "a setting that a task of somebody else has changed for one tenant",
      TRIO,
      { ...BOTH, newerTasks: [MANDATORY_ON_T4] },
      undefined,
      ['t4: binding is "mandatory", not "optional"'],
    ],
    [
      "nothing, when a task of somebody else has failed and everything declared can be read",
      { haLowThreadScore: 0 },
      { ...BOTH, newerTasks: [REFUSED_ON_T4] },
      undefined,
      [],
    ],
    [
      "nothing, when a task of somebody else has failed before it changed anything",
      TRIO,
      { ...BOTH, newerTasks: [task({ state: "FAILED" })] },
      undefined,
      [],
    ],
    ["nothing, when a task of somebody else has succeeded", TRIO, { ...BOTH, newerTasks: [task()] }, undefined, []],
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

/** A task of somebody else with this log of its second step. */
const foreign = (state: string, ...logs: string[]) => [task({ id: "17", state, nodes: [node({ state, logs })] })];

describe("What a refresh shows of settings that cannot be read", () => {
  const declared = { ...TRIO, deletePolicy: { recoveryWindow: "7d" } };

  it("is what a task of somebody else has given all tenants", () => {
    const newerTasks = foreign(
      "SUCCEED",
      "Set log archive dest binding to MANDATORY",
      "Set log archive dest piece switch interval to 7D",
      "Set log archive dest for t2(1002)",
      "Set log archive dest for t4(1004)",
      "Drop delete policy {1002 default 7d} for t2(1002)",
      "Set delete policy to {default 9d} for t2(1002)",
      "Drop delete policy {1004 default 7d} for t4(1004)",
      "Set delete policy to {default 9d} for t4(1004)",
    );
    const { inputs, drift } = live(declared, { ...BOTH, newerTasks });
    expect(drift).toEqual([]);
    expect(inputs).toMatchObject({
      binding: "mandatory",
      pieceSwitchInterval: "7d",
      deletePolicy: { policy: "default", recoveryWindow: "9d" },
    });
  });

  it("is no clean-up policy at all where a task could drop it but not add the new one", () => {
    const newerTasks = foreign(
      "FAILED",
      "Drop delete policy {1002 default 7d} for t2(1002)",
      "Set delete policy to {default } for t2(1002)",
      "ERROR: [MySQL.Error]: MySQL error: set delete policy: Error 1210",
    );
    const { inputs, drift } = live(declared, cluster([placed(1002)], { newerTasks }));
    expect(drift).toEqual([]);
    expect(inputs).toEqual(configOf(TRIO));
  });

  it.each([
    "sub task cancelled",
    "task 14 timeout",
    "ERROR: [MySQL.Error]: MySQL error: set delete policy: invalid connection",
  ])("is unknown, not none, where adding the clean-up policy of the only tenant was cut short: %s", (end) => {
    const newerTasks = foreign(
      "FAILED",
      "Drop delete policy {1002 default 7d} for t2(1002)",
      "Set delete policy to {default 9d} for t2(1002)",
      end,
    );
    const { inputs, drift } = live(declared, cluster([placed(1002)], { newerTasks }));
    expect(drift).toEqual(["t2: deletePolicy is not known to be as declared"]);
    expect(inputs).toEqual(configOf(declared));
  });

  it.each<[string, string, string[], string[]]>([
    [
      "a policy that one tenant alone was given",
      "SUCCEED",
      ["Set delete policy to {default 9d} for t4(1004)"],
      [
        't4: deletePolicy is {"policy":"default","recoveryWindow":"9d"}, not {"policy":"default","recoveryWindow":"7d"}',
      ],
    ],
    [
      "a policy that could not be dropped",
      "FAILED",
      ["Drop delete policy {1002 default 7d} for t2(1002)", "ERROR: [MySQL.Error]: MySQL error: Error 1235"],
      ["t2: deletePolicy is not known to be as declared"],
    ],
    [
      "a policy while which was added the task was cancelled: it is there, or none is",
      "FAILED",
      ["Set delete policy to {default 9d} for t2(1002)", "sub task cancelled"],
      ["t2: deletePolicy is not known to be as declared"],
    ],
    [
      "destinations at which the task was cancelled",
      "FAILED",
      ["Set log archive dest for t2(1002)", "sub task cancelled"],
      ["t2: binding, pieceSwitchInterval are not known to be as declared"],
    ],
  ])("is a sentence about %s", (_name, state, logs, drift) => {
    const found = live(declared, { ...BOTH, newerTasks: foreign(state, ...logs) });
    expect(found).toEqual({ inputs: configOf(declared), drift });
  });

  it("is never what the program does not declare", () => {
    const newerTasks = foreign("SUCCEED", "Set delete policy to {default 9d} for t2(1002)");
    expect(live(TRIO, cluster([placed(1002)], { newerTasks })).inputs).toEqual(configOf(TRIO));
  });
});

describe("The destinations that a refresh shows of one tenant", () => {
  const declared = {
    tenantName: "t2",
    archiveBaseUri: "file:///a",
    dataBaseUri: "file:///d",
    binding: "optional",
    pieceSwitchInterval: "1d",
  };
  const at = (archiveUri?: string, dataUri?: string) => cluster([placed(1002, { archiveUri, dataUri }), tenant(1004)]);

  it.each<[string, ObservedCluster, Bag, string[]]>([
    ["are the declared ones where they are", at("file:///a", "file:///d"), {}, []],
    ["are another archive destination", at("file:///x", "file:///d"), { archiveBaseUri: "file:///x" }, []],
    ["are another data destination", at("file:///a", "file:///y"), { dataBaseUri: "file:///y" }, []],
    ["are two others", at("file:///x", "file:///y"), { archiveBaseUri: "file:///x", dataBaseUri: "file:///y" }, []],
    ["are said in a sentence when there are none", at(), {}, ["t2 has no destination"]],
    [
      "are said in a sentence when there is only one",
      at(undefined, "file:///d"),
      {},
      ["t2 differs: its destinations are (none) and file:///d"],
    ],
  ])("%s", (_name, observed, changes, drift) => {
    expect(live(declared, observed)).toEqual({ inputs: { ...anyConfigOf(declared), ...changes }, drift });
  });
});

describe("Tenants that the resource does not cover", () => {
  const odd = placed(1004, { ...score("9"), archiving: "unknown" }, "file:///x");

  it.each<[string, Bag]>([
    ["those of exceptTenants", { ...TRIO, haLowThreadScore: 0, archiving: "running", exceptTenants: ["t4"] }],
    [
      "all but the one of the resource",
      { tenantName: "t2", dataBaseUri: "file:///data/backup/1/1002/data", haLowThreadScore: 0, archiving: "running" },
    ],
  ])("never drift: %s", (_name, declared) => {
    const observed = cluster([placed(1002), { ...odd, closedBy: { task: "task 17" } }]);
    const found = live(declared, observed, [placed(1002), placed(1004)]);
    expect(found).toEqual({ inputs: anyConfigOf(declared), drift: [] });
  });
});

describe("What a refresh shows of declared log archiving", () => {
  it.each<[string, string, ObservedTenant["archiving"][], string, string[]]>([
    ["what is declared, when it is so", "running", ["running"], "running", []],
    ["running, while it starts", "running", ["starting"], "running", []],
    ["stopped, while it stops", "stopped", ["stopping"], "stopped", []],
    ["stopped, when no round is listed", "stopped", ["unknown"], "stopped", []],
    ["another state that all tenants are in", "running", ["suspended", "suspended"], "suspended", []],
    ["that nothing runs, when all have stopped", "running", ["unknown", "stopping"], "stopped", []],
    [
      "the tenants that are in another state",
      "running",
      ["running", "suspended"],
      "running",
      ["t4 is not archiving: it is suspended, not running"],
    ],
    [
      "each tenant's state, when all are in others",
      "running",
      ["suspended", "unknown"],
      "running",
      ["t2 is not archiving: it is suspended, not running", "t4 is not archiving: it is stopped, not running"],
    ],
    [
      "the tenants that go on, when they should have stopped",
      "stopped",
      ["unknown", "running"],
      "stopped",
      ["t4: log archiving is running, not stopped"],
    ],
  ])("is %s", (_name, archiving, states, shown, drift) => {
    const tenants = states.map((state, index) => placed(1002 + 2 * index, { archiving: state }));
    expect(live({ archiving }, cluster(tenants))).toEqual({ inputs: { archiving: shown }, drift });
  });

  it("is, for a wanted first backup, who never archived", () => {
    const observed = cluster([placed(1002), placed(1004, { archiving: "unknown", neverArchived: true })]);
    expect(live({ initialBackup: "full" }, observed).drift).toEqual(["t4 never archived"]);
  });
});

describe("The tenants that a refresh records", () => {
  const statuses = (before: readonly ObservedTenant[], now: readonly ObservedTenant[]) =>
    keepWhatWasRunning(before, now).map(({ archiving }) => archiving);

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
    [
      "leave one off that a task has closed: the record of the task is what brings it back",
      [placed(1002, { archiving: "unknown" })],
      [placed(1002, { archiving: "unknown", closedBy: { task: "task 14" } })],
      ["unknown"],
    ],
    ["leave a new one as it is", [], [placed(1002, { archiving: "unknown" })], ["unknown"]],
    ["forget one that is gone", [placed(1002), placed(1004)], [placed(1004)], ["running"]],
  ])("%s", (_name, before, now, expected) => {
    expect(statuses(before, now)).toEqual(expected);
  });

  it("take everything else as it is now", () => {
    const now = placed(1002, { archiving: "unknown", ...score("9") }, "file:///new");
    expect(keepWhatWasRunning([placed(1002)], [now])).toEqual([{ ...now, archiving: "running" }]);
    expect(keepWhatWasRunning([], [now])).toEqual([now]);
  });
});
