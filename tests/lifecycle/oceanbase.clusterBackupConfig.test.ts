import { generate } from "selfsigned";
import { Claims } from "../../provider/core/claims";
import { Exclusive } from "../../provider/core/exclusive";
import { Redactor } from "../../provider/core/redact";
import { Shared } from "../../provider/core/shared";
import { createTransportFactory } from "../../provider/core/undiciTransport";
import { createClient } from "../../provider/oceanbase/client";
import { joinObshell, startObshell } from "../emulators/obshell";
import { DESTINATION, type OceanbaseSubject, PASSWORD, startOceanbaseSubject, tenantsOf } from "./support/oceanbase";

let subject: OceanbaseSubject;

const start = async (options: Parameters<typeof startOceanbaseSubject>[0] = {}): Promise<OceanbaseSubject> => {
  subject = await startOceanbaseSubject(options);
  return subject;
};

/** Starts with every tenant archiving to the declared destination. */
const startArchiving = async (): Promise<OceanbaseSubject> => {
  await start();
  await subject.stack.up(subject.program(DESTINATION));
  for (const name of ["t1", "t2", "t3"])
    subject.emulator.change({ change: "tenant", name, set: { archiveStatus: "DOING" } });
  await subject.stack.refresh();
  subject.emulator.journal.clear();
  return subject;
};

const MOVED = { ...DESTINATION, backupBaseUri: "file:///data/moved" };

const stops = (): string[] => subject.statements().filter((statement) => statement.includes(" NOARCHIVELOG"));

afterEach(() => subject.emulator.close());

describe("oceanbase.ClusterBackupConfig, calls", () => {
  it("posts when no tenant has a destination, and patches afterwards", async () => {
    const { stack, program, writes, emulator } = await start();
    await stack.up(program(DESTINATION));
    expect(writes()).toEqual(["POST /api/v1/obcluster/backup/config"]);
    emulator.journal.clear();
    await stack.up(program(MOVED));
    expect(writes()).toEqual(["PATCH /api/v1/obcluster/backup/config"]);
  });

  it("sends destination, binding and piece interval together, because the database resets what is left out", async () => {
    const { stack, program, emulator } = await start();
    await stack.up(program(DESTINATION));
    await stack.up(program({ ...DESTINATION, binding: "optional" }));
    expect(tenantsOf(emulator).map(({ archiveDestination }) => archiveDestination)).toMatchObject(
      Array(3).fill({ binding: "OPTIONAL", pieceSwitchInterval: "6d" }),
    );
  });

  it("changes concurrency, lag and score without a gap in archiving", async () => {
    const { stack, program, writes } = await startArchiving();
    await stack.up(
      program({ ...DESTINATION, logArchiveConcurrency: 10, archiveLagTarget: "1h", haLowThreadScore: 20 }),
    );
    expect(stops()).toEqual([]);
    expect(writes()).toEqual([
      "PATCH /api/v1/obcluster/backup/config",
      "PUT /api/v1/tenant/t1/parameters",
      "PUT /api/v1/tenant/t2/parameters",
      "PUT /api/v1/tenant/t3/parameters",
    ]);
  });

  it("reads with few calls: 4 for the cluster and 2 for each tenant, and the key", async () => {
    const { stack, emulator } = await startArchiving();
    await stack.refresh();
    expect(emulator.journal.operations().filter((name) => name !== "GET /api/v1/secret")).toHaveLength(4 + 2 * 3);
  });

  it("repairs one tenant through its own route, so that the archiving of the others goes on", async () => {
    const { stack, program, writes, emulator, archiving } = await startArchiving();
    emulator.change({ change: "tenant", name: "t2", set: { archiveUri: "file:///elsewhere" } });
    await stack.refresh();
    expect(stack.state?.inputs.drift).toEqual([expect.stringContaining("t2 differs")]);
    await stack.up(program(DESTINATION));
    expect(writes()).toEqual(["PATCH /api/v1/tenant/t2/backup/config", "PATCH /api/v1/tenant/t2/backup/log"]);
    expect(stops()).toEqual(["ALTER SYSTEM NOARCHIVELOG TENANT = t2;"]);
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
  });

  it("configures a tenant that was created later, and only that one", async () => {
    const { stack, program, writes, emulator } = await start();
    const declared = program({ ...DESTINATION, haLowThreadScore: 10, deletePolicy: { recoveryWindow: "5d" } });
    await stack.up(declared);
    emulator.change({ change: "addTenant", tenant: { name: "t4", id: 1008 } });
    await stack.refresh();
    expect(stack.state?.inputs.drift).toEqual(["t4 has no destination", "t4: haLowThreadScore is 0, not 10"]);
    emulator.journal.clear();
    await stack.up(declared);
    expect(writes()).toEqual(["POST /api/v1/tenant/t4/backup/config"]);
    const [t4] = tenantsOf(emulator).filter(({ name }) => name === "t4");
    expect(t4).toMatchObject({
      archiveDestination: { uri: "file:///data/backup/1/1008/clog", binding: "MANDATORY", pieceSwitchInterval: "6d" },
      deletePolicy: { recoveryWindow: "5d" },
    });
    await stack.refresh();
    expect(await stack.up(declared)).toBe("same");
  });
});

