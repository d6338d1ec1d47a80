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

describe("Several agents of one cluster", () => {
  it("are asked in turn, each with its own key, when one cannot be reached", async () => {
    const { client, asked } = clientWith([A, B], REFUSED, KEY, OK);
    await expect(client.write("POST", "/api/v1/x", {})).resolves.toEqual({ id: "14" });
    expect(asked()).toEqual([secretOf(A), secretOf(B), `POST ${B}/api/v1/x`]);
  });

  it("are asked in the order in which they answered last", async () => {
    const { client, asked } = clientWith([A, B], REFUSED, KEY, OK, OK);
    await client.read("/api/v1/x");
    await client.read("/api/v1/y");
    expect(asked().at(-1)).toBe(`GET ${B}/api/v1/y`);
  });

  it("are not asked to repeat a write whose answer was lost", async () => {
    const { client, asked } = clientWith([A, B], KEY, LOST);
    expect(await rejectionOf(client.write("POST", "/api/v1/x", {}))).toBe(LOST);
    expect(asked()).toEqual([secretOf(A), `POST ${A}/api/v1/x`]);
  });

  it("are asked to repeat a read whose answer was lost", async () => {
    const { client, asked } = clientWith([A, B], KEY, LOST, KEY, OK);
    await client.read("/api/v1/x");
    expect(asked().at(-1)).toBe(`GET ${B}/api/v1/x`);
  });

  it("are asked when the database beside one is down, also for a write: it did nothing", async () => {
    const { client, asked } = clientWith([A, B], KEY, refusal(500, "Agent.OceanBase.NotHold"), KEY, OK);
    await client.write("POST", "/api/v1/x", {});
    expect(asked().at(-1)).toBe(`POST ${B}/api/v1/x`);
  });

  it("are not asked when one has refused: all would", async () => {
    const { client, asked } = clientWith(
      [A, B],
      KEY,
      refusal(401, "Security.Authentication.IncorrectOceanbasePassword", 10008),
    );
    expect((await rejectionOf(client.read("/api/v1/x"))).kind).toBe("Unauthenticated");
    expect(asked()).toHaveLength(2);
  });

  it("are tried a few times when none can be reached, and then the last reason is told", async () => {
    const { client, context } = clientWith([A, B], ...Array.from({ length: 10 }, () => REFUSED));
    const error = await rejectionOf(client.read("/api/v1/x"));
    expect(error.message).toContain("refused; tried 5 times in");
    expect(context.clock.sleeps).toHaveLength(4);
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

describe("An agent that takes a fresh request for an expired one", () => {
  const EXPIRED = refusal(401, "Security.Authentication.Expired", 10008);
  const NOON = Date.UTC(2026, 0, 5, 12, 0, 0);
  const timeOf = (ms: number): Partial<HttpResponse> => envelope(new Date(ms).toISOString());

  it("is asked for its time once, and sent the same request again, also a write: it has looked at the header only", async () => {
    const { client, asked, context } = clientWith([A], KEY, EXPIRED, timeOf(NOON + 120_000), OK, OK);
    await expect(client.write("PATCH", "/api/v1/x", {})).resolves.toEqual({ id: "14" });
    await client.read("/api/v1/y");
    expect(asked()).toEqual([
      secretOf(A),
      `PATCH ${A}/api/v1/x`,
      `GET ${A}/api/v1/time`,
      `PATCH ${A}/api/v1/x`,
      `GET ${A}/api/v1/y`,
    ]);
    expect(context.lines).toEqual([`the clock of ${A} is 2m 0s ahead of this machine's; requests are timed by it`]);
  });

  it("is not spoken of when the clocks differ by little", async () => {
    const { client, context } = clientWith([A], KEY, EXPIRED, timeOf(NOON + 2_000), OK);
    await client.read("/api/v1/x");
    expect(context.lines).toEqual([]);
  });

  it("fails with the difference when it refuses again", async () => {
    const { client } = clientWith([A], KEY, EXPIRED, timeOf(NOON + 3_600_000), EXPIRED);
    const error = await rejectionOf(client.read("/api/v1/x"));
    expect(error.kind).toBe("Unauthenticated");
    expect(error.message).toContain(`the clock of ${A} is 1h 0m 0s ahead of this machine's`);
  });
});

describe("An agent that stands in for another", () => {
  const info = (name: string, id = 1): Partial<HttpResponse> => envelope({ obcluster_info: { id, name } });
  const overview = (createdTime: string): Partial<HttpResponse> =>
    envelope({ contents: [{ tenant_id: 1, tenant_name: "sys", created_time: createdTime }] });
  const learn = async ({ client }: ReturnType<typeof clientWith>): Promise<void> => {
    await client.read("/api/v1/ob/info");
    await client.read("/api/v1/tenants/overview");
  };

  it("is used when it belongs to the same cluster, which is asked once", async () => {
    const made = clientWith([A, B], KEY, info("c"), overview("T"), REFUSED, KEY, info("c"), overview("T"), OK, OK);
    await learn(made);
    await made.client.read("/api/v1/x");
    await made.client.read("/api/v1/x");
    expect(made.asked().slice(-4)).toEqual([
      `GET ${B}/api/v1/ob/info`,
      `GET ${B}/api/v1/tenants/overview`,
      `GET ${B}/api/v1/x`,
      `GET ${B}/api/v1/x`,
    ]);
  });

  it.each<[string, Partial<HttpResponse>[]]>([
    ["name", [info("other"), overview("T")]],
    ["id", [info("c", 2), overview("T")]],
    ["time of creation", [info("c"), overview("T2")]],
  ])("is refused, without being sent the call, when its cluster has another %s", async (_name, answers) => {
    const made = clientWith([A, B], KEY, info("c"), overview("T"), REFUSED, KEY, ...answers);
    await learn(made);
    const error = await rejectionOf(made.client.write("PATCH", "/api/v1/x", {}));
    expect(error.kind).toBe("WrongTarget");
    expect(error.message).toContain(`the endpoints lead to two clusters: ${A} to c (id 1, created T), ${B} to `);
    expect(made.asked()).not.toContain(`PATCH ${B}/api/v1/x`);
  });
});
