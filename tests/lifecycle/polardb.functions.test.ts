import * as pulumi from "@pulumi/pulumi";
import type { Bag } from "../../provider/core/bag";
import { Claims } from "../../provider/core/claims";
import { Exclusive } from "../../provider/core/exclusive";
import type { CallContext } from "../../provider/core/lifecycle";
import { Redactor } from "../../provider/core/redact";
import { Shared } from "../../provider/core/shared";
import type { TransportFactory } from "../../provider/core/transport";
import { createTransportFactory } from "../../provider/core/undiciTransport";
import { type LookupName, lookUp } from "../../provider/lookups";
import * as lookups from "../../provider/polardb/lookups";
import { polardb } from "../../sdk";
import { realClock, VirtualClock } from "../emulators/common/clock";
import { detailOf, type PolardbEmulator, type PolardbOptions, startPolardb } from "../emulators/polardb";
import { ACCESS_KEY, ENVIRONMENT } from "./support/polardb";

const REGION = "cn-hangzhou";

let emulator: PolardbEmulator;
let clock: VirtualClock;

afterEach(() => emulator.close());

async function start(options: Partial<PolardbOptions> = {}): Promise<void> {
  clock = new VirtualClock();
  emulator = await startPolardb({
    clock,
    accessKeys: [ACCESS_KEY],
    clusters: [{ id: "pc-1", engine: "MySQL", region: REGION }],
    ...options,
  });
}

const contextOf = (connect: TransportFactory = createTransportFactory()): CallContext => ({
  clock: { now: () => clock.now(), sleep: (ms) => clock.sleep(ms), random: () => 0.5 },
  environment: ENVIRONMENT,
  configuration: { get: () => undefined },
  redactor: new Redactor(),
  claims: new Claims(),
  exclusive: new Exclusive(),
  shared: new Shared(),
  connect,
  log: () => undefined,
});

const ofCluster = (dbClusterId = "pc-1"): Bag => ({ dbClusterId, endpoint: emulator.url });

const find = (search: Bag = {}, context = contextOf()) =>
  lookups.clusters.run({ region: REGION, endpoint: emulator.url, ...search }, context);

const idsOf = (found: readonly { readonly id: string }[]): string[] => found.map(({ id }) => id);

describe("polardb.getBackupPolicy, on a cluster", () => {
  const get = (dbClusterId?: string) => lookups.backupPolicy.run(ofCluster(dbClusterId), contextOf());

  it("tells the whole policy and when the next backup begins, in one call", async () => {
    await start();
    emulator.change({
      kind: "setPolicy",
      clusterId: "pc-1",
      policy: { DataLevel1BackupPeriod: "Friday,Monday", DataLevel1BackupTime: "23:00Z-00:00Z" },
    });
    expect(await get()).toEqual({
      preferredBackupTime: "02:00Z-03:00Z",
      preferredBackupPeriod: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
      backupFrequency: "Normal",
      dataLevel1BackupRetentionPeriod: 7,
      dataLevel1BackupFrequency: "Normal",
      dataLevel1BackupTime: "23:00Z-24:00Z",
      dataLevel1BackupPeriod: ["Monday", "Friday"],
      dataLevel2BackupRetentionPeriod: 0,
      dataLevel2BackupPeriod: undefined,
      dataLevel2BackupAnotherRegionRegion: undefined,
      dataLevel2BackupAnotherRegionRetentionPeriod: 0,
      backupRetentionPolicyOnClusterDeletion: "NONE",
      backupPolicyLevel: "Normal",
      advancedPolicyOption: "disable",
      advancedDataPolicies: [],
      nextBackupTime: expect.stringMatching(/^2026-01-05T23:\d\dZ$/),
    });
    expect(emulator.journal.operations()).toEqual(["DescribeBackupPolicy"]);
  });

  it("tells every rule of advanced backup with its id, and which the service made", async () => {
    await start({ clusters: [{ id: "pc-1", engine: "MySQL", region: REGION, advancedPolicyOption: "enable" }] });
    const added = emulator.change({
      kind: "addAdvancedPolicy",
      clusterId: "pc-1",
      policy: {
        SrcType: "level1",
        DestType: "level2",
        FilterType: "event",
        RetentionType: "delay",
        RetentionValue: "30",
        StorageClass: "IA",
      },
    });
    const { backupPolicyLevel, advancedPolicyOption, advancedDataPolicies } = await get();
    expect([backupPolicyLevel, advancedPolicyOption]).toEqual(["Advanced", "enable"]);
    expect(advancedDataPolicies).toHaveLength(2);
    expect(advancedDataPolicies[0]).toMatchObject({ policyId: expect.any(String), autoCreated: true, srcType: "db" });
    expect(advancedDataPolicies[1]).toEqual(
      expect.objectContaining({ policyId: added.PolicyId, autoCreated: false, destType: "level2", retentionValue: 30 }),
    );
    expect(advancedDataPolicies[1]).toMatchObject({ unknownFields: { StorageClass: "IA" } });
  });

  it.each(["omit", "empty"] as const)(
    "leaves out what other engines do not have (answers that %s it)",
    async (kind) => {
      await start({
        clusters: [{ id: "pc-1", engine: "PostgreSQL", region: REGION }],
        switches: { mysqlOnlyAnswers: kind },
      });
      const policy = await get();
      expect(policy).toMatchObject({ preferredBackupTime: "02:00Z-03:00Z", advancedDataPolicies: [] });
      expect(policy.dataLevel1BackupPeriod ?? policy.backupPolicyLevel ?? policy.advancedPolicyOption).toBeUndefined();
    },
  );
});

