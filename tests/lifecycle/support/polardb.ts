import type { Bag } from "../../../provider/core/bag";
import type { AnyHandler } from "../../../provider/core/lifecycle";
import { backupPolicy } from "../../../provider/polardb/backupPolicy.handler";
import { polardb } from "../../../sdk";
import { VirtualClock } from "../../emulators/common/clock";
import { type PolardbEmulator, startPolardb } from "../../emulators/polardb";
import type { PolardbOptions } from "../../emulators/polardb/options";
import { Stack, type StackProcess } from "./stack";

export const ACCESS_KEY = { accessKeyId: "LTAI-lifecycle", accessKeySecret: "lifecycle-secret-42" } as const;

export const ENVIRONMENT = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: ACCESS_KEY.accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: ACCESS_KEY.accessKeySecret,
  // A test must not wait for a metadata service that is not there.
  ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true",
} as const;

/** What RAM grants to the key of every test that brings no key of its own: the whole of the policy that the package writes. */
export const GRANTED: readonly string[] = polardb
  .ramPolicyDocument({ access: "manage", functions: ["findClusters"] })
  .Statement.flatMap(({ Action }) => Action);

export interface PolardbSubject {
  readonly emulator: PolardbEmulator;
  readonly clock: VirtualClock;
  readonly stack: Stack;
  /** A program for `pc-1` with these properties. */
  program(properties: Bag): Bag;
  /** Calls of ModifyBackupPolicy, with their parameters but the cluster id. */
  modifies(): Bag[];
}

export async function startPolardbSubject({
  process,
  ...options
}: Partial<PolardbOptions> & { readonly process?: StackProcess } = {}): Promise<PolardbSubject> {
  const clock = new VirtualClock();
  const emulator = await startPolardb({
    clock,
    accessKeys: [{ ...ACCESS_KEY, allowedActions: GRANTED }],
    clusters: [{ id: "pc-1", engine: "MySQL", region: "cn-hangzhou" }],
    ...options,
  });
  const stack = new Stack({
    handler: backupPolicy as unknown as AnyHandler,
    type: "BackupPolicy",
    clock,
    environment: ENVIRONMENT,
    process,
  });
  return {
    emulator,
    clock,
    stack,
    program: (properties) => ({ dbClusterId: "pc-1", endpoint: emulator.url, ...properties }),
    modifies: () =>
      emulator.journal.calls
        .filter(({ operation }) => operation === "ModifyBackupPolicy")
        .map(({ detail }) => {
          const { DBClusterId: _id, ...parameters } = detail.parameters as Record<string, unknown>;
          return parameters;
        }),
  };
}
