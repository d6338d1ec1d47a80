import type { Bag } from "../../../../provider/core/bag";
import {
  compare,
  type Differences,
  hasParameter,
  isPlaced,
  tenantsToReopen,
} from "../../../../provider/oceanbase/backupConfig.differences";
import { type Recorded, takeUp } from "../../../../provider/oceanbase/backupConfig.records";
import { declaredUri, destinationOf } from "../../../../provider/oceanbase/destination";
import type { ObservedCluster, ObservedTenant } from "../../../../provider/oceanbase/observe";
import { thrownBy } from "../../support/failures";
import { cluster, configOf, node, placed, recordOf, TRIO, task, tenant, unconfirmedFor } from "../../support/oceanbase";

const POLICY = { deletePolicy: { policy: "default", recoveryWindow: "7d" } } as const;
const APPLIED = { binding: "optional", pieceSwitchInterval: "1d" } as const;

interface Summary {
  readonly archive: readonly string[];
  readonly data: readonly string[];
  readonly unreadable: readonly string[];
  readonly policy: readonly string[];
  readonly unverified: readonly string[];
}

const names = (tenants: Differences["archive"]): string[] => tenants.map(({ name }) => name);

function summary(desired: Bag, observed: ObservedCluster, recorded?: Recorded): Summary {
  const found = compare(configOf(desired), observed, recorded);
  return {
    archive: names(found.archive),
    data: names(found.data),
    unreadable: found.unreadable,
    policy: names(found.policy),
    unverified: found.unverified,
  };
}

const NOTHING: Summary = { archive: [], data: [], unreadable: [], policy: [], unverified: [] };

const BOTH = cluster([placed(1002), placed(1004)]);

describe("What a cluster lacks when the resource is created", () => {
  it.each<[string, Bag, ObservedCluster, Partial<Summary>]>([
    [
      "everything, on a fresh cluster",
      { ...TRIO, ...POLICY },
      cluster([tenant(1002), tenant(1004)]),
      {
        archive: ["t2", "t4"],
        data: ["t2", "t4"],
        unreadable: ["binding", "pieceSwitchInterval", "deletePolicy"],
        policy: ["t2", "t4"],
      },
    ],
    [
      "nothing, when all tenants are in their places: what cannot be read is taken over and said to be unverified",
      { ...TRIO, ...POLICY },
      BOTH,
      { unverified: ["binding", "pieceSwitchInterval", "deletePolicy"] },
    ],
    [
      "one tenant's destination and policy, when only that one has none",
      { ...TRIO, ...POLICY },
      cluster([placed(1002), tenant(1004)]),
      {
        archive: ["t4"],
        data: ["t4"],
        unreadable: ["deletePolicy"],
        policy: ["t4"],
        unverified: ["binding", "pieceSwitchInterval", "deletePolicy"],
      },
    ],
    [
      "one tenant's destination but not its policy, when that one has another destination: its policy may be its own",
      { ...TRIO, ...POLICY },
      cluster([placed(1002), placed(1004, {}, "file:///other")]),
      { archive: ["t4"], data: ["t4"], unverified: ["binding", "pieceSwitchInterval", "deletePolicy"] },
    ],
    [
      "everything, when all tenants are elsewhere",
      TRIO,
      cluster([placed(1002, {}, "file:///other")]),
      { archive: ["t2"], data: ["t2"], unreadable: ["binding", "pieceSwitchInterval"] },
    ],
    [
      "only the policy, when destinations are not managed",
      POLICY,
      BOTH,
      { unreadable: ["deletePolicy"], policy: ["t2", "t4"] },
    ],
    ["nothing, when nothing is declared", {}, BOTH, {}],
  ])("is %s", (_name, desired, observed, expected) => {
    expect(summary(desired, observed)).toEqual({ ...NOTHING, ...expected });
  });

  it("names the tenants that were found in their places", () => {
    const observed = cluster([placed(1002), tenant(1004)]);
    expect(compare(configOf(TRIO), observed, undefined).adopted).toEqual([1002]);
    expect(compare(configOf(TRIO), cluster([tenant(1004)]), undefined).adopted).toEqual([]);
    expect(compare(configOf(TRIO), observed, recordOf(APPLIED, [])).adopted).toEqual([1002]);
    expect(compare(configOf(TRIO), observed, recordOf(APPLIED, [placed(1002)])).adopted).toEqual([]);
  });
});

/** One that has changed the destinations and was refused at the first tenant's policy, after it was refused at another's destination. */
const FAILED_FOR_ALL = task({
  state: "FAILED",
  nodes: [
    node({
      state: "FAILED",
      logs: [1002, 1004].flatMap((id) => [
        `Set log archive dest for t${id - 1000}(${id})`,
        "ERROR: [MySQL.Error]: MySQL error: set log archive: Error 9051",
        `Set delete policy to {default 3d} for t${id - 1000}(${id})`,
        "ERROR: [MySQL.Error]: MySQL error: set delete policy: Error 1210",
      ]),
    }),
  ],
});

