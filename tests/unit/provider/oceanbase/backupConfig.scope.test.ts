import fc from "fast-check";
import type { Bag } from "../../../../provider/core/bag";
import { checkInputs } from "../../../../provider/core/checkInputs";
import { planBackupConfig } from "../../../../provider/oceanbase/backupConfig.plan";
import { attempted, confirmed, type Recorded } from "../../../../provider/oceanbase/backupConfig.records";
import { tenantBackupConfigRules } from "../../../../provider/oceanbase/backupConfig.rules";
import type { BackupConfigInputs } from "../../../../provider/oceanbase/backupConfig.schema";
import { tenantBody } from "../../../../provider/oceanbase/configBody";
import type { ObservedCluster, ObservedTenant } from "../../../../provider/oceanbase/observe";
import { outcomeOf } from "../../../../provider/oceanbase/taskLog";
import { tenantBackupConfigSchema } from "../../../../provider/oceanbase/tenantBackupConfig.schema";
import { thrownBy } from "../../support/failures";
import { needlesslySent } from "../../support/needless";
import { ObshellModel } from "../../support/obshellModel";
import { anyConfigOf, cluster, configOf, node, placed, recordOf, TRIO, task, tenant } from "../../support/oceanbase";

const APPLIED = { binding: "optional", pieceSwitchInterval: "1d" } as const;
const OWN = {
  tenantName: "t4",
  archiveBaseUri: "file:///arch/t4",
  dataBaseUri: "file:///data/t4",
  ...APPLIED,
} as const;

const OWN_PLACED = placed(1004, { archiveUri: "file:///arch/t4", dataUri: "file:///data/t4" });

/** Calls as short lines: method, target, and the keys of the body. */
function calls(inputs: BackupConfigInputs, observed: ObservedCluster, recorded?: Recorded): string[] {
  return planBackupConfig(inputs, observed, recorded, []).calls.map((call) => {
    if (call.kind === "configure") {
      const keys = Object.keys(tenantBody(call.settings, undefined)).join(" ");
      return `${call.method} ${call.tenant ?? "cluster"}: ${keys}${call.stopsArchiving ? " (stops)" : ""}`;
    }
    if (call.kind === "setParameters") return `PUT ${call.tenant}: ${Object.keys(call.settings).join(" ")}`;
    return `${call.kind} ${call.tenants.map(({ name }) => name).join(" ")}`;
  });
}

const DESTINATION = "archive_base_uri data_base_uri binding piece_switch_interval";

describe("A plan for one tenant", () => {
  const both = (own: ObservedTenant): ObservedCluster => cluster([tenant(1002), own]);
  const recorded = recordOf(APPLIED, [OWN_PLACED]);

  it.each<[string, Bag, ObservedTenant, Recorded | undefined, string[]]>([
    ["posts both destinations to one that has none", OWN, tenant(1004), undefined, [`POST t4: ${DESTINATION} (stops)`]],
    ["writes nothing where both are in place", OWN, OWN_PLACED, undefined, []],
    [
      "patches when one of the two is set",
      OWN,
      { ...OWN_PLACED, dataUri: undefined },
      recorded,
      ["PATCH t4: data_base_uri"],
    ],
    [
      "moves the data destination alone, which does not stop archiving",
      { ...OWN, dataBaseUri: "file:///data/new" },
      OWN_PLACED,
      recorded,
      ["PATCH t4: data_base_uri"],
    ],
    [
      "moves the archive destination with the two that go with it, and leaves the data alone",
      { ...OWN, archiveBaseUri: "file:///arch/new" },
      OWN_PLACED,
      recorded,
      ["PATCH t4: archive_base_uri binding piece_switch_interval (stops)"],
    ],
    [
      "sets parameters by their own route beside a data destination, because the configuration call would stop archiving for concurrency",
      { ...OWN, dataBaseUri: "file:///data/new", logArchiveConcurrency: 5, haLowThreadScore: 5 },
      OWN_PLACED,
      recorded,
      ["PATCH t4: data_base_uri", "PUT t4: logArchiveConcurrency haLowThreadScore"],
    ],
    [
      "lets parameters ride with an archive destination",
      { ...OWN, binding: "mandatory", logArchiveConcurrency: 5 },
      OWN_PLACED,
      recorded,
      ["PATCH t4: archive_base_uri binding piece_switch_interval log_archive_concurrency (stops)"],
    ],
    [
      "sends the policy alone",
      { ...OWN, deletePolicy: { recoveryWindow: "7d" } },
      OWN_PLACED,
      recorded,
      ["PATCH t4: delete_policy"],
    ],
    [
      "posts no single destination",
      { tenantName: "t4", dataBaseUri: "file:///data/t4" },
      tenant(1004),
      undefined,
      ["PATCH t4: data_base_uri"],
    ],
  ])("%s", (_name, desired, own, state, expected) => {
    expect(calls(anyConfigOf(desired), both(own), state)).toEqual(expected);
  });

  it("is refused when there is no such tenant", () => {
    const error = thrownBy(() => calls(anyConfigOf({ ...OWN, tenantName: "t9" }), both(tenant(1004))));
    expect(error.message).toContain("the cluster obcluster has no tenant t9 [InvalidInput]");
  });
});

