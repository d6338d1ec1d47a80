import fc from "fast-check";
import type { Bag } from "../../../../provider/core/bag";
import { isProviderError } from "../../../../provider/core/errors";
import { stateToRestore } from "../../../../provider/oceanbase/archiveState";
import { hasParameter, isPlaced, PARAMETER_SETTINGS } from "../../../../provider/oceanbase/backupConfig.differences";
import {
  type BackupConfigPlan,
  type PlannedCall,
  planBackupConfig,
} from "../../../../provider/oceanbase/backupConfig.plan";
import { type Recorded, takeUp } from "../../../../provider/oceanbase/backupConfig.records";
import type { ClusterBackupConfigInputs } from "../../../../provider/oceanbase/clusterBackupConfig.schema";
import { destinationOf } from "../../../../provider/oceanbase/destination";
import type { ObservedCluster } from "../../../../provider/oceanbase/observe";
import { formatStorageUri } from "../../../../provider/oceanbase/storageUri";
import { needlesslySent } from "../../support/needless";
import { ObshellModel } from "../../support/obshellModel";
import {
  checkConfig,
  cluster,
  configOf,
  node,
  placed,
  recordOf,
  TRIO,
  task,
  tenant,
  unconfirmedFor,
} from "../../support/oceanbase";

const POLICY = { deletePolicy: { policy: "default", recoveryWindow: "7d" } } as const;
const APPLIED = { binding: "optional", pieceSwitchInterval: "1d" } as const;
const DESTINATION = { destination: "file:///data/backup", binding: "optional", pieceSwitchInterval: "1d" };

const FRESH = cluster([tenant(1002), tenant(1004)]);
const BOTH = cluster([placed(1002), placed(1004)]);
const recorded = recordOf({ ...APPLIED, ...POLICY }, BOTH.tenants);

const REFUSED_ON_T4 = task({
  state: "FAILED",
  nodes: [
    node({
      state: "FAILED",
      logs: ["Set log archive dest for t4(1004)", "ERROR: [MySQL.Error]: MySQL error: set log archive: Error 9051"],
    }),
  ],
});

/** A call as one line of data: destinations as text, so that a table can hold them. */
function shown(call: PlannedCall): object {
  if (call.kind === "setArchiving") return { reopen: call.tenants.map(({ name, wanted }) => `${name} ${wanted}`) };
  if (call.kind === "initialBackup") return { backUp: call.tenants.map(({ name }) => name) };
  const { destination, ...settings } = call.settings;
  const where =
    destination === undefined
      ? {}
      : "base" in destination
        ? { destination: formatStorageUri(destination.base) }
        : {
            ...(destination.archive ? { archive: formatStorageUri(destination.archive) } : {}),
            ...(destination.data ? { data: formatStorageUri(destination.data) } : {}),
          };
  if (call.kind === "setParameters") return { set: call.tenant, ...settings };
  return {
    [call.method]: call.tenant ?? "cluster",
    ...where,
    ...settings,
    ...(call.stopsArchiving ? { stops: true } : {}),
  };
}

const plan = (desired: Bag, observed: ObservedCluster, state?: Recorded, backups: number[] = []): BackupConfigPlan =>
  planBackupConfig(configOf(desired), observed, state, backups);

const calls = (...args: Parameters<typeof plan>): object[] => plan(...args).calls.map(shown);

