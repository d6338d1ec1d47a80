import * as pulumi from "@pulumi/pulumi";
import { ACTIONS } from "../../../../provider/polardb/actions";
import { polardb } from "../../../../sdk";

const READS = [
  "polardb:DescribeBackupPolicy",
  "polardb:DescribeLogBackupPolicy",
  "polardb:DescribeDBClusterAttribute",
  "polardb:DescribeAvailableCrossRegions",
];

describe("A RAM policy document", () => {
  it("grants to read exactly what is read of exactly these clusters, each once", () => {
    expect(
      polardb.ramPolicyDocument({
        access: "read",
        accountId: "1234567890123456",
        region: "cn-hangzhou",
        dbClusterIds: ["pc-1", "pc-2", "pc-1"],
      }),
    ).toEqual({
      Version: "1",
      Statement: [
        {
          Effect: "Allow",
          Action: READS,
          Resource: [
            "acs:polardb:cn-hangzhou:1234567890123456:dbcluster/pc-1",
            "acs:polardb:cn-hangzhou:1234567890123456:dbcluster/pc-2",
          ],
        },
      ],
    });
  });

  it("grants to manage the two changes too, and is for all clusters where nothing limits it", () => {
    const { Statement } = polardb.ramPolicyDocument({ access: "manage", region: undefined });
    expect(Statement).toHaveLength(1);
    expect(Statement[0]?.Resource).toEqual(["acs:polardb:*:*:dbcluster/*"]);
    expect([...(Statement[0]?.Action ?? [])].sort()).toEqual(
      [...READS, "polardb:ModifyBackupPolicy", "polardb:ModifyLogBackupPolicy"].sort(),
    );
  });

  it("grants the list of clusters, which has no resource of its own, for findClusters alone", () => {
    const cluster = { access: "read", dbClusterIds: ["pc-1"] } as const;
    expect(polardb.ramPolicyDocument({ ...cluster, functions: ["findClusters"] }).Statement).toEqual([
      { Effect: "Allow", Action: READS, Resource: ["acs:polardb:*:*:dbcluster/pc-1"] },
      { Effect: "Allow", Action: ["polardb:DescribeDBClusters"], Resource: ["*"] },
    ]);
    const others = ["getBackupPolicy", "getLogBackupPolicy", "getCrossRegions"] as const;
    expect(polardb.ramPolicyDocument({ ...cluster, functions: others })).toEqual(polardb.ramPolicyDocument(cluster));
  });

  it("names every action that the package calls, and no other", () => {
    const { Statement } = polardb.ramPolicyDocument({ access: "manage", functions: ["findClusters"] });
    expect(Statement.flatMap(({ Action }) => Action).sort()).toEqual(
      Object.keys(ACTIONS)
        .map((action) => `polardb:${action}`)
        .sort(),
    );
  });

  it("is plain JSON, and with the ids of 75 clusters within what RAM takes", () => {
    const dbClusterIds = Array.from({ length: 75 }, (_, index) => `pc-${String(index).padStart(17, "0")}`);
    const document = polardb.ramPolicyDocument({
      access: "manage",
      accountId: "1234567890123456",
      region: "cn-hangzhou",
      dbClusterIds,
      functions: ["findClusters"],
    });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    expect(JSON.stringify(document).length).toBeGreaterThan(5700);
    expect(JSON.stringify(document).length).toBeLessThanOrEqual(6144);
  });

  it.each<[string, object | undefined, string]>([
    ["nothing", undefined, 'access: must be "read" or "manage"'],
    ["an access that is none", { access: "write" }, 'access: must be "read" or "manage"'],
    ["a misspelt argument", { access: "read", dbClusterId: ["pc-1"] }, "dbClusterId: is not an argument; remove it"],
    ["no cluster at all", { access: "read", dbClusterIds: [] }, "dbClusterIds: must be a list of ids"],
    ["null for the clusters", { access: "read", dbClusterIds: null }, "dbClusterIds: must be a list of ids"],
    ["a wildcard among the clusters", { access: "read", dbClusterIds: ["pc-1", "*"] }, "dbClusterIds: must be"],
    ["an id that is not known yet", { access: "read", dbClusterIds: [pulumi.output("pc-1")] }, "dbClusterIds: must be"],
    ["an account that is a number", { access: "read", accountId: 1234567890123456 }, "accountId: must be the digits"],
    ["a wildcard for a region", { access: "read", region: "cn-*" }, "region: must be the id of a region"],
    ["a function that is none", { access: "read", functions: ["toString"] }, "functions: must be a list of getBackup"],
  ])("is not made of %s", (_name, args, message) => {
    const make = (): unknown => polardb.ramPolicyDocument(args as polardb.RamPolicyArgs);
    expect(make).toThrow(`making a RAM policy for PolarDB: ${message}`);
    expect(make).toThrow(pulumi.RunError);
    expect(make).toThrow(/ \[InvalidInput\]\.$/);
  });

  it("says everything that is wrong at once", () => {
    const args = { access: "all", acountId: "1", region: "" } as unknown as polardb.RamPolicyArgs;
    expect(() => polardb.ramPolicyDocument(args)).toThrow(/acountId: .*; access: .*; region: /);
  });
});