describe("A plan that leaves tenants out", () => {
  const observed = cluster([tenant(1002), placed(1004, {}, "file:///theirs"), tenant(1006)]);
  const desired = configOf({
    ...TRIO,
    exceptTenants: ["t4"],
    haLowThreadScore: 5,
    archiveLagTarget: "1h",
    deletePolicy: { recoveryWindow: "7d" },
  });

  it("uses the tenants' routes only, and names none of those that are left out", () => {
    const planned = calls(desired, observed);
    expect(planned).toEqual([
      `POST t2: ${DESTINATION} archive_lag_target ha_low_thread_score delete_policy (stops)`,
      `POST t6: ${DESTINATION} archive_lag_target ha_low_thread_score delete_policy (stops)`,
    ]);
    expect(JSON.stringify(planBackupConfig(desired, observed, undefined, []))).not.toContain("t4");
  });

  it("needs no token for what others have set there", () => {
    expect(planBackupConfig(desired, observed, undefined, []).impacts).toEqual([]);
  });

  it("is refused when it leaves nobody", () => {
    const error = thrownBy(() => calls(configOf({ ...TRIO, exceptTenants: ["t2", "t4", "t6"] }), observed));
    expect(error.message).toContain("exceptTenants leaves no tenant for this resource");
  });

  it("is what makes a cluster possible that has a tenant whose name obshell cannot write", () => {
    const odd = cluster([tenant(1002), tenant(1004, { name: "a-b" })]);
    const error = thrownBy(() => calls(configOf(TRIO), odd));
    expect(error.message).toContain(
      'breaks for a-b: the change would fail half way [InvalidInput]. Leave them out: exceptTenants: ["a-b"]',
    );
    expect(calls(configOf({ ...TRIO, exceptTenants: ["a-b"] }), odd)).toEqual([`POST t2: ${DESTINATION} (stops)`]);
  });
});

