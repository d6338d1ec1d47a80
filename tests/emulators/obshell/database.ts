import { closeArchive, deferDestination, enableDestination, openArchive } from "./archive";
import { cancelBackup, startBackup } from "./backupJobs";
import { refusalOf } from "./databaseRules";
import { ObshellError } from "./errors";
import type { StatementName } from "./faultKinds";
import { fingerprint, type SqlEntry } from "./sql";
import type { StorageUri } from "./storageUri";
import {
  assignParameter,
  type Binding,
  DEFAULT_BINDING,
  DEFAULT_PIECE_SWITCH_INTERVAL,
  type ParameterName,
  stored,
  type Tenant,
} from "./tenant";
import type { World } from "./world";

/**
 * The database as obshell uses it. Every method stands for one statement: it enters the journal, meets the armed faults and
 * the database's own rules, and only then takes effect. Tenant names go unquoted into the backup statements.
 */
export class Database {
  constructor(
    readonly world: World,
    private readonly cause: SqlEntry["cause"],
  ) {}

  closeArchive(tenant: Tenant): void {
    this.run("NOARCHIVELOG", tenant.name, `ALTER SYSTEM NOARCHIVELOG TENANT = ${tenant.name};`, undefined, () =>
      closeArchive(this.world, tenant),
    );
  }

  openArchive(tenant: Tenant): void {
    const refusal = refusalOf(this.world, { kind: "openArchive", tenant });
    this.run("ARCHIVELOG", tenant.name, `ALTER SYSTEM ARCHIVELOG TENANT = ${tenant.name};`, refusal, () =>
      openArchive(this.world, tenant),
    );
  }

  enableDestination(tenant: Tenant): void {
    const statement = `ALTER SYSTEM SET LOG_ARCHIVE_DEST_STATE='ENABLE' TENANT = ${tenant.name};`;
    this.run("DEST_ENABLE", tenant.name, statement, undefined, () => enableDestination(this.world, tenant));
  }

  deferDestination(tenant: Tenant): void {
    const statement = `ALTER SYSTEM SET LOG_ARCHIVE_DEST_STATE='DEFER' TENANT = ${tenant.name};`;
    this.run("DEST_DEFER", tenant.name, statement, undefined, () => deferDestination(this.world, tenant));
  }

  setConcurrency(tenant: Tenant, value: number): void {
    const statement = `ALTER SYSTEM SET LOG_ARCHIVE_CONCURRENCY = ${value} TENANT = ${tenant.name};`;
    this.run("LOG_ARCHIVE_CONCURRENCY", tenant.name, statement, undefined, () => {
      assignParameter(tenant, "log_archive_concurrency", String(value));
    });
  }

  /** `location` is undefined where obshell discards the parse error of a URI and sends an empty one. */
  setArchiveDestination(
    tenant: Tenant,
    location: StorageUri | undefined,
    binding: Binding | undefined,
    pieceSwitchInterval: string | undefined,
  ): void {
    let value = `LOCATION=${location?.forSql() ?? ""}`;
    if (binding !== undefined) value += ` BINDING=${binding}`;
    if (pieceSwitchInterval !== undefined) value += ` PIECE_SWITCH_INTERVAL=${pieceSwitchInterval}`;
    const refusal = refusalOf(this.world, { kind: "archiveDestination", tenant, location, pieceSwitchInterval });
    const statement = `ALTER SYSTEM SET LOG_ARCHIVE_DEST = '${value}' TENANT = ${tenant.name};`;
    this.run("LOG_ARCHIVE_DEST", tenant.name, statement, refusal, () => {
      // Not incremental: what the statement leaves out falls back to the default.
      tenant.archiveDestination = {
        uri: stored(location?.forSql() ?? ""),
        binding: binding ?? DEFAULT_BINDING,
        pieceSwitchInterval: pieceSwitchInterval ?? DEFAULT_PIECE_SWITCH_INTERVAL,
        state: tenant.archiveDestination.state,
      };
    });
  }

  setLagTarget(tenant: Tenant, value: string): void {
    const statement = `ALTER SYSTEM SET ARCHIVE_LAG_TARGET = '${value}' TENANT = ${tenant.name};`;
    const refusal = refusalOf(this.world, { kind: "lagTarget", tenant, value });
    this.run("ARCHIVE_LAG_TARGET", tenant.name, statement, refusal, () => {
      assignParameter(tenant, "archive_lag_target", value);
    });
  }

  setDataDestination(tenant: Tenant, location: StorageUri | undefined): void {
    const statement = `ALTER SYSTEM SET DATA_BACKUP_DEST = '${location?.forSql() ?? ""}' TENANT = ${tenant.name};`;
    const refusal = refusalOf(this.world, { kind: "dataDestination", tenant, location });
    this.run("DATA_BACKUP_DEST", tenant.name, statement, refusal, () => {
      tenant.dataDestination = stored(location?.forSql() ?? "");
    });
  }

