import { randomBytes } from "node:crypto";
import { encryptReply } from "./aes";
import { usableSsoToken } from "./auth";
import { bindBody } from "./binding";
import { type Call, object } from "./call";
import { ObshellError } from "./errors";
import type { JsonValue } from "./goText";
import type { Route } from "./routes";

/** Login sessions, tokens for one, and the agent password. A provider needs none of them; other obshell clients do. */
export const sessionRoutes: readonly Route[] = [
  { method: "POST", pattern: "/api/v1/login", access: "login", handle: login },
  { method: "POST", pattern: "/api/v1/logout", access: "verified", handle: logout },
  { method: "POST", pattern: "/api/v1/sso/token", access: "login", handle: createSsoToken },
  { method: "GET", pattern: "/api/v1/sso/exchange", access: "ssoToken", handle: exchangeSsoToken },
  { method: "POST", pattern: "/api/v1/agent/password", access: "agentPassword", handle: setAgentPassword },
];

const SSO_KEYS_BYTES = 32;

function login(call: Call): JsonValue {
  const id = randomId();
  const reply = encryptReply(id, keysOf(call));
  call.agent.sessions.set(id, clockOf(call));
  return reply;
}

function createSsoToken(call: Call): JsonValue {
  const id = randomId();
  const reply = encryptReply(id, keysOf(call));
  call.agent.ssoTokens.set(id, { createdAt: clockOf(call), isUsed: false });
  return reply;
}

function exchangeSsoToken(call: Call): JsonValue {
  const token = usableSsoToken(call.agent, call.header, clockOf(call));
  if (keysOf(call).length < SSO_KEYS_BYTES) throw ObshellError.of("aesKeyNotFound");
  const reply = login(call);
  token.isUsed = true;
  return reply;
}

function randomId(): string {
  return randomBytes(32).toString("hex");
}

/** Replies are encrypted with the keys of the request's header; over the unix socket there may be none. */
function keysOf({ header }: Call): Buffer {
  if (!header) throw ObshellError.of("aesKeyNotFound");
  return header.keys;
}

function clockOf({ agent, world }: Call): number {
  return world.now + agent.clockSkewMs;
}

/** A session nobody knows is no mistake (recorded in session/logout-invalid). */
function logout(call: Call): undefined {
  const body = bindBody(object(call), [{ json: "session_id", go: "LogoutParam.session_id", type: "string" }]);
  call.agent.sessions.delete(body.string("session_id") ?? "");
}

function setAgentPassword(call: Call): undefined {
  const body = bindBody(object(call), [{ json: "password", go: "SetAgentPasswordParam.password", type: "string" }]);
  call.agent.agentPassword = body.string("password") ?? "";
  call.agent.sessions.clear();
}
