import http, { type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Clock } from "./clock";
import { type Fault, type FaultEffect, Faults } from "./faults";
import { Journal, type JournalCall } from "./journal";

const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** Vendors take far longer headers than Node does by default; obshell was seen to accept 1 MiB. */
const MAX_HEADER_BYTES = 4 * 1024 * 1024;

export interface EmulatorRequest {
  readonly method: string;
  /** The request target exactly as on the request line: path and query, percent-encoding included. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The journal entry of this call; handlers add facts to its `detail`. */
  readonly call: JournalCall;
}

export interface EmulatorReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The vendor's side of an emulator: what it is asked, what it answers, and what can be changed behind the client's back. */
export interface Vendor {
  /** Names the call for journal and faults, from method, target, headers and body alone. */
  operation(request: Omit<EmulatorRequest, "call">): string;
  /** The request target as the journal may keep it, for vendors whose clients put secrets into the query. */
  journalTarget?(target: string): string;
  handle(request: EmulatorRequest): Promise<EmulatorReply>;
  /** What `GET /__journal` shows besides the calls (for obshell: the SQL statements). */
  readJournal?(): Record<string, unknown>;
  clearJournal?(): void;
  /** `POST /__state`: a change made behind the client's back. Returns what to answer; throws on a change it does not know. */
  changeState(change: unknown): unknown;
  /** `GET /__state`. */
  readState(): unknown;
  /** `POST /__faults` with a kind that is the vendor's own (not a `FaultEffect`). Throws on one it does not know. */
  injectFault?(fault: unknown): void;
  clearFaults?(): void;
}

export interface HttpServerOptions {
  readonly clock: Clock;
  /** 0 (the default) takes any free port. */
  readonly port?: number;
  /** Loopback unless told otherwise. */
  readonly host?: string;
  /** Serves HTTPS only. `requestClientCertificate` demands a client certificate signed by `ca`. */
  readonly tls?: {
    readonly cert: string;
    readonly key: string;
    readonly ca?: string;
    readonly requestClientCertificate?: boolean;
  };
  /** Added to every answer, in milliseconds of `clock`. */
  readonly latencyMs?: number;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly journal: Journal;
  readonly faults: Faults;
  close(): Promise<void>;
}

const TRANSPORT_FAULTS: ReadonlySet<string> = new Set(["reset", "hang", "delay", "reply", "truncate", "slow", "huge"]);

export async function serve(vendor: Vendor, options: HttpServerOptions): Promise<RunningServer> {
  const journal = new Journal();
  const faults = new Faults();
  const sockets = new Set<Socket>();
  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    respond(vendor, journal, faults, options, incoming, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else
        send(response, {
          status: 500,
          headers: { "content-type": "text/plain" },
          body: `emulator failure: ${String(error)}`,
        });
    });
  };
  const server = options.tls
    ? https.createServer(
        {
          cert: options.tls.cert,
          key: options.tls.key,
          ca: options.tls.ca,
          requestCert: options.tls.requestClientCertificate ?? false,
          rejectUnauthorized: options.tls.requestClientCertificate ?? false,
          maxHeaderSize: MAX_HEADER_BYTES,
        },
        listener,
      )
    : http.createServer({ maxHeaderSize: MAX_HEADER_BYTES }, listener);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls ? "https" : "http"}://${options.host ?? "127.0.0.1"}:${port}`,
    port,
    journal,
    faults,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function respond(
  vendor: Vendor,
  journal: Journal,
  faults: Faults,
  options: HttpServerOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = {
    method: incoming.method ?? "",
    target: incoming.url ?? "",
    headers: flatten(incoming),
    body: await readBody(incoming),
  };
  if (request.target.startsWith("/__")) {
    send(response, control(vendor, journal, faults, request.method, request.target, request.body));
    return;
  }
  const operation = vendor.operation(request);
  const call = journal.begin({
    operation,
    method: request.method,
    target: vendor.journalTarget?.(request.target) ?? request.target,
    startedAt: timestamp(options.clock),
  });
  const end = (): void => journal.end(call, timestamp(options.clock));
  try {
    if (options.latencyMs) await options.clock.sleep(options.latencyMs);
    const effect = faults.take(operation);
    if (effect) call.fault = effect.kind;
    if (effect && (await faultBefore(effect, response, options.clock, call))) return;
    const reply = await vendor.handle({ ...request, call });
    call.status = reply.status;
    if (effect) faultAfter(effect, reply, response, call);
    else send(response, reply);
  } finally {
    // A call that hangs is being served for as long as its client waits.
    if (call.fault === "hang" && !response.closed) response.once("close", end);
    else end();
  }
}

