import fc from "fast-check";
import { fuzzBodies } from "../support/fuzzBodies";
import { exchange, malformedRequests } from "./support/malformedRequests";
import { CLUSTER_CONFIG, CLUSTER_LOG, type Envelope, ObshellFixture, tenantConfig } from "./support/obshellFixture";

const REQUESTS = malformedRequests(
  [
    "/api/v1/secret",
    "/api/v1/time",
    "/api/v1/info",
    "/api/v1/status",
    "/api/v1/ob/info",
    CLUSTER_CONFIG,
    tenantConfig("t1"),
    tenantConfig("%zz"),
    "/api/v1/task/dag/%00",
    "/__state",
    "/__faults",
    "/__journal",
  ],
  {
    fields: ["backup_base_uri", "binding", "delete_policy", "policy", "effect", "kind", "operation", "tenants", "set"],
    beginnings: [
      '{"backup_base_uri":',
      '{"delete_policy":{"policy":',
      '{"effect":',
      '{"effect":{"kind":',
      '{"tenant":',
      '{"kind":',
    ],
  },
);

const PARAMETERS: [string, string] = ["PUT", "/api/v1/tenant/t1/parameters"];

const ROUTES = fc.constantFrom<[string, string][]>(
  ["PATCH", CLUSTER_CONFIG],
  ["POST", CLUSTER_CONFIG],
  ["PATCH", CLUSTER_LOG],
  ["POST", "/api/v1/obcluster/backup"],
  ["POST", tenantConfig("t1")],
  ["PATCH", "/api/v1/tenant/t1/backup/log"],
  ["POST", "/api/v1/tenant/t1/backup"],
  PARAMETERS,
  ["POST", "/api/v1/task/dag/1"],
  ["GET", "/api/v1/tenant/constructor/backup/config/storage"],
  ["GET", "/api/v1/tenant/t1/parameter/__proto__"],
  ["GET", "/api/v1/tenant/t1/backup/tasks?page=-1&size=NaN&sort=toString,desc"],
);

const CONTENTS = fuzzBodies({
  fields: [
    "backup_base_uri",
    "binding",
    "delete_policy",
    "archive_lag_target",
    "status",
    "mode",
    "operator",
    "parameters",
  ],
  beginnings: [
    '{"backup_base_uri":',
    '{"backup_base_uri":"oss://b/p?host=h","binding":',
    '{"delete_policy":',
    '{"delete_policy":{"policy":"default","recovery_window":',
    '{"log_archive_concurrency":',
    '{"status":',
    '{"mode":',
    '{"operator":',
    '{"parameters":',
    '{"parameters":{"log_archive_concurrency":',
  ],
});

describe("An obshell emulator that is sent anything at all", () => {
  let fixture: ObshellFixture;

  beforeAll(async () => {
    fixture = await ObshellFixture.start();
  });

  afterAll(() => fixture.close());

  it("goes on serving, and never calls it a failure of its own", async () => {
    await fc.assert(
      fc.asyncProperty(REQUESTS, async (message) => {
        const reply = await exchange(fixture.emulator.port, message, message.ending === "waits" ? 40 : 5_000);
        expect(reply).not.toContain("emulator failure");
      }),
      { numRuns: 300 },
    );
    await fixture.control("DELETE", "/__faults");
    expect(await fixture.get("/api/v1/ob/info")).toHaveProperty("obcluster_info");
  });

  it("answers in its own words when the call is sound and its contents are not", async () => {
    await fc.assert(
      fc.asyncProperty(ROUTES, CONTENTS, async ([method, target], body) => {
        const { status, text } = await fixture.client.send({ method, target, body: body.toString("utf8") });
        expect([status, typeof (JSON.parse(text) as Envelope).successful]).toEqual([expect.any(Number), "boolean"]);
      }),
      // A value that cannot be turned into text in the ordinary way, which chance finds once in a while.
      { numRuns: 300, examples: [[PARAMETERS, Buffer.from('{"parameters":{"archive_lag_target":{"toString":{}}}}')]] },
    );
    expect(await fixture.get("/api/v1/ob/info")).toHaveProperty("obcluster_info");
  });
});
