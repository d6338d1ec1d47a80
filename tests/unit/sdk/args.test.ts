import type * as pulumi from "@pulumi/pulumi";
import type { ClusterBackupConfigOutputs } from "../../../provider/oceanbase/clusterBackupConfig.handler";
import type { ClusterBackupConfigInputs } from "../../../provider/oceanbase/clusterBackupConfig.schema";
import { PROPERTIES as CONFIG_PROPERTIES } from "../../../provider/oceanbase/clusterBackupConfig.schema";
import type * as lookups from "../../../provider/oceanbase/lookups";
import type { TenantBackupConfigOutputs } from "../../../provider/oceanbase/tenantBackupConfig.handler";
import type { TenantBackupConfigInputs } from "../../../provider/oceanbase/tenantBackupConfig.schema";
import { PROPERTIES as TENANT_PROPERTIES } from "../../../provider/oceanbase/tenantBackupConfig.schema";
import type {
  TenantBackupFleetInputs,
  FleetSettings as TenantFleetSettings,
} from "../../../provider/oceanbase/tenantBackupFleet.schema";
import {
  COMMON_FIELDS as TENANT_COMMON,
  FLEET_PROPERTIES as TENANT_FLEET_PROPERTIES,
  SETTINGS as TENANT_SETTINGS,
} from "../../../provider/oceanbase/tenantBackupFleet.schema";
import type { BackupPolicyFacts } from "../../../provider/polardb/backupPolicy.handler";
import type { AdvancedDataPolicy, BackupPolicyInputs } from "../../../provider/polardb/backupPolicy.schema";
import { PROPERTIES as POLICY_PROPERTIES } from "../../../provider/polardb/backupPolicy.schema";
import type { BackupPolicyFleetInputs, FleetSettings } from "../../../provider/polardb/backupPolicyFleet.schema";
import { FLEET_PROPERTIES } from "../../../provider/polardb/backupPolicyFleet.schema";
import type { LogBackupPolicyInputs } from "../../../provider/polardb/logBackupPolicy.schema";
import { LOG_PROPERTIES } from "../../../provider/polardb/logBackupPolicy.schema";
import type { ObservedLogBackupPolicy } from "../../../provider/polardb/logWire";
import type * as polardbLookups from "../../../provider/polardb/lookups";
import type { ClusterSearch } from "../../../provider/polardb/lookups.schema";
import type { PolicyOutputs } from "../../../provider/polardb/policy.handler";
import type { ObservedBackupPolicy } from "../../../provider/polardb/wire";
import type { oceanbase, polardb } from "../../../sdk";

/*
 * What a program may write is declared by hand, so that its documentation is real; what the provider accepts is a schema. The
 * compiler proves here that the two are the same: this file does not compile (`npx tsc`) when they drift apart.
 */

/** True for types of which each can stand for the other. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** A type with its optional properties written out, so that a missing one makes a difference; `readonly` makes none. */
type Shape<T> = T extends readonly (infer Item)[]
  ? Shape<Item>[]
  : T extends object
    ? {
        -readonly [Key in keyof T]-?: undefined extends T[Key]
          ? ["optional", Shape<Exclude<T[Key], undefined>>]
          : ["required", Shape<T[Key]>];
      }
    : T;

type SameShape<A, B> = Same<Shape<A>, Shape<B>>;

const proves = <_T extends true>(): void => undefined;

type Config = pulumi.Unwrap<oceanbase.ClusterBackupConfigArgs>;
type Policy = pulumi.Unwrap<polardb.BackupPolicyArgs>;

/** The deliberate differences: what a program may write that the schema then makes one of. */
type ConfigOfSchema = Omit<ClusterBackupConfigInputs, "storageFingerprint" | "deletePolicy"> & {
  // Computed, never written by a program: `storageFingerprint`. An empty or absent policy means "default".
  deletePolicy?: { policy?: "default" | ""; recoveryWindow: string };
};

describe("The arguments of ClusterBackupConfig", () => {
  it("have exactly the properties of the schema", () => {
    proves<Same<keyof Config, Exclude<keyof ClusterBackupConfigInputs, "storageFingerprint">>>();
    proves<Same<keyof ConfigOfSchema, keyof Config>>();
    // @ts-expect-error: the schema has one that a program never writes.
    proves<Same<keyof Config, keyof ClusterBackupConfigInputs>>();
    expect(CONFIG_PROPERTIES).toContain("storageFingerprint");
  });

  it("have exactly the values of the schema", () => {
    proves<SameShape<Config, ConfigOfSchema>>();
    // @ts-expect-error: the schema makes "default" of an absent policy.
    proves<SameShape<Config["deletePolicy"], ClusterBackupConfigInputs["deletePolicy"]>>();
    // @ts-expect-error: the proof sees a missing property.
    proves<SameShape<Omit<Config, "binding">, ConfigOfSchema>>();
    // @ts-expect-error: the proof sees another type of a nested property.
    proves<SameShape<Omit<Config, "timeouts"> & { timeouts?: { create?: number; update?: string } }, ConfigOfSchema>>();
    expect(CONFIG_PROPERTIES).toHaveLength(18);
  });
});

