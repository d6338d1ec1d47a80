import type { AnyHandler } from "../../provider/core/lifecycle";
import { clusterBackupConfig } from "../../provider/oceanbase/clusterBackupConfig.handler";
import { joinObshell, type ObshellEmulator, startObshell } from "../emulators/obshell";
import { DESTINATION, type OceanbaseSubject, PASSWORD, startOceanbaseSubject } from "./support/oceanbase";
import { Stack } from "./support/stack";

let subject: OceanbaseSubject;
const others: ObshellEmulator[] = [];

const start = async (options: Parameters<typeof startOceanbaseSubject>[0] = {}): Promise<OceanbaseSubject> => {
  subject = await startOceanbaseSubject(options);
  return subject;
};

/** A cluster of its own, with the same name and id: nothing but its birth tells it apart. */
const startTwin = async (): Promise<ObshellEmulator> => {
  const twin = await startObshell({ clock: subject.clock, password: PASSWORD, tenants: [{ name: "t1", id: 1002 }] });
  twin.change({ change: "cluster", sysCreatedTime: Date.UTC(2020, 0, 1) });
  others.push(twin);
  return twin;
};

afterEach(async () => {
  await subject.emulator.close();
  for (const other of others.splice(0)) await other.close();
});

describe("Agents of one connection", () => {
  it("may be of one cluster: the second, with its own key, takes over in the middle of a run", async () => {
    const { stack, emulator } = await start();
    const second = await joinObshell(emulator, { keyBits: 512 });
    others.push(second);
    const connection = { endpoints: [emulator.url, second.url] };
    await stack.up({ connection, ...DESTINATION });
    emulator.faults.add({ operation: "GET /api/v1/task/dag/", times: 1e9, effect: { kind: "reset", when: "before" } });
    await stack.up({ connection, ...DESTINATION, binding: "optional" });
    expect(second.journal.operations().filter((name) => name.includes("/task/dag/1"))).not.toEqual([]);
    expect(stack.state?.outputs.lastTask).toMatchObject({ state: "SUCCEED" });
  });

  it("must be of one cluster: another one behind the second is refused before anything is sent to it", async () => {
    const { stack, emulator } = await start();
    const twin = await startTwin();
    emulator.faults.add({ operation: "config", times: 1e9, effect: { kind: "reset", when: "before" } });
    await expect(stack.up({ connection: { endpoints: [emulator.url, twin.url] }, ...DESTINATION })).rejects.toThrow(
      new RegExp(
        `the endpoints lead to two clusters: ${emulator.url} to obcluster \\(id 1, created 20\\d\\d.*, ${twin.url} to obcluster \\(id 1, created 2020.*\\[WrongTarget\\]`,
      ),
    );
    expect(twin.journal.operations().filter((name) => !name.startsWith("GET"))).toEqual([]);
  });

  it.each([
    ["the same name and id", {}],
    ["another id", { id: 2 }],
  ])(
    "must be of one cluster also when the first fails before it has told its own: one of %s is not half of a reading",
    async (_name, other) => {
      const { stack, emulator } = await start();
      const twin = await startTwin();
      twin.change({ change: "cluster", ...other });
      // The first tells its cluster, its parameters and its tasks, but never its tenants.
      emulator.faults.add({ operation: "overview", times: 1e9, effect: { kind: "reset", when: "before" } });
      await stack.up({ connection: { endpoints: [emulator.url, twin.url] }, ...DESTINATION });
      // All that the run has used is of the second one: that of the first did not come far enough to count.
      expect(emulator.journal.operations().filter((name) => /parameters|task/.test(name))).toEqual([]);
      expect(stack.state?.outputs.cluster).toMatchObject({
        id: twin.world.cluster.id,
        createdTime: expect.stringMatching(/^2020/),
      });
    },
  );

  it("are used when the database beside the first one is down", async () => {
    const { stack, emulator, archiving } = await start();
    const second = await joinObshell(emulator);
    others.push(second);
    emulator.change({ change: "agentDatabase", reachable: false });
    await stack.up({ connection: { endpoints: [emulator.url, second.url] }, ...DESTINATION });
    expect(Object.keys(archiving())).toEqual(["t1", "t2", "t3"]);
    expect(second.journal.operations()).toContain("POST /api/v1/obcluster/backup/config");
    expect(emulator.journal.operations()).toEqual(["GET /api/v1/secret", "GET /api/v1/ob/info"]);
  });

  describe("are used when the database beside the first one goes down in the middle of a run", () => {
    const reply = (status: number, answer: object) =>
      ({ kind: "reply", when: "before", status, body: JSON.stringify(answer) }) as const;

    it("for reads: what it then answers from local data alone is not believed", async () => {
      const { stack, emulator } = await start();
      const second = await joinObshell(emulator);
      others.push(second);
      const ofNoCluster = { successful: true, data: { agent_info: [], obcluster_info: { id: 0, name: "" } } };
      emulator.faults.add({ operation: "ob/info", skip: 1, times: 1e9, effect: reply(200, ofNoCluster) });
      await stack.up({ connection: { endpoints: [emulator.url, second.url] }, ...DESTINATION });
      expect(emulator.journal.operations()).toEqual([
        "GET /api/v1/secret",
        "GET /api/v1/ob/info",
        "GET /api/v1/tenants/overview",
        "GET /api/v1/ob/info",
      ]);
    });

    it.each(["Agent.OceanBase.NotHold", "Agent.OceanBase.Useless", "OB.Server.Process.NotExist"])(
      "for a write that it refuses with %s: it was not executed",
      async (errCode) => {
        const { stack, emulator } = await start();
        const second = await joinObshell(emulator);
        others.push(second);
        const refused = { successful: false, error: { errCode, message: "x" } };
        emulator.faults.add({ operation: "obcluster/backup/config", times: 1e9, effect: reply(500, refused) });
        await stack.up({ connection: { endpoints: [emulator.url, second.url] }, ...DESTINATION });
        expect(second.journal.operations()).toContain("POST /api/v1/obcluster/backup/config");
        expect(stack.state?.outputs.lastTask).toMatchObject({ state: "SUCCEED" });
      },
    );
  });

  it("of an explicit provider must be of the recorded cluster also after they were edited", async () => {
    const { emulator, clock } = await start();
    const twin = await startTwin();
    const configuration: Record<string, unknown> = {
      "oceanbase:explicitProvider": "true",
      "oceanbase:endpoints": [emulator.url],
      "oceanbase:password": PASSWORD,
    };
    const handler = clusterBackupConfig as unknown as AnyHandler;
    const stack = new Stack({ handler, type: "ClusterBackupConfig", clock, configuration });
    await stack.up({ haLowThreadScore: 1 });
    configuration["oceanbase:endpoints"] = [twin.url];
    await expect(stack.up({ haLowThreadScore: 2 })).rejects.toThrow("WrongTarget");
    await expect(stack.refresh()).rejects.toThrow("WrongTarget");
    expect(twin.journal.operations().filter((name) => !name.startsWith("GET"))).toEqual([]);
    expect(stack.state?.outputs.haLowThreadScore).toBe(1);
  });

  it.each([{ keyBits: 512 as const }, { profile: "4.2.4" }])(
    "are never asked for /info, so that %j needs no answer of its own",
    async (options) => {
      const { stack, program, emulator } = await start(options);
      await stack.up(program({ haLowThreadScore: 1 }));
      expect(emulator.agent.key.bits).toBe(512);
      expect(emulator.journal.operations()).not.toContain("GET /api/v1/info");
    },
  );

  it("are not asked what they belong to as long as the first one answers", async () => {
    const { stack, emulator } = await start();
    const twin = await startTwin();
    await stack.up({ connection: { endpoints: [emulator.url, twin.url] }, ...DESTINATION });
    expect(twin.journal.operations()).toEqual([]);
  });

  it("are not stood in for by one that has no database and cannot say where it belongs", async () => {
    const { stack, emulator } = await start();
    const twin = await startTwin();
    twin.change({ change: "database", state: "down" });
    emulator.faults.add({ operation: "config/storage", times: 1e9, effect: { kind: "reset", when: "before" } });
    await expect(stack.up({ connection: { endpoints: [emulator.url, twin.url] }, ...DESTINATION })).rejects.toThrow(
      /Unavailable/,
    );
  });
});

describe("A clock that is off", () => {
  it.each([
    ["ahead of", 10 * 60_000],
    ["behind", -10 * 60_000],
  ])("is no obstacle when the agent's is %s ours, and is spoken of once", async (direction, clockSkewMs) => {
    const { stack, program, emulator } = await start({ clockSkewMs });
    await stack.up(program(DESTINATION));
    // Behind, nothing ever looks expired: obshell sets no upper bound.
    const said = stack.log.filter((line) => line.includes("the clock of"));
    expect(said).toEqual(
      direction === "behind"
        ? []
        : [expect.stringContaining(`the clock of ${emulator.url} is 10m 0s ahead of this machine's`)],
    );
    expect(emulator.journal.operations().filter((name) => name === "GET /api/v1/time")).toHaveLength(said.length);
  });
});
