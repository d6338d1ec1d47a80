import { mapLimit } from "../core/concurrency";
import { describeDuration } from "../core/duration";
import { isProviderError, messageOf, ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { pollUntil } from "../core/poll";
import type { ObshellApi } from "./api";
import { archiveState } from "./observe";
import type { TenantReference } from "./tasks";

const POLL_INTERVAL_MS = 1_000;
const REOPEN_TIMEOUT_MS = 10 * 60_000;
const TENANTS_AT_ONCE = 4;

/** A tenant whose archiving must be back, and in which state it was before. */
export interface ToReopen extends TenantReference {
  readonly wanted: "running" | "suspended";
}

/**
 * Brings log archiving back to what it was: obshell never does it by itself. Every tenant is tried even when others fail;
 * then one error names those that are not archiving.
 */
export async function reopenArchiving(
  api: ObshellApi,
  tenants: readonly ToReopen[],
  context: CallContext,
): Promise<void> {
  const failures = await mapLimit(tenants, TENANTS_AT_ONCE, async (tenant) => {
    try {
      await reopen(api, tenant, context);
      return undefined;
    } catch (error) {
      if (!isProviderError(error)) throw error;
      return `${tenant.name} (${messageOf(error)})`;
    }
  });
  const failed = failures.filter((failure) => failure !== undefined);
  if (failed.length === 0) return;
  throw new ProviderError({
    kind: "TaskFailed",
    problem: `log archiving is OFF for ${failed.join("; ")}`,
    advice:
      "Until it is back, these tenants cannot be restored to a point in time. Run the command again to retry, and look at their archive destinations.",
  });
}

async function reopen(api: ObshellApi, tenant: ToReopen, context: CallContext): Promise<void> {
  const startedAt = context.clock.now();
  await api.setArchiveStatus(tenant.name, "doing");
  await waitForState(api, tenant, "running", context);
  if (tenant.wanted === "suspended") {
    await api.setArchiveStatus(tenant.name, "suspend");
    await waitForState(api, tenant, "suspended", context);
  }
  context.log(
    `${tenant.name}: log archiving is ${tenant.wanted} again after ${describeDuration(context.clock.now() - startedAt)}`,
  );
}

/** The call that opens archiving answers 200 also when it does nothing, so only a listed round proves it. */
async function waitForState(
  api: ObshellApi,
  tenant: ToReopen,
  wanted: "running" | "suspended",
  context: CallContext,
): Promise<void> {
  await pollUntil({
    what: `log archiving of ${tenant.name}`,
    observe: async () => {
      const state = await archiveState(api, tenant.name);
      return state === wanted
        ? { phase: "done", state, value: undefined }
        : { phase: "pending", state: state === "notListed" ? "not running" : state };
    },
    deadlineMs: REOPEN_TIMEOUT_MS,
    intervalMs: POLL_INTERVAL_MS,
    clock: context.clock,
    advice: "Look at the archive destination and at the tenant's log archive status in the database.",
  });
}
