import { isProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { DEFAULT_RETRY, withRetry } from "../core/retry";
import { type Agent, type Call, createAgent } from "./agent";
import { createMembership } from "./agentIdentity";
import type { ConnectionSettings } from "./credentials";
import { beforeTheCall } from "./errors";

const RETRY = { ...DEFAULT_RETRY, maxAttempts: 5, baseDelayMs: 300, maxDelayMs: 5_000, budgetMs: 30_000 };

/** Sends one call to an agent of the cluster and returns the `data` of its envelope. */
export interface ObshellClient {
  readonly endpoints: readonly string[];
  read(path: string): Promise<unknown>;
  write(method: "POST" | "PATCH" | "PUT", path: string, body: object): Promise<unknown>;
}

export function createClient(settings: ConnectionSettings, context: CallContext): ObshellClient {
  const agents = settings.endpoints.map((endpoint) => createAgent(endpoint, settings, context));
  const admit = agents.length > 1 ? createMembership() : async (): Promise<void> => undefined;

  /** Every agent of a cluster takes every call: the next one is asked when this one surely did not take it. */
  const onAnyAgent = async (call: Call, isWrite: boolean): Promise<unknown> => {
    let failure: unknown;
    for (const agent of [...agents]) {
      let isSent = false;
      try {
        await admit(agent);
        isSent = true;
        const data = await agent.send(call);
        moveToFront(agents, agent);
        return data;
      } catch (error) {
        failure = isSent ? error : beforeTheCall(error);
        if (!mayAskNext(failure, isWrite)) throw failure;
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

function mayAskNext(error: unknown, isWrite: boolean): boolean {
  return (
    isProviderError(error) &&
    (error.kind === "Unavailable" || error.kind === "RequestTimeout") &&
    (!isWrite || error.facts.outcomeUnknown !== true)
  );
}

/** Moves the agent that answered to the front, so that a dead one is not tried first every time. */
function moveToFront(agents: Agent[], agent: Agent): void {
  if (agents[0] === agent) return;
  agents.splice(agents.indexOf(agent), 1);
  agents.unshift(agent);
}
