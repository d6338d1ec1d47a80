import { systemClock } from "./core/clock";
import type { AnyHandler, Runtime } from "./core/lifecycle";
import { createTransportFactory } from "./core/undiciTransport";
import { type DynamicProvider, dynamicProvider } from "./dynamic/adapter";

/** Loaded on first use and per vendor: the other vendor's code, and the schema library, cost nothing until then. */
const HANDLERS: Readonly<Record<string, () => AnyHandler>> = {
  ClusterBackupConfig: () =>
    (require("./oceanbase/clusterBackupConfig.handler") as typeof import("./oceanbase/clusterBackupConfig.handler"))
      .clusterBackupConfig as AnyHandler,
  BackupPolicy: () =>
    (require("./polardb/backupPolicy.handler") as typeof import("./polardb/backupPolicy.handler"))
      .backupPolicy as AnyHandler,
};

let runtime: Runtime | undefined;

function processRuntime(): Runtime {
  runtime ??= {
    clock: systemClock,
    environment: process.env,
    connect: createTransportFactory(),
    log: (line) => console.log(`[pulumi-backup-policies] ${line}`),
  };
  return runtime;
}

/**
 * The frozen entry: every state file of every user refers to it as `require("pulumi-backup-policies/provider").v1("<Type>")`.
 * Neither this name nor a type may ever change or disappear.
 */
export function v1(type: string): DynamicProvider {
  const load = HANDLERS[type];
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
