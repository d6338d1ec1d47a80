import {
  type Backup,
  checkpointFromWire,
  clusterFromWire,
  destinationsFromWire,
  listedRoundFromWire,
  newestBackupFromWire,
  overviewBackupFromWire,
  userTenantsFromWire,
} from "../../../../provider/oceanbase/statusWire";
import { thrownBy } from "../../support/failures";

describe("The cluster of a lookup", () => {
  it.each<[object, object]>([
    [
      { id: 1, name: "c", version: "4.3.5.2", topology: {} },
      { id: 1, name: "c", obVersion: "4.3.5.2" },
    ],
    [
      { id: 0, name: "", version: "" },
      { id: 0, name: "" },
    ],
    [
      { id: 7, name: "c" },
      { id: 7, name: "c" },
    ],
  ])("%j is %j", (obcluster_info, cluster) => {
    expect(clusterFromWire({ agent_info: null, obcluster_info })).toEqual(cluster);
  });
});

describe("The tenants of a lookup", () => {
  it("are all but sys, by name, with what is told about them", () => {
    const contents = [
      {
        tenant_id: 1004,
        tenant_name: "b",
        status: "RESTORE",
        mode: "ORACLE",
        created_time: "2026-01-05T10:05:00+08:00",
      },
      { tenant_id: 1, tenant_name: "sys", status: "NORMAL" },
      { tenant_id: 1002, tenant_name: "a", status: "", created_time: "0001-01-01T00:00:00Z" },
    ];
    expect(userTenantsFromWire({ contents })).toEqual([
      { id: 1002, name: "a" },
      { id: 1004, name: "b", status: "RESTORE", mode: "ORACLE", createdTime: "2026-01-05T10:05:00+08:00" },
    ]);
  });

  it.each([[{ contents: [] }], [{ contents: null }], [{}]])("are none in %j", (data) => {
    expect(userTenantsFromWire(data)).toEqual([]);
  });
});

describe("A listed round", () => {
  const at = "2026-11-22T19:47:39.597045+08:00";
  const row = (status: string, changes: object = {}): object => ({
    tenant_id: 1002,
    tenant_name: "",
    round_id: 2,
    status,
    path: "file:///data/backup/1/1002/clog",
    delay: 3.4029,
    checkpoint: at,
    start_time: at,
    ...changes,
  });

  // As recorded: a round that has just begun is "late" by most of a year.
  it.each<[string, unknown[] | null, object | undefined]>([
    ["DOING", [row("DOING")], { archiving: "running", delaySeconds: 3.4029, checkpoint: at }],
    ["without a delay", [row("DOING", { delay: undefined })], { archiving: "running", checkpoint: at }],
    [
      "without a checkpoint",
      [row("DOING", { checkpoint: "0001-01-01T00:00:00Z" })],
      { archiving: "running", delaySeconds: 3.4029 },
    ],
    ["BEGINNING", [row("BEGINNING", { delay: 28122397.9999 })], { archiving: "starting" }],
    ["PREPARE", [row("PREPARE")], { archiving: "starting" }],
    ["SUSPEND", [row("SUSPEND")], { archiving: "suspended", delaySeconds: 3.4029, checkpoint: at }],
    ["STOPPING", [row("STOPPING")], { archiving: "stopping", delaySeconds: 3.4029, checkpoint: at }],
    ["of a word that we do not know", [row("FROZEN")], { archiving: "unknown", delaySeconds: 3.4029, checkpoint: at }],
    [
      "the newest of several",
      [row("STOPPING", { round_id: 9 }), row("BEGINNING", { round_id: 10 })],
      { archiving: "starting" },
    ],
    [
      "the newest of several, in any order",
      [row("BEGINNING", { round_id: 10 }), row("STOPPING", { round_id: 9 })],
      { archiving: "starting" },
    ],
    ["none", [], undefined],
    ["none, as null", null, undefined],
  ])("%s", (_name, contents, round) => {
    expect(listedRoundFromWire({ contents })).toEqual(round);
  });
});

describe("The checkpoint of the newest round", () => {
  it.each<[object, string | undefined]>([
    [{ tenant_id: 1002 }, undefined],
    [{ tenant_id: 1002, lastest_archive_log_checkpoint: "2026-11-22T19:45:51+08:00" }, "2026-11-22T19:45:51+08:00"],
    [{ lastest_archive_log_checkpoint: "0001-01-01T00:00:00Z" }, undefined],
    [{ lastest_archive_log_checkpoint: null }, undefined],
    [{ latest_archive_log_checkpoint: "2026-11-22T19:45:51+08:00" }, undefined],
  ])("of %j is %j", (data, checkpoint) => {
    expect(checkpointFromWire(data)).toBe(checkpoint);
  });
});

