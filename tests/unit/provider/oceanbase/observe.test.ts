import { hasNoDestination, observe } from "../../../../provider/oceanbase/observe";
import { type ScriptedAgent, scriptedAgent } from "../../support/agent";
import { testContext } from "../../support/context";
import { rejectionOf } from "../../support/failures";
import { placed, tenant } from "../../support/oceanbase";

const PARAMETERS = {
  contents: [{ name: "log_archive_concurrency", tenant_value: [{ tenant_id: 1002, value: "10" }] }],
};

/** A cluster with `sys`, t1 (running) and t2 (off). */
function clusterAgent(routes: Record<string, unknown> = {}): ScriptedAgent {
  return scriptedAgent({
    "GET /api/v1/ob/info": obInfo("4.5.0.0-0"),
    "GET /api/v1/tenants/overview": {
      contents: [
        tenantRow(1, "sys", "2025-01-01"),
        tenantRow(1002, "t1", "2025-02-01"),
        tenantRow(1004, "t2", "2025-03-01"),
      ],
    },
    "GET /api/v1/obcluster/parameters": PARAMETERS,
    "GET /api/v1/tenant/t1/backup/config/storage": { archive_base_uri: "file:///a", data_base_uri: "file:///d" },
    "GET /api/v1/tenant/t2/backup/config/storage": { archive_base_uri: "", data_base_uri: "" },
    "GET /api/v1/tenant/t1/backup/log/tasks": { contents: [{ status: "DOING" }] },
    "GET /api/v1/tenant/t2/backup/log/tasks": { contents: [] },
    [TASKS]: { contents: [] },
    ...routes,
  });
}

const TASKS = "GET /api/v1/task/dags/ob?show_details=false";

function obInfo(version: string | undefined, id = 1): object {
  return { agent_info: [{ version }], obcluster_info: { id, name: id === 0 ? "" : "c" } };
}

function tenantRow(id: number, name: string, createdTime?: string): object {
  return { tenant_id: id, tenant_name: name, created_time: createdTime };
}

/** A configuration task as obshell writes it. */
function dag(number: number, changes: Record<string, unknown> = {}): object {
  const done = { name: "Set obcluster backup config", state: "SUCCEED", operator: "RUN", nodes: null };
  return { id: `1${number}`, dag_id: number, ...done, ...changes };
}

function step(...logs: string[]): object {
  return { name: "Set backup config", state: "SUCCEED", sub_tasks: [{ state: "SUCCEED", task_logs: logs }] };
}

describe("What is observed of a cluster", () => {
  it("is its identity, every tenant but sys with all that can be read, and nothing of tasks when there are none", async () => {
    expect(await observe(clusterAgent().api)).toEqual({
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
      names: [
        { id: 1002, name: "t1" },
        { id: 1004, name: "t2" },
      ],
      newerTasks: [],
      unfinished: [],
      holding: [],
      lastTaskNumber: 0,
      listsEndedTasks: true,
    });
  });

  it.each<[string, number | undefined, object[], string[], number]>([
    ["the newest configuration task, when none of ours is recorded", undefined, [dag(3), dag(5)], ["15"], 5],
    ["all configuration tasks that are newer than ours, in their order", 3, [dag(5), dag(3), dag(4)], ["14", "15"], 5],
    ["none, when ours is the newest", 5, [dag(4), dag(5)], [], 5],
    ["none, when only a backup is newer", 4, [dag(4), dag(9, { name: "Obcluster start full backup" })], [], 9],
  ])("holds, of tasks, %s", async (_name, recordedTask, listed, ids, last) => {
    const details = Object.fromEntries(
      (listed as { id: string }[]).map((item) => [`GET /api/v1/task/dag/${item.id}`, item]),
    );
    const { api, calls } = clusterAgent({ [TASKS]: { contents: listed }, ...details });
    const observed = await observe(api, { recordedTask });
    expect(observed.newerTasks.map(({ id }) => id)).toEqual(ids);
    expect(calls.filter((call) => call.startsWith("GET /api/v1/task/dag/"))).toHaveLength(ids.length);
    expect(observed.lastTaskNumber).toBe(last);
  });

  it("tells tasks that are at work, and failed ones that hold their tenant", async () => {
    const tenantTask = "Set obcluster backup config for t1";
    const contents = [
      dag(3, { state: "FAILED" }),
      dag(4, { state: "FAILED", name: tenantTask }),
      dag(5, { state: "SUCCEED", operator: "PASS", name: tenantTask }),
      dag(6, { state: "RUNNING" }),
      dag(7, { state: "RUNNING", name: "Obcluster start full backup" }),
    ];
    const { api } = clusterAgent({ [TASKS]: { contents } });
    const { unfinished, holding } = await observe(api, { recordedTask: 9 });
    expect(unfinished.map(({ id }) => id)).toEqual(["16"]);
    expect(holding.map(({ id }) => id)).toEqual(["14"]);
  });

  it("looks at no tenant any more when the time for reading is over", async () => {
    const context = testContext();
    const agent = clusterAgent({
      [TASKS]: () => {
        context.clock.advance(61_000);
        return { contents: [] };
      },
    });
    const limit = { clock: context.clock, deadlineMs: 60_000 };
    const error = await rejectionOf(observe(agent.api, { limit }));
    expect(error.message).toContain("reading the cluster took longer than 1m 0s [WaitTimeout]");
    expect(agent.calls.filter((call) => call.includes("/backup/"))).toEqual([]);
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
    const { api } = clusterAgent({
      "GET /api/v1/tenants/overview": {
        contents: [tenantRow(1, "sys"), ...names.map((name, index) => tenantRow(1002 + index, name))],
      },
      ...Object.fromEntries(
        names.flatMap((name) => [
          [`GET /api/v1/tenant/${name}/backup/config/storage`, () => slowly({})],
          [`GET /api/v1/tenant/${name}/backup/log/tasks`, () => slowly({ contents: [{ status: "DOING" }] })],
        ]),
      ),
    });
    const { tenants } = await observe(api);
    expect(tenants.map(({ name }) => name)).toEqual(names);
    expect(most).toBeLessThanOrEqual(8);
    expect(most).toBeGreaterThan(1);
  });
});

