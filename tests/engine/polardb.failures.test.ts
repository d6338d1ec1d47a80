import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { detailOf } from "../emulators/polardb";
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
    succeeded(await stack.up("--refresh", "--expect-no-changes", "--skip-preview"));
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
    succeeded(await stack.run("refresh", "--yes", "--skip-preview", "--suppress-progress"));
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

  it("busy cluster for 20 s; throttled at 5 calls/s with 50 policies: both succeed; after the first rejections no more than 3 % are rejected", async () => {
    const clusters = Array.from({ length: 50 }, (_, index) => ({
      id: `pc-${index}`,
      engine: "MySQL" as const,
      region: "cn-hangzhou",
    }));
    const { stack, service, modifies, forget } = await subjectOf(
      { dbClusterId: "pc-0", dataLevel1BackupRetentionPeriod: 14 },
      { clusters },
    );
    service.change({ kind: "setStatus", clusterId: "pc-0", status: "ClassChanging", forMs: 20_000 });
    const waited = succeeded(await stack.up("--skip-preview"));
    expect(waited).toContain("pc-0: the cluster is busy with another change; waiting for it");
    expect(service.world.cluster("pc-0").settings.data.DataLevel1BackupRetentionPeriod).toBe("14");
    succeeded(await stack.run("destroy", "--yes", "--suppress-progress"));
    forget();

    service.change({ kind: "setKnobs", knobs: { ratePerSecond: 5 } });
    setProgram(
      stack,
      `
  for (const dbClusterId of ${JSON.stringify(clusters.map(({ id }) => id))})
    new polardb.BackupPolicy(dbClusterId, { dbClusterId, dataLevel1BackupRetentionPeriod: 10 });`,
    );
    service.change({ kind: "setPolicy", clusterId: "pc-0", policy: { DataLevel1BackupRetentionPeriod: "7" } });
    succeeded(await stack.up("--skip-preview", "--parallel", "50"));
    for (const { id } of clusters) {
      expect(service.world.cluster(id).settings.data.DataLevel1BackupRetentionPeriod).toBe("10");
    }
    const { calls } = service.journal;
    const isRefused = (call: (typeof calls)[number]): boolean => detailOf(call).code?.includes("Throttling") ?? false;
    // What was under way when the first refusal came could not know of it: the first call of each policy.
    const firstRefusal = calls.find(isRefused)?.endedAt ?? "";
    const later = calls.filter(({ startedAt }) => Date.parse(startedAt) > Date.parse(firstRefusal) + 1_000);
    expect(later.length).toBeGreaterThan(100);
    expect(later.filter(isRefused).length / later.length).toBeLessThanOrEqual(0.03);
    forget();
    service.change({ kind: "setKnobs", knobs: { ratePerSecond: 0 } });
    succeeded(await stack.up("--expect-no-changes", "--skip-preview"));
    expect(modifies()).toEqual([]);
  });

  it("secret in a malformed credentials file: never appears in any output", async () => {
    const { stack, declare } = await subjectOf(
      { dataLevel1BackupRetentionPeriod: 14 },
      { environment: { ALIBABA_CLOUD_ACCESS_KEY_ID: "", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "" } },
    );
    mkdirSync(path.join(stack.folder, ".aliyun"));
    const secret = "CanaryMalformedFile-c4e1";
    writeFileSync(
      path.join(stack.folder, ".aliyun", "config.json"),
      `{"current": "default", "profiles": [{"name": "default", "mode": "AK", "access_key_id": "LTAI-x", "access_key_secret": "${secret}"`,
    );
    stack.environment.HOME = stack.folder;
    stack.environment.ALIBABA_CLOUD_ECS_METADATA_DISABLED = "true";
    for (const credentials of [undefined, { profile: "default" }]) {
      declare({ dataLevel1BackupRetentionPeriod: 14, ...(credentials ? { credentials } : {}) });
      for (const command of [["preview"], ["up", "--yes", "--skip-preview"], ["refresh", "--yes"]]) {
        const { output } = await stack.run(...command);
        expect(output).not.toContain(secret);
        if (command[0] === "up") expect(output).toContain("[Unauthenticated]");
      }
    }
    expect(await stack.export()).not.toContain(secret);
  });
});