describe("A plan for a new resource", () => {
  it.each<[string, Bag, ObservedCluster, object[]]>([
    [
      "sets a fresh cluster up with one documented POST",
      { ...TRIO, ...POLICY, logArchiveConcurrency: 10, haLowThreadScore: 35, archiveLagTarget: "2h" },
      FRESH,
      [
        {
          POST: "cluster",
          ...DESTINATION,
          logArchiveConcurrency: 10,
          archiveLagTarget: "2h",
          haLowThreadScore: 35,
          ...POLICY,
          stops: true,
        },
      ],
    ],
    [
      "sends beside a destination only the parameters that differ",
      { ...TRIO, logArchiveConcurrency: 0, haLowThreadScore: 0, archiveLagTarget: "120s" },
      FRESH,
      [{ POST: "cluster", ...DESTINATION, stops: true }],
    ],
    [
      "moves all tenants with one documented PATCH when some have another destination",
      TRIO,
      cluster([placed(1002, {}, "file:///other"), tenant(1004)]),
      [{ PATCH: "cluster", ...DESTINATION, stops: true }],
    ],
    [
      "sends a lag target of zero in a call of its own, because it is refused beside a destination",
      { ...TRIO, archiveLagTarget: "0ms" },
      FRESH,
      [
        { POST: "cluster", ...DESTINATION, stops: true },
        { PATCH: "cluster", archiveLagTarget: "0s" },
      ],
    ],
    [
      "writes nothing on a cluster that already has everything",
      { ...TRIO, ...POLICY, logArchiveConcurrency: 0, archiveLagTarget: "2m" },
      BOTH,
      [],
    ],
    [
      "gives the one tenant that has no destination what the cluster rule gives it, by its own route",
      { ...TRIO, ...POLICY },
      cluster([placed(1002), tenant(1004)]),
      [
        {
          POST: "t4",
          archive: "file:///data/backup/1/1004/clog",
          data: "file:///data/backup/1/1004/data",
          binding: "optional",
          pieceSwitchInterval: "1d",
          ...POLICY,
          stops: true,
        },
      ],
    ],
    [
      "moves the one tenant that is elsewhere by its own route, and leaves its clean-up policy alone",
      { ...TRIO, ...POLICY },
      cluster([placed(1002), placed(1004, {}, "file:///other")]),
      [
        {
          PATCH: "t4",
          archive: "file:///data/backup/1/1004/clog",
          data: "file:///data/backup/1/1004/data",
          binding: "optional",
          pieceSwitchInterval: "1d",
          stops: true,
        },
      ],
    ],
    [
      "splits a lag target of zero off a tenant's own call too",
      { ...TRIO, archiveLagTarget: "0ms" },
      cluster([placed(1002, { parameters: { ...tenant(1).parameters, archive_lag_target: ["0ms"] } }), tenant(1004)]),
      [
        {
          POST: "t4",
          archive: "file:///data/backup/1/1004/clog",
          data: "file:///data/backup/1/1004/data",
          binding: "optional",
          pieceSwitchInterval: "1d",
          stops: true,
        },
        { PATCH: "t4", archiveLagTarget: "0s" },
      ],
    ],
    ["sends the policy alone when destinations are not managed", POLICY, BOTH, [{ PATCH: "cluster", ...POLICY }]],
    ["does nothing for an empty program", {}, BOTH, []],
  ])("%s", (_name, desired, observed, expected) => {
    expect(calls(desired, observed)).toEqual(expected);
  });

  it("says what was taken over unread, and from which tenants", () => {
    const { unverified, adopted, impacts } = plan({ ...TRIO, ...POLICY }, BOTH);
    expect(unverified).toEqual(["binding", "pieceSwitchInterval", "deletePolicy"]);
    expect(adopted).toEqual([1002, 1004]);
    expect(impacts).toEqual([]);
  });
});

