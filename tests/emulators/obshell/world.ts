import type { Clock } from "../common/clock";
import type { Agent } from "./agent";
import type { Dag } from "./dag";
import { VendorFaults } from "./faults";
import { OldTasks } from "./oldTasks";
import type { Profile } from "./profiles";
import { SqlJournal } from "./sql";
import { newTenant, type Tenant, type TenantOptions } from "./tenant";

/** What the database refuses: like OceanBase, or like the permissive stand-in behind the recorded answers. */
export type DatabaseRules = "oceanbase" | "relay";

export type DatabaseState = "up" | "down" | "observerDead";

/** An object that obshell put and deleted to prove that it may write. */
export interface StoreProbe {
  readonly method: "PUT" | "DELETE";
  readonly store: "oss" | "cos" | "s3";
  readonly bucket: string;
  readonly key: string;
}

/** Who holds a tenant's maintenance lock: a DAG by number, or something outside the emulator's tasks. */
export interface TenantLock {
  readonly dag: number | null;
}

interface Timer {
  readonly at: number;
  readonly seq: number;
  readonly run: () => void;
}

export interface WorldOptions {
  readonly clock: Clock;
  readonly profile: Profile;
  readonly password: string;
  readonly tenants: readonly TenantOptions[];
  readonly clusterName: string;
  readonly clusterId: number;
  readonly sysCreatedTime: number;
  readonly tickMs: number;
  readonly archiveTransitionMs: number;
  readonly backupDurationMs: number;
  readonly databaseRules: DatabaseRules;
  readonly zoneMinutes: number;
  readonly oldTasks: number;
}

/**
 * One OceanBase cluster with its agents. Everything in here may be read and changed by a test; nothing moves by itself:
 * `advance` runs whatever became due since the last call, each event at its own time.
 */
export class World {
  readonly clock: Clock;
  readonly profile: Profile;
  readonly zoneMinutes: number;
  cluster: { name: string; id: number; obVersion: string; sysCreatedAt: number };
  database: {
    state: DatabaseState;
    /** The password of root@sys that the database accepts; every agent has its own copy. */
    password: string;
    rules: DatabaseRules;
  };
  tenants: Tenant[];
  agents: Agent[] = [];
  /** Those of the past are in `oldTasks`, unless somebody operated on one. */
  dags: Dag[] = [];
  locks = new Map<string, TenantLock>();
  /** Start, stop, upgrade and the like: closes tenant-level tasks. The name is that of the DAG behind it. */
  globalMaintenance = false;
  timing: { readonly tickMs: number; archiveTransitionMs: number; backupDurationMs: number };
  readonly sql = new SqlJournal();
  readonly faults = new VendorFaults();
  probes: StoreProbe[] = [];
  /** Ids are given out cluster-wide, one number space per kind of object. */
  counters = { dag: 0, node: 0, subTask: 0, log: 0, backupJob: 0 };
  /** Numbers go on from theirs. */
  readonly oldTasks: OldTasks;
  /** The time the world has reached. */
  now: number;
  private timers: Timer[] = [];
  private nextTimer = 0;
  private nextTickAt: number;

  constructor(options: WorldOptions) {
    this.clock = options.clock;
    this.profile = options.profile;
    this.zoneMinutes = options.zoneMinutes;
    this.now = options.clock.now();
    this.cluster = {
      name: options.clusterName,
      id: options.clusterId,
      obVersion: "4.3.5.2",
      sysCreatedAt: options.sysCreatedTime,
    };
    this.database = { state: "up", password: options.password, rules: options.databaseRules };
    this.timing = {
      tickMs: options.tickMs,
      archiveTransitionMs: options.archiveTransitionMs,
      backupDurationMs: options.backupDurationMs,
    };
    this.tenants = options.tenants.map((tenant) => newTenant(tenant, options.sysCreatedTime + 300_000, this.now));
    this.nextTickAt = this.now + options.tickMs;
    this.oldTasks = new OldTasks(options.oldTasks, this, Math.min(options.sysCreatedTime, this.now), this.now);
  }

  /** Every task of the cluster by number, those of the past included. */
  *allDags(): Generator<Dag> {
    const known = new Map(this.dags.map((dag) => [dag.id, dag]));
    for (const old of this.oldTasks.all()) yield known.get(old.id) ?? old;
    for (const dag of this.dags) if (dag.id > this.oldTasks.count) yield dag;
  }

  /** An operator changes a task for good, so that one of the past stays. */
  keep(dag: Dag): void {
    if (!this.dags.includes(dag)) this.dags.unshift(dag);
  }

  /** By id, as the database lists them. A cluster-level task takes all of them, recycled ones included. */
  userTenants(): Tenant[] {
    return [...this.tenants].sort((a, b) => a.id - b.id);
  }

  tenant(name: string): Tenant | undefined {
    return this.tenants.find((tenant) => tenant.name === name);
  }

  /** Runs `run` after `delayMs`; equal times keep the order in which they were asked for. */
  after(delayMs: number, run: () => void): void {
    this.timers.push({ at: this.now + delayMs, seq: this.nextTimer++, run });
  }

  /** Brings the world to the clock's time. `tick` moves every unfinished DAG by one step. */
  advance(tick: () => void, isIdle: () => boolean): void {
    const target = this.clock.now();
    for (;;) {
      const timer = this.earliestTimer();
      const tickAt = isIdle() ? Number.POSITIVE_INFINITY : this.nextTickAt;
      // The tick first: a sub-task that it starts, or that wakes up at the same instant, is seen by the next tick only.
      if (tickAt <= target && tickAt <= (timer?.at ?? Number.POSITIVE_INFINITY)) {
        this.now = tickAt;
        this.nextTickAt = tickAt + this.timing.tickMs;
        tick();
      } else if (timer && timer.at <= target) {
        this.timers.splice(this.timers.indexOf(timer), 1);
        this.now = Math.max(this.now, timer.at);
        timer.run();
      } else break;
    }
    this.now = Math.max(this.now, target);
    this.skipIdleTicks();
  }

  private skipIdleTicks(): void {
    if (this.nextTickAt > this.now) return;
    const missed = Math.floor((this.now - this.nextTickAt) / this.timing.tickMs) + 1;
    this.nextTickAt += missed * this.timing.tickMs;
  }

  private earliestTimer(): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.timers) {
      if (!earliest || timer.at < earliest.at || (timer.at === earliest.at && timer.seq < earliest.seq))
        earliest = timer;
    }
    return earliest;
  }
}
