import type { Bag } from "../../provider/core/bag";
import { createTransportFactory } from "../../provider/core/undiciTransport";
import { lookUp } from "../../provider/lookups";
import { createClient } from "../../provider/polardb/client";
import { polardb } from "../../sdk";
import { realClock } from "../emulators/common/clock";
import { detailOf, type PolardbEmulator, startPolardb } from "../emulators/polardb";
import type { Engine } from "../emulators/polardb/options";
import { testContext } from "../unit/support/context";
import { ACCESS_KEY, ENVIRONMENT, GRANTED, startPolardbSubject } from "./support/polardb";

const REGION = "cn-hangzhou";

let emulator: PolardbEmulator;

afterEach(() => emulator.close());

/** A key with these rights, on the real clock, as programs have it. */
async function start(allowedActions: readonly string[]): Promise<void> {
  emulator = await startPolardb({
    clock: realClock,
    accessKeys: [{ ...ACCESS_KEY, allowedActions }],
    clusters: [{ id: "pc-1", engine: "MySQL", region: REGION }],
  });
}

const ask = (name: Parameters<typeof lookUp>[0], request: Bag): Promise<unknown> =>
  lookUp(
    name,
    { region: REGION, endpoint: emulator.url, credentials: { ...ACCESS_KEY }, ...request },
    { configuration: { get: () => undefined }, secrets: [], failure: (message) => new RangeError(message) },
  );

const ofCluster = { dbClusterId: "pc-1" };

const FUNCTIONS: readonly (readonly [action: string, call: () => Promise<unknown>])[] = [
  ["DescribeBackupPolicy", () => ask("polardb.getBackupPolicy", ofCluster)],
  ["DescribeLogBackupPolicy", () => ask("polardb.getLogBackupPolicy", ofCluster)],
  ["DescribeAvailableCrossRegions", () => ask("polardb.getCrossRegions", ofCluster)],
  ["DescribeDBClusters", () => ask("polardb.findClusters", {})],
];

describe("A key with the policy that polardb.ramPolicyDocument makes", () => {
  it("may call all functions and manage policies, and calls nothing else", async () => {
    await start(GRANTED);
    for (const [, call] of FUNCTIONS) await call();
    const client = createClient(
      { endpoint: emulator.url },
      { keys: async () => ACCESS_KEY, renew: async () => ACCESS_KEY },
      {
        ...testContext(),
        clock: { now: Date.now, sleep: async () => undefined, random: () => 0 },
        connect: createTransportFactory(),
      },
      Date.now() + 60_000,
    );
    await client.write("ModifyLogBackupPolicy", { DBClusterId: "pc-1", LogBackupRetentionPeriod: "8" });
    const called = emulator.journal.calls.map((call) => `polardb:${detailOf(call).action}`);
    expect(emulator.journal.calls.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(called.filter((action) => !GRANTED.includes(action))).toEqual([]);
  });

  it.each(FUNCTIONS)("is told by name that it may not call %s when that is missing", async (action, call) => {
    await start(GRANTED.filter((granted) => granted !== `polardb:${action}`));
    const resource = action === "DescribeDBClusters" ? 'for the resource "*"' : "for this cluster";
    await expect(call()).rejects.toThrow(
      new RegExp(
        `${action} failed: .*\\[Forbidden, Forbidden\\.RAM, HTTP 403.*Allow the action polardb:${action} ${resource.replace("*", "\\*")} in RAM`,
      ),
    );
    for (const [other, callOther] of FUNCTIONS) if (other !== action) await callOther();
  });

  const copies = {
    dataLevel2BackupAnotherRegionRegion: "cn-beijing",
    dataLevel2BackupAnotherRegionRetentionPeriod: 30,
  };

  it.each<[string, Engine, Bag]>([
    ["DescribeBackupPolicy", "MySQL", { dataLevel1BackupRetentionPeriod: 9 }],
    ["ModifyBackupPolicy", "MySQL", { dataLevel1BackupRetentionPeriod: 9 }],
    // Only MySQL tells its engine with its policy.
    ["DescribeDBClusterAttribute", "PostgreSQL", { dataLevel1BackupRetentionPeriod: 9 }],
    ["DescribeAvailableCrossRegions", "MySQL", { dataLevel2BackupRetentionPeriod: 30, ...copies }],
  ])(
    "is told by name that a resource may not call %s, before anything is written",
    async (action, engine, properties) => {
      const allowedActions = GRANTED.filter((granted) => granted !== `polardb:${action}`);
      const subject = await startPolardbSubject({
        accessKeys: [{ ...ACCESS_KEY, allowedActions }],
        clusters: [{ id: "pc-1", engine, region: "cn-hangzhou" }],
      });
      emulator = subject.emulator;
      const before = emulator.world.cluster("pc-1").settings;
      const up = subject.stack.up(subject.program(properties));
      await expect(up).rejects.toThrow(`Allow the action polardb:${action} for this cluster in RAM`);
      expect(emulator.world.cluster("pc-1").settings).toEqual(before);
      emulator.change({ kind: "setAllowedActions", accessKeyId: ACCESS_KEY.accessKeyId, actions: GRANTED });
      await subject.stack.up(subject.program(properties));
      expect(emulator.world.cluster("pc-1").settings).not.toEqual(before);
    },
  );

  it("refreshes with access to read, and cannot change anything", async () => {
    const { Statement } = polardb.ramPolicyDocument({ access: "read" });
    const subject = await startPolardbSubject();
    emulator = subject.emulator;
    await subject.stack.up(subject.program({ dataLevel1BackupRetentionPeriod: 8 }));
    const actions = Statement.flatMap(({ Action }) => Action);
    emulator.change({ kind: "setAllowedActions", accessKeyId: ENVIRONMENT.ALIBABA_CLOUD_ACCESS_KEY_ID, actions });
    await subject.stack.refresh();
    await expect(subject.stack.up(subject.program({ dataLevel1BackupRetentionPeriod: 9 }))).rejects.toThrow(
      "Allow the action polardb:ModifyBackupPolicy for this cluster in RAM",
    );
  });
});
