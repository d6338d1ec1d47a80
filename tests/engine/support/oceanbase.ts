import type { ThrowawayStack } from "../../../tools/throwawayStack";
import type { ObshellEmulator, ObshellOptions, TenantOptions } from "../../emulators/obshell";
import { setProgram, startStack, succeeded } from "./engine";
import { obshell, vendorEnvironment } from "./vendors";

/** What most rows declare, complete. */
export const DESTINATION = {
  backupBaseUri: "file:///data/backup",
  binding: "mandatory",
  pieceSwitchInterval: "6d",
} as const;

export const MOVED = { ...DESTINATION, backupBaseUri: "file:///data/moved" } as const;

export const TENANTS: readonly TenantOptions[] = [
  { name: "t1", id: 1002 },
  { name: "t2", id: 1004 },
  { name: "t3", id: 1006 },
];

/** A tenant as it looks to somebody who has configured the whole cluster by hand, with `DESTINATION` or another base. */
export function configured(tenant: TenantOptions, base: string = DESTINATION.backupBaseUri): TenantOptions {
  return {
    ...tenant,
    archiveUri: `${base}/1/${tenant.id}/clog`,
    dataUri: `${base}/1/${tenant.id}/data`,
    binding: "MANDATORY",
    pieceSwitchInterval: "6d",
    archiveStatus: "DOING",
  };
}

export type Properties = Readonly<Record<string, unknown>>;

/** A program of one resource for the cluster, whose outputs of interest are exported. */
export function clusterProgram(properties: Properties, name = "cluster"): string {
  return `
  const config = new oceanbase.ClusterBackupConfig(${JSON.stringify(name)}, ${JSON.stringify(properties)});
  exports.archiveGaps = config.archiveGaps;
  exports.tenants = config.tenants;`;
}

export interface Subject {
  readonly cluster: ObshellEmulator;
  readonly stack: ThrowawayStack;
  /** Another declaration for the same resource. */
  declare(properties: Properties): void;
  /** Calls that change something, in order. */
  writes(): string[];
  /** Statements that changed the database since the last `forget`, in order. */
  statements(): string[];
  /** Forgets journal and statements so far. */
  forget(): void;
  /** What the newest round of every tenant is. */
  archiving(): Record<string, string | undefined>;
  force(statuses: Readonly<Record<string, "DOING" | "STOP" | "SUSPEND" | null>>): void;
  /** The base that both destinations of every tenant have, or what they are. */
  bases(): string[];
  /** The newest configuration task as messages name it, and how long it kept each tenant off, by the server's own account. */
  lastClosing(): {
    readonly task: string;
    readonly gaps: readonly { readonly tenant: string; readonly seconds: number }[];
  };
  /** Returns when no task of the cluster is at work any more. */
  settled(): Promise<void>;
}

/** A cluster of three tenants and a stack that has not run yet. */
export async function subjectOf(
  properties: Properties,
  options: Partial<ObshellOptions> & { readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<Subject> {
  const { environment, ...emulator } = options;
  const cluster = await obshell({ tenants: TENANTS, ...emulator });
  const stack = await startStack({
    environment: { ...vendorEnvironment({ obshell: cluster }), ...environment },
    program: clusterProgram(properties),
  });
  return wrap(cluster, stack);
}

/** The same after the first `up`, with every tenant archiving and a clean journal. */
export async function archivingSubject(
  properties: Properties = DESTINATION,
  options: Parameters<typeof subjectOf>[1] = {},
): Promise<Subject> {
  const subject = await subjectOf(properties, options);
  succeeded(await subject.stack.up("--skip-preview"));
  subject.force(Object.fromEntries(subject.cluster.world.tenants.map(({ name }) => [name, "DOING"])));
  subject.forget();
  return subject;
}

export function wrap(cluster: ObshellEmulator, stack: ThrowawayStack): Subject {
  let seen = 0;
  return {
    cluster,
    stack,
    declare: (properties) => setProgram(stack, clusterProgram(properties)),
    writes: () => writesOf(cluster),
    statements: () =>
      cluster
        .sql()
        .slice(seen)
        .map(({ statement }) => statement),
    forget: () => {
      cluster.journal.clear();
      seen = cluster.sql().length;
    },
    archiving: () => archivingOf(cluster),
    force: (statuses) => {
      for (const [name, archiveStatus] of Object.entries(statuses))
        cluster.change({ change: "tenant", name, set: { archiveStatus } });
    },
    bases: () =>
      cluster.world.tenants.map(({ id, archiveDestination, dataDestination }) => {
        const base = archiveDestination.uri.replace(`/1/${id}/clog`, "");
        return dataDestination === `${base}/1/${id}/data` ? base : `${archiveDestination.uri} ${dataDestination}`;
      }),
    lastClosing: () => {
      const { dags, tenants } = cluster.world;
      const dag = dags.findLast(({ name }) => name === "Set obcluster backup config");
      const from = dag?.nodes.at(-1)?.startedAt ?? Number.NaN;
      const to = (tenant: (typeof tenants)[number]): number => tenant.rounds.at(-1)?.startedAt ?? Number.NaN;
      const gaps = tenants.map((tenant) => ({
        tenant: tenant.name,
        seconds: Math.round((to(tenant) - from) / 100) / 10,
      }));
      return { task: `task 1${dag?.id} (Set obcluster backup config)`, gaps };
    },
    settled: async () => {
      while (cluster.world.dags.some(({ state }) => state !== "SUCCEED" && state !== "FAILED"))
        await new Promise((resolve) => setTimeout(resolve, 20));
    },
  };
}

/** Calls that change something: logging in is none. */
export function writesOf(cluster: ObshellEmulator): string[] {
  return cluster.journal.operations().filter((name) => !name.startsWith("GET"));
}

export function archivingOf(cluster: ObshellEmulator): Record<string, string | undefined> {
  return Object.fromEntries(cluster.world.tenants.map(({ name, rounds }) => [name, rounds.at(-1)?.status]));
}
