import { backupTemplate } from "./backupTask";
import { configTemplate, type Scope } from "./configTask";
import {
  createdAtOnce,
  type Dag,
  type DagTemplate,
  type LogLine,
  type Node,
  type SubTask,
  type TaskState,
} from "./dag";
import { ObshellError } from "./errors";
import { label, type Tenant } from "./tenant";
import type { World } from "./world";

/**
 * Tasks that ended before the emulator started. obshell never deletes a task, so that the list of an old cluster is long.
 * Only their number is kept: each is made, always the same, when somebody looks at it.
 */

/** One round of kinds, repeated until all tasks have one. */
const KINDS = [
  "clusterConfig",
  "tenantConfig",
  "clusterBackup",
  "tenantConfig",
  "failedClusterConfig",
  "tenantBackup",
] as const;
type Kind = (typeof KINDS)[number];

const LINES_OF_CHECK = [
  "Check archive path for all tenants",
  "Path is empty, skip check",
  "Check data path for all tenants",
  "Path is empty, skip check",
];

/** A cluster task of the past went over no more tenants than this. */
const MOST_TENANTS = 3;

interface Past {
  readonly kind: Kind;
  readonly template: DagTemplate;
  /** Log lines of each node that ran. */
  readonly logs: readonly (readonly string[])[];
  readonly state: TaskState;
}

interface Numbers {
  readonly nodes: number;
  readonly logs: number;
}

const NONE: Numbers = { nodes: 0, logs: 0 };

/** What the tasks of the past were about: fixed when the world begins. */
export class OldTasks {
  private readonly round: readonly Past[];
  /** Nodes and log lines before each task of a round, and of all of them. */
  private readonly sums: readonly Numbers[];
  private readonly tenants: readonly Tenant[];

  constructor(
    readonly count: number,
    private readonly world: World,
    private readonly from: number,
    private readonly to: number,
  ) {
    this.tenants = world.userTenants().slice(0, MOST_TENANTS);
    const targets = this.tenants.length === 0 ? [undefined] : this.tenants;
    this.round = targets.flatMap((tenant) => KINDS.map((kind) => this.past(kind, tenant)));
    const sums: Numbers[] = [NONE];
    for (const { template, logs } of this.round) {
      const last = sums.at(-1) ?? NONE;
      sums.push({ nodes: last.nodes + template.nodes.length, logs: last.logs + logs.flat().length });
    }
    this.sums = sums;
    const { counters } = world;
    const begun = this.numbersBefore(count + 1);
    counters.dag = count;
    counters.node = begun.nodes;
    counters.subTask = begun.nodes;
    counters.log = begun.logs;
  }

  /** By number, from 1. */
  dag(id: number): Dag | undefined {
    if (!Number.isInteger(id) || id < 1 || id > this.count) return undefined;
    const { template, logs, state } = this.kindOf(id);
    const before = this.numbersBefore(id);
    const at = this.from + Math.floor(((this.to - this.from) * id) / (this.count + 1));
    const nodes: Node[] = [];
    let logId = before.logs;
    for (const [index, node] of template.nodes.entries()) {
      const isLast = index === template.nodes.length - 1;
      const nodeState = isLast ? state : "SUCCEED";
      const number = before.nodes + index + 1;
      const lines = (logs[index] ?? []).map((text): LogLine => {
        logId += 1;
        return { id: logId, execution: 1, text, at };
      });
      const agent = this.world.agents[0];
      if (!agent) return undefined;
      const subTask: SubTask = {
        ...createdAtOnce(at),
        id: number,
        name: node.name,
        state: nodeState,
        operator: "RUN",
        executions: 1,
        agent,
        logs: lines,
        ranForStart: 1,
      };
      nodes.push({
        ...createdAtOnce(at),
        id: number,
        template: node,
        state: nodeState,
        operator: "RUN",
        starts: 1,
        subTasks: [subTask],
      });
    }
    return {
      ...createdAtOnce(at),
      id,
      name: template.name,
      locksTenant: template.locksTenant,
      stage: nodes.length,
      state,
      operator: "RUN",
      nodes,
    };
  }

