import { Claims } from "./core/claims";
import { systemClock } from "./core/clock";
import { isProviderError, messageOf } from "./core/errors";
import { Exclusive } from "./core/exclusive";
import type { CallContext, ProviderConfiguration, Runtime } from "./core/lifecycle";
import { Redactor } from "./core/redact";
import { Shared } from "./core/shared";
import { createTransportFactory } from "./core/undiciTransport";
import { withoutNulls } from "./dynamic/wire";
import {
  type BackupStatus,
  type LookupRequest,
  readBackupStatus,
  readTenants,
  type TenantSummary,
} from "./oceanbase/lookups";

/** The program that looks something up. */
export interface Caller {
  /** Its stack configuration. */
  readonly configuration: ProviderConfiguration;
  /** Secrets that it passes, beside those that a connection has. */
  readonly secrets: readonly string[];
  /** An error of the class that Pulumi prints without a stack. */
  failure(message: string): Error;
}

/*
 * The only door through which a program reaches provider code, and only when it calls a function: see `sdk/oceanbase/functions.ts`.
 * Everything behind it reads.
 */

export function getBackupStatus(request: LookupRequest, caller: Caller): Promise<BackupStatus> {
  return lookUp("OceanBase backup status", request, caller, readBackupStatus);
}

export function getTenants(request: LookupRequest, caller: Caller): Promise<TenantSummary[]> {
  return lookUp("OceanBase tenants", request, caller, readTenants);
}

async function lookUp<T>(
  object: string,
  request: LookupRequest,
  { configuration, secrets, failure }: Caller,
  run: (request: LookupRequest, context: CallContext) => Promise<T>,
): Promise<T> {
  const redactor = new Redactor();
  for (const secret of [...secrets, ...connectionSecrets(request.connection)]) redactor.add(secret);
  try {
    return await run(withoutNulls({ ...request }), { ...processRuntime(redactor), configuration, redactor });
  } catch (error) {
    const identity = endpointsOf(request.connection);
    const about = isProviderError(error) ? error.about({ doing: "reading", object, identity }) : error;
    const message = redactor.redact(messageOf(about)) || "unknown error";
    if (isProviderError(error)) throw failure(message);
    // A bug keeps its stack, so that it looks like one.
    throw Object.assign(new Error(message), { stack: redactor.redact((error as Error | undefined)?.stack ?? message) });
  }
}

let shared: Omit<Runtime, "log"> | undefined;

function processRuntime(redactor: Redactor): Runtime {
  shared ??= {
    clock: systemClock,
    environment: process.env,
    connect: createTransportFactory(),
    // For changes only, which no lookup makes.
    claims: new Claims(),
    exclusive: new Exclusive(),
    shared: new Shared(),
  };
  return { ...shared, log: (line) => console.log(`[pulumi-backup-policies] ${redactor.redact(line)}`) };
}

function connectionSecrets(connection: unknown): string[] {
  const { password, agentPassword, tls } = (connection ?? {}) as Record<string, unknown>;
  const values = [password, agentPassword, ((tls ?? {}) as Record<string, unknown>).key];
  return values.filter((value) => typeof value === "string");
}

/** Without a user and password, which no endpoint may have, in case that is what is wrong. */
function endpointsOf(connection: unknown): string | undefined {
  const { endpoints } = (connection ?? {}) as { endpoints?: unknown };
  return Array.isArray(endpoints) ? endpoints.join(", ").replace(/[^/\s]*@/g, "") : undefined;
}
