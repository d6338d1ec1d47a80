import type { Replay } from "./obshellReplay";

/**
 * What had been done to the recorded cluster, by hand or by requests that are not in the recording, before an exchange. Keys
 * are names of exchanges; where a task's states are recorded it is the name of the request that started it.
 */
type Setup = (replay: Replay) => Promise<void> | void;

const TENANT = "mysql_tenant";
const TIMEOUT = "Error 4012 (HY000): Timeout, query has reached the maximum query timeout";
const RIG_REFUSAL = "Error 9051 (HY000): log archive refused (rig fault)";

const wait =
  (ms: number): Setup =>
  (replay) =>
    replay.clock.advance(ms);

const forced =
  (status: string): Setup =>
  (replay) =>
    void replay.emulator.change({ change: "tenant", name: TENANT, set: { archiveStatus: status as "STOP" } });

const stored: Setup = (replay) => {
  const note = replay.current?.note ?? "";
  const [, archiveUri = "", dataUri = ""] = /archive path: '(.*)', stored data_backup_dest: '(.*)'/.exec(note) ?? [];
  replay.emulator.change({ change: "tenant", name: TENANT, set: { archiveUri, dataUri } });
};

const FORCED_STATUSES = ["INTERRUPTED", "PREPARE", "STOPPING", "SUSPENDING", "SUSPEND"];

/** `backup/log/<STATUS>+<request>`: from 544 on the status was written by hand before each call. */
export function forcedStatus(name: string, isByHand: boolean): Setup | undefined {
  const status = isByHand ? /^backup\/log\/([A-Z]+)[+-]/.exec(name)?.[1] : undefined;
  return status !== undefined && FORCED_STATUSES.includes(status) ? forced(status) : undefined;
}

