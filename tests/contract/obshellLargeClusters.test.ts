import { CLUSTER_CONFIG, type DagView, ObshellFixture } from "./support/obshellFixture";

interface Listed extends DagView {
  readonly dag_id: number;
  readonly start_time: string;
}

const DAGS = "/api/v1/task/dags/ob";

describe("an obshell cluster with tasks of the past", () => {
  let obshell: ObshellFixture;

  afterEach(() => obshell?.close());

  it("lists ten thousand of them, and counts on from there", async () => {
    obshell = await ObshellFixture.start({ oldTasks: 10_000 });
    const { contents } = await obshell.get<{ contents: Listed[] }>(`${DAGS}?show_details=false`);
    expect(contents).toHaveLength(10_000);
    expect(contents.map(({ dag_id }) => dag_id)).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 1));
    expect([...new Set(contents.map(({ name }) => name))].sort()).toEqual([
      "Obcluster start full backup",
      "Obcluster start full backup for t1",
      "Obcluster start full backup for t2",
      "Set obcluster backup config",
      "Set obcluster backup config for t1",
      "Set obcluster backup config for t2",
    ]);
    expect(new Set(contents.map(({ state }) => state))).toEqual(new Set(["SUCCEED", "FAILED"]));
    expect(contents.every(({ nodes }) => nodes === null)).toBe(true);
    const times = contents.map(({ start_time }) => Date.parse(start_time));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(obshell.clock.now());

    const id = await obshell.queue(CLUSTER_CONFIG, { ha_low_thread_score: 1 });
    expect(id).toBe("110001");
    const dag = await obshell.finished(id);
    expect(dag.state).toBe("SUCCEED");
    expect((await obshell.get<{ contents: Listed[] }>(`${DAGS}?show_details=0`)).contents.at(-1)?.id).toBe(id);
  });

  it("shows each of them in the same detail as any other, in numbers without gaps", async () => {
    obshell = await ObshellFixture.start({ oldTasks: 30 });
    const { contents } = await obshell.get<{ contents: Listed[] }>(DAGS);
    const nodes = contents.flatMap((dag) => dag.nodes as unknown as { node_id: number; sub_tasks: { id: string }[] }[]);
    expect(nodes.map(({ node_id }) => node_id)).toEqual(nodes.map((_, index) => index + 1));
    for (const [index, dag] of contents.entries()) expect(await obshell.dag(dag.id)).toEqual(contents[index]);
    const last = nodes.at(-1);
    expect(await obshell.get(`/api/v1/task/node/1${last?.node_id}`)).toEqual(last);
    expect(await obshell.get(`/api/v1/task/sub_task/${last?.sub_tasks[0]?.id}`)).toEqual(last?.sub_tasks[0]);
    const { contents: logs } = await obshell.get<{ contents: { id: number }[] }>(
      `/api/v1/task/sub_task/${last?.sub_tasks[0]?.id}/logs`,
    );
    const id = await obshell.queue(CLUSTER_CONFIG, { ha_low_thread_score: 1 });
    const next = await obshell.finished(id);
    const [first] = next.nodes as unknown as { node_id: number; sub_tasks: { id: string }[] }[];
    expect(first?.node_id).toBe(nodes.length + 1);
    const newLogs = await obshell.get<{ contents: { id: number }[] }>(
      `/api/v1/task/sub_task/${first?.sub_tasks[0]?.id}/logs`,
    );
    expect(newLogs.contents[0]?.id).toBe((logs.at(-1)?.id ?? 0) + 1);
  });

  it("has none of them in the list of unfinished tasks, and can retry one that failed", async () => {
    obshell = await ObshellFixture.start({ oldTasks: 30 });
    expect(await obshell.get("/api/v1/task/dag/ob/unfinish")).toEqual({ contents: [] });
    expect(await obshell.get("/api/v1/task/dag/maintain/ob")).toMatchObject({ state: "SUCCEED", maintenance_type: 3 });
    const { contents } = await obshell.get<{ contents: Listed[] }>(DAGS);
    const failed = contents.find(({ state }) => state === "FAILED");
    const fine = contents.find(({ state }) => state === "SUCCEED");
    expect((await obshell.operate(fine?.id ?? "", "retry")).status).toBe(400);
    expect((await obshell.operate(failed?.id ?? "", "retry")).status).toBe(200);
    expect((await obshell.finished(failed?.id ?? "")).state).toBe("SUCCEED");
    expect(obshell.tenant("t1").parameters.ha_low_thread_score).toBe("3");
    expect((await obshell.get<{ contents: Listed[] }>(DAGS)).contents.map(({ dag_id }) => dag_id)).toEqual(
      contents.map(({ dag_id }) => dag_id),
    );
  });

  it("keeps to the cluster where there are no tenants", async () => {
    obshell = await ObshellFixture.start({ oldTasks: 12, tenants: [] });
    const { contents } = await obshell.get<{ contents: Listed[] }>(DAGS);
    expect(new Set(contents.map(({ name }) => name))).toEqual(
      new Set(["Set obcluster backup config", "Obcluster start full backup"]),
    );
  });
});

describe("an obshell cluster of a hundred tenants", () => {
  it("is configured, asked and read", async () => {
    const tenants = Array.from({ length: 100 }, (_, index) => ({
      name: `tenant${index}`,
      id: 1002 + 2 * index,
      archiveStatus: "DOING" as const,
      archiveUri: "file:///old",
    }));
    const obshell = await ObshellFixture.start({ tenants });
    try {
      const dag = await obshell.configure(CLUSTER_CONFIG, {
        backup_base_uri: "file:///data/backup",
        log_archive_concurrency: 4,
        delete_policy: { policy: "default", recovery_window: "7d" },
      });
      expect(dag.state).toBe("SUCCEED");
      for (const { name } of tenants) {
        const reply = await obshell.send("GET", `/api/v1/tenant/${name}/backup/config/storage`);
        expect(reply).toMatchObject({ status: 200 });
      }
      const overview = await obshell.get<{ contents: unknown[] }>("/api/v1/tenants/overview");
      expect(overview.contents).toHaveLength(101);
      await obshell.get("/api/v1/obcluster/parameters");
      expect((await obshell.control("GET", "/__state")).status).toBe(200);
    } finally {
      await obshell.close();
    }
  });
});
