import type { StateChange } from "../emulators/polardb";
import { KEY, PolardbFixture, type StartedPolardb } from "./support/polardbFixture";
import type { RawAnswer, RawCallOptions } from "./support/polardbRawClient";

const fixture = new PolardbFixture();
afterEach(() => fixture.stopAll());

const CLUSTER = { DBClusterId: "pc-mysql" };
const REQUEST_ID = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;

/** Every action, with the least that it needs and a piece of its answer in XML. */
const ACTIONS: readonly [action: string, parameters: Readonly<Record<string, string>>, content: string][] = [
  ["DescribeBackupPolicy", CLUSTER, "<AdvancedPolicyOption>disable</AdvancedPolicyOption>"],
  ["ModifyBackupPolicy", { ...CLUSTER, DataLevel1BackupRetentionPeriod: "9" }, ""],
  ["DescribeLogBackupPolicy", CLUSTER, "<EnableBackupLog>1</EnableBackupLog>"],
  ["ModifyLogBackupPolicy", { ...CLUSTER, LogBackupRetentionPeriod: "9" }, ""],
  ["DescribeDBClusterAttribute", CLUSTER, "<DBType>MySQL</DBType>"],
  ["DescribeDBClusters", { RegionId: "cn-hangzhou" }, "<Items><DBCluster><DBClusterId>pc-mysql</DBClusterId>"],
  ["DescribeAvailableCrossRegions", CLUSTER, "<Regions>cn-beijing</Regions><Regions>cn-shanghai</Regions>"],
  ["DescribeBackupRegions", CLUSTER, "<Regions>cn-hangzhou</Regions>"],
];

describe("Answers of the PolarDB emulator", () => {
  it.each(ACTIONS)("are JSON in V3 and, if asked for, in V1: %s", async (action, parameters) => {
    const { client } = await fixture.start();
    for (const method of ["GET", "POST"]) {
      for (const answer of [
        await client.v3(action, parameters, { method }),
        await client.v1(action, parameters, { method }),
      ]) {
        expect(answer).toMatchObject({
          status: 200,
          headers: { "content-type": "application/json;charset=utf-8" },
          body: { RequestId: expect.stringMatching(REQUEST_ID) },
        });
      }
    }
  });

  it.each(ACTIONS)("are XML in V1 without a format: %s", async (action, parameters, content) => {
    const { client } = await fixture.start();
    const { status, headers, text } = await client.v1(action, parameters, { format: null });
    expect([status, headers["content-type"]]).toEqual([200, "text/xml;charset=utf-8"]);
    const [, root, requestId, rest, end] =
      /^<\?xml [^>]+\?><(\w+)><RequestId>([^<]+)<\/RequestId>(.*)<\/(\w+)>$/.exec(text) ?? [];
    expect([root, end]).toEqual([`${action}Response`, `${action}Response`]);
    expect(requestId).toMatch(REQUEST_ID);
    if (content === "") expect(rest).toBe("");
    else expect(rest).toContain(content);
  });

  it("escape in XML what would be markup", async () => {
    const { client, emulator } = await fixture.start();
    const set = { BackupFrequency: "<&>é" };
    emulator.world.vendorFaults.add({ effect: { kind: "answer", set } });
    const { text } = await client.v1("DescribeBackupPolicy", CLUSTER, { format: null });
    expect(text).toContain("<BackupFrequency>&lt;&amp;&gt;é</BackupFrequency>");
  });

  it("never have the same id twice", async () => {
    const { describe: read } = await fixture.start();
    const ids = [await read(), await read("pc-never")].map(({ body }) => body.RequestId);
    expect(ids[0]).not.toBe(ids[1]);
  });
});

interface Refusal {
  readonly code: string;
  readonly status: number;
  readonly action?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly options?: RawCallOptions;
  readonly change?: StateChange;
  readonly prepare?: (polardb: StartedPolardb) => unknown;
}

const accessKeyId = KEY.accessKeyId;
const TEMPORARY = { accessKeyId: "STS.x", accessKeySecret: "x", securityToken: "t" };
const addTemporary: StateChange = { kind: "addAccessKey", key: TEMPORARY };
const NONCE = "used";

