import {
  archiveCheckpointFromWire,
  archiveRoundFromWire,
  clusterInfoFromWire,
  parametersFromWire,
  runningBackupsFromWire,
  storageFromWire,
  taskFromWire,
  tasksFromWire,
  tenantsFromWire,
} from "../../../../provider/oceanbase/wire";
import { thrownBy } from "../../support/failures";

const DAG = {
  id: "14",
  dag_id: 4,
  name: "Set obcluster backup config",
  state: "READY",
  operator: "RUN",
  stage: 1,
  max_stage: 2,
};

describe("The cluster", () => {
  it("has an id, a name, and the version of its agents without the release", () => {
    const data = {
      agent_info: [{ ip: "10.0.0.1", version: "4.5.0.0-0" }, { version: "4.3.2.0" }],
      obcluster_info: { id: 1, name: "c", version: "4.3.5.0", topology: {} },
    };
    expect(clusterInfoFromWire(data)).toEqual({ id: 1, name: "c", agentVersion: "4.5.0.0" });
  });

  it.each([[null], [[]], [undefined], [[{}]]])("may have no agents listed: %j", (agent_info) => {
    expect(clusterInfoFromWire({ agent_info, obcluster_info: { id: 0, name: "" } }).agentVersion).toBeUndefined();
  });
});

describe("Lists", () => {
  it.each([
    ["tenants", tenantsFromWire, []],
    ["tasks", tasksFromWire, []],
    ["archive rounds", archiveRoundFromWire, undefined],
  ] as const)("of %s are empty whether their contents are an empty list, null or missing", (_name, read, empty) => {
    expect(read({ contents: [] })).toEqual(empty);
    expect(read({ contents: null })).toEqual(empty);
    expect(read({})).toEqual(empty);
  });

  it("of tenants tell id, name and time of creation, and keep what we do not know out", () => {
    const contents = [
      { tenant_id: 1, tenant_name: "sys", created_time: "T", mode: "MYSQL" },
      { tenant_id: 1002, tenant_name: "t1" },
    ];
    expect(tenantsFromWire({ contents })).toEqual([
      { id: 1, name: "sys", createdTime: "T" },
      { id: 1002, name: "t1", createdTime: undefined },
    ]);
  });
});

describe("The destinations of a tenant", () => {
  it.each<[unknown, object]>([
    [
      { tenant_id: 1, archive_base_uri: "file:///a", data_base_uri: "file:///d" },
      { archiveUri: "file:///a", dataUri: "file:///d" },
    ],
    [
      { archive_base_uri: "", data_base_uri: "" },
      { archiveUri: undefined, dataUri: undefined },
    ],
    [{ archive_base_uri: null }, { archiveUri: undefined, dataUri: undefined }],
    [null, { archiveUri: undefined, dataUri: undefined }],
    [undefined, { archiveUri: undefined, dataUri: undefined }],
  ])("%j are %j", (data, storage) => {
    expect(storageFromWire(data)).toEqual(storage);
  });
});

describe("Log archiving of a tenant", () => {
  it("has the status of the listed round, and when it began", () => {
    const round = { tenant_id: 1002, status: "DOING", round_id: 3, start_time: "2026-01-05T12:00:00+08:00" };
    expect(archiveRoundFromWire({ contents: [round] })).toEqual({
      status: "DOING",
      startTime: "2026-01-05T12:00:00+08:00",
    });
  });

  it.each<[unknown, string | undefined]>([
    [{ lastest_archive_log_checkpoint: "2026-01-01T00:00:00Z" }, "2026-01-01T00:00:00Z"],
    [{ lastest_archive_log_checkpoint: null }, undefined],
    [{}, undefined],
  ])("has archived up to what %j says", (data, checkpoint) => {
    expect(archiveCheckpointFromWire(data)).toBe(checkpoint);
  });
});

describe("Parameters", () => {
  it("are told by tenant, once per different value, though each server has its row", () => {
    const value = (tenant_id: number, text: string) => ({ tenant_id, tenant_name: "x", value: text });
    const contents = [
      {
        name: "log_archive_concurrency",
        tenant_value: [value(1002, "10"), value(1002, "10"), value(1004, "0"), value(1004, "5")],
      },
      { name: "archive_lag_target", tenant_value: null },
      { name: "something_else", tenant_value: [value(1002, "x")] },
    ];
    const read = parametersFromWire({ contents }, ["log_archive_concurrency", "archive_lag_target"]);
    expect([...read.keys()]).toEqual(["log_archive_concurrency", "archive_lag_target"]);
    expect(read.get("log_archive_concurrency")).toEqual(
      new Map([
        [1002, ["10"]],
        [1004, ["0", "5"]],
      ]),
    );
    expect(read.get("archive_lag_target")?.size).toBe(0);
  });
});

