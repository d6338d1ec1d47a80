import type { EmulatorRequest, Vendor } from "../common/httpServer";
import type { EmulatorReply, Framing } from "../common/reply";
import { decryptBody } from "./aes";
import { type Agent, agentName } from "./agent";
import { type AuthHeader, readHeader, verify } from "./auth";
import { type Call, FailureWithData } from "./call";
import { changeState } from "./changes";
import { Database } from "./database";
import { type EnvelopeContext, failure, ObshellPanic, panic, success, traceId } from "./envelope";
import { type ErrorName, languageOf, ObshellError } from "./errors";
import { describeBody } from "./journalBody";
import { type Match, matchRoute, ROUTES, type Route, redirectTarget } from "./routes";
import { advance } from "./scheduler";
import { readState } from "./state";
import type { DatabaseState, World } from "./world";

const API = "/api/v1";
const STATUS = "/api/v1/status";

/** What the web UI answers for every path that is not the API's. */
const WEB_UI = "<html><body>stub</body></html>\n";

const HTML = { "content-type": "text/html; charset=utf-8" } as const;

/** Go's server: a length is sent only if the whole body fits into the buffer that is filled before the first chunk. */
const GO_FRAMING: Framing = { chunksAboveBytes: 2_048, announcesKeepAlive: false };

/** One agent's HTTP side: obshell's request pipeline around the routes. */
export class ObshellVendor implements Vendor {
  readonly framing = GO_FRAMING;
  private readonly routes: readonly Route[];

  constructor(
    private readonly world: World,
    private readonly agent: Agent,
  ) {
    const { withoutRoutes } = world.profile;
    this.routes = ROUTES.filter((route) => !withoutRoutes.includes(`${route.method} ${route.pattern}`));
  }

  operation(request: Omit<EmulatorRequest, "call">): string {
    return `${request.method} ${request.target.split("?")[0] ?? ""}`;
  }

  async handle(request: EmulatorRequest): Promise<EmulatorReply> {
    advance(this.world);
    for (const change of this.world.faults.changesBefore(`${request.method} ${request.target}`))
      changeState(this.world, this.agent, change);
    const path = decodePath(request.target);
    // Before anything else of the request is looked at, so that it gets no trace id.
    if (request.isLocal && !this.agent.admitsLocalCallers)
      return new Exchange(this.world, this.agent, request, undefined).refuse("permissionDenied");
    if (path === undefined) return { status: 400, headers: { "content-type": "text/plain" }, body: "400 Bad Request" };
    if (!request.target.startsWith(API) && this.world.profile.hasWebUi && !request.isLocal)
      return { status: 200, headers: HTML, body: WEB_UI };
    const match = matchRoute(this.routes, request.method, path);
    if (!match) {
      const redirect = redirectTarget(this.routes, request.method, path);
      if (redirect !== undefined) return redirectReply(request, redirect);
    }
    if (match) request.call.detail = { route: `${match.route.method} ${match.route.pattern}`, params: match.params };
    return new Exchange(this.world, this.agent, request, match).run();
  }

  readJournal(): Record<string, unknown> {
    advance(this.world);
    return { sql: this.world.sql.all };
  }

  clearJournal(): void {
    this.world.sql.clear();
  }

  changeState(change: unknown): unknown {
    advance(this.world);
    return changeState(this.world, this.agent, change);
  }

  readState(): unknown {
    advance(this.world);
    return readState(this.world);
  }

  injectFault(fault: unknown): void {
    this.world.faults.inject(fault);
  }

  clearFaults(): void {
    this.world.faults.clear();
  }
}

/** One request from decryption to envelope. */
class Exchange {
  private header: AuthHeader | undefined;
  private isDecrypted = false;
  private state: DatabaseState | "notHeld" | undefined;

  constructor(
    private readonly world: World,
    private readonly agent: Agent,
    private readonly request: EmulatorRequest,
    private readonly match: Match | undefined,
  ) {}