describe("The destinations of a lookup", () => {
  it.each<[unknown, object | undefined]>([
    [
      { tenant_id: 1, archive_base_uri: "file:///a", data_base_uri: "file:///d" },
      { archiveUri: "file:///a", dataUri: "file:///d" },
    ],
    [{ archive_base_uri: "", data_base_uri: "" }, {}],
    [{ archive_base_uri: null, data_base_uri: "file:///d" }, { dataUri: "file:///d" }],
    // Kept back, which is not the same as not set.
    [null, undefined],
    [undefined, undefined],
  ])("%j are %j", (data, found) => {
    expect(destinationsFromWire(data)).toEqual(found);
  });
});

describe("The last backup", () => {
  const wire = {
    tenant_id: 1002,
    job_id: 9_223_372_036_854_775_807n.toString(),
    backup_set_id: 6,
    plus_archivelog: "OFF",
    backup_type: "FULL",
    start_timestamp: "2026-11-22T19:45:53.908205+08:00",
    end_timestamp: "2026-11-22T19:45:59.911459+08:00",
    status: "COMPLETED",
    result: 0,
    comment: "",
    path: "file:///data/backup/1/1002/data",
  };
  const backup: Backup = {
    status: "COMPLETED",
    type: "FULL",
    startedAt: "2026-11-22T19:45:53.908205+08:00",
    endedAt: "2026-11-22T19:45:59.911459+08:00",
    path: "file:///data/backup/1/1002/data",
  };

  it("is the first of the list, without ids, which JSON has rounded", () => {
    expect(newestBackupFromWire({ contents: [wire, { ...wire, status: "FAILED" }], page: {} })).toEqual(backup);
  });

  it.each([[{ contents: [] }], [{ contents: null }]])("is none in %j", (data) => {
    expect(newestBackupFromWire(data)).toBeUndefined();
  });

  it.each([[undefined], [null], [""], ["0001-01-01T00:00:00Z"]])("is running when its end is %j", (end_timestamp) => {
    const job = newestBackupFromWire({ contents: [{ ...wire, status: "DOING", end_timestamp }] });
    expect(job).toEqual({ ...backup, status: "DOING", endedAt: undefined });
  });

  it("has no type in an overview", () => {
    const { backup_type: _, ...row } = wire;
    expect(overviewBackupFromWire({ status: { ...row, start_scn: 1767225600000000123n.toString() } })).toEqual({
      ...backup,
      type: undefined,
    });
  });

  it.each([
    ["oss://b/p?host=h&access_id=ID&access_key=KEY", "oss://b/p?host=h"],
    ["oss://b/p?access_id=ID&access_key=KEY", "oss://b/p"],
    // The rest of a key that has an ampersand in it looks like a parameter of its own.
    ["oss://b/p?host=h&access_key=K&EY=1&delete_mode=delete", "oss://b/p?host=h&delete_mode=delete"],
    ["cos://b/p?host=h&appid=1&ACCESS_KEY=KEY", "cos://b/p?host=h&appid=1"],
    ["s3://b/p?host=h&s3_region=r&encrypt_key=KEY&session_token=T", "s3://b/p?host=h&s3_region=r"],
    ["file:///data/access_key", "file:///data/access_key"],
  ])("is at %s without its keys", (path, shown) => {
    expect(newestBackupFromWire({ contents: [{ ...wire, path }] })?.path).toBe(shown);
    expect(destinationsFromWire({ archive_base_uri: path, data_base_uri: path })).toEqual({
      archiveUri: shown,
      dataUri: shown,
    });
  });
});

it.each<[string, () => unknown, string]>([
  [
    "rounds",
    () => listedRoundFromWire({ contents: [{ round_id: 1 }] }),
    "GET backup/log/tasks is not as documented: data.contents[0].status",
  ],
  [
    "tenants",
    () => userTenantsFromWire({ contents: {} }),
    "GET /api/v1/tenants/overview is not as documented: data.contents",
  ],
  [
    "a backup",
    () => newestBackupFromWire({ contents: [{ status: "DOING" }] }),
    "GET backup/tasks is not as documented: data.contents[0].start_timestamp",
  ],
  ["an overview", () => overviewBackupFromWire({}), "GET backup/overview is not as documented: data.status"],
])("An answer about %s of another shape is an error that says where", (_name, read, message) => {
  const error = thrownBy(read);
  expect(error.kind).toBe("UnexpectedResponse");
  expect(error.message).toContain(message);
});
