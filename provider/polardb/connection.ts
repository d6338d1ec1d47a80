import { ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { createApi, type PolardbApi } from "./api";
import { createClient } from "./client";
import { type ConnectionInputs, resolveCredentials, resolveTarget, type Target } from "./credentials";

export interface Connection {
  readonly api: PolardbApi;
  readonly target: Target;
}

/** Connects to where the settings lead, refusing any other place than the recorded one: "not found" elsewhere says nothing. */
export function connect(inputs: ConnectionInputs, recorded: Target | undefined, context: CallContext): Connection {
  const target = resolveTarget(inputs, context);
  if (recorded && !isSamePlace(recorded, target)) {
    throw new ProviderError({
      kind: "WrongTarget",
      problem: `the cluster was managed at ${describe(recorded)}, but the connection now leads to ${describe(target)}`,
      advice:
        "Restore the former region and endpoint. To manage the cluster at the new place, set region or endpoint on the resource itself (a replacement, which keeps the policy as it is).",
    });
  }
  return { api: createApi(createClient(target, resolveCredentials(inputs, context), context)), target };
}

function isSamePlace(a: Target, b: Target): boolean {
  return a.endpoint === b.endpoint && (a.region === undefined || b.region === undefined || a.region === b.region);
}

function describe(target: Target): string {
  return target.region === undefined ? target.endpoint : `${target.endpoint} (${target.region})`;
}