export const SETUPS: Readonly<Record<string, Setup>> = {
  "backup/refused/backup-second-tenant-without-archive-dest": (replay) =>
    void replay.emulator.change({ change: "addTenant", tenant: { name: "t2", id: 1004 } }),
  "backup/refused/backup-second-tenant-without-data-dest": (replay) =>
    void replay.emulator.change({ change: "tenant", name: "t2", set: { archiveUri: "file:///data/t2" } }),
  "backup/post-full-first-time": (replay) => void replay.emulator.change({ change: "dropTenant", name: "t2" }),
  "backup/running/dag": wait(8_000),
  "backup/running/dag-after-cancel": wait(12_000),
  "backup/running/overview-after-cancel": (replay) => {
    replay.emulator.change({ change: "startBackup", tenant: TENANT });
    replay.clock.advance(7_000);
  },
  "backup/cfg-during-backup/patch-uri": (replay) =>
    void replay.emulator.change({ change: "startBackup", tenant: TENANT, durationMs: 600_000 }),
  "backup/log/DOING-tasks": wait(2_500),
  "backup/log/SUSPEND-tasks": wait(2_500),
  "backup/log/DOING+nobody": wait(1_000),
  "backup/log/STOP+doing-2": wait(2_500),
  "backup/log/DOING+empty-object": wait(2_500),
  "backup/log/STOP+doing-3": wait(2_500),
  "backup/log/DOING+null-status": wait(2_500),
  "backup/log/STOP+doing-4": wait(2_500),
  "backup/log/DOING+empty-string": wait(2_500),
  "backup/log/tenant-form-doing": forced("STOP"),
  "backup/while-archiving/patch-ha_low_thread_score": wait(2_000),

  "tenant-config/locked/dag-after-pass": wait(2_000),
  "tenant-config/bad-uri/dag-after-rollback": wait(3_500),

  "storage/oss": stored,
  "storage/oss-with-secret-in-store": stored,
  "storage/s3": stored,
  "storage/cos": stored,
  "storage/path-contains-access_id": stored,
  "storage/unparsable": stored,
  "storage/file-question": stored,
  "storage/unknown-scheme": stored,
  "storage/both-empty": stored,
  "storage/ampersand-escape": stored,
  "storage/no-rows": stored,

  "dag/maintain-ob-before": async (replay) => {
    const body = { data_base_uri: "file:///data/t1/data", archive_lag_target: "abc" };
    const dag = replay.emulator.change({ change: "configure", tenant: TENANT, body }) as { id: string };
    replay.clock.advance(5_000);
    await replay.client.call("POST", `/api/v1/task/dag/${dag.id}`, { operator: "pass" });
  },
  "dag/fail-node2/patch": (replay) =>
    replay.emulator.injectFault({
      kind: "databaseRefusal",
      statement: "B",
      error: "Error 9051 (HY000): invalid backup destination",
    }),
  "dag/pass/patch": (replay) =>
    replay.emulator.injectFault({
      kind: "databaseRefusal",
      statement: "E",
      error: "Error 1235 (HY000): not supported now",
    }),
  "dag/pass/get-2s-later": wait(2_000),
  "dag/fail-node1-retry/get": wait(4_000),
  "dag/cancel/patch": (replay) => {
    replay.clock.advance(3_000);
    replay.emulator.injectFault({ kind: "archiveStuck", in: "STOPPING" });
  },
  "dag/cancel/get-running": wait(5_000),
  "dag/cancel/op-retry-after": (replay) => replay.emulator.clearFaults(),
  "dag/cancel-tenant/patch": (replay) => {
    replay.clock.advance(3_000);
    replay.emulator.injectFault({ kind: "archiveStuck", in: "STOPPING" });
  },
  "dag/cancel-tenant/op-cancel": wait(5_000),
  "dag/cancel-tenant/op-retry": (replay) => replay.emulator.clearFaults(),

  "params-write/put-refused-by-db-zh": (replay) =>
    replay.emulator.injectFault({
      kind: "databaseRefusal",
      statement: "PARAMETERS",
      error: "Error 1210 (HY000): Incorrect arguments to ha_low_thread_score",
    }),
  "db-refusal/log-doing": (replay) =>
    replay.emulator.injectFault({ kind: "databaseRefusal", statement: "ARCHIVELOG", error: RIG_REFUSAL }),
  "db-refusal/log-doing-enable-refused": (replay) =>
    replay.emulator.injectFault({ kind: "databaseRefusal", statement: "DEST_ENABLE", error: RIG_REFUSAL }),
  "db-refusal/patch-config-tenant-query-refused": (replay) =>
    replay.emulator.injectFault({ kind: "databaseRefusal", statement: "QUERY_TENANTS", error: TIMEOUT }),
  "db-refusal/overview": (replay) =>
    replay.emulator.injectFault({ kind: "databaseRefusal", statement: "QUERY_BACKUP_TASKS", error: TIMEOUT }),
  "db-refusal/tenant-log-tasks": (replay) =>
    replay.emulator.injectFault({ kind: "databaseRefusal", statement: "QUERY_ARCHIVELOG_SUMMARY", error: TIMEOUT }),

  "no-user-tenants/patch-config": (replay) => replay.setAside(),
  "global-maintenance/tenant-patch": (replay) => {
    replay.bringBack();
    const dataUri = "file:///data/backup/1/1002/data";
    replay.emulator.change({ change: "tenant", name: TENANT, set: { dataUri } });
    replay.emulator.change({ change: "startBackup", tenant: TENANT });
    replay.emulator.change({ change: "addTenant", tenant: { name: "t2", id: 1004 } });
    replay.emulator.change({ change: "configure", tenant: "t2", body: { ha_low_thread_score: 1 } });
    replay.clock.advance(10_000);
    replay.emulator.change({ change: "dropTenant", name: "t2" });
    replay.emulator.change({ change: "globalMaintenance", on: true });
  },
  "no-maintainer/patch-config": (replay) => {
    replay.emulator.change({ change: "globalMaintenance", on: false });
    replay.emulator.injectFault({ kind: "maintainerAbsent", afterTicks: 1 });
  },
  "no-maintainer/dag-8s-later": wait(8_000),
  "no-maintainer/dag-after-lease-expiry": wait(41_000),

  "session/login": (replay) => replay.emulator.clearFaults(),
  "agent-password/info-after": (replay) =>
    void replay.emulator.change({ change: "agentPassword", password: "AgentPwd_1" }),
  "agent-password/old-agent-password": (replay) =>
    void replay.emulator.change({ change: "agentPassword", password: "AgentPwd_2" }),
  "root-password/old-password-after-change-in-database": (replay) =>
    void replay.emulator.change({ change: "password", password: "RootPwd_2", where: "database" }),
  "root-password/empty-password": (replay) =>
    void replay.emulator.change({ change: "password", password: "", where: "database" }),
  "root-password/back-to-first-password": (replay) =>
    void replay.emulator.change({ change: "password", password: "RootPwd_1", where: "database" }),

  "db-down/patch-config": (replay) => void replay.emulator.change({ change: "database", state: "down" }),
  "observer-dead/patch-config": (replay) => void replay.emulator.change({ change: "database", state: "observerDead" }),
  "key/secret-after-restart": (replay) => void replay.emulator.change({ change: "database", state: "up" }),
  "key/secret-after-restart-with-512-bit-key": async (replay) => {
    await replay.remember("header for the old key", "/api/v1/obcluster/backup/config");
    replay.emulator.change({ change: "rotateKey" });
  },
  "key/patch-with-new-public-key": async (replay) => {
    await replay.client.refreshKey();
  },
  "extra/oss-unreachable/object-store-probes": (replay) =>
    replay.emulator.injectFault({ kind: "writeProbe", error: "put object: connection refused" }),
  "extra/delete-policy-window-with-quote": (replay) =>
    void replay.emulator.change({ change: "tenant", name: TENANT, set: { deletePolicy: { recoveryWindow: "7d" } } }),
};
