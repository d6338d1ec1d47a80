import { ProviderError } from "../core/errors";
import type { Agent } from "./agent";
import type { ClusterIdentity } from "./observe";
import { Remembered } from "./remembered";
import { type ClusterInfo, clusterInfoFromWire, type TenantInfo, tenantsFromWire } from "./wire";

/** An agent that a run has used, and the cluster that it belongs to. */
interface Member {
  readonly endpoint: string;
  readonly cluster: ClusterIdentity;
}

/**
 * Lets a run use agents of one cluster only, that of the agent which was used first: a list of endpoints can be wrong, and
 * the others are looked at only when that one fails. Each agent is asked once, before its first call; one that is never needed
 * is never asked. The first is asked at once, because by the time of a failover it can no longer answer.
 */
export function createMembership(): (agent: Agent) => Promise<void> {
  let first: Member | undefined;
  const admissions = new Map<Agent, Remembered<void>>();
  const admit = async (agent: Agent): Promise<void> => {
    const member = { endpoint: agent.endpoint, cluster: await identify(agent) };
    first ??= member;
    if (!isSameCluster(first.cluster, member.cluster)) throw twoClusters(first, member);
  };
  return (agent) => {
    const admission = admissions.get(agent) ?? new Remembered(() => admit(agent));
    admissions.set(agent, admission);
    return admission.get();
  };
}

async function identify(agent: Agent): Promise<ClusterIdentity> {
  const info = await agent.send({ method: "GET", path: "/api/v1/ob/info" });
  const overview = await agent.send({ method: "GET", path: "/api/v1/tenants/overview" });
  return identityOf(clusterInfoFromWire(info), tenantsFromWire(overview));
}

export function identityOf({ id, name }: ClusterInfo, tenants: readonly TenantInfo[]): ClusterIdentity {
  return { id, name, createdTime: tenants.find((tenant) => tenant.name === "sys")?.createdTime ?? "" };
}

/**
 * Names a cluster. Ids and names are chosen by operators and often the same, so the birth of `sys` counts too, without its zone:
 * the database stores none, and each agent reads it in the zone of its own host (`loc=Local`, obshell's `config/oceanbase.go`).
 */
export function clusterKey({ id, name, createdTime }: ClusterIdentity): string {
  return `${name}/${id}/${createdTime.replace(/(Z|[+-]\d{2}:\d{2})$/, "")}`;
}

export function isSameCluster(a: ClusterIdentity, b: ClusterIdentity): boolean {
  return clusterKey(a) === clusterKey(b);
}

export function describeCluster({ name, id, createdTime }: ClusterIdentity): string {
  return `${name} (id ${id}, created ${createdTime || "unknown"})`;
}

/** Two endpoints of one connection that lead to two clusters. */
function twoClusters(first: Member, other: Member): ProviderError {
  return new ProviderError({
    kind: "WrongTarget",
    problem: `the endpoints lead to two clusters: ${first.endpoint} to ${describeCluster(first.cluster)}, ${other.endpoint} to ${describeCluster(other.cluster)}`,
    property: "connection.endpoints",
    advice: "List only agents of one cluster. Nothing was changed at the second one.",
  });
}
