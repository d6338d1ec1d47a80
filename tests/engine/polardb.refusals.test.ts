import { findingsOf } from "../support/findings";
import { disposeStacks, succeeded } from "./support/engine";
import { subjectOf, unquoted } from "./support/polardb";
import { closeVendors } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

describe("PolarDB backup policies that are refused", () => {
  it("`Monday` + `2/24H`; one weekday; level-2 day outside level 1; region without retention; 22:30 window: refused in preview, each message names the rule", async () => {
    const { stack, declare, calls } = await subjectOf({});
    const cases: [Readonly<Record<string, unknown>>, string][] = [
      [
        { preferredBackupPeriod: ["Monday", "Friday"], backupFrequency: "2/24H" },
        'preferredBackupPeriod: ["Monday","Friday"] cannot be kept beside backupFrequency "2/24H": the service then backs up on all seven days. Name all seven, or leave preferredBackupPeriod out (rule high-frequency-every-day)',
      ],
      [
        { preferredBackupPeriod: ["Monday"], backupFrequency: "2/24H" },
        'preferredBackupPeriod: ["Monday"] must name at least two different weekdays (rule backup-weekdays)',
      ],
      [
        { dataLevel1BackupPeriod: ["Monday", "Friday"], dataLevel2BackupPeriod: ["Monday", "Sunday"] },
        'dataLevel2BackupPeriod: ["Monday","Sunday"] must name only days that dataLevel1BackupPeriod names too; add Sunday there or remove it here (rule level2-days-within-level1)',
      ],
      [
        { dataLevel2BackupAnotherRegionRegion: "cn-beijing" },
        'dataLevel2BackupAnotherRegionRegion: "cn-beijing" must be set together with dataLevel2BackupAnotherRegionRetentionPeriod; add it (rule another-region-complete)',
      ],
      [
        { preferredBackupTime: "22:30Z-23:30Z" },
        'preferredBackupTime: "22:30Z-23:30Z" must be one hour that starts on the hour, in UTC, written "hh:00Z-hh:00Z" such as "15:00Z-16:00Z" (rule backup-window)',
      ],
    ];
    for (const [properties, message] of cases) {
      declare(properties);
      const { code, output } = await stack.run("preview");
      expect([message, code]).not.toEqual([message, 0]);
      expect(unquoted(output)).toContain(message);
    }
    expect(calls()).toEqual([]);
  });

  it("PostgreSQL cluster with a MySQL-only field: refused before any write", async () => {
    const { stack, declare, modifies } = await subjectOf(
      { preferredBackupTime: "15:00Z-16:00Z", dataLevel2BackupPeriod: ["Monday", "Friday"] },
      { clusters: [{ id: "pc-1", engine: "PostgreSQL", region: "cn-hangzhou" }] },
    );
    const refused = await stack.up("--skip-preview");
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain(
      "the cluster runs PostgreSQL, and dataLevel2BackupPeriod exists only for PolarDB for MySQL",
    );
    expect(modifies()).toEqual([]);
    declare({ preferredBackupTime: "15:00Z-16:00Z" });
    succeeded(await stack.up("--skip-preview"));
    expect(modifies()).toEqual([{ PreferredBackupTime: "15:00Z-16:00Z" }]);
  });

  it("switched to Advanced in the console while classic fields are declared: reported, nothing pretended", async () => {
    const classic = { dataLevel1BackupRetentionPeriod: 14, preferredBackupTime: "15:00Z-16:00Z" };
    const { stack, declare, service, modifies, forget } = await subjectOf(classic);
    succeeded(await stack.up("--skip-preview"));
    service.change({ kind: "switchToAdvanced", clusterId: "pc-1" });
    forget();

    // Nothing is asked without a refresh, and nothing is written.
    succeeded(await stack.up("--expect-no-changes", "--skip-preview"));
    const seen = await stack.run("refresh", "--preview-only", "--diff");
    expect(seen.output).toContain(
      "the cluster has been switched to advanced backup, so dataLevel1BackupRetentionPeriod has no effect any more",
    );
    const reason = "the cluster has advanced backup, so dataLevel1BackupRetentionPeriod would be accepted and ignored";
    for (const command of [
      ["preview", "--refresh"],
      ["up", "--yes", "--skip-preview", "--refresh"],
    ]) {
      const { code, output } = await stack.run(...command);
      expect([command, code]).not.toEqual([command, 0]);
      expect(output).toContain(reason);
    }
    succeeded(await stack.run("refresh", "--yes", "--skip-preview", "--suppress-progress"));
    const afterwards = await stack.up();
    expect(afterwards.code).not.toBe(0);
    expect(afterwards.output).toContain(reason);
    expect(modifies()).toEqual([]);
    const [policy] = await stack.resources("polardb:BackupPolicy");
    expect(findingsOf(policy).effective).toMatchObject({
      backupPolicyLevel: "Advanced",
      advancedPolicyOption: "enable",
    });

    declare({ preferredBackupTime: "15:00Z-16:00Z" });
    succeeded(await stack.up());
    expect(modifies()).toEqual([]);
  });

  it("ineffective field while Advanced: refused with the rule to use instead", async () => {
    const advanced = {
      backupPolicyLevel: "Advanced",
      accept: ["irreversible:backupPolicyLevel=Advanced", "shrink:backupPolicyLevel=Advanced"],
      advancedDataPolicies: [],
    };
    const { stack, declare, modifies, forget } = await subjectOf(advanced);
    succeeded(await stack.up("--skip-preview"));
    forget();
    declare({ ...advanced, dataLevel1BackupRetentionPeriod: 14 });
    const refused = await stack.run("preview");
    expect(refused.code).not.toBe(0);
    expect(unquoted(refused.output)).toContain(
      'dataLevel1BackupRetentionPeriod: 14 has no effect beside backupPolicyLevel: "Advanced" (the service would accept and ignore it); say it in advancedDataPolicies (rule advanced-without-classic)',
    );
    expect(modifies()).toEqual([]);
  });
});
