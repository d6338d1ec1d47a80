import { createServer } from "node:net";
import { realClock } from "../emulators/common/clock";
import type { ObshellEmulator } from "../emulators/obshell";
import { obshellOptionsFromArgs } from "../emulators/obshell/args";
import { startObshellCluster } from "../emulators/obshell/cluster";
import { ObshellTestClient } from "./support/obshellClient";
import { CLUSTER_CONFIG, type DagView, type Envelope } from "./support/obshellFixture";
import { newSocketPath } from "./support/unixSocket";

const FLAGS = ["--password", "PW", "--tenants", "t1:1002", "--tick-ms", "10"];

describe("several agents of one cluster from the command line", () => {
  let agents: readonly ObshellEmulator[] = [];

  afterEach(() => Promise.all(agents.map((agent) => agent.close())));

  async function start(...flags: string[]): Promise<ObshellTestClient[]> {
    agents = await startObshellCluster(obshellOptionsFromArgs([...FLAGS, ...flags]));
    return agents.map(({ url }) => new ObshellTestClient(url, realClock, "PW"));
  }

  it("have ports and keys of their own, and one cluster", async () => {
    const clients = await start("--port", "0", "--agents", "3", "--key-bits", "512");
    expect(new Set(agents.map(({ port }) => port)).size).toBe(3);
    expect(new Set(await Promise.all(clients.map((client) => client.refreshKey()))).size).toBe(3);
    const infos = await Promise.all(
      clients.map((client) => client.json<Envelope<{ agent_info: { port: number }[] }>>("GET", "/api/v1/ob/info")),
    );
    for (const info of infos)
      expect(info.data?.agent_info.map(({ port }) => port)).toEqual(agents.map(({ port }) => port));
    expect(agents.map(({ agent }) => agent.key.bits)).toEqual([512, 512, 512]);
  });

  it("share tenants and tasks", async () => {
    const [one, , three] = await start("--port", "0", "--agents", "3");
    const { data } = (await one?.json<Envelope<DagView>>("PATCH", CLUSTER_CONFIG, { ha_low_thread_score: 9 })) ?? {};
    const seen = await three?.json<Envelope<DagView>>("GET", `/api/v1/task/dag/${data?.id}`);
    expect(seen?.data?.nodes[0]?.sub_tasks.map(({ execute_agent }) => execute_agent.port)).toEqual(
      agents.map(({ port }) => port),
    );
  });

  it("listen on ports that follow each other", async () => {
    const port = await freePorts(2);
    await start("--port", String(port), "--agents", "2");
    expect(agents.map((agent) => agent.port)).toEqual([port, port + 1]);
  });

  it("give the unix socket to the first", async () => {
    const socketPath = newSocketPath();
    const [one] = await start("--port", "0", "--agents", "2", "--unix-socket", socketPath);
    expect((await one?.plain("GET", "/api/v1/tenants/overview", { socketPath }))?.status).toBe(200);
    expect(agents.map(({ journal }) => journal.calls.length)).toEqual([1, 0]);
  });

  it("start all or none", async () => {
    const port = await freePorts(2);
    const inTheWay = createServer().listen(port + 1, "127.0.0.1");
    await expect(start("--port", String(port), "--agents", "2")).rejects.toThrow("EADDRINUSE");
    await new Promise((resolve) => inTheWay.close(resolve));
    await start("--port", String(port), "--agents", "2");
  });

  it("are one if nothing is said", async () => {
    await start("--port", "0");
    expect(agents).toHaveLength(1);
  });
});

/** The first of so many free ports in a row. */
async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const servers = Array.from({ length: count }, (_, index) => createServer().listen(first + index, "127.0.0.1"));
    const outcomes = await Promise.all(
      servers.map(
        (server) =>
          new Promise<boolean>((resolve) => {
            server.once("listening", () => resolve(true));
            server.once("error", () => resolve(false));
          }),
      ),
    );
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    if (!outcomes.includes(false)) return first;
  }
}
