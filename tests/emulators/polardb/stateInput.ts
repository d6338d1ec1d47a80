import { DATA_POLICY_FIELDS } from "./dataPolicyFields";
import type { AccessKeyOptions, ClusterOptions } from "./options";
import type { AdvancedDataPolicy, DataPolicy, LogPolicy } from "./settings";
import { defined, Shape } from "./shape";
import type { StateChange } from "./state";
import { DEFAULT_KNOBS, type Knobs, SWITCH_VALUES, type Switches } from "./switches";

const LISTS = ["data", "log"] as const;
const OPTIONS = ["enable", "disable", "notSupport"] as const;

/** Turns the JSON of `POST /__state` into a change, or says what is wrong with it. */
export function readStateChange(value: unknown): StateChange {
  const kind = String(new Shape(value, "change").raw("kind"));
  const members = (...names: string[]): Shape => new Shape(value, kind, ["kind", ...names]);
  switch (kind) {
    case "setPolicy": {
      const shape = members("clusterId", "policy", "logPolicy");
      return {
        kind,
        clusterId: shape.text("clusterId"),
        policy: readDataPolicy(shape.raw("policy") ?? {}, "policy"),
        logPolicy: readLogPolicy(shape.raw("logPolicy") ?? {}, "logPolicy"),
      };
    }
    case "addAdvancedPolicy": {
      const shape = members("clusterId", "policy", "list");
      return {
        kind,
        clusterId: shape.text("clusterId"),
        policy: readAdvancedPolicy(shape.raw("policy")),
        list: shape.optionalOneOf("list", LISTS) ?? "data",
      };
    }
    case "changeAdvancedPolicy": {
      const shape = members("clusterId", "policyId", "policy", "list");
      return {
        kind,
        clusterId: shape.text("clusterId"),
        policyId: shape.text("policyId"),
        policy: readAdvancedPolicy(shape.raw("policy")),
        list: shape.optionalOneOf("list", LISTS) ?? "data",
      };
    }
    case "deleteAdvancedPolicy": {
      const shape = members("clusterId", "policyId", "list");
      return {
        kind,
        clusterId: shape.text("clusterId"),
        policyId: shape.text("policyId"),
        list: shape.optionalOneOf("list", LISTS) ?? "data",
      };
    }
    case "switchToAdvanced":
      return { kind, clusterId: members("clusterId").text("clusterId") };
    case "setAdvancedOption": {
      const shape = members("clusterId", "option");
      return { kind, clusterId: shape.text("clusterId"), option: shape.oneOf("option", OPTIONS) };
    }
    case "setStatus": {
      const shape = members("clusterId", "status", "forMs");
      return {
        kind,
        clusterId: shape.text("clusterId"),
        status: shape.text("status"),
        ...defined({ forMs: shape.optionalAmount("forMs") }),
      };
    }
    case "setLock": {
      const shape = members("clusterId", "lockMode");
      const lockMode = shape.oneOf("lockMode", ["Unlock", "ManualLock", "LockByExpiration"] as const);
      return { kind, clusterId: shape.text("clusterId"), lockMode };
    }
    case "addCluster":
      return { kind, cluster: readCluster(members("cluster").raw("cluster")) };
    case "deleteCluster": {
      const shape = members("clusterId", "answer");
      const codes = ["InvalidDBClusterId.NotFound", "InvalidDBCluster.NotFound", "Forbidden.ClusterNotFound"] as const;
      return { kind, clusterId: shape.text("clusterId"), ...defined({ answer: shape.optionalOneOf("answer", codes) }) };
    }
    case "addAccessKey":
      return { kind, key: readAccessKey(members("key").raw("key")) };
    case "setKeyActive": {
      const shape = members("accessKeyId", "active");
      return { kind, accessKeyId: shape.text("accessKeyId"), active: shape.oneOf("active", [true, false]) };
    }
    case "setAllowedActions": {
      const shape = members("accessKeyId", "actions");
      const actions =
        shape.raw("actions") === null ? null : (shape.optionalTexts("actions") ?? shape.fail("actions", "is missing"));
      return { kind, accessKeyId: shape.text("accessKeyId"), actions };
    }
    case "expireToken":
      return { kind, accessKeyId: members("accessKeyId").text("accessKeyId") };
    case "setSwitches":
      return { kind, switches: readSwitches(members("switches").raw("switches")) };
    case "setKnobs":
      return { kind, knobs: readKnobs(members("knobs").raw("knobs")) };
    default:
      throw new Error(`change.kind: ${JSON.stringify(kind)} is not a kind of change`);
  }
}

function readDataPolicy(value: unknown, where: string): Partial<DataPolicy> {
  const names = DATA_POLICY_FIELDS.map(({ name }) => name);
  const shape = new Shape(value, where, names);
  const policy: Partial<DataPolicy> = {};
  for (const name of names) {
    const text = shape.raw(name);
    if (text === undefined) continue;
    policy[name] = typeof text === "string" ? text : shape.fail(name, "must be a text");
  }
  return policy;
}

