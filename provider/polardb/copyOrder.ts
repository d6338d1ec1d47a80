import { hasKind, isProviderError } from "../core/errors";
import { pollUntil } from "../core/poll";
import type { PolardbApi } from "./api";
import type { PlannedModify } from "./backupPolicy.plan";
import { isBusy } from "./errors";
import type { ObservedLogBackupPolicy } from "./logWire";
import type { Task } from "./policy.converge";
import { DATA_POLICY, isPolicyBusy } from "./policy.ownership";
import type { PolicyInputs } from "./policy.schema";
import type { ObservedBackupPolicy } from "./wire";

/**
 * "Configure backup policy settings": logs can be copied to another region only while data is, and to the same one. The engine starts
 * the two policies of a cluster in any order, so each looks at the other: on goes data first, off goes the log first.
 */
const DATA_TIMEOUT_MS = 2 * 60_000;
const LOG_TIMEOUT_MS = 60_000;
const INTERVAL_MS = 5_000;

/** Regions that data backups are copied to. */
export function dataCopyRegions(policy: ObservedBackupPolicy): string[] {
  const { dataLevel2BackupAnotherRegionRegion: region, dataLevel2BackupAnotherRegionRetentionPeriod: days } = policy;
  return policy.backupPolicyLevel === "Advanced"
    ? regionsOf(policy.advancedDataPolicies)
    : region && days
      ? [region]
      : [];
}

/** Regions that log backups are copied to. Where there are rules, they alone count. */
export function logCopyRegions(policy: ObservedLogBackupPolicy): string[] {
  const { logBackupAnotherRegionRegion: region, logBackupAnotherRegionRetentionPeriod: days } = policy;
  return policy.advancedLogPolicies.length > 0 ? regionsOf(policy.advancedLogPolicies) : region && days ? [region] : [];
}

function regionsOf(rules: readonly { readonly destType?: string; readonly destRegion?: string }[]): string[] {
  return rules.flatMap(({ destType, destRegion }) =>
    destType === "level2Cross" && destRegion !== undefined ? [destRegion] : [],
  );
}

/** True when a call ends the copying of data altogether. A mere change of region does not. */
export function endsDataCopy(call: PlannedModify, observed: ObservedBackupPolicy): boolean {
  if (dataCopyRegions(observed).length === 0) return false;
  if (observed.backupPolicyLevel !== "Advanced") return call.classic.dataLevel2BackupAnotherRegionRetentionPeriod === 0;
  const touched = new Set(call.advanced.map(({ policyId }) => policyId));
  const kept = observed.advancedDataPolicies.filter(({ policyId }) => !touched.has(policyId));
  return (
    kept.every(({ destType }) => destType !== "level2Cross") &&
    call.advanced.every(({ wire }) => wire.DestType !== "level2Cross")
  );
}

/** True when a call may change where data is copied to. */
export function touchesDataCopy({ classic, advanced }: PlannedModify): boolean {
  return classic.dataLevel2BackupAnotherRegionRetentionPeriod !== undefined || advanced.length > 0;
}

/**
 * Waits until the data policy lacks nothing: for a short while, in case that another resource is about to change it, and for as
 * long as one of this process is at work on it.
 */
export async function awaitDataPolicy(
  { api, inputs, deadline, context }: Task<PolicyInputs>,
  first: ObservedBackupPolicy,
  lacks: (data: ObservedBackupPolicy) => string | undefined,
  advice: string,
): Promise<void> {
  const id = inputs.dbClusterId;
  const limitMs = Math.max(0, deadline - context.clock.now());
  const isOtherAtWork = (): boolean => isPolicyBusy(DATA_POLICY, id, context.exclusive);
  let seen: ObservedBackupPolicy | undefined = first;
  context.log(`${id}: the data backup policy is ${lacks(first)}; waiting for polardb.BackupPolicy to change that`);
  await pollUntil({
    what: `the data backup policy of ${id}`,
    observe: async () => {
      const state = lacks(seen ?? (await api.describeBackupPolicy(id)));
      seen = undefined;
      return state === undefined ? { phase: "done", state: "ready", value: undefined } : { phase: "pending", state };
    },
    deadlineMs: () => (isOtherAtWork() ? limitMs : Math.min(DATA_TIMEOUT_MS, limitMs)),
    intervalMs: INTERVAL_MS,
    context,
    advice,
  });
}

/** Gives another resource of this run the time to end the copying of logs. Whether it matters is then up to the service. */
export async function awaitEndOfLogCopy({ api, inputs, deadline, context }: Task<PolicyInputs>): Promise<void> {
  const id = inputs.dbClusterId;
  const first = await regionsOfLogCopy(api, id);
  if (first.length === 0) return;
  const timeoutMs = Math.max(0, Math.min(LOG_TIMEOUT_MS, deadline - context.clock.now()));
  context.log(
    `${id}: log backups are still copied to ${first.join(", ")}; waiting for polardb.LogBackupPolicy to end that before the copying of data ends`,
  );
  try {
    await pollUntil({
      what: `the log backup policy of ${id}`,
      observe: async () =>
        (await regionsOfLogCopy(api, id)).length === 0
          ? { phase: "done", state: "off", value: undefined }
          : { phase: "pending", state: "copied to another region" },
      deadlineMs: timeoutMs,
      intervalMs: INTERVAL_MS,
      context,
      advice: "",
    });
  } catch (error) {
    if (!hasKind(error, "WaitTimeout")) throw error;
    context.log(`${id}: log backups are still copied to another region; going on, so that the service decides`);
  }
}

/** Adds to a refusal by the service what to do, where the copying of logs may be the reason for it. */
export async function tellOfLogCopy(api: PolardbApi, dbClusterId: string, error: unknown): Promise<unknown> {
  if (!hasKind(error, "InvalidInput", "Conflict") || isBusy(error.facts.vendorCode)) return error;
  const regions = await regionsOfLogCopy(api, dbClusterId).catch(() => []);
  if (regions.length === 0) return error;
  const { advice = "" } = error.facts;
  return error.with({
    advice:
      `${advice} Log backups are still copied to ${regions.join(", ")}, which may hold the copy of data: first apply logBackupAnotherRegionRetentionPeriod: 0 in polardb.LogBackupPolicy of this cluster (with advanced backup: remove its rule with destType "level2Cross"), then this change.`.trim(),
  });
}

/** None where the access key may not look: it needs no right on the log policy for anything else. */
async function regionsOfLogCopy(api: PolardbApi, dbClusterId: string): Promise<string[]> {
  try {
    return logCopyRegions(await api.describeLogBackupPolicy(dbClusterId));
  } catch (error) {
    if (isProviderError(error) && error.kind === "Forbidden") return [];
    throw error;
  }
}
