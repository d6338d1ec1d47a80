import { coveredTenants } from "./backupConfig.differences";
import { type BackupConfigPlan, setsArchive, setsData } from "./backupConfig.plan";
import type { Progress } from "./backupConfig.progress";
import type { Configure } from "./backupConfig.queue";
import { confirmed, UNREADABLE, type Unreadable } from "./backupConfig.records";
import type { BackupConfigInputs } from "./backupConfig.schema";
import { destinationText } from "./destination";
import { isBlind, type ObservedTenant } from "./observe";
import { effectsOf } from "./taskLog";
import type { Task } from "./wire";

/** What is found where it belongs is taken over as declared: for its unreadable settings nobody can vouch. */
export function adopt(progress: Progress, inputs: BackupConfigInputs, plan: BackupConfigPlan): void {
  const { record } = progress;
  if (plan.adopted.length === 0) return;
  const destination = progress.observed.tenants.some(isBlind) ? { destination: destinationText(inputs) } : {};
  const values = Object.fromEntries(plan.unverified.map((name) => [name, inputs[name]]));
  progress.record = {
    ...record,
    applied: { ...values, ...destination, ...record.applied },
    covered: [...new Set([...record.covered, ...plan.adopted])],
    unverified: [...new Set([...record.unverified, ...plan.unverified])],
  };
}

/** The unreadable settings that a call sends. */
export function unreadableIn(inputs: BackupConfigInputs, { settings }: Configure): Unreadable[] {
  return UNREADABLE.filter((name) => {
    if (inputs[name] === undefined) return false;
    if (name === "deletePolicy") return settings.deletePolicy !== undefined;
    return setsArchive(settings) || (name === "storageFingerprint" && setsData(settings));
  });
}

/** What is now certain: all of it after success; after a failure what the task's log shows as set. */
export function confirm(
  progress: Progress,
  inputs: BackupConfigInputs,
  call: Configure,
  addressed: readonly ObservedTenant[],
  touched: readonly Unreadable[],
  task: Task,
  isDone: boolean,
): void {
  if (isDone) {
    progress.record = confirmed(progress.record, touched, addressed);
    settle(progress, touched, addressed, coveredTenants(inputs, progress.observed));
    return;
  }
  const effects = effectsOf(task);
  for (const tenant of addressed) {
    const seen = effects.get(tenant.id);
    if (!seen) continue;
    const isSet = (name: Unreadable): boolean => {
      if (name === "deletePolicy") return seen.deletePolicy != null && !seen.uncertain.includes(name);
      const isArchiveSet = !setsArchive(call.settings) || seen.archiveSet;
      if (name !== "storageFingerprint") return isArchiveSet;
      return isArchiveSet && (!setsData(call.settings) || seen.dataSet);
    };
    progress.record = confirmed(progress.record, touched.filter(isSet), [tenant]);
  }
}

/** What was adopted unread counts as known once every tenant of the resource was sent it; each may have a call of its own. */
function settle(
  progress: Progress,
  touched: readonly Unreadable[],
  addressed: readonly ObservedTenant[],
  covered: readonly ObservedTenant[],
): void {
  const settled = touched.filter((name) => {
    const ids = new Set([...(progress.sent.get(name) ?? []), ...addressed.map(({ id }) => id)]);
    progress.sent.set(name, ids);
    return covered.every(({ id }) => ids.has(id));
  });
  const unverified = progress.record.unverified.filter((name) => !settled.includes(name));
  progress.record = { ...progress.record, unverified };
}
