import type { Bag } from "../../../provider/core/bag";
import { VirtualClock } from "../../emulators/common/clock";
import { type ObshellEmulator, type ObshellOptions, startObshell } from "../../emulators/obshell";
import { oceanbaseStack, PASSWORD, tenantsOf } from "./oceanbase";
import type { Stack, StackProcess } from "./stack";

export interface TenantFleetSubject {
  readonly emulator: ObshellEmulator;
  readonly clock: VirtualClock;
  readonly stack: Stack;
  readonly names: readonly string[];
  /** A program for all tenants with this baseline. */
  program(baseline: Bag, properties?: Bag): Bag;
  /** Calls that change something since the last `forget`, in order. */
  writes(): string[];
  /** Tenants that a configuration task was queued for since then, in order. */
  configured(): string[];
  /** All calls since then. */
  calls(): string[];
  forget(): void;
  /** Archive status by tenant. */
  archiving(): Record<string, string | null>;
  /** The most tenants that were seen without archiving at a time, since the last `forget`, whenever time went on. */
  mostClosed(): number;
}

export function tenantFleetStack(
  clock: VirtualClock,
  process?: StackProcess,
  environment: Record<string, string> = {},
): Stack {
  return oceanbaseStack("TenantBackupFleet", clock, environment, process);
}

/** What most tests declare. */
export const PLACES = {
  archiveBaseUri: "file:///arch/{tenant}",
  dataBaseUri: "file:///data/{tenant}",
  binding: "optional",
  pieceSwitchInterval: "1d",
} as const;

/** Tenants `t00`, `t01`, … without destinations, and a stack of one fleet of them. */
export async function startTenantFleet(
  count: number,
  { environment, ...options }: Partial<ObshellOptions> & { readonly environment?: Record<string, string> } = {},
): Promise<TenantFleetSubject> {
  let most = 0;
  const clock = new (class extends VirtualClock {
    override async sleep(ms: number): Promise<void> {
      await super.sleep(ms);
      most = Math.max(most, tenantsOf(emulator).filter(({ archiveStatus }) => archiveStatus !== "DOING").length);
    }
  })();
  const names = Array.from({ length: count }, (_, index) => `t${String(index).padStart(2, "0")}`);
  const emulator: ObshellEmulator = await startObshell({
    clock,
    password: PASSWORD,
    tenants: names.map((name, index) => ({ name, id: 1002 + 2 * index })),
    ...options,
  });
  return {
    emulator,
    clock,
    stack: tenantFleetStack(clock, undefined, environment),
    names,
    program: (baseline, properties = {}) => ({
      tenants: names,
      baseline,
      connection: { endpoints: [emulator.url] },
      ...properties,
    }),
    writes: () => emulator.journal.operations().filter((name) => !name.startsWith("GET")),
    configured: () =>
      emulator.journal
        .operations()
        .flatMap((name) => /^(?:POST|PATCH) \/api\/v1\/tenant\/(\w+)\/backup\/config$/.exec(name)?.[1] ?? []),
    calls: () => emulator.journal.operations(),
    forget: () => {
      emulator.journal.clear();
      most = 0;
    },
    mostClosed: () => most,
    archiving: () => Object.fromEntries(tenantsOf(emulator).map(({ name, archiveStatus }) => [name, archiveStatus])),
  };
}

/** Opens log archiving of tenants as their first backup would. */
export function openArchiving(emulator: ObshellEmulator, names: readonly string[]): void {
  for (const name of names) emulator.change({ change: "tenant", name, set: { archiveStatus: "DOING" } });
}