describe("A tenant that a task has closed and left", () => {
  const CLOSED = {
    ...step("Close archive log for t1(1002)", "Close archive log for t2(1004)"),
    start_time: "2026-01-05T11:59:03+08:00",
  };
  const END = "2026-01-05T12:00:00+08:00";
  const BY_TASK = { task: "task 14 (Set obcluster backup config)", closedAt: "2026-01-05T03:59:03.000Z", endedAt: END };
  const RECORDED = {
    task: "task 12 (Set obcluster backup config)",
    closedAt: "2026-01-04T04:00:00.000Z",
    endedAt: END,
  };

  const closedBy = async (
    checkpoint: string | undefined,
    {
      task = dag(4, { nodes: [CLOSED], end_time: END }),
      rounds = [],
      ...options
    }: Parameters<typeof observe>[1] & { readonly task?: object; readonly rounds?: readonly object[] } = {},
  ) => {
    const { api } = clusterAgent({
      [TASKS]: { contents: [task] },
      "GET /api/v1/task/dag/14": task,
      "GET /api/v1/tenant/t2/backup/log/tasks": { contents: rounds },
      // Only t2 is off, so only t2 is asked for.
      "GET /api/v1/tenant/t2/backup/info": { lastest_archive_log_checkpoint: checkpoint },
    });
    const [t1, t2] = (await observe(api, options)).tenants;
    expect(t1).not.toHaveProperty("closedBy");
    return t2?.closedBy;
  };

  it.each<[string, string | undefined, object | undefined]>([
    ["is one that has archived no further than to the end of the task", "2026-01-05T03:59:00Z", BY_TASK],
    ["is one that has archived exactly up to its end", "2026-01-05T04:00:00Z", BY_TASK],
    [
      "is none that has archived beyond it: somebody opened it, so its stop is deliberate",
      "2026-01-05T04:00:01Z",
      undefined,
    ],
    ["is none that never archived", undefined, undefined],
  ])("%s", async (_name, checkpoint, expected) => {
    expect(await closedBy(checkpoint)).toEqual(expected);
  });

  it("is none that the task did not close", async () => {
    const task = dag(4, { nodes: [step("Close archive log for t9(1018)")] });
    expect(await closedBy("2026-01-05T03:59:00Z", { task })).toBeUndefined();
  });

  const recordedTenants = [tenant(1002, { closedBy: RECORDED }), tenant(1004, { closedBy: RECORDED })];
  const seen = { recordedTask: 4, recordedTenants };
  const SUSPENDED = [tenant(1004, { archiving: "suspended" })];

  it.each<[string, string, Parameters<typeof closedBy>[1], object | undefined]>([
    [
      "is one that an earlier look has found, when its task is looked at no more",
      "2026-01-05T03:59:00Z",
      seen,
      RECORDED,
    ],
    ["is no more one that has archived since", "2026-01-05T04:00:01Z", seen, undefined],
    ["is one whose stop is not over", "2026-01-05T03:59:00Z", { ...seen, rounds: [{ status: "STOPPING" }] }, RECORDED],
    [
      "is one whose new round has not begun",
      "2026-01-05T04:00:01Z",
      { ...seen, rounds: [{ status: "PREPARE" }] },
      RECORDED,
    ],
    ["is none that is running again", "2026-01-05T03:59:00Z", { ...seen, rounds: [{ status: "DOING" }] }, undefined],
    ["is none that is suspended", "2026-01-05T03:59:00Z", { ...seen, rounds: [{ status: "SUSPEND" }] }, undefined],
    ["is of the newer task, when both have closed it", "2026-01-05T03:59:00Z", { recordedTenants }, BY_TASK],
    [
      "does not matter where archiving is to be stopped",
      "2026-01-05T03:59:00Z",
      { ...seen, declaredArchiving: "stopped" },
      undefined,
    ],
    [
      "is one that was suspended and has only been opened since",
      "2026-01-05T04:00:01Z",
      { recordedTask: 3, recordedTenants: SUSPENDED, rounds: [{ status: "DOING" }] },
      { ...BY_TASK, wasSuspended: true },
    ],
    [
      "stays one that was suspended, whatever state says since",
      "2026-01-05T04:00:01Z",
      {
        recordedTask: 4,
        recordedTenants: [tenant(1004, { closedBy: { ...RECORDED, wasSuspended: true } })],
        rounds: [{ status: "DOING" }],
      },
      { ...RECORDED, wasSuspended: true },
    ],
    [
      "is none that was suspended, where the program says what archiving must be doing",
      "2026-01-05T04:00:01Z",
      { recordedTask: 3, recordedTenants: SUSPENDED, rounds: [{ status: "DOING" }], declaredArchiving: "running" },
      undefined,
    ],
    [
      "is none that was suspended and that no task has closed: somebody has opened it",
      "2026-01-05T04:00:01Z",
      { recordedTask: 4, recordedTenants: SUSPENDED, rounds: [{ status: "DOING" }] },
      undefined,
    ],
    [
      "is none that was suspended and is so again",
      "2026-01-05T04:00:01Z",
      { recordedTask: 3, recordedTenants: SUSPENDED, rounds: [{ status: "SUSPEND" }] },
      undefined,
    ],
  ])("%s", async (_name, checkpoint, options, expected) => {
    expect(await closedBy(checkpoint, options)).toEqual(expected);
  });
});