describe("polardb.getLogBackupPolicy, on a cluster", () => {
  const get = () => lookups.logBackupPolicy.run(ofCluster(), contextOf());

  it("tells retention, switch and copy in one call; what is off is 0 and has no region", async () => {
    await start();
    expect(await get()).toEqual({
      logBackupRetentionPeriod: 7,
      enableBackupLog: true,
      logBackupAnotherRegionRegion: undefined,
      logBackupAnotherRegionRetentionPeriod: 0,
      advancedLogPolicies: [],
    });
    emulator.change({
      kind: "setPolicy",
      clusterId: "pc-1",
      logPolicy: {
        LogBackupRetentionPeriod: -1,
        LogBackupAnotherRegionRegion: "cn-beijing",
        LogBackupAnotherRegionRetentionPeriod: "60",
      },
    });
    expect(await get()).toMatchObject({
      logBackupRetentionPeriod: -1,
      logBackupAnotherRegionRegion: "cn-beijing",
      logBackupAnotherRegionRetentionPeriod: 60,
    });
    expect(emulator.journal.operations()).toEqual(["DescribeLogBackupPolicy", "DescribeLogBackupPolicy"]);
  });

  it("tells the rules of advanced backup, without an id where the service keeps it to itself", async () => {
    await start({ clusters: [{ id: "pc-1", engine: "MySQL", region: REGION, advancedPolicyOption: "enable" }] });
    const { advancedLogPolicies } = await get();
    expect(advancedLogPolicies).toEqual([
      expect.objectContaining({
        policyId: undefined,
        srcRegion: REGION,
        logRetentionType: "delay",
        logRetentionValue: 7,
        enableLogBackup: true,
      }),
    ]);
  });
});

describe("polardb.getCrossRegions, on a cluster", () => {
  it.each(["list", "jsonText"] as const)("tells the regions whether they come as %s", async (regionsShape) => {
    await start({
      clusters: [
        { id: "pc-1", engine: "MySQL", region: REGION, availableCrossRegions: ["cn-shanghai", "cn-beijing"] },
        { id: "pc-2", engine: "PostgreSQL", region: REGION },
      ],
      switches: { regionsShape },
    });
    expect(await lookups.crossRegions.run(ofCluster("pc-1"), contextOf())).toEqual(["cn-beijing", "cn-shanghai"]);
    expect(await lookups.crossRegions.run(ofCluster("pc-2"), contextOf())).toEqual([]);
    expect(emulator.journal.operations()).toEqual(["DescribeAvailableCrossRegions", "DescribeAvailableCrossRegions"]);
  });
});

