import { ProviderError } from "../../../provider/core/errors";
import type { HttpRequest, HttpResponse, Transport } from "../../../provider/core/transport";
import { createApi, type ObshellApi } from "../../../provider/oceanbase/api";
import { createClient } from "../../../provider/oceanbase/client";
import { decryptBody } from "../../emulators/obshell/aes";
import { decryptBlocks, newKeyPair } from "../../emulators/obshell/rsa";
import { type TestContext, testContext } from "./context";

/** What an agent answers to a call: data of a success, or an error of its own. */
type Reply = unknown | ((body: unknown) => unknown);

const KEY = newKeyPair(512);
const ENDPOINT = "http://10.10.10.1:2886";

/** An error that the agent answers. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly errCode: string,
    override readonly message: string,
  ) {
    super(message);
  }
}

export interface ScriptedAgent {
  readonly api: ObshellApi;
  /** `METHOD path {body}` of every call but that for the key. */
  readonly calls: string[];
  /** Whoever connects with it reaches this agent. */
  readonly context: TestContext;
}

/**
 * The real api and client in front of an agent that answers these calls only, keyed by `METHOD path`; any other fails the test. A
 * function is called with the decrypted body; what it throws is an answer of the agent (`Refusal`) or a failure of the network.
 */
export function scriptedAgent(routes: Readonly<Record<string, Reply>>, context = testContext()): ScriptedAgent {
  const calls: string[] = [];
  const transport: Transport = {
    async send(request) {
      const path = request.url.slice(ENDPOINT.length);
      if (path === "/api/v1/secret") return envelope(200, { public_key: KEY.publicKey });
      const name = `${request.method} ${path}`;
      const body = bodyOf(request);
      calls.push(body === undefined ? name : `${name} ${JSON.stringify(body)}`);
      if (!(name in routes)) throw new Error(`nobody expected ${name}`);
      const reply = routes[name];
      try {
        return envelope(200, typeof reply === "function" ? await reply(body) : reply);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return envelope(error.status, undefined, { errCode: error.errCode, message: error.message });
      }
    },
  };
  const settings = { endpoints: [ENDPOINT], password: { kind: "root", value: "p" }, tls: {} } as const;
  const connected = { ...context, connect: () => transport };
  return { api: createApi(createClient(settings, connected)), calls, context: connected };
}

/** Gives these replies one after another, and the last one for ever; an error is thrown. */
export function oneAfterAnother(...replies: readonly unknown[]): () => unknown {
  let next = 0;
  return () => {
    const reply = replies[Math.min(next++, replies.length - 1)];
    if (reply instanceof Error) throw reply;
    return reply;
  };
}

/** A connection that breaks, as the transport reports it. */
export function brokenConnection(): ProviderError {
  return new ProviderError({ kind: "Unavailable", problem: "connection refused" });
}

function envelope(status: number, data: unknown, error?: object): HttpResponse {
  const successful = status < 300;
  return {
    status,
    headers: {},
    body: JSON.stringify({ successful, status, traceId: "877fe32b83634153", data, error }),
  };
}

function bodyOf(request: HttpRequest): unknown {
  if (!request.body) return undefined;
  const header = decryptBlocks(Buffer.from(request.headers["X-OCS-Header"] ?? "", "base64"), KEY)?.toString("utf8");
  const keys = Object.entries(JSON.parse(header ?? "{}") as Record<string, string>).find(([name]) =>
    /keys/i.test(name),
  );
  return JSON.parse(decryptBody(String(request.body), Buffer.from(keys?.[1] ?? "", "base64")).toString("utf8"));
}
