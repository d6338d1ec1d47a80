import { IDENTITIES, type Identity } from "./agent";
import { checkShape, FLAG, NAME, NUMBER, OBJECT, oneOf, orNull, type Shape, SIGNED, TEXT } from "./shapes";
import {
  ARCHIVE_STATUSES,
  type ArchiveStatus,
  BINDINGS,
  type Binding,
  LOG_MODES,
  type LogMode,
  PARAMETER_NAMES,
  type ParameterName,
  type TenantOptions,
} from "./tenant";
import type { DatabaseState } from "./world";

/** What can be set on a tenant behind obshell's back. Left out means unchanged. */
export interface TenantPatch {
  readonly archiveUri?: string;
  readonly dataUri?: string;
  readonly binding?: Binding;
  readonly pieceSwitchInterval?: string;
  readonly destinationState?: "ENABLE" | "DEFER";
  readonly parameters?: Partial<Record<ParameterName, string>>;
  /** Rows of a second server that a change has not reached yet; null: none differs. */
  readonly parametersOnServer2?: Partial<Record<ParameterName, string>> | null;
  /** null drops the policy. */
  readonly deletePolicy?: { readonly recoveryWindow: string; readonly name?: string } | null;
  /** null removes every round: the tenant has never archived. */
  readonly archiveStatus?: ArchiveStatus | null;
  readonly logMode?: LogMode;
  readonly status?: string;
  readonly inRecycleBin?: boolean;
  readonly locked?: boolean;
}

/**
 * The control plane, `POST /__state`: one JSON object with a `change` and its arguments. It stands for what happens to a
 * cluster without the client under test. Unknown changes, keys and values are refused with 400 and a sentence.
 *
 * - `tenant` {name, set}: destination, binding, parameters, policy, archive status and the like; see `TenantPatch`
 * - `addTenant` {tenant}, `dropTenant` {name}, `renameTenant` {name, to}
 * - `rotateKey` {bits?}: this agent gets a new RSA key; `identity` {identity}: this agent's identity
 * - `password` {password, where?}: root@sys; "everywhere" (default), or only in the "database", whereupon agents go on
 *   accepting the old one until somebody presents the new one (recorded in root-password)
 * - `agentPassword` {password}: this agent's, null removes it; `dropSessions` {}
 * - `database` {state: "up" | "down" | "observerDead"}; `agentDatabase` {reachable}: only this agent's connection
 * - `localCallers` {admitted}: whether those on this agent's unix socket are root or own the observer
 * - `clockSkew` {ms}: how far this agent's clock is ahead of everybody else's, negative behind
 * - `startBackup` {tenant, type?, durationMs?}: a running backup job
 * - `holdTenantLock` {tenant}, `releaseTenantLock` {tenant}; `globalMaintenance` {on}
 * - `configure` {body, tenant?}: somebody else's configuration request; answers with the DAG
 * - `cluster` {name?, id?, sysCreatedTime?}: another cluster answers at this address
 * - `timing` {archiveTransitionMs?, backupDurationMs?}
 */
export type Change =
  | { readonly change: "tenant"; readonly name: string; readonly set: TenantPatch }
  | { readonly change: "addTenant"; readonly tenant: TenantOptions }
  | { readonly change: "dropTenant"; readonly name: string }
  | { readonly change: "renameTenant"; readonly name: string; readonly to: string }
  | { readonly change: "rotateKey"; readonly bits?: 512 | 1024 }
  | { readonly change: "identity"; readonly identity: Identity }
  | { readonly change: "password"; readonly password: string; readonly where?: "everywhere" | "database" }
  | { readonly change: "agentPassword"; readonly password: string | null }
  | { readonly change: "dropSessions" }
  | { readonly change: "database"; readonly state: DatabaseState }
  | { readonly change: "agentDatabase"; readonly reachable: boolean }
  | { readonly change: "localCallers"; readonly admitted: boolean }
  | { readonly change: "clockSkew"; readonly ms: number }
  | {
      readonly change: "startBackup";
      readonly tenant: string;
      readonly type?: "FULL" | "INC";
      readonly durationMs?: number;
    }
  | { readonly change: "holdTenantLock"; readonly tenant: string }
  | { readonly change: "releaseTenantLock"; readonly tenant: string }
  | { readonly change: "globalMaintenance"; readonly on: boolean }
  | { readonly change: "configure"; readonly tenant?: string; readonly body: Readonly<Record<string, unknown>> }
  | { readonly change: "cluster"; readonly name?: string; readonly id?: number; readonly sysCreatedTime?: number }
  | { readonly change: "timing"; readonly archiveTransitionMs?: number; readonly backupDurationMs?: number };

