import { agentName } from "./agent";
import { agentOf, type Dag, genericId } from "./dag";
import { currentRound, type Tenant } from "./tenant";
import type { World } from "./world";

/** Everything an observer may know about the world, for `GET /__state`: no password, no key, no session. */
export function readState(world: World): unknown {
  return {
    now: new Date(world.now).toISOString(),
    profile: world.profile.name,
    cluster: { ...world.cluster, sysCreatedAt: new Date(world.cluster.sysCreatedAt).toISOString() },
    database: { state: world.database.state, rules: world.database.rules },
    timing: world.timing,
    globalMaintenance: world.globalMaintenance,
    locks: Object.fromEntries(world.locks),
    agents: world.agents.map((agent) => ({
      name: agentName(agent),
      zone: agent.zone,
      identity: agent.identity,
      keyBits: agent.key.bits,
      publicKey: agent.key.publicKey,
      hasAgentPassword: agent.agentPassword !== null,
      sessions: agent.sessions.size,
      admitsLocalCallers: agent.admitsLocalCallers,
      databaseReachable: agent.databaseReachable,
      clockSkewMs: agent.clockSkewMs,
    })),
    tenants: world.userTenants().map(tenantState),
    oldTasks: world.oldTasks.count,
    dags: world.dags.map(dagState),
    probes: world.probes,
    faults: world.faults.describe(),
  };
}

function tenantState(tenant: Tenant): unknown {
  return {
    ...tenant,
    createdAt: new Date(tenant.createdAt).toISOString(),
    archiveStatus: currentRound(tenant)?.status ?? null,
    archiveHistory: tenant.archiveHistory.map(({ status, at }) => ({ status, at: new Date(at).toISOString() })),
  };
}

function dagState(dag: Dag): unknown {
  return {
    id: genericId(dag.id),
    name: dag.name,
    stage: dag.stage,
    state: dag.state,
    operator: dag.operator,
    locksTenant: dag.locksTenant ?? null,
    nodes: dag.nodes.map((node) => ({
      name: node.template.name,
      state: node.state,
      operator: node.operator,
      subTasks: node.subTasks.map((subTask) => ({
        agent: agentOf(subTask),
        state: subTask.state,
        executions: subTask.executions,
        logs: subTask.logs.map((line) => line.text),
      })),
    })),
  };
}
