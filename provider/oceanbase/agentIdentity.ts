import { ProviderError } from "../core/errors";
import type { ClusterIdentity } from "./observe";
import { clusterInfoFromWire, tenantsFromWire } from "./wire";

/** The two answers that tell which cluster an agent belongs to. */
export const IDENTITY_PATHS = ["/api/v1/ob/info", "/api/v1/tenants/overview"] as const;

/** What an agent has answered so far on these paths, because a run asks for it anyway. */
export type IdentityAnswers = Partial<Record<(typeof IDENTITY_PATHS)[number], unknown>>;

export function isIdentityPath(path: string): path is (typeof IDENTITY_PATHS)[number] {
  return (IDENTITY_PATHS as readonly string[]).includes(path);
}

/** The cluster that an agent belongs to; undefined until it has answered both, and while it has no database. */
export function identityFrom(answers: IdentityAnswers): ClusterIdentity | undefined {
  const [info, overview] = IDENTITY_PATHS.map((path) => answers[path]);
  if (info === undefined || overview === undefined) return undefined;
  const { id, name } = clusterInfoFromWire(info);
  const sys = tenantsFromWire(overview).find((tenant) => tenant.name === "sys");
  return id === 0 || !sys ? undefined : { id, name, createdTime: sys.createdTime ?? "" };
}

/** Ids and names are chosen by operators and often the same, so the birth of `sys` counts too. */
export function isSameCluster(a: ClusterIdentity, b: ClusterIdentity): boolean {
  return a.id === b.id && a.name === b.name && a.createdTime === b.createdTime;
}

export function describeCluster({ name, id, createdTime }: ClusterIdentity): string {
  return `${name} (id ${id}, created ${createdTime || "unknown"})`;
}

/** Two endpoints of one connection that lead to two clusters. */
export function twoClusters(
  first: { readonly endpoint: string; readonly cluster: ClusterIdentity },
  other: { readonly endpoint: string; readonly cluster: ClusterIdentity },
): ProviderError {
  return new ProviderError({
    kind: "WrongTarget",
    problem: `the endpoints lead to two clusters: ${first.endpoint} to ${describeCluster(first.cluster)}, ${other.endpoint} to ${describeCluster(other.cluster)}`,
    advice: "List only agents of one cluster. Nothing was sent to the second one.",
  });
}

/** An agent that cannot say which cluster it belongs to must not stand in for another. */
export function noDatabase(endpoint: string): ProviderError {
  return new ProviderError({
    kind: "Unavailable",
    problem: `the agent at ${endpoint} has no connection to its database, so it cannot be told which cluster it belongs to`,
    advice: "Check that the OceanBase server beside this agent is running, then run the command again.",
  });
}

/** The first agent answered and broke off before it told its cluster, so nothing may go on at another. */
export function unknownCluster(first: string, other: string): ProviderError {
  return new ProviderError({
    kind: "Unavailable",
    problem: `${first} broke off before it told which cluster it belongs to, so ${other} cannot stand in for it`,
    advice: "Run the command again: it then begins at the agents that answer.",
  });
}