type TenantConfig = pulumi.Unwrap<oceanbase.TenantBackupConfigArgs>;

type TenantConfigOfSchema = Omit<TenantBackupConfigInputs, "storageFingerprint" | "deletePolicy"> & {
  deletePolicy?: { policy?: "default" | ""; recoveryWindow: string };
};

describe("The arguments of TenantBackupConfig", () => {
  it("have exactly the properties and values of the schema", () => {
    proves<Same<keyof TenantConfig, Exclude<keyof TenantBackupConfigInputs, "storageFingerprint">>>();
    proves<SameShape<TenantConfig, TenantConfigOfSchema>>();
    // @ts-expect-error: the proof sees a required property that is optional.
    proves<SameShape<Omit<TenantConfig, "tenantName"> & { tenantName?: string }, TenantConfigOfSchema>>();
    expect(TENANT_PROPERTIES).toHaveLength(19);
  });
});

type BackupPolicyOutputs = PolicyOutputs<BackupPolicyInputs, ObservedBackupPolicy> & BackupPolicyFacts;

/** What the program may pass; `check` adds the rest. */
type PolicyOfSchema = Omit<BackupPolicyInputs, "utcSchedule">;

type Rule = pulumi.Unwrap<polardb.AdvancedDataPolicyArgs>;

/** Every property of any member of a union, optional unless all members require it, with the values it has in any of them. */
type Flat<Union> = {
  [Key in RequiredIn<Union>]: ValueIn<Union, Key>;
} & { [Key in Exclude<KeyIn<Union>, RequiredIn<Union>>]?: Exclude<ValueIn<Union, Key>, undefined> };
type KeyIn<Union> = Union extends unknown ? keyof Union : never;
type ValueIn<Union, Key> = Union extends { [_ in Key & keyof Union]?: unknown } ? Union[Key & keyof Union] : never;
type RequiredIn<Union> = {
  [Key in KeyIn<Union>]: undefined extends ValueIn<Union, Key> ? never : Key;
}[KeyIn<Union>];

/** The deliberate difference: the compiler holds a program to combinations of fields that in the schema are rules. */
type PolicyWithFlatRules = Omit<Policy, "advancedDataPolicies"> & { advancedDataPolicies?: Flat<Rule>[] };

describe("The arguments of BackupPolicy", () => {
  it("have exactly the properties of the schema", () => {
    proves<Same<keyof Policy, keyof PolicyOfSchema>>();
    expect(POLICY_PROPERTIES).toHaveLength(24);
  });

  it("have exactly the values of the schema", () => {
    proves<SameShape<PolicyWithFlatRules, PolicyOfSchema>>();
    type Wrong = Omit<PolicyWithFlatRules, "backupFrequency"> & { backupFrequency?: "Normal" | "6/24H" };
    // @ts-expect-error: the proof sees a value that the schema does not accept.
    proves<SameShape<Wrong, PolicyOfSchema>>();
    type Optional = Omit<PolicyWithFlatRules, "dbClusterId"> & { dbClusterId?: string };
    // @ts-expect-error: the proof sees a required property that is optional.
    proves<SameShape<Optional, PolicyOfSchema>>();
  });

  it("have in an advanced rule exactly the fields of the schema, whatever the combination", () => {
    proves<SameShape<Flat<Rule>, AdvancedDataPolicy>>();
    // @ts-expect-error: the proof sees a missing field of one alternative.
    proves<SameShape<Omit<Flat<Rule>, "retentionValue">, AdvancedDataPolicy>>();
    // @ts-expect-error: the proof sees a missing alternative.
    proves<SameShape<Flat<Exclude<Rule, { filterType: "event" }>>, AdvancedDataPolicy>>();
    proves<SameShape<polardb.AdvancedDataPolicy, AdvancedDataPolicy>>();
    expect.assertions(0);
  });

  it("require the cluster's id only", () => {
    proves<Same<{ dbClusterId: string } extends Policy ? true : false, true>>();
    // @ts-expect-error: without it nothing compiles.
    const none: Policy = {};
    expect(none).toEqual({});
  });
});

type LogPolicy = pulumi.Unwrap<polardb.LogBackupPolicyArgs>;

