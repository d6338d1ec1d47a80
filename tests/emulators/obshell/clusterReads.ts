import { CLUSTER_AGENT } from "./agent";
import {
  type Call,
  NULL_LIST,
  param,
  requireClusterAgent,
  requireDatabase,
  requireDatabaseSomewhere,
  withData,
} from "./call";
import { clusterInfo, localClusterInfo } from "./clusterInfo";
import { ObshellError } from "./errors";
import { goTime, type JsonValue } from "./goText";
import type { Route } from "./routes";
import type { Tenant } from "./tenant";
import type { World } from "./world";

const verified = { access: "verified" } as const;

/** Who is who in the cluster. */
export const clusterReadRoutes: readonly Route[] = [
  { method: "GET", pattern: "/api/v1/tenants/overview", ...verified, handle: overview },
  { method: "GET", pattern: "/api/v1/tenant/{name}", ...verified, handle: detail },
  { method: "GET", pattern: "/api/v1/obcluster/info", ...verified, handle: info },
  { method: "GET", pattern: "/api/v1/ob/info", ...verified, handle: obInfo },
];

/** `sys` as well, no META tenants, nothing from the recycle bin. */
function overview(call: Call): JsonValue {
  requireClusterAgent(call);
  return withData(NULL_LIST, () => {
    requireDatabaseSomewhere(call);
    const { world } = call;
    const mode = call.query.get("mode");
    const tenants = [sysTenant(world), ...world.userTenants().filter((tenant) => !tenant.inRecycleBin)];
    return {
      contents: tenants
        .filter((tenant) => !mode || tenant.mode === mode)
        .map((tenant) => ({
          tenant_id: tenant.id,
          tenant_name: tenant.name,
          ...common(world, tenant),
          read_only: false,
          comment: tenant.id === 1 ? "system tenant" : "",
          connection_strings: connections(tenant),
        })),
    };
  });
}

interface Shown extends Pick<Tenant, "id" | "name" | "mode" | "status" | "inRecycleBin" | "locked" | "createdAt"> {}

function sysTenant(world: World): Shown {
  return {
    id: 1,
    name: "sys",
    mode: "MYSQL",
    status: "NORMAL",
    inRecycleBin: false,
    locked: false,
    createdAt: world.cluster.sysCreatedAt,
  };
}

function common(world: World, tenant: Shown): Record<string, JsonValue> {
  const yesNo = (value: boolean): string => (value ? "YES" : "NO");
  return {
    mode: tenant.mode,
    status: tenant.status,
    locked: yesNo(tenant.locked),
    primary_zone: tenant.id === 1 ? "RANDOM" : "zone1",
    locality: world.agents.map(({ zone }) => `FULL{1}@${zone}`).join(", "),
    in_recyclebin: yesNo(tenant.inRecycleBin),
    created_time: goTime(tenant.createdAt, world.zoneMinutes),
  };
}

function connections(tenant: Shown): JsonValue {
  return [
    {
      type: "DIRECT",
      obproxy_address: "",
      obproxy_port: 0,
      connection_string: `obclient -h127.0.0.1 -P2881 -uroot@${tenant.name} -p`,
    },
  ];
}

function detail(call: Call): JsonValue {
  requireClusterAgent(call);
  const name = param(call, "name");
  return withData(null, () => {
    requireDatabase(call);
    const { world } = call;
    const tenant = name === "sys" ? sysTenant(world) : world.tenant(name);
    if (!tenant) throw ObshellError.of("tenantNotExist", name);
    return tenantDetail(world, tenant);
  });
}

/** Nothing about backup in it. */
export function tenantDetail(world: World, tenant: Shown): JsonValue {
  const { created_time = "", mode = "", status = "", ...rest } = common(world, tenant);
  return {
    tenant_name: tenant.name,
    tenant_id: tenant.id,
    created_time,
    mode,
    status,
    ...rest,
    charset: "",
    collation: "",
    whitelist: "",
    pools: [],
    read_only: false,
    time_zone: "",
    lower_case_table_names: "",
    dead_lock_detection_enabled: true,
    connection_strings: connections(tenant),
    comment: "",
  };
}

/** Answers from local data when the database is down, without tenants and without the cluster's name. */
function info(call: Call): JsonValue {
  requireClusterAgent(call);
  const { world } = call;
  try {
    requireDatabaseSomewhere(call);
  } catch {
    return localClusterInfo(world, call.databaseState() === "down");
  }
  const tenants = [sysTenant(world), ...world.userTenants().filter((tenant) => !tenant.inRecycleBin)];
  return clusterInfo(
    world,
    tenants.map((tenant) => tenantDetail(world, tenant)),
  );
}

/** Cluster id, and the agents to fail over to. An agent without a database knows only itself (recorded in single/ob-info). */
function obInfo(call: Call): JsonValue {
  const { world, agent } = call;
  const isUp = call.databaseState() === "up";
  const isMember = agent.identity === CLUSTER_AGENT;
  const topology = Object.fromEntries(
    world.agents.map((member, index) => [
      member.zone,
      [
        {
          svr_ip: member.ip,
          svr_port: 2882,
          sql_port: 2881,
          agent_port: member.port,
          with_rootserver: index === 0 ? "YES" : "NO",
          status: "ACTIVE",
          build_version: `${world.cluster.obVersion}_102000012025051300`,
        },
      ],
    ]),
  );
  return {
    agent_info: (isMember ? world.agents : [agent]).map((member) => ({
      ip: member.ip,
      port: member.port,
      zone: isMember ? member.zone : "",
      identity: member.identity,
      version: world.profile.version,
    })),
    obcluster_info: {
      id: isUp ? world.cluster.id : 0,
      name: isUp ? world.cluster.name : "",
      version: isUp ? world.cluster.obVersion : "",
      topology: isUp ? topology : null,
      is_shared_storage: false,
    },
  };
}
