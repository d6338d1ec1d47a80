import { type Agent, CLUSTER_AGENT, SESSION_LIFETIME_MS, SSO_TOKEN_LIFETIME_MS, type SsoToken } from "./agent";
import { bind, type Field, GoDecodeError, isObject, kindOf, parseGoJson } from "./binding";
import { ObshellError } from "./errors";
import { decodeBase64, jsonSyntaxError, parseInt64 } from "./goText";
import { decryptBlocks } from "./rsa";
import type { World } from "./world";

/** What the encrypted header says. Absent fields are empty, as in Go. */
export interface AuthHeader {
  /** Which of the two headers carried it: each asks for its own password. */
  readonly kind: "root" | "agent";
  readonly sessionId: string;
  readonly ssoToken: string;
  readonly auth: string;
  readonly ts: string;
  readonly uri: string;
  readonly keys: Buffer;
}

/** How a route checks its caller. Open ones do not, but decrypt a header all the same. */
export type Access = "open" | "verified" | "login" | "agentPassword" | "ssoToken";

const HEADER_FIELDS: readonly Field[] = [
  { json: "session_id", go: "HttpHeader.session_id", type: "string" },
  ...["Auth", "Ts", "Token", "Uri", "Sha256"].map(
    (json): Field => ({ json, go: `HttpHeader.${json}`, type: "string" }),
  ),
  { json: "ssotoken", go: "HttpHeader.ssotoken", type: "string" },
  { json: "Keys", go: "HttpHeader.Keys", type: "[]uint8" },
  { json: "ForwardType", go: "HttpHeader.ForwardType", type: "int" },
];

/** Undefined without a header; an empty value counts as none. The agent header wins. */
export function readHeader(
  headers: Readonly<Record<string, string>>,
  agent: Agent,
  takesAgentHeader: boolean,
): AuthHeader | undefined {
  const agentValue = takesAgentHeader ? headers["x-ocs-agent-header"] : undefined;
  if (agentValue) return { kind: "agent", ...decrypt(agentValue, agent) };
  const rootValue = headers["x-ocs-header"];
  return rootValue ? { kind: "root", ...decrypt(rootValue, agent) } : undefined;
}

function decrypt(value: string, agent: Agent): Omit<AuthHeader, "kind"> {
  const refuse = (why: string): ObshellError => ObshellError.of("headerDecrypt", why);
  const { bytes, error } = decodeBase64(value);
  if (error !== undefined) throw refuse(error);
  const plain = decryptBlocks(bytes, agent.key);
  if (!plain) throw refuse("crypto/rsa: decryption error");
  try {
    return parse(plain.toString("utf8"));
  } catch (failure) {
    throw failure instanceof GoDecodeError ? refuse(failure.message) : failure;
  }
}

function parse(text: string): Omit<AuthHeader, "kind"> {
  let value: ReturnType<typeof parseGoJson>;
  try {
    value = parseGoJson(text);
  } catch {
    throw new GoDecodeError(jsonSyntaxError(text));
  }
  if (value !== null && !isObject(value)) {
    throw new GoDecodeError(`json: cannot unmarshal ${kindOf(value)} into Go value of type secure.HttpHeader`);
  }
  const header = bind(value ?? {}, HEADER_FIELDS);
  return {
    sessionId: header.string("session_id") ?? "",
    ssoToken: header.string("ssotoken") ?? "",
    auth: header.string("Auth") ?? "",
    ts: header.string("Ts") ?? "",
    uri: header.string("Uri") ?? "",
    keys: header.bytes("Keys") ?? Buffer.alloc(0),
  };
}

export interface Verification {
  readonly world: World;
  readonly agent: Agent;
  readonly header: AuthHeader | undefined;
  readonly access: Access;
  /** The request target, byte for byte. */
  readonly target: string;
  /** When the request arrived: expiry is judged by this moment. */
  readonly receivedAt: number;
  /** Whether the agent can ask the database about a password it does not know. */
  readonly databaseUsable: boolean;
}