describe("polardb.findClusters, in a region", () => {
  const CLUSTERS = [
    { id: "pc-b", engine: "MySQL", region: REGION, description: "orders-prod", tags: { env: "prod", team: "a" } },
    { id: "pc-a", engine: "MySQL", region: REGION, description: "orders-test", tags: { env: "test" } },
    { id: "pc-c", engine: "PostgreSQL", region: REGION, description: "Orders", tags: { env: "prod", note: "" } },
    { id: "pc-d", engine: "MySQL", region: REGION, edition: "Standard", storageClass: "ESSD" },
    { id: "pc-e", engine: "MySQL", region: "cn-beijing", description: "orders-far", tags: { env: "prod" } },
  ] as const;

  it("tells what the list shows of each cluster, in the order of their ids", async () => {
    await start({ clusters: CLUSTERS });
    emulator.world.cluster("pc-b").status = "Maintaining";
    const found = await find();
    expect(idsOf(found)).toEqual(["pc-a", "pc-b", "pc-c", "pc-d"]);
    expect(found[1]).toEqual({
      id: "pc-b",
      description: "orders-prod",
      engine: "MySQL",
      version: "8.0",
      category: "Normal",
      status: "Maintaining",
      region: REGION,
      storageType: "psl5",
      tags: { env: "prod", team: "a" },
    });
    expect(found[3]).toMatchObject({ description: "pc-d", category: "SENormal", storageType: "essdpl1", tags: {} });
  });

  it.each<[string, Bag, string[]]>([
    ["one tag", { tags: { env: "prod" } }, ["pc-b", "pc-c"]],
    ["all of several tags", { tags: { env: "prod", team: "a" } }, ["pc-b"]],
    ["a tag without a value", { tags: { note: "" } }, ["pc-c"]],
    ["a tag that only has another value", { tags: { team: "" } }, []],
    ["no tags", { tags: {} }, ["pc-a", "pc-b", "pc-c", "pc-d"]],
    ["a name", { namePattern: "orders-prod" }, ["pc-b"]],
    ["a pattern of names", { namePattern: "orders-*" }, ["pc-a", "pc-b"]],
    ["a pattern with a place for one character", { namePattern: "?rders" }, ["pc-c"]],
    ["the id of a cluster without a name", { namePattern: "pc-*" }, ["pc-d"]],
    ["an engine", { engine: "PostgreSQL" }, ["pc-c"]],
    ["everything at once", { engine: "MySQL", tags: { env: "prod" }, namePattern: "*prod" }, ["pc-b"]],
    ["another region", { region: "cn-beijing" }, ["pc-e"]],
    ["nothing that is there", { namePattern: "payments" }, []],
  ])("finds by %s", async (_name, search, expected) => {
    await start({ clusters: CLUSTERS });
    expect(idsOf(await find(search))).toEqual(expected);
  });

  it("lets the service choose by tags and engine, and itself by name", async () => {
    await start({ clusters: CLUSTERS });
    await find({ engine: "MySQL", tags: { env: "prod", note: "" }, namePattern: "orders-*" });
    expect(emulator.journal.calls.map((call) => detailOf(call).parameters)).toEqual([
      {
        RegionId: REGION,
        DBType: "MySQL",
        "Tag.1.Key": "env",
        "Tag.1.Value": "prod",
        "Tag.2.Key": "note",
        PageSize: "100",
        PageNumber: "1",
      },
    ]);
  });

  const many = (count: number): PolardbOptions["clusters"] =>
    Array.from({ length: count }, (_, index) => ({
      id: `pc-${String(index).padStart(4, "0")}`,
      engine: "MySQL",
      region: REGION,
      tags: { half: index % 2 === 0 ? "even" : "odd" },
    }));

  it("finds 2,000 clusters in 20 calls, at most 8 at a time, each cluster once", async () => {
    await start({ clusters: many(2000) });
    const found = await find();
    expect(idsOf(found)).toEqual(many(2000).map(({ id }) => id));
    expect(emulator.journal.operations()).toEqual(Array.from({ length: 20 }, () => "DescribeDBClusters"));
    emulator.journal.clear();
    expect(await find({ tags: { half: "odd" } })).toHaveLength(1000);
    expect(emulator.journal.calls).toHaveLength(10);
  });

  it("finds them all while the service throttles, and repeats only what it refused", async () => {
    await start({ clusters: many(1000), knobs: { ratePerSecond: 2, burst: 3 } });
    expect(await find()).toHaveLength(1000);
    const answered = emulator.journal.calls.filter(({ status }) => status === 200);
    expect(answered).toHaveLength(10);
    expect(emulator.journal.calls.length).toBeGreaterThan(10);
  });

  /** Runs something when a page is asked for, before it is answered. */
  const disturbed = (disturb: (page: string | null) => void): CallContext =>
    contextOf((tls) => {
      const transport = createTransportFactory()(tls);
      return {
        send: (request) => {
          disturb(new URL(request.url).searchParams.get("PageNumber"));
          return transport.send(request);
        },
      };
    });

  it("reads the list again when a cluster that goes away hides another one from the next page", async () => {
    await start({ clusters: many(150) });
    let gone = false;
    const context = disturbed((page) => {
      if (page !== "2" || gone) return;
      gone = true;
      emulator.change({ kind: "deleteCluster", clusterId: "pc-0000" });
    });
    expect(idsOf(await find({}, context))).toEqual(
      many(150)
        .slice(1)
        .map(({ id }) => id),
    );
    expect(emulator.journal.calls).toHaveLength(4);
  });

  it("says that the list keeps changing rather than telling a part of it", async () => {
    await start({ clusters: many(150) });
    let next = 0;
    const context = disturbed((page) => {
      if (page === "2") emulator.change({ kind: "deleteCluster", clusterId: `pc-${String(next++).padStart(4, "0")}` });
    });
    await expect(find({}, context)).rejects.toThrow(
      "the list of clusters changed during each of 4 readings [Conflict]. Run the command again",
    );
  });

  it("has at most 8 calls at a time for one key and endpoint, however often a program asks", async () => {
    await start({ clusters: many(1000) });
    let inFlight = 0;
    let most = 0;
    const connect: TransportFactory = (tls) => {
      const transport = createTransportFactory()(tls);
      return {
        send: async (request) => {
          most = Math.max(most, ++inFlight);
          return transport.send(request).finally(() => inFlight--);
        },
      };
    };
    const context = contextOf(connect);
    const policies = Array.from({ length: 30 }, (_, index) =>
      lookups.backupPolicy.run(ofCluster(`pc-00${index + 10}`), context),
    );
    const results = await Promise.all([find({}, context), find({}, context), ...policies]);
    expect(results).toHaveLength(32);
    expect(most).toBeLessThanOrEqual(8);
    expect(most).toBeGreaterThan(4);
  });
});

