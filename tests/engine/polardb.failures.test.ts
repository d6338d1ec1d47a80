import { disposeStacks, setProgram, succeeded } from "./support/engine";
import { NEXT_RUNS } from "./support/nextRuns";
import { policyProgram, subjectOf } from "./support/polardb";
import { ACCESS_KEY_ID, closeVendors } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

describe("a PolarDB that does not answer as hoped", () => {
  it("wrong access key on refresh (HTTP 404); malformed cluster id: an error; the resource stays in state", async () => {
    const { stack, service, declare, modifies, forget } = await subjectOf({ dataLevel1BackupRetentionPeriod: 14 });
    succeeded(await stack.up("--skip-preview"));
    forget();

    service.change({ kind: "addAccessKey", key: { accessKeyId: "LTAI-other", accessKeySecret: "other-secret-1" } });
    const [key] = [service.world.accessKeys.get(ACCESS_KEY_ID)];
    service.world.accessKeys.delete(ACCESS_KEY_ID);
    for (const command of [
      ["refresh", "--yes", "--suppress-progress"],
      ["preview", "--refresh"],
      ["up", "--yes", "--refresh", "--skip-preview"],
    ]) {
      const { code, output } = await stack.run(...command);
      expect([command, code]).not.toEqual([command, 0]);
      expect(output).toContain("[Unauthenticated, InvalidAccessKeyId.NotFound, HTTP 404");
    }
    expect(await stack.resources("polardb:BackupPolicy")).toHaveLength(1);
    if (key) service.world.accessKeys.set(ACCESS_KEY_ID, key);

    service.world.vendorFaults.add({
      operation: "DescribeBackupPolicy",
      effect: {
        kind: "vendorError",
        when: "before",
        status: 404,
        code: "InvalidDBClusterId.Malformed",
        message: "The specified parameter DBClusterId is not valid.",
      },
    });
    const malformed = await stack.run("refresh", "--yes", "--suppress-progress");
    expect(malformed.code).not.toBe(0);
    expect(malformed.output).toContain("InvalidDBClusterId.Malformed");
    expect(await stack.resources("polardb:BackupPolicy")).toHaveLength(1);
    succeeded(await stack.up("--refresh", "--expect-no-changes"));
    expect(modifies()).toEqual([]);

    declare({ dbClusterId: "rm-12345678" });
    const refused = await stack.run("preview");
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain("must be the id of a PolarDB cluster");
  });

  it("cluster deleted: refresh drops it; destroy succeeds", async () => {
    const { stack, service, forget, calls } = await subjectOf({
      dataLevel1BackupRetentionPeriod: 14,
      onDelete: "reset",
      accept: ["shrink:onDelete=reset"],
    });
    succeeded(await stack.up("--skip-preview"));
    service.change({ kind: "deleteCluster", clusterId: "pc-1", answer: "InvalidDBCluster.NotFound" });
    forget();
    // Without a refresh the resource is still there, and its reset meets a cluster that is not.
    setProgram(stack, "");
    succeeded(await stack.up("--skip-preview"));
    expect(calls()).toEqual(["DescribeBackupPolicy"]);
    expect(await stack.resources("polardb:BackupPolicy")).toEqual([]);

    service.change({ kind: "addCluster", cluster: { id: "pc-1", engine: "MySQL", region: "cn-hangzhou" } });
    setProgram(stack, policyProgram({ dataLevel1BackupRetentionPeriod: 14 }));
    succeeded(await stack.up("--skip-preview"));
    service.change({ kind: "deleteCluster", clusterId: "pc-1", answer: "Forbidden.ClusterNotFound" });
    succeeded(await stack.run("refresh", "--yes", "--suppress-progress"));
    expect(await stack.resources("polardb:BackupPolicy")).toEqual([]);
    succeeded(await stack.run("destroy", "--yes", "--suppress-progress"));
  });

  it.each(NEXT_RUNS)(
    "a modify whose answer was lost: taken up in the same run, and nothing is left for the next ($next)",
    async ({ run }) => {
      const { stack, service, modifies } = await subjectOf({ dataLevel1BackupRetentionPeriod: 14 });
      service.faults.add({ operation: "ModifyBackupPolicy", effect: { kind: "reset", when: "after" } });
      const output = succeeded(await stack.up("--skip-preview"));
      expect(output).toContain("pc-1: the answer was lost");
      await run(stack);
      expect(modifies()).toEqual([{ DataLevel1BackupRetentionPeriod: "14" }]);
    },
  );
});
