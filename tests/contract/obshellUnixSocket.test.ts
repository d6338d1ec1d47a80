import { existsSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { startObshell } from "../emulators/obshell";
import { decryptText, type TestReply, type TestRequest } from "./support/obshellClient";
import { CLUSTER_CONFIG, type Envelope, ObshellFixture } from "./support/obshellFixture";
import { newSocketPath } from "./support/unixSocket";

const OVERVIEW = "/api/v1/tenants/overview";

describe("an agent's unix socket", () => {
  let obshell: ObshellFixture;
  let socketPath: string;

  beforeEach(async () => {
    socketPath = newSocketPath();
    obshell = await ObshellFixture.start({ unixSocket: socketPath });
  });

  afterEach(() => obshell.close());

  const local = (method: string, target: string, more: Partial<TestRequest> = {}): Promise<TestReply> =>
    obshell.client.plain(method, target, { socketPath, ...more });

  function outcome({ status, text }: TestReply): unknown[] {
    return [status, (JSON.parse(text) as Envelope).error?.errCode];
  }

  it.each<[string, string, string, Partial<TestRequest>, unknown[]]>([
    ["a read", "GET", OVERVIEW, {}, [200, undefined]],
    ["a change in plain JSON", "PATCH", CLUSTER_CONFIG, { body: '{"ha_low_thread_score":9}' }, [200, undefined]],
    ["a change without a body", "PATCH", CLUSTER_CONFIG, {}, [200, undefined]],
    [
      "a header nobody can read",
      "GET",
      OVERVIEW,
      { headers: { "X-OCS-Header": "!" } },
      [401, "Security.Authentication.Header.DecryptFailed"],
    ],
    ["a login without a header", "POST", "/api/v1/login", {}, [400, "Request.AESKey.NotFound"]],
    ["an SSO token without a header", "POST", "/api/v1/sso/token", {}, [400, "Request.AESKey.NotFound"]],
    ["an exchange without a header", "GET", "/api/v1/sso/exchange", {}, [401, "Security.SSO.Token.Missing"]],
    ["a path of the web UI", "GET", "/index.html", {}, [404, "Common.NotFound"]],
  ])("answers %s without asking for a password", async (_, method, target, more, expected) => {
    expect(outcome(await local(method, target, more))).toEqual(expected);
  });

  it("does not look at password, time and Uri of a header that it can read, and uses its keys", async () => {
    const keys = Buffer.alloc(32, 1);
    const header = { Auth: "wrong", Ts: "1", Uri: "/other" };
    const reply = await obshell.client.send({ method: "POST", target: "/api/v1/login", header, keys, socketPath });
    expect(decryptText((JSON.parse(reply.text) as { data: string }).data, keys)).toMatch(/^[0-9a-f]{64}$/);
  });

  it("turns away callers that are neither root nor the observer's owner, before anything else", async () => {
    obshell.emulator.change({ change: "localCallers", admitted: false });
    for (const [target, headers] of [
      [OVERVIEW, {}],
      ["/api/v1/time", { "X-OCS-Header": "!", "X-OBSHELL-Trace-ID": "mine", "Accept-Language": "zh" }],
      ["/elsewhere", {}],
    ] as const) {
      const reply = await local("GET", target, { headers });
      expect(JSON.parse(reply.text)).toMatchObject({
        status: 401,
        traceId: "",
        error: { errCode: "Security.User.PermissionDenied", message: "Permission denied" },
      });
      expect(reply.headers["content-type"]).toBe("application/json; charset=utf-8");
    }
    expect((await obshell.client.call("GET", OVERVIEW)).status).toBe(200);
  });

  it("leaves the port as it was", async () => {
    expect(outcome(await obshell.client.plain("GET", OVERVIEW))).toEqual([400, "Request.Header.NotFound"]);
  });

  it("shares journal and faults with the port", async () => {
    obshell.emulator.faults.add({ effect: { kind: "reply", when: "before", status: 502, body: "" } });
    expect((await local("GET", OVERVIEW)).status).toBe(502);
    expect(obshell.emulator.journal.operations()).toEqual([`GET ${OVERVIEW}`]);
  });

  it("is gone with the agent", async () => {
    expect(existsSync(socketPath)).toBe(true);
    await obshell.close();
    expect(existsSync(socketPath)).toBe(false);
  });

  it("must be free, or the agent does not start at all", async () => {
    const taken = newSocketPath();
    writeFileSync(taken, "");
    const { port } = obshell.emulator;
    await obshell.close();
    await expect(startObshell({ unixSocket: taken, port })).rejects.toThrow(
      `EADDRINUSE: address already in use ${taken}`,
    );
    await (await startObshell({ port })).close();
    await rm(taken);
  });
});
