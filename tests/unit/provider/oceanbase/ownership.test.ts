import type { Bag } from "../../../../provider/core/bag";
import { Claims } from "../../../../provider/core/claims";
import { isOwned, requireOwnership } from "../../../../provider/oceanbase/ownership";
import { thrownBy } from "../../support/failures";
import { anyConfigOf, cluster, placed, TRIO } from "../../support/oceanbase";

const CLUSTER = "OceanBase cluster backup config";
const TENANT = "OceanBase tenant backup config";
const observed = cluster([placed(1002), placed(1004)]);
const AT_T4 = { tenantName: "t4", binding: "optional", pieceSwitchInterval: "1d" };

/** Two resources of one run, one after the other. */
function both(first: Bag, second: Bag, there = observed): Claims {
  const claims = new Claims();
  requireOwnership(anyConfigOf(first), observed, CLUSTER, claims);
  requireOwnership(anyConfigOf(second), there, TENANT, claims);
  return claims;
}

describe("Two resources of one run", () => {
  it.each<[string, Bag, Bag]>([
    ["archive destination", TRIO, { ...AT_T4, archiveBaseUri: "file:///a" }],
    ["data destination", TRIO, { tenantName: "t4", dataBaseUri: "file:///d" }],
    ["logArchiveConcurrency", { logArchiveConcurrency: 1 }, { tenantName: "t4", logArchiveConcurrency: 2 }],
    ["archiveLagTarget", { archiveLagTarget: "60s" }, { tenantName: "t4", archiveLagTarget: "90s" }],
    ["haLowThreadScore", { haLowThreadScore: 1 }, { tenantName: "t4", haLowThreadScore: 1 }],
    [
      "deletePolicy",
      { deletePolicy: { recoveryWindow: "7d" } },
      { tenantName: "t4", deletePolicy: { recoveryWindow: "8d" } },
    ],
    ["archiving", { archiving: "running" }, { tenantName: "t4", archiving: "stopped" }],
    ["haLowThreadScore", { exceptTenants: ["t2"], haLowThreadScore: 1 }, { tenantName: "t4", haLowThreadScore: 1 }],
  ])("cannot both set one thing of a tenant: %s", (setting, first, second) => {
    const error = thrownBy(() => both(first, second));
    expect(error.kind).toBe("Conflict");
    expect(error.message).toBe(
      `${setting} of t4 in obcluster is already managed by another resource of this run (an ${CLUSTER}) [Conflict]. ` +
        "Remove the setting from one of the two, or leave the tenant out with exceptTenants.",
    );
  });

  it("cannot either when one talks to an agent whose host has another time zone", () => {
    const birth = { ...observed.cluster, createdTime: "2025-01-01T08:00:00+08:00" };
    const claims = new Claims();
    const properties = anyConfigOf({ haLowThreadScore: 1 });
    requireOwnership(properties, { ...observed, cluster: birth }, CLUSTER, claims);
    const elsewhere = { ...birth, createdTime: "2025-01-01T08:00:00Z" };
    const error = thrownBy(() => requireOwnership(properties, { ...observed, cluster: elsewhere }, CLUSTER, claims));
    expect(error.kind).toBe("Conflict");
  });

  it.each<[string, Bag, Bag]>([
    [
      "other tenants, one left out by the other",
      { ...TRIO, exceptTenants: ["t4"] },
      { ...AT_T4, archiveBaseUri: "file:///a" },
    ],
    [
      "other tenants, both named",
      { tenantName: "t2", archiving: "running" },
      { tenantName: "t4", archiving: "running" },
    ],
    ["other settings of one tenant", { haLowThreadScore: 1 }, { ...AT_T4, archiveBaseUri: "file:///a" }],
    [
      "archive and data of one tenant",
      { ...AT_T4, archiveBaseUri: "file:///a" },
      { tenantName: "t4", dataBaseUri: "file:///d" },
    ],
    ["nothing", {}, {}],
  ])("stand beside each other when they set %s", (_name, first, second) => {
    expect(() => both(first, second)).not.toThrow();
  });

  it("stand beside each other in clusters of one name and number that were created at different times", () => {
    const other = { ...observed, cluster: { ...observed.cluster, createdTime: "2026-02-02T00:00:00Z" } };
    expect(() => both({ haLowThreadScore: 1 }, { tenantName: "t4", haLowThreadScore: 1 }, other)).not.toThrow();
  });
});

describe("A tenant that a resource of this run has taken charge of", () => {
  const owns = (claims: Claims, id: number, identity = observed.cluster): boolean => isOwned(claims, identity, id);

  it("is one of which it sets anything", () => {
    const claims = both({ tenantName: "t2", haLowThreadScore: 1 }, {});
    expect([1002, 1004].map((id) => owns(claims, id))).toEqual([true, false]);
  });

  it("is none of a cluster of the same name that was created at another time", () => {
    const claims = both({ haLowThreadScore: 1 }, {});
    expect(owns(claims, 1002, { ...observed.cluster, createdTime: "2026-02-02T00:00:00Z" })).toBe(false);
  });

  it("is none of a resource that was refused", () => {
    const claims = new Claims();
    requireOwnership(anyConfigOf({ tenantName: "t2", haLowThreadScore: 1 }), observed, TENANT, claims);
    thrownBy(() => requireOwnership(anyConfigOf({ haLowThreadScore: 1 }), observed, CLUSTER, claims));
    expect(owns(claims, 1004)).toBe(false);
  });
});
