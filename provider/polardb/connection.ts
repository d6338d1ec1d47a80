import { isProviderError, ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { warnOfPlainHttp } from "../core/plainHttp";
import type { PolardbApi } from "./api";
import type { ConnectionInputs } from "./credentials";
import { isEndpointOf } from "./endpoints";
import { resolveTarget, type Target } from "./target";

export interface Connection {
  readonly api: PolardbApi;
  readonly target: Target;
}

/** How long anything may take where `timeouts` say nothing. */
export const DEFAULT_TIMEOUT_MS = 20 * 60_000;

/**
 * Connects to where the settings lead, refusing any other place than the recorded one: "not found" elsewhere says nothing. No call is
 * begun after the deadline, a time on the context's clock.
 */
export function connect(
  inputs: ConnectionInputs,
  recorded: Target | undefined,
  context: CallContext,
  deadline = context.clock.now() + DEFAULT_TIMEOUT_MS,
): Connection {
  const target = resolveTarget(inputs, context);
  if (recorded && !isSamePlace(recorded, target)) {
    throw new ProviderError({
      kind: "WrongTarget",
      problem: `the cluster was managed at ${describe(recorded)}, but the connection now leads to ${describe(target)}`,
      advice:
        "Restore the former region and endpoint. To manage the cluster at the new place, set region or endpoint on the resource itself (a replacement, which keeps the policy as it is).",
    });
  }
  warnOfEndpoint(target, context);
  // Loaded by the first that has a call to make: a preview and a run without changes have none.
  const { createApi } = require("./api") as typeof import("./api");
  const { createClient } = require("./client") as typeof import("./client");
  const { resolveKeys } = require("./keys") as typeof import("./keys");
  return { api: createApi(createClient(target, resolveKeys(inputs, context), context, deadline)), target };
}

/** Already the preview says it: by then nothing has been sent. */
export function warnInPreview(inputs: ConnectionInputs, context: CallContext): void {
  try {
    warnOfEndpoint(resolveTarget(inputs, context), context);
  } catch (error) {
    // What is missing or wrong may be otherwise where the change is applied, and fails there.
    if (!isProviderError(error)) throw error;
  }
}

function warnOfEndpoint({ endpoint }: Target, context: CallContext): void {
  const warning = `PolarDB is reached at ${endpoint}, over plain HTTP: access key ids, signatures and security tokens go over the network in the clear, and whoever stands between can read every answer and change it. Write https:// in endpoint.`;
  warnOfPlainHttp(endpoint, warning, context);
}

function isSamePlace(a: Target, b: Target): boolean {
  if (a.region !== undefined && b.region !== undefined && a.region !== b.region) return false;
  if (a.endpoint === b.endpoint) return true;
  // The same service, reached over the internet or from inside the VPC.
  const region = a.region ?? b.region;
  return region !== undefined && isEndpointOf(region, a.endpoint) && isEndpointOf(region, b.endpoint);
}

function describe(target: Target): string {
  return target.region === undefined ? target.endpoint : `${target.endpoint} (${target.region})`;
}
