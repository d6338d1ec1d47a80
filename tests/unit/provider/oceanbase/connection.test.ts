import { connect, requireSameCluster } from "../../../../provider/oceanbase/connection";
import { CannedTransport } from "../../support/cannedTransport";
import { testContext } from "../../support/context";
import { thrownBy } from "../../support/failures";

const RECORDED = { id: 1, name: "prod", createdTime: "2025-01-01T00:00:00Z" };

describe("The cluster at the endpoints", () => {
  const context = { ...testContext(), connect: () => new CannedTransport() };
  const api = connect({ endpoints: ["a:2886", "b:2886"], password: "p" }, context);

  it.each([
    ["it is the recorded one", RECORDED.createdTime],
    ["its birth is read in the zone of another agent's host", "2025-01-01T00:00:00+08:00"],
  ])("is taken when %s", (_name, createdTime) => {
    expect(() => requireSameCluster(RECORDED, { ...RECORDED, createdTime }, api)).not.toThrow();
  });

  it.each([
    ["id", { id: 2 }],
    ["name", { name: "test" }],
    [
      "time of creation: ids and names are chosen by operators and often the same",
      { createdTime: "2026-01-01T00:00:00Z" },
    ],
  ])("is refused when it has another %s", (_name, change) => {
    const error = thrownBy(() => requireSameCluster(RECORDED, { ...RECORDED, ...change }, api));
    expect(error.kind).toBe("WrongTarget");
    expect(error.message).toContain("manages the cluster prod (id 1, created 2025-01-01T00:00:00Z)");
    expect(error.message).toContain("http://a:2886, http://b:2886 belongs to");
  });
});

describe("Connecting", () => {
  it("makes no call", () => {
    const transport = new CannedTransport();
    const context = { ...testContext(), connect: () => transport };
    expect(connect({ endpoints: ["10.10.10.1:2886"], password: "p" }, context).endpoints).toEqual([
      "http://10.10.10.1:2886",
    ]);
    expect(transport.requests).toEqual([]);
  });
});
