import fc from "fast-check";
import type { Bag } from "../../../provider/core/bag";
import type { AnyHandler } from "../../../provider/core/lifecycle";
import { clusterBackupConfig } from "../../../provider/oceanbase/clusterBackupConfig.handler";
import { tenantBackupConfig } from "../../../provider/oceanbase/tenantBackupConfig.handler";
import { tenantBackupFleet } from "../../../provider/oceanbase/tenantBackupFleet.handler";
import { COMMON_FIELDS as TENANT_COMMON } from "../../../provider/oceanbase/tenantBackupFleet.schema";
import { backupPolicy } from "../../../provider/polardb/backupPolicy.handler";
import { backupPolicyFleet } from "../../../provider/polardb/backupPolicyFleet.handler";
import { COMMON_FIELDS } from "../../../provider/polardb/backupPolicyFleet.schema";
import { logBackupPolicy } from "../../../provider/polardb/logBackupPolicy.handler";
import { configs, placed } from "./oceanbase";
import { livePolicy, policies } from "./polardb";
import { advancedLogRules, classicLogPolicies, liveLogPolicy } from "./polardbLog";

/** A resource, every kind of program that may declare it, and what state holds beside its inputs. */
export interface DeclaredResource {
  readonly handler: AnyHandler;
  readonly programs: fc.Arbitrary<Bag>;
  readonly facts: Bag;
}

