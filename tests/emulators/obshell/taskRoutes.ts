import { type Agent, CLUSTER_AGENT } from "./agent";
import { bindBody, requiredFailure } from "./binding";
import { type Call, NULL_LIST, object, param, requireDatabase, requireDatabaseSomewhere } from "./call";
import { type Dag, dagJson, genericId, isUnfinished, type Node, nodeJson, type SubTask, subTaskJson } from "./dag";
import { ObshellPanic } from "./envelope";
import { ObshellError } from "./errors";
import { goTimeSeconds, type JsonValue, parseGoBool, parseInt64 } from "./goText";
import { LOCAL_DAG_ID, LOCAL_NODE_COUNT, localDagJson, localNodeJson, localPrefix, localSubTaskJson } from "./localDag";
import { newestMaintenanceDag } from "./locks";
import { operate, passNode } from "./operators";
import type { Route } from "./routes";

const TASK = "/api/v1/task";
const verified = { access: "verified" } as const;

/** Tasks. */
export const taskRoutes: readonly Route[] = [
  { method: "GET", pattern: `${TASK}/dag/{id}`, ...verified, handle: getDag },
  { method: "POST", pattern: `${TASK}/dag/{id}`, ...verified, handle: operateDag },
  { method: "GET", pattern: `${TASK}/node/{id}`, ...verified, handle: getNode },
  { method: "POST", pattern: `${TASK}/node/{id}`, ...verified, handle: operateNode },
  { method: "GET", pattern: `${TASK}/sub_task/{id}`, ...verified, handle: getSubTask },
  { method: "GET", pattern: `${TASK}/sub_task/{id}/logs`, ...verified, handle: getLogs },
  { method: "GET", pattern: `${TASK}/dags/ob`, ...verified, handle: clusterDags },
  { method: "GET", pattern: `${TASK}/dags/agent`, ...verified, handle: agentDags },
  { method: "GET", pattern: `${TASK}/dag/unfinish`, ...verified, handle: unfinished },
  { method: "GET", pattern: `${TASK}/dag/ob/unfinish`, ...verified, handle: clusterUnfinished },
  { method: "GET", pattern: `${TASK}/dag/agent/unfinish`, ...verified, handle: () => ({ contents: [] }) },
  { method: "GET", pattern: `${TASK}/dag/maintain/ob`, ...verified, handle: newestMaintenance },
  { method: "GET", pattern: `${TASK}/dag/maintain/agent`, ...verified, handle: agentMaintenance },
  { method: "GET", pattern: `${TASK}/dag/agent/main_dags`, ...verified, handle: () => ({ contents: [] }) },
];

/** Default true; what Go does not take for a bool crashes obshell. */
function showDetails(call: Call): boolean {
  const text = call.query.get("show_details");
  if (text === null || text === "") return true;
  const value = parseGoBool(text);
  if (value === undefined) throw new ObshellPanic("show_details");
  return value;
}

/** A generic id: a cluster task's number, or that of a task in the store of one agent. */
interface TaskId {
  readonly id: number;
  readonly agent: Agent | null;
  /** False if the text is not how obshell would write the id. */
  readonly isCanonical: boolean;
}

const LOCAL_PREFIX_LENGTH = 16;

function parseId(call: Call): TaskId {
  const text = param(call, "id");
  const isCluster = text.startsWith("1");
  if (isCluster ? text.length <= 1 : text.startsWith("2") && text.length <= LOCAL_PREFIX_LENGTH) {
    throw ObshellError.of("genericId", text);
  }
  if (!isCluster && !text.startsWith("2")) throw ObshellError.of("genericId", text).detail("invalid generic id");
  const parsed = parseInt64(text.slice(isCluster ? 1 : LOCAL_PREFIX_LENGTH));
  if ("error" in parsed) throw ObshellError.of("genericId", text).detail(parsed.error);
  const id = Number(parsed.value);
  if (isCluster) return { id, agent: null, isCanonical: text === genericId(id) };
  // A local id of another agent is forwarded to it; one of nobody's is a failed forward.
  const agent = call.world.agents.find((member) => text.startsWith(localPrefix(member)));
  if (!agent) throw notFound("record not found");
  return { id, agent, isCanonical: true };
}

function notFound(why: string): ObshellError {
  return ObshellError.of("taskNotFound").detail(why);
}

/** Cluster tasks live in the database: without it they cannot be told from missing ones. */
function requireTaskStore(call: Call, require = requireDatabase): void {
  try {
    require(call);
  } catch (error) {
    throw error instanceof ObshellError ? error.under("taskNotFound") : error;
  }
}

function findDag(call: Call, { id, isCanonical }: TaskId, require = requireDatabase): Dag {
  requireTaskStore(call, require);
  const dag = call.world.dags.find((candidate) => candidate.id === id) ?? call.world.oldTasks.dag(id);
  if (!dag) throw notFound("record not found");
  if (!isCanonical) throw notFound("dag id not match");
  return dag;
}

function getDag(call: Call): JsonValue {
  const id = parseId(call);
  const details = showDetails(call);
  if (id.agent) {
    if (id.id !== LOCAL_DAG_ID) throw notFound("record not found");
    return localDagJson(call.world, id.agent, details);
  }
  return dagJson(call.world, findDag(call, id, requireDatabaseSomewhere), details);
}