/** The checks in the order in which obshell makes them. */
export function verify(check: Verification): void {
  const { header, agent, access } = check;
  if (access === "open") return;
  if (!header) throw ObshellError.of("headerNotFound");
  if (header.uri !== check.target) throw ObshellError.of("uriMismatch");
  if (access === "ssoToken") {
    verifyTimestamp(header.ts, check.receivedAt);
    usableSsoToken(agent, header, check.receivedAt);
    return;
  }
  if (access !== "login" && access !== "agentPassword" && header.sessionId !== "" && agent.identity === CLUSTER_AGENT) {
    verifySession(check, header);
    return;
  }
  try {
    verifyPassword(check, header);
  } catch (error) {
    throw error instanceof ObshellError ? error.under("unauthorized") : error;
  }
}

function verifySession({ agent, receivedAt }: Verification, header: AuthHeader): void {
  verifyTimestamp(header.ts, receivedAt);
  const lastUse = agent.sessions.get(header.sessionId);
  if (lastUse === undefined) throw ObshellError.of("sessionInvalid");
  if (receivedAt - lastUse > SESSION_LIFETIME_MS) {
    agent.sessions.delete(header.sessionId);
    throw ObshellError.of("sessionExpired");
  }
  agent.sessions.set(header.sessionId, receivedAt);
}

export function usableSsoToken(agent: Agent, header: AuthHeader | undefined, now: number): SsoToken {
  if (!header?.ssoToken) throw ObshellError.of("ssoTokenMissing");
  const token = agent.ssoTokens.get(header.ssoToken);
  if (!token) throw ObshellError.of("ssoTokenNotFound");
  if (token.isUsed) throw ObshellError.of("ssoTokenAlreadyUsed");
  if (now - token.createdAt > SSO_TOKEN_LIFETIME_MS) throw ObshellError.of("ssoTokenExpired");
  return token;
}

/** Which password is asked for depends on identity and header. */
function verifyPassword(check: Verification, header: AuthHeader): void {
  const { agent, access } = check;
  const isAgentPasswordSet = agent.agentPassword !== null;
  if (agent.identity === "SINGLE" || (access === "agentPassword" && isAgentPasswordSet)) {
    if (!isAgentPasswordSet) return;
    if (header.kind === "root") throw ObshellError.of("withAgentPassword", "agent password has been set");
    verifyAgentPassword(check, header);
    return;
  }
  if (header.kind === "root") {
    verifyRootPassword(check, header);
    return;
  }
  if (!isAgentPasswordSet) {
    const why = access === "agentPassword" ? "oceanbase password has been set" : "agent password is not initialized";
    throw ObshellError.of("withRootPassword", why);
  }
  verifyAgentPassword(check, header);
}

function verifyAgentPassword({ agent, receivedAt }: Verification, header: AuthHeader): void {
  if (header.auth !== "") verifyTimestamp(header.ts, receivedAt);
  if (header.auth !== agent.agentPassword) throw ObshellError.of("incorrectAgentPassword");
}

function verifyRootPassword(check: Verification, header: AuthHeader): void {
  const { agent, world } = check;
  // An empty password is never expired.
  if (header.auth !== "") verifyTimestamp(header.ts, check.receivedAt);
  if (header.auth === agent.rootPassword) return;
  // Another password is tried on the database and adopted if it fits, which ends all sessions.
  if (!check.databaseUsable || header.auth !== world.database.password) throw ObshellError.of("incorrectRootPassword");
  agent.rootPassword = header.auth;
  agent.sessions.clear();
}

function verifyTimestamp(ts: string, receivedAt: number): void {
  const parsed = parseInt64(ts);
  if ("error" in parsed) throw ObshellError.of("timestampInvalid", ts, parsed.error);
  if (BigInt(Math.floor(receivedAt / 1000)) > parsed.value) throw ObshellError.of("authExpired");
}