describe("The door of PolarDB's functions", () => {
  const caller = (configuration: Record<string, unknown> = {}) => ({
    configuration: { get: (key: string) => configuration[key] },
    secrets: [] as string[],
    failure: (message: string) => new RangeError(message),
  });

  const KEY = { accessKeyId: ACCESS_KEY.accessKeyId, accessKeySecret: ACCESS_KEY.accessKeySecret };

  const failureOf = async (name: LookupName, request: Bag, configuration?: Record<string, unknown>): Promise<Error> => {
    const error: unknown = await lookUp(name, request, caller(configuration)).then(
      () => new Error("nothing was thrown"),
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(RangeError);
    return error as Error;
  };

  it("takes settings of the stack's configuration, and an absent argument for one that is null", async () => {
    await start({ clock: realClock });
    const configuration = {
      "polardb:endpoint": emulator.url,
      "polardb:region": REGION,
      "polardb:accessKeyId": KEY.accessKeyId,
      "polardb:accessKeySecret": KEY.accessKeySecret,
    };
    const request = { region: null, credentials: null, tags: null, namePattern: null };
    expect(idsOf(await lookUp("polardb.findClusters", request, caller(configuration)))).toEqual(["pc-1"]);
  });

  it.each(["InvalidDBClusterId.NotFound", "InvalidDBCluster.NotFound", "Forbidden.ClusterNotFound"] as const)(
    "says that a cluster is not there, when the service says %s",
    async (answer) => {
      await start({ clock: realClock });
      emulator.change({ kind: "deleteCluster", clusterId: "pc-1", answer });
      for (const [name, object] of [
        ["polardb.getBackupPolicy", "PolarDB backup policy"],
        ["polardb.getLogBackupPolicy", "PolarDB log backup policy"],
        ["polardb.getCrossRegions", "PolarDB regions for copies of backups"],
      ] as const) {
        const { message } = await failureOf(name, { ...ofCluster(), credentials: KEY });
        expect(message).toContain(`reading ${object} (pc-1): `);
        expect(message).toContain("the cluster does not exist");
        expect(message).toContain(`[NotFound, ${answer}, HTTP 404, request `);
        expect(message).toContain("Check dbClusterId, region and account.");
      }
    },
  );

  it("says what is wrong with a wrong secret, and not the secret", async () => {
    await start({ clock: realClock });
    const credentials = { ...KEY, accessKeySecret: "CanaryWrong-99", securityToken: "CanaryToken-98" };
    const { message } = await failureOf("polardb.findClusters", {
      region: REGION,
      endpoint: emulator.url,
      credentials,
    });
    expect(message).toContain(`reading PolarDB clusters (${REGION}): DescribeDBClusters: `);
    expect(message).toMatch(/\[Unauthenticated, /);
    expect(message).not.toContain("Canary");
  });

  const credentials = { accessKeyId: "AK", accessKeySecret: "CanarySecret" };
  const place = { region: REGION, endpoint: "http://127.0.0.1:1", credentials };

  it.each<[string, LookupName, Bag, string]>([
    ["no cluster", "polardb.getBackupPolicy", place, "dbClusterId: is required"],
    [
      "an id of another product",
      "polardb.getBackupPolicy",
      { ...place, dbClusterId: "rm-1" },
      'dbClusterId: "rm-1" must',
    ],
    [
      "a misspelt argument",
      "polardb.getCrossRegions",
      { ...place, dbClusterId: "pc-1", dbclusterid: "pc-2" },
      "dbclusterid: is not an argument; remove it or correct its name [InvalidInput]",
    ],
    [
      "a misspelt credential",
      "polardb.getLogBackupPolicy",
      { ...place, dbClusterId: "pc-1", credentials: { accessKeyId: "AK", accessKeySecrt: "Canary" } },
      "credentials.accessKeySecrt: (value not shown, it may hold a secret) is not a property",
    ],
    [
      "half a credential",
      "polardb.getBackupPolicy",
      { ...place, dbClusterId: "pc-1", credentials: { accessKeySecret: "CanarySecret" } },
      "credentials.accessKeySecret: (value not shown, it may hold a secret) needs accessKeyId or accessKeyIdEnv beside it",
    ],
    [
      "a credential of a variable that is not set",
      "polardb.getBackupPolicy",
      { ...place, dbClusterId: "pc-1", credentials: { accessKeyId: "AK", accessKeySecretEnv: "NO_SUCH_VARIABLE" } },
      "credentials.accessKeySecretEnv names the environment variable NO_SUCH_VARIABLE, which is not set",
    ],
    [
      "a user in an endpoint",
      "polardb.getBackupPolicy",
      { ...place, dbClusterId: "pc-1", endpoint: "https://me:Canary@h" },
      "endpoint: (value not shown, it may hold a secret) must be a host name or an http(s) address without path, query and user",
    ],
    [
      "neither region nor endpoint",
      "polardb.findClusters",
      { credentials },
      "neither a region nor an endpoint is set [InvalidInput]. Looked at: region; environment variable ALIBABA_CLOUD_REGION",
    ],
    [
      "an endpoint without a region",
      "polardb.findClusters",
      { endpoint: "http://127.0.0.1:1", credentials },
      "reading PolarDB clusters: no region is set, and http://127.0.0.1:1 lists clusters by region [InvalidInput]. Set region",
    ],
    ["tags that are a list", "polardb.findClusters", { ...place, tags: ["env"] }, 'tags: ["env"] must be of type'],
    ["a value of a tag that is no text", "polardb.findClusters", { ...place, tags: { env: 1 } }, "tags.env: 1 must be"],
    ["an empty key of a tag", "polardb.findClusters", { ...place, tags: { "": "x" } }, "must have keys of 1 to 128"],
    [
      "21 tags",
      "polardb.findClusters",
      { ...place, tags: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`k${index}`, ""])) },
      "must be at most 20 tags",
    ],
    ["an empty pattern", "polardb.findClusters", { ...place, namePattern: "" }, 'namePattern: "" must not be empty'],
    ["an engine that is none", "polardb.findClusters", { ...place, engine: "mysql" }, 'engine: "mysql" must be one of'],
  ])("says what is wrong with %s", async (_name, name, request, message) => {
    await start();
    const error = await failureOf(name, request);
    expect(error.message).toContain(message);
    expect(error.message).not.toContain("Canary");
  });

  it("masks what the program holds secret", async () => {
    await start({ clock: realClock });
    const request = { ...ofCluster("pc-hidden"), credentials: KEY };
    const run = lookUp("polardb.getBackupPolicy", request, { ...caller(), secrets: ["pc-hidden"] });
    await expect(run).rejects.toThrow(
      "reading PolarDB backup policy ([secret]): DescribeBackupPolicy: the cluster does",
    );
  });
});

