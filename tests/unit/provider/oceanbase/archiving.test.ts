import { ProviderError } from "../../../../provider/core/errors";
import { reopenArchiving, type ToReopen } from "../../../../provider/oceanbase/archiving";
import { testContext } from "../../support/context";
import { rejectionOf } from "../../support/failures";
import { obshellApi } from "../../support/obshellApi";

const T1: ToReopen = { id: 1002, name: "t1", wanted: "running" };
const T2: ToReopen = { id: 1004, name: "t2", wanted: "suspended" };

/** Statuses that `log/tasks` shows one after another, by tenant; the last one stays. */
function agent(statuses: Record<string, (string | undefined)[]>, refuses: readonly string[] = []) {
  const requests: string[] = [];
  const api = obshellApi({
    archiveStatus: async (name) => {
      const left = statuses[name] ?? [];
      return left.length > 1 ? left.shift() : left[0];
    },
    setArchiveStatus: async (name, status) => {
      requests.push(`${name} ${status}`);
      if (refuses.includes(name))
        throw new ProviderError({ kind: "Unavailable", problem: "archive log is interrupted" });
    },
  });
  return { api, requests };
}

describe("Reopening log archiving", () => {
  it("opens it and looks until a running round is listed, which alone proves it", async () => {
    const context = testContext();
    const { api, requests } = agent({ t1: [undefined, "PREPARE", "BEGINNING", "DOING"] });
    await reopenArchiving(api, [T1], context);
    expect(requests).toEqual(["t1 doing"]);
    expect(context.clock.sleeps).toEqual([1_000, 1_000, 1_000]);
    expect(context.lines).toEqual(["t1: log archiving is running again after 3s"]);
  });

  it("opens one that was suspended and then suspends it again", async () => {
    const { api, requests } = agent({ t2: ["DOING", "DOING", "SUSPEND"] });
    await reopenArchiving(api, [T2], testContext());
    expect(requests).toEqual(["t2 doing", "t2 suspend"]);
  });

  it("does nothing when there is nothing to reopen", async () => {
    await expect(reopenArchiving(obshellApi({}), [], testContext())).resolves.toBeUndefined();
  });

  it("fails by name when archiving does not come back though the call answered 200", async () => {
    const error = await rejectionOf(reopenArchiving(agent({ t1: [undefined] }).api, [T1], testContext()));
    expect(error.kind).toBe("TaskFailed");
    expect(error.message).toMatch(
      /log archiving is OFF for t1 \(log archiving of t1 is still not running after 10m 0s/,
    );
    expect(error.message).toContain("cannot be restored to a point in time");
  });

  it("tries every tenant although others fail, and names only those that are not archiving", async () => {
    const { api, requests } = agent({ t1: ["DOING"], t3: [undefined], t4: ["DOING"] }, ["t3"]);
    const tenants = ["t1", "t3", "t4"].map((name, index) => ({ id: 1002 + index, name, wanted: "running" as const }));
    const error = await rejectionOf(reopenArchiving(api, tenants, testContext()));
    expect(requests.sort()).toEqual(["t1 doing", "t3 doing", "t4 doing"]);
    expect(error.message).toContain("log archiving is OFF for t3 (archive log is interrupted");
    expect(error.message).not.toMatch(/t1|t4/);
  });

  it("does not hide a bug behind a tenant's name", async () => {
    const api = obshellApi({
      setArchiveStatus: async () => {
        throw new TypeError("x is not a function");
      },
    });
    await expect(reopenArchiving(api, [T1], testContext())).rejects.toThrow(TypeError);
  });
});
