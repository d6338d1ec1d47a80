import { ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { createApi, type ObshellApi } from "./api";
import { createClient } from "./client";
import { type ConnectionInputs, resolveConnection } from "./credentials";
import type { ClusterIdentity } from "./observe";

export function connect(inputs: ConnectionInputs | undefined, context: CallContext): ObshellApi {
  return createApi(createClient(resolveConnection(inputs, context), context));
}

/** An endpoint list that was edited, or an address that now belongs to another cluster, must never be configured by mistake. */
export function requireSameCluster(recorded: ClusterIdentity, found: ClusterIdentity, api: ObshellApi): void {
  if (recorded.id === found.id && recorded.name === found.name && recorded.createdTime === found.createdTime) return;
  const describe = (cluster: ClusterIdentity): string =>
    `${cluster.name} (id ${cluster.id}, created ${cluster.createdTime || "unknown"})`;
  throw new ProviderError({
    kind: "WrongTarget",
    problem: `this resource manages the cluster ${describe(recorded)}, but ${api.endpoints.join(", ")} belongs to ${describe(found)}`,
    advice: "Correct the endpoints. To manage the other cluster, declare a resource of its own for it.",
  });
}
