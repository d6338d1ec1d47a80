import { newKeyPair, type RsaKeyPair } from "./rsa";

/** The identities an agent can have. */
export const IDENTITIES = [
  "SINGLE",
  "MASTER",
  "FOLLOWER",
  "CLUSTER AGENT",
  "TAKE OVER MASTER",
  "TAKE OVER FOLLOWER",
  "SCALING OUT",
  "SCALING IN",
  "UNIDENTIFIED",
] as const;
export type Identity = (typeof IDENTITIES)[number];

export const CLUSTER_AGENT: Identity = "CLUSTER AGENT";

/** Sliding, in memory of one agent. */
export const SESSION_LIFETIME_MS = 1_800_000;

export const SSO_TOKEN_LIFETIME_MS = 60_000;

/** Good for one session. */
export interface SsoToken {
  readonly createdAt: number;
  isUsed: boolean;
}

/** One obshell process. Agents of a cluster share its database but not their keys, passwords and sessions. */
export interface Agent {
  readonly ip: string;
  port: number;
  readonly zone: string;
  identity: Identity;
  key: RsaKeyPair;
  /** The root@sys password this agent knows; replaced when the database accepts another one. */
  rootPassword: string;
  agentPassword: string | null;
  /** Session id to the time of its last use. */
  sessions: Map<string, number>;
  readonly ssoTokens: Map<string, SsoToken>;
  /** Whether those who connect to the unix socket are root or own the observer. Node cannot ask the kernel who they are. */
  admitsLocalCallers: boolean;
  readonly pid: number;
  readonly startedAt: number;
  /** The connection of this agent alone; the database itself may be down as well. */
  databaseReachable: boolean;
  /** How far this host's clock is ahead of everybody else's; negative behind. The database has a clock of its own. */
  clockSkewMs: number;
}

export interface AgentOptions {
  readonly clockSkewMs: number;
  readonly keyBits: 512 | 1024;
  readonly identity: Identity;
  readonly agentPassword?: string;
}

export function newAgent(index: number, options: AgentOptions, rootPassword: string, now: number): Agent {
  return {
    ip: "127.0.0.1",
    port: 0,
    zone: `zone${index + 1}`,
    identity: options.identity,
    key: newKeyPair(options.keyBits),
    rootPassword,
    agentPassword: options.agentPassword ?? null,
    sessions: new Map(),
    ssoTokens: new Map(),
    admitsLocalCallers: true,
    pid: 2_600 + index,
    startedAt: now,
    databaseReachable: true,
    clockSkewMs: options.clockSkewMs,
  };
}

/** `ip:port`: how obshell names an agent. */
export function agentName(agent: Agent): string {
  return `${agent.ip}:${agent.port}`;
}
