import { findingsOf } from "../support/findings";
import { disposeStacks, succeeded } from "./support/engine";
import { NEXT_RUNS } from "./support/nextRuns";
import { subjectOf, unquoted } from "./support/polardb";
import { closeVendors } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

describe("changes of a PolarDB backup policy", () => {
  it("one field changes: exactly that field (plus what must travel with it) in one modify", async () => {
    const policy = {
      dataLevel1BackupPeriod: ["Monday", "Friday"],
      dataLevel1BackupRetentionPeriod: 7,
      dataLevel2BackupPeriod: ["Monday", "Friday"],
      dataLevel2BackupRetentionPeriod: 30,
      backupRetentionPolicyOnClusterDeletion: "LATEST",
    };
    const { stack, declare, modifies, calls, forget } = await subjectOf(policy);
    succeeded(await stack.up("--skip-preview"));

    forget();
    declare({ ...policy, dataLevel1BackupRetentionPeriod: 14 });
    succeeded(await stack.up("--skip-preview"));
    expect(calls()).toEqual(["DescribeBackupPolicy", "ModifyBackupPolicy", "DescribeBackupPolicy"]);
    expect(modifies()).toEqual([{ DataLevel1BackupRetentionPeriod: "14" }]);

    forget();
    declare({ ...policy, dataLevel1BackupRetentionPeriod: 14, dataLevel2BackupRetentionPeriod: 60 });
    succeeded(await stack.up("--skip-preview"));
    expect(calls()).toEqual(["DescribeBackupPolicy", "ModifyBackupPolicy", "DescribeBackupPolicy"]);
    expect(modifies()).toEqual([{ DataLevel2BackupRetentionPeriod: "60", DataLevel2BackupPeriod: "Monday,Friday" }]);
  });

  it("level-2 retention 30 -> 0, without and with its token: refused in preview; then sent as `0`, read back as `0`, next preview empty, token reported as stale later", async () => {
    const { stack, declare, modifies, data, forget } = await subjectOf({ dataLevel2BackupRetentionPeriod: 30 });
    succeeded(await stack.up("--skip-preview"));
    forget();

    declare({ dataLevel2BackupRetentionPeriod: 0 });
    const refused = await stack.run("preview");
    expect(refused.code).not.toBe(0);
    const token = "shrink:dataLevel2BackupRetentionPeriod=0";
    expect(unquoted(refused.output)).toContain(`accept: ["${token}"]`);
    expect(unquoted(refused.output)).toContain(
      "Level-2 backups are switched off; those that exist can then only age out",
    );
    expect(modifies()).toEqual([]);

    declare({ dataLevel2BackupRetentionPeriod: 0, accept: [token] });
    succeeded(await stack.up());
    expect(modifies()).toEqual([{ DataLevel2BackupRetentionPeriod: "0" }]);
    expect(data().DataLevel2BackupRetentionPeriod).toBe("0");
    const [policy] = await stack.resources("polardb:BackupPolicy");
    expect(findingsOf(policy).effective).toMatchObject({ dataLevel2BackupRetentionPeriod: 0 });
    succeeded(await stack.run("preview", "--expect-no-changes"));
    succeeded(await stack.run("preview", "--refresh", "--expect-no-changes"));

    declare({ dataLevel2BackupRetentionPeriod: 0, dataLevel1BackupRetentionPeriod: 14, accept: [token] });
    const later = succeeded(await stack.run("preview"));
    expect(unquoted(later)).toContain(`pc-1: accept "${token}" matches nothing in this change; remove it`);
  });

  it("-1 -> 30, `ALL` -> `NONE`, `never` -> `delay`, a rule removed: refused with their tokens", async () => {
    const classic = { dataLevel2BackupRetentionPeriod: -1, backupRetentionPolicyOnClusterDeletion: "ALL" };
    const { stack, declare, modifies, forget } = await subjectOf(classic);
    succeeded(await stack.up("--skip-preview"));
    forget();
    const tokensOf = async (properties: Readonly<Record<string, unknown>>): Promise<string | undefined> => {
      declare(properties);
      const { code, output } = await stack.run("preview");
      expect(code).not.toBe(0);
      expect(output).toContain("NotAccepted");
      return /accept: (\[.*?\])/.exec(unquoted(output))?.[1];
    };
    expect(
      await tokensOf({ dataLevel2BackupRetentionPeriod: 30, backupRetentionPolicyOnClusterDeletion: "NONE" }),
    ).toBe('["shrink:dataLevel2BackupRetentionPeriod=30", "shrink:backupRetentionPolicyOnClusterDeletion=NONE"]');

    const rule = { name: "daily", srcType: "db", destType: "level1", filterType: "crontab", filterKey: "dayOfWeek" };
    const daily = { ...rule, filterValue: "1,3,5", retentionType: "never" };
    const weekly = { ...rule, name: "weekly", filterValue: "7", retentionType: "delay", retentionValue: 90 };
    const advanced = {
      backupPolicyLevel: "Advanced",
      accept: ["irreversible:backupPolicyLevel=Advanced", "shrink:backupPolicyLevel=Advanced"],
    };
    declare({ ...advanced, advancedDataPolicies: [daily, weekly] });
    succeeded(await stack.up("--skip-preview"));
    forget();
    expect(
      await tokensOf({
        ...advanced,
        advancedDataPolicies: [{ ...daily, retentionType: "delay", retentionValue: 30 }],
      }),
    ).toBe('["shrink:advancedDataPolicies.daily.retentionValue=30", "shrink:advancedDataPolicies.weekly=removed"]');
    expect(modifies()).toEqual([]);
  });

  it("Normal -> Advanced without / with its token; Advanced -> Normal: refused; done; refused", async () => {
    const rule = { name: "daily", srcType: "db", destType: "level1", filterType: "event" };
    const advanced = {
      backupPolicyLevel: "Advanced",
      advancedDataPolicies: [{ ...rule, retentionType: "delay", retentionValue: 7 }],
    };
    const { stack, declare, modifies, service } = await subjectOf(advanced);
    const refused = await stack.up("--skip-preview");
    expect(refused.code).not.toBe(0);
    const token = "irreversible:backupPolicyLevel=Advanced";
    expect(unquoted(refused.output)).toContain(`accept: ["${token}"]`);
    expect(modifies()).toEqual([]);

    declare({ ...advanced, accept: [token] });
    succeeded(await stack.up("--skip-preview"));
    expect(service.world.cluster("pc-1").settings.level).toBe("Advanced");
    for (const { run } of NEXT_RUNS) await run(stack);
    const after = modifies().length;
    expect(after).toBe(2);

    declare({ backupPolicyLevel: "Normal" });
    const back = await stack.run("preview");
    expect(back.code).not.toBe(0);
    expect(back.output).toContain("cannot be switched back");
    expect((await stack.up("--skip-preview")).code).not.toBe(0);
    expect(modifies()).toHaveLength(after);
  });

  it("local window over a daylight-saving change: no diff", async () => {
    const local = {
      timeZone: "Europe/Berlin",
      preferredBackupTime: "00:00-01:00",
      preferredBackupPeriod: ["Monday", "Friday"],
    };
    const { stack, modifies, console, data } = await subjectOf(local);
    succeeded(await stack.up("--skip-preview"));
    // As it would be in state and in the cluster had it been declared in the other season.
    const other =
      data().DataLevel1BackupTime === "23:00Z-24:00Z"
        ? { time: "22:00Z-23:00Z", offset: 2 }
        : { time: "23:00Z-24:00Z", offset: 1 };
    const before = modifies().length;
    const [policy] = await stack.resources("polardb:BackupPolicy");
    const recorded = policy?.inputs?.utcSchedule as { offsetHours: number; preferredBackupTime: string };
    await stack.edit((text) =>
      text
        // In the inputs, and within the text that holds what was found.
        .replaceAll(new RegExp(`(offsetHours["']: ?)${recorded.offsetHours}\\b`, "g"), `$1${other.offset}`)
        .replaceAll(recorded.preferredBackupTime, other.time),
    );
    console({ DataLevel1BackupTime: other.time });
    succeeded(await stack.up("--expect-no-changes", "--skip-preview"));
    succeeded(await stack.up("--refresh", "--expect-no-changes", "--skip-preview"));
    succeeded(await stack.run("refresh", "--yes", "--skip-preview", "--suppress-progress", "--expect-no-changes"));
    succeeded(await stack.up("--expect-no-changes", "--skip-preview"));
    expect(modifies()).toHaveLength(before);
    expect(data()).toMatchObject({ DataLevel1BackupTime: other.time, DataLevel1BackupPeriod: "Thursday,Sunday" });
  });
});