describe("oceanbase.ClusterBackupConfig, log archiving", () => {
  it("is running again for every tenant after its destination has changed, suspended where it was suspended, off where it was off", async () => {
    const { stack, program, archiving, emulator } = await startArchiving();
    emulator.change({ change: "tenant", name: "t2", set: { archiveStatus: "SUSPEND" } });
    emulator.change({ change: "tenant", name: "t3", set: { archiveStatus: "STOP" } });
    await stack.refresh();
    stack.state = {
      ...(stack.state as NonNullable<typeof stack.state>),
      outputs: { ...stack.state?.outputs, tenants: tenantStates(stack.state?.outputs.tenants, "t3", "unknown") },
    };
    await stack.up(program(MOVED));
    expect(archiving()).toEqual({ t1: "DOING", t2: "SUSPEND", t3: "STOP" });
  });

  it("is running again when the change fails half way, and the message says so", async () => {
    const { stack, program, archiving, emulator } = await startArchiving();
    emulator.injectFault({ kind: "databaseRefusal", statement: "DATA_BACKUP_DEST", tenant: "t2" });
    await expect(stack.up(program(MOVED))).rejects.toThrow(
      /task \d+ \(Set obcluster backup config\) failed at stage 2 of 2, "Set backup config": ERROR: \[MySQL\.Error\].*Log archiving is on again for t1, t2, t3/,
    );
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
    await stack.up(program(MOVED));
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
    expect(tenantsOf(emulator).map(({ dataDestination }) => dataDestination)).toEqual(
      [1002, 1004, 1006].map((id) => `file:///data/moved/1/${id}/data`),
    );
  });

  it("fails the run and names the tenant whose archiving does not come back", async () => {
    const { stack, program, emulator } = await startArchiving();
    emulator.injectFault({ kind: "archiveStuck", tenant: "t2", in: "BEGINNING" });
    await expect(stack.up(program(MOVED))).rejects.toThrow(
      /log archiving is OFF for t2 \(log archiving of t2 is still starting after 10m 0s/,
    );
    emulator.clearFaults();
    stack.restart();
    await stack.up(program(MOVED));
    expect(subject.archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
  });

  it("is asked for from all tenants before any is waited for: one that hangs does not keep the others off", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `t${index}`);
    const { stack, program, emulator } = await start({
      tenants: names.map((name, index) => ({ name, id: 1002 + 2 * index })),
    });
    await stack.up(program(DESTINATION));
    for (const name of names) emulator.change({ change: "tenant", name, set: { archiveStatus: "DOING" } });
    for (const tenant of names.slice(0, 9)) emulator.injectFault({ kind: "archiveStuck", tenant, in: "BEGINNING" });
    await expect(stack.up(program(MOVED))).rejects.toThrow(
      /log archiving is OFF for t0 \(log archiving of t0 is still starting after 10m 0s/,
    );
    const sql = emulator.sql().filter(({ statement }) => / ARCHIVELOG /.test(statement));
    expect(sql).toHaveLength(12);
    const times = sql.map(({ at }) => Date.parse(at));
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(1_000);
  });

  it("comes back in the next run when the process was killed before it could be reopened", async () => {
    const { stack, program, emulator, archiving } = await startArchiving();
    const { state } = stack;
    // The task runs to its end, nobody reopens, and nothing is recorded.
    emulator.faults.add({ operation: "PATCH /api/v1/tenant/", times: 1e9, effect: { kind: "reset", when: "before" } });
    await expect(stack.up(program(MOVED))).rejects.toThrow();
    expect(Object.values(archiving())).not.toContain("DOING");
    emulator.faults.clear();
    stack.state = state;
    stack.restart();
    await stack.up(program(MOVED));
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
    // The gap that the killed run has left is told by the run that ends it.
    const gaps = stack.state?.outputs.archiveGaps as { tenant: string; seconds: number }[];
    expect(gaps.map(({ tenant }) => tenant).sort()).toEqual(["t1", "t2", "t3"]);
    expect(Math.min(...gaps.map(({ seconds }) => seconds))).toBeGreaterThan(1);
  });

  it("comes back after a killed creation too, because the task's own log tells which tenants it has closed", async () => {
    const { stack, program, emulator, archiving } = await startArchiving();
    stack.state = undefined;
    emulator.faults.add({ operation: "PATCH /api/v1/tenant/", times: 1e9, effect: { kind: "reset", when: "before" } });
    await expect(
      stack.up(program({ ...MOVED, accept: ["overwrite:backupBaseUri=file:///data/moved"] })),
    ).rejects.toThrow();
    stack.state = undefined;
    emulator.faults.clear();
    stack.restart();
    await stack.up(program(MOVED));
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
  });

  it("stays off on adoption when it was stopped on purpose, after the last task had been made good", async () => {
    const { stack, program, clock, emulator, writes, archiving } = await startArchiving();
    await stack.up(program(MOVED));
    clock.advance(3_600_000);
    emulator.change({ change: "tenant", name: "t2", set: { archiveStatus: "STOP" } });
    stack.state = undefined;
    emulator.journal.clear();
    await stack.up(program(MOVED));
    expect(writes()).toEqual([]);
    expect(archiving()).toMatchObject({ t2: "STOP" });
  });

  it("shows in a refreshed preview when somebody has switched it off, and is switched on again", async () => {
    const { stack, program, emulator, archiving } = await startArchiving();
    emulator.change({ change: "tenant", name: "t2", set: { archiveStatus: "STOP" } });
    await stack.refresh();
    expect(stack.state?.inputs.drift).toEqual(["t2 is not archiving though it was before"]);
    await stack.up(program(DESTINATION));
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
  });
});

describe("oceanbase.ClusterBackupConfig, tasks", () => {
  it("waits for a task that was left by somebody else before it queues its own", async () => {
    const { stack, program, emulator, writes } = await start();
    emulator.change({
      change: "configure",
      body: { backup_base_uri: "file:///data/backup", binding: "MANDATORY", piece_switch_interval: "6d" },
    });
    await stack.up(program(DESTINATION));
    expect(writes()).toEqual([]);
    expect(stack.log.join("\n")).toContain("waiting for task");
  });

  it("does not take a task for applied that somebody has cancelled", async () => {
    const { stack, program, emulator } = await start();
    emulator.injectFault({ kind: "maintainerAbsent" });
    const run = stack.up(program(DESTINATION));
    await cancelFirstTask();
    emulator.clearFaults();
    await expect(run).rejects.toThrow(
      /task 11 \(Set obcluster backup config\) failed .* it was cancelled\. Tenants untouched: t1, t2, t3 \[TaskFailed\]/,
    );
    await stack.up(program(DESTINATION));
    expect(tenantsOf(emulator)[0]?.archiveDestination?.uri).toBe("file:///data/backup/1/1002/clog");
  });

  it("rides out a database that is down for a while", async () => {
    const { stack, program, emulator } = await start();
    emulator.injectFault({ kind: "databaseDown", operation: "GET /api/v1/task/dag/", times: 5 });
    await stack.up(program(DESTINATION));
    expect(stack.state?.outputs.lastTask).toMatchObject({ state: "SUCCEED" });
  });

  it("gives up on a task at the deadline with its id and state", async () => {
    const { stack, program, emulator } = await start();
    emulator.injectFault({ kind: "maintainerAbsent" });
    await expect(stack.up(program({ ...DESTINATION, timeouts: { create: "10m" } }))).rejects.toThrow(
      /task 11 \(Set obcluster backup config\) is still READY \(stage 1 of 2\) after 10m \d+s, looked at \d+ times \[WaitTimeout\]/,
    );
  });

  it("repairs what a failed clean-up policy has left, without a new token", async () => {
    const { stack, program, emulator } = await start();
    const declared = program({ ...DESTINATION, deletePolicy: { recoveryWindow: "5d" } });
    emulator.injectFault({ kind: "databaseRefusal", statement: "ADD_DELETE_POLICY", tenant: "t2" });
    await expect(stack.up(declared)).rejects.toThrow("ERROR: [MySQL.Error]");
    await stack.up(declared);
    expect(tenantsOf(emulator).map(({ deletePolicy }) => deletePolicy?.recoveryWindow)).toEqual(["5d", "5d", "5d"]);
  });
});

describe("oceanbase.ClusterBackupConfig, accepted risks", () => {
  it("refuses to replace a live destination that it has not set, until it is accepted", async () => {
    const { stack, program, emulator, writes } = await start();
    emulator.change({
      change: "tenant",
      name: "t2",
      set: { archiveUri: "file:///theirs/clog", dataUri: "file:///theirs/data" },
    });
    await expect(stack.up(program(DESTINATION))).rejects.toThrow(
      'accept: ["overwrite:backupBaseUri=file:///data/backup"]',
    );
    expect(writes()).toEqual([]);
    await stack.up(program({ ...DESTINATION, accept: ["overwrite:backupBaseUri=file:///data/backup"] }));
    expect(tenantsOf(emulator)[1]?.archiveDestination?.uri).toBe("file:///data/backup/1/1004/clog");
  });

  it("refuses to cancel a running backup, until it is accepted", async () => {
    const { stack, program, emulator, writes } = await startArchiving();
    emulator.change({ change: "startBackup", tenant: "t1", durationMs: 3_600_000 });
    await expect(stack.up(program(MOVED))).rejects.toThrow('accept: ["cancelBackup:backupBaseUri=file:///data/moved"]');
    expect(writes()).toEqual([]);
    await stack.up(program({ ...MOVED, accept: ["cancelBackup:backupBaseUri=file:///data/moved"] }));
    expect(subject.statements().some((statement) => statement.includes("CANCEL BACKUP"))).toBe(true);
  });

  it("refuses to cancel a running backup also where only the binding changes: the cluster's route sets both destinations", async () => {
    const { stack, program, emulator, writes } = await startArchiving();
    emulator.change({ change: "startBackup", tenant: "t2", durationMs: 3_600_000 });
    await expect(stack.up(program({ ...DESTINATION, binding: "optional" }))).rejects.toThrow(
      /A backup of t2 is running and would be cancelled.*accept: \["cancelBackup:backupBaseUri=file:\/\/\/data\/backup"\]/,
    );
    expect(writes()).toEqual([]);
  });

  it("announces in the preview, without a call, that archiving will have a gap", async () => {
    const { stack, program, emulator } = await startArchiving();
    await stack.preview(program(MOVED));
    expect(stack.log).toContain(
      "OceanBase cluster backup config (obcluster): Log archiving of t1, t2, t3 stops for the change and is then reopened; the time between cannot be restored to.",
    );
    expect(emulator.journal.operations()).toEqual([]);
  });

  it("announces the gap also where archiving was off when state was written, because a backup may have opened it since", async () => {
    const { stack, program, emulator } = await start();
    await stack.up(program(DESTINATION));
    emulator.change({ change: "tenant", name: "t1", set: { archiveStatus: "DOING" } });
    emulator.journal.clear();
    await stack.preview(program(MOVED));
    expect(stack.log).toContain(
      "OceanBase cluster backup config (obcluster): Log archiving of t1, t2, t3 was not seen running; where it has been started since, it stops for the change and is then reopened; the time between cannot be restored to.",
    );
    expect(emulator.journal.operations()).toEqual([]);
  });

  it("sends unreadable settings of an adopted cluster only when asked to by `reapply`", async () => {
    const { stack, program, writes } = await startArchiving();
    stack.state = undefined;
    const declared = program({ ...DESTINATION, binding: "optional" });
    await stack.up(declared);
    expect(writes()).toEqual([]);
    expect(stack.state).toMatchObject({ outputs: { unverified: ["binding", "pieceSwitchInterval"] } });
    await stack.up({ ...declared, reapply: "1" });
    expect(writes()[0]).toBe("PATCH /api/v1/obcluster/backup/config");
    expect(stack.state).toMatchObject({ outputs: { unverified: [] } });
    expect(subject.archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
  });
});

describe("oceanbase.ClusterBackupConfig, object stores", () => {
  const objectStore = {
    backupBaseUri: "oss://bucket/path?host=oss-cn-hangzhou.aliyuncs.com",
    binding: "optional",
    pieceSwitchInterval: "1d",
  } as const;

  it("keeps keys out of the URI, out of state and out of every message", async () => {
    const { stack, program, emulator, statements } = await start({ environment: { STORAGE_KEY: "storage-key-42" } });
    const declared = program({ ...objectStore, storageCredentials: { accessId: "LTAI", accessKeyEnv: "STORAGE_KEY" } });
    await stack.up(declared);
    expect(statements().some((statement) => statement.includes("access_key=<secret:"))).toBe(true);
    expect(JSON.stringify([stack.state, stack.log])).not.toContain("storage-key-42");
    await stack.refresh();
    expect(await stack.up(declared)).toBe("same");
    expect(tenantsOf(emulator)[0]?.archiveDestination?.uri).toContain(
      "oss://bucket/path/1/1002/clog?host=oss-cn-hangzhou.aliyuncs.com",
    );
  });

  it("shows a rotated key as a change and sends it again", async () => {
    const { stack, program, writes, emulator } = await start({ environment: { STORAGE_KEY: "storage-key-42" } });
    const declared = program({ ...objectStore, storageCredentials: { accessId: "LTAI", accessKeyEnv: "STORAGE_KEY" } });
    await stack.up(declared);
    emulator.journal.clear();
    stack.environment.STORAGE_KEY = "storage-key-43";
    expect(await stack.preview(declared)).toBe("update");
    await stack.up(declared);
    expect(writes()).toEqual(["PATCH /api/v1/obcluster/backup/config"]);
  });

  it("accepts keys inside the URI and treats them as a secret", async () => {
    const { stack, program } = await start();
    const declared = program({
      ...objectStore,
      backupBaseUri: `${objectStore.backupBaseUri}&access_id=LTAI&access_key=inline/key+1=`,
    });
    await stack.up(declared);
    await stack.refresh();
    expect(await stack.up(declared)).toBe("same");
    expect(JSON.stringify(stack.log)).not.toContain("inline/key");
    const failures = await stack.failures({ ...declared, binding: "no" });
    expect(JSON.stringify(failures)).not.toContain("inline/key");
  });
});

describe("oceanbase.ClusterBackupConfig, several agents", () => {
  it("asks the next agent, with its own key, when the first is down", async () => {
    const { stack, emulator } = await start();
    const second = await joinObshell(emulator, { keyBits: 512 });
    await emulator.close();
    await stack.up({ connection: { endpoints: [emulator.url, second.url] }, ...DESTINATION });
    expect(second.journal.operations()).toContain("POST /api/v1/obcluster/backup/config");
    await second.close();
  });

  it("reads an agent's key again after it has changed", async () => {
    const { stack, program, emulator } = await start();
    emulator.faults.add({ operation: "overview", effect: { kind: "delay", ms: 1 } });
    await stack.up(program({ haLowThreadScore: 1 }));
    emulator.change({ change: "rotateKey" });
    await stack.up(program({ haLowThreadScore: 2 }));
    expect(stack.state?.outputs.haLowThreadScore).toBe(2);
  });

  it("refuses another cluster behind the recorded endpoint", async () => {
    const { stack, program, emulator, writes } = await start();
    await stack.up(program({ haLowThreadScore: 1 }));
    emulator.change({ change: "cluster", sysCreatedTime: Date.UTC(2020, 0, 1) });
    const before = writes().length;
    await expect(stack.up(program({ haLowThreadScore: 2 }))).rejects.toThrow(
      /this resource manages the cluster obcluster \(id 1, created 2026.*\[WrongTarget\]/,
    );
    await expect(stack.refresh()).rejects.toThrow("WrongTarget");
    expect(writes()).toHaveLength(before);
  });
});

describe("oceanbase.ClusterBackupConfig, bad connections", () => {
  const page = "<html><body>Welcome to nginx!</body></html>";
  const cases: { name: string; prepare(): void; message: RegExp }[] = [
    {
      name: "a wrong password",
      prepare: () => {
        subject.stack.environment.OCEANBASE_PASSWORD = "not-the-password";
      },
      message:
        /Unauthorized: OceanBase password is incorrect \[Unauthenticated, Security\.Authentication\.IncorrectOceanbasePassword, HTTP 401, request [0-9a-f]+\]\. Check the password/,
    },
    {
      name: "no password",
      prepare: () => {
        delete subject.stack.environment.OCEANBASE_PASSWORD;
      },
      message:
        /no password is set \[Unauthenticated\]\. Looked at: connection\.password; connection\.agentPassword; environment variable OCEANBASE_PASSWORD/,
    },
    {
      name: "a password reference that leads nowhere",
      prepare: () => undefined,
      message: /connection\.passwordEnv names the environment variable NOT_SET, which is not set/,
    },
    {
      name: "an agent that belongs to no cluster",
      prepare: () => subject.emulator.change({ change: "identity", identity: "SINGLE" }),
      message:
        /instead of 'CLUSTER AGENT', does not support this operation|must be an agent of a running cluster|no connection to its database/,
    },
    {
      name: "a web page instead of JSON",
      prepare: () =>
        subject.emulator.faults.add({ times: 99, effect: { kind: "reply", when: "before", status: 200, body: page } }),
      message:
        /answered a web page that is not obshell's JSON \("<html><body>Welcome to nginx!<\/body><\/html>"\) \[UnexpectedResponse, HTTP 200\]\. Check that the endpoint is the address and port of an obshell agent/,
    },
    {
      name: "a 502 that is not JSON",
      prepare: () =>
        subject.emulator.faults.add({ times: 99, effect: { kind: "reply", when: "before", status: 502, body: page } }),
      message: /tried \d+ times in .*\[Unavailable, HTTP 502\]/,
    },
    {
      name: "JSON of something else",
      prepare: () =>
        subject.emulator.faults.add({
          times: 99,
          effect: { kind: "reply", when: "before", status: 404, body: '{"error":"Not Found"}' },
        }),
      message: /answered something that is not obshell's JSON/,
    },
    {
      name: "a database that is down",
      prepare: () => subject.emulator.change({ change: "database", state: "down" }),
      message: /has no connection to its database|\[Unavailable/,
    },
    {
      name: "a cluster without tenants",
      prepare: () => {
        for (const name of ["t1", "t2", "t3"]) subject.emulator.change({ change: "dropTenant", name });
      },
      message: /the cluster has no user tenant/,
    },
  ];

  it.each(cases)("says what is wrong with $name", async ({ name, prepare, message }) => {
    const { stack, program } = await start();
    prepare();
    const declared = program({ haLowThreadScore: 1 });
    const connection = name.startsWith("a password reference")
      ? { ...(declared.connection as object), passwordEnv: "NOT_SET" }
      : declared.connection;
    const failure = await stack.up({ ...declared, connection }).then(
      () => "no failure",
      (error: Error) => error.message,
    );
    expect(failure).toMatch(message);
    expect(failure).toMatch(/^creating OceanBase cluster backup config \(http:\/\/127\.0\.0\.1:\d+\): /);
    expect(failure).not.toContain(PASSWORD);
    expect(stack.state).toBeUndefined();
  });

  it("says that no agent can be reached, and how often it tried", async () => {
    const { stack } = await start();
    await expect(stack.up({ connection: { endpoints: ["http://127.0.0.1:1"] }, haLowThreadScore: 1 })).rejects.toThrow(
      /http:\/\/127\.0\.0\.1:1 cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:1; tried 5 times in .* \[Unavailable, ECONNREFUSED\]/,
    );
  });

  it("refuses a certificate that nobody it trusts has signed, and takes it with its authority", async () => {
    const pem = await generate([{ name: "commonName", value: "127.0.0.1" }], {
      keySize: 2048,
      extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
    });
    const { stack } = await start();
    const secure = await startObshell({
      clock: subject.clock,
      password: PASSWORD,
      tenants: [{ name: "t1", id: 1002 }],
      tls: { cert: pem.cert, key: pem.private },
    });
    try {
      const declared = { connection: { endpoints: [secure.url] }, haLowThreadScore: 1 };
      await expect(stack.up(declared)).rejects.toThrow(
        /the certificate of https:\/\/127\.0\.0\.1:\d+ is not trusted: self.signed certificate.* \[Unauthenticated, DEPTH_ZERO_SELF_SIGNED_CERT\]/,
      );
      await stack.up({ ...declared, connection: { ...declared.connection, tls: { ca: pem.cert } } });
      expect(stack.state?.id).toBe("obcluster:1");
    } finally {
      await secure.close();
    }
  });
});

function tenantStates(tenants: unknown, name: string, archiving: string): unknown[] {
  return (tenants as { name: string }[]).map((tenant) => (tenant.name === name ? { ...tenant, archiving } : tenant));
}

/** What an operator does at another client while the run waits for its task. */
async function cancelFirstTask(): Promise<void> {
  const { emulator, clock } = subject;
  while (!emulator.journal.operations().includes("GET /api/v1/task/dag/11"))
    await new Promise((resolve) => setTimeout(resolve, 5));
  const context = {
    clock: { now: () => clock.now(), sleep: () => Promise.resolve(), random: () => 0.5 },
    environment: {},
    connect: createTransportFactory(),
    claims: new Claims(),
    exclusive: new Exclusive(),
    shared: new Shared(),
    log: () => undefined,
    configuration: { get: () => undefined },
    redactor: new Redactor(),
  };
  const client = createClient(
    { endpoints: [emulator.url], password: { kind: "root", value: PASSWORD }, tls: {} },
    context,
  );
  await client.write("POST", "/api/v1/task/dag/11", { operator: "cancel" });
}
