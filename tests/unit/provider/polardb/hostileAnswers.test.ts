import fc from "fast-check";
import { type ErrorKind, isProviderError } from "../../../../provider/core/errors";
import type { TransportFactory } from "../../../../provider/core/transport";
import { createApi } from "../../../../provider/polardb/api";
import { createClient, type PolardbClient } from "../../../../provider/polardb/client";
import type { KeySource } from "../../../../provider/polardb/keys";
import { fuzzAnswers } from "../../../support/fuzzAnswers";
import { answering, oddAnswers } from "../../support/answering";
import { testContext } from "../../support/context";
import { failureOf } from "../../support/failures";
import { type HostileServer, impatientTransport, SHORT_LIMITS, startHostileServer } from "../../support/hostileServer";

const CREDENTIALS = { accessKeyId: "AK", accessKeySecret: "SK", securityToken: "TOKEN" };
const KEYS: KeySource = { keys: async () => CREDENTIALS, renew: async () => CREDENTIALS };
const VOCABULARY = {
  fields: ["Code", "code", "Message", "RequestId", "BackupPolicyLevel", "PolicyId", "Items", "DBCluster", "Region"],
  beginnings: [
    '{"RequestId":"R","PreferredBackupTime":',
    '{"RequestId":"R","PreferredBackupPeriod":',
    '{"RequestId":"R","AdvancedDataPolicies":',
    '{"RequestId":"R","AdvancedDataPolicies":{"AdvancedDataPolicy":',
    '{"RequestId":"R","AdvancedLogPolicies":{"AdvancedLogPolicy":',
    '{"RequestId":"R","LogBackupRetentionPeriod":',
    '{"RequestId":"R","TotalRecordCount":1,"Items":{"DBCluster":',
    '{"RequestId":"R","Regions":',
    '{"RequestId":"R","Code":',
    '{"RequestId":"R","Code":"InternalError","Message":',
  ],
};
const MOST_ATTEMPTS = 8;

/** Kinds of what did not come from PolarDB, and of what its error codes mean. */
const WITHOUT_CODE: readonly ErrorKind[] = ["UnexpectedResponse", "Unavailable", "RequestTimeout"];
const WITH_CODE: readonly ErrorKind[] = [...WITHOUT_CODE, "InvalidInput"];

const READS = fc.constantFrom<((client: PolardbClient) => Promise<unknown>)[]>(
  (client) => createApi(client).describeBackupPolicy("pc-1"),
  (client) => createApi(client).describeBackupPolicyAndNext("pc-1"),
  (client) => createApi(client).describeLogBackupPolicy("pc-1"),
  (client) => createApi(client).describeCluster("pc-1"),
  (client) => createApi(client).describeAvailableCrossRegions("pc-1"),
  (client) => createApi(client).describeClusters({}),
);

function clientOf(connect: TransportFactory, port = 1): PolardbClient {
  const context = { ...testContext(), connect };
  return createClient({ endpoint: `http://127.0.0.1:${port}` }, KEYS, context, context.clock.now() + 600_000);
}

function expectFittingKind(failure: unknown, answer: string): void {
  if (failure === undefined) return;
  if (!isProviderError(failure)) throw failure;
  expect(/"code"/i.test(answer) ? WITH_CODE : WITHOUT_CODE).toContain(failure.kind);
}

/** A write whose answer is nobody's refusal may have taken effect. */
function expectOpenOutcome(failure: unknown): void {
  if (failure === undefined) return;
  if (!isProviderError(failure)) throw failure;
  const { vendorCode, httpStatus, outcomeUnknown } = failure.facts;
  const isRefused = vendorCode !== undefined && httpStatus !== undefined;
  const isRedirect = failure.message.includes("was redirected");
  if (!isRefused && !isRedirect) expect([failure.message, outcomeUnknown]).toEqual([failure.message, true]);
}

describe("Whatever body PolarDB answers with", () => {
  it("is a value or a ProviderError of a kind that fits", async () => {
    await fc.assert(
      fc.asyncProperty(oddAnswers(VOCABULARY), READS, async (answer, read) => {
        expectFittingKind(await failureOf(read(clientOf(answering(() => answer)))), answer.body);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("Whatever answers in place of PolarDB", () => {
  let server: HostileServer;

  beforeAll(async () => {
    server = await startHostileServer();
  });

  afterAll(() => server.close());

  it("is a value or a ProviderError of a kind that fits, within the time, when something is read", async () => {
    await fc.assert(
      fc.asyncProperty(fuzzAnswers(VOCABULARY), READS, async (message, read) => {
        server.answer = () => message;
        const startedAt = performance.now();
        const failure = await failureOf(read(clientOf(impatientTransport(), server.port)));
        expect(performance.now() - startedAt).toBeLessThan(MOST_ATTEMPTS * SHORT_LIMITS.totalTimeoutMs + 10_000);
        expectFittingKind(failure, message.bytes.toString("latin1"));
      }),
      { numRuns: 150 },
    );
  });

  it("leaves the outcome of a write open, unless PolarDB itself has refused it", async () => {
    await fc.assert(
      fc.asyncProperty(fuzzAnswers(VOCABULARY), async (message) => {
        server.answer = () => message;
        const write = clientOf(impatientTransport(), server.port).write("ModifyBackupPolicy", { DBClusterId: "pc-1" });
        expectOpenOutcome(await failureOf(write));
      }),
      { numRuns: 100 },
    );
  });
});
