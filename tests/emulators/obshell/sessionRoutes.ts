import { randomBytes } from "node:crypto";
import { encryptReply } from "./aes";
import { bindBody } from "./binding";
import { type Call, object } from "./call";
import type { JsonValue } from "./goText";
import type { Route } from "./routes";

/** Login sessions and the agent password. A provider needs neither; other obshell clients do. */
export const sessionRoutes: readonly Route[] = [
  { method: "POST", pattern: "/api/v1/login", access: "login", handle: login },
  { method: "POST", pattern: "/api/v1/logout", access: "verified", handle: logout },
  { method: "POST", pattern: "/api/v1/agent/password", access: "agentPassword", handle: setAgentPassword },
];

function login({ agent, header, world }: Call): JsonValue {
  const id = randomBytes(32).toString("hex");
  const reply = encryptReply(id, header?.keys ?? Buffer.alloc(0));
  agent.sessions.set(id, world.now + agent.clockSkewMs);
  return reply;
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