  run(): EmulatorReply {
    try {
      const body = this.decrypt();
      this.isDecrypted = true;
      if (this.match && this.request.body.length > 0) this.request.call.detail.body = describeBody(body);
      return success(this.context(), this.answer(body));
    } catch (error) {
      return this.failed(error);
    }
  }

  /** Header and body are decrypted on every path, known or not, before anything else. */
  private decrypt(): Buffer {
    const { headers, body } = this.request;
    this.header = readHeader(headers, this.agent, this.world.profile.hasAgentPassword);
    if (this.header && body.length > 0) {
      try {
        return decryptBody(body.toString("latin1"), this.header.keys);
      } catch (error) {
        throw error instanceof ObshellError ? error.under("unauthorized") : error;
      }
    }
    // An empty body is padded unless it came in chunks, whose length nobody knows.
    const isChunked = headers["transfer-encoding"] !== undefined;
    return body.length === 0 && !isChunked && this.world.profile.padsEmptyBodies ? Buffer.from("{}") : body;
  }

  private answer(body: Buffer): ReturnType<Route["handle"]> {
    const { match, request, world, agent, header } = this;
    if (!match) throw ObshellError.of("notFound", "404 not found");
    verify({
      world,
      agent,
      header,
      // Who may connect to the unix socket needs no password.
      access: request.isLocal ? "open" : match.route.access,
      target: request.target,
      receivedAt: Date.parse(request.call.startedAt) + agent.clockSkewMs,
      databaseUsable: world.database.state === "up" && agent.databaseReachable,
    });
    const call: Call = {
      world,
      agent,
      header,
      params: match.params,
      query: new URLSearchParams(request.target.split("?")[1] ?? ""),
      body,
      database: new Database(world, { call: request.call.seq, agent: agentName(agent) }),
      databaseState: () => this.databaseState(),
    };
    return match.route.handle(call);
  }

  /** Asked once per call, so that a fault is counted once; only calls that need the database are hit. */
  private databaseState(): DatabaseState | "notHeld" {
    if (this.state === undefined) {
      if (this.agent.identity === "SINGLE") this.state = "notHeld";
      else {
        const injected = this.world.faults.databaseDown(`${this.request.method} ${this.request.target}`);
        this.state = injected ?? (this.agent.databaseReachable ? this.world.database.state : "down");
      }
    }
    return this.state;
  }

  /** Without a look at the request. */
  refuse(name: ErrorName): EmulatorReply {
    return this.failed(ObshellError.of(name));
  }

  private failed(error: unknown): EmulatorReply {
    if (error instanceof ObshellPanic) return panic(this.context());
    const { cause, data } =
      error instanceof FailureWithData ? { cause: error.error, data: error.data } : { cause: error, data: undefined };
    if (!(cause instanceof ObshellError)) throw cause;
    const isNumbered = this.world.profile.errors === "numbered";
    this.request.call.detail.errCode = isNumbered ? String(cause.asNumbered().code) : cause.errCode;
    return failure(this.context(), cause, data);
  }

  private context(): EnvelopeContext {
    const { headers, target } = this.request;
    return {
      now: this.world.now + this.agent.clockSkewMs,
      zoneMinutes: this.world.zoneMinutes,
      language: languageOf(headers["accept-language"]),
      traceId: this.isDecrypted && target !== STATUS ? traceId(headers) : "",
      startedAt: this.agent.startedAt,
      decrypted: this.isDecrypted,
      errors: this.world.profile.errors,
    };
  }
}

function decodePath(target: string): string | undefined {
  try {
    return decodeURIComponent(target.split("?")[0] ?? "");
  } catch {
    return undefined;
  }
}

function redirectReply(request: EmulatorRequest, path: string): EmulatorReply {
  const query = request.target.includes("?") ? request.target.slice(request.target.indexOf("?")) : "";
  const location = path + query;
  if (request.method !== "GET") return { status: 307, headers: { location }, body: "" };
  return {
    status: 301,
    headers: { ...HTML, location },
    body: `<a href="${location}">Moved Permanently</a>.\n\n`,
  };
}
