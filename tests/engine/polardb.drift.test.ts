import { disposeStacks, succeeded } from "./support/engine";
import { subjectOf } from "./support/polardb";
import { closeVendors } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

const SCHEDULE = {
  dataLevel1BackupPeriod: ["Monday", "Wednesday", "Friday"],
  dataLevel2BackupRetentionPeriod: 30,
  dataLevel2BackupPeriod: ["Monday", "Friday"],
} as const;

describe("what somebody changes in the console of PolarDB", () => {
  it("weekday removed in the console; list emptied on the server: shown, repaired", async () => {
    const { stack, console, data, modifies, forget } = await subjectOf(SCHEDULE);
    succeeded(await stack.up("--skip-preview"));

    console({ DataLevel1BackupPeriod: "Monday,Friday" });
    forget();
    const removed = succeeded(await stack.run("preview", "--refresh", "--diff"));
    expect(removed).toMatch(/\+ .*"Wednesday"|~ dataLevel1BackupPeriod/);
    expect(modifies()).toEqual([]);
    succeeded(await stack.up("--refresh", "--skip-preview"));
    expect(data().DataLevel1BackupPeriod).toBe("Monday,Wednesday,Friday");

    console({ DataLevel2BackupPeriod: "" });
    forget();
    const emptied = succeeded(await stack.run("preview", "--refresh", "--diff"));
    expect(emptied).toMatch(/\+ dataLevel2BackupPeriod/);
    succeeded(await stack.run("refresh", "--yes", "--skip-preview", "--suppress-progress"));
    succeeded(await stack.up());
    expect(data().DataLevel2BackupPeriod).toBe("Monday,Friday");
    succeeded(await stack.run("preview", "--refresh", "--expect-no-changes"));
  });

  it("missing, null and empty response fields: no crash, no false drift", async () => {
    const { stack, service, forget, modifies } = await subjectOf({
      dataLevel1BackupRetentionPeriod: 14,
      dataLevel2BackupRetentionPeriod: 0,
      dataLevel2BackupAnotherRegionRetentionPeriod: 0,
      backupFrequency: "Normal",
      backupRetentionPolicyOnClusterDeletion: "NONE",
      backupPolicyLevel: "Normal",
    });
    succeeded(await stack.up("--skip-preview"));
    forget();
    const fields = [
      "DataLevel2BackupRetentionPeriod",
      "DataLevel2BackupAnotherRegionRetentionPeriod",
      "DataLevel2BackupAnotherRegionRegion",
      "DataLevel2BackupPeriod",
      "DataLevel1BackupFrequency",
      "BackupFrequency",
      "PreferredBackupPeriod",
      "BackupRetentionPolicyOnClusterDeletion",
      "BackupPolicyLevel",
      "AdvancedPolicyOption",
      "AdvancedDataPolicies",
    ];
    for (const edit of ["missing", "null", "empty"] as const) {
      service.world.vendorFaults.add({
        operation: "DescribeBackupPolicy",
        times: 2,
        effect: {
          kind: "answer",
          fields: Object.fromEntries(fields.map((field) => [field, edit])),
          set: { EnableImmutableBackup: false, StorageClass: "unheard-of" },
        },
      });
      succeeded(await stack.run("refresh", "--yes", "--skip-preview", "--suppress-progress", "--expect-no-changes"));
      succeeded(await stack.up("--refresh", "--expect-no-changes", "--skip-preview"));
      service.world.vendorFaults.clear();
    }
    expect(modifies()).toEqual([]);
  });
});