describe("A plan for a change", () => {
  it.each<[string, Bag, ObservedCluster, Recorded, object[]]>([
    ["is empty when nothing changes", { ...TRIO, ...POLICY }, BOTH, recorded, []],
    [
      "sets the concurrency of every tenant by the parameters route, which never stops archiving",
      { ...TRIO, ...POLICY, logArchiveConcurrency: 10 },
      BOTH,
      recorded,
      [
        { set: "t2", logArchiveConcurrency: 10 },
        { set: "t4", logArchiveConcurrency: 10 },
      ],
    ],
    [
      "sends lag target and thread score in one call when all tenants differ, which does not stop archiving",
      { ...TRIO, ...POLICY, archiveLagTarget: "1h", haLowThreadScore: 2 },
      BOTH,
      recorded,
      [{ PATCH: "cluster", archiveLagTarget: "1h", haLowThreadScore: 2 }],
    ],
    [
      "keeps concurrency out of a call that is made for other parameters",
      { ...TRIO, ...POLICY, logArchiveConcurrency: 10, haLowThreadScore: 2 },
      BOTH,
      recorded,
      [
        { PATCH: "cluster", haLowThreadScore: 2 },
        { set: "t2", logArchiveConcurrency: 10 },
        { set: "t4", logArchiveConcurrency: 10 },
      ],
    ],
    [
      "corrects a parameter only where it differs",
      { ...TRIO, ...POLICY, haLowThreadScore: 2 },
      cluster([placed(1002), placed(1004, { parameters: { ...tenant(1).parameters, ha_low_thread_score: ["2"] } })]),
      recorded,
      [{ set: "t2", haLowThreadScore: 2 }],
    ],
    [
      "sends a new recovery window alone, which does not stop archiving",
      { ...TRIO, deletePolicy: { recoveryWindow: "30d" } },
      BOTH,
      recorded,
      [{ PATCH: "cluster", deletePolicy: { policy: "default", recoveryWindow: "30d" } }],
    ],
    [
      "sends a new binding with the two that go with it",
      { ...TRIO, binding: "mandatory", ...POLICY },
      BOTH,
      recorded,
      [{ PATCH: "cluster", ...DESTINATION, binding: "mandatory", stops: true }],
    ],
    [
      "lets concurrency ride with a destination that is sent anyway",
      { ...TRIO, binding: "mandatory", ...POLICY, logArchiveConcurrency: 10 },
      BOTH,
      recorded,
      [{ PATCH: "cluster", ...DESTINATION, binding: "mandatory", logArchiveConcurrency: 10, stops: true }],
    ],
    [
      "moves one tenant without touching the archiving of the other",
      { ...TRIO, ...POLICY },
      cluster([placed(1002), placed(1004, {}, "file:///other")]),
      recorded,
      [
        {
          PATCH: "t4",
          archive: "file:///data/backup/1/1004/clog",
          data: "file:///data/backup/1/1004/data",
          binding: "optional",
          pieceSwitchInterval: "1d",
          stops: true,
        },
      ],
    ],
    [
      "gives a new tenant destination and policy",
      { ...TRIO, ...POLICY },
      cluster([...BOTH.tenants, tenant(1006)]),
      recorded,
      [
        {
          POST: "t6",
          archive: "file:///data/backup/1/1006/clog",
          data: "file:///data/backup/1/1006/data",
          binding: "optional",
          pieceSwitchInterval: "1d",
          ...POLICY,
          stops: true,
        },
      ],
    ],
    [
      "gives a tenant that stood in its place but was never covered the policy alone",
      POLICY,
      BOTH,
      { ...recorded, covered: [1002] },
      [{ PATCH: "t4", ...POLICY }],
    ],
    [
      "sends again what was sent in a call of unknown outcome",
      { ...TRIO, ...POLICY },
      BOTH,
      { ...recorded, unconfirmed: unconfirmedFor([1002, 1004], "deletePolicy") },
      [{ PATCH: "cluster", ...POLICY }],
    ],
    [
      "sends destinations again when one of the three is of unknown outcome",
      { ...TRIO, ...POLICY },
      BOTH,
      { ...recorded, unconfirmed: unconfirmedFor([1002, 1004], "binding") },
      [{ PATCH: "cluster", ...DESTINATION, stops: true }],
    ],
    [
      "sends only to one tenant again what a task of somebody else was changing there when it failed",
      { ...TRIO, ...POLICY },
      BOTH,
      takeUp(recorded, [REFUSED_ON_T4]),
      [
        {
          PATCH: "t4",
          archive: "file:///data/backup/1/1004/clog",
          binding: "optional",
          pieceSwitchInterval: "1d",
          stops: true,
        },
      ],
    ],
    [
      "sends everything again that cannot be read on request",
      { ...TRIO, ...POLICY, reapply: "x" },
      BOTH,
      recorded,
      [{ PATCH: "cluster", ...DESTINATION, ...POLICY, stops: true }],
    ],
    [
      "reopens archiving that was on when it was last seen",
      { ...TRIO, ...POLICY },
      cluster([placed(1002, { archiving: "unknown" }), placed(1004)]),
      recorded,
      [{ reopen: ["t2 running"] }],
    ],
    [
      "brings a tenant back that was suspended",
      { ...TRIO, ...POLICY },
      cluster([placed(1002, { archiving: "unknown" }), placed(1004)]),
      recordOf({ ...APPLIED, ...POLICY }, [placed(1002, { archiving: "suspended" }), placed(1004)]),
      [{ reopen: ["t2 suspended"] }],
    ],
    [
      "reopens what a task closed and left, after everything else is done",
      { ...TRIO, ...POLICY, logArchiveConcurrency: 1 },
      cluster([placed(1002, { archiving: "unknown", closedBy: { task: "task 14" } }), placed(1004)]),
      recordOf({ ...APPLIED, ...POLICY }, [placed(1002, { archiving: "unknown" }), placed(1004)]),
      [{ set: "t2", logArchiveConcurrency: 1 }, { set: "t4", logArchiveConcurrency: 1 }, { reopen: ["t2 running"] }],
    ],
    [
      "does nothing for settings that are managed no more, but still reopens",
      {},
      cluster([placed(1002, { archiving: "unknown" }), placed(1004)]),
      recorded,
      [{ reopen: ["t2 running"] }],
    ],
  ])("%s", (_name, desired, observed, state, expected) => {
    expect(calls(desired, observed, state)).toEqual(expected);
  });

  it("sends a lag target to a tenant only once that tenant has a destination", () => {
    const observed = cluster([placed(1002), tenant(1004)]);
    const found = plan({ ...TRIO, archiveLagTarget: "1h" }, observed, recordOf(APPLIED, [placed(1002)]));
    const service = new ObshellModel(observed);
    expect(() => found.calls.forEach((call) => void service.carryOut(call))).not.toThrow();
  });

  it("raises a short lag target before it moves the destination to s3, which the database refuses below a minute", () => {
    const low = { parameters: { ...tenant(1).parameters, archive_lag_target: ["10s"] } };
    const observed = cluster([placed(1002, low)]);
    const desired = {
      ...TRIO,
      backupBaseUri: "s3://b/p?host=h&access_id=i&access_key=k",
      archiveLagTarget: "60s",
      accept: ["overwrite:backupBaseUri=s3://b/p?host=h"],
    };
    const found = plan(desired, observed, recordOf(APPLIED, observed.tenants));
    const service = new ObshellModel(observed);
    expect(() => found.calls.forEach((call) => void service.carryOut(call))).not.toThrow();
  });
});

