import { generateKeyPairSync } from "node:crypto";
import { type ErrorKind, ProviderError } from "../../../../provider/core/errors";
import type { HttpResponse } from "../../../../provider/core/transport";
import { createClient } from "../../../../provider/oceanbase/client";
import { CannedTransport } from "../../support/cannedTransport";
import { testContext } from "../../support/context";
import { rejectionOf } from "../../support/failures";

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
const ANNOUNCED = publicKey.export({ type: "pkcs1", format: "der" }).toString("base64");

type Answer = Partial<HttpResponse> | Error;

const envelope = (data: unknown): Partial<HttpResponse> => ({
  body: JSON.stringify({ successful: true, status: 200, traceId: "877f", data }),
});

const KEY = envelope({ public_key: ANNOUNCED });
const OK = envelope({ id: "14" });

const refusal = (status: number, errCode: string | undefined, code?: number): Partial<HttpResponse> => ({
  status,
  body: JSON.stringify({
    successful: false,
    status,
    traceId: "877f",
    error: { errCode, code, message: "The agent's text." },
  }),
});

const REFUSED = new ProviderError({ kind: "Unavailable", problem: "refused", outcomeUnknown: false });
const LOST = new ProviderError({ kind: "RequestTimeout", problem: "late", outcomeUnknown: true });

function clientWith(endpoints: readonly string[], ...answers: readonly Answer[]) {
  const transport = new CannedTransport(...answers);
  const context = { ...testContext(), connect: () => transport };
  const client = createClient({ endpoints, password: { kind: "root", value: "Pw_1" }, tls: {} }, context);
  return { client, context, asked: () => transport.requests.map(({ method, url }) => `${method} ${url}`), transport };
}

const A = "http://a:2886";
const B = "http://b:2886";
const secretOf = (endpoint: string): string => `GET ${endpoint}/api/v1/secret`;

describe("A call to an agent", () => {
  it("fetches the agent's key once, authenticates, and gives the data of the envelope", async () => {
    const { client, asked, transport } = clientWith([A], KEY, OK, envelope(null));
    await expect(client.read("/api/v1/x?y=%20")).resolves.toEqual({ id: "14" });
    await expect(client.read("/api/v1/z")).resolves.toBeUndefined();
    expect(asked()).toEqual([secretOf(A), `GET ${A}/api/v1/x?y=%20`, `GET ${A}/api/v1/z`]);
    expect(transport.requests[0]?.headers).toEqual({});
    expect(Object.keys(transport.requests[1]?.headers ?? {})).toEqual(["X-OCS-Header"]);
    expect(JSON.stringify(transport.requests)).not.toContain("Pw_1");
  });

  it("sends a body encrypted", async () => {
    const { client, transport } = clientWith([A], KEY, OK);
    await client.write("PATCH", "/api/v1/x", { status: "doing" });
    const body = transport.requests[1]?.body ?? "";
    expect(body).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(Buffer.from(body, "base64").length % 16).toBe(0);
  });

  it.each([
    ["by its code", refusal(401, "Security.Authentication.Header.DecryptFailed", 1)],
    ["by its number, before 4.3.1", refusal(401, undefined, 1)],
  ])(
    "reads the key anew and tries once more when the agent cannot decrypt, %s; so even a write is safe",
    async (_name, answer) => {
      const { client, asked } = clientWith([A], KEY, answer, KEY, OK);
      await expect(client.write("POST", "/api/v1/x", {})).resolves.toEqual({ id: "14" });
      expect(asked()).toEqual([secretOf(A), `POST ${A}/api/v1/x`, secretOf(A), `POST ${A}/api/v1/x`]);
    },
  );

  it("gives up when the agent cannot decrypt with its new key either", async () => {
    const failed = refusal(401, "Security.Authentication.Header.DecryptFailed", 1);
    const { client } = clientWith([A], KEY, failed, KEY, failed);
    expect((await rejectionOf(client.read("/api/v1/x"))).kind).toBe("Unauthenticated");
  });

  it("does not remember a key that could not be fetched", async () => {
    const { client, asked } = clientWith([A], refusal(403, "x"), KEY, OK);
    await rejectionOf(client.read("/api/v1/x"));
    await expect(client.read("/api/v1/x")).resolves.toEqual({ id: "14" });
    expect(asked()).toEqual([secretOf(A), secretOf(A), `GET ${A}/api/v1/x`]);
  });

  it.each([[{}], [null], [{ public_key: "AAAA" }], [{ public_key: 7 }]])("refuses what is no key: %j", async (data) => {
    const error = await rejectionOf(clientWith([A], envelope(data)).client.read("/api/v1/x"));
    expect(error.kind).toBe("UnexpectedResponse");
    expect(error.message).toContain(`${A} answered without a usable RSA public key`);
  });
});

