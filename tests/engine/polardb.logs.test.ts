import { findingsOf } from "../support/findings";
import { disposeStacks, setProgram, succeeded } from "./support/engine";
import { NEXT_RUNS } from "./support/nextRuns";
import { type Subject, subjectWith, unquoted } from "./support/polardb";
import { closeVendors } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

const DATA = {
  dbClusterId: "pc-1",
  dataLevel2BackupRetentionPeriod: 30,
  dataLevel2BackupAnotherRegionRegion: "cn-beijing",
  dataLevel2BackupAnotherRegionRetentionPeriod: 60,
};

const LOGS = {
  dbClusterId: "pc-1",
  logBackupRetentionPeriod: 30,
  logBackupAnotherRegionRegion: "cn-beijing",
  logBackupAnotherRegionRetentionPeriod: 60,
};

/** The log policy first: it is the data policy that must be sent first. */
const both = (data: object, logs: object): string => `
  new polardb.LogBackupPolicy("logs", ${JSON.stringify(logs)});
  new polardb.BackupPolicy("data", ${JSON.stringify(data)});`;

const logs = ({ service }: Subject) => service.world.cluster("pc-1").settings.log;

const copies = (subject: Subject): Record<string, string> => ({
  data: subject.data().DataLevel2BackupAnotherRegionRegion,
  logs: logs(subject).LogBackupAnotherRegionRegion,
});

const writesOf = ({ calls }: Subject): string[] => calls().filter((name) => name.startsWith("Modify"));

describe("the log backup policy of a PolarDB cluster", () => {
  it("cross-region log region changed in the console: `preview --refresh` shows it", async () => {
    const subject = await subjectWith(both(DATA, LOGS));
    const { stack, service, forget } = subject;
    succeeded(await stack.up("--skip-preview"));
    expect(writesOf(subject)).toEqual(["ModifyBackupPolicy", "ModifyLogBackupPolicy"]);
    service.change({
      kind: "setPolicy",
      clusterId: "pc-1",
      logPolicy: { LogBackupAnotherRegionRegion: "cn-shanghai" },
    });
    forget();
    const { output } = await stack.run("preview", "--refresh", "--diff");
    expect(unquoted(output)).toMatch(/~ logBackupAnotherRegionRegion *: "cn-beijing" => "cn-shanghai"/);
    // Setting it back moves the copies again, so that must be accepted.
    expect(unquoted(output)).toContain('accept: ["shrink:logBackupAnotherRegionRegion=cn-beijing"]');
    expect(writesOf(subject)).toEqual([]);
  });

  it.each(NEXT_RUNS)(
    "data policy done, log policy fails: state true, next run sends only the rest ($next)",
    async ({ run }) => {
      const subject = await subjectWith(both(DATA, LOGS));
      const { stack, service, forget } = subject;
      service.world.vendorFaults.add({
        operation: "ModifyLogBackupPolicy",
        times: 1,
        effect: {
          kind: "vendorError",
          when: "before",
          status: 403,
          code: "OperationDenied.LockMode",
          message: "The cluster is locked.",
        },
      });
      const failed = await stack.up("--skip-preview");
      expect(failed.code).not.toBe(0);
      expect(failed.output).toContain("OperationDenied.LockMode");
      const recorded = await stack.resources("BackupPolicy");
      expect(recorded.map(({ type }) => type)).toEqual(["pulumi-nodejs:dynamic/polardb:BackupPolicy"]);
      expect(findingsOf(recorded[0]).effective).toMatchObject({ dataLevel2BackupAnotherRegionRegion: "cn-beijing" });
      forget();
      await run(stack);
      expect(writesOf(subject)).toEqual(["ModifyLogBackupPolicy"]);
      expect(copies(subject)).toEqual({ data: "cn-beijing", logs: "cn-beijing" });
      succeeded(await stack.run("preview", "--refresh", "--expect-no-changes"));
    },
  );

  it("both copies are switched on and off in the order that the service needs, in one run and without dependsOn", async () => {
    const subject = await subjectWith(both(DATA, LOGS), { switches: { logCopyHoldsDataCopy: true } });
    const { stack, forget } = subject;
    succeeded(await stack.up("--skip-preview"));
    expect(writesOf(subject)).toEqual(["ModifyBackupPolicy", "ModifyLogBackupPolicy"]);
    expect(copies(subject)).toEqual({ data: "cn-beijing", logs: "cn-beijing" });
    forget();
    const off = (property: string) => ({ [property]: 0, accept: [`shrink:${property}=0`] });
    setProgram(
      stack,
      both(
        {
          dbClusterId: "pc-1",
          dataLevel2BackupRetentionPeriod: 30,
          ...off("dataLevel2BackupAnotherRegionRetentionPeriod"),
        },
        { dbClusterId: "pc-1", logBackupRetentionPeriod: 30, ...off("logBackupAnotherRegionRetentionPeriod") },
      ),
    );
    succeeded(await stack.up());
    expect(writesOf(subject)).toEqual(["ModifyLogBackupPolicy", "ModifyBackupPolicy"]);
    expect(copies(subject)).toEqual({ data: "", logs: "" });
    succeeded(await stack.run("preview", "--refresh", "--expect-no-changes"));
  });
});
