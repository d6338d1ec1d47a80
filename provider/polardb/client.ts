import { randomBytes } from "node:crypto";
import { ProviderError } from "../core/errors";
import { excerptOf } from "../core/excerpt";
import type { CallContext } from "../core/lifecycle";
import { RateLimiter } from "../core/rateLimiter";
import type { Redactor } from "../core/redact";
import type { HttpResponse } from "../core/transport";
import { type Caller, makeCall } from "./calls";
import { errorFacts } from "./errors";
import type { KeySource } from "./keys";
import { type Credentials, sign } from "./signer";
import type { Target } from "./target";
import { explainTls } from "./tlsFailures";

const VERSION = "2017-08-01";

type Parameters = Readonly<Record<string, string>>;

/** Sends one action and returns the parsed JSON answer. */
export interface PolardbClient {
  readonly target: Target;
  /** Repeats what may be repeated: everything but a write whose outcome is unknown. */
  read(action: string, parameters: Parameters): Promise<unknown>;
  write(action: string, parameters: Parameters): Promise<unknown>;
}

export function createClient(target: Target, keys: KeySource, context: CallContext, deadline: number): PolardbClient {
  const { clock, shared } = context;
  const transport = context.connect({});
  const host = new URL(target.endpoint).host;
  let hasAnswered = false;
  const send = async (action: string, query: Parameters, credentials: Credentials): Promise<unknown> => {
    const nonce = randomBytes(16).toString("hex");
    const request = { method: "POST", host, action, version: VERSION, query } as const;
    const signed = sign(request, credentials, new Date(clock.now()), nonce);
    const { host: _implied, ...headers } = signed.headers;
    const post = {
      method: "POST",
      url: `${target.endpoint}/?${signed.query}`,
      headers: { ...headers, accept: "application/json" },
    } as const;
    const response = await transport.send(post).catch((error: unknown) => {
      throw explainTls(error, target.endpoint, hasAnswered);
    });
    hasAnswered = true;
    return parse(action, Object.keys(query), target, response, context.redactor);
  };
  const caller: Caller = {
    keys,
    clock,
    deadline,
    limiterOf: ({ accessKeyId }) =>
      shared.get(`polardb rate ${accessKeyId} ${target.endpoint}`, () => new RateLimiter(clock)),
  };
  const run = (action: string, parameters: Parameters, isWrite: boolean): Promise<unknown> =>
    makeCall({ action, isWrite, send: (credentials) => send(action, parameters, credentials) }, caller);
  return {
    target,
    read: (action, parameters) => run(action, parameters, false),
    write: (action, parameters) => run(action, parameters, true),
  };
}

function parse(
  action: string,
  sent: readonly string[],
  target: Target,
  response: HttpResponse,
  redactor: Redactor,
): unknown {
  const body = json(response.body);
  if (typeof body === "object" && body !== null && !Array.isArray(body)) {
    const fields = body as Record<string, unknown>;
    const code = text(fields.Code ?? fields.code);
    // The gateway has been seen to answer 200 with an error in it.
    if (code !== undefined) {
      const facts = errorFacts(
        action,
        code,
        response.status,
        text(fields.Message ?? fields.message) ?? "",
        text(fields.RequestId ?? fields.requestId),
        sent,
      );
      throw new ProviderError({ ...facts, retryAfterMs: retryAfter(response) });
    }
    if (response.status < 300) return body;
  }
  throw unexpected(action, target, response, redactor);
}

function unexpected(action: string, target: Target, response: HttpResponse, redactor: Redactor): ProviderError {
  const excerpt = excerptOf(response.body, redactor);
  const isPage = /^\s*</.test(response.body);
  const what = isPage ? "a web page" : excerpt === "" ? "nothing" : `not JSON: "${excerpt}"`;
  const problem = `${action}: ${target.endpoint} answered ${isPage ? `${what} ("${excerpt}")` : what} instead of the API's JSON`;
  if (response.status >= 500) {
    return new ProviderError({
      kind: "Unavailable",
      problem,
      httpStatus: response.status,
      outcomeUnknown: true,
      retryAfterMs: retryAfter(response),
      advice: "Run the command again; if it persists, check proxies and load balancers between.",
    });
  }
  return new ProviderError({
    kind: "UnexpectedResponse",
    problem,
    httpStatus: response.status,
    outcomeUnknown: true,
    advice: "Check that region or endpoint name the PolarDB API.",
  });
}

function retryAfter(response: HttpResponse): number | undefined {
  const hint = Number(response.headers["x-acs-retry-after"]);
  return Number.isFinite(hint) && hint >= 0 ? hint : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function json(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
