import type { Bag } from "../../../provider/core/bag";
import type { AnyHandler } from "../../../provider/core/lifecycle";
import type { TransportFactory } from "../../../provider/core/transport";
import { clusterBackupConfig } from "../../../provider/oceanbase/clusterBackupConfig.handler";
import { tenantBackupConfig } from "../../../provider/oceanbase/tenantBackupConfig.handler";
import { tenantBackupFleet } from "../../../provider/oceanbase/tenantBackupFleet.handler";
import { VirtualClock } from "../../emulators/common/clock";
import { type ObshellEmulator, type ObshellOptions, startObshell } from "../../emulators/obshell";
import { readState } from "../../emulators/obshell/state";
import { Stack, type StackProcess } from "./stack";

const HANDLERS = {
  ClusterBackupConfig: clusterBackupConfig,
  TenantBackupConfig: tenantBackupConfig,
  TenantBackupFleet: tenantBackupFleet,
} as const;

export const PASSWORD = "lifecycle-password-42";

export interface OceanbaseSubject {
  readonly emulator: ObshellEmulator;
  readonly clock: VirtualClock;
  readonly stack: Stack;
  /** A program for the cluster with these properties. */
  program(properties: Bag): Bag;
  /** Names of the calls that change something, in order. */
  writes(): string[];
  /** Statements that changed the database, in order. */
  statements(): string[];
  /** Archive status by tenant. */
  archiving(): Record<string, string | null>;
}

export interface OceanbaseSubjectOptions extends Partial<ObshellOptions> {
  readonly environment?: Record<string, string>;
  readonly type?: keyof typeof HANDLERS;
  /** For a look at what is sent, or a fault on its way. */
  readonly connect?: TransportFactory;
}

/** A stack of one resource of OceanBase. Stacks that share a process are resources of one program. */
export function oceanbaseStack(
  type: keyof typeof HANDLERS,
  clock: VirtualClock,
  environment: Record<string, string> = {},
  process?: StackProcess,
  connect?: TransportFactory,
): Stack {
  return new Stack({
    handler: HANDLERS[type] as unknown as AnyHandler,
    type,
    clock,
    environment: { OCEANBASE_PASSWORD: PASSWORD, ...environment },
    process,
    connect,
  });
}

/** The destination that most tests declare, complete. */
export const DESTINATION = {
  backupBaseUri: "file:///data/backup",
  binding: "mandatory",
  pieceSwitchInterval: "6d",
} as const;

export async function startOceanbaseSubject({
  environment,
  type = "ClusterBackupConfig",
  connect,
  ...options
}: OceanbaseSubjectOptions = {}): Promise<OceanbaseSubject> {
  const clock = new VirtualClock();
  const emulator = await startObshell({
    clock,
    password: PASSWORD,
    tenants: [
      { name: "t1", id: 1002 },
      { name: "t2", id: 1004 },
      { name: "t3", id: 1006 },
    ],
    ...options,
  });
  const stack = oceanbaseStack(type, clock, environment, undefined, connect);
  return {
    emulator,
    clock,
    stack,
    program: (properties) => ({ connection: { endpoints: [emulator.url] }, ...properties }),
    writes: () => emulator.journal.operations().filter((name) => !name.startsWith("GET")),
    statements: () => emulator.sql().map(({ statement }) => statement),
    archiving: () => Object.fromEntries(tenantsOf(emulator).map(({ name, archiveStatus }) => [name, archiveStatus])),
  };
}

interface TenantView {
  readonly name: string;
  readonly archiveStatus: string | null;
  readonly archiveDestination: {
    readonly uri: string;
    readonly binding: string;
    readonly pieceSwitchInterval: string;
  } | null;
  readonly dataDestination: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly deletePolicy: { readonly recoveryWindow: string } | null;
}

/** The tenants as `GET /__state` shows them. */
export function tenantsOf(emulator: ObshellEmulator): TenantView[] {
  return (readState(emulator.world) as unknown as { tenants: TenantView[] }).tenants;
}
