import fc from "fast-check";
import type { Bag } from "../../../provider/core/bag";
import { checkInputs } from "../../../provider/core/checkInputs";
import { toCheckFailures } from "../../../provider/core/violations";
import type { Recorded, Unreadable } from "../../../provider/oceanbase/backupConfig.records";
import { clusterBackupConfigRules, tenantBackupConfigRules } from "../../../provider/oceanbase/backupConfig.rules";
import type { BackupConfigInputs } from "../../../provider/oceanbase/backupConfig.schema";
import { clusterBackupConfig } from "../../../provider/oceanbase/clusterBackupConfig.handler";
import {
  type ClusterBackupConfigInputs,
  clusterBackupConfigSchema,
} from "../../../provider/oceanbase/clusterBackupConfig.schema";
import type { ObservedCluster, ObservedTenant } from "../../../provider/oceanbase/observe";
import { tenantBackupConfigSchema } from "../../../provider/oceanbase/tenantBackupConfig.schema";
import type { Task, TaskNode } from "../../../provider/oceanbase/wire";

export interface CheckedConfig {
  readonly inputs: ClusterBackupConfigInputs;
  /** What Pulumi prints, one per broken rule. */
  readonly reasons: readonly string[];
  /** The properties at which Pulumi prints them. */
  readonly properties: readonly string[];
}

/** The schema and the rules together, as `check` applies them. */
export function checkConfig(news: Bag): CheckedConfig {
  const { inputs, violations } = checkInputs<ClusterBackupConfigInputs>(
    news,
    clusterBackupConfigSchema,
    clusterBackupConfigRules,
  );
  const failures = toCheckFailures(news, violations, (path) => clusterBackupConfig.isSecret(path, news));
  return {
    inputs,
    reasons: failures.map(({ reason }) => reason),
    properties: failures.map(({ property }) => property),
  };
}

/** Canonical inputs; fails the test when a rule is broken. */
export function configOf(news: Bag): ClusterBackupConfigInputs {
  const { inputs, reasons } = checkConfig(news);
  expect(reasons).toEqual([]);
  return inputs;
}

/** Canonical inputs of either resource: of a tenant's where a tenant is named. Fails the test when a rule is broken. */
export function anyConfigOf(news: Bag): BackupConfigInputs {
  if (news.tenantName === undefined) return configOf(news);
  const { inputs, violations } = checkInputs(news, tenantBackupConfigSchema, tenantBackupConfigRules);
  expect(violations).toEqual([]);
  return inputs;
}

/** The three that are declared together. */
export const TRIO = { backupBaseUri: "file:///data/backup", binding: "optional", pieceSwitchInterval: "1d" } as const;

/** A tenant as it is after its creation. */
export function tenant(id: number, changes: Partial<ObservedTenant> = {}): ObservedTenant {
  return {
    id,
    name: `t${id - 1000}`,
    archiving: "unknown",
    parameters: { log_archive_concurrency: ["0"], archive_lag_target: ["120s"], ha_low_thread_score: ["0"] },
    ...changes,
  };
}

/** A tenant whose destinations are where a base puts them (cluster id 1), archiving. */
export function placed(
  id: number,
  changes: Partial<ObservedTenant> = {},
  base = "file:///data/backup",
): ObservedTenant {
  const [path, query = ""] = base.split("?");
  const suffix = query === "" ? "" : `?${query}`;
  return tenant(id, {
    archiveUri: `${path}/1/${id}/clog${suffix}`,
    dataUri: `${path}/1/${id}/data${suffix}`,
    archiving: "running",
    ...changes,
  });
}

export function cluster(tenants: readonly ObservedTenant[], changes: Partial<ObservedCluster> = {}): ObservedCluster {
  return {
    cluster: { id: 1, name: "obcluster", createdTime: "2025-01-01T00:00:00Z" },
    tenants,
    names: tenants,
    newerTasks: [],
    unfinished: [],
    holding: [],
    lastTaskNumber: 10,
    listsEndedTasks: true,
    ...changes,
  };
}

/** What state knows after a run that has applied these settings to all of these tenants. */
export function recordOf(
  applied: Recorded["applied"],
  tenants: readonly ObservedTenant[],
  changes: Partial<Recorded> = {},
): Recorded {
  return { applied, unconfirmed: {}, unverified: [], covered: tenants.map(({ id }) => id), tenants, ...changes };
}

/** The same settings of unknown outcome for several tenants. */
export function unconfirmedFor(ids: readonly number[], ...names: Unreadable[]): Recorded["unconfirmed"] {
  return Object.fromEntries(ids.map((id) => [String(id), names]));
}

export function task(changes: Partial<Task> = {}): Task {
  return {
    id: "14",
    number: 4,
    name: "Set obcluster backup config",
    state: "SUCCEED",
    operator: "RUN",
    stage: 2,
    maxStage: 2,
    nodes: [],
    ...changes,
  };
}

export function node(changes: Partial<TaskNode> = {}): TaskNode {
  return { name: "Set backup config", state: "SUCCEED", logs: [], failures: [], ...changes };
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

/** Configurations that a program may declare, in any spelling; every property may be absent. */
export const configs: fc.Arbitrary<Bag> = fc
  .record({
    trio: maybe(
      fc.record({
        backupBaseUri: fc.constantFrom(
          "file:///data/backup/",
          "oss://b/p/?delete_mode=delete&host=h&access_key=a%2Bb&access_id=i",
          "cos://b/p?appid=1&host=h&access_id=i&access_key=k",
        ),
        binding: fc.constantFrom("optional", "mandatory", "Mandatory", "OPTIONAL"),
        pieceSwitchInterval: fc.constantFrom("1d", "24h", "6d", "168h", "7D", "1440m"),
      }),
    ),
    logArchiveConcurrency: maybe(fc.integer({ min: 0, max: 100 })),
    haLowThreadScore: maybe(fc.integer({ min: 0, max: 100 })),
    archiveLagTarget: maybe(fc.constantFrom("0ms", "0s", "60s", "120s", "2m", "2h", "7200s", "1500ms", "120000MS")),
    deletePolicy: maybe(
      fc.record(
        { policy: fc.constantFrom("default", "", "DEFAULT"), recoveryWindow: fc.constantFrom("1d", "7d", "365d") },
        { requiredKeys: ["recoveryWindow"] },
      ),
    ),
    accept: maybe(
      fc.subarray(["shrink:deletePolicy.recoveryWindow=1d", "overwrite:backupBaseUri=file:///data/backup"]),
    ),
    reapply: maybe(fc.string({ minLength: 1, maxLength: 5 })),
  })
  .map(({ trio, ...others }) =>
    Object.fromEntries(Object.entries({ ...trio, ...others }).filter(([, value]) => value !== undefined)),
  );
