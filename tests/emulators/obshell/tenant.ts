import { hideAccessKey, trimTrailingSlashes } from "./storageUri";

export const ARCHIVE_STATUSES = [
  "PREPARE",
  "BEGINNING",
  "DOING",
  "STOPPING",
  "STOP",
  "SUSPENDING",
  "SUSPEND",
  "INTERRUPTED",
] as const;
export type ArchiveStatus = (typeof ARCHIVE_STATUSES)[number];

export const LOG_MODES = ["ARCHIVELOG", "NOARCHIVELOG"] as const;
export type LogMode = (typeof LOG_MODES)[number];

export const BINDINGS = ["OPTIONAL", "MANDATORY"] as const;
export type Binding = (typeof BINDINGS)[number];

/** The tenant parameters that the backup configuration sets; the database's defaults. */
export const PARAMETER_DEFAULTS = {
  log_archive_concurrency: "0",
  archive_lag_target: "120s",
  ha_low_thread_score: "0",
} as const;
export type ParameterName = keyof typeof PARAMETER_DEFAULTS;
export const PARAMETER_NAMES = Object.keys(PARAMETER_DEFAULTS) as readonly ParameterName[];

/** What the database falls back to when LOG_ARCHIVE_DEST is set without them. */
export const DEFAULT_BINDING: Binding = "OPTIONAL";
export const DEFAULT_PIECE_SWITCH_INTERVAL = "1d";

/** One run of log archiving, from ARCHIVELOG to STOP. */
export interface ArchiveRound {
  readonly id: number;
  status: ArchiveStatus;
  readonly startedAt: number;
  path: string;
  /** Up to where the log was archived when the round left DOING; null while it is DOING. */
  checkpointAt: number | null;
}

export type BackupStatus = "DOING" | "CANCELING" | "COMPLETED" | "CANCELED" | "FAILED";

export interface BackupJob {
  readonly id: number;
  readonly type: "FULL" | "INC";
  readonly plusArchivelog: boolean;
  readonly startedAt: number;
  endedAt: number | null;
  status: BackupStatus;
  readonly path: string;
}

export interface DeletePolicy {
  readonly name: string;
  readonly recoveryWindow: string;
}

/** A user tenant as the database keeps it. Destinations are as stored: slashes trimmed, access keys as fingerprints. */
export interface Tenant {
  name: string;
  readonly id: number;
  mode: "MYSQL" | "ORACLE";
  status: string;
  inRecycleBin: boolean;
  locked: boolean;
  readonly createdAt: number;
  archiveDestination: {
    /** Empty when none is set. */
    uri: string;
    binding: Binding;
    pieceSwitchInterval: string;
    state: "ENABLE" | "DEFER";
  };
  dataDestination: string;
  parameters: Record<ParameterName, string>;
  /** Where a second server still has another value: parameters reach the servers one by one. */
  parametersOnServer2: Partial<Record<ParameterName, string>>;
  deletePolicy: DeletePolicy | null;
  logMode: LogMode;
  rounds: ArchiveRound[];
  /** Every status that archiving had, in order, from the moment it had it. What a gap in the log is measured by. */
  readonly archiveHistory: ArchiveChange[];
  backups: BackupJob[];
}

/** `null`: the tenant has never archived. */
export interface ArchiveChange {
  readonly status: ArchiveStatus | null;
  readonly at: number;
}

export interface TenantOptions {
  readonly name: string;
  readonly id: number;
  readonly mode?: "MYSQL" | "ORACLE";
  /** As in DBA_OB_TENANTS; anything but NORMAL closes the parameter routes. */
  readonly status?: string;
  readonly inRecycleBin?: boolean;
  readonly archiveUri?: string;
  readonly dataUri?: string;
  readonly binding?: Binding;
  readonly pieceSwitchInterval?: string;
  readonly parameters?: Partial<Record<ParameterName, string>>;
  readonly deletePolicy?: { readonly recoveryWindow: string } | null;
  /** Status of round 1; left out, the tenant has never archived. */
  readonly archiveStatus?: ArchiveStatus;
}

export function newTenant(options: TenantOptions, createdAt: number, now: number): Tenant {
  const archiveUri = stored(options.archiveUri ?? "");
  const status = options.archiveStatus;
  return {
    name: options.name,
    id: options.id,
    mode: options.mode ?? "MYSQL",
    status: options.status ?? "NORMAL",
    inRecycleBin: options.inRecycleBin ?? false,
    locked: false,
    createdAt,
    archiveDestination: {
      uri: archiveUri,
      binding: options.binding ?? DEFAULT_BINDING,
      pieceSwitchInterval: options.pieceSwitchInterval ?? DEFAULT_PIECE_SWITCH_INTERVAL,
      state: status === "SUSPEND" || status === "SUSPENDING" ? "DEFER" : "ENABLE",
    },
    dataDestination: stored(options.dataUri ?? ""),
    parameters: { ...PARAMETER_DEFAULTS, ...options.parameters },
    parametersOnServer2: {},
    deletePolicy: options.deletePolicy
      ? { name: "default", recoveryWindow: options.deletePolicy.recoveryWindow }
      : null,
    logMode: status === undefined || status === "STOP" || status === "STOPPING" ? "NOARCHIVELOG" : "ARCHIVELOG",
    rounds: status === undefined ? [] : [newRound(1, status, now, archiveUri)],
    archiveHistory: status === undefined ? [] : [{ status, at: now }],
    backups: [],
  };
}

/** On all servers. */
export function assignParameter(tenant: Tenant, name: ParameterName, value: string): void {
  tenant.parameters[name] = value;
  delete tenant.parametersOnServer2[name];
}

export function newRound(id: number, status: ArchiveStatus, now: number, path: string): ArchiveRound {
  return { id, status, startedAt: now, path, checkpointAt: status === "DOING" ? null : now };
}

/** A destination as the database stores it. */
export function stored(uri: string): string {
  return uri === "" ? "" : hideAccessKey(trimTrailingSlashes(uri));
}

/** The newest round; a tenant that never archived has none. */
export function currentRound(tenant: Tenant): ArchiveRound | undefined {
  return tenant.rounds.at(-1);
}

/** `name(id)`: how obshell names a tenant in logs. */
export function label(tenant: Tenant): string {
  return `${tenant.name}(${tenant.id})`;
}

export function runningBackup(tenant: Tenant): BackupJob | undefined {
  return tenant.backups.find((job) => job.endedAt === null);
}
