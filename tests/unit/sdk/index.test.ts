import * as sdk from "../../../sdk";

describe("The package", () => {
  it("exports a namespace per vendor, each with its resources, provider and functions, and nothing by accident", () => {
    const exported = Object.entries(sdk).map(([vendor, names]) => [vendor, Object.keys(names).sort()]);
    expect(Object.fromEntries(exported)).toEqual({
      oceanbase: [
        "ClusterBackupConfig",
        "Provider",
        "TenantBackupConfig",
        "TenantBackupFleet",
        "getBackupStatus",
        "getTenants",
      ],
      polardb: [
        "BackupPolicy",
        "BackupPolicyFleet",
        "LogBackupPolicy",
        "Provider",
        "crossRegionLevel2Backup",
        "findClusters",
        "getBackupPolicy",
        "getCrossRegions",
        "getLogBackupPolicy",
        "level1Backup",
        "level2Backup",
        "ramPolicyDocument",
        "windowOf",
      ],
    });
  });
});
