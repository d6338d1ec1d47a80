import fc from "fast-check";
import { fuzzBodies } from "../support/fuzzBodies";
import { exchange, malformedRequests } from "./support/malformedRequests";
import { PolardbFixture, type StartedPolardb } from "./support/polardbFixture";

const REQUESTS = malformedRequests(
  [
    "/",
    "/?Action=DescribeBackupPolicy&Version=2017-08-01&DBClusterId=pc-mysql",
    "/?Action=ModifyBackupPolicy&Version=2017-08-01&Signature=%zz",
    "/?Action=__proto__&AccessKeyId=constructor&Timestamp=x",
    "/?AdvancedDataPolicies=%5B%5B&AdvancedDataPolicies.999999999.x=1",
    "/__state",
    "/__faults",
    "/__journal",
  ],
  {
    fields: ["cluster", "set", "effect", "kind", "action", "times", "code", "status", "AdvancedDataPolicies"],
    beginnings: [
      '{"cluster":',
      '{"cluster":"pc-mysql","set":',
      '{"effect":',
      '{"effect":{"kind":',
      '{"action":',
      '{"kind":',
    ],
  },
);

const ACTIONS = fc.constantFrom(
  "DescribeBackupPolicy",
  "DescribeLogBackupPolicy",
  "DescribeDBClusterAttribute",
  "DescribeDBClusters",
  "DescribeRegions",
  "DescribeAvailableCrossRegions",
  "ModifyBackupPolicy",
  "ModifyLogBackupPolicy",
  "constructor",
  "__proto__",
);

const NAMES = fc.constantFrom(
  "RegionId",
  "PreferredBackupTime",
  "PreferredBackupPeriod",
  "DataLevel1BackupRetentionPeriod",
  "DataLevel2BackupAnotherRegionRegion",
  "BackupPolicyLevel",
  "AdvancedDataPolicies",
  "AdvancedLogPolicies",
  "AdvancedDataPolicies.1.ActionType",
  "AdvancedDataPolicies.4294967296.PolicyId",
  "LogBackupRetentionPeriod",
  "Tag.1.Key",
  "PageNumber",
  "__proto__",
);

const VALUES = fuzzBodies({
  fields: ["ActionType", "PolicyId", "SrcType", "DestType", "FilterType", "RetentionValue"],
  beginnings: ['[{"ActionType":', '[{"ActionType":"CREATE","SrcType":', '[{"ActionType":"DELETE","PolicyId":'],
}).map((bytes) => bytes.toString("utf8").slice(0, 20_000));

describe("A PolarDB emulator that is sent anything at all", () => {
  const fixture = new PolardbFixture();
  let started: StartedPolardb;

  beforeAll(async () => {
    started = await fixture.start();
  });

  afterAll(() => fixture.stopAll());

  it("goes on serving, and never calls it a failure of its own", async () => {
    await fc.assert(
      fc.asyncProperty(REQUESTS, async (message) => {
        const reply = await exchange(started.emulator.port, message, message.ending === "waits" ? 40 : 5_000);
        expect(reply).not.toContain("emulator failure");
      }),
      { numRuns: 300 },
    );
    started.emulator.faults.clear();
    expect((await started.describe()).status).toBe(200);
  });

  it("answers in its own words when the call is sound and its contents are not", async () => {
    await fc.assert(
      fc.asyncProperty(ACTIONS, fc.dictionary(NAMES, VALUES, { maxKeys: 4 }), async (action, parameters) => {
        const { status, body } = await started.client.v3(action, { DBClusterId: "pc-mysql", ...parameters });
        expect([status, typeof body.RequestId]).toEqual([expect.any(Number), "string"]);
      }),
      { numRuns: 300 },
    );
    expect((await started.describe()).status).toBe(200);
  });
});
