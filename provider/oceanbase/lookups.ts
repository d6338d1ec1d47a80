import type { Bag } from "../core/bag";
import { checkInputs } from "../core/checkInputs";
import { mapLimit } from "../core/concurrency";
import { isProviderError, ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import type { Lookup } from "../core/lookup";
import { limiterOf, MAX_IN_FLIGHT } from "../core/lookupLimit";
import { toCheckFailures, type Violation } from "../core/violations";
import type { ArchiveState } from "./archiveState";
import { clusterBackupConfigRules } from "./backupConfig.rules";
import { type BackupConfigInputs, isSecretPath } from "./backupConfig.schema";
import { createClient } from "./client";
import { clusterBackupConfigSchema } from "./clusterBackupConfig.schema";
import { type ConnectionInputs, resolveConnection } from "./credentials";
import { isMissingRoute } from "./errors";
import { createStatusApi, type StatusApi } from "./statusApi";
import type { Backup, ClusterSummary, Destinations, TenantSummary } from "./statusWire";

export type { ClusterSummary, TenantSummary } from "./statusWire";

export interface TenantBackupStatus extends Destinations {
  readonly id: number;
  readonly name: string;
  readonly status?: string;
  readonly archiving: ArchiveState;
  readonly archiveDelaySeconds?: number;
  readonly archiveCheckpoint?: string;
  /** Has both destinations. */
  readonly covered: boolean;
  readonly lastBackup?: Backup;
  /** Names of the fields above that could not be read, and so are absent, `unknown` or false. */
  readonly unreadable: readonly string[];
}

export interface BackupStatus {
  readonly cluster: ClusterSummary;
  readonly tenants: readonly TenantBackupStatus[];
}

/** What a program asks for, plain and wholly known, not checked yet. */
export interface LookupRequest {
  readonly connection?: unknown;
  /** Only these. */
  readonly tenants?: unknown;
}

export const backupStatus: Lookup<BackupStatus> = {
  object: "OceanBase backup status",
  identity: endpointsOf,
  secrets: connectionSecrets,
  run: readBackupStatus,
};

export const tenants: Lookup<TenantSummary[]> = {
  object: "OceanBase tenants",
  identity: endpointsOf,
  secrets: connectionSecrets,
  run: readTenants,
};

/** 2 calls for the cluster and 3 or 4 for each tenant; nothing is written. */
async function readBackupStatus(request: LookupRequest, context: CallContext): Promise<BackupStatus> {
  const { api, names } = open(request, context);
  // One after the other: a wrong password must not count twice against a lock of the account.
  const all = await api.tenants();
  const selected = select(all, names);
  const cluster = await api.cluster();
  const tenants = await mapLimit(selected, MAX_IN_FLIGHT, (tenant) => statusOf(api, tenant));
  return { cluster, tenants };
}

/** One call. */
async function readTenants(request: LookupRequest, context: CallContext): Promise<TenantSummary[]> {
  const { api, names } = open(request, context);
  return select(await api.tenants(), names);
}

async function statusOf(api: StatusApi, { id, name, status }: TenantSummary): Promise<TenantBackupStatus> {
  const unreadable: string[] = [];
  /** Undefined, and the fields noted, where this agent cannot answer; any other failure is one of the lookup. */
  const read = async <T>(fields: readonly string[], call: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await call();
    } catch (error) {
      if (!cannotAnswer(error)) throw error;
      unreadable.push(...fields);
      return undefined;
    }
  };
  // One after another: tenants are read side by side.
  const round = await read(["archiving", "archiveDelaySeconds"], () => api.listedRound(name));
  const checkpoint = round ? round.checkpoint : await read(["archiveCheckpoint"], () => api.checkpoint(name));
  const destinations = await read(DESTINATIONS, () => api.destinations(name));
  if (!destinations && !unreadable.includes("covered")) unreadable.push(...DESTINATIONS);
  const lastBackup = await read(["lastBackup"], () => api.newestBackup(name));
  return {
    id,
    name,
    status,
    archiving: round?.archiving ?? "unknown",
    archiveDelaySeconds: round?.delaySeconds,
    archiveCheckpoint: checkpoint,
    ...destinations,
    covered: destinations?.archiveUri !== undefined && destinations.dataUri !== undefined,
    lastBackup,
    unreadable,
  };
}

const DESTINATIONS = ["archiveUri", "dataUri", "covered"] as const;

/** The route came with 4.3.2; or the database has a destination that obshell itself cannot read. */
function cannotAnswer(error: unknown): boolean {
  return isMissingRoute(error) || (isProviderError(error) && error.facts.vendorCode === "OB.Storage.URI.Invalid");
}

function select(all: readonly TenantSummary[], names: readonly string[] | undefined): TenantSummary[] {
  const known = new Set(all.map(({ name }) => name));
  const missing = (names ?? []).filter((name) => !known.has(name));
  if (missing.length > 0) {
    const found = all.length > 0 ? `It has ${[...known].join(", ")}` : "It has none";
    throw new ProviderError({
      kind: "InvalidInput",
      problem: `the cluster has no user tenant ${missing.map((name) => `"${name}"`).join(", ")}`,
      property: "tenants",
      advice: `${found}; \`sys\` has no backup of its own. Correct the names, or leave \`tenants\` out for all.`,
    });
  }
  return all.filter(({ name }) => names?.includes(name) ?? true);
}

function open(request: LookupRequest, context: CallContext) {
  const { connection: inputs, tenants } = checked(request);
  const connection = resolveConnection(inputs, context);
  const client = createClient(connection, context);
  const limit = limiterOf(connection.endpoints.join(" "));
  return { api: createStatusApi({ read: (path) => limit(() => client.read(path)) }), names: tenants };
}

interface CheckedRequest {
  readonly connection?: ConnectionInputs;
  readonly tenants?: readonly string[];
}

/** The rules of a resource's `connection` hold here too. */
function checked(request: LookupRequest): CheckedRequest {
  const { connection, tenants, ...others } = request;
  const bag: Bag = connection === undefined ? {} : { connection };
  const { violations } = checkInputs(
    bag,
    clusterBackupConfigSchema.pick({ connection: true }),
    clusterBackupConfigRules as ReadonlyArray<(inputs: Pick<BackupConfigInputs, "connection">) => readonly Violation[]>,
  );
  const reasons = toCheckFailures(bag, violations, isSecretPath).map(({ reason }) => reason);
  const isText = (name: unknown): boolean => typeof name === "string" && name !== "";
  if (tenants !== undefined && !(Array.isArray(tenants) && tenants.every(isText))) {
    reasons.push("tenants: must be a list of tenant names");
  }
  reasons.push(...Object.keys(others).map((name) => `${name}: is not an argument; remove it or correct its name`));
  if (reasons.length > 0) throw new ProviderError({ kind: "InvalidInput", problem: reasons.join("; ") });
  return request as CheckedRequest;
}

function connectionSecrets({ connection }: LookupRequest): string[] {
  const { password, agentPassword, tls } = (connection ?? {}) as Record<string, unknown>;
  const values = [password, agentPassword, ((tls ?? {}) as Record<string, unknown>).key];
  return values.filter((value) => typeof value === "string");
}

/** Without a user and password, which no endpoint may have, in case that is what is wrong. */
function endpointsOf({ connection }: LookupRequest): string | undefined {
  const { endpoints } = (connection ?? {}) as { endpoints?: unknown };
  return Array.isArray(endpoints) ? endpoints.join(", ").replace(/[^/\s]*@/g, "") : undefined;
}
