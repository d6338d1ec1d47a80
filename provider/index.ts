import { Claims } from "./core/claims";
import { systemClock } from "./core/clock";
import { Exclusive } from "./core/exclusive";
import type { AnyHandler, Runtime } from "./core/lifecycle";
import { Shared } from "./core/shared";
import type { TransportFactory } from "./core/transport";
import { type DynamicProvider, dynamicProvider } from "./dynamic/adapter";

/** Loaded on first use and per vendor: the other vendor's code, and the schema library, cost nothing until then. */
const HANDLERS: Readonly<Record<string, () => AnyHandler>> = {
  ClusterBackupConfig: () =>
    (require("./oceanbase/clusterBackupConfig.handler") as typeof import("./oceanbase/clusterBackupConfig.handler"))
      .clusterBackupConfig as AnyHandler,
  TenantBackupConfig: () =>
    (require("./oceanbase/tenantBackupConfig.handler") as typeof import("./oceanbase/tenantBackupConfig.handler"))
      .tenantBackupConfig as AnyHandler,
  TenantBackupFleet: () =>
    (require("./oceanbase/tenantBackupFleet.handler") as typeof import("./oceanbase/tenantBackupFleet.handler"))
      .tenantBackupFleet as AnyHandler,
  BackupPolicy: () =>
    (require("./polardb/backupPolicy.handler") as typeof import("./polardb/backupPolicy.handler"))
      .backupPolicy as AnyHandler,
  LogBackupPolicy: () =>
    (require("./polardb/logBackupPolicy.handler") as typeof import("./polardb/logBackupPolicy.handler"))
      .logBackupPolicy as AnyHandler,
  BackupPolicyFleet: () =>
    (require("./polardb/backupPolicyFleet.handler") as typeof import("./polardb/backupPolicyFleet.handler"))
      .backupPolicyFleet as AnyHandler,
};

/** A preview and a run without changes make no call, so they need not load the HTTP library either. */
function lazyTransport(): TransportFactory {
  let factory: TransportFactory | undefined;
  return (tls, limits) => {
    const { createTransportFactory } = require("./core/undiciTransport") as typeof import("./core/undiciTransport");
    factory ??= createTransportFactory();
    return factory(tls, limits);
  };
}

/**
 * A CLI that is killed takes the other ends of the output with it, while its provider lives on and finishes. Without a listener, a line
 * that cannot be written is an uncaught exception; Pulumi's process prints those, which cannot be written either, and so on for ever.
 */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

let runtime: Runtime | undefined;

function processRuntime(): Runtime {
  if (!runtime) outliveReaders();
  runtime ??= {
    clock: systemClock,
    environment: process.env,
    connect: lazyTransport(),
    claims: new Claims(),
    exclusive: new Exclusive(),
    shared: new Shared(),
    log: (line) => console.log(`[pulumi-backup-policies] ${line}`),
  };
  return runtime;
}

/**
 * The frozen entry: every state file of every user refers to it as `require("pulumi-backup-policies/provider").v1("<Type>")`.
 * Neither this name nor a type may ever change or disappear.
 */
export function v1(type: string): DynamicProvider {
  const load = Object.hasOwn(HANDLERS, type) ? HANDLERS[type] : undefined;
  if (!load) {
    const fail = (): never => {
      throw new Error(
        `this version of pulumi-backup-policies does not know the resource type "${type}" [InvalidInput]. Install the version that created it, or a newer one.`,
      );
    };
    return dynamicProvider(fail, processRuntime());
  }
  return dynamicProvider(load, processRuntime());
}
