import { type Agent, agentName, CLUSTER_AGENT } from "./agent";
import type { AuthHeader } from "./auth";
import { bodyObject, type GoObject } from "./binding";
import type { Database } from "./database";
import { ObshellError } from "./errors";
import type { JsonValue } from "./goText";
import type { Tenant } from "./tenant";
import type { DatabaseState, World } from "./world";

/** An error together with the `data` that stands beside it in the envelope. */
export class FailureWithData extends Error {
  constructor(
    readonly error: ObshellError,
    readonly data: JsonValue,
  ) {
    super(error.message);
  }
}

/** Failures inside `run` carry `data`: obshell's executors return typed nils, its gates return nothing. */
export function withData<T>(data: JsonValue, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof ObshellError ? new FailureWithData(error, data) : error;
  }
}

export const NULL_LIST: JsonValue = { contents: null };

/** One verified request on its way through a handler. */
export interface Call {
  readonly world: World;
  readonly agent: Agent;
  readonly header: AuthHeader | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Decrypted, and padded to `{}` where the release does so. */
  readonly body: Buffer;
  /** For changes: its statements are journalled as caused by this call. */
  readonly database: Database;
  /** What this agent finds when it looks for the database. */
  databaseState(): DatabaseState | "notHeld";
}

export function object(call: Call): GoObject {
  return bodyObject(call.body);
}

export function param(call: Call, name: string): string {
  return call.params[name] ?? "";
}

export function requireDatabase(call: Call): void {
  switch (call.databaseState()) {
    case "notHeld":
      throw ObshellError.of("agentNotHold");
    case "down":
      throw ObshellError.of("agentUseless");
    case "observerDead":
      throw ObshellError.of("observerDead");
    default:
  }
}

/** For routes that look for a healthy agent on their own when theirs has lost the database. */
export function requireDatabaseSomewhere(call: Call): void {
  const { world, agent } = call;
  const isHelped =
    world.database.state === "up" && world.agents.some((other) => other !== agent && other.databaseReachable);
  if (call.databaseState() === "notHeld" || !isHelped) requireDatabase(call);
}

export function requireClusterAgent({ agent }: Call): void {
  if (agent.identity === CLUSTER_AGENT) return;
  throw ObshellError.of("notSupportedIdentity", agentName(agent), agent.identity, CLUSTER_AGENT);
}

/** The gate of the tenant-level backup routes. META tenants are not found either. */
export function requireTenant(call: Call): Tenant {
  requireClusterAgent(call);
  const name = param(call, "name");
  if (name === "") throw ObshellError.of("tenantNameEmpty");
  if (name === "sys") throw ObshellError.of("sysTenant");
  requireDatabase(call);
  const tenant = call.world.tenant(name);
  if (!tenant) throw ObshellError.of("tenantNotExist", name);
  return tenant;
}

/** All user tenants, through the query that can be refused. */
export function queryUserTenants(call: Call): Tenant[] {
  requireDatabase(call);
  call.database.query("QUERY_TENANTS");
  return call.world.userTenants();
}