function operatorOf(call: Call): string {
  const body = bindBody(object(call), [{ json: "operator", go: "DagOperator.operator", type: "string" }]);
  const operator = body.string("operator");
  if (!operator) throw requiredFailure("DagOperator.Operator");
  return operator;
}

/** The id is looked at before the body, the body before the task (recorded in dag/op-*). */
function operateDag(call: Call): undefined {
  const id = parseId(call);
  const operator = operatorOf(call);
  if (id.agent) throw notFound("record not found");
  const dag = findDag(call, id);
  operate(call.world, dag, operator);
  call.world.keep(dag);
}

/** Where a node or sub-task of this number may be. */
function dagsWithNode({ world }: Call, number: number): Dag[] {
  const old = world.oldTasks.withNode(number);
  return old ? [...world.dags, old] : world.dags;
}

function findNode(call: Call, id: number): { dag: Dag; node: Node } {
  requireTaskStore(call);
  for (const dag of dagsWithNode(call, id)) {
    const node = dag.nodes.find((candidate) => candidate.id === id);
    if (node) return { dag, node };
  }
  throw notFound("record not found");
}

/** Without details obshell dereferences nil. */
function getNode(call: Call): JsonValue {
  const { id, agent } = parseId(call);
  if (!showDetails(call)) throw new ObshellPanic("nil pointer dereference");
  if (agent) {
    requireLocal(id);
    return localNodeJson(call.world, agent, id);
  }
  return nodeJson(call.world, findNode(call, id).node);
}

function operateNode(call: Call): undefined {
  const { id, agent } = parseId(call);
  const operator = operatorOf(call);
  if (operator.toUpperCase() !== "PASS") throw ObshellError.of("nodeOperator", operator);
  if (agent) throw notFound("record not found");
  const { dag, node } = findNode(call, id);
  passNode(call.world, dag, node);
  call.world.keep(dag);
}

function requireLocal(id: number): void {
  if (id < 1 || id > LOCAL_NODE_COUNT) throw notFound("record not found");
}

function findSubTask(call: Call, id: number): SubTask | undefined {
  requireTaskStore(call);
  for (const dag of dagsWithNode(call, id)) {
    for (const node of dag.nodes) {
      const subTask = node.subTasks.find((candidate) => candidate.id === id);
      if (subTask) return subTask;
    }
  }
  return undefined;
}

function getSubTask(call: Call): JsonValue {
  const { id, agent } = parseId(call);
  if (agent) {
    requireLocal(id);
    return localSubTaskJson(call.world, agent, id);
  }
  const subTask = findSubTask(call, id);
  if (!subTask) throw notFound("record not found");
  return subTaskJson(call.world, subTask);
}

function getLogs(call: Call): JsonValue {
  const { id, agent } = parseId(call);
  const lines = agent ? [] : (findSubTask(call, id)?.logs ?? []);
  return {
    contents: lines.map((line) => {
      const at = goTimeSeconds(line.at, call.world.zoneMinutes);
      return {
        id: line.id,
        sub_task_id: id,
        execute_times: line.execution,
        log_content: line.text,
        is_sync: false,
        create_time: at,
        update_time: at,
      };
    }),
  };
}

/** Another identity forgets to answer, which the response writer reports (recorded in single/dags-ob). */
function requireAnswer(call: Call): void {
  if (call.agent.identity !== CLUSTER_AGENT) {
    throw ObshellError.of("unexpected", "ocsagent cannot build response body");
  }
}

function clusterDags(call: Call): JsonValue {
  requireAnswer(call);
  const details = showDetails(call);
  requireDatabase(call);
  return { contents: [...call.world.allDags()].map((dag) => dagJson(call.world, dag, details)) };
}

function agentDags(call: Call): JsonValue {
  const details = showDetails(call);
  return { contents: call.agent.identity === CLUSTER_AGENT ? [localDagJson(call.world, call.agent, details)] : [] };
}

/** On a cluster agent an empty list is null here, and a database that is down goes unnoticed. */
function unfinished(call: Call): JsonValue {
  if (call.agent.identity !== CLUSTER_AGENT) return { contents: [] };
  const details = showDetails(call);
  const found = call.databaseState() === "up" ? unfinishedDags(call, details) : [];
  return found.length === 0 ? NULL_LIST : { contents: found };
}

function clusterUnfinished(call: Call): JsonValue {
  requireAnswer(call);
  const details = showDetails(call);
  requireDatabase(call);
  return { contents: unfinishedDags(call, details) };
}

function unfinishedDags(call: Call, details: boolean): JsonValue[] {
  return call.world.dags.filter((dag) => isUnfinished(call.world, dag)).map((dag) => dagJson(call.world, dag, details));
}

function newestMaintenance(call: Call): JsonValue {
  const details = showDetails(call);
  requireDatabase(call);
  const dag = newestMaintenanceDag(call.world);
  if (!dag) throw notFound("Cluster is not under maintenance");
  return dagJson(call.world, dag, details);
}

function agentMaintenance(call: Call): JsonValue {
  const details = showDetails(call);
  if (call.agent.identity !== CLUSTER_AGENT) throw notFound("Agent is not under maintenance");
  return localDagJson(call.world, call.agent, details);
}
