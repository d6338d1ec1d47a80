import http, { type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo, ListenOptions, Server, Socket } from "node:net";
import { type Clock, realClock } from "./clock";
import { type Fault, type FaultEffect, Faults } from "./faults";
import { Journal, type JournalCall } from "./journal";
import { dribble, type EmulatorReply, type Framing, NODE_FRAMING, send, sendHalf } from "./reply";

const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** Vendors take far longer headers than Node does by default; obshell was seen to accept 1 MiB. */
const MAX_HEADER_BYTES = 4 * 1024 * 1024;

export interface EmulatorRequest {
  readonly method: string;
  /** The request target exactly as on the request line: path and query, percent-encoding included. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Came through the unix socket. */
  readonly isLocal: boolean;
  /** The journal entry of this call; handlers add facts to its `detail`. */
  readonly call: JournalCall;
}

/** The vendor's side of an emulator: what it is asked, what it answers, and what can be changed behind the client's back. */
export interface Vendor {
  /** How the vendor's server puts a reply on the wire. As Node does if left out. */
  readonly framing?: Framing;
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
  /** Path of a unix socket to listen on as well; without TLS. */
  readonly unixSocket?: string;
  /** Serves HTTPS only. `requestClientCertificate` demands a client certificate signed by `ca`. */
  readonly tls?: {
    readonly cert: string;
    readonly key: string;
    readonly ca?: string;
    readonly requestClientCertificate?: boolean;
  };
  /** Added to every answer, in milliseconds of `clock`. */
  readonly latencyMs?: number;
  /** Added to every answer in real milliseconds, so that calls which are sent together meet on a virtual clock as well. */
  readonly realLatencyMs?: number;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly journal: Journal;
  readonly faults: Faults;
  close(): Promise<void>;
}

class TooLarge extends Error {}

const TRANSPORT_FAULTS: ReadonlySet<string> = new Set(["reset", "hang", "delay", "reply", "truncate", "slow", "huge"]);

export async function serve(vendor: Vendor, options: HttpServerOptions): Promise<RunningServer> {
  const journal = new Journal();
  const faults = new Faults();
  const sockets = new Set<Socket>();
  const listener = (isLocal: boolean) => (incoming: IncomingMessage, response: ServerResponse) => {
    respond(vendor, journal, faults, options, incoming, isLocal, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else if (error instanceof TooLarge)
        send(response, { status: 413, headers: { connection: "close" }, body: error.message });
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
        listener(false),
      )
    : http.createServer({ maxHeaderSize: MAX_HEADER_BYTES }, listener(false));
  const local = http.createServer({ maxHeaderSize: MAX_HEADER_BYTES }, listener(true));
  const close = async (): Promise<void> => {
    const closed = [server, local].map((each) => new Promise<void>((resolve) => each.close(() => resolve())));
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
  };
  for (const each of [server, local]) {
    each.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    });
  }
  await listen(server, { port: options.port ?? 0, host: options.host ?? "127.0.0.1" });
  if (options.unixSocket !== undefined) {
    await listen(local, { path: options.unixSocket }).catch(async (error: unknown) => {
      await close();
      throw error;
    });
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls ? "https" : "http"}://${options.host ?? "127.0.0.1"}:${port}`,
    port,
    journal,
    faults,
    close,
  };
}

function listen(server: Server, where: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(where, resolve);
  });
}

async function respond(
  vendor: Vendor,
  journal: Journal,
  faults: Faults,
  options: HttpServerOptions,
  incoming: IncomingMessage,
  isLocal: boolean,
  response: ServerResponse,
): Promise<void> {
  const request = {
    method: incoming.method ?? "",
    target: incoming.url ?? "",
    headers: flatten(incoming),
    body: await readBody(incoming),
    isLocal,
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
    if (options.realLatencyMs) await realClock.sleep(options.realLatencyMs);
    const effect = faults.take(operation);
    if (effect) call.fault = effect.kind;
    if (effect && (await faultBefore(effect, response, options.clock, call))) return;
    const reply = await vendor.handle({ ...request, call });
    call.status = reply.status;
    const framing = vendor.framing ?? NODE_FRAMING;
    if (effect?.kind === "hold" && effect.when === "after") await effect.until();
    if (effect) faultAfter(effect, reply, framing, response, call);
    else send(response, reply, framing);
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
  if (effect.kind === "hold" && effect.when === "before") {
    await effect.until();
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

function faultAfter(
  effect: FaultEffect,
  reply: EmulatorReply,
  framing: Framing,
  response: ServerResponse,
  call: JournalCall,
): void {
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
      sendHalf(response, reply, framing);
      return;
    case "slow":
      dribble(response, reply, framing, effect.chunkMs);
      return;
    default:
      send(response, reply, framing);
  }
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
        return json(200, { ...vendor.readJournal?.(), peakInFlight: journal.peakInFlight(), calls: journal.calls });
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
    if (size > MAX_BODY_BYTES) throw new TooLarge(`request body exceeds ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
