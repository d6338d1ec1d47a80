import type { Agent } from "./agent";
import { goTime, type JsonValue } from "./goText";
import type { World } from "./world";

/**
 * The one DAG in an agent's own store: how it joined the cluster. Its ids carry the agent's address, and it can
 * be read even while the database is down.
 */
const NAME = "Take over";

interface LocalNode {
  readonly name: string;
  readonly logs: readonly string[];
}

const SYNCHRONIZE: LocalNode = {
  name: "Synchronize agent from cluster",
  logs: ["try to connect", "connect succeed, dump password", "synchronize agent from oceanbase", "sync agent data"],
};

const NODES: readonly LocalNode[] = [
  SYNCHRONIZE,
  { name: "Convert follower to cluster agent", logs: [] },
  SYNCHRONIZE,
  {
    name: "Convert master to cluster agent",
    logs: ["convert self to cluster agent", "sync agent binary", "synchronize agent from oceanbase"],
  },
  SYNCHRONIZE,
];

export const LOCAL_DAG_ID = 1;
export const LOCAL_NODE_COUNT = NODES.length;

/** "2", the address as ten digits, the port as five, then the number. */
export function localPrefix(agent: Agent): string {
  const address = agent.ip.split(".").reduce((value, byte) => value * 256 + Number(byte), 0);
  return `2${String(address).padStart(10, "0")}${String(agent.port).padStart(5, "0")}`;
}

export function localDagJson(world: World, agent: Agent, showDetails: boolean): JsonValue {
  return {
    id: `${localPrefix(agent)}${LOCAL_DAG_ID}`,
    dag_id: LOCAL_DAG_ID,
    name: NAME,
    stage: NODES.length,
    max_stage: NODES.length,
    maintenance_type: world.profile.showsMaintenance ? 2 : undefined,
    maintenance_key: world.profile.showsMaintenance ? "" : undefined,
    state: "SUCCEED",
    operator: "RUN",
    ...times(world, agent, 0, NODES.length),
    additional_data: showDetails ? {} : null,
    nodes: showDetails ? NODES.map((_, index) => localNodeJson(world, agent, index + 1)) : null,
  };
}

export function localNodeJson(world: World, agent: Agent, id: number): JsonValue {
  return {
    id: `${localPrefix(agent)}${id}`,
    node_id: id,
    name: NODES[id - 1]?.name ?? "",
    state: "SUCCEED",
    operator: "RUN",
    ...times(world, agent, id - 1, 1),
    additional_data: null,
    sub_tasks: [localSubTaskJson(world, agent, id)],
  };
}

export function localSubTaskJson(world: World, agent: Agent, id: number): JsonValue {
  return {
    id: `${localPrefix(agent)}${id}`,
    task_id: id,
    name: NODES[id - 1]?.name ?? "",
    state: "SUCCEED",
    operator: "RUN",
    ...times(world, agent, id - 1, 0.5),
    additional_data: null,
    execute_times: 1,
    execute_agent: { ip: agent.ip, port: agent.port },
    task_logs: NODES[id - 1]?.logs ?? [],
  };
}

function times(world: World, agent: Agent, begin: number, length: number): { start_time: string; end_time: string } {
  const at = (ticks: number): string => goTime(agent.startedAt + ticks * 2_000, world.zoneMinutes);
  return { start_time: at(begin), end_time: at(begin + length) };
}