function some(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Bag> {
  return fc.record(fields, { requiredKeys: [] });
}

const texts = fc.constantFrom("a", "VARIABLE", "päß");

const timeouts = (...names: string[]): fc.Arbitrary<Bag> =>
  some(Object.fromEntries(names.map((name) => [name, fc.constantFrom("30m", "90s", "2h")])));

const obshellSettings = some({
  connection: fc
    .tuple(
      fc.constantFrom({ password: "p" }, { passwordEnv: "PW" }, { agentPassword: "p" }, {}),
      some({ endpoints: fc.constantFrom(["10.10.10.1:2886"], ["http://10.10.10.1:2886", "http://10.10.10.2:2886"]) }),
    )
    .map(([password, endpoints]) => ({ ...password, ...endpoints })),
  opening: fc.constantFrom<Bag[]>(
    { initialBackup: "full", archiving: "running" },
    { archiving: "suspended" },
    { archiving: "stopped" },
  ),
  timeouts: timeouts("create", "update", "read"),
  onDelete: fc.constantFrom("keep", "stopArchiving"),
  reapply: texts,
  releaseTask: texts,
}).map(({ opening, ...others }): Bag => ({ ...others, ...(opening as Bag | undefined) }));

/** The shared generator writes addresses in every spelling; a tenant has two of them instead of one. */
const clusterConfigs = fc
  .tuple(configs, obshellSettings, some({ exceptTenants: fc.constantFrom(["t1"], ["t2", "t1", "t2"]) }))
  .map(([config, settings, scope]): Bag => ({ ...config, ...settings, ...scope }));

const tenantConfigs = fc
  .tuple(configs, obshellSettings)
  .map(([{ backupBaseUri, accept, ...config }, settings]): Bag => {
    const destinations =
      backupBaseUri === undefined ? {} : { archiveBaseUri: backupBaseUri, dataBaseUri: backupBaseUri };
    return { tenantName: "t4", ...config, ...destinations, ...settings };
  });

const polardbSettings = some({
  region: fc.constantFrom("cn-shenzhen", " cn-chengdu "),
  network: fc.constantFrom("public", "vpc"),
  credentials: fc.constantFrom<Bag[]>(
    { accessKeyId: "AK", accessKeySecret: "SK" },
    { accessKeyId: "AK", accessKeySecretEnv: "SK", securityToken: "T" },
    { profile: "default" },
    { ecsRoleName: "role" },
  ),
  timeouts: timeouts("create", "update", "delete"),
  accept: fc.constantFrom([], ["shrink:dataLevel1BackupRetentionPeriod=3", "shrink:a=1", "shrink:a=1"]),
});

const zones = fc.constantFrom({}, {}, { timeZone: "Asia/Shanghai" }, { timeZone: " America/New_York" });

/** Windows are local ones beside a zone, which needs one of them. */
const dataPolicies = fc.tuple(policies, polardbSettings, zones).map(([policy, settings, zone]): Bag => {
  const hasWindow = policy.preferredBackupTime !== undefined || policy.dataLevel1BackupTime !== undefined;
  if (!hasWindow || !("timeZone" in zone)) return { ...policy, ...settings };
  const local = Object.entries(policy).map(([name, value]) => [
    name,
    name.endsWith("Time") ? String(value).replaceAll("Z", "") : value,
  ]);
  return { ...Object.fromEntries(local), ...settings, ...zone };
});

const logPolicies = fc
  .tuple(
    fc.oneof(
      classicLogPolicies,
      advancedLogRules.map((advancedLogPolicies) => ({ dbClusterId: "pc-1", advancedLogPolicies })),
    ),
    polardbSettings,
  )
  .map(([policy, settings]): Bag => ({ ...policy, ...settings }));

const withoutCommon = (policy: Bag): Bag =>
  Object.fromEntries(Object.entries(policy).filter(([name]) => !(COMMON_FIELDS as readonly string[]).includes(name)));

/** Overrides are such as stand beside every baseline. */
const fleets = fc
  .tuple(
    dataPolicies,
    logPolicies,
    some({ logs: fc.constant(true), spread: fc.constantFrom({ from: "22:00Z", to: "04:00Z" }) }),
    fc.uniqueArray(fc.constantFrom("pc-1", "pc-2", "pc-3", "pc-4"), { minLength: 1 }),
    some({
      overrides: fc.constantFrom<Bag[]>({}, { backupRetentionPolicyOnClusterDeletion: "ALL" }),
      exempt: fc.constant({ reason: "migration", expires: "2999-12-31" }),
      maxClusters: fc.constantFrom(4, 100),
      parallelism: fc.constantFrom(1, 256),
    }),
  )
  .map(([{ dbClusterId: _id, ...policy }, { dbClusterId: _log, ...log }, more, clusters, fleet]): Bag => {
    const baseline = withoutCommon(policy);
    const hasWindow = ["timeZone", "preferredBackupTime", "dataLevel1BackupTime"].some((name) => name in baseline);
    const [first = ""] = clusters;
    const { overrides, exempt, ...bounds } = fleet;
    return {
      ...Object.fromEntries(Object.entries(policy).filter(([name]) => !(name in baseline))),
      clusters,
      baseline: more.logs ? { ...baseline, logPolicy: withoutCommon(log) } : baseline,
      ...(more.spread === undefined || hasWindow ? {} : { spread: more.spread }),
      ...(overrides === undefined ? {} : { overrides: { [first]: overrides } }),
      ...(exempt === undefined ? {} : { exempt: { [clusters.at(-1) ?? first]: exempt } }),
      ...bounds,
    };
  });

/** Each tenant has a place of its own, so a baseline names none, and an override only for one that is there. */
const tenantFleets = fc
  .tuple(
    tenantConfigs,
    fc.uniqueArray(fc.constantFrom("t1", "t2", "t3", "t4"), { minLength: 1 }),
    some({
      overrides: fc.constantFrom<Bag[]>({}, { haLowThreadScore: 7 }),
      exempt: fc.constant({ reason: "migration", expires: "2999-12-31" }),
      maxTenants: fc.constantFrom(4, 100),
      maxWithoutArchiving: fc.constantFrom(1, 3),
    }),
  )
  .map(([{ tenantName: _name, ...config }, tenants, fleet]): Bag => {
    const isOfFleet = (name: string): boolean => (TENANT_COMMON as readonly string[]).includes(name);
    const baseline = Object.entries(config)
      .filter(([name]) => !isOfFleet(name))
      .map(([name, value]) => [
        name,
        name.endsWith("BaseUri")
          ? String(value)
              .replace(/[?]|$/, (end) => `/{tenant}${end}`)
              .replace(/(?<=[?&])access_(id|key)=[^&]*&?/g, "")
              .replace(/&$/, "")
          : value,
      ]);
    // Keys stand beside the settings and never in an address.
    const hadKeys = /access_key=/.test(JSON.stringify(config));
    const [first = ""] = tenants;
    const { overrides, exempt, ...bounds } = fleet;
    return {
      ...Object.fromEntries(Object.entries(config).filter(([name]) => isOfFleet(name))),
      tenants,
      baseline: Object.fromEntries(baseline),
      ...(hadKeys ? { storageCredentials: { accessId: "i", accessKey: "k" } } : {}),
      ...(overrides === undefined ? {} : { overrides: { [first]: overrides } }),
      ...(exempt === undefined ? {} : { exempt: { [tenants.at(-1) ?? first]: exempt } }),
      ...bounds,
    };
  });

const CLUSTER = { id: 1, name: "obcluster", createdTime: "2025-01-01T00:00:00Z" };
const TARGET = { region: "cn-hangzhou", endpoint: "https://polardb.cn-hangzhou.aliyuncs.com" };

export const DECLARED_RESOURCES: readonly (readonly [string, DeclaredResource])[] = [
  [
    "ClusterBackupConfig",
    {
      handler: clusterBackupConfig as unknown as AnyHandler,
      programs: clusterConfigs,
      facts: { cluster: CLUSTER, tenants: [placed(1002), placed(1004)] },
    },
  ],
  [
    "TenantBackupConfig",
    {
      handler: tenantBackupConfig as unknown as AnyHandler,
      programs: tenantConfigs,
      facts: { cluster: CLUSTER, tenantId: 1004, tenants: [placed(1004, { name: "t4" })] },
    },
  ],
  ["TenantBackupFleet", { handler: tenantBackupFleet as unknown as AnyHandler, programs: tenantFleets, facts: {} }],
  [
    "BackupPolicy",
    {
      handler: backupPolicy as unknown as AnyHandler,
      programs: dataPolicies,
      facts: { effective: livePolicy(), policyIds: {}, target: TARGET, engine: "MySQL" },
    },
  ],
  [
    "LogBackupPolicy",
    {
      handler: logBackupPolicy as unknown as AnyHandler,
      programs: logPolicies,
      facts: { effective: liveLogPolicy(), policyIds: {}, target: TARGET },
    },
  ],
  ["BackupPolicyFleet", { handler: backupPolicyFleet as unknown as AnyHandler, programs: fleets, facts: {} }],
];
