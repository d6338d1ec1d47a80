import type { AnyHandler } from "../../provider/core/lifecycle";
import { clusterBackupConfig } from "../../provider/oceanbase/clusterBackupConfig.handler";
import { backupPolicy } from "../../provider/polardb/backupPolicy.handler";
import { VirtualClock } from "../emulators/common/clock";
import { startObshell } from "../emulators/obshell";
import { startPolardb } from "../emulators/polardb";
import { Stack } from "./support/stack";

test("polar", async () => {
  const clock = new VirtualClock();
  const e = await startPolardb({
    clock,
    accessKeys: [{ accessKeyId: "AK", accessKeySecret: "SK-secret" }],
    clusters: [{ id: "pc-1", engine: "MySQL", region: "cn-hangzhou" }],
  });
  const s = new Stack({
    handler: backupPolicy as unknown as AnyHandler,
    type: "BackupPolicy",
    clock,
    environment: { ALIBABA_CLOUD_ACCESS_KEY_ID: "AK", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "SK-secret" },
  });
  const p = {
    dbClusterId: "pc-1",
    endpoint: e.url,
    preferredBackupTime: "15:00Z-16:00Z",
    dataLevel1BackupRetentionPeriod: 14,
    dataLevel2BackupRetentionPeriod: 30,
  };
  console.log(await s.up(p), e.journal.operations(), s.log, JSON.stringify(s.state, null, 1));
  console.log(await s.up(p), e.journal.operations());
  await s.refresh();
  console.log(await s.up(p), e.journal.operations());
  await e.close();
});
test("ob", async () => {
  const clock = new VirtualClock();
  const e = await startObshell({
    clock,
    password: "Pw_1",
    tenants: [{ name: "t1", id: 1002, logMode: "ARCHIVELOG" } as never, { name: "t2", id: 1004 }],
  });
  const s = new Stack({
    handler: clusterBackupConfig as unknown as AnyHandler,
    type: "ClusterBackupConfig",
    clock,
    environment: { OCEANBASE_PASSWORD: "Pw_1" },
  });
  const p = {
    connection: { endpoints: [e.url] },
    backupBaseUri: "file:///data/backup",
    binding: "mandatory",
    pieceSwitchInterval: "6d",
    logArchiveConcurrency: 10,
    haLowThreadScore: 35,
    archiveLagTarget: "2h",
    deletePolicy: { policy: "", recoveryWindow: "5d" },
  };
  try {
    console.log(await s.up(p), e.journal.operations(), s.log, JSON.stringify(s.state, null, 1));
  } catch (x) {
    console.log(x, e.journal.operations(), s.log);
    throw x;
  }
  e.journal.clear();
  console.log(await s.up(p), e.journal.operations());
  await s.refresh();
  console.log(await s.up(p), e.journal.operations(), e.sql());
  await e.close();
});
