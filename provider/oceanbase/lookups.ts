import type { Bag } from "../core/bag";
import { checkInputs } from "../core/checkInputs";
import { createLimiter, type Limiter, mapLimit } from "../core/concurrency";
import { isProviderError, ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { toCheckFailures, type Violation } from "../core/violations";
import type { ArchiveState } from "./archiveState";
import { clusterBackupConfigRules } from "./backupConfig.rules";
import { type BackupConfigInputs, isSecretPath } from "./backupConfig.schema";
import { createClient } from "./client";
import { clusterBackupConfigSchema } from "./clusterBackupConfig.schema";
import { type ConnectionInputs, resolveConnection } from "./credentials";
import { createStatusApi, isNotThere, type StatusApi } from "./statusApi";
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

/** 2 calls for the cluster and 3 or 4 for each tenant; nothing is written. */
export async function readBackupStatus(request: LookupRequest, context: CallContext): Promise<BackupStatus> {
  const { api, connection, names } = open(request, context);
  // One after the other: a wrong password must not count twice against a lock of the account.
  const all = await api.tenants();
  const selected = select(all, names);
  const cluster = await api.cluster();
  if (cluster.id === 0) {
    throw new ProviderError({
      kind: "Unavailable",
      problem: `the agent at ${connection.endpoints.join(", ")} has no connection to its database`,
      advice: "Check that the OceanBase server beside this agent is running, then run the command again.",
    });
  }
  const tenants = await mapLimit(selected, MAX_IN_FLIGHT, (tenant) => statusOf(api, tenant));
  return { cluster, tenants };
}

/** One call. */
export async function readTenants(request: LookupRequest, context: CallContext): Promise<TenantSummary[]> {
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
  return isNotThere(error) || (isProviderError(error) && error.facts.vendorCode === "OB.Storage.URI.Invalid");
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

/** Requests in flight against one cluster, for all lookups of the process: programs look things up in loops. */
const MAX_IN_FLIGHT = 8;

const limiters = new Map<string, Limiter>();

function open(request: LookupRequest, context: CallContext) {
  const { connection: inputs, tenants } = checked(request);
  const connection = resolveConnection(inputs, context);
  const client = createClient(connection, context);
  const key = connection.endpoints.join(" ");
  const limit = limiters.get(key) ?? createLimiter(MAX_IN_FLIGHT);
  limiters.set(key, limit);
  return { api: createStatusApi({ read: (path) => limit(() => client.read(path)) }), connection, names: tenants };
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
