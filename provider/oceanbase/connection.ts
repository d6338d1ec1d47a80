import { ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { describeCluster, isSameCluster } from "./agentIdentity";
import { createApi, type ObshellApi } from "./api";
import { createClient } from "./client";
import { type ConnectionInputs, resolveConnection } from "./credentials";
import type { ClusterIdentity } from "./observe";

export function connect(inputs: ConnectionInputs | undefined, context: CallContext): ObshellApi {
  return createApi(createClient(resolveConnection(inputs, context), context));
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
