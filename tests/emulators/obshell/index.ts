import { type Clock, realClock } from "../common/clock";
import type { Faults } from "../common/faults";
import { type HttpServerOptions, type RunningServer, serve } from "../common/httpServer";
import type { Journal } from "../common/journal";
import { type Agent, CLUSTER_AGENT, type Identity, newAgent } from "./agent";
import type { Change } from "./changeChecks";
import { changeState } from "./changes";
import type { ObshellFault } from "./faultKinds";
import { DEFAULT_PROFILE, profileNamed } from "./profiles";
import { advance } from "./scheduler";
import type { SqlEntry } from "./sql";
import type { TenantOptions } from "./tenant";
import { ObshellVendor } from "./vendor";
import { type DatabaseRules, World } from "./world";

export type { Agent, Identity } from "./agent";
export type { Change, TenantPatch } from "./changeChecks";
export type { Dag, Node, SubTask, TaskOperator, TaskState } from "./dag";
export type { ObshellFault, StatementName, Step } from "./faultKinds";
export { fingerprint, type SqlEntry } from "./sql";
export type { ArchiveStatus, Binding, LogMode, ParameterName, Tenant, TenantOptions } from "./tenant";
export type { DatabaseRules, DatabaseState, World } from "./world";

/** What every agent has of its own. */
export interface AgentServerOptions {
  /** 0 (the default) takes any free port. */
  readonly port?: number;
  /** As the release creates it unless told otherwise: 1024, before 4.4.2 512. */
  readonly keyBits?: 512 | 1024;
  readonly identity?: Identity;
  /** Without one, `X-OCS-Agent-Header` is refused and `/info` says `security: false`. */
  readonly agentPassword?: string;
  /** Path of the agent's unix socket, where no password is asked for. None if left out. */
  readonly unixSocket?: string;
  /** Serves HTTPS only, as an agent does that finds a certificate. */
  readonly tls?: HttpServerOptions["tls"];
  /** How far the agent's clock is ahead of `clock`; negative behind. Judges `Ts`, and shows in `/time` and timestamps. */
  readonly clockSkewMs?: number;
  /** Added to every answer, in milliseconds of the clock. */
  readonly latencyMs?: number;
  /** The same in real milliseconds: lets calls that are sent together meet on a virtual clock, to be counted in flight. */
  readonly realLatencyMs?: number;
}

export interface ObshellOptions extends AgentServerOptions {
  /** Time of the emulator. Nothing in it runs by itself: the world catches up whenever it is asked. */
  readonly clock?: Clock;
  /** Of root@sys. May be empty, as after a fresh installation. */
  readonly password?: string;
  readonly tenants?: readonly TenantOptions[];
  readonly clusterName?: string;
  readonly clusterId?: number;
  /** Unix milliseconds. Two clusters of the same name and id differ by it. */
  readonly sysCreatedTime?: number;
  /** An obshell release: "4.5" (default), "4.3.2", "4.3.1" or "4.2.4". What differs is in `profiles.ts`. */
  readonly profile?: string;
  /** How often the scheduler looks at its tasks. A configuration takes four ticks. */
  readonly tickMs?: number;
  /** How long archiving takes to start, stop or suspend, and a cancelled backup to end. */
  readonly archiveTransitionMs?: number;
  readonly backupDurationMs?: number;
  /** Whose rules the database follows: OceanBase's, or those of the stand-in behind the recorded answers. */
  readonly databaseRules?: DatabaseRules;
  /** How many finished tasks the cluster has from before, of all kinds. */
  readonly oldTasks?: number;
  /** Zone of the times in replies. */
  readonly utcOffsetMinutes?: number;
}

/** One running agent. Agents that joined each other share `world` and `sql()`; journal and faults are their own. */
export interface ObshellEmulator {
  readonly url: string;
  readonly port: number;
  readonly journal: Journal;
  /** Transport faults of this agent. */
  readonly faults: Faults;
  /** The cluster, as it is now. May be changed freely; `change` does it with checks. */
  readonly world: World;
  readonly agent: Agent;
  /** The statements that changed the database so far, in order. */
  sql(): readonly SqlEntry[];
  /** Typed form of `POST /__state`. */
  change(change: Change): unknown;
  /** Typed form of `POST /__faults` for the vendor's own kinds. */
  injectFault(fault: ObshellFault): void;
  clearFaults(): void;
  close(): Promise<void>;
}

/** 2026-01-05 10:00 in the server's zone. */
const SYS_CREATED_TIME = Date.UTC(2026, 0, 5, 2, 0, 0);

/** Starts a cluster with one agent. */
export async function startObshell(options: ObshellOptions = {}): Promise<ObshellEmulator> {
  const world = new World({
    clock: options.clock ?? realClock,
    profile: profileNamed(options.profile ?? DEFAULT_PROFILE),
    password: options.password ?? "",
    tenants: options.tenants ?? [],
    clusterName: options.clusterName ?? "obcluster",
    clusterId: options.clusterId ?? 1,
    sysCreatedTime: options.sysCreatedTime ?? SYS_CREATED_TIME,
    tickMs: options.tickMs ?? 1_000,
    archiveTransitionMs: options.archiveTransitionMs ?? 1_500,
    backupDurationMs: options.backupDurationMs ?? 6_000,
    databaseRules: options.databaseRules ?? "oceanbase",
    oldTasks: options.oldTasks ?? 0,
    zoneMinutes: options.utcOffsetMinutes ?? 480,
  });
  return startAgent(world, options);
}

/** Starts another agent of the same cluster, with a key, port and sessions of its own. */
export async function joinObshell(
  emulator: Pick<ObshellEmulator, "world">,
  options: AgentServerOptions = {},
): Promise<ObshellEmulator> {
  return startAgent(emulator.world, options);
}

async function startAgent(world: World, options: AgentServerOptions): Promise<ObshellEmulator> {
  if (options.agentPassword !== undefined && !world.profile.hasAgentPassword) {
    throw new Error(`obshell ${world.profile.name} has no agent password`);
  }
  const agent = newAgent(
    world.agents.length,
    {
      keyBits: options.keyBits ?? world.profile.keyBits,
      identity: options.identity ?? CLUSTER_AGENT,
      clockSkewMs: options.clockSkewMs ?? 0,
      ...(options.agentPassword === undefined ? {} : { agentPassword: options.agentPassword }),
    },
    world.database.password,
    world.clock.now(),
  );
  const vendor = new ObshellVendor(world, agent);
  const server = await serve(vendor, {
    clock: world.clock,
    port: options.port ?? 0,
    ...(options.unixSocket === undefined ? {} : { unixSocket: options.unixSocket }),
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    ...(options.latencyMs === undefined ? {} : { latencyMs: options.latencyMs }),
    ...(options.realLatencyMs === undefined ? {} : { realLatencyMs: options.realLatencyMs }),
  });
  agent.port = server.port;
  world.agents.push(agent);
  return emulatorOf(world, agent, server);
}

function emulatorOf(world: World, agent: Agent, server: RunningServer): ObshellEmulator {
  return {
    url: server.url,
    port: server.port,
    journal: server.journal,
    faults: server.faults,
    agent,
    get world() {
      advance(world);
      return world;
    },
    sql: () => {
      advance(world);
      return world.sql.all;
    },
    change: (change) => {
      advance(world);
      return changeState(world, agent, change);
    },
    injectFault: (fault) => {
      advance(world);
      world.faults.inject(fault);
    },
    clearFaults: () => {
      world.faults.clear();
      server.faults.clear();
    },
    close: () => server.close(),
  };
}
