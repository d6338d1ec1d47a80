import {
  CLUSTER_CONFIG,
  CLUSTER_LOG,
  type DagView,
  type Envelope,
  ObshellFixture,
  PASSWORD,
  tenantConfig,
} from "./support/obshellFixture";

interface Info {
  readonly version: string;
  readonly supportedAuth?: readonly string[];
  readonly security?: boolean;
}

const BACKUP_READS = ["config/storage", "info", "tasks", "log/tasks"].map((path) => `/api/v1/tenant/t1/backup/${path}`);

let obshell: ObshellFixture;

afterEach(() => obshell.close());

async function start(profile: string): Promise<void> {
  obshell = await ObshellFixture.start({ profile });
}

/** Status, number, dotted code and text of a refusal. */
async function refusal(method: string, target: string, body?: unknown): Promise<unknown[]> {
  const { status, error } = await obshell.send(method, target, body);
  return [status, error?.code, error?.errCode, error?.message];
}

async function statuses(targets: readonly string[]): Promise<number[]> {
  const found: number[] = [];
  for (const target of targets) found.push((await obshell.client.call("GET", target)).status);
  return found;
}

describe("a request without a body", () => {
  const EOF = [400, 1001, undefined, "Illegal argument: EOF"];
  const OK = [200, undefined, undefined, undefined];

  it.each([
    ["4.2.4", "PATCH", CLUSTER_CONFIG, EOF],
    ["4.2.4", "PATCH", tenantConfig("t1"), EOF],
    ["4.2.4", "PATCH", CLUSTER_LOG, EOF],
    ["4.2.4", "PATCH", "/api/v1/obcluster/backup", EOF],
    ["4.3.1", "PATCH", CLUSTER_CONFIG, OK],
    ["4.3.1", "PATCH", CLUSTER_LOG, OK],
    ["4.5", "PATCH", "/api/v1/obcluster/backup", OK],
  ])("ends in %s as it does there: %s %s", async (profile, method, target, expected) => {
    await start(profile);
    expect(await refusal(method, target)).toEqual(expected);
    const bare = { method, target, header: { Keys: undefined } };
    expect((await obshell.client.send(bare)).status).toBe(expected[0]);
  });
});

describe("obshell 4.3.2", () => {
  beforeEach(() => start("4.3.2"));

  it("has a short key, no release suffix and no login sessions", async () => {
    expect(await obshell.get<Info>("/api/v1/info")).toMatchObject({ version: "4.3.2.0", supportedAuth: ["v2"] });
    expect((await obshell.client.refreshKey()).length).toBe(100);
    for (const [method, path] of [
      ["POST", "login"],
      ["POST", "sso/token"],
      ["GET", "sso/exchange"],
    ] as const) {
      expect(await refusal(method, `/api/v1/${path}`)).toEqual([
        404,
        undefined,
        "Common.NotFound",
        "Element not found: 404 not found",
      ]);
    }
  });

  it("has all read routes and suspends archiving", async () => {
    expect(await statuses(BACKUP_READS)).toEqual([200, 200, 200, 200]);
    expect(await obshell.send("PATCH", CLUSTER_LOG, { status: "suspend" })).toMatchObject({ status: 200 });
  });
});

describe("obshell 4.3.1", () => {
  beforeEach(() => start("4.3.1"));

  it("cannot read a tenant's backup, but parameters and tasks of the cluster", async () => {
    expect(await obshell.get<Info>("/api/v1/info")).toMatchObject({ version: "4.3.1.0", supportedAuth: ["v2"] });
    expect(await statuses(BACKUP_READS)).toEqual([404, 404, 404, 404]);
    expect(await refusal("GET", "/api/v1/tenant/t1/backup/log/tasks")).toEqual([
      404,
      undefined,
      "Common.NotFound",
      "Element not found: 404 not found",
    ]);
    expect(await statuses(["/api/v1/obcluster/parameters", "/api/v1/task/dags/ob"])).toEqual([200, 200]);
    expect((await obshell.client.refreshKey()).length).toBe(100);
  });

  it("does not know SUSPEND", async () => {
    expect(await refusal("PATCH", CLUSTER_LOG, { status: "suspend" })).toEqual([
      400,
      undefined,
      "OB.Backup.ArchiveLogStatus.Invalid",
      "Invalid archive log status: 'SUSPEND', must be 'STOP' or 'DOING'",
    ]);
    expect(obshell.statements()).toEqual([]);
  });
});

