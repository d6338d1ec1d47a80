import { type ErrorKind, ProviderError } from "../../../../provider/core/errors";
import type { HttpResponse } from "../../../../provider/core/transport";
import { createClient, type PolardbClient } from "../../../../provider/polardb/client";
import type { KeySource } from "../../../../provider/polardb/keys";
import { sign } from "../../../../provider/polardb/signer";
import { CannedTransport } from "../../support/cannedTransport";
import { type TestContext, testContext } from "../../support/context";
import { rejectionOf } from "../../support/failures";

const CREDENTIALS = { accessKeyId: "AK", accessKeySecret: "SK", securityToken: "TOKEN" };

const KEYS: KeySource = { keys: async () => CREDENTIALS, renew: async () => CREDENTIALS };

type Answer = Partial<HttpResponse> | Error;

function clientWith(...answers: readonly Answer[]): {
  client: PolardbClient;
  transport: CannedTransport;
  context: TestContext;
} {
  const transport = new CannedTransport(...answers);
  const context = { ...testContext(), connect: () => transport };
  return {
    client: createClient({ endpoint: "https://polardb.aliyuncs.com" }, KEYS, context, Number.POSITIVE_INFINITY),
    transport,
    context,
  };
}

const json = (body: object, others: Partial<HttpResponse> = {}): Partial<HttpResponse> => ({
  body: JSON.stringify(body),
  ...others,
});

const error = (status: number, Code: string, headers: Record<string, string> = {}): Partial<HttpResponse> =>
  json({ Code, Message: `about ${Code}`, RequestId: "5F2C" }, { status, headers });

const OK = json({ RequestId: "OK" });

describe("A request to PolarDB", () => {
  it("goes out with exactly the query that was signed, and can be verified", async () => {
    const { client, transport, context } = clientWith(OK);
    const parameters = { DBClusterId: "pc-1", PreferredBackupTime: "15:00Z-16:00Z", X: "a *'()!~+&=%é" };
    await client.write("ModifyBackupPolicy", parameters);
    const [request] = transport.requests;
    const headers = request?.headers ?? {};
    const signed = sign(
      {
        method: "POST",
        host: "polardb.aliyuncs.com",
        action: "ModifyBackupPolicy",
        version: "2017-08-01",
        query: parameters,
      },
      CREDENTIALS,
      new Date(context.clock.now()),
      headers["x-acs-signature-nonce"] ?? "",
    );
    const { host: _implied, ...expected } = signed.headers;
    expect(request).toEqual({
      method: "POST",
      url: `https://polardb.aliyuncs.com/?${signed.query}`,
      headers: { ...expected, accept: "application/json" },
    });
  });

  it("gives the parsed answer", async () => {
    const { client } = clientWith(json({ RequestId: "1", More: [1] }));
    await expect(client.read("DescribeBackupPolicy", {})).resolves.toEqual({ RequestId: "1", More: [1] });
  });

  it("is signed anew for each attempt, with a fresh date and a nonce that was never used", async () => {
    const { client, transport } = clientWith(error(400, "Throttling.User"), error(400, "Throttling.User"), OK);
    await client.write("ModifyBackupPolicy", { DBClusterId: "pc-1" });
    const headers = transport.requests.map((request) => request.headers);
    expect(headers).toHaveLength(3);
    for (const name of ["x-acs-signature-nonce", "authorization"]) {
      expect(new Set(headers.map((all) => all[name])).size).toBe(3);
    }
  });

  it("waits as long as the service asks", async () => {
    const { client, context } = clientWith(error(400, "Throttling", { "x-acs-retry-after": "1234" }), OK);
    await client.read("DescribeBackupPolicy", {});
    expect(context.clock.sleeps).toEqual([1234]);
  });

  it.each<[string, string, Answer, boolean]>([
    ["read", "the service fails", error(500, "InternalError"), true],
    ["write", "the service fails", error(500, "InternalError"), false],
    ["read", "the nonce was seen before", error(400, "SignatureNonceUsed"), true],
    [
      "write",
      "the nonce was seen before, so that the first copy may have taken effect",
      error(400, "SignatureNonceUsed"),
      false,
    ],
    ["write", "it was throttled", error(503, "Rejected.Throttling"), true],
    ["read", "a page came instead of JSON", { status: 502, body: "<html>Bad Gateway</html>" }, true],
    ["write", "a page came instead of JSON", { status: 502, body: "<html>Bad Gateway</html>" }, false],
    [
      "write",
      "it never left",
      new ProviderError({ kind: "Unavailable", problem: "refused", outcomeUnknown: false }),
      true,
    ],
    [
      "write",
      "its answer was lost",
      new ProviderError({ kind: "RequestTimeout", problem: "late", outcomeUnknown: true }),
      false,
    ],
    ["read", "it was refused", error(403, "Forbidden.RAM"), false],
    ["read", "the cluster is busy", error(403, "OperationDenied.DBClusterStatus"), false],
  ])("as a %s is repeated or not, when %s", async (kind, _name, answer, isRepeated) => {
    const { client, transport } = clientWith(answer, OK);
    const run = kind === "read" ? client.read("A", {}) : client.write("A", {});
    const failure = await run.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(transport.requests).toHaveLength(isRepeated ? 2 : 1);
    expect(failure === undefined).toBe(isRepeated);
  });
});

describe("An answer that is no success", () => {
  it.each<[string, Answer, ErrorKind, string]>([
    [
      "an error",
      error(403, "Forbidden.RAM"),
      "Forbidden",
      "A failed: about Forbidden.RAM [Forbidden, Forbidden.RAM, HTTP 403, request 5F2C]",
    ],
    ["an error with status 200", error(200, "InvalidParam"), "Conflict", "InvalidParam, HTTP 200"],
    [
      "an error with lower-case keys",
      json({ code: "NoPermission", message: "m", requestId: "r" }, { status: 403 }),
      "Forbidden",
      "A failed: m [Forbidden, NoPermission, HTTP 403, request r]",
    ],
    [
      "a web page with status 200",
      { body: "<!doctype html>\n<h1>Login</h1>" },
      "UnexpectedResponse",
      'answered a web page ("<!doctype html> <h1>Login</h1>") instead of the API\'s JSON',
    ],
    ["a web page with status 404", { status: 404, body: "<html>" }, "UnexpectedResponse", "HTTP 404"],
    ["nothing at all", {}, "UnexpectedResponse", "answered nothing instead of the API's JSON"],
    ["text", { body: "upstream connect error" }, "UnexpectedResponse", 'answered not JSON: "upstream connect error"'],
    ["a JSON list", { body: "[]" }, "UnexpectedResponse", "HTTP 200"],
    ["an object with an error status and no code", json({}, { status: 400 }), "UnexpectedResponse", "HTTP 400"],
  ])("is told as what it is: %s", async (_name, answer, kind, text) => {
    const { client } = clientWith(answer);
    const failure = await rejectionOf(client.write("A", {}));
    expect(failure.kind).toBe(kind);
    expect(failure.message).toContain(text);
  });

  it("shows only the beginning of what came instead", async () => {
    const { client } = clientWith({ body: "x".repeat(10_000) });
    expect((await rejectionOf(client.write("A", {}))).message.length).toBeLessThan(400);
  });

  it("leaves it open whether a write took effect when something else than the API answered", async () => {
    const { client } = clientWith({ body: "<html>" });
    expect((await rejectionOf(client.write("A", {}))).facts.outcomeUnknown).toBe(true);
  });
});
