import { providerText } from "../../sdk/providerText";
import { type ObshellEmulator, startObshell } from "../emulators/obshell";
import { type PolardbEmulator, startPolardb } from "../emulators/polardb";
import { findingsOf } from "../support/findings";
import { ProviderProcess, type WireError } from "./support/providerProcess";

const ACCESS_KEY = { accessKeyId: "LTAI-wire", accessKeySecret: "wire-access-key-secret" };
const PASSWORD = "wire-root-password";
const POLICY = { __provider: providerText("BackupPolicy") };
const CLUSTER = { __provider: providerText("ClusterBackupConfig") };

const OTHERS = ["pc-2", "pc-3", "pc-4", "pc-5"];

/** The engine's seven markers. */
const UNKNOWNS = [
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

let provider: ProviderProcess;
let polardb: PolardbEmulator;
let obshell: ObshellEmulator;

beforeAll(async () => {
  polardb = await startPolardb({
    accessKeys: [ACCESS_KEY],
    clusters: ["pc-1", ...OTHERS].map((id) => ({ id, engine: "MySQL", region: "cn-hangzhou" })),
  });
  obshell = await startObshell({
    password: PASSWORD,
    tenants: [{ name: "t1", id: 1002 }],
    tickMs: 20,
    archiveTransitionMs: 20,
  });
  provider = await startProvider();
});

/** A process as each command of Pulumi has one. */
const startProvider = (): Promise<ProviderProcess> =>
  ProviderProcess.start(
    { OCEANBASE_ENDPOINTS: obshell.url, OCEANBASE_PASSWORD: PASSWORD },
    {
      "polardb:endpoint": polardb.url,
      "polardb:accessKeyId": ACCESS_KEY.accessKeyId,
      "polardb:accessKeySecret": ACCESS_KEY.accessKeySecret,
    },
  );

afterAll(async () => {
  await provider.stop();
  await polardb.close();
  await obshell.close();
});

const caught = (promise: Promise<unknown>): Promise<WireError> =>
  promise.then(
    () => ({ message: "no error" }),
    (error: WireError) => error,
  );

describe("check over the wire", () => {
  it("returns canonical inputs with the provider text", async () => {
    const { inputs, failures } = await provider.check(
      {},
      {
        ...POLICY,
        dbClusterId: "pc-1",
        preferredBackupPeriod: ["Sunday", "Monday", "Sunday"],
        preferredBackupTime: "23:00Z-00:00Z",
      },
    );
    expect(failures).toEqual([]);
    expect(inputs).toEqual({
      ...POLICY,
      dbClusterId: "pc-1",
      preferredBackupPeriod: ["Monday", "Sunday"],
      preferredBackupTime: "23:00Z-24:00Z",
    });
  });

  it.each(UNKNOWNS)("lets the unknown marker %s through in every place", async (unknown) => {
    const policy = {
      ...POLICY,
      dbClusterId: unknown,
      credentials: { accessKeyId: unknown, accessKeySecret: unknown },
      preferredBackupPeriod: ["Monday", unknown],
      dataLevel1BackupRetentionPeriod: unknown,
      backupPolicyLevel: unknown,
      advancedDataPolicies: [
        unknown,
        {
          name: unknown,
          srcType: unknown,
          destType: "level1",
          filterType: unknown,
          filterValue: unknown,
          retentionType: unknown,
          retentionValue: unknown,
        },
      ],
      accept: [unknown],
    };
    expect(await provider.check({}, policy)).toEqual({ inputs: policy, failures: [] });
    const cluster = {
      ...CLUSTER,
      connection: { endpoints: [unknown], password: unknown, tls: unknown },
      backupBaseUri: unknown,
      binding: unknown,
      pieceSwitchInterval: unknown,
      deletePolicy: { policy: "default", recoveryWindow: unknown },
      storageCredentials: { accessId: unknown, accessKey: unknown },
      haLowThreadScore: unknown,
    };
    const { inputs, failures } = await provider.check({}, cluster);
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject(cluster);
    expect(await provider.diff("pc-1", { ...POLICY, dbClusterId: "pc-1" }, policy)).toMatchObject({
      changes: "unknown",
    });
  });

  it("names nested paths, and gives no property for a secret one", async () => {
    const { failures } = await provider.check(
      {},
      {
        ...CLUSTER,
        connection: { password: ["not-a-text-secret"], endpoints: [""] },
        deletePolicy: { recoveryWindow: "7h" },
      },
    );
    expect(failures.map(({ property }) => property).sort()).toEqual([
      "",
      "connection.endpoints[0]",
      "deletePolicy.recoveryWindow",
    ]);
    expect(JSON.stringify(failures)).not.toContain("not-a-text-secret");
  });
});

describe("the life of a resource over the wire", () => {
  it("creates, updates with complete outputs, reads with inputs, and deletes", async () => {
    const { inputs } = await provider.check(
      {},
      { ...POLICY, dbClusterId: "pc-1", dataLevel1BackupRetentionPeriod: 10 },
    );
    const created = await provider.create(inputs);
    expect(created.id).toBe("pc-1");
    expect(created.properties).toMatchObject(inputs);
    const { effective } = findingsOf({ outputs: created.properties });
    expect(effective).toMatchObject({ dataLevel1BackupRetentionPeriod: 10 });

    const changed = { ...inputs, dataLevel1BackupRetentionPeriod: 14 };
    expect(await provider.diff("pc-1", created.properties, changed)).toEqual({ changes: "unknown", replaces: [] });
    // Another run: within one, a second call for the same policy comes from a second resource.
    const next = await startProvider();
    const updated = await next.update("pc-1", created.properties, changed).finally(() => next.stop());
    expect(Object.keys(updated).sort()).toEqual(Object.keys(created.properties).sort());

    const read = await provider.read("pc-1", updated);
    expect(read).toMatchObject({ id: "pc-1", properties: updated, inputs: changed });
    await provider.delete("pc-1", updated);
  });

  it("answers an empty id for a cluster that is gone, and deletes it without a complaint", async () => {
    polardb.change({ kind: "addCluster", cluster: { id: "pc-gone", engine: "MySQL", region: "cn-hangzhou" } });
    const { inputs } = await provider.check({}, { ...POLICY, dbClusterId: "pc-gone" });
    const created = await provider.create(inputs);
    polardb.change({ kind: "deleteCluster", clusterId: "pc-gone" });
    expect((await provider.read("pc-gone", created.properties)).id).toBe("");
    await provider.delete("pc-gone", created.properties);
  });

  it("answers a partial creation with id, properties and provider text", async () => {
    const { inputs } = await provider.check(
      {},
      {
        ...CLUSTER,
        backupBaseUri: "file:///data/backup",
        binding: "optional",
        pieceSwitchInterval: "1d",
        deletePolicy: { recoveryWindow: "7d" },
      },
    );
    obshell.injectFault({ kind: "databaseRefusal", statement: "ADD_DELETE_POLICY" });
    const { partial } = await caught(provider.create(inputs));
    expect(partial).toMatchObject({
      id: "obcluster:1",
      properties: { ...CLUSTER, unconfirmed: { 1002: ["deletePolicy"] } },
    });
    expect(partial?.reasons[0]).toMatch(/^creating OceanBase cluster backup config \(obcluster:1\): task 11 .* failed/);
    const next = await startProvider();
    const repaired = await next.update("obcluster:1", partial?.properties ?? {}, inputs).finally(() => next.stop());
    expect(repaired).toMatchObject({ unconfirmed: {}, applied: { deletePolicy: { recoveryWindow: "7d" } } });
  });
});

describe("errors over the wire", () => {
  it("stand alone, one line, without a stack on the console", async () => {
    const { message, partial } = await caught(provider.create({ ...POLICY, dbClusterId: "pc-unknown" }));
    expect(message).toMatch(
      /^creating PolarDB backup policy \(pc-unknown\): .*the cluster does not exist.*\[NotFound, InvalidDBClusterId\.NotFound, HTTP 404/,
    );
    expect(partial).toBeUndefined();
    await caught(provider.read("pc-1", { ...POLICY, dbClusterId: "pc-1", target: { endpoint: "http://elsewhere" } }));
    expect(provider.printed.join("\n")).not.toMatch(/^\s+at /m);
  });

  it("hold no secret that the resource was given", async () => {
    const { message } = await caught(
      provider.create({
        ...CLUSTER,
        connection: { endpoints: [obshell.url], password: "planted-wrong-password" },
        haLowThreadScore: 1,
      }),
    );
    expect(message).toContain("Unauthenticated");
    expect(`${message}${provider.printed.join("\n")}`).not.toContain("planted-wrong-password");
  });

  it("say which version is missing when state names a type that is not known", async () => {
    const { message } = await caught(provider.read("x", { __provider: providerText("SomethingNewer") }));
    expect(message).toContain('does not know the resource type "SomethingNewer"');
  });
});

describe("a fresh process", () => {
  it("serves fifty first calls at once, all of them configured", async () => {
    const fresh = await ProviderProcess.start(
      {},
      {
        "polardb:endpoint": polardb.url,
        "polardb:accessKeyId": ACCESS_KEY.accessKeyId,
        "polardb:accessKeySecret": ACCESS_KEY.accessKeySecret,
      },
    );
    const ids = Array.from({ length: 50 }, (_, index) => `pc-fresh-${index}`);
    for (const id of ids)
      polardb.change({ kind: "addCluster", cluster: { id, engine: "MySQL", region: "cn-hangzhou" } });
    try {
      const created = await Promise.all(ids.map((dbClusterId) => fresh.create({ ...POLICY, dbClusterId })));
      expect(created.map(({ id }) => id)).toEqual(ids);
    } finally {
      await fresh.stop();
    }
  });

  it("goes on without settings after a call that failed for want of them, and fails the same way each time", async () => {
    const bare = await ProviderProcess.start();
    try {
      const messages = [];
      for (let attempt = 0; attempt < 2; attempt++)
        messages.push((await caught(bare.create({ ...POLICY, dbClusterId: "pc-1" }))).message);
      expect(messages[0]).toContain("neither a region nor an endpoint is set [InvalidInput]");
      expect(messages[1]).toBe(messages[0]);
    } finally {
      await bare.stop();
    }
  });
});

describe("a process whose CLI was killed", () => {
  it("finishes what it does, and is then idle although nobody reads what it prints", async () => {
    const left = await startProvider();
    try {
      left.abandon();
      // The first line that cannot be written is forgiven by Node, on either stream: it takes several.
      for (const dbClusterId of OTHERS) {
        const { inputs } = await left.check({}, { ...POLICY, dbClusterId, dataLevel1BackupRetentionPeriod: 11 });
        await left.create(inputs);
        expect(polardb.world.cluster(dbClusterId).settings.data.DataLevel1BackupRetentionPeriod).toBe("11");
      }
      const before = left.usedMs();
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      expect(left.usedMs() - before).toBeLessThan(200);
    } finally {
      await left.stop();
    }
  });
});