describe("obshell 4.2.4", () => {
  beforeEach(() => start("4.2.4"));

  it("does not say which authentication it supports, and nothing of an agent password", async () => {
    const info = await obshell.get<Info>("/api/v1/info");
    expect(info.version).toBe("4.2.4.0");
    expect(info).not.toHaveProperty("supportedAuth");
    expect(info).not.toHaveProperty("security");
    expect((await obshell.client.refreshKey()).length).toBe(100);
    const reply = await obshell.client.send({
      method: "GET",
      target: "/api/v1/tenants/overview",
      headerName: "X-OCS-Agent-Header",
    });
    expect(JSON.parse(reply.text)).toMatchObject({ status: 401, error: { code: 10008 } });
    await expect(ObshellFixture.start({ profile: "4.2.4", agentPassword: "AP" })).rejects.toThrow(
      "obshell 4.2.4 has no agent password",
    );
  });

  it("has the routes it came with", async () => {
    const present = [
      "/api/v1/tenants/overview",
      "/api/v1/tenant/t1/parameters",
      "/api/v1/ob/info",
      "/api/v1/task/dag/unfinish",
      "/api/v1/task/dag/ob/unfinish",
    ];
    expect(await statuses(present)).toEqual([200, 200, 200, 200, 200]);
    expect(
      await obshell.send("PUT", "/api/v1/tenant/t1/parameters", { parameters: { ha_low_thread_score: 7 } }),
    ).toMatchObject({ status: 200 });
  });

  it.each([
    ...BACKUP_READS,
    "/api/v1/obcluster/parameters",
    "/api/v1/task/dags/ob",
    "/api/v1/task/dags/agent",
    "/somewhere/else",
  ])("does not have %s", async (target) => {
    const reply = await obshell.client.call("GET", target);
    const envelope = JSON.parse(reply.text) as Envelope;
    expect(reply.status).toBe(404);
    expect(envelope).not.toHaveProperty("data");
    expect(envelope.error).toEqual({ code: 1003, message: "Element not found: 404 not found" });
  });

  it.each<[string, string, string, unknown, number, number, string]>([
    ["no address", "POST", CLUSTER_CONFIG, {}, 400, 1001, "Illegal argument: backup_base_uri cannot be empty"],
    [
      "binding without address",
      "PATCH",
      CLUSTER_CONFIG,
      { binding: "optional" },
      400,
      1001,
      "Illegal argument: If binding is set, backup_base_uri must be set",
    ],
    [
      "a value out of range",
      "PATCH",
      CLUSTER_CONFIG,
      { log_archive_concurrency: 101 },
      400,
      1001,
      "Illegal argument: log_archive_concurrency must be between 0 and 100",
    ],
    [
      "SUSPEND",
      "PATCH",
      CLUSTER_LOG,
      { status: "suspend" },
      400,
      1001,
      "Illegal argument: invalid archive log status: SUSPEND, must be STOP or DOING",
    ],
    ["an unknown tenant", "PATCH", tenantConfig("nobody"), {}, 400, 1001, "Illegal argument: tenant nobody not found"],
    ["an unknown task", "GET", "/api/v1/task/dag/1999", undefined, 404, 2300, "Task not found: record not found"],
    [
      "no backup yet",
      "GET",
      "/api/v1/obcluster/backup/overview",
      undefined,
      404,
      2300,
      "Task not found: no backup task found",
    ],
  ])("tells %s by number", async (_, method, target, body, status, code, message) => {
    expect(await refusal(method, target, body)).toEqual([status, code, undefined, message]);
  });

  it("tells a cluster without tenants, another identity and a database that refuses by number", async () => {
    obshell.emulator.injectFault({
      kind: "databaseRefusal",
      statement: "QUERY_TENANTS",
      error: "Error 1235 (HY000): x",
    });
    const send = (): Promise<unknown[]> => refusal("PATCH", CLUSTER_CONFIG, { ha_low_thread_score: 1 });
    expect(await send()).toEqual([500, 1002, undefined, "Unexpected error: Error 1235 (HY000): x"]);
    for (const name of ["t1", "t2"]) obshell.emulator.change({ change: "dropTenant", name });
    expect(await send()).toEqual([500, 1010, undefined, "Known error: no user tenants"]);
    obshell.emulator.change({ change: "identity", identity: "SCALING OUT" });
    expect(await send()).toEqual([500, 1010, undefined, "Known error: agent identity is 'SCALING OUT', cannot backup"]);
  });

  it("answers 401 to everything that is wrong with header or body", async () => {
    const status = async (more: object): Promise<unknown> => {
      const reply = await obshell.client.send({ method: "PATCH", target: CLUSTER_CONFIG, body: "{}", ...more });
      const { error } = JSON.parse(reply.text) as Envelope;
      return [reply.status, error?.code, error?.errCode];
    };
    expect(await status({ unauthenticated: true })).toEqual([401, 10008, undefined]);
    expect(await status({ header: { Uri: "/api/v1/other" } })).toEqual([401, 10008, undefined]);
    expect(await status({ header: { Auth: "wrong" } })).toEqual([401, 10008, undefined]);
    expect(await status({ header: { Ts: "1" } })).toEqual([401, 10008, undefined]);
    expect(await status({ header: { Keys: "" } })).toEqual([401, 10008, undefined]);
    expect(await status({ headerValue: "AAAA" })).toEqual([401, 1, undefined]);
    expect(await refusal("GET", "/api/v1/tenants/overview")).toEqual([200, undefined, undefined, undefined]);
    expect(obshell.client.password).toBe(PASSWORD);
  });

  it("shows no maintenance in its tasks", async () => {
    const reply = await obshell.send("PATCH", CLUSTER_CONFIG, {});
    expect(reply).toMatchObject({ status: 200, data: { name: "Set obcluster backup config" } });
    expect(reply.data).not.toHaveProperty("maintenance_type");
    const dag = await obshell.finished((reply.data as DagView).id);
    expect(dag).toMatchObject({ state: "SUCCEED" });
    expect(dag).not.toHaveProperty("maintenance_key");
  });

  it("writes the reason of a failed task without a code", async () => {
    obshell.emulator.injectFault({ kind: "writeProbe", error: "no space" });
    const dag = await obshell.configure(CLUSTER_CONFIG, { backup_base_uri: "file:///data/backup" });
    expect(dag.state).toBe("FAILED");
    expect(dag.nodes[0]?.sub_tasks[0]?.task_logs?.at(-1)).toBe(
      "ERROR: check archive path: check write permission: no space",
    );
  });
});
