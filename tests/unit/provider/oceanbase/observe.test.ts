import type { ObshellApi } from "../../../../provider/oceanbase/api";
import { archiveState, hasNoDestination, observe, stateToRestore } from "../../../../provider/oceanbase/observe";
import type { Task } from "../../../../provider/oceanbase/wire";
import { rejectionOf } from "../../support/failures";
import { obshellApi } from "../../support/obshellApi";
import { node, placed, task, tenant } from "../../support/oceanbase";

const TASK = { ...task({ id: "14", number: 4 }), nodes: [] };

/** A cluster with `sys`, t1 (running) and t2 (off). */
function clusterApi(calls: Partial<ObshellApi> = {}): ObshellApi {
  return obshellApi({
    clusterInfo: async () => ({ id: 1, name: "c", agentVersion: "4.5.0.0" }),
    tenants: async () => [
      { id: 1, name: "sys", createdTime: "2025-01-01" },
      { id: 1002, name: "t1", createdTime: "2025-02-01" },
      { id: 1004, name: "t2", createdTime: "2025-03-01" },
    ],
    parameters: async () => new Map([["log_archive_concurrency", new Map([[1002, ["10"]]])]]),
    storage: async (name) => (name === "t1" ? { archiveUri: "file:///a", dataUri: "file:///d" } : {}),
    archiveStatus: async (name) => (name === "t1" ? "DOING" : undefined),
    tasks: async () => [],
    ...calls,
  });
}

describe("What is observed of a cluster", () => {
  it("is its identity, every tenant but sys with all that can be read, and nothing of tasks when there are none", async () => {
    expect(await observe(clusterApi(), undefined)).toEqual({
      cluster: { id: 1, name: "c", createdTime: "2025-01-01" },
      tenants: [
        {
          id: 1002,
          name: "t1",
          archiveUri: "file:///a",
          dataUri: "file:///d",
          archiving: "running",
          parameters: { log_archive_concurrency: ["10"], archive_lag_target: [], ha_low_thread_score: [] },
        },
        {
          id: 1004,
          name: "t2",
          archiving: "unknown",
          parameters: { log_archive_concurrency: [], archive_lag_target: [], ha_low_thread_score: [] },
        },
      ],
      newerTask: undefined,
      leftClosed: [],
      lastTaskNumber: 0,
    });
  });

  it.each<[string, number | undefined, Partial<Task>[], string | undefined, number]>([
    [
      "the newest configuration task, when none of ours is recorded",
      undefined,
      [
        { number: 3, id: "13" },
        { number: 5, id: "15" },
      ],
      "15",
      5,
    ],
    [
      "the newest configuration task that is newer than ours",
      4,
      [
        { number: 4, id: "14" },
        { number: 5, id: "15" },
      ],
      "15",
      5,
    ],
    [
      "none, when ours is the newest",
      5,
      [
        { number: 4, id: "14" },
        { number: 5, id: "15" },
      ],
      undefined,
      5,
    ],
    [
      "none, when only a backup is newer",
      4,
      [
        { number: 4, id: "14" },
        { number: 9, id: "19", name: "Obcluster start full backup" },
      ],
      undefined,
      9,
    ],
  ])("holds, of tasks, %s", async (_name, recorded, listed, id, last) => {
    const asked: string[] = [];
    const api = clusterApi({
      tasks: async () => listed.map((changes) => task(changes)),
      task: async (wanted) => {
        asked.push(wanted);
        return task({ id: wanted });
      },
    });
    const observed = await observe(api, recorded);
    expect(observed.newerTask?.id).toBe(id);
    expect(asked).toEqual(id === undefined ? [] : [id]);
    expect(observed.lastTaskNumber).toBe(last);
  });

  it("never has more than eight requests in flight", async () => {
    let inFlight = 0;
    let most = 0;
    const slowly = async <T>(value: T): Promise<T> => {
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight--;
      return value;
    };
    const names = Array.from({ length: 40 }, (_, index) => `t${index}`);
    const api = clusterApi({
      tenants: async () => [{ id: 1, name: "sys" }, ...names.map((name, index) => ({ id: 1002 + index, name }))],
      storage: () => slowly({}),
      archiveStatus: () => slowly("DOING"),
    });
    const { tenants } = await observe(api, undefined);
    expect(tenants.map(({ name }) => name)).toEqual(names);
    expect(most).toBeLessThanOrEqual(8);
    expect(most).toBeGreaterThan(1);
  });
});