describe("A task", () => {
  it("is read from the reply that queues it, where its steps are null", () => {
    expect(
      taskFromWire({
        ...DAG,
        start_time: "0001-01-01T00:00:00Z",
        end_time: "0001-01-01T00:00:00Z",
        additional_data: null,
        nodes: null,
      }),
    ).toEqual({
      id: "14",
      number: 4,
      name: "Set obcluster backup config",
      state: "READY",
      operator: "RUN",
      stage: 1,
      maxStage: 2,
      endTime: "0001-01-01T00:00:00Z",
      nodes: [],
    });
  });

  it("has the log lines of all sub-tasks of a step in order, and the last line of each failed one", () => {
    const sub = (state: string, ...task_logs: string[]) => ({ state, task_logs });
    const nodes = [
      { name: "Check backup config", state: "SUCCEED", sub_tasks: [sub("SUCCEED", "a", "b"), sub("SUCCEED", "c")] },
      {
        name: "Set backup config",
        state: "FAILED",
        sub_tasks: [sub("FAILED", "d", "e"), { state: "FAILED", task_logs: null }, sub("FAILED"), sub("SUCCEED", "f")],
      },
      { name: "Never begun", state: "PENDING", sub_tasks: null },
    ];
    expect(taskFromWire({ ...DAG, nodes }).nodes).toEqual([
      { name: "Check backup config", state: "SUCCEED", logs: ["a", "b", "c"], failures: [] },
      { name: "Set backup config", state: "FAILED", logs: ["d", "e", "f"], failures: ["e"] },
      { name: "Never begun", state: "PENDING", logs: [], failures: [] },
    ]);
  });

  it("is one of a list without details", () => {
    expect(
      tasksFromWire({
        contents: [
          { ...DAG, nodes: null },
          { ...DAG, dag_id: 5, id: "15" },
        ],
      }).map(({ number }) => number),
    ).toEqual([4, 5]);
  });
});

describe("Running backups", () => {
  it("are those that have not ended, by status and by time", () => {
    const ended = "2026-01-01T00:00:00Z";
    const statuses = [
      { tenant_id: 1002, status: "DOING" },
      { tenant_id: 1004, status: "BACKUP_DATA", end_timestamp: "0001-01-01T00:00:00Z" },
      { tenant_id: 1006, status: "COMPLETED", end_timestamp: ended },
      { tenant_id: 1008, status: "FAILED", end_timestamp: ended },
      { tenant_id: 1010, status: "CANCELED" },
      { tenant_id: 1012, status: "DOING", end_timestamp: ended },
    ];
    expect(runningBackupsFromWire({ statuses })).toEqual([1002, 1004]);
    expect(runningBackupsFromWire({ statuses: null })).toEqual([]);
    expect(runningBackupsFromWire({})).toEqual([]);
  });
});

describe("An answer that is not as documented", () => {
  it.each<[string, () => unknown, string]>([
    [
      "a missing object",
      () => clusterInfoFromWire({}),
      "GET /api/v1/ob/info is not as documented: data.obcluster_info: ",
    ],
    ["a wrong type", () => clusterInfoFromWire({ obcluster_info: { id: "1", name: "c" } }), "data.obcluster_info.id: "],
    [
      "a wrong type in a list",
      () =>
        tenantsFromWire({
          contents: [
            { tenant_id: 1, tenant_name: "sys" },
            { tenant_id: "x", tenant_name: "t" },
          ],
        }),
      "data.contents[1].tenant_id: ",
    ],
    ["a missing field in a list", () => archiveRoundFromWire({ contents: [{}] }), "data.contents[0].status: "],
    ["a bare list", () => tenantsFromWire([]), "GET /api/v1/tenants/overview is not as documented: data"],
    ["text", () => taskFromWire("queued"), "GET /api/v1/task/dag is not as documented: data"],
    ["a task without a state", () => taskFromWire({ ...DAG, state: undefined }), "data.state: "],
    [
      "a log that is no list",
      () => taskFromWire({ ...DAG, nodes: [{ name: "n", state: "s", sub_tasks: [{ state: "s", task_logs: "x" }] }] }),
      "data.nodes[0].sub_tasks[0].task_logs: ",
    ],
    ["a destination of the wrong type", () => storageFromWire({ archive_base_uri: 7 }), "data.archive_base_uri: "],
    [
      "a parameter value of the wrong type",
      () => parametersFromWire({ contents: [{ name: "x", tenant_value: [{ tenant_id: 1, value: 0 }] }] }, []),
      "data.contents[0].tenant_value[0].value: ",
    ],
    [
      "a backup without a tenant",
      () => runningBackupsFromWire({ statuses: [{ status: "DOING" }] }),
      "data.statuses[0].tenant_id: ",
    ],
  ])("is refused by call and path: %s", (_name, read, text) => {
    const error = thrownBy(read);
    expect(error.kind).toBe("UnexpectedResponse");
    expect(error.message).toContain(text);
    expect(error.message).toContain("supported version");
  });
});