/** What an agent says when it is asked which cluster it belongs to. */
const who = (id: number, name = "prod", createdTime = "2025-01-01T00:00:00+08:00"): Partial<HttpResponse>[] => [
  envelope({ agent_info: [], obcluster_info: { id, name } }),
  envelope({ contents: [{ tenant_id: 1, tenant_name: "sys", created_time: createdTime }] }),
];
const whoOf = (endpoint: string): string[] => [
  secretOf(endpoint),
  `GET ${endpoint}/api/v1/ob/info`,
  `GET ${endpoint}/api/v1/tenants/overview`,
];

describe("Several agents of one cluster", () => {
  it("are asked in turn, each with its own key, when one cannot be reached", async () => {
    const { client, asked } = clientWith([A, B], REFUSED, KEY, ...who(1), OK);
    await expect(client.write("POST", "/api/v1/x", {})).resolves.toEqual({ id: "14" });
    expect(asked()).toEqual([secretOf(A), ...whoOf(B), `POST ${B}/api/v1/x`]);
  });

  it("are asked in the order in which they answered last", async () => {
    const { client, asked } = clientWith([A, B], REFUSED, KEY, ...who(1), OK, OK);
    await client.read("/api/v1/x");
    await client.read("/api/v1/y");
    expect(asked().at(-1)).toBe(`GET ${B}/api/v1/y`);
  });

  it("are not asked to repeat a write whose answer was lost", async () => {
    const { client, asked } = clientWith([A, B], KEY, ...who(1), LOST);
    expect(await rejectionOf(client.write("POST", "/api/v1/x", {}))).toBe(LOST);
    expect(asked()).toEqual([...whoOf(A), `POST ${A}/api/v1/x`]);
  });

  it.each([
    ["its key", [LOST]],
    ["who it is", [KEY, LOST]],
  ])(
    "are asked for a write when the one before did not say %s in time: the write was not sent",
    async (_name, answers) => {
      const { client, asked } = clientWith([A, B], ...answers, KEY, ...who(1), OK);
      await client.write("POST", "/api/v1/x", {});
      expect(asked().filter((call) => call.startsWith("POST"))).toEqual([`POST ${B}/api/v1/x`]);
    },
  );

  it("are asked to repeat a read whose answer was lost", async () => {
    const { client, asked } = clientWith([A, B], KEY, ...who(1), LOST, KEY, ...who(1), OK);
    await client.read("/api/v1/x");
    expect(asked().at(-1)).toBe(`GET ${B}/api/v1/x`);
  });

  it("are asked when the database beside one is down, also for a write: it did nothing", async () => {
    const down = refusal(500, "Agent.OceanBase.NotHold");
    const { client, asked } = clientWith([A, B], KEY, ...who(1), down, KEY, ...who(1), OK);
    await client.write("POST", "/api/v1/x", {});
    expect(asked().at(-1)).toBe(`POST ${B}/api/v1/x`);
  });

  it("are not asked when one has refused: all would", async () => {
    const { client, asked } = clientWith(
      [A, B],
      KEY,
      ...who(1),
      refusal(401, "Security.Authentication.IncorrectOceanbasePassword", 10008),
    );
    expect((await rejectionOf(client.read("/api/v1/x"))).kind).toBe("Unauthenticated");
    expect(asked()).toHaveLength(4);
  });

  it("are tried a few times when none can be reached, and then the last reason is told", async () => {
    const { client, context } = clientWith([A, B], ...Array.from({ length: 10 }, () => REFUSED));
    const error = await rejectionOf(client.read("/api/v1/x"));
    expect(error.message).toContain("refused; tried 5 times in");
    expect(context.clock.sleeps).toHaveLength(4);
  });

  it("are asked once who they are, and not at all when there is only one or while they are not needed", async () => {
    const two = clientWith([A, B], KEY, ...who(1), OK, OK);
    await two.client.read("/api/v1/x");
    await two.client.read("/api/v1/y");
    expect(two.asked()).toEqual([...whoOf(A), `GET ${A}/api/v1/x`, `GET ${A}/api/v1/y`]);
    const one = clientWith([A], KEY, OK);
    await one.client.read("/api/v1/x");
    expect(one.asked()).toEqual([secretOf(A), `GET ${A}/api/v1/x`]);
  });
});