type LogBackupPolicyOutputs = PolicyOutputs<LogBackupPolicyInputs, ObservedLogBackupPolicy>;

describe("The arguments of LogBackupPolicy", () => {
  it("have exactly the properties and values of the schema", () => {
    proves<Same<keyof LogPolicy, keyof LogBackupPolicyInputs>>();
    proves<SameShape<LogPolicy, LogBackupPolicyInputs>>();
    // @ts-expect-error: the proof sees a required property that is optional.
    proves<SameShape<Omit<LogPolicy, "dbClusterId"> & { dbClusterId?: string }, LogBackupPolicyInputs>>();
    expect(LOG_PROPERTIES).toHaveLength(12);
  });

  it("tie the value of a rule's retention to its type", () => {
    const way = { name: "local", srcType: "db", destType: "level1" } as const;
    const rules: polardb.AdvancedLogPolicyArgs[] = [
      { ...way, logRetentionType: "delay", logRetentionValue: 30 },
      { ...way, logRetentionType: "never" },
      // @ts-expect-error: "delay" needs a value.
      { ...way, logRetentionType: "delay" },
      // @ts-expect-error: "never" has none.
      { ...way, logRetentionType: "never", logRetentionValue: 30 },
    ];
    expect(rules).toHaveLength(4);
  });
});

type TenantFleet = pulumi.Unwrap<oceanbase.TenantBackupFleetArgs>;
type TenantBaseline = pulumi.Unwrap<oceanbase.TenantSettingsArgs>;
type InTenantWords = "tenants" | "baseline" | "overrides";

describe("The arguments of TenantBackupFleet", () => {
  it("have exactly the properties of the schema, and its values where they are not those of a tenant", () => {
    proves<Same<keyof TenantFleet, keyof TenantBackupFleetInputs>>();
    proves<SameShape<Omit<TenantFleet, InTenantWords>, Omit<TenantBackupFleetInputs, InTenantWords>>>();
    // @ts-expect-error: the proof sees a missing property.
    proves<SameShape<Omit<TenantFleet, InTenantWords | "exempt">, Omit<TenantBackupFleetInputs, InTenantWords>>>();
    expect(TENANT_FLEET_PROPERTIES).toHaveLength(11);
  });

  it("have in a baseline exactly the settings of a tenant", () => {
    type OfSchema = Omit<TenantFleetSettings, "storageFingerprint" | "deletePolicy">;
    proves<SameShape<Omit<TenantBaseline, "deletePolicy">, OfSchema>>();
    proves<Same<keyof TenantBaseline, keyof OfSchema | "deletePolicy">>();
    expect([...TENANT_SETTINGS].sort()).toEqual(
      TENANT_PROPERTIES.filter((name) => name !== "tenantName" && !TENANT_COMMON.some((one) => one === name)).sort(),
    );
  });
});

type Fleet = pulumi.Unwrap<polardb.BackupPolicyFleetArgs>;
type FleetBaseline = pulumi.Unwrap<polardb.FleetSettingsArgs>;
type InOwnWords = "clusters" | "baseline" | "overrides";

describe("The arguments of BackupPolicyFleet", () => {
  it("have exactly the properties of the schema, and its values where they are not those of a policy", () => {
    proves<Same<keyof Fleet, keyof BackupPolicyFleetInputs>>();
    proves<SameShape<Omit<Fleet, InOwnWords>, Omit<BackupPolicyFleetInputs, InOwnWords>>>();
    // @ts-expect-error: the proof sees a missing property.
    proves<SameShape<Omit<Fleet, InOwnWords | "spread">, Omit<BackupPolicyFleetInputs, InOwnWords>>>();
    expect(FLEET_PROPERTIES).toHaveLength(14);
  });

  it("have in a baseline exactly the settings of both policies", () => {
    proves<Same<keyof FleetBaseline, Exclude<keyof FleetSettings, "utcSchedule">>>();
    type LogPolicyOf<Settings extends { logPolicy?: unknown }> = Exclude<Settings["logPolicy"], undefined>;
    proves<SameShape<LogPolicyOf<FleetBaseline>, LogPolicyOf<FleetSettings>>>();
    proves<
      SameShape<
        Omit<FleetBaseline, "logPolicy" | "advancedDataPolicies">,
        Omit<FleetSettings, "logPolicy" | "advancedDataPolicies" | "utcSchedule">
      >
    >();
    expect.assertions(0);
  });
});

