import { ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { warnOfPlainHttp } from "../core/plainHttp";
import { describeCluster, isSameCluster } from "./agentIdentity";
import type { ObshellApi } from "./api";
import { type ConnectionInputs, resolveConnection } from "./credentials";
import type { ClusterIdentity } from "./observe";

export function connect(inputs: ConnectionInputs | undefined, context: CallContext): ObshellApi {
  // Loaded by the first that has a call to make: a preview and a run without changes have none.
  const { createApi } = require("./api") as typeof import("./api");
  const { createClient } = require("./client") as typeof import("./client");
  return createApi(createClient(resolveConnection(inputs, context), context));
}

/**
 * For runs that may change something. Plain HTTP is obshell's default and keeps passwords and settings encrypted, so one line for each
 * of these runs is enough, and previews, refreshes and functions are silent about it.
 */
export function connectForChange(inputs: ConnectionInputs | undefined, context: CallContext): ObshellApi {
  const api = connect(inputs, context);
  for (const endpoint of api.endpoints) {
    const warning = `obshell is reached at ${endpoint}, over plain HTTP: password, settings and storage keys are encrypted with an RSA key that the agent sends along (of only 512 bits before obshell 4.4.2), and nothing proves whose key it is. Use https:// outside a network that you trust.`;
    warnOfPlainHttp(endpoint, warning, context);
  }
  return api;
}

/** An endpoint list that was edited, or an address that now belongs to another cluster, must never be configured by mistake. */
export function requireSameCluster(recorded: ClusterIdentity, found: ClusterIdentity, api: ObshellApi): void {
  if (isSameCluster(recorded, found)) return;
  throw new ProviderError({
    kind: "WrongTarget",
    problem: `this resource manages the cluster ${describeCluster(recorded)}, but ${api.endpoints.join(", ")} belongs to ${describeCluster(found)}`,
    advice: "Correct the endpoints. To manage the other cluster, declare a resource of its own for it.",
  });
}
