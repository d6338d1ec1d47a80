import { isTenantGone, requireSameTenant } from "../../../../provider/oceanbase/tenantIdentity";
import { thrownBy } from "../../support/failures";
import { cluster, tenant } from "../../support/oceanbase";

const state = { cluster: cluster([]).cluster, tenantName: "t4", tenantId: 1004 };

describe("The tenant of a resource", () => {
  const there = cluster([tenant(1002), tenant(1004)]);

  it("is there as long as its name and id are", () => {
    expect(isTenantGone(state, there)).toBe(false);
    expect(() => requireSameTenant(state, there)).not.toThrow();
  });

  it.each<[string, ReturnType<typeof tenant>[], string, string, string]>([
    ["was dropped", [], "NotFound", "does not exist any more", "pulumi refresh"],
    [
      "has another name now",
      [tenant(1004, { name: "renamed" })],
      "WrongTarget",
      "is now called renamed",
      'Set tenantName: "renamed".',
    ],
    [
      "was dropped and its name given to another",
      [tenant(1010, { name: "t4" })],
      "WrongTarget",
      "was dropped and created anew (id 1010)",
      "pulumi refresh",
    ],
    [
      "has another name now, and its own was given to another",
      [tenant(1004, { name: "renamed" }), tenant(1010, { name: "t4" })],
      "WrongTarget",
      "is now called renamed",
      'Set tenantName: "renamed".',
    ],
  ])("is never mistaken for another when it %s", (_name, others, kind, problem, advice) => {
    const observed = cluster([tenant(1002), ...others]);
    expect(isTenantGone(state, observed)).toBe(true);
    const error = thrownBy(() => requireSameTenant(state, observed));
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(`the tenant t4 (id 1004) of obcluster ${problem}`);
    expect(error.message).toContain(advice);
  });

  it("is of no concern to a resource of a cluster", () => {
    const ofCluster = { cluster: state.cluster };
    expect(isTenantGone(ofCluster, cluster([]))).toBe(false);
    expect(() => requireSameTenant(ofCluster, cluster([]))).not.toThrow();
  });
});
