import type { ThrowawayStack } from "../../../tools/throwawayStack";
import type { ObshellEmulator } from "../../emulators/obshell";
import { setProgram, startStack } from "./engine";
import type { Properties } from "./oceanbase";
import { archivingOf } from "./oceanbase";
import { obshell, vendorEnvironment } from "./vendors";

export interface TenantFleetSubject {
  readonly cluster: ObshellEmulator;
  readonly stack: ThrowawayStack;
  readonly names: readonly string[];
  /** Another declaration of the fleet: for all tenants unless it says otherwise. */
  declare(properties: Properties): void;
  /** Tenants of the configuration calls since the last `forget`, in order. */
  configured(): string[];
  forget(): void;
  /** Runs a command and tells the most tenants that were without archiving at a time meanwhile. */
  watched<T>(run: () => Promise<T>): Promise<{ readonly result: T; readonly mostClosed: number }>;
}

/** Tenants `t00`, `t01`, … and a stack of one fleet of them that has not run yet. */
export async function tenantFleetOf(count: number, properties: Properties): Promise<TenantFleetSubject> {
  const names = Array.from({ length: count }, (_, index) => `t${String(index).padStart(2, "0")}`);
  const cluster = await obshell({ tenants: names.map((name, index) => ({ name, id: 1002 + 2 * index })) });
  const program = (declared: Properties): string => `
  new oceanbase.TenantBackupFleet("fleet", ${JSON.stringify({ tenants: names, ...declared })});`;
  const stack = await startStack({
    environment: vendorEnvironment({ obshell: cluster }),
    program: program(properties),
  });
  const closed = (): number => Object.values(archivingOf(cluster)).filter((status) => status !== "DOING").length;
  return {
    cluster,
    stack,
    names,
    declare: (declared) => setProgram(stack, program(declared)),
    configured: () =>
      cluster.journal
        .operations()
        .flatMap((name) => /^(?:POST|PATCH) \/api\/v1\/tenant\/(\w+)\/backup\/config$/.exec(name)?.[1] ?? []),
    forget: () => cluster.journal.clear(),
    watched: async (run) => {
      let mostClosed = 0;
      const watch = setInterval(() => {
        mostClosed = Math.max(mostClosed, closed());
      }, 2);
      try {
        const result = await run();
        return { result, mostClosed };
      } finally {
        clearInterval(watch);
      }
    },
  };
}
