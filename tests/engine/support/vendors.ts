import { type ObshellEmulator, type ObshellOptions, startObshell } from "../../emulators/obshell";
import { type PolardbEmulator, startPolardb } from "../../emulators/polardb";
import type { PolardbOptions } from "../../emulators/polardb/options";

/** Planted secrets: recognisable, and used nowhere else. */
export const CANARIES = {
  obshellPassword: "CanaryObshellPassword-7f3a",
  accessKeySecret: "CanaryAccessKeySecret-91bc",
  storageKey: "CanaryStorageKey-5d20",
  agentPassword: "CanaryAgentPassword-c4d8",
  securityToken: "CanarySecurityToken-08e6",
  /** In log lines of tasks that somebody else has started. */
  foreignKey: "CanaryForeignKey-66fa",
} as const;

export const ACCESS_KEY_ID = "LTAI-engine-test";

const closers: (() => Promise<void>)[] = [];

/** A cluster of two tenants on the real clock, with short ticks: the engine does not wait for a virtual one. */
export async function obshell(options: Partial<ObshellOptions> = {}): Promise<ObshellEmulator> {
  const emulator = await startObshell({
    password: CANARIES.obshellPassword,
    tenants: [
      { name: "mysql_tenant", id: 1002 },
      { name: "t2", id: 1004 },
    ],
    tickMs: 50,
    archiveTransitionMs: 100,
    ...options,
  });
  closers.push(() => emulator.close());
  return emulator;
}

export async function polardb(options: Partial<PolardbOptions> = {}): Promise<PolardbEmulator> {
  const emulator = await startPolardb({
    accessKeys: [{ accessKeyId: ACCESS_KEY_ID, accessKeySecret: CANARIES.accessKeySecret }],
    clusters: [{ id: "pc-1", engine: "MySQL", region: "cn-hangzhou" }],
    ...options,
  });
  closers.push(() => emulator.close());
  return emulator;
}

/** What a program finds in its environment: where both vendors are, and as whom. */
export function vendorEnvironment(vendors: {
  readonly obshell?: ObshellEmulator;
  readonly polardb?: PolardbEmulator;
}): Record<string, string> {
  return {
    ...(vendors.obshell
      ? { OCEANBASE_ENDPOINTS: vendors.obshell.url, OCEANBASE_PASSWORD: CANARIES.obshellPassword }
      : {}),
    ...(vendors.polardb
      ? {
          POLARDB_ENDPOINT: vendors.polardb.url,
          ALIBABA_CLOUD_ACCESS_KEY_ID: ACCESS_KEY_ID,
          ALIBABA_CLOUD_ACCESS_KEY_SECRET: CANARIES.accessKeySecret,
        }
      : {}),
  };
}

/** To be called in `afterEach`. */
export async function closeVendors(): Promise<void> {
  await Promise.all(closers.splice(0).map((close) => close()));
}