describe("A tenant that never archived", () => {
  const never = async (options: Parameters<typeof observe>[1]) => {
    const { api } = clusterAgent({ "GET /api/v1/tenant/t2/backup/info": {} });
    return (await observe(api, options)).tenants.map(({ neverArchived }) => neverArchived);
  };

  it("is told apart from one that is stopped only where that matters, because it costs a call", async () => {
    expect(await never({ findsNeverArchived: true })).toEqual([undefined, true]);
    expect(await never({})).toEqual([undefined, undefined]);
  });
});

describe("A tenant without a destination", () => {
  it("has neither of the two", () => {
    expect(hasNoDestination(tenant(1002))).toBe(true);
    expect(hasNoDestination(placed(1002, { archiveUri: undefined }))).toBe(false);
    expect(hasNoDestination(placed(1002, { dataUri: undefined }))).toBe(false);
  });
});

describe("What an old agent can show", () => {
  const old = (version: string) =>
    clusterAgent({
      "GET /api/v1/ob/info": obInfo(version),
      "GET /api/v1/task/dag/ob/unfinish?show_details=true": { contents: null },
      ...Object.fromEntries(
        ["t1", "t2"].flatMap((name) =>
          ["log_archive_concurrency", "archive_lag_target", "ha_low_thread_score"].map((parameter) => [
            `GET /api/v1/tenant/${name}/parameter/${parameter}`,
            { value: "7" },
          ]),
        ),
      ),
    });

  it.each(["4.3.1.0", "4.3.0"])("with version %s is everything but destinations and archiving", async (version) => {
    const { api, calls } = old(version);
    const { tenants } = await observe(api);
    expect(tenants.map(({ unreadable }) => unreadable)).toEqual(Array(2).fill(["destinations", "archiving"]));
    expect(tenants[0]?.parameters.log_archive_concurrency).toEqual(["10"]);
    expect(calls.filter((call) => call.includes("/backup/"))).toEqual([]);
  });

  it.each(["4.2.6.0", "4.2.4.0"])("with version %s are parameters one by one and unfinished tasks", async (version) => {
    const { api, calls } = old(version);
    const { tenants } = await observe(api);
    expect(tenants[1]?.parameters.ha_low_thread_score).toEqual(["7"]);
    expect(calls).not.toContain("GET /api/v1/obcluster/parameters");
    expect(calls).not.toContain(TASKS);
  });

  it.each(["4.3.2", "4.3.2.0", "4.3.10.0", "4.10.0.0", "5.0", undefined])(
    "with version %s is everything",
    async (version) => {
      const { api } = clusterAgent({ "GET /api/v1/ob/info": obInfo(version) });
      expect((await observe(api)).tenants[0]).toMatchObject({ archiveUri: "file:///a", archiving: "running" });
    },
  );
});

describe("An agent that cannot be used", () => {
  it.each<[string, Record<string, unknown>]>([
    ["shows no id of the cluster", { "GET /api/v1/ob/info": obInfo("4.5.0.0", 0) }],
    ["shows no tenant sys", { "GET /api/v1/tenants/overview": { contents: [] } }],
  ])("is one that %s: it has no database", async (_name, routes) => {
    const error = await rejectionOf(observe(clusterAgent(routes).api));
    expect(error.kind).toBe("Unavailable");
    expect(error.message).toContain("the agent at http://10.10.10.1:2886 has no connection to its database");
  });
});