describe("In a program, the functions of polardb", () => {
  beforeAll(async () => {
    await pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) });
  });

  afterEach(() => pulumi.runtime.setAllConfig({}));

  const settled = async <T>(output: pulumi.Output<T>): Promise<{ value: T; secret: boolean }> => {
    const value = await (output as unknown as { promise(): Promise<T> }).promise();
    return { value, secret: await pulumi.isSecret(output) };
  };

  it("have results that are not secret although the credentials are, and are where another argument is", async () => {
    await start({
      clock: realClock,
      clusters: [{ id: "pc-1", engine: "MySQL", region: REGION, tags: { env: "prod" }, description: "one" }],
    });
    const place = { region: pulumi.output(REGION), endpoint: emulator.url, credentials: pulumi.secret(ACCESS_KEY) };
    const cluster = { ...place, dbClusterId: Promise.resolve("pc-1") };
    const policy = polardb.getBackupPolicy(cluster);
    expect(await settled(policy.apply((live) => live.dataLevel1BackupRetentionPeriod))).toEqual({
      value: 7,
      secret: false,
    });
    const found = polardb.findClusters({ ...place, tags: { env: pulumi.output("prod") }, engine: "MySQL" });
    expect(await settled(found.apply(idsOf))).toEqual({ value: ["pc-1"], secret: false });
    const logs = polardb.getLogBackupPolicy({ ...cluster, dbClusterId: pulumi.secret("pc-1") });
    expect(await settled(logs.apply((live) => live.enableBackupLog))).toEqual({ value: true, secret: true });
    const named = polardb.findClusters({ ...place, tags: { env: pulumi.secret("prod") } });
    expect(await settled(named.apply(idsOf))).toEqual({ value: ["pc-1"], secret: true });
    expect((await settled(polardb.getCrossRegions(cluster))).value).toContain("cn-beijing");
  });

  it("take what the argument leaves out from stack configuration, which has no explicit provider", async () => {
    await start({ clock: realClock });
    pulumi.runtime.setAllConfig({
      "polardb:explicitProvider": "true",
      "polardb:region": REGION,
      "polardb:endpoint": "http://127.0.0.1:1",
      "polardb:accessKeyId": ACCESS_KEY.accessKeyId,
      "polardb:accessKeySecret": ACCESS_KEY.accessKeySecret,
    });
    process.env.POLARDB_ENDPOINT = emulator.url;
    try {
      expect((await settled(polardb.findClusters().apply(idsOf))).value).toEqual(["pc-1"]);
    } finally {
      delete process.env.POLARDB_ENDPOINT;
    }
  });
});
