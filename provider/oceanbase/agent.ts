import { type KeyObject, randomBytes } from "node:crypto";
import { isProviderError, ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import type { HttpRequest } from "../core/transport";
import { clockFromAnswer, describeClock, isNotable, type MeasuredClock } from "./agentClock";
import { requireDatabase } from "./agentDatabase";
import { authenticate, importPublicKey } from "./auth";
import type { ConnectionSettings } from "./credentials";
import { parseEnvelope } from "./envelope";
import { beforeTheCall, isDecryptFailure, isExpired } from "./errors";
import { Remembered } from "./remembered";
import { explainTls } from "./tlsFailures";

/** How long a header stays valid after it was made. */
const HEADER_LIFETIME_MS = 60_000;

export interface Call {
  readonly method: "GET" | "POST" | "PATCH" | "PUT";
  readonly path: string;
  readonly body?: string;
}

/** One agent. Besides the call itself only `/secret` and `/time` are asked, which agents of all versions have. */
export interface Agent {
  readonly endpoint: string;
  /** Sends one call and returns the `data` of its envelope. */
  send(call: Call): Promise<unknown>;
}

/** What an agent may refuse about a header before it looks at the call: put right, the call is sent again, even a write. */
type Remedy = "readKeyAgain" | "followItsClock";

export function createAgent(endpoint: string, settings: ConnectionSettings, context: CallContext): Agent {
  const transport = context.connect(settings.tls);
  /** Each agent has its own key, and a restart or an upgrade can change it. */
  const publicKey = new Remembered(() => fetchPublicKey());
  let hasAnswered = false;
  let clock: MeasuredClock | undefined;
  let measuring: Promise<void> | undefined;

  const exchange = async (call: Call, { headers, body }: Pick<HttpRequest, "headers" | "body">): Promise<unknown> => {
    try {
      const response = await transport.send({ method: call.method, url: `${endpoint}${call.path}`, headers, body });
      hasAnswered = true;
      const data = parseEnvelope(`${call.method} ${call.path}`, endpoint, response, context.redactor);
      requireDatabase(call.path, data, endpoint);
      return data;
    } catch (error) {
      throw explainTls(error, { endpoint, hasAnswered, tls: settings.tls });
    }
  };

  /** An open route: it needs no header, and works whatever key and clock are. */
  const askOpenly = (path: string): Promise<unknown> =>
    exchange({ method: "GET", path }, { headers: {} }).catch((error: unknown) => {
      throw beforeTheCall(error);
    });

  const fetchPublicKey = async (): Promise<KeyObject> => {
    const data = (await askOpenly("/api/v1/secret")) as { public_key?: unknown } | undefined;
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
  };

  const measureClock = async (): Promise<void> => {
    const sentAt = context.clock.now();
    const measured = clockFromAnswer(await askOpenly("/api/v1/time"), sentAt, context.clock.now());
    if (measured && isNotable(measured)) {
      context.log(`${describeClock(endpoint, measured)}; requests are timed by it`);
    }
    clock = measured ?? clock;
  };

  /** True when the agent's clock is known better than at the time of the refused call. Calls under way together measure once. */
  const learnClock = async (used: MeasuredClock | undefined): Promise<boolean> => {
    if (clock !== used) return true;
    measuring ??= measureClock().finally(() => {
      measuring = undefined;
    });
    // What matters to the user is the refusal, not that its reason could not be measured.
    await measuring.catch(() => undefined);
    return clock !== used;
  };

  const attempt = (call: Call, key: KeyObject): Promise<unknown> => {
    const agentTime = context.clock.now() + (clock?.aheadMs ?? 0);
    const expiry = new Date(agentTime + HEADER_LIFETIME_MS);
    const keys = { key: randomBytes(16), iv: randomBytes(16) };
    return exchange(call, authenticate(key, settings.password, call.path, call.body, expiry, keys));
  };

  return {
    endpoint,
    async send(call) {
      const tried = new Set<Remedy>();
      for (;;) {
        const usedKey = publicKey.get();
        const key = await usedKey;
        const usedClock = clock;
        try {
          return await attempt(call, key);
        } catch (error) {
          const remedy = remedyFor(error);
          if (remedy === undefined || tried.has(remedy)) throw sayingTheClock(error, endpoint, clock);
          tried.add(remedy);
          if (remedy === "readKeyAgain") publicKey.forget(usedKey);
          else if (!(await learnClock(usedClock))) throw error;
        }
      }
    },
  };
}

function remedyFor(error: unknown): Remedy | undefined {
  if (!isProviderError(error)) return undefined;
  if (isDecryptFailure(error)) return "readKeyAgain";
  return isExpired(error) ? "followItsClock" : undefined;
}

function sayingTheClock(error: unknown, endpoint: string, clock: MeasuredClock | undefined): unknown {
  if (!isProviderError(error) || !isExpired(error) || !clock) return error;
  return error.with({ problem: `${error.facts.problem}; ${describeClock(endpoint, clock)}` });
}