describe("The result of a function", () => {
  type Result<F extends (...args: never[]) => unknown> =
    ReturnType<F> extends pulumi.Output<infer Value> ? Value : never;

  it("has exactly the fields that the lookup gives", () => {
    proves<SameShape<Result<typeof oceanbase.getBackupStatus>, lookups.BackupStatus>>();
    proves<SameShape<Result<typeof oceanbase.getTenants>, lookups.TenantSummary[]>>();
    // @ts-expect-error: the proof sees a missing field.
    proves<SameShape<Omit<oceanbase.BackupStatus, "cluster">, lookups.BackupStatus>>();
    type Wrong = Omit<lookups.TenantBackupStatus, "covered"> & { covered?: boolean };
    // @ts-expect-error: the proof sees a field that may be absent.
    proves<SameShape<oceanbase.TenantBackupStatus, Wrong>>();
    proves<SameShape<Result<typeof polardb.getBackupPolicy>, polardbLookups.LiveBackupPolicy>>();
    proves<SameShape<Result<typeof polardb.getLogBackupPolicy>, polardbLookups.LogBackupPolicy>>();
    proves<SameShape<Result<typeof polardb.findClusters>, polardbLookups.ClusterSummary[]>>();
    expect.assertions(0);
  });

  it("of PolarDB takes exactly what the lookup checks", () => {
    proves<SameShape<pulumi.Unwrap<polardb.FindClustersArgs>, ClusterSearch>>();
    expect.assertions(0);
  });
});

describe("The outputs of a resource class", () => {
  type Keys<Resource> = Exclude<keyof Resource, keyof pulumi.CustomResource>;

  /** What a program gets, as plain values. */
  type Values<Resource> = { [Key in Keys<Resource>]: Resource[Key] extends pulumi.Output<infer Value> ? Value : never };

  /** True when every value that the provider may record is one that the class announces. */
  type Announced<Recorded, Class> = [Shape<Recorded>] extends [Shape<Values<Class>>] ? true : false;

  it("are all that the provider records of a cluster backup config, and nothing else", () => {
    proves<Same<Keys<oceanbase.ClusterBackupConfig>, keyof ClusterBackupConfigOutputs>>();
    proves<Announced<ClusterBackupConfigOutputs, oceanbase.ClusterBackupConfig>>();
    type Wrong = Omit<ClusterBackupConfigOutputs, "covered"> & { covered: string };
    // @ts-expect-error: the proof sees an output of another type.
    proves<Announced<Wrong, oceanbase.ClusterBackupConfig>>();
    expect(CONFIG_PROPERTIES).toContain("connection");
  });

  it("are all that the provider records of a tenant backup config, and nothing else", () => {
    proves<Same<Keys<oceanbase.TenantBackupConfig>, keyof TenantBackupConfigOutputs>>();
    proves<Announced<TenantBackupConfigOutputs, oceanbase.TenantBackupConfig>>();
    type Wrong = Omit<TenantBackupConfigOutputs, "tenantId"> & { tenantId: string };
    // @ts-expect-error: the proof sees an output of another type.
    proves<Announced<Wrong, oceanbase.TenantBackupConfig>>();
    expect(TENANT_PROPERTIES).toContain("tenantName");
  });

  it("are all that the provider records of a fleet of tenants, and nothing else: members are in its records", () => {
    type Recorded = Exclude<keyof TenantBackupFleetInputs, "tenants">;
    proves<Same<Keys<oceanbase.TenantBackupFleet>, Recorded | "configs" | "exempted" | "failed">>();
    type OfOne = Omit<TenantBackupConfigOutputs, "tenantName" | (typeof TENANT_COMMON)[number]>;
    proves<Same<Exclude<keyof oceanbase.FleetTenantConfig, "live" | "drift" | "unfinished">, keyof OfOne>>();
    expect(TENANT_FLEET_PROPERTIES).toContain("tenants");
  });

  it("are all that the provider records of a log backup policy, and nothing else", () => {
    proves<Same<Keys<polardb.LogBackupPolicy>, keyof LogBackupPolicyOutputs>>();
    proves<Announced<LogBackupPolicyOutputs, polardb.LogBackupPolicy>>();
    expect(LOG_PROPERTIES).toContain("dbClusterId");
  });

  it("are all that the provider records of a fleet, and nothing else: members are in its records", () => {
    type Recorded = Exclude<keyof BackupPolicyFleetInputs, "clusters">;
    proves<Same<Keys<polardb.BackupPolicyFleet>, Recorded | "policies" | "logPolicies" | "exempted" | "failed">>();
    expect(FLEET_PROPERTIES).toContain("clusters");
  });

  it("are all that the provider records of a backup policy, and nothing else", () => {
    proves<Same<Keys<polardb.BackupPolicy>, keyof BackupPolicyOutputs>>();
    proves<Announced<BackupPolicyOutputs, polardb.BackupPolicy>>();
    expect(POLICY_PROPERTIES).toContain("dbClusterId");
  });
});
