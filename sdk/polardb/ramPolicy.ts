import * as pulumi from "@pulumi/pulumi";
import type { ActionName } from "../../provider/polardb/actions";

/** The functions of this package that call PolarDB. */
export type FunctionName = keyof typeof ACTION_OF;

/** What a RAM user or role may do with the policy that {@link ramPolicyDocument} makes. Plain values, no outputs. */
export interface RamPolicyArgs {
  /**
   * `"read"`: refresh, and the functions that ask one cluster. `"manage"`: also set backup policies and log backup policies, as `pulumi up`
   * does.
   */
  readonly access: "read" | "manage";
  /** Id of the Alibaba Cloud account that owns the clusters, 16 digits as a rule. Absent: `*`, which is the account of the policy. */
  readonly accountId?: string;
  /** Region of the clusters, such as `"cn-hangzhou"`. Absent: `*`, all regions. */
  readonly region?: string;
  /**
   * Ids of the clusters (`DBClusterId`), at least one. Absent: `*`, all clusters of account and region.
   *
   * RAM takes policies of at most 6,144 characters (page "Resource Access Management: Limitations"), which is some 75 clusters: make
   * several policies, or leave this out, for more.
   */
  readonly dbClusterIds?: readonly string[];
  /**
   * Functions that the program calls. `"findClusters"` adds the right to list the clusters of the account, which cannot be limited to some
   * clusters; what the others call is part of `access` already. Absent: none.
   */
  readonly functions?: readonly FunctionName[];
}

/** A policy as RAM takes it. */
export interface RamPolicyDocument {
  readonly Version: "1";
  readonly Statement: readonly RamPolicyStatement[];
}

/** One grant of a policy. */
export interface RamPolicyStatement {
  readonly Effect: "Allow";
  /** Such as `"polardb:DescribeBackupPolicy"`. */
  readonly Action: readonly string[];
  /** Such as `"acs:polardb:cn-hangzhou:1234567890123456:dbcluster/pc-bp13wz9586voc"`. */
  readonly Resource: readonly string[];
}

const ACTION_OF = {
  getBackupPolicy: "DescribeBackupPolicy",
  getLogBackupPolicy: "DescribeLogBackupPolicy",
  getCrossRegions: "DescribeAvailableCrossRegions",
  findClusters: "DescribeDBClusters",
} as const satisfies Readonly<Record<string, ActionName>>;

/**
 * The smallest RAM policy with which the resources and functions of this package work: exactly the actions that it calls, for exactly
 * these clusters (pages "PolarDB: RAM authorization" and "Use RAM for resource authorization"). It calls nothing itself.
 *
 * ```ts
 * const document = polardb.ramPolicyDocument({
 *   access: "manage", accountId: "1234567890123456", region: "cn-hangzhou", dbClusterIds: ["pc-bp13wz9586voc"], functions: ["findClusters"] });
 * new alicloud.ram.Policy("backups", { policyName: "polardb-backups", policyDocument: JSON.stringify(document) });
 * ```
 *
 * For ids that are outputs, call it in their `apply`. A wrong argument ends the program with `InvalidInput` and is named; one that is
 * misspelt too, because leaving it out would grant more.
 */
export function ramPolicyDocument(args: RamPolicyArgs): RamPolicyDocument {
  check(args);
  const { access, accountId = "*", region = "*", dbClusterIds = ["*"], functions = [] } = args;
  // Only here: a program that never asks for a policy loads nothing of the provider.
  const { ACTIONS } = require("../../provider/polardb/actions") as typeof import("../../provider/polardb/actions");
  const called: readonly ActionName[] = functions.map((name) => ACTION_OF[name]);
  const granted = (Object.keys(ACTIONS) as ActionName[]).filter(
    (action) =>
      called.includes(action) ||
      (ACTIONS[action].scope === "cluster" && (access === "manage" || ACTIONS[action].access === "read")),
  );
  const clusters = [...new Set(dbClusterIds)].map((id) => `acs:polardb:${region}:${accountId}:dbcluster/${id}`);
  const statement = (scope: "cluster" | "account", Resource: readonly string[]): RamPolicyStatement[] => {
    const Action = granted.filter((action) => ACTIONS[action].scope === scope).map((action) => `polardb:${action}`);
    return Action.length > 0 ? [{ Effect: "Allow", Action, Resource }] : [];
  };
  return { Version: "1", Statement: [...statement("cluster", clusters), ...statement("account", ["*"])] };
}

const RULES: { readonly [Name in keyof RamPolicyArgs]-?: { readonly rule: string; holds(value: unknown): boolean } } = {
  access: { rule: 'must be "read" or "manage"', holds: (value) => value === "read" || value === "manage" },
  accountId: { rule: "must be the digits of an account id, as a text", holds: matches(/^\d+$/) },
  region: { rule: 'must be the id of a region, such as "cn-hangzhou"', holds: matches(/^[a-z]{2,}(-[a-z0-9]+)+$/) },
  dbClusterIds: {
    rule: 'must be a list of ids of PolarDB clusters, such as "pc-bp13wz9586voc", with at least one',
    holds: (value) => Array.isArray(value) && value.length > 0 && value.every(matches(/^pc-[A-Za-z0-9-]+$/)),
  },
  functions: {
    rule: `must be a list of ${Object.keys(ACTION_OF).join(", ")}`,
    holds: (value) => Array.isArray(value) && value.every((name) => Object.hasOwn(ACTION_OF, String(name))),
  },
};

function check(args: RamPolicyArgs): void {
  const given = new Map(Object.entries(args ?? {}).filter(([, value]) => value !== undefined));
  const broken = [...given.keys()]
    .filter((name) => !Object.hasOwn(RULES, name))
    .map((name) => `${name}: is not an argument; remove it or correct its name`);
  for (const [name, { rule, holds }] of Object.entries(RULES)) {
    if (name === "access" ? !holds(given.get(name)) : given.has(name) && !holds(given.get(name))) {
      broken.push(`${name}: ${rule}`);
    }
  }
  if (broken.length > 0) {
    throw new pulumi.RunError(`making a RAM policy for PolarDB: ${broken.join("; ")} [InvalidInput].`);
  }
}

function matches(form: RegExp): (value: unknown) => boolean {
  return (value) => typeof value === "string" && form.test(value);
}