type ChangeName = Change["change"];

/** Arguments of every change; a question mark makes one optional. */
const ARGUMENTS: Readonly<Record<ChangeName, Shape>> = {
  tenant: { name: NAME, set: OBJECT },
  addTenant: { tenant: OBJECT },
  dropTenant: { name: NAME },
  renameTenant: { name: NAME, to: NAME },
  rotateKey: { "bits?": oneOf([512, 1024]) },
  identity: { identity: oneOf(IDENTITIES) },
  password: { password: TEXT, "where?": oneOf(["everywhere", "database"]) },
  agentPassword: { password: orNull(TEXT) },
  dropSessions: {},
  database: { state: oneOf(["up", "down", "observerDead"]) },
  agentDatabase: { reachable: FLAG },
  localCallers: { admitted: FLAG },
  clockSkew: { ms: SIGNED },
  startBackup: { tenant: NAME, "type?": oneOf(["FULL", "INC"]), "durationMs?": NUMBER },
  holdTenantLock: { tenant: NAME },
  releaseTenantLock: { tenant: NAME },
  globalMaintenance: { on: FLAG },
  configure: { "tenant?": NAME, body: OBJECT },
  cluster: { "name?": NAME, "id?": NUMBER, "sysCreatedTime?": NUMBER },
  timing: { "archiveTransitionMs?": NUMBER, "backupDurationMs?": NUMBER },
};

const PARAMETERS: Shape = Object.fromEntries(PARAMETER_NAMES.map((name) => [`${name}?`, TEXT]));

const DELETE_POLICY: Shape = { recoveryWindow: TEXT, "name?": NAME };

const TENANT_PATCH: Shape = {
  "archiveUri?": TEXT,
  "dataUri?": TEXT,
  "binding?": oneOf(BINDINGS),
  "pieceSwitchInterval?": TEXT,
  "destinationState?": oneOf(["ENABLE", "DEFER"]),
  "parameters?": OBJECT,
  "parametersOnServer2?": orNull(OBJECT),
  "deletePolicy?": orNull(OBJECT),
  "archiveStatus?": orNull(oneOf(ARCHIVE_STATUSES)),
  "logMode?": oneOf(LOG_MODES),
  "status?": NAME,
  "inRecycleBin?": FLAG,
  "locked?": FLAG,
};

const TENANT_OPTIONS: Shape = {
  name: NAME,
  id: NUMBER,
  "mode?": oneOf(["MYSQL", "ORACLE"]),
  "status?": NAME,
  "inRecycleBin?": FLAG,
  "archiveUri?": TEXT,
  "dataUri?": TEXT,
  "binding?": oneOf(BINDINGS),
  "pieceSwitchInterval?": TEXT,
  "parameters?": OBJECT,
  "deletePolicy?": orNull(OBJECT),
  "archiveStatus?": oneOf(ARCHIVE_STATUSES),
};

/** A change that arrived as JSON, with every key and value looked at. */
export function checkedChange(input: unknown): Change {
  const name = (input as { change?: unknown } | null)?.change;
  const names = Object.keys(ARGUMENTS);
  if (typeof name !== "string" || !names.includes(name)) {
    throw new Error(`unknown change ${JSON.stringify(name)}; known: ${names.join(", ")}`);
  }
  const { change: _, ...rest } = input as Record<string, unknown>;
  checkShape(name, rest, ARGUMENTS[name as ChangeName]);
  const change = input as Change;
  if (change.change === "tenant") {
    checkShape("tenant.set", change.set, TENANT_PATCH);
    checkShape("tenant.set.parameters", change.set.parameters ?? {}, PARAMETERS);
    checkShape("tenant.set.parametersOnServer2", change.set.parametersOnServer2 ?? {}, PARAMETERS);
    if (change.set.deletePolicy) checkShape("tenant.set.deletePolicy", change.set.deletePolicy, DELETE_POLICY);
  }
  if (change.change === "addTenant") {
    checkShape("addTenant.tenant", change.tenant, TENANT_OPTIONS);
    checkShape("addTenant.tenant.parameters", change.tenant.parameters ?? {}, PARAMETERS);
    if (change.tenant.deletePolicy)
      checkShape("addTenant.tenant.deletePolicy", change.tenant.deletePolicy, DELETE_POLICY);
  }
  return change;
}