function readLogPolicy(value: unknown, where: string): Partial<LogPolicy> {
  const shape = new Shape(value, where, [
    "LogBackupRetentionPeriod",
    "LogBackupAnotherRegionRetentionPeriod",
    "LogBackupAnotherRegionRegion",
  ]);
  const region = shape.raw("LogBackupAnotherRegionRegion");
  return {
    ...defined({
      LogBackupRetentionPeriod: shape.optionalNumber("LogBackupRetentionPeriod"),
      LogBackupAnotherRegionRetentionPeriod: shape.optionalText("LogBackupAnotherRegionRetentionPeriod"),
      LogBackupAnotherRegionRegion: region === "" ? "" : shape.optionalText("LogBackupAnotherRegionRegion"),
    }),
  };
}

/** Only that it is an object: its fields are read as those of a CREATE or UPDATE are. */
function readAdvancedPolicy(value: unknown): Partial<AdvancedDataPolicy> {
  const shape = new Shape(value, "policy");
  return Object.fromEntries(shape.names.map((name) => [name, shape.raw(name)]));
}

function readCluster(value: unknown): ClusterOptions {
  const shape = new Shape(value, "cluster", [
    "id",
    "engine",
    "region",
    "description",
    "tags",
    "edition",
    "storageClass",
    "crossRegionCapable",
    "availableCrossRegions",
    "advancedPolicyOption",
    "status",
    "policy",
    "logPolicy",
  ]);
  return {
    id: shape.text("id"),
    engine: shape.oneOf("engine", ["MySQL", "PostgreSQL", "Oracle"] as const),
    region: shape.text("region"),
    tags: readTags(shape.raw("tags") ?? {}),
    ...defined({
      description: shape.optionalText("description"),
      edition: shape.optionalOneOf("edition", ["Enterprise", "Standard"] as const),
      storageClass: shape.optionalOneOf("storageClass", ["PSL5", "PSL4", "ESSD"] as const),
      crossRegionCapable: shape.optionalFlag("crossRegionCapable"),
      availableCrossRegions: shape.optionalTexts("availableCrossRegions"),
      advancedPolicyOption: shape.optionalOneOf("advancedPolicyOption", OPTIONS),
      status: shape.optionalText("status"),
    }),
    policy: readDataPolicy(shape.raw("policy") ?? {}, "cluster.policy"),
    logPolicy: readLogPolicy(shape.raw("logPolicy") ?? {}, "cluster.logPolicy"),
  };
}

/** A value may be empty, a key not. */
function readTags(value: unknown): Record<string, string> {
  const shape = new Shape(value, "cluster.tags");
  const read = (key: string): string => {
    const text = shape.raw(key);
    return key !== "" && typeof text === "string" ? text : shape.fail(key, "must be a text under a key");
  };
  return Object.fromEntries(shape.names.map((key) => [key, read(key)]));
}

function readAccessKey(value: unknown): AccessKeyOptions {
  const shape = new Shape(value, "key", [
    "accessKeyId",
    "accessKeySecret",
    "securityToken",
    "expiresAt",
    "allowedActions",
    "deniedCode",
    "active",
  ]);
  return {
    accessKeyId: shape.text("accessKeyId"),
    accessKeySecret: shape.text("accessKeySecret"),
    ...defined({
      securityToken: shape.optionalText("securityToken"),
      expiresAt: shape.optionalAmount("expiresAt"),
      allowedActions: shape.optionalTexts("allowedActions"),
      deniedCode: shape.optionalOneOf("deniedCode", ["Forbidden.RAM", "NoPermission"] as const),
      active: shape.optionalFlag("active"),
    }),
  };
}

function readSwitches(value: unknown): Partial<Switches> {
  const shape = new Shape(value, "switches", Object.keys(SWITCH_VALUES));
  const read = Object.entries(SWITCH_VALUES).map(([name, allowed]) => [
    name,
    shape.optionalOneOf<string | number | boolean>(name, allowed),
  ]);
  return defined(Object.fromEntries(read) as { [Name in keyof Switches]: Switches[Name] | undefined });
}

function readKnobs(value: unknown): Partial<Knobs> {
  const shape = new Shape(value, "knobs", Object.keys(DEFAULT_KNOBS));
  return defined({
    visibilityDelayMs: shape.optionalAmount("visibilityDelayMs"),
    busyAfterModifyMs: shape.optionalAmount("busyAfterModifyMs"),
    busyStatus: shape.optionalText("busyStatus"),
    ratePerSecond: shape.optionalAmount("ratePerSecond"),
    burst: shape.optionalAmount("burst"),
    longestTarget: shape.optionalAmount("longestTarget"),
  });
}
