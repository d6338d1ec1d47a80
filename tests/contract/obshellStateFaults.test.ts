import type { Change, ObshellFault } from "../emulators/obshell";
import { type Envelope, ObshellFixture } from "./support/obshellFixture";

const LOG = "/api/v1/obcluster/backup/log";
const INFO = "/api/v1/ob/info";

type StateFault = Omit<Extract<ObshellFault, { kind: "stateChange" }>, "kind">;

describe("something that happens just before a call", () => {
  let obshell: ObshellFixture;

  beforeEach(async () => {
    obshell = await ObshellFixture.start();
    await obshell.client.refreshKey();
  });

  afterEach(() => obshell.close());

  function inject(fault: StateFault): void {
    obshell.emulator.injectFault({ kind: "stateChange", ...fault });
  }

  function seen({ status, error, data }: Envelope): unknown {
    const info = data as { obcluster_info?: { id: number; name: string } } | undefined;
    return error ? [status, error.errCode] : [status, info?.obcluster_info?.name];
  }

  it.each<[string, Change, unknown]>([
    ["another key", { change: "rotateKey" }, [401, "Security.Authentication.Header.DecryptFailed"]],
    ["a clock that runs ahead", { change: "clockSkew", ms: 120_000 }, [401, "Security.Authentication.Expired"]],
    ["another cluster at this address", { change: "cluster", name: "other", id: 7 }, [200, "other"]],
    [
      "another password",
      { change: "password", password: "x" },
      [401, "Security.Authentication.IncorrectOceanbasePassword"],
    ],
    ["a database that goes down", { change: "database", state: "down" }, [500, "Agent.OceanBase.Useless"]],
  ])("can be %s, and lasts", async (_, change, expected) => {
    inject({ change, operation: "GET /api/v1/tenants/overview" });
    expect(seen(await obshell.send("GET", INFO))).toEqual([200, "obcluster"]);
    await obshell.client.call("GET", "/api/v1/tenants/overview");
    const target = change.change === "database" ? "/api/v1/tenants/overview" : INFO;
    expect(seen(await obshell.send("GET", target))).toEqual(expected);
  });

  it("meets the very call it waits for", async () => {
    inject({ change: { change: "identity", identity: "SCALING OUT" }, operation: "PATCH" });
    const patch = () => obshell.send("PATCH", LOG, { status: "doing" });
    expect(seen(await patch())).toEqual([400, "Agent.Identify.NotSupportOperation"]);
  });

  it("comes after as many calls as told, as often as told, and several at once", async () => {
    inject({ change: { change: "cluster", name: "second" }, operation: INFO, skip: 1 });
    inject({ change: { change: "cluster", id: 7 }, operation: INFO, skip: 1 });
    inject({ change: { change: "cluster", name: "again" }, operation: INFO, skip: 2, times: 2 });
    const found: unknown[] = [];
    for (let call = 0; call < 5; call += 1) {
      const { obcluster_info } = await obshell.get<{ obcluster_info: { id: number; name: string } }>(INFO);
      found.push(`${obcluster_info.name} ${obcluster_info.id}`);
      if (call >= 2) obshell.emulator.change({ change: "cluster", name: "back" });
    }
    expect(found).toEqual(["obcluster 1", "second 7", "again 7", "again 7", "back 7"]);
  });

  it("concerns the agent that is called", async () => {
    const other = await obshell.join({});
    try {
      const keys = [obshell.emulator.agent.key, other.emulator.agent.key];
      inject({ change: { change: "rotateKey" }, operation: "/secret" });
      await other.client.refreshKey();
      expect(obshell.emulator.agent.key).toBe(keys[0]);
      expect(other.emulator.agent.key).not.toBe(keys[1]);
    } finally {
      await other.close();
    }
  });

  it.each([
    [{}, "stateChange needs change"],
    [{ change: { change: "nothing" } }, 'unknown change "nothing"; known: '],
    [{ change: { change: "clockSkew" } }, "clockSkew needs ms"],
  ])("is refused as %j", async (fault, message) => {
    const reply = await obshell.control("POST", "/__faults", { kind: "stateChange", ...fault });
    expect(reply.status).toBe(400);
    expect((reply.body as { error: string }).error).toContain(message);
  });

  it("shows in the state without its password", async () => {
    inject({ change: { change: "password", password: "Planted_1" } });
    const { text } = await obshell.control("GET", "/__state");
    expect(text).toContain('"kind":"stateChange"');
    expect(text).not.toContain("Planted_1");
  });
});