  setThreadScore(tenant: Tenant, value: number): void {
    const statement = `ALTER SYSTEM SET HA_LOW_THREAD_SCORE = ${value} TENANT = ${tenant.name};`;
    this.run("HA_LOW_THREAD_SCORE", tenant.name, statement, undefined, () => {
      assignParameter(tenant, "ha_low_thread_score", String(value));
    });
  }

  dropDeletePolicy(tenant: Tenant, name: string): void {
    const statement = `ALTER SYSTEM DROP DELETE BACKUP POLICY '${name}' TENANT ${tenant.name}`;
    this.run("DROP_DELETE_POLICY", tenant.name, statement, undefined, () => {
      tenant.deletePolicy = null;
    });
  }

  addDeletePolicy(tenant: Tenant, name: string, recoveryWindow: string): void {
    const statement = `ALTER SYSTEM ADD DELETE BACKUP POLICY '${name}' RECOVERY_WINDOW '${recoveryWindow}' TENANT ${tenant.name}`;
    const refusal = refusalOf(this.world, { kind: "deletePolicy", tenant, recoveryWindow });
    this.run("ADD_DELETE_POLICY", tenant.name, statement, refusal, () => {
      tenant.deletePolicy = { name, recoveryWindow };
    });
  }

  startBackup(tenant: Tenant, type: "FULL" | "INC", encryption: string, plusArchivelog: boolean): void {
    let statement = `ALTER SYSTEM BACKUP ${type === "INC" ? "INCREMENTAL " : ""}TENANT = ${tenant.name}`;
    // One text with two statements; the password in it is a secret.
    if (encryption !== "")
      statement = `SET ENCRYPTION ON IDENTIFIED BY "${fingerprint(encryption)}" ONLY; ${statement}`;
    if (plusArchivelog) statement += " PLUS ARCHIVELOG";
    const refusal = refusalOf(this.world, { kind: "backup", tenant, encrypted: encryption !== "" });
    this.run("BACKUP", tenant.name, statement, refusal, () => {
      startBackup(this.world, tenant, { type, plusArchivelog });
    });
  }

  cancelBackup(tenant: Tenant): void {
    this.run("CANCEL_BACKUP", tenant.name, `ALTER SYSTEM CANCEL BACKUP TENANT = ${tenant.name};`, undefined, () =>
      cancelBackup(this.world, tenant),
    );
  }

  /** One statement for all tenants named; only the three known parameters have an effect here. */
  setParameters(
    statement: string,
    target: string,
    tenants: readonly Tenant[],
    values: Readonly<Record<string, string>>,
  ): void {
    const refusal = tenants
      .map((tenant) => refusalOf(this.world, { kind: "parameters", tenant, values }))
      .find(Boolean);
    this.run("PARAMETERS", target, statement, refusal, () => {
      for (const tenant of tenants) {
        for (const [name, value] of Object.entries(values)) {
          if (name in tenant.parameters) assignParameter(tenant, name as ParameterName, value);
        }
      }
    });
  }

  /** A read. It enters the journal only if it is refused: a journal of reads would bury the changes. */
  query(name: "QUERY_TENANTS" | "QUERY_BACKUP_TASKS" | "QUERY_ARCHIVELOG_SUMMARY"): void {
    this.requireUsable();
    const refusal = this.world.faults.refusal(name, "");
    if (refusal !== undefined) this.refuse("", QUERY_TEXTS[name], refusal);
  }

  requireUsable(): void {
    if (this.world.database.state === "down") throw ObshellError.of("agentUseless");
    if (this.world.database.state === "observerDead") throw ObshellError.of("observerDead");
  }

  private run(
    name: StatementName,
    tenant: string,
    statement: string,
    ruleRefusal: string | undefined,
    apply: () => void,
  ): void {
    this.requireUsable();
    const refusal = this.world.faults.refusal(name, tenant) ?? ruleRefusal;
    if (refusal !== undefined) this.refuse(tenant, statement, refusal);
    this.journal(tenant, statement);
    apply();
  }

  private refuse(tenant: string, statement: string, refusal: string): never {
    this.journal(tenant, statement).refusal = refusal;
    throw ObshellError.database(refusal);
  }

  private journal(tenant: string, statement: string): SqlEntry {
    return this.world.sql.add({
      at: new Date(this.world.now).toISOString(),
      tenant,
      statement,
      cause: this.cause,
    });
  }
}

const QUERY_TEXTS = {
  QUERY_TENANTS: "SELECT * FROM `oceanbase`.`DBA_OB_TENANTS` WHERE  TENANT_TYPE = ?",
  QUERY_BACKUP_TASKS: "SELECT * FROM `oceanbase`.`CDB_OB_BACKUP_TASKS` WHERE TENANT_ID = ?",
  QUERY_ARCHIVELOG_SUMMARY:
    "SELECT *, truncate((time_to_usec(now()) - checkpoint_scn / 1000) / 1000000, 4) AS DELAY FROM " +
    "`oceanbase`.`CDB_OB_ARCHIVELOG_SUMMARY` WHERE tenant_id = ? and status in ('BEGINNING', 'DOING', 'STOPPING', " +
    "'PREPARE', 'SUSPEND')",
} as const;
