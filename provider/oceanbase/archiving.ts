import { describeDuration } from "../core/duration";
import { isAnswerLost, ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { pollUntil } from "../core/poll";
import type { ObshellApi } from "./api";
import { type ArchiveState, stateOf } from "./archiveState";
import { attemptEvery, type Failed, listFailures } from "./everyTenant";
import type { ClosingTask } from "./leftClosed";
import type { TenantReference } from "./taskLog";
import type { ArchiveRound } from "./wire";

const POLL_INTERVAL_MS = 1_000;
const CHANGE_TIMEOUT_MS = 10 * 60_000;
/** Requests in flight against one agent. */
const CALLS_AT_ONCE = 8;

export type WantedArchiving = "running" | "suspended" | "stopped";

/** A tenant whose log archiving must be brought into a state. */
export interface ArchivingTarget extends TenantReference {
  readonly wanted: WantedArchiving;
  /** The task that has closed it, where an earlier one is known to have. */
  readonly closedBy?: ClosingTask;
}

/** When a tenant's log archiving was found on again, in server time where obshell tells it. */
export interface Reopened extends TenantReference {
  readonly at?: number;
  readonly closedBy?: ClosingTask;
}

/** Changes archiving and follows it until it shows; an agent that cannot show it is only told. */
export interface ArchivingOptions {
  readonly isBlind: boolean;
}

/** What has come of it: tenants whose archiving is on again, and what names those for which it is not as wanted. */
export interface Reopening {
  readonly reopened: readonly Reopened[];
  readonly failure?: ProviderError;
}

/**
 * Brings log archiving into the wanted states: obshell switches it off for many changes and never on again by itself. Every tenant is
 * tried even when others fail. All are asked before any is waited for, so that the gap of one does not last until others are back.
 */
export async function setArchiving(
  api: ObshellApi,
  tenants: readonly ArchivingTarget[],
  context: CallContext,
  { isBlind }: ArchivingOptions = { isBlind: false },
): Promise<Reopening> {
  const askedAt = context.clock.now();
  const asked = await attemptEvery(tenants, CALLS_AT_ONCE, (tenant) => ask(api, tenant, isBlind, context));
  const askedTenants = asked.done.map(({ tenant }) => tenant);
  const followed = await attemptEvery(askedTenants, CALLS_AT_ONCE, async (tenant) =>
    isBlind ? sayAsked(tenant, context) : await follow(api, tenant, context, askedAt),
  );
  const failed = [...asked.failed, ...followed.failed];
  return {
    reopened: followed.done.flatMap(({ value }) => value ?? []),
    failure: failed.length > 0 ? archivingFailed(failed) : undefined,
  };
}

async function ask(
  api: ObshellApi,
  { name, wanted }: ArchivingTarget,
  isBlind: boolean,
  context: CallContext,
): Promise<void> {
  const stops = wanted === "stopped" && !isBlind;
  const send = (): Promise<void> => api.setArchiveStatus(name, stops ? "stop" : "doing");
  try {
    await send();
  } catch (error) {
    // Whether a call whose answer was lost has done its work shows, where anything shows. To wait for one that has not would only
    // prolong the gap.
    if (isBlind || !isAnswerLost(error)) throw error;
    await context.clock.sleep(POLL_INTERVAL_MS);
    const state = stateOf(await api.archiveRound(name));
    if (stops === (state === "running" || state === "starting" || state === "suspended")) await send();
  }
}

async function follow(
  api: ObshellApi,
  tenant: ArchivingTarget,
  context: CallContext,
  askedAt: number,
): Promise<Reopened | undefined> {
  if (tenant.wanted === "stopped") {
    await waitForState(api, tenant, ["unknown"], context, askedAt);
    context.log(`${tenant.name}: log archiving is stopped`);
    return undefined;
  }
  // One that is to be suspended must only have begun: another run that brings it back may have suspended it before we looked.
  const begun = tenant.wanted === "suspended" ? (["running", "suspended"] as const) : (["running"] as const);
  const round = await waitForState(api, tenant, begun, context, askedAt);
  if (tenant.wanted === "suspended") {
    // Also where it shows already: what we have asked for may still be opening it again.
    await api.setArchiveStatus(tenant.name, "suspend");
    await waitForState(api, tenant, ["suspended"], context, context.clock.now());
  }
  const because = tenant.closedBy === undefined ? "" : `; ${tenant.closedBy.task} had switched it off`;
  context.log(
    `${tenant.name}: log archiving is ${tenant.wanted} again after ${describeDuration(context.clock.now() - askedAt)}${because}`,
  );
  const at = Date.parse(round?.startTime ?? "");
  return { id: tenant.id, name: tenant.name, at: Number.isNaN(at) ? undefined : at, closedBy: tenant.closedBy };
}

function sayAsked(tenant: ArchivingTarget, context: CallContext): undefined {
  context.log(
    `${tenant.name}: log archiving was asked to run again; this version of obshell cannot show whether it does, so look at it in the database`,
  );
}

/** The call that opens archiving answers 200 also when it does nothing, so only a listed round proves it. */
async function waitForState(
  api: ObshellApi,
  tenant: ArchivingTarget,
  awaited: readonly ArchiveState[],
  context: CallContext,
  askedAt: number,
): Promise<ArchiveRound | undefined> {
  return pollUntil({
    what: `log archiving of ${tenant.name}`,
    observe: async () => {
      const round = await api.archiveRound(tenant.name);
      const state = stateOf(round);
      return awaited.includes(state)
        ? { phase: "done", state, value: round }
        : { phase: "pending", state: state === "unknown" ? "not running" : state };
    },
    deadlineMs: CHANGE_TIMEOUT_MS,
    startedAt: askedAt,
    intervalMs: POLL_INTERVAL_MS,
    context,
    advice:
      "The database goes on by itself; look at the archive destination and at the tenant's log archive status there.",
  });
}

function archivingFailed(failed: readonly Failed<ArchivingTarget>[]): ProviderError {
  const list = listFailures(failed);
  if (failed.every(({ tenant }) => tenant.wanted === "stopped")) {
    return new ProviderError({
      kind: "TaskFailed",
      problem: `log archiving could not be stopped for ${list}`,
      advice: "Run the command again to retry; `oceanbase.getBackupStatus` shows what has become of it meanwhile.",
    });
  }
  return new ProviderError({
    kind: "TaskFailed",
    problem: `log archiving is OFF for ${list}`,
    advice:
      "Until it is back, these tenants cannot be restored to a point in time. Run the command again to retry, and look at their archive destinations.",
  });
}
