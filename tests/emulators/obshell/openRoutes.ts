import { type Agent, CLUSTER_AGENT } from "./agent";
import type { Call } from "./call";
import { goTime, type JsonValue } from "./goText";
import type { Route } from "./routes";

const open = { access: "open" } as const;

/** Routes that need no header. */
export const openRoutes: readonly Route[] = [
  { method: "GET", pattern: "/api/v1/time", ...open, handle: time },
  { method: "GET", pattern: "/api/v1/info", ...open, handle: info },
  { method: "GET", pattern: "/api/v1/git-info", ...open, handle: gitInfo },
  { method: "GET", pattern: "/api/v1/status", ...open, handle: (call) => statusJson(call, call.agent) },
  { method: "POST", pattern: "/api/v1/status", ...open, handle: (call) => statusJson(call, call.agent) },
  { method: "GET", pattern: "/api/v1/secret", ...open, handle: secret },
  { method: "GET", pattern: "/api/v1/agents/status", access: "verified", handle: agentsStatus },
];

const RUNNING = 2;

/** Nanoseconds, which JavaScript numbers do not hold. */
function startedAt(agent: Agent): bigint {
  return BigInt(agent.startedAt) * 1_000_000n;
}

/** The agent's own clock, not the database's. */
function time({ world, agent }: Call): JsonValue {
  return goTime(world.now + agent.clockSkewMs, world.zoneMinutes);
}

function info(call: Call): JsonValue {
  const { agent, world } = call;
  const isMember = agent.identity === CLUSTER_AGENT;
  return {
    pid: agent.pid,
    state: RUNNING,
    startAt: startedAt(agent),
    homePath: "/home/admin/oceanbase",
    obVersion: stateSeenBy(call, agent) === "up" ? world.cluster.obVersion : "",
    architecture: "x86_64",
    ip: agent.ip,
    port: agent.port,
    zone: isMember ? agent.zone : "",
    identity: agent.identity,
    version: world.profile.version,
    isObproxyAgent: world.profile.hasAgentPassword ? false : undefined,
    security: world.profile.hasAgentPassword ? agent.agentPassword !== null : undefined,
    supportedAuth: world.profile.supportedAuth ?? undefined,
  };
}

function gitInfo(): JsonValue {
  return { branch: "master", commitId: "61ee147", shortCommitId: "61ee147", commitTime: "" };
}

/** 0 not running, 1 process only, 3 available. */
const OB_STATES = { up: 3, down: 1, observerDead: 0, notHeld: 0 } as const;

/** These routes tell what the agent knows; injected faults are for calls that need the database. */
function stateSeenBy({ world }: Call, agent: Agent): keyof typeof OB_STATES {
  if (agent.identity === "SINGLE") return "notHeld";
  return agent.databaseReachable ? world.database.state : "down";
}

function statusJson(call: Call, agent: Agent): JsonValue {
  return {
    agent: { ip: agent.ip, port: agent.port, identity: agent.identity },
    state: RUNNING,
    version: call.world.profile.version,
    pid: agent.pid,
    startAt: startedAt(agent),
    port: agent.port,
    obState: OB_STATES[stateSeenBy(call, agent)],
    sqlPort: agent.identity === CLUSTER_AGENT ? 2881 : undefined,
    underMaintenance: false,
  };
}

function agentsStatus(call: Call): JsonValue {
  return Object.fromEntries(call.world.agents.map((agent) => [`${agent.ip}:${agent.port}`, statusJson(call, agent)]));
}

function secret({ agent }: Call): JsonValue {
  return { ip: agent.ip, port: agent.port, public_key: agent.key.publicKey };
}