describe("What a cluster lacks when the resource is updated", () => {
  const recorded = recordOf({ ...APPLIED, ...POLICY }, BOTH.tenants);

  it.each<[string, Bag, ObservedCluster, Recorded, Partial<Summary>]>([
    ["nothing, when all is as it was", { ...TRIO, ...POLICY }, BOTH, recorded, {}],
    [
      "all destinations, when the binding changes, because the database resets what is left out beside it",
      { ...TRIO, binding: "mandatory", ...POLICY },
      BOTH,
      recorded,
      { archive: ["t2", "t4"], data: ["t2", "t4"], unreadable: ["binding"] },
    ],
    [
      "all destinations, when the piece interval changes",
      { ...TRIO, pieceSwitchInterval: "7d", ...POLICY },
      BOTH,
      recorded,
      { archive: ["t2", "t4"], data: ["t2", "t4"], unreadable: ["pieceSwitchInterval"] },
    ],
    [
      "only the policy, when that changes",
      { ...TRIO, deletePolicy: { recoveryWindow: "30d" } },
      BOTH,
      recorded,
      { unreadable: ["deletePolicy"], policy: ["t2", "t4"] },
    ],
    [
      "the destination and policy of a tenant that is new",
      { ...TRIO, ...POLICY },
      cluster([placed(1002), tenant(1004)]),
      recordOf({ ...APPLIED, ...POLICY }, [placed(1002)]),
      { archive: ["t4"], data: ["t4"], unreadable: ["deletePolicy"], policy: ["t4"] },
    ],
    [
      "the policy of a tenant that was there but was never covered",
      { ...TRIO, ...POLICY },
      BOTH,
      { ...recorded, covered: [1002] },
      { unreadable: ["deletePolicy"], policy: ["t4"], unverified: ["binding", "pieceSwitchInterval"] },
    ],
    [
      "the destination of a tenant that somebody has moved",
      { ...TRIO, ...POLICY },
      cluster([placed(1002), placed(1004, {}, "file:///other")]),
      recorded,
      { archive: ["t4"], data: ["t4"] },
    ],
    [
      "a setting that was sent in a call of unknown outcome",
      { ...TRIO, ...POLICY },
      BOTH,
      { ...recorded, unconfirmed: unconfirmedFor([1002, 1004], "deletePolicy") },
      { unreadable: ["deletePolicy"], policy: ["t2", "t4"] },
    ],
    [
      "what a newer task of somebody else was changing when it failed",
      { ...TRIO, ...POLICY },
      BOTH,
      takeUp(recorded, [FAILED_FOR_ALL]),
      {
        archive: ["t2", "t4"],
        data: ["t2", "t4"],
        unreadable: ["binding", "pieceSwitchInterval", "deletePolicy"],
        policy: ["t2", "t4"],
      },
    ],
    [
      "nothing, when a newer task of somebody else has succeeded and all that can be read is as it was",
      { ...TRIO, ...POLICY },
      BOTH,
      takeUp(recorded, [task()]),
      {},
    ],
    [
      "everything that cannot be read, when it is to be applied again",
      { ...TRIO, ...POLICY, reapply: "2" },
      BOTH,
      { ...recorded, reapply: "1" },
      {
        archive: ["t2", "t4"],
        data: ["t2", "t4"],
        unreadable: ["binding", "pieceSwitchInterval", "deletePolicy"],
        policy: ["t2", "t4"],
      },
    ],
    [
      "nothing, when the word for applying again is the same",
      { ...TRIO, ...POLICY, reapply: "1" },
      BOTH,
      { ...recorded, reapply: "1" },
      {},
    ],
    [
      "nothing, when the word for applying again is removed",
      { ...TRIO, ...POLICY },
      BOTH,
      { ...recorded, reapply: "1" },
      {},
    ],
    ["nothing, when the three and the policy are managed no more", {}, BOTH, recorded, {}],
  ])("is %s", (_name, desired, observed, state, expected) => {
    expect(summary(desired, observed, state)).toEqual({ ...NOTHING, ...expected });
  });

  it("is all destinations when the storage keys change, and nothing is said of them", () => {
    const base = "oss://b/p?host=h";
    const desired = {
      ...configOf({ ...TRIO, backupBaseUri: base, storageCredentials: { accessId: "i", accessKey: "k" } }),
      storageFingerprint: "new",
    };
    const observed = cluster([placed(1002, {}, base)]);
    const state = recordOf({ ...APPLIED, storageFingerprint: "old" }, observed.tenants);
    expect(names(compare(desired, observed, state).archive)).toEqual(["t2"]);
    expect(compare(desired, observed, state).unreadable).toEqual(["storageFingerprint"]);
    expect(compare({ ...desired, storageFingerprint: "old" }, observed, state).archive).toEqual([]);
  });
});