describe("A plan for some tenants of a cluster, carried out", () => {
  const conditions = fc.array(fc.constantFrom("nowhere", "inPlace", "elsewhere"), { minLength: 2, maxLength: 5 });
  const situations = conditions.chain((places) => {
    const tenants = places.map((place, index) => {
      const id = 1002 + 2 * index;
      if (place === "nowhere") return tenant(id);
      return placed(id, {}, place === "inPlace" ? "file:///data/backup" : "file:///elsewhere");
    });
    const names = tenants.map(({ name }) => name);
    return fc.tuple(fc.constant(tenants), fc.subarray(names, { minLength: 1, maxLength: names.length - 1 }));
  });
  const settings = fc.record(
    {
      haLowThreadScore: fc.integer({ min: 0, max: 2 }),
      logArchiveConcurrency: fc.integer({ min: 0, max: 2 }),
      archiveLagTarget: fc.constantFrom("0ms", "120s", "1h"),
      deletePolicy: fc.constant({ recoveryWindow: "7d" }),
    },
    { requiredKeys: [] },
  );

  it("gives these what is declared, touches no other, sends no empty text, and has then nothing left to do", () => {
    fc.assert(
      fc.property(situations, settings, ([tenants, exceptTenants], others) => {
        const desired = configOf({ ...TRIO, ...others, exceptTenants });
        const observed = cluster(tenants);
        const plan = planBackupConfig(desired, observed, undefined, []);
        const service = new ObshellModel(observed);
        for (const call of plan.calls) {
          expect(needlesslySent(call, service.observe())).toEqual([]);
          if (call.kind === "configure") {
            expect(call.tenant).toBeDefined();
            expect(JSON.stringify(tenantBody(call.settings, undefined))).not.toContain('""');
          }
          service.carryOut(call);
        }
        const now = service.observe();
        for (const before of tenants.filter(({ name }) => exceptTenants.includes(name))) {
          expect(now.tenants.find(({ id }) => id === before.id)).toEqual(before);
        }
        const covered = now.tenants.filter(({ name }) => !exceptTenants.includes(name));
        for (const { id, archiveUri } of covered) expect(archiveUri).toBe(`file:///data/backup/1/${id}/clog`);
        const { binding, pieceSwitchInterval, deletePolicy } = desired;
        const state = recordOf({ binding, pieceSwitchInterval, deletePolicy }, covered);
        expect(planBackupConfig(desired, now, state, []).calls).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe("A plan for one tenant, carried out", () => {
  const places = fc.constantFrom("nowhere", "inPlace", "elsewhere", "archiveOnly", "dataOnly");
  const at = (place: string): ObservedTenant => {
    if (place === "nowhere") return tenant(1004);
    if (place === "elsewhere") return placed(1004, {}, "file:///elsewhere");
    return {
      ...OWN_PLACED,
      ...(place === "archiveOnly" ? { dataUri: undefined } : {}),
      ...(place === "dataOnly" ? { archiveUri: undefined, archiving: "unknown" } : {}),
    };
  };
  const programs = fc.record(
    {
      destinations: fc.constantFrom({ ...OWN }, { dataBaseUri: OWN.dataBaseUri }, {}),
      haLowThreadScore: fc.integer({ min: 0, max: 2 }),
      logArchiveConcurrency: fc.integer({ min: 0, max: 2 }),
      deletePolicy: fc.constant({ recoveryWindow: "7d" }),
    },
    { requiredKeys: ["destinations"] },
  );

  it("gives it what is declared, never speaks of the cluster or of others, and has then nothing left to do", () => {
    fc.assert(
      fc.property(places, programs, (place, { destinations, ...others }) => {
        const desired = anyConfigOf({ tenantName: "t4", ...destinations, ...others });
        const strangers = [tenant(1002), placed(1006, {}, "file:///theirs")];
        const observed = cluster([...strangers, at(place)]);
        const { calls: planned } = planBackupConfig(desired, observed, undefined, []);
        expect(JSON.stringify(planned)).not.toMatch(/"t2"|"t6"/);
        const service = new ObshellModel(observed);
        for (const call of planned) {
          expect(needlesslySent(call, service.observe())).toEqual([]);
          if (call.kind === "configure") {
            expect(call.tenant).toBe("t4");
            const body = tenantBody(call.settings, undefined);
            expect(JSON.stringify(body)).not.toContain('""');
            if (call.method === "POST")
              expect(Object.keys(body)).toEqual(expect.arrayContaining(DESTINATION.split(" ")));
            expect(call.stopsArchiving).toBe(body.archive_base_uri !== undefined);
          }
          service.carryOut(call);
        }
        const now = service.observe();
        expect(now.tenants.slice(0, 2)).toEqual(strangers);
        const own = now.tenants[2] as ObservedTenant;
        if (desired.archiveBaseUri !== undefined) expect(own.archiveUri).toBe(desired.archiveBaseUri);
        if (desired.dataBaseUri !== undefined) expect(own.dataUri).toBe(desired.dataBaseUri);
        const { binding, pieceSwitchInterval, deletePolicy } = desired;
        const state = recordOf({ binding, pieceSwitchInterval, deletePolicy }, [own]);
        const again = planBackupConfig(desired, now, state, []);
        expect([again.calls, again.changes, again.impacts]).toEqual([[], [], []]);
      }),
      { numRuns: 200 },
    );
  });
});

describe("A change that has failed at one tenant", () => {
  const tenants = [placed(1002), placed(1004), placed(1006)];
  const desired = configOf({ ...TRIO, deletePolicy: { recoveryWindow: "9d" } });
  const WEEK = { policy: "default", recoveryWindow: "7d" } as const;
  const before = recordOf({ ...APPLIED, deletePolicy: WEEK }, tenants);
  const replaced = (name: string, id: number): string[] => [
    `Drop delete policy {${id} default 7d} for ${name}(${id})`,
    `Set delete policy to {default 9d} for ${name}(${id})`,
  ];
  const after = (...logs: string[]): Recorded => {
    const failed = task({ state: "FAILED", nodes: [node({ state: "FAILED", logs })] });
    const { done } = outcomeOf(failed, tenants, { archive: false, data: false, policy: true });
    const during = attempted(before, desired, ["deletePolicy"], tenants, undefined);
    return confirmed(
      during,
      ["deletePolicy"],
      tenants.filter(({ name }) => done.includes(name)),
    );
  };
  const REFUSED = "ERROR: [MySQL.Error]: MySQL error: set delete policy: Error 1210";

  it.each<[string, string[], string[]]>([
    [
      "to that one and those after it",
      [...replaced("t2", 1002), ...replaced("t4", 1004), REFUSED],
      ["PATCH t4: delete_policy", "PATCH t6: delete_policy"],
    ],
    [
      "to the last one alone",
      [...replaced("t2", 1002), ...replaced("t4", 1004), ...replaced("t6", 1006), REFUSED],
      ["PATCH t6: delete_policy"],
    ],
    [
      "to that one and those after it, when somebody has cancelled it",
      [...replaced("t2", 1002), ...replaced("t4", 1004), "sub task cancelled"],
      ["PATCH t4: delete_policy", "PATCH t6: delete_policy"],
    ],
    ["to all in one call, when none was reached", [], ["PATCH cluster: delete_policy"]],
  ])("is sent again %s", (_name, logs, expected) => {
    expect(calls(desired, cluster(tenants), after(...logs))).toEqual(expected);
  });
});

describe("The state of archiving that is declared", () => {
  const STATES: Record<string, Partial<ObservedTenant>> = {
    running: { archiving: "running" },
    starting: { archiving: "starting" },
    suspended: { archiving: "suspended" },
    stopping: { archiving: "stopping" },
    stopped: { archiving: "unknown" },
    never: { archiving: "unknown", neverArchived: true },
  };
  const state = recordOf(APPLIED, [placed(1002)]);

  it.each<[string, string, string | undefined, string[]]>([
    ["running", "running", undefined, []],
    ["running", "starting", undefined, []],
    ["running", "suspended", undefined, ["t2 running"]],
    ["running", "stopping", undefined, ["t2 running"]],
    ["running", "stopped", undefined, ["t2 running"]],
    ["running", "never", "full", ["backup t2"]],
    ["suspended", "running", undefined, ["t2 suspended"]],
    ["suspended", "starting", undefined, ["t2 suspended"]],
    ["suspended", "suspended", undefined, []],
    ["suspended", "stopped", undefined, ["t2 suspended"]],
    ["stopped", "running", undefined, ["t2 stopped"]],
    ["stopped", "starting", undefined, ["t2 stopped"]],
    ["stopped", "suspended", undefined, ["t2 stopped"]],
    ["stopped", "stopping", undefined, []],
    ["stopped", "stopped", undefined, []],
    ["stopped", "never", undefined, []],
  ])("%s, of a tenant that is %s (initialBackup %s), means %j", (archiving, now, initialBackup, expected) => {
    const live = placed(1002, STATES[now]);
    const desired = configOf({ ...TRIO, archiving, ...(initialBackup ? { initialBackup } : {}) });
    const { calls: planned } = planBackupConfig(desired, cluster([live]), state, []);
    const shown = planned.flatMap((call) => {
      if (call.kind === "setArchiving") return call.tenants.map(({ name, wanted }) => `${name} ${wanted}`);
      return call.kind === "initialBackup" ? call.tenants.map(({ name }) => `backup ${name}`) : [call.kind];
    });
    expect(shown).toEqual(expected);
  });

  it.each([
    ["running", "initialBackup"],
    ["suspended", "archiving"],
  ])("%s is refused for a tenant that never archived", (archiving, property) => {
    const desired = configOf({ ...TRIO, archiving });
    const error = thrownBy(() => planBackupConfig(desired, cluster([placed(1002, STATES.never)]), state, []));
    expect(error.facts.property).toBe(property);
  });

  it.each<[string, Bag]>([
    ["no data destination", { archiveBaseUri: "file:///a", ...APPLIED }],
    ["no archive destination", { dataBaseUri: "file:///d" }],
  ])("is refused, before anything is written, where the first backup has %s", (_name, declared) => {
    const never = tenant(1004, { neverArchived: true });
    for (const archiving of [{}, { archiving: "running" }]) {
      const desired = anyConfigOf({ tenantName: "t4", ...declared, ...archiving, initialBackup: "full" });
      const error = thrownBy(() => planBackupConfig(desired, cluster([never]), undefined, []));
      expect(error.message).toContain("t4 has no destination to archive or to back up to [InvalidInput]");
    }
  });

  it("is refused for a tenant without destinations that declares none", () => {
    const error = thrownBy(() =>
      planBackupConfig(configOf({ archiving: "running" }), cluster([tenant(1002)]), undefined, []),
    );
    expect(error.message).toContain("t2 has no destination to archive or to back up to");
  });
});

describe("A cluster whose agents cannot show destinations and archiving", () => {
  const blind = (id: number): ObservedTenant => tenant(id, { unreadable: ["destinations", "archiving"] });
  const observed = cluster([blind(1002), blind(1004)]);
  const applied = { ...APPLIED, destination: "file:///data/backup" };

  it.each<[string, Bag, Recorded | undefined, string[], string[]]>([
    [
      "is sent the destination once, with its token",
      TRIO,
      undefined,
      [`POST cluster: binding piece_switch_interval (stops)`],
      ["unverified-archiving"],
    ],
    ["is sent nothing when the records say that all is in place", TRIO, recordOf(applied, observed.tenants), [], []],
    [
      "is sent another destination, with its token",
      { ...TRIO, backupBaseUri: "file:///new" },
      recordOf(applied, observed.tenants),
      [`POST cluster: binding piece_switch_interval (stops)`],
      ["unverified-archiving"],
    ],
    [
      "is sent parameters without a token",
      { haLowThreadScore: 5 },
      undefined,
      ["PATCH cluster: ha_low_thread_score"],
      [],
    ],
  ])("%s", (_name, desired, state, expected, tokens) => {
    expect(calls(configOf(desired), observed, state)).toEqual(expected);
    const { impacts } = planBackupConfig(configOf(desired), observed, state, []);
    expect(impacts.flatMap(({ token }) => token ?? [])).toEqual(tokens);
  });
});

describe("The name of a tenant", () => {
  const reasons = (tenantName: string): string[] =>
    checkInputs({ tenantName }, tenantBackupConfigSchema, tenantBackupConfigRules).violations.map(({ rule }) => rule);

  it.each(["t1", "mysql_tenant", "T$1", "2024prod", "a1b2"])("may be %s", (name) => {
    expect(reasons(name)).toEqual([]);
  });

  it.each(["a-b", "a b", "a'b", "", "12", "1e5", "0x12", "order", "SELECT", "tenänt", "a.b"])(
    "must not be %j",
    (name) => {
      expect(reasons(name).join()).toContain("must be a plain SQL name");
    },
  );

  it.each(["sys", "SYS"])("must not be that of the system tenant: %s", (name) => {
    expect(reasons(name).join()).toContain("sys has no backups");
  });
});

describe("The destinations of a tenant", () => {
  const reasons = (news: Bag): string[] =>
    checkInputs({ tenantName: "t1", ...news }, tenantBackupConfigSchema, tenantBackupConfigRules).violations.map(
      ({ path, rule }) => `${path.join(".")}: ${rule}`,
    );

  it.each<[string, Bag, string | undefined]>([
    [
      "archive alone",
      { archiveBaseUri: "file:///a" },
      "archiveBaseUri: must be set together with binding and pieceSwitchInterval",
    ],
    [
      "binding alone",
      { binding: "optional" },
      "binding: must be set together with archiveBaseUri and pieceSwitchInterval",
    ],
    ["data alone", { dataBaseUri: "file:///d" }, undefined],
    [
      "data in an object store without keys",
      { dataBaseUri: "oss://b/p?host=h" },
      "storageCredentials: is required for oss://",
    ],
    [
      "two object stores with different keys",
      {
        archiveBaseUri: "oss://b/a?host=h&access_id=i&access_key=k",
        dataBaseUri: "oss://b/d?host=h&access_id=i&access_key=other",
        ...APPLIED,
      },
      "dataBaseUri: must have the same keys as archiveBaseUri",
    ],
    [
      "a property of the cluster's resource",
      { backupBaseUri: "file:///b" },
      "backupBaseUri: is not a property of this resource",
    ],
    [
      "a first backup of what is to be stopped",
      { archiving: "stopped", initialBackup: "full" },
      'initialBackup: has no use beside archiving: "stopped"',
    ],
  ])("are checked: %s", (_name, news, reason) => {
    const found = reasons(news);
    if (reason === undefined) expect(found).toEqual([]);
    else expect(found).toEqual([expect.stringContaining(reason)]);
    expect(found.join()).not.toMatch(/access_key=(k|other)/);
  });
});
