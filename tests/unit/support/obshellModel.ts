import { parseDuration } from "../../../provider/core/duration";
import { stateToRestore } from "../../../provider/oceanbase/archiveState";
import type { PlannedCall, Settings } from "../../../provider/oceanbase/backupConfig.plan";
import type { ObservedCluster, ObservedTenant } from "../../../provider/oceanbase/observe";
import { publicUri, type StorageUri, tenantLocation } from "../../../provider/oceanbase/storageUri";

type Configure = Extract<PlannedCall, { kind: "configure" }>;

/**
 * What obshell and the database do with planned calls: steps in obshell's order, each for all tenants before the next, and the
 * database's refusals. Archiving that a call has stopped is reopened after it, as the provider does.
 */
export class ObshellModel {
  /** How often archiving of a tenant was stopped, by id. */
  readonly stops = new Map<number, number>();
  readonly policies = new Map<number, string>();

  constructor(private cluster: ObservedCluster) {}

  observe(): ObservedCluster {
    return { ...this.cluster, newerTasks: [] };
  }

  carryOut(call: PlannedCall): void {
    if (call.kind === "configure") this.configure(call);
    else if (call.kind === "setParameters") this.setParameters(this.named(call.tenant), call.settings);
    else if (call.kind === "setArchiving")
      for (const { name, wanted } of call.tenants) this.setArchiving(this.named(name), wanted);
    else for (const { name } of call.tenants) this.backUp(this.named(name));
  }

  private configure({ tenant: only, method, settings }: Configure): void {
    const { destination, binding, pieceSwitchInterval, archiveLagTarget, deletePolicy } = settings;
    if (method === "POST" && !destination) throw new Error("OB.Backup.BaseUriEmpty");
    if ((binding ?? pieceSwitchInterval) !== undefined && !destination) throw new Error("OB.Backup.BaseUriEmpty");
    const setsArchive = destination !== undefined && ("base" in destination || destination.archive !== undefined);
    const setsData = destination !== undefined && ("base" in destination || destination.data !== undefined);
    if (method === "POST" && !(setsArchive && setsData)) throw new Error("OB.Backup.ArchiveBaseUriEmpty");
    if (setsArchive && (binding === undefined || pieceSwitchInterval === undefined)) {
      throw new Error("what is left out beside a destination is reset");
    }
    if (destination && archiveLagTarget !== undefined && parseDuration(archiveLagTarget) === 0) {
      throw new Error("Common.InvalidTimeDuration");
    }
    const names = this.cluster.tenants.map(({ name }) => name).filter((name) => only === undefined || name === only);
    const before = new Map(names.map((name) => [name, stateToRestore(this.named(name).archiving)]));
    const forAll = (step: (tenant: ObservedTenant) => void): void => {
      for (const name of names) step(this.named(name));
    };
    if (settings.logArchiveConcurrency !== undefined || setsArchive) {
      forAll((tenant) => {
        if (tenant.archiving !== "unknown") this.stops.set(tenant.id, (this.stops.get(tenant.id) ?? 0) + 1);
        this.change(tenant, { archiving: "unknown" });
      });
    }
    forAll((tenant) => this.setParameters(tenant, { logArchiveConcurrency: settings.logArchiveConcurrency }));
    if (destination && setsArchive) {
      forAll((tenant) => {
        const archive = this.location(destination, tenant, "clog");
        if (archive.scheme === "s3" && lagOf(tenant) < 60_000) throw new Error("lag target below 60s with s3");
        this.change(tenant, { archiveUri: publicUri(archive) });
      });
    }
    forAll((tenant) => this.setParameters(tenant, { archiveLagTarget }));
    if (destination && setsData) {
      forAll((tenant) => this.change(tenant, { dataUri: publicUri(this.location(destination, tenant, "data")) }));
    }
    forAll((tenant) => this.setParameters(tenant, { haLowThreadScore: settings.haLowThreadScore }));
    if (deletePolicy) forAll((tenant) => this.policies.set(tenant.id, deletePolicy.recoveryWindow));
    forAll((tenant) => this.change(tenant, { archiving: before.get(tenant.name) ?? tenant.archiving }));
  }

  private setArchiving(tenant: ObservedTenant, wanted: "running" | "suspended" | "stopped"): void {
    if (wanted !== "stopped" && tenant.archiveUri === undefined)
      throw new Error(`${tenant.name} has no destination to archive to`);
    if (wanted !== "stopped" && tenant.neverArchived)
      throw new Error(`${tenant.name} never archived, so opening it does nothing`);
    this.change(tenant, { archiving: wanted === "stopped" ? "unknown" : wanted });
  }

  private backUp(tenant: ObservedTenant): void {
    if (tenant.archiveUri === undefined || tenant.dataUri === undefined) throw new Error("OB.Backup.ArchiveDestEmpty");
    this.change(tenant, { archiving: "running", neverArchived: undefined });
  }

  private setParameters(tenant: ObservedTenant, settings: Settings): void {
    const { logArchiveConcurrency, archiveLagTarget, haLowThreadScore } = settings;
    const parameters = { ...tenant.parameters };
    if (logArchiveConcurrency !== undefined) parameters.log_archive_concurrency = [String(logArchiveConcurrency)];
    if (haLowThreadScore !== undefined) parameters.ha_low_thread_score = [String(haLowThreadScore)];
    if (archiveLagTarget !== undefined) {
      if (tenant.archiveUri === undefined) throw new Error(`lag target of ${tenant.name} without a destination`);
      const isShort = (parseDuration(archiveLagTarget) ?? 0) < 60_000;
      if (tenant.archiveUri.startsWith("s3:") && isShort) throw new Error("lag target below 60s with s3");
      parameters.archive_lag_target = [archiveLagTarget];
    }
    this.change(tenant, { parameters });
  }

  private location(
    destination: NonNullable<Settings["destination"]>,
    tenant: ObservedTenant,
    kind: "clog" | "data",
  ): StorageUri {
    if ("base" in destination) return tenantLocation(destination.base, this.cluster.cluster.id, tenant.id, kind);
    return (kind === "clog" ? destination.archive : destination.data) as StorageUri;
  }

  private named(name: string): ObservedTenant {
    const found = this.cluster.tenants.find((tenant) => tenant.name === name);
    if (!found) throw new Error(`there is no tenant ${name}`);
    return found;
  }

  private change(tenant: ObservedTenant, changes: Partial<ObservedTenant>): void {
    const tenants = this.cluster.tenants.map((other) => (other.id === tenant.id ? { ...other, ...changes } : other));
    this.cluster = { ...this.cluster, tenants };
  }
}

function lagOf(tenant: ObservedTenant): number {
  return parseDuration(tenant.parameters.archive_lag_target[0] ?? "") ?? 0;
}
