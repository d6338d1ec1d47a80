import { startObshell, type TenantOptions } from "../../tests/emulators/obshell";
import { startPolardb } from "../../tests/emulators/polardb";
import type { Network } from "./settings";

const ACCESS_KEY = { accessKeyId: "LTAI-bench", accessKeySecret: "bench-secret" };
export const PASSWORD = "bench-password";
/** The part of a fleet that somebody changes behind our back. */
const DRIFTED_SHARE = 0.1;

/** What is measured: a program, and the service that it is for. */
export interface Subject {
  readonly name: string;
  /** Body of a program; `value` is the field that a change changes. */
  program(count: number, value: number): string;
  /** Two values of that field. */
  readonly values: readonly [number, number];
  start(count: number, network: Network): Promise<Service>;
}

export interface Service {
  readonly environment: Readonly<Record<string, string>>;
  /** How often each call was made since the last `forget`. */
  operations(): Readonly<Record<string, number>>;
  forget(): void;
  /** Somebody changes a tenth of what there is. */
  drift(): void;
  close(): Promise<void>;
}

/** The cheapest provider there can be, in the same shape as ours: the floor that the engine itself sets. */
export const FLOOR: Subject = {
  name: "floor",
  values: [8, 14],
  program: (count, value) => `
  const text = 'exports.handler=()=>({check:async(o,n)=>({inputs:n}),diff:async()=>({}),create:async(i)=>({id:i.name,outs:i}),update:async(i,o,n)=>({outs:n}),read:async(i,p)=>({id:i,props:p}),delete:async()=>{}})';
  class Floor extends pulumi.CustomResource {
    constructor(name, props) { super("pulumi-nodejs:dynamic/bench:Floor", name, props); }
  }
  for (let i = 0; i < ${count}; i++) new Floor("r" + i, { name: "r" + i, value: ${value}, __provider: text });`,
  start: async () => ({
    environment: {},
    operations: () => ({}),
    forget: () => {},
    drift: () => {},
    close: async () => {},
  }),
};

export function fleetIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `pc-bench${String(index).padStart(12, "0")}`);
}

export const POLICIES: Subject = {
  name: "polardb.BackupPolicy",
  values: [8, 14],
  program: (count, value) => `
  for (const id of ${JSON.stringify(fleetIds(count))}) new polardb.BackupPolicy(id, { dbClusterId: id, dataLevel1BackupRetentionPeriod: ${value} });`,
  start: startPolicies,
};

export const POLICY_FLEET: Subject = {
  name: "polardb.BackupPolicyFleet",
  values: [8, 14],
  program: (count, value) => `
  new polardb.BackupPolicyFleet("fleet", { clusters: ${JSON.stringify(fleetIds(count))}, baseline: { dataLevel1BackupRetentionPeriod: ${value} } });`,
  start: startPolicies,
};

export const TENANTS: Subject = {
  name: "oceanbase.TenantBackupConfig",
  values: [20, 30],
  program: (count, value) => `
  for (let i = 0; i < ${count}; i++) new oceanbase.TenantBackupConfig("t" + i, { tenantName: "t" + i, logArchiveConcurrency: ${value} });`,
  start: startTenants,
};

export const TENANT_FLEET: Subject = {
  name: "oceanbase.TenantBackupFleet",
  values: [20, 30],
  program: (count, value) => `
  const tenants = Array.from({ length: ${count} }, (_, i) => "t" + i);
  new oceanbase.TenantBackupFleet("fleet", { tenants, baseline: { logArchiveConcurrency: ${value} } });`,
  start: startTenants,
};

async function startPolicies(count: number, { latencyMs, ratePerSecond }: Network): Promise<Service> {
  const clusters = fleetIds(count).map((id) => ({ id, engine: "MySQL" as const, region: "cn-hangzhou" }));
  const service = await startPolardb({ accessKeys: [ACCESS_KEY], clusters, latencyMs, ratePerSecond });
  return {
    environment: {
      POLARDB_ENDPOINT: service.url,
      ALIBABA_CLOUD_ACCESS_KEY_ID: ACCESS_KEY.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: ACCESS_KEY.accessKeySecret,
    },
    operations: () => counted(service.journal.operations()),
    forget: () => service.journal.clear(),
    drift: () => {
      for (const { id } of clusters.slice(0, Math.ceil(count * DRIFTED_SHARE))) {
        const policy = { DataLevel1BackupRetentionPeriod: "10" };
        service.change({ kind: "setPolicy", clusterId: id, policy });
      }
    },
    close: () => service.close(),
  };
}

/** Tenants with destinations, which archive: `t0`, `t1`, … */
export function archivingTenants(count: number): TenantOptions[] {
  return Array.from({ length: count }, (_, index) => {
    const id = 1_002 + 2 * index;
    return {
      name: `t${index}`,
      id,
      archiveUri: `file:///data/backup/1/${id}/clog`,
      dataUri: `file:///data/backup/1/${id}/data`,
      binding: "OPTIONAL",
      pieceSwitchInterval: "1d",
      archiveStatus: "DOING",
    };
  });
}

async function startTenants(count: number, { latencyMs }: Network): Promise<Service> {
  const tenants = archivingTenants(count);
  const service = await startObshell({ password: PASSWORD, tenants, latencyMs });
  return {
    environment: { OCEANBASE_ENDPOINTS: service.url, OCEANBASE_PASSWORD: PASSWORD },
    operations: () => counted(service.journal.operations().map((name) => name.replace(/(?<=\/tenant\/)\w+/, "{name}"))),
    forget: () => service.journal.clear(),
    drift: () => {
      for (const { name } of tenants.slice(0, Math.ceil(count * DRIFTED_SHARE)))
        service.change({ change: "tenant", name, set: { parameters: { log_archive_concurrency: "5" } } });
    },
    close: () => service.close(),
  };
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
