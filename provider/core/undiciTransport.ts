import { type Dispatcher, EnvHttpProxyAgent, request as undiciRequest } from "undici";
import { messageOf, ProviderError } from "./errors";
import { reasonWithoutNoise, tlsFailureOf } from "./tlsFailures";
import {
  DEFAULT_LIMITS,
  type HttpRequest,
  type HttpResponse,
  type TlsOptions,
  type Transport,
  type TransportFactory,
  type TransportLimits,
} from "./transport";

/** Errors after which the server cannot have seen the request. */
const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

const TIMEOUTS = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

/** A transport factory that keeps one connection pool per TLS setting, so that all resources of a process share connections. */
export function createTransportFactory(): TransportFactory {
  const transports = new Map<string, Transport>();
  return (tls, limits = {}) => {
    const key = JSON.stringify([tls.ca, tls.cert, tls.key, limits]);
    let transport = transports.get(key);
    if (!transport) {
      transport = undiciTransport(tls, { ...DEFAULT_LIMITS, ...limits });
      transports.set(key, transport);
    }
    return transport;
  };
}

function undiciTransport(tls: TlsOptions, limits: TransportLimits): Transport {
  // Said in so many words, because NODE_TLS_REJECT_UNAUTHORIZED=0 would else switch verification off for everything without a sound.
  const verified = { rejectUnauthorized: true, timeout: limits.connectTimeoutMs };
  const connect = { ...verified, ca: tls.ca, cert: tls.cert, key: tls.key };
  const dispatcher = new EnvHttpProxyAgent({
    connect,
    requestTls: connect,
    proxyTls: verified,
    headersTimeout: limits.headersTimeoutMs,
    bodyTimeout: limits.bodyTimeoutMs,
    allowH2: false,
    // Pulumi waits for the provider process to end by itself; idle sockets must not hold it.
    keepAliveTimeout: 4_000,
  });
  return { send: (request) => send(dispatcher, limits, request) };
}

async function send(dispatcher: Dispatcher, limits: TransportLimits, request: HttpRequest): Promise<HttpResponse> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), limits.totalTimeoutMs);
  try {
    const response = await undiciRequest(request.url, {
      dispatcher,
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      signal: deadline.signal,
    });
    const body = await readBounded(response.body, request, limits.maxBodyBytes);
    const headers = flatten(response.headers);
    if (response.statusCode >= 300 && response.statusCode < 400)
      throw redirected(request, response.statusCode, headers);
    return { status: response.statusCode, headers, body };
  } catch (error) {
    throw error instanceof ProviderError ? error : failed(request, limits, error, deadline.signal.aborted);
  } finally {
    clearTimeout(timer);
  }
}

async function readBounded(body: AsyncIterable<Buffer>, request: HttpRequest, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new ProviderError({
        kind: "UnexpectedResponse",
        problem: `${describe(request)} answered with more than ${maxBytes} bytes`,
        advice: "Check that the endpoint is the vendor's API and not something else.",
        outcomeUnknown: true,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function redirected(request: HttpRequest, status: number, headers: Record<string, string>): ProviderError {
  return new ProviderError({
    kind: "UnexpectedResponse",
    problem: `${describe(request)} was redirected to ${withoutQuery(headers.location ?? "an unnamed place")}`,
    httpStatus: status,
    advice:
      "Redirects are never followed, because credentials would follow too. Give the final address as the endpoint.",
  });
}

function failed(request: HttpRequest, limits: TransportLimits, error: unknown, isOverdue: boolean): ProviderError {
  const code = codeOf(error);
  const call = describe(request);
  const tlsFailure = tlsFailureOf(code);
  const reason = reasonWithoutNoise(messageOf(error));
  if (tlsFailure === "certificate") {
    const ignored =
      process.env.NODE_TLS_REJECT_UNAUTHORIZED === "0"
        ? ", and NODE_TLS_REJECT_UNAUTHORIZED=0 is not followed: certificates are always checked"
        : "";
    return new ProviderError({
      kind: "Unauthenticated",
      problem: `the certificate of ${originOf(request)} is not trusted: ${reason}${ignored}`,
      vendorCode: code,
      advice: "Trust the certificate authority that signed it, and give an endpoint name that the certificate covers.",
      cause: error,
    });
  }
  if (tlsFailure === "handshake") {
    return new ProviderError({
      kind: "Unauthenticated",
      problem: `the TLS handshake with ${originOf(request)} failed: ${reason}`,
      vendorCode: code,
      advice: "Check that the endpoint really speaks HTTPS, and whether it demands a client certificate.",
      cause: error,
    });
  }
  if (code === "UND_ERR_CONNECT_TIMEOUT") {
    return new ProviderError({
      kind: "RequestTimeout",
      problem: `no connection to ${originOf(request)} within ${limits.connectTimeoutMs / 1_000} s`,
      advice: "Check address, port, firewall and proxy settings.",
      cause: error,
    });
  }
  if (isOverdue || TIMEOUTS.has(code)) {
    return new ProviderError({
      kind: "RequestTimeout",
      problem: `${call} did not answer in time (headers ${limits.headersTimeoutMs / 1_000} s, body ${limits.bodyTimeoutMs / 1_000} s, in all ${limits.totalTimeoutMs / 1_000} s)`,
      advice: "Run the command again; if it persists, check the load of the server and the network between.",
      outcomeUnknown: true,
      cause: error,
    });
  }
  // A proxy that refuses the tunnel has not passed anything on.
  const neverSent = NEVER_SENT.has(code) || /^Proxy response \(\d+\)/.test(messageOf(error));
  return new ProviderError({
    kind: "Unavailable",
    problem: neverSent
      ? `${originOf(request)} cannot be reached: ${messageOf(error)}`
      : `${call} broke off before its answer was complete: ${messageOf(error)}`,
    vendorCode: code || undefined,
    advice: neverSent
      ? "Check address, port and proxy settings, and that the server is running."
      : "Run the command again; if it persists, check the server and what stands between.",
    outcomeUnknown: !neverSent,
    cause: error,
  });
}

/** undici wraps causes, and several addresses of one name fail as an aggregate. */
function codeOf(error: unknown): string {
  let current = error as { code?: unknown; cause?: unknown; errors?: unknown } | null | undefined;
  for (let depth = 0; depth < 5 && current; depth++) {
    if (typeof current.code === "string") return current.code;
    current = (Array.isArray(current.errors) ? current.errors[0] : current.cause) as typeof current;
  }
  return "";
}

function describe(request: HttpRequest): string {
  return `${request.method} ${withoutQuery(request.url)}`;
}

function originOf(request: HttpRequest): string {
  return new URL(request.url).origin;
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, "");
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : value;
  }
  return flat;
}