describe("A tenant that a task has closed and left", () => {
  const CLOSED = node({ logs: ["Close archive log for t1(1002)", "Close archive log for t2(1004)"] });
  const END = "2026-01-05T12:00:00+08:00";

  const leftClosed = async (checkpoint: string | undefined, changes: Partial<Task> = {}) => {
    const api = clusterApi({
      tasks: async () => [TASK],
      task: async () => ({ ...TASK, nodes: [CLOSED], endTime: END, ...changes }),
      archiveCheckpoint: async (name) => (name === "t2" ? checkpoint : "asked of the wrong tenant"),
    });
    return (await observe(api, undefined)).leftClosed;
  };

  it.each<[string, string | undefined, number[]]>([
    ["is one that has archived no further than to the end of the task", "2026-01-05T03:59:00Z", [1004]],
    ["is one that has archived exactly up to its end", "2026-01-05T04:00:00Z", [1004]],
    ["is none that has archived beyond it: somebody opened it, so its stop is deliberate", "2026-01-05T04:00:01Z", []],
    ["is none that never archived", undefined, []],
  ])("%s", async (_name, checkpoint, expected) => {
    expect(await leftClosed(checkpoint)).toEqual(expected);
  });

  it("is none that the task did not close", async () => {
    expect(
      await leftClosed("2026-01-05T03:59:00Z", { nodes: [node({ logs: ["Close archive log for t9(1018)"] })] }),
    ).toEqual([]);
  });
});

describe("The state of log archiving", () => {
  it.each([
    ["DOING", "running"],
    ["PREPARE", "starting"],
    ["BEGINNING", "starting"],
    ["SUSPEND", "suspended"],
    ["STOPPING", "stopping"],
    ["SOMETHING NEW", "stopping"],
    [undefined, "unknown"],
  ])("of a round with status %s is %s", async (status, state) => {
    expect(await archiveState(obshellApi({ archiveStatus: async () => status }), "t1")).toBe(state);
  });

  it.each([
    ["running", "running"],
    ["starting", "running"],
    ["suspended", "suspended"],
    ["stopping", undefined],
    ["unknown", undefined],
    [undefined, undefined],
  ] as const)("%s, once stopped, must be brought back to %s", (state, wanted) => {
    expect(stateToRestore(state)).toBe(wanted);
  });
});

describe("A tenant without a destination", () => {
  it("has neither of the two", () => {
    expect(hasNoDestination(tenant(1002))).toBe(true);
    expect(hasNoDestination(placed(1002, { archiveUri: undefined }))).toBe(false);
    expect(hasNoDestination(placed(1002, { dataUri: undefined }))).toBe(false);
  });
});

describe("An agent that cannot be used", () => {
  it.each(["4.3.1.0", "4.2.6.0", "4.3", "3.9.9"])(
    "is one of version %s, which cannot show what we must see",
    async (agentVersion) => {
      const error = await rejectionOf(
        observe(clusterApi({ clusterInfo: async () => ({ id: 1, name: "c", agentVersion }) }), undefined),
      );
      expect(error.kind).toBe("InvalidInput");
      expect(error.message).toContain(`is version ${agentVersion}, which cannot show destinations and archive status`);
      expect(error.message).toContain("Upgrade obshell to 4.3.2");
    },
  );

  it.each(["4.3.2", "4.3.2.0", "4.3.10.0", "4.10.0.0", "5.0", undefined])(
    "is none of version %s",
    async (agentVersion) => {
      const observed = await observe(
        clusterApi({ clusterInfo: async () => ({ id: 1, name: "c", agentVersion }) }),
        undefined,
      );
      expect(observed.cluster.name).toBe("c");
    },
  );

  it.each<[string, Partial<ObshellApi>]>([
    ["shows no id of the cluster", { clusterInfo: async () => ({ id: 0, name: "" }) }],
    ["shows no tenant sys", { tenants: async () => [] }],
  ])("is one that %s: it has no database", async (_name, calls) => {
    const error = await rejectionOf(observe(clusterApi(calls), undefined));
    expect(error.kind).toBe("Unavailable");
    expect(error.message).toContain("the agent at http://10.10.10.1:2886 has no connection to its database");
  });
});