describe("A parameter of a tenant", () => {
  const withValues = (...values: string[]) =>
    tenant(1002, {
      parameters: { ...tenant(1002).parameters, archive_lag_target: values, log_archive_concurrency: values },
    });

  it.each<[string[], "archiveLagTarget" | "logArchiveConcurrency", string | number, boolean]>([
    [["7200s"], "archiveLagTarget", "2h", true],
    [["2h"], "archiveLagTarget", "2h", true],
    [["120s"], "archiveLagTarget", "2m", true],
    [["0ms"], "archiveLagTarget", "0s", true],
    [["121s"], "archiveLagTarget", "2m", false],
    [["odd"], "archiveLagTarget", "2m", false],
    [["10"], "logArchiveConcurrency", 10, true],
    [["0"], "logArchiveConcurrency", 0, true],
    [["100"], "logArchiveConcurrency", 10, false],
    [[], "logArchiveConcurrency", 0, false],
    [["10", "20"], "logArchiveConcurrency", 10, false],
    [["10", "20"], "logArchiveConcurrency", 20, false],
  ])("that is reported as %j has for %s the value %j: %s", (values, name, desired, has) => {
    expect(hasParameter(withValues(...values), name, desired)).toBe(has);
  });
});

describe("A tenant's place", () => {
  const desired = configOf(TRIO);
  const isInPlace = (live: ReturnType<typeof placed>, observed: ObservedCluster): boolean => {
    const wanted = destinationOf(desired, observed.cluster, live);
    return (["archive", "data"] as const).every((part) => isPlaced(live, part, wanted[part], desired, undefined));
  };

  it.each<[string, Parameters<typeof placed>[1], boolean]>([
    ["both destinations are there", {}, true],
    ["it has no archive destination", { archiveUri: undefined }, false],
    ["it has no data destination", { dataUri: undefined }, false],
    ["its archive destination is another tenant's", { archiveUri: "file:///data/backup/1/1004/clog" }, false],
    [
      "its destinations are swapped",
      { archiveUri: "file:///data/backup/1/1002/data", dataUri: "file:///data/backup/1/1002/clog" },
      false,
    ],
  ])("is right or not, when %s", (_name, changes, isRight) => {
    expect(isInPlace(placed(1002, changes), BOTH)).toBe(isRight);
  });

  it("is below the id of the cluster", () => {
    const other = cluster([], { cluster: { id: 2, name: "x", createdTime: "" } });
    expect(isInPlace(placed(1002), other)).toBe(false);
  });

  it("cannot be told for a destination that is none", () => {
    expect(thrownBy(() => declaredUri({ backupBaseUri: "file://data" }, "backupBaseUri")).facts.property).toBe(
      "backupBaseUri",
    );
  });
});

describe("A tenant whose archiving must be reopened", () => {
  const off = placed(1002, { archiving: "unknown" });
  const CLOSED = {
    closedBy: { task: "task 14", closedAt: "2026-01-05T04:00:03.000Z", endedAt: "2026-01-05T12:00:09+08:00" },
  };
  const LEFT_OPEN = { closedBy: { ...CLOSED.closedBy, wasSuspended: true as const } };
  const seenBefore = (archiving: Parameters<typeof placed>[1]) => [placed(1002, archiving)];

  it.each<[string, ObservedCluster, ReturnType<typeof seenBefore>, string | undefined]>([
    ["was running when it was last seen", cluster([off]), seenBefore({ archiving: "running" }), "running"],
    ["was just starting", cluster([off]), seenBefore({ archiving: "starting" }), "running"],
    ["was suspended", cluster([off]), seenBefore({ archiving: "suspended" }), "suspended"],
    ["was closed by a task and left so", cluster([{ ...off, ...CLOSED }]), [], "running"],
    [
      "was closed by a task, and suspended before that",
      cluster([{ ...off, ...CLOSED }]),
      seenBefore({ archiving: "suspended" }),
      "suspended",
    ],
    [
      "was closed by a task, and off when it was last seen",
      cluster([{ ...off, ...CLOSED }]),
      seenBefore({ archiving: "unknown" }),
      "running",
    ],
    ["was off already (nothing to reopen)", cluster([off]), seenBefore({ archiving: "unknown" }), undefined],
    ["was stopping (nothing to reopen)", cluster([off]), seenBefore({ archiving: "stopping" }), undefined],
    ["is new (nothing to reopen)", cluster([off]), [], undefined],
    ["was suspended and is only open", cluster([placed(1002, LEFT_OPEN)]), seenBefore({}), "suspended"],
    [
      "was suspended and is just being opened",
      cluster([placed(1002, { ...LEFT_OPEN, archiving: "starting" })]),
      seenBefore({}),
      "suspended",
    ],
    ["is running (nothing to reopen)", cluster([placed(1002, CLOSED)]), seenBefore({}), undefined],
    [
      "is suspended (nothing to reopen)",
      cluster([placed(1002, { archiving: "suspended" })]),
      seenBefore({}),
      undefined,
    ],
  ])("is one that %s", (_name, observed, recorded, wanted) => {
    const { closedBy } = observed.tenants[0] as ObservedTenant;
    expect(tenantsToReopen(observed.tenants, recorded)).toEqual(
      wanted ? [{ id: 1002, name: "t2", wanted, ...(closedBy ? { closedBy } : {}) }] : [],
    );
  });
});