/** Applies the part of a fault that comes before the call is handled. True when the call ends there. */
async function faultBefore(
  effect: FaultEffect,
  response: ServerResponse,
  clock: Clock,
  call: JournalCall,
): Promise<boolean> {
  if (effect.kind === "delay") {
    await clock.sleep(effect.ms);
    return false;
  }
  if (effect.kind === "reset" && effect.when === "before") response.destroy();
  else if (effect.kind === "hang" && effect.when === "before") return true;
  else if (effect.kind === "reply" && effect.when === "before") send(response, canned(effect));
  else if (effect.kind === "huge") {
    send(response, {
      status: 200,
      headers: { "content-type": "application/json" },
      body: JSON.stringify("x".repeat(effect.bytes)),
    });
  } else return false;
  call.status = effect.kind === "reply" ? effect.status : null;
  return true;
}

function faultAfter(effect: FaultEffect, reply: EmulatorReply, response: ServerResponse, call: JournalCall): void {
  const body = Buffer.from(reply.body);
  switch (effect.kind) {
    case "reset":
      call.status = null;
      response.destroy();
      return;
    case "hang":
      call.status = null;
      return;
    case "reply":
      call.status = effect.status;
      send(response, canned(effect));
      return;
    case "truncate":
      response.writeHead(reply.status, { ...reply.headers, "content-length": String(body.length) });
      response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
      return;
    case "slow":
      response.writeHead(reply.status, { ...reply.headers, "content-length": String(body.length) });
      dribble(response, body, effect.chunkMs);
      return;
    default:
      send(response, reply);
  }
}

function dribble(response: ServerResponse, body: Buffer, chunkMs: number): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (sent >= body.length || response.destroyed) {
      clearInterval(timer);
      response.end();
      return;
    }
    response.write(body.subarray(sent, sent + 1));
    sent += 1;
  }, chunkMs);
  timer.unref();
}

function canned(effect: Extract<FaultEffect, { kind: "reply" }>): EmulatorReply {
  return { status: effect.status, headers: { "content-type": "text/html", ...effect.headers }, body: effect.body };
}

/** The control plane: `GET|DELETE /__journal`, `POST|DELETE /__faults`, `GET|POST /__state`. Never part of the journal. */
function control(
  vendor: Vendor,
  journal: Journal,
  faults: Faults,
  method: string,
  target: string,
  body: Buffer,
): EmulatorReply {
  const path = target.split("?")[0];
  try {
    switch (`${method} ${path}`) {
      case "GET /__journal":
        // The vendor first: reading may let its clock-driven state catch up, which the calls do not depend on.
        return json(200, { ...vendor.readJournal?.(), calls: journal.calls });
      case "DELETE /__journal":
        journal.clear();
        vendor.clearJournal?.();
        return json(200, {});
      case "POST /__faults":
        arm(vendor, faults, JSON.parse(body.toString("utf8")) as unknown);
        return json(200, {});
      case "DELETE /__faults":
        faults.clear();
        vendor.clearFaults?.();
        return json(200, {});
      case "GET /__state":
        return json(200, vendor.readState());
      case "POST /__state":
        return json(200, vendor.changeState(JSON.parse(body.toString("utf8")) as unknown) ?? {});
      default:
        return json(404, { error: `no control route ${method} ${path}` });
    }
  } catch (error) {
    return json(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function arm(vendor: Vendor, faults: Faults, fault: unknown): void {
  const kind = (fault as Partial<Fault> | null)?.effect?.kind;
  if (kind !== undefined && TRANSPORT_FAULTS.has(kind)) faults.add(fault as Fault);
  else if (vendor.injectFault) vendor.injectFault(fault);
  else
    throw new Error(
      `unknown fault ${JSON.stringify(fault)}: effect.kind must be one of ${[...TRANSPORT_FAULTS].join(", ")}`,
    );
}

function json(status: number, value: unknown): EmulatorReply {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

function send(response: ServerResponse, reply: EmulatorReply): void {
  response.writeHead(reply.status, { ...reply.headers, "content-length": String(Buffer.byteLength(reply.body)) });
  response.end(reply.body);
}

function flatten(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error(`request body exceeds ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