  *all(): Generator<Dag> {
    for (let id = 1; id <= this.count; id++) {
      const dag = this.dag(id);
      if (dag) yield dag;
    }
  }

  /** The newest that held a tenant's lock: among the last few, because every round has one. */
  newestMaintenance(): Dag | undefined {
    for (let id = this.count; id > Math.max(0, this.count - KINDS.length); id--) {
      const dag = this.dag(id);
      if (dag?.locksTenant !== undefined) return dag;
    }
    return undefined;
  }

  /** The task that has a node of this number; sub-tasks have the numbers of their nodes, one each. */
  withNode(number: number): Dag | undefined {
    if (number < 1 || number > this.numbersBefore(this.count + 1).nodes) return undefined;
    let [low, high] = [1, this.count];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.numbersBefore(middle).nodes < number) low = middle;
      else high = middle - 1;
    }
    return this.dag(low);
  }

  private kindOf(id: number): Past {
    const past = this.round[(id - 1) % this.round.length];
    if (!past) throw new Error(`no task of the past has number ${id}`);
    return past;
  }

  /** How many nodes and log lines the tasks before this one have. */
  private numbersBefore(id: number): Numbers {
    const rounds = Math.floor((id - 1) / (this.sums.length - 1));
    const whole = this.sums.at(-1) ?? NONE;
    const rest = this.sums[(id - 1) % (this.sums.length - 1)] ?? NONE;
    return { nodes: whole.nodes * rounds + rest.nodes, logs: whole.logs * rounds + rest.logs };
  }

  private past(kind: Kind, tenant: Tenant | undefined): Past {
    const scope: Scope = tenant ? { kind: "tenant", name: tenant.name } : { kind: "cluster" };
    const ofScope = tenant ? [tenant] : [];
    switch (kind) {
      case "clusterConfig":
        return config({ kind: "cluster" }, this.tenants, kind);
      case "tenantConfig":
        return config(scope, ofScope, kind);
      case "failedClusterConfig":
        return failed(config({ kind: "cluster" }, this.tenants.slice(0, 1), kind), this.tenants[0], this.world);
      case "clusterBackup":
        return backup({ kind: "cluster" }, this.tenants, kind);
      case "tenantBackup":
        return backup(scope, ofScope, kind);
    }
  }
}

const SCORE = 3;

/** Sets nothing but a score: a task of the past says nothing about destinations and policies that are there now. */
function config(scope: Scope, tenants: readonly Tenant[], kind: Kind): Past {
  const lines = tenants.map((tenant) => `Set ha low thread score for ${label(tenant)} to ${SCORE}`);
  const template = configTemplate(scope, {
    archive: undefined,
    data: undefined,
    logArchiveConcurrency: undefined,
    haLowThreadScore: SCORE,
    binding: undefined,
    pieceSwitchInterval: undefined,
    archiveLagTarget: undefined,
    deletePolicy: undefined,
  });
  return { kind, template, logs: [LINES_OF_CHECK, lines], state: "SUCCEED" };
}

/** A cluster task holds no lock: one that failed is over. */
function failed(past: Past, tenant: Tenant | undefined, world: World): Past {
  if (!tenant) return past;
  const error = ObshellError.database("Error 4012 (HY000): Timeout").wrap(
    `set ha low thread score for ${label(tenant)}`,
  );
  const [check = [], set = []] = past.logs;
  return { ...past, logs: [check, [...set, error.logLine(world.profile.errors)]], state: "FAILED" };
}

function backup(scope: Scope, tenants: readonly Tenant[], kind: Kind): Past {
  const logs = [
    [],
    tenants.map((tenant) => `Archive log status of ${label(tenant)} is 'DOING'`),
    tenants.map((tenant) => `Start full backup of ${label(tenant)}`),
    tenants.flatMap((tenant) => [`Wait ${label(tenant)} backup finish`, `${label(tenant)} backup finished`]),
  ];
  const template = backupTemplate(scope, { mode: "full", encryption: "", plusArchive: false });
  return { kind, template, logs, state: "SUCCEED" };
}