describe("The lines of a plan", () => {
  it("say what changes, from what to what, and for which tenants", () => {
    const observed = cluster([
      placed(1002, {}, "file:///other"),
      tenant(1004, { parameters: { ...tenant(1).parameters, ha_low_thread_score: ["1", "2"] } }),
      placed(1006, { archiving: "unknown" }),
    ]);
    const state = recordOf({ binding: "optional", pieceSwitchInterval: "1d" }, [placed(1006)]);
    const desired = { ...TRIO, binding: "mandatory", ...POLICY, haLowThreadScore: 5 };
    expect(plan(desired, observed, state).changes).toEqual([
      "destination (none) -> file:///data/backup (t4)",
      "destination -> file:///data/backup (t2, t6)",
      'binding -> "mandatory"',
      'deletePolicy -> {"policy":"default","recoveryWindow":"7d"} (t2, t4, t6)',
      "haLowThreadScore 0 -> 5 (t2, t6)",
      "haLowThreadScore 1|2 -> 5 (t4)",
      "log archiving was switched off and is reopened (t6)",
    ]);
  });

  it("name at most five tenants of many", () => {
    const tenants = Array.from({ length: 8 }, (_, index) => placed(1002 + index));
    expect(plan({ haLowThreadScore: 5 }, cluster(tenants)).changes).toEqual([
      "haLowThreadScore 0 -> 5 (t2, t3, t4, t5, t6 and 3 more)",
    ]);
  });

  it("never show a key: not of the URI, and not that it is a key", () => {
    const desired = { ...TRIO, backupBaseUri: "oss://b/p?host=h&access_id=IDSECRET&access_key=KEYSECRET" };
    const found = planBackupConfig({ ...configOf(desired), storageFingerprint: "FINGERPRINT" }, FRESH, undefined, []);
    expect(found.changes).toEqual([
      "destination (none) -> oss://b/p?host=h (t2, t4)",
      'binding -> "optional"',
      'pieceSwitchInterval -> "1d"',
      "storage keys are sent",
    ]);
    expect(JSON.stringify([found.changes, found.impacts])).not.toMatch(/SECRET|FINGERPRINT/);
  });
});

