import { VirtualClock } from "../../emulators/common/clock";
import type { AccessKeyOptions, PolardbOptions } from "../../emulators/polardb";
import { type PolardbEmulator, startPolardb } from "../../emulators/polardb";
import type { Settings } from "../../emulators/polardb/settings";
import { type RawAnswer, type RawCallOptions, RawClient } from "./polardbRawClient";

export const KEY: AccessKeyOptions = { accessKeyId: "LTAItestKey", accessKeySecret: "s3cr3t-of-the-key" };

/** Clusters of every kind that the rules tell apart. */
export const CLUSTERS: PolardbOptions["clusters"] = [
  { id: "pc-mysql", engine: "MySQL", region: "cn-hangzhou", availableCrossRegions: ["cn-beijing", "cn-shanghai"] },
  { id: "pc-inland", engine: "MySQL", region: "cn-chengdu" },
  { id: "pc-essd", engine: "MySQL", region: "cn-hangzhou", edition: "Standard", storageClass: "ESSD" },
  { id: "pc-pg", engine: "PostgreSQL", region: "cn-hangzhou" },
  { id: "pc-oracle", engine: "Oracle", region: "cn-beijing" },
];

type Parameters = Readonly<Record<string, string>>;

export interface StartedPolardb {
  readonly emulator: PolardbEmulator;
  readonly client: RawClient;
  /** What the emulator holds for a cluster, `pc-mysql` unless told otherwise. */
  settings(id?: string): Settings;
  modify(parameters: Parameters, id?: string, options?: RawCallOptions): Promise<RawAnswer>;
  describe(id?: string): Promise<RawAnswer>;
  modifyLog(parameters: Parameters, id?: string): Promise<RawAnswer>;
  describeLog(id?: string): Promise<RawAnswer>;
}

/** Starts emulators on a clock that stands still unless a test moves it, and stops them after each test. */
export class PolardbFixture {
  clock = new VirtualClock();
  private readonly running: PolardbEmulator[] = [];

  async start(options: Partial<PolardbOptions> = {}): Promise<StartedPolardb> {
    const clock = options.clock ?? this.clock;
    const emulator = await startPolardb({ accessKeys: [KEY], clusters: CLUSTERS, clock, ...options });
    this.running.push(emulator);
    const client = new RawClient(emulator.url, options.accessKeys?.[0] ?? KEY, clock);
    return {
      emulator,
      client,
      settings: (id = "pc-mysql") => emulator.world.cluster(id).settings,
      modify: (parameters, id = "pc-mysql", call = {}) =>
        client.v3("ModifyBackupPolicy", { DBClusterId: id, ...parameters }, call),
      describe: (id = "pc-mysql") => client.v3("DescribeBackupPolicy", { DBClusterId: id }),
      modifyLog: (parameters, id = "pc-mysql") =>
        client.v3("ModifyLogBackupPolicy", { DBClusterId: id, ...parameters }),
      describeLog: (id = "pc-mysql") => client.v3("DescribeLogBackupPolicy", { DBClusterId: id }),
    };
  }

  async stopAll(): Promise<void> {
    this.clock = new VirtualClock();
    await Promise.all(this.running.splice(0).map((emulator) => emulator.close()));
  }
}
