import type { Bag } from "./core/bag";
import { Claims } from "./core/claims";
import { systemClock } from "./core/clock";
import { isProviderError, messageOf } from "./core/errors";
import { Exclusive } from "./core/exclusive";
import type { ProviderConfiguration, Runtime } from "./core/lifecycle";
import type { Lookup } from "./core/lookup";
import { Redactor } from "./core/redact";
import { Shared } from "./core/shared";
import { createTransportFactory } from "./core/undiciTransport";
import { withoutNulls } from "./dynamic/wire";

/*
 * The only door through which a program reaches provider code that does something, and only when it calls a function: see
 * `sdk/lookUp.ts`. Everything behind it reads.
 */

const oceanbase = () => require("./oceanbase/lookups") as typeof import("./oceanbase/lookups");
const polardb = () => require("./polardb/lookups") as typeof import("./polardb/lookups");

/** Loaded per vendor and on first use, as the handlers are. */
const LOOKUPS = {
  "oceanbase.getBackupStatus": () => oceanbase().backupStatus,
  "oceanbase.getTenants": () => oceanbase().tenants,
  "polardb.getBackupPolicy": () => polardb().backupPolicy,
  "polardb.getLogBackupPolicy": () => polardb().logBackupPolicy,
  "polardb.getCrossRegions": () => polardb().crossRegions,
  "polardb.findClusters": () => polardb().clusters,
} as const;

/** The functions, by the names that a program calls them by. */
export type LookupName = keyof typeof LOOKUPS;

type Result<Name extends LookupName> = ReturnType<(typeof LOOKUPS)[Name]> extends Lookup<infer Found> ? Found : never;

/** The program that looks something up. */
export interface Caller {
  /** Its stack configuration. */
  readonly configuration: ProviderConfiguration;
  /** Secrets that it passes, beside those that a lookup knows of. */
  readonly secrets: readonly string[];
  /** An error of the class that Pulumi prints without a stack. */
  failure(message: string): Error;
}

export async function lookUp<Name extends LookupName>(
  name: Name,
  args: Bag,
  { configuration, secrets, failure }: Caller,
): Promise<Result<Name>> {
  const lookup = LOOKUPS[name]() as Lookup<Result<Name>>;
  const request = withoutNulls({ ...args });
  const redactor = new Redactor();
  for (const secret of [...secrets, ...lookup.secrets(request)]) redactor.add(secret);
  try {
    return await lookup.run(request, { ...processRuntime(redactor), configuration, redactor });
  } catch (error) {
    const subject = { doing: "reading", object: lookup.object, identity: lookup.identity(request) };
    const message =
      redactor.redact(messageOf(isProviderError(error) ? error.about(subject) : error)) || "unknown error";
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