describe("An agent of another cluster in the list", () => {
  it.each<[string, Partial<HttpResponse>[]]>([
    ["id", who(2)],
    ["name", who(1, "test")],
    ["time of creation, where operators chose the same id and name", who(1, "prod", "2026-02-02T00:00:00+08:00")],
  ])("is refused before the call is sent to it, told by its %s", async (_name, other) => {
    const { client, asked } = clientWith([A, B], KEY, ...who(1), OK, REFUSED, KEY, ...other);
    await client.read("/api/v1/x");
    const error = await rejectionOf(client.write("POST", "/api/v1/x", {}));
    expect(error.kind).toBe("WrongTarget");
    expect(error.message).toContain(
      `the endpoints lead to two clusters: ${A} to prod (id 1, created 2025-01-01T00:00:00+08:00), ${B} to `,
    );
    expect(asked().filter((call) => call.startsWith("POST"))).toEqual([`POST ${A}/api/v1/x`]);
  });

  it("is not another one because its host has another time zone", async () => {
    const [here, there] = [who(1, "prod", "2025-01-01T08:00:00.5+08:00"), who(1, "prod", "2025-01-01T08:00:00.5Z")];
    const { client, asked } = clientWith([A, B], KEY, ...here, REFUSED, KEY, ...there, OK);
    await client.read("/api/v1/x");
    expect(asked().at(-1)).toBe(`GET ${B}/api/v1/x`);
  });

  it.each<[string, Partial<HttpResponse>[]]>([
    ["shows no cluster", [envelope({ agent_info: [], obcluster_info: { id: 0, name: "" } })]],
    ["shows no tenants", [who(1)[0] ?? {}, envelope({ contents: null })]],
  ])("is not taken for one because its database is down and it %s: the next is asked", async (_name, down) => {
    const C = "http://c:2886";
    const { client, asked } = clientWith([A, B, C], KEY, ...who(1), OK, REFUSED, KEY, ...down, KEY, ...who(1), OK);
    await client.read("/api/v1/x");
    await client.write("POST", "/api/v1/y", {});
    expect(asked().at(-1)).toBe(`POST ${C}/api/v1/y`);
  });

  it("is asked anew when it had no database at first: nobody is refused for a whole run", async () => {
    const down = envelope({ obcluster_info: { id: 0, name: "" } });
    const { client, asked } = clientWith([A, B], KEY, down, KEY, ...who(1), OK, REFUSED, ...who(1), OK);
    await client.read("/api/v1/x");
    await client.write("POST", "/api/v1/y", {});
    expect(asked().at(-1)).toBe(`POST ${A}/api/v1/y`);
  });

  it("is not believed when it answers of no cluster in the middle of a run: the next is asked", async () => {
    const down = envelope({ obcluster_info: { id: 0, name: "" } });
    const { client, asked } = clientWith([A, B], KEY, ...who(1), OK, down, KEY, ...who(1), ...who(1));
    await client.read("/api/v1/x");
    await expect(client.read("/api/v1/ob/info")).resolves.toMatchObject({ obcluster_info: { id: 1 } });
    expect(asked().at(-1)).toBe(`GET ${B}/api/v1/ob/info`);
  });

  it("is the one that counts when the agents before it were of no use from the start", async () => {
    const down = envelope({ obcluster_info: { id: 0, name: "" } });
    const { client, asked } = clientWith([A, B], KEY, down, KEY, ...who(2), OK);
    await client.read("/api/v1/x");
    expect(asked().at(-1)).toBe(`GET ${B}/api/v1/x`);
  });
});

describe("An answer that is no success", () => {
  it.each<[string, Partial<HttpResponse>, ErrorKind, string]>([
    [
      "an error of 4.3.1 and later",
      refusal(400, "OB.Backup.BaseUriEmpty"),
      "InvalidInput",
      "POST /api/v1/x: The agent's text [InvalidInput, OB.Backup.BaseUriEmpty, HTTP 400, request 877f]",
    ],
    ["an error of earlier agents", refusal(400, undefined, 1001), "InvalidInput", "1001, HTTP 400"],
    ["an error without any code", { status: 400, body: '{"successful":false}' }, "InvalidInput", "unknown, HTTP 400"],
    ["success with an error status", { status: 500, body: '{"successful":true}' }, "Unavailable", "HTTP 500"],
    [
      "a web page with status 200, as the agent's own console answers for unknown paths",
      { body: "<!doctype html><title>OCP</title>" },
      "UnexpectedResponse",
      'a web page that is not obshell\'s JSON ("<!doctype html><title>OCP</title>")',
    ],
    ["a web page of a proxy", { status: 502, body: "<html>Bad Gateway</html>" }, "Unavailable", "proxies"],
    [
      "the answer of Go to HTTP on a port for HTTPS",
      { status: 400, body: "Client sent an HTTP request to an HTTPS server.\n" },
      "UnexpectedResponse",
      "write https:// in connection.endpoints",
    ],
    ["nothing", {}, "UnexpectedResponse", `${A} answered nothing that is not obshell's JSON`],
    ["JSON of something else", { body: '{"ok":true}' }, "UnexpectedResponse", "2886 by default"],
    ["a JSON text", { body: '"x"' }, "UnexpectedResponse", "2886 by default"],
  ])("is told as what it is: %s", async (_name, answer, kind, text) => {
    const error = await rejectionOf(clientWith([A], KEY, answer).client.write("POST", "/api/v1/x", {}));
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(text);
  });

  it("leaves it open whether a write was queued when something else than the agent answered", async () => {
    const error = await rejectionOf(
      clientWith([A], KEY, { status: 502, body: "<html>" }).client.write("POST", "/api/v1/x", {}),
    );
    expect(error.facts.outcomeUnknown).toBe(true);
  });
});
