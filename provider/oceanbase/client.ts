import { type KeyObject, randomBytes } from "node:crypto";
import { describeDuration } from "../core/duration";
import { isProviderError, ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { DEFAULT_RETRY, withRetry } from "../core/retry";
import type { HttpResponse, Transport } from "../core/transport";
import {
  IDENTITY_PATHS,
  type IdentityAnswers,
  identityFrom,
  isIdentityPath,
  isSameCluster,
  noDatabase,
  twoClusters,
  unknownCluster,
} from "./agentIdentity";
import { authenticate, importPublicKey } from "./auth";
import type { ConnectionSettings } from "./credentials";
import { errorFacts, isDecryptFailure, isExpired } from "./errors";
import type { ClusterIdentity } from "./observe";

/** How long a header stays valid after it was made. */
const HEADER_LIFETIME_MS = 60_000;

/** Clocks differ by a little everywhere. */
const NOTABLE_SKEW_MS = 5_000;

const RETRY = { ...DEFAULT_RETRY, maxAttempts: 5, baseDelayMs: 300, maxDelayMs: 5_000, budgetMs: 30_000 };

/** Sends one call to an agent of the cluster and returns the `data` of its envelope. */
export interface ObshellClient {
  readonly endpoints: readonly string[];
  read(path: string): Promise<unknown>;
  write(method: "POST" | "PATCH" | "PUT", path: string, body: object): Promise<unknown>;
}

interface Agent {
  readonly endpoint: string;
  /** Each agent has its own key, and a restart or upgrade can change it. */
  publicKey?: Promise<KeyObject>;
  /** By how much its clock is ahead of ours; measured only after it has called a fresh request expired. */
  skewMs?: number;
  /** What it has told of the cluster that it belongs to. */
  answers: IdentityAnswers;
}

interface Call {
  readonly method: "GET" | "POST" | "PATCH" | "PUT";
  readonly path: string;
  readonly body?: string;
}

export function createClient(settings: ConnectionSettings, context: CallContext): ObshellClient {
  const transport = context.connect(settings.tls);
  const agents: Agent[] = settings.endpoints.map((endpoint) => ({ endpoint, answers: {} }));
  /** The agent that has answered first: all others must belong to its cluster. */
  let reference: Agent | undefined;
  const verified = new Set<Agent>();

  const attempt = async (agent: Agent, call: Call): Promise<unknown> => {
    agent.publicKey ??= fetchPublicKey(transport, agent.endpoint);
    const publicKey = await agent.publicKey.catch((error: unknown) => {
      agent.publicKey = undefined;
      throw error;
    });
    const { body, headers } = authenticate(
      publicKey,
      settings.password,
      call.path,
      call.body,
      new Date(context.clock.now() + (agent.skewMs ?? 0) + HEADER_LIFETIME_MS),
      { key: randomBytes(16), iv: randomBytes(16) },
    );
    const response = await transport.send({ method: call.method, url: `${agent.endpoint}${call.path}`, headers, body });
    const data = parseEnvelope(`${call.method} ${call.path}`, agent.endpoint, response);
    if (isIdentityPath(call.path)) agent.answers[call.path] = data;
    return data;
  };

  const onAgent = async (agent: Agent, call: Call): Promise<unknown> => {
    try {
      return await attempt(agent, call);
    } catch (error) {
      if (!isProviderError(error)) throw error;
      // In both cases the agent has looked at nothing but the header, so a write may be repeated too.
      if (isDecryptFailure(error.facts.vendorCode ?? "")) {
        agent.publicKey = undefined;
        return attempt(agent, call);
      }
      if (!isExpired(error) || agent.skewMs !== undefined) throw error;
      agent.skewMs = await measureSkew(transport, agent.endpoint, context);
      return attempt(agent, call).catch((again: unknown) => {
        throw isProviderError(again) && isExpired(again) ? stillExpired(again, agent) : again;
      });
    }
  };

  /** Asks an agent, before it is used in place of another, which cluster it belongs to. */
  const identify = async (agent: Agent): Promise<ClusterIdentity | undefined> => {
    for (const path of IDENTITY_PATHS) {
      if (agent.answers[path] === undefined) await onAgent(agent, { method: "GET", path });
    }
    return identityFrom(agent.answers);
  };

  const requireSameClusterAs = async (first: Agent, agent: Agent): Promise<void> => {
    // The first agent may be gone before it has told its cluster. Then nobody can say that another belongs to it.
    const known = identityFrom(first.answers) ?? (await identify(first).catch(() => undefined));
    if (!known) throw unknownCluster(first.endpoint, agent.endpoint);
    const cluster = await identify(agent);
    if (!cluster) throw noDatabase(agent.endpoint);
    if (isSameCluster(known, cluster)) return;
    throw twoClusters({ endpoint: first.endpoint, cluster: known }, { endpoint: agent.endpoint, cluster });
  };

  /** Every agent of a cluster takes every call: the next one is asked when this one surely did not take it. */
  const onAnyAgent = async (call: Call, isWrite: boolean): Promise<unknown> => {
    let failure: unknown;
    for (const agent of [...agents]) {
      try {
        if (reference && reference !== agent && !verified.has(agent)) await requireSameClusterAs(reference, agent);
        const data = await onAgent(agent, call);
        reference ??= agent;
        verified.add(agent);
        moveToFront(agents, agent);
        return data;
      } catch (error) {
        failure = error;
        const mayAskNext =
          isProviderError(error) &&
          (error.kind === "Unavailable" || error.kind === "RequestTimeout") &&
          (!isWrite || error.facts.outcomeUnknown !== true);
        if (!mayAskNext) throw error;
      }
    }
    throw failure;
  };

  const run = (call: Call, isWrite: boolean): Promise<unknown> =>
    withRetry(() => onAnyAgent(call, isWrite), isWrite, context.clock, RETRY);

  return {
    endpoints: settings.endpoints,
    read: (path) => run({ method: "GET", path }, false),
    write: (method, path, body) => run({ method, path, body: JSON.stringify(body) }, true),
  };
}

/** Moves the agent that answered to the front, so that a dead one is not tried first every time. */
function moveToFront(agents: Agent[], agent: Agent): void {
  if (agents[0] === agent) return;
  agents.splice(agents.indexOf(agent), 1);
  agents.unshift(agent);
}

/** The route is open, so it answers whatever the clocks say. */
async function measureSkew(transport: Transport, endpoint: string, context: CallContext): Promise<number> {
  const response = await transport.send({ method: "GET", url: `${endpoint}/api/v1/time`, headers: {} });
  const agentTime = Date.parse(String(parseEnvelope("GET /api/v1/time", endpoint, response)));
  const skewMs = Number.isNaN(agentTime) ? 0 : agentTime - context.clock.now();
  if (Math.abs(skewMs) >= NOTABLE_SKEW_MS) {
    context.log(`the clock of ${endpoint} is ${describeSkew(skewMs)} this machine's; requests are timed by it`);
  }
  return skewMs;
}

function stillExpired(error: ProviderError, { endpoint, skewMs = 0 }: Agent): ProviderError {
  const problem = `${error.facts.problem}; the clock of ${endpoint} is ${describeSkew(skewMs)} this machine's`;
  return error.with({ problem });
}

function describeSkew(skewMs: number): string {
  return `${describeDuration(Math.abs(skewMs))} ${skewMs < 0 ? "behind" : "ahead of"}`;
}

async function fetchPublicKey(transport: Transport, endpoint: string): Promise<KeyObject> {
  const response = await transport.send({ method: "GET", url: `${endpoint}/api/v1/secret`, headers: {} });
  const data = parseEnvelope("GET /api/v1/secret", endpoint, response) as { public_key?: unknown } | undefined;
  try {
    return importPublicKey(String(data?.public_key));
  } catch (cause) {
    throw new ProviderError({
      kind: "UnexpectedResponse",
      problem: `GET /api/v1/secret: ${endpoint} answered without a usable RSA public key`,
      advice: "Check that the endpoint is an obshell agent of version 4.2.3 or later.",
      cause,
    });
  }
}

function parseEnvelope(call: string, endpoint: string, response: HttpResponse): unknown {
  const envelope = parseJson(response.body);
  if (
    typeof envelope !== "object" ||
    envelope === null ||
    typeof (envelope as { successful?: unknown }).successful !== "boolean"
  ) {
    throw notObshell(call, endpoint, response);
  }
  const { successful, data, error, traceId } = envelope as {
    successful: boolean;
    data?: unknown;
    error?: { code?: unknown; errCode?: unknown; message?: unknown } | null;
    traceId?: unknown;
  };
  if (successful && response.status < 300) return data ?? undefined;
  const code =
    typeof error?.errCode === "string" && error.errCode !== "" ? error.errCode : String(error?.code ?? "unknown");
  const trace = typeof traceId === "string" ? traceId : undefined;
  throw new ProviderError(errorFacts(call, code, response.status, String(error?.message ?? ""), trace));
}

function notObshell(call: string, endpoint: string, response: HttpResponse): ProviderError {
  const excerpt = response.body.replace(/\s+/g, " ").trim().slice(0, 120);
  const isPage = /^\s*</.test(response.body);
  const answer = isPage ? "a web page" : excerpt === "" ? "nothing" : "something";
  const isServerError = response.status >= 500;
  return new ProviderError({
    kind: isServerError ? "Unavailable" : "UnexpectedResponse",
    problem: `${call}: ${endpoint} answered ${answer} that is not obshell's JSON${excerpt === "" ? "" : ` ("${excerpt}")`}`,
    httpStatus: response.status,
    outcomeUnknown: true,
    advice: isServerError
      ? "Run the command again; if it persists, check proxies and load balancers between."
      : "Check that the endpoint is the address and port of an obshell agent (2886 by default).",
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
