import * as sdk from "../../../sdk";

describe("The package", () => {
  it("exports a namespace per vendor, each with its resources and its provider, and nothing by accident", () => {
    const exported = Object.entries(sdk).map(([vendor, names]) => [vendor, Object.keys(names).sort()]);
    expect(Object.fromEntries(exported)).toEqual({
      oceanbase: ["ClusterBackupConfig", "Provider", "TenantBackupConfig"],
      polardb: ["BackupPolicy", "Provider"],
    });
  });
});
