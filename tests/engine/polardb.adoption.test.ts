import { disposeStacks, succeeded } from "./support/engine";
import { subjectOf, unquoted } from "./support/polardb";
import { closeVendors } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

const CONFIGURED = {
  dataLevel1BackupTime: "15:00Z-16:00Z",
  dataLevel1BackupPeriod: ["Friday", "Monday"],
  dataLevel1BackupRetentionPeriod: 14,
  dataLevel2BackupRetentionPeriod: 60,
  dataLevel2BackupPeriod: ["Monday", "Friday"],
  dataLevel2BackupAnotherRegionRegion: "cn-beijing",
  dataLevel2BackupAnotherRegionRetentionPeriod: -1,
  backupRetentionPolicyOnClusterDeletion: "ALL",
} as const;

describe("adoption of a PolarDB cluster with a policy of its own", () => {
  it("equal policy declared on a configured cluster: 0 modifies", async () => {
    const { stack, calls } = await subjectOf(CONFIGURED, {
      clusters: [
        {
          id: "pc-1",
          engine: "MySQL",
          region: "cn-hangzhou",
          policy: {
            DataLevel1BackupTime: "15:00Z-16:00Z",
            DataLevel1BackupPeriod: "Monday,Friday",
            DataLevel1BackupRetentionPeriod: "14",
            DataLevel2BackupRetentionPeriod: "60",
            DataLevel2BackupPeriod: "Monday,Friday",
            DataLevel2BackupAnotherRegionRegion: "cn-beijing",
            DataLevel2BackupAnotherRegionRetentionPeriod: "-1",
            BackupRetentionPolicyOnClusterDeletion: "ALL",
          },
        },
      ],
    });
    succeeded(await stack.up("--skip-preview"));
    expect(calls()).toEqual(["DescribeBackupPolicy"]);
    succeeded(await stack.up("--refresh", "--expect-no-changes", "--skip-preview"));
    succeeded(await stack.run("refresh", "--yes", "--skip-preview", "--suppress-progress", "--expect-no-changes"));
    succeeded(await stack.up("--expect-no-changes", "--skip-preview"));
    expect(new Set(calls())).toEqual(new Set(["DescribeBackupPolicy"]));
  });

  it("adoption that would shorten a live retention: refused with the token before any write", async () => {
    const { stack, declare, modifies, data } = await subjectOf(
      {
        dataLevel1BackupRetentionPeriod: 10,
        dataLevel2BackupRetentionPeriod: 30,
        preferredBackupTime: "15:00Z-16:00Z",
      },
      {
        clusters: [
          {
            id: "pc-1",
            engine: "MySQL",
            region: "cn-hangzhou",
            policy: { DataLevel1BackupRetentionPeriod: "14", DataLevel2BackupRetentionPeriod: "-1" },
          },
        ],
      },
    );
    const refused = await stack.up("--skip-preview");
    expect(refused.code).not.toBe(0);
    const tokens = ["shrink:dataLevel1BackupRetentionPeriod=10", "shrink:dataLevel2BackupRetentionPeriod=30"];
    expect(unquoted(refused.output)).toContain(`accept: [${tokens.map((token) => `"${token}"`).join(", ")}]`);
    expect(unquoted(refused.output)).toContain(
      "Level-2 backups are kept 30 days instead of for ever; older ones expire",
    );
    expect(modifies()).toEqual([]);

    declare({ dataLevel1BackupRetentionPeriod: 10, dataLevel2BackupRetentionPeriod: 30, accept: tokens });
    succeeded(await stack.up("--skip-preview"));
    expect(data()).toMatchObject({ DataLevel1BackupRetentionPeriod: "10", DataLevel2BackupRetentionPeriod: "30" });
  });
});