describe("A plan that is carried out", () => {
  const BASES = [
    "file:///data/backup",
    "oss://b/p?host=h&access_id=i&access_key=k",
    "s3://b/p?host=h&access_id=i&access_key=k",
  ];
  const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(values, { nil: undefined });

  const desireds = fc
    .record({
      base: maybe(fc.constantFrom(...BASES)),
      binding: fc.constantFrom("optional", "mandatory"),
      archiveLagTarget: maybe(fc.constantFrom("0ms", "10s", "60s", "2h")),
      logArchiveConcurrency: maybe(fc.integer({ min: 0, max: 2 })),
      haLowThreadScore: maybe(fc.integer({ min: 0, max: 2 })),
      deletePolicy: maybe(fc.constantFrom({ recoveryWindow: "7d" }, { recoveryWindow: "30d" })),
    })
    .map(({ base, binding, ...others }): Bag => {
      const trio = base === undefined ? {} : { backupBaseUri: base, binding, pieceSwitchInterval: "1d" };
      return Object.fromEntries(Object.entries({ ...trio, ...others }).filter(([, value]) => value !== undefined));
    })
    .filter((news) => checkConfig(news).reasons.length === 0);

  /** Tenants in every condition: without a destination, in their place, or elsewhere. */
  const tenantsOf = (desired: ClusterBackupConfigInputs) => {
    const base = (desired.backupBaseUri ?? "file:///data/backup").replace(/&access_id.*$/, "");
    const condition = fc.record({
      where: fc.constantFrom("nowhere", "inPlace", "elsewhere"),
      archiving: fc.constantFrom("running" as const, "suspended" as const, "unknown" as const),
      lag: fc.constantFrom("10s", "120s", "2h"),
      concurrency: fc.constantFrom("0", "1"),
    });
    return fc.array(condition, { minLength: 1, maxLength: 4 }).map((conditions) =>
      conditions.map(({ where, archiving, lag, concurrency }, index) => {
        const id = 1002 + 2 * index;
        // Without a destination there is no archiving and no other lag target than the default; s3 has no short one.
        const isShort = lag === "10s" && where === "inPlace" && base.startsWith("s3");
        const parameters = {
          ...tenant(1).parameters,
          log_archive_concurrency: [concurrency],
          archive_lag_target: [where === "nowhere" || isShort ? "120s" : lag],
        };
        if (where === "nowhere") return tenant(id, { parameters });
        return placed(id, { archiving, parameters }, where === "inPlace" ? base : "file:///elsewhere");
      }),
    );
  };

  const situations = desireds.chain((news) => {
    const desired = configOf(news);
    return tenantsOf(desired).chain((tenants) =>
      fc.tuple(
        fc.constant(desired),
        fc.constant(cluster(tenants)),
        maybe(
          fc.subarray(tenants).map((covered) => ({
            ...recordOf({ ...APPLIED }, tenants),
            covered: covered.map(({ id }) => id),
          })),
        ),
      ),
    );
  });

  /** The plan, or undefined when it is refused before anything is written. */
  function planned(...args: Parameters<typeof planBackupConfig>): BackupConfigPlan | undefined {
    try {
      return planBackupConfig(...args);
    } catch (error) {
      if (isProviderError(error)) return undefined;
      throw error;
    }
  }

  const nextRecord = (desired: ClusterBackupConfigInputs, observed: ObservedCluster): Recorded => {
    const { binding, pieceSwitchInterval, deletePolicy } = desired;
    return recordOf({ binding, pieceSwitchInterval, deletePolicy }, observed.tenants);
  };

  it("gives the cluster what is declared, is refused by nothing on the way, and then has nothing left to do", () => {
    fc.assert(
      fc.property(situations, ([desired, observed, state]) => {
        const found = planned(desired, observed, state, []);
        fc.pre(found !== undefined);
        const service = new ObshellModel(observed);
        for (const call of found?.calls ?? []) {
          expect(needlesslySent(call, service.observe())).toEqual([]);
          service.carryOut(call);
        }
        const now = service.observe();
        for (const live of now.tenants) {
          const wanted = destinationOf(desired, now.cluster, live);
          for (const part of ["archive", "data"] as const) {
            expect(isPlaced(live, part, wanted[part], desired, undefined)).toBe(true);
          }
          for (const name of PARAMETER_SETTINGS) {
            const value = desired[name];
            if (value !== undefined) expect(hasParameter(live, name, value)).toBe(true);
          }
        }
        expect(planBackupConfig(desired, now, nextRecord(desired, now), []).calls).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("leaves archiving as it was, and stops it only for a tenant whose destination is sent", () => {
    fc.assert(
      fc.property(situations, ([desired, observed, state]) => {
        const found = planned(desired, observed, state, []);
        fc.pre(found !== undefined);
        const service = new ObshellModel(observed);
        try {
          for (const call of found?.calls ?? []) service.carryOut(call);
        } catch {
          // What the database refuses is the other property's matter.
          return;
        }
        for (const before of observed.tenants) {
          const after = service.observe().tenants.find(({ id }) => id === before.id);
          if (stateToRestore(before.archiving)) expect(after?.archiving).toBe(before.archiving);
          const isSentTo = found?.calls.some(
            (call) =>
              call.kind === "configure" &&
              call.settings.destination !== undefined &&
              (call.tenant === undefined || call.tenant === before.name),
          );
          expect(service.stops.get(before.id) ?? 0).toBeLessThanOrEqual(isSentTo ? 1 : 0);
        }
      }),
      { numRuns: 300 },
    );
  });
});
