import type { ErrorKind } from "../../../../provider/core/errors";
import type { FaultEffect, Faults } from "../../../emulators/common/faults";
import { formsOf } from "../../../support/secrets";
import { PASSWORD } from "../oceanbase";
import { ACCESS_KEY } from "../polardb";
import type { Interference } from "./network";

/** What a fault does to one request. `Server` is the emulator that the request is meant for. */
export interface MatrixFault<Server> {
  readonly name: string;
  /** Kinds of error that it may end in. */
  readonly kinds: readonly ErrorKind[];
  /** The request was carried out all the same. Told apart for writes only: no read changes anything. */
  readonly isApplied: boolean;
  /** Nobody can tell from the outcome whether the request was carried out. */
  readonly losesAnswer?: boolean;
  /** A read that meets it once goes on as if nothing had been: it is sent again, or put right first. */
  readonly isOvercome: boolean;
  /** Only for calls that change something, where the moment matters. */
  readonly writesOnly?: boolean;
  /** Tried on every call of the journal; all others on the first of each name. */
  readonly isCore?: boolean;
  interfere(server: Server, call: string): Interference;
  /** Ends what the fault has changed on the server. */
  heal?(server: Server): void;
}

interface HttpServer {
  readonly faults: Faults;
}

/** What shows only by the patience of a transport. */
const IMPATIENT: ReadonlySet<FaultEffect["kind"]> = new Set(["hang", "slow"]);

/** The server does this to the next request of this name. */
function onServer(effect: FaultEffect) {
  return (server: HttpServer, operation: string): Interference =>
    async (request, { normal, impatient }) => {
      server.faults.add({ operation, effect });
      try {
        return await (IMPATIENT.has(effect.kind) ? impatient : normal).send(request);
      } finally {
        // On a busy machine the request may be given up before the server has seen it; the fault was meant for no other.
        server.faults.clear();
      }
    };
}

/** No server listens there: the port is reserved, and privileged. */
const refuse: Interference = (request, { normal }) =>
  normal.send({ ...request, url: request.url.replace(/^(https?:\/\/[^/:]+):\d+/, "$1:1") });

const PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>";
const page = (when: "before" | "after"): FaultEffect => ({ kind: "reply", when, status: 502, body: PAGE });

/** Secrets of both vendors in every form, in an error of the shape that either has, as a server writes that repeats what it was sent. */
const REPEATED = [PASSWORD, ACCESS_KEY.accessKeySecret].flatMap(formsOf).join(" ");
const REPEATING = JSON.stringify({
  Code: "InternalError",
  Message: REPEATED,
  RequestId: "0C8A7E2F",
  successful: false,
  status: 500,
  error: { errCode: "Common.Unexpected", message: REPEATED },
});

/** What any network and any proxy can do to a call. */
export const NETWORK_FAULTS: readonly MatrixFault<HttpServer>[] = [
  {
    name: "connection refused",
    kinds: ["Unavailable"],
    isApplied: false,
    isOvercome: true,
    interfere: () => refuse,
  },
  {
    name: "reset before the request was applied",
    kinds: ["Unavailable"],
    isApplied: false,
    losesAnswer: true,
    isOvercome: true,
    isCore: true,
    interfere: onServer({ kind: "reset", when: "before" }),
  },
  {
    name: "reset after the request was applied",
    kinds: ["Unavailable"],
    isApplied: true,
    losesAnswer: true,
    isOvercome: true,
    writesOnly: true,
    interfere: onServer({ kind: "reset", when: "after" }),
  },
  {
    name: "timeout before the request was applied",
    kinds: ["RequestTimeout", "Unavailable"],
    isApplied: false,
    losesAnswer: true,
    isOvercome: true,
    interfere: onServer({ kind: "hang", when: "before" }),
  },
  {
    name: "timeout after the request was applied",
    kinds: ["RequestTimeout", "Unavailable"],
    isApplied: true,
    losesAnswer: true,
    isOvercome: true,
    writesOnly: true,
    interfere: onServer({ kind: "hang", when: "after" }),
  },
  {
    name: "slow body",
    kinds: ["RequestTimeout", "Unavailable"],
    isApplied: true,
    losesAnswer: true,
    isOvercome: true,
    interfere: onServer({ kind: "slow", chunkMs: 20 }),
  },
  {
    name: "truncated body",
    kinds: ["Unavailable"],
    isApplied: true,
    losesAnswer: true,
    isOvercome: true,
    interfere: onServer({ kind: "truncate" }),
  },
  {
    name: "huge body",
    kinds: ["UnexpectedResponse"],
    isApplied: false,
    losesAnswer: true,
    isOvercome: false,
    interfere: onServer({ kind: "huge", bytes: 128 * 1024 }),
  },
  {
    name: "an error that repeats what was sent",
    kinds: ["Unavailable"],
    isApplied: false,
    losesAnswer: true,
    isOvercome: true,
    interfere: onServer({ kind: "reply", when: "before", status: 500, body: REPEATING }),
  },
  {
    name: "HTML 502 before the request was applied",
    kinds: ["Unavailable"],
    isApplied: false,
    losesAnswer: true,
    isOvercome: true,
    interfere: onServer(page("before")),
  },
  {
    name: "HTML 502 after the request was applied",
    kinds: ["Unavailable"],
    isApplied: true,
    losesAnswer: true,
    isOvercome: true,
    writesOnly: true,
    interfere: onServer(page("after")),
  },
  {
    name: "invalid JSON",
    kinds: ["UnexpectedResponse"],
    isApplied: true,
    losesAnswer: true,
    isOvercome: false,
    interfere: onServer({ kind: "reply", when: "after", status: 200, body: '{"successful": true, "data": [' }),
  },
];

/** The true answer with every value in another type, but for the members that make it an answer at all. */
export function withWrongTypes(body: string, kept: readonly string[]): string {
  return JSON.stringify(retyped(JSON.parse(body), new Set(kept)));
}

function retyped(value: unknown, kept: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return { items: value.map((item) => retyped(item, kept)) };
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, kept.has(name) ? member : retyped(member, kept)]),
    );
  }
  return typeof value === "string" ? { text: value } : [value];
}
