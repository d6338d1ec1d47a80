import type { Bag } from "../../../provider/core/bag";
import type { AnyHandler } from "../../../provider/core/lifecycle";
import type { TransportFactory } from "../../../provider/core/transport";
import { backupPolicy } from "../../../provider/polardb/backupPolicy.handler";
import { logBackupPolicy } from "../../../provider/polardb/logBackupPolicy.handler";
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

type Policy = "BackupPolicy" | "LogBackupPolicy";

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
  /** Calls of the policy's Modify action, with their parameters but the cluster id. */
  modifies(): Bag[];
}

export interface PolardbSubjectOptions extends Partial<PolardbOptions> {
  readonly process?: StackProcess;
  readonly type?: Policy;
  /** For a look at what is sent, or a fault on its way. */
  readonly connect?: TransportFactory;
}

/** A stack of one policy. Stacks that share a process are resources of one program. */
export function polardbStack(
  type: Policy,
  clock: VirtualClock,
  process?: StackProcess,
  connect?: TransportFactory,
): Stack {
  const handler = (type === "BackupPolicy" ? backupPolicy : logBackupPolicy) as unknown as AnyHandler;
  return new Stack({ handler, type, clock, environment: ENVIRONMENT, process, connect });
}

export async function startPolardbSubject({
  process,
  type = "BackupPolicy",
  connect,
  ...options
}: PolardbSubjectOptions = {}): Promise<PolardbSubject> {
  const clock = new VirtualClock();
  const emulator = await startPolardb({
    clock,
    accessKeys: [{ ...ACCESS_KEY, allowedActions: GRANTED }],
    clusters: [{ id: "pc-1", engine: "MySQL", region: "cn-hangzhou" }],
    ...options,
  });
  return {
    emulator,
    clock,
    stack: polardbStack(type, clock, process, connect),
    program: (properties) => ({ dbClusterId: "pc-1", endpoint: emulator.url, ...properties }),
    modifies: () => modifiesOf(emulator, type),
  };
}

/** Calls of a policy's Modify action, with their parameters but the cluster id. */
export function modifiesOf(emulator: PolardbEmulator, type: Policy): Bag[] {
  return emulator.journal.calls
    .filter(({ operation }) => operation === `Modify${type}`)
    .map(({ detail }) => {
      const { DBClusterId: _id, ...parameters } = detail.parameters as Record<string, unknown>;
      return parameters;
    });
}