/** The gateway's codes, each with a call that brings it about. */
const REFUSALS: readonly Refusal[] = [
  { code: "InvalidAccessKeyId.NotFound", status: 404, options: { accessKeyId: "nobody" } },
  { code: "InvalidAccessKeyId.Inactive", status: 400, change: { kind: "setKeyActive", accessKeyId, active: false } },
  { code: "SignatureDoesNotMatch", status: 400, options: { accessKeySecret: "wrong" } },
  {
    code: "SignatureNonceUsed",
    status: 400,
    options: { nonce: NONCE },
    prepare: ({ client }) => Promise.all([client.v1("X", {}, { nonce: NONCE }), client.v3("X", {}, { nonce: NONCE })]),
  },
  { code: "InvalidTimeStamp.Expired", status: 400, options: { timestamp: "2020-01-01T00:00:00Z" } },
  { code: "IllegalTimestamp", status: 400, options: { timestamp: "yesterday" } },
  {
    code: "InvalidSecurityToken.Expired",
    status: 400,
    options: TEMPORARY,
    change: addTemporary,
    prepare: ({ emulator }) => emulator.change({ kind: "expireToken", accessKeyId: "STS.x" }),
  },
  {
    code: "InvalidSecurityToken.Malformed",
    status: 400,
    options: { ...TEMPORARY, securityToken: "other" },
    change: addTemporary,
  },
  {
    code: "MissingSecurityToken",
    status: 400,
    options: { accessKeyId: TEMPORARY.accessKeyId, accessKeySecret: TEMPORARY.accessKeySecret },
    change: addTemporary,
  },
  { code: "InvalidVersion", status: 400, options: { version: "2014-05-26" } },
  { code: "InvalidAction.NotFound", status: 404, action: "DescribeEverything" },
  { code: "UnsupportedHTTPMethod", status: 403, options: { method: "PUT" } },
  { code: "Forbidden.RAM", status: 403, change: { kind: "setAllowedActions", accessKeyId, actions: [] } },
  { code: "MissingParameter", status: 400, parameters: {} },
  { code: "InvalidDBClusterId.Malformed", status: 400, parameters: { DBClusterId: "rm-1" } },
  {
    code: "InvalidDBClusterId.Malformed",
    status: 404,
    action: "ModifyBackupPolicy",
    parameters: { DBClusterId: "rm-1" },
  },
  { code: "InvalidDBClusterId.NotFound", status: 404, parameters: { DBClusterId: "pc-never" } },
  {
    code: "OperationDenied.DBClusterStatus",
    status: 403,
    action: "ModifyBackupPolicy",
    change: { kind: "setStatus", clusterId: "pc-mysql", status: "INS_MAINTAINING" },
  },
  ...["Throttling", "Throttling.User", "Throttling.Api", "Rejected.Throttling"].map((code) => injected(code, 400)),
  ...["Forbidden", "Forbidden.AccessKeyDisabled", "OperationDenied.OutofUsage"].map((code) => injected(code, 403)),
  injected("ServiceUnavailable", 503),
  injected("InternalError", 500),
];

function injected(code: string, status: number): Refusal {
  const effect = { kind: "vendorError", when: "before", status, code, retryAfterMs: 700 } as const;
  return { code, status, prepare: ({ emulator }) => emulator.world.vendorFaults.add({ effect }) };
}

async function refuse(
  { action = "DescribeBackupPolicy", ...refusal }: Refusal,
  version: "v3" | "v1",
  format: string | null = "JSON",
): Promise<RawAnswer> {
  const polardb = await fixture.start();
  if (refusal.change) polardb.emulator.change(refusal.change);
  await refusal.prepare?.(polardb);
  return polardb.client[version](action, refusal.parameters ?? CLUSTER, { ...refusal.options, format });
}

describe("Refusals of the PolarDB emulator", () => {
  it.each(REFUSALS)("have code $code under status $status in either signature form", async (refusal) => {
    for (const version of ["v3", "v1"] as const) {
      const { status, code, body } = await refuse(refusal, version);
      expect({ status, code }).toEqual({ status: refusal.status, code: refusal.code });
      expect(body).toMatchObject({
        HostId: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        Message: expect.stringMatching(/./),
        Recommend: expect.stringContaining(`q=${refusal.code}&product=polardb&requestId=${body.RequestId}`),
        RequestId: expect.stringMatching(REQUEST_ID),
      });
    }
  });

  it.each(REFUSALS)("are XML in V1 without a format: $code under status $status", async (refusal) => {
    const { status, headers, text } = await refuse(refusal, "v1", null);
    expect([status, headers["content-type"]]).toEqual([refusal.status, "text/xml;charset=utf-8"]);
    expect(text).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?><Error><Code>/);
    expect(text).toContain(`<Code>${refusal.code}</Code>`);
    expect(text).toMatch(
      /<RequestId>[0-9A-F-]{36}<\/RequestId>(<AccessDeniedDetail>.*<\/AccessDeniedDetail>)?<\/Error>$/,
    );
  });

  it("say when to come back, in milliseconds", async () => {
    for (const format of ["JSON", null]) {
      const { headers } = await refuse(injected("Throttling.User", 400), "v1", format);
      expect(headers["x-acs-retry-after"]).toBe("700");
    }
  });
});
