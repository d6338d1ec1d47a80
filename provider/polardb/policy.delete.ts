import { durationMs } from "../core/duration";
import type { CallContext } from "../core/lifecycle";
import { connect, DEFAULT_TIMEOUT_MS } from "./connection";
import { converge, type Progress } from "./policy.converge";
import type { PolicyOutputs, PolicyResource } from "./policy.handler";
import { holdPolicy, isPolicyClaimed } from "./policy.ownership";
import type { PlannedCall } from "./policy.plan";
import type { PolicyInputs } from "./policy.schema";

/**
 * Leaves the policy as it is: it exists as long as its cluster does. Reset only where an earlier run has recorded that wish, and
 * never where a resource of the same run has taken the policy over.
 */
export async function deletePolicy<Inputs extends PolicyInputs, Observed extends object, Call extends PlannedCall>(
  resource: PolicyResource<Inputs, Observed, Call>,
  recorded: PolicyOutputs<Inputs, Observed>,
  context: CallContext,
): Promise<void> {
  const { dbClusterId, onDelete, target, timeouts } = recorded;
  const { object } = resource;
  if (onDelete !== "reset" || !target) {
    context.log(`${dbClusterId}: the ${object} stays on the cluster as it is; Pulumi no longer manages it`);
    return;
  }
  if (isPolicyClaimed(object, dbClusterId, context.claims)) {
    context.log(`${dbClusterId}: the ${object} is not reset, because another resource of this run manages it now`);
    return;
  }
  const deadline = context.clock.now() + durationMs(timeouts?.delete, DEFAULT_TIMEOUT_MS);
  const { api } = connect(recorded, target, context, deadline);
  await holdPolicy(object, dbClusterId, context.exclusive, async () => {
    const observed = await resource.describe(api, recorded, recorded.effective);
    const inputs = resource.resetInputs(recorded, observed);
    const progress: Progress<Observed> = { observed, policyIds: {}, changed: false };
    await converge(resource, { api, inputs, deadline, context, isAccepted: true }, progress);
    context.log(
      `${dbClusterId}: the ${object} is ${progress.changed ? "reset" : "at its defaults already"}; Pulumi no longer manages it`,
    );
  });
}
