import fc from "fast-check";
import { type ErrorKind, isProviderError } from "../../../../provider/core/errors";
import type { TransportFactory } from "../../../../provider/core/transport";
import { createApi } from "../../../../provider/oceanbase/api";
import { createClient, type ObshellClient } from "../../../../provider/oceanbase/client";
import { createStatusApi } from "../../../../provider/oceanbase/statusApi";
import { newKeyPair } from "../../../emulators/obshell/rsa";
import { fuzzAnswers } from "../../../support/fuzzAnswers";
import { answering, oddAnswers } from "../../support/answering";
import { testContext } from "../../support/context";
import { failureOf } from "../../support/failures";
import {
  type HostileServer,
  impatientTransport,
  SHORT_LIMITS,
  soundAnswer,
  startHostileServer,
} from "../../support/hostileServer";

const KEY_ANSWER = { successful: true, data: { public_key: newKeyPair(512).publicKey } };
const VOCABULARY = {
  fields: ["successful", "data", "error", "errCode", "code", "message", "traceId", "contents", "obcluster_info", "id"],
  beginnings: [
    '{"successful":true,"data":',
    '{"successful":true,"data":{"contents":',
    '{"successful":true,"data":{"contents":[{"tenant_id":1,"tenant_name":"t","status":',
    '{"successful":true,"data":{"obcluster_info":{"id":1,"name":',
    '{"successful":true,"data":{"public_key":',
    '{"successful":false,"error":',
    '{"successful":false,"error":{"errCode":',
    '{"successful":false,"error":{"code":',
    '{"successful":false,"error":{"code":1000,"message":',
    '{"successful":false,"traceId":',
  ],
};
const MOST_ATTEMPTS = 5;

/** Kinds of what did not come from obshell, and of what its error codes mean. */
const WITHOUT_CODE: readonly ErrorKind[] = ["UnexpectedResponse", "Unavailable", "RequestTimeout", "Throttled"];
const WITH_CODE: readonly ErrorKind[] = [...WITHOUT_CODE, "InvalidInput", "Unauthenticated", "Forbidden", "Conflict"];

const READS = fc.constantFrom<((client: ObshellClient) => Promise<unknown>)[]>(
  (client) => createApi(client).clusterInfo(),
  (client) => createApi(client).tenants(),
  (client) => createApi(client).parameters(),
  (client) => createApi(client).storage("t1"),
  (client) => createApi(client).archiveRound("t1"),
  (client) => createApi(client).lastBackup("t1"),
  (client) => createApi(client).runningBackups(),
  (client) => createApi(client).tasks(),
  (client) => createStatusApi(client).newestBackup("t1"),
  (client) => createStatusApi(client).destinations("t1"),
);

const write = (client: ObshellClient): Promise<unknown> =>
  client.write("PATCH", "/api/v1/obcluster/backup/config", { binding: "optional" });

function clientOf(connect: TransportFactory, port = 1): ObshellClient {
  const settings = {
    endpoints: [`http://127.0.0.1:${port}`],
    password: { kind: "root", value: "p" },
    tls: {},
  } as const;
  return createClient(settings, { ...testContext(), connect });
}

function expectFittingKind(failure: unknown, answer: string): void {
  if (failure === undefined) return;
  if (!isProviderError(failure)) throw failure;
  expect(answer.includes('"successful"') ? WITH_CODE : WITHOUT_CODE).toContain(failure.kind);
}

/** A write whose answer is nobody's refusal may have taken effect. */
function expectOpenOutcome(failure: unknown): void {
  if (failure === undefined) return;
  if (!isProviderError(failure)) throw failure;
  const { vendorCode, httpStatus, outcomeUnknown } = failure.facts;
  const isRefused = vendorCode !== undefined && httpStatus !== undefined;
  const isRedirect = failure.message.includes("was redirected");
  // A gateway that refuses calls has passed none of them on.
  const isThrottled = failure.kind === "Throttled";
  if (!isRefused && !isRedirect && !isThrottled)
    expect([failure.message, outcomeUnknown]).toEqual([failure.message, true]);
}

describe("Whatever body an agent answers with", () => {
  it("is a value or a ProviderError of a kind that fits", async () => {
    await fc.assert(
      fc.asyncProperty(oddAnswers(VOCABULARY), fc.boolean(), READS, async (answer, isForKey, read) => {
        const key = { status: 200, headers: {}, body: JSON.stringify(KEY_ANSWER) };
        const client = clientOf(answering((url) => (url.endsWith("/api/v1/secret") && !isForKey ? key : answer)));
        expectFittingKind(await failureOf(read(client)), answer.body);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("Whatever answers in place of an obshell agent", () => {
  let server: HostileServer;

  beforeAll(async () => {
    server = await startHostileServer();
  });

  afterAll(() => server.close());

  it("is a value or a ProviderError of a kind that fits, within the time, when something is read", async () => {
    await fc.assert(
      fc.asyncProperty(fuzzAnswers(VOCABULARY), fc.boolean(), READS, async (message, isForKey, read) => {
        server.answer = (line) => (line.includes("/api/v1/secret") && !isForKey ? soundAnswer(KEY_ANSWER) : message);
        const startedAt = performance.now();
        const failure = await failureOf(read(clientOf(impatientTransport(), server.port)));
        // A list that this release may not have is asked for in a second place.
        expect(performance.now() - startedAt).toBeLessThan(2 * MOST_ATTEMPTS * SHORT_LIMITS.totalTimeoutMs + 10_000);
        expectFittingKind(failure, message.bytes.toString("latin1"));
      }),
      { numRuns: 150 },
    );
  });

  it("leaves the outcome of a write open, unless obshell itself has refused it", async () => {
    await fc.assert(
      fc.asyncProperty(fuzzAnswers(VOCABULARY), async (message) => {
        server.answer = (line) => (line.includes("/api/v1/secret") ? soundAnswer(KEY_ANSWER) : message);
        expectOpenOutcome(await failureOf(write(clientOf(impatientTransport(), server.port))));
      }),
      { numRuns: 100 },
    );
  });
});
