import { ProviderError } from "../core/errors";
import { excerptOf } from "../core/excerpt";
import type { Redactor } from "../core/redact";
import type { HttpResponse } from "../core/transport";
import { errorFacts } from "./errors";

/** The `data` of an answer; throws what its `error` means. Agents before 4.3.1 give a number instead of `errCode`. */
export function parseEnvelope(call: string, endpoint: string, response: HttpResponse, redactor: Redactor): unknown {
  const envelope = parseJson(response.body);
  if (response.status === 429) throw throttled(call, endpoint, response);
  if (
    typeof envelope !== "object" ||
    envelope === null ||
    typeof (envelope as { successful?: unknown }).successful !== "boolean"
  ) {
    throw notObshell(call, endpoint, response, redactor);
  }
  const { successful, data, error, traceId } = envelope as {
    successful: boolean;
    data?: unknown;
    error?: { code?: unknown; errCode?: unknown; message?: unknown } | null;
    traceId?: unknown;
  };
  if (successful && response.status < 300) return data ?? undefined;
  if (error?.message !== undefined && typeof error.message !== "string") {
    throw notObshell(call, endpoint, response, redactor);
  }
  const code = textOf(error?.errCode) || textOf(error?.code) || "unknown";
  const trace = typeof traceId === "string" ? traceId : undefined;
  throw new ProviderError(errorFacts(call, code, response.status, textOf(error?.message), trace));
}

/** obshell itself takes whatever comes; a gateway in front of its agents may not. */
function throttled(call: string, endpoint: string, response: HttpResponse): ProviderError {
  const seconds = Number(response.headers["retry-after"]);
  return new ProviderError({
    kind: "Throttled",
    problem: `${call}: what stands before ${endpoint} refuses so many calls`,
    httpStatus: response.status,
    retryAfterMs: seconds >= 0 ? seconds * 1_000 : undefined,
    advice: "Give the agent's own address as the endpoint, or raise the limit of the gateway.",
  });
}

/** Nothing for what is no text: an object of an answer may even have a `toString` that is no function. */
function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function notObshell(call: string, endpoint: string, response: HttpResponse, redactor: Redactor): ProviderError {
  const excerpt = excerptOf(response.body, redactor);
  const isPage = /^\s*</.test(response.body);
  const answer = isPage ? "a web page" : excerpt === "" ? "nothing" : "something";
  const isServerError = response.status >= 500;
  return new ProviderError({
    kind: isServerError ? "Unavailable" : "UnexpectedResponse",
    problem: `${call}: ${endpoint} answered ${answer} that is not obshell's JSON${excerpt === "" ? "" : ` ("${excerpt}")`}`,
    httpStatus: response.status,
    outcomeUnknown: true,
    advice: adviceFor(response.body, isServerError),
  });
}

function adviceFor(body: string, isServerError: boolean): string {
  // Go's own answer on a port that speaks TLS.
  if (/HTTP request to an HTTPS server/.test(body)) {
    return "The agent speaks HTTPS only: write https:// in connection.endpoints, and give the authority of its certificate as connection.tls.ca.";
  }
  return isServerError
    ? "Run the command again; if it persists, check proxies and load balancers between."
    : "Check that the endpoint is the address and port of an obshell agent (2886 by default).";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
