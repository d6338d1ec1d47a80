import { type Agent, agentName } from "./agent";
import { GO_ZERO_TIME, goTime, type JsonValue } from "./goText";
import type { TaskSteps } from "./steps";
import type { World } from "./world";

export type TaskState = "PENDING" | "READY" | "RUNNING" | "FAILED" | "SUCCEED";
export type TaskOperator = "RUN" | "RETRY" | "ROLLBACK" | "CANCEL" | "PASS";

/** What a node does, and what an operator may do with it. */
export interface NodeTemplate {
  readonly name: string;
  /** One sub-task per agent of the cluster, otherwise one. */
  readonly isParallel: boolean;
  readonly canRollback: boolean;
  readonly run: TaskSteps;
  readonly rollback?: TaskSteps;
}

export interface DagTemplate {
  readonly name: string;
  /** The tenant whose maintenance lock the DAG takes. */
  readonly locksTenant?: string;
  readonly nodes: readonly NodeTemplate[];
}

export interface LogLine {
  readonly id: number;
  /** Which execution wrote it: retries append. */
  readonly execution: number;
  readonly text: string;
  readonly at: number;
}

interface Timed {
  /** Unix milliseconds; 0 after an operator has reset them. */
  startedAt: number;
  endedAt: number;
}

export interface SubTask extends Timed {
  readonly id: number;
  readonly name: string;
  state: TaskState;
  operator: TaskOperator;
  executions: number;
  agent: Agent;
  readonly logs: LogLine[];
  /** Which start of the node it last ran for: tells a retry what it has still to undo. */
  ranForStart: number;
}

export interface Node extends Timed {
  readonly id: number;
  readonly template: NodeTemplate;
  state: TaskState;
  operator: TaskOperator;
  /** How often the scheduler has started it. */
  starts: number;
  readonly subTasks: SubTask[];
}

export interface Dag extends Timed {
  readonly id: number;
  readonly name: string;
  readonly locksTenant: string | undefined;
  stage: number;
  state: TaskState;
  operator: TaskOperator;
  readonly nodes: Node[];
}

/** Begun and ended within a moment. */
export function createdAtOnce(at: number): { startedAt: number; endedAt: number } {
  return { startedAt: at, endedAt: at };
}

/** Puts a DAG into the world; the scheduler takes it up with its next tick. */
export function createDag(world: World, template: DagTemplate): Dag {
  world.counters.dag += 1;
  const created: Timed = { startedAt: world.now, endedAt: world.now };
  const dag: Dag = {
    ...created,
    id: world.counters.dag,
    name: template.name,
    locksTenant: template.locksTenant,
    stage: 1,
    state: "READY",
    operator: "RUN",
    nodes: template.nodes.map((node) => {
      world.counters.node += 1;
      const agents = node.isParallel ? world.agents : world.agents.slice(0, 1);
      return {
        ...created,
        id: world.counters.node,
        template: node,
        state: "PENDING",
        operator: "RUN",
        starts: 0,
        subTasks: agents.map((agent) => {
          world.counters.subTask += 1;
          return {
            ...created,
            id: world.counters.subTask,
            name: node.name,
            state: "PENDING",
            operator: "RUN",
            executions: 0,
            agent,
            logs: [],
            ranForStart: 0,
          } satisfies SubTask;
        }),
      } satisfies Node;
    }),
  };
  world.dags.push(dag);
  return dag;
}

export function isFinished(state: TaskState): boolean {
  return state === "FAILED" || state === "SUCCEED";
}

/** Whether the list of unfinished DAGs shows it: a failed one stays there as long as it holds a lock. */
export function isUnfinished(world: World, dag: Dag): boolean {
  if (!isFinished(dag.state)) return true;
  return dag.state === "FAILED" && dag.locksTenant !== undefined && world.locks.get(dag.locksTenant)?.dag === dag.id;
}

/** Cluster tasks: "1" and the number. */
export function genericId(id: number): string {
  return `1${id}`;
}

const TENANT_MAINTENANCE = 3;
const NO_MAINTENANCE = 1;

/** As the reply of the creating call shows it: before the database has stamped any time. */
export function createdDagJson(world: World, dag: Dag): JsonValue {
  return {
    ...dagHead(world, dag),
    start_time: GO_ZERO_TIME,
    end_time: GO_ZERO_TIME,
    additional_data: null,
    nodes: null,
  };
}

/** Without details, nodes and additional data are null. */
export function dagJson(world: World, dag: Dag, showDetails: boolean): JsonValue {
  return {
    ...dagHead(world, dag),
    ...times(world, dag),
    additional_data: showDetails ? {} : null,
    nodes: showDetails ? dag.nodes.map((node) => nodeJson(world, node)) : null,
  };
}

function dagHead(world: World, dag: Dag): Record<string, JsonValue | undefined> {
  const { showsMaintenance } = world.profile;
  const type = dag.locksTenant === undefined ? NO_MAINTENANCE : TENANT_MAINTENANCE;
  return {
    id: genericId(dag.id),
    dag_id: dag.id,
    name: dag.name,
    stage: dag.stage,
    max_stage: dag.nodes.length,
    maintenance_type: showsMaintenance ? type : undefined,
    maintenance_key: showsMaintenance ? (dag.locksTenant ?? "") : undefined,
    state: dag.state,
    operator: dag.operator,
  };
}

export function nodeJson(world: World, node: Node): JsonValue {
  return {
    id: genericId(node.id),
    node_id: node.id,
    name: node.template.name,
    state: node.state,
    operator: node.operator,
    ...times(world, node),
    additional_data: null,
    sub_tasks: node.subTasks.map((subTask) => subTaskJson(world, subTask)),
  };
}

export function subTaskJson(world: World, subTask: SubTask): JsonValue {
  const hasRun = subTask.state === "RUNNING" || isFinished(subTask.state);
  return {
    id: genericId(subTask.id),
    task_id: subTask.id,
    name: subTask.name,
    state: subTask.state,
    operator: subTask.operator,
    ...times(world, subTask),
    additional_data: null,
    execute_times: subTask.executions,
    execute_agent: { ip: subTask.agent.ip, port: subTask.agent.port },
    task_logs: hasRun ? subTask.logs.map((line) => line.text) : null,
  };
}

function times(world: World, timed: Timed): { start_time: string; end_time: string } {
  return {
    start_time: goTime(timed.startedAt, world.zoneMinutes),
    end_time: goTime(timed.endedAt, world.zoneMinutes),
  };
}

/** For messages and for `GET /__state`. */
export function agentOf(subTask: SubTask): string {
  return agentName(subTask.agent);
}
