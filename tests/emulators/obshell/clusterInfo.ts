import type { Agent } from "./agent";
import { GO_ZERO_TIME, goTime, type JsonValue } from "./goText";
import type { World } from "./world";

/** The long reply of `obcluster/info`. Amounts are invented; shape and key order are obshell's. */

const NO_RESOURCES: Readonly<Record<string, JsonValue>> = {
  cpu_core_total: 0,
  cpu_core_assigned: 0,
  cpu_core_assigned_percent: 0,
  memory_total: "",
  memory_assigned: "",
  memory_in_bytes_total: 0,
  memory_in_bytes_assigned: 0,
  memory_assigned_percent: 0,
  disk_total: "",
  disk_assigned: "",
  disk_in_bytes_total: 0,
  disk_in_bytes_assigned: 0,
  disk_assigned_percent: 0,
};

const NO_DISK: Readonly<Record<string, JsonValue>> = {
  disk_used: "",
  disk_free: "",
  disk_in_bytes_used: 0,
  disk_in_bytes_free: 0,
  disk_used_percent: 0,
};

export function clusterInfo(world: World, tenants: readonly JsonValue[]): JsonValue {
  return {
    ...head(world.cluster.name, world.cluster.id, "AVAILABLE", world.cluster.obVersion),
    zones: world.agents.map((agent, index) => ({
      name: agent.zone,
      idc_name: "",
      region_name: "sys_region",
      status: "RUNNING",
      inner_status: "ACTIVE",
      root_server: { ip: agent.ip, role: index === 0 ? "LEADER" : "FOLLOWER", zone: agent.zone, svr_port: 2882 },
      servers: [
        server(agent, {
          id: index + 1,
          version: world.cluster.obVersion,
          with_rootserver: index === 0,
          status: "RUNNING",
          ob_status: 3,
          inner_status: "ACTIVE",
          start_time: goTime(world.cluster.sysCreatedAt, world.zoneMinutes),
        }),
      ],
    })),
    tenants,
    tenant_stats: [],
  };
}

/** What one agent can say without the database: itself. */
export function localClusterInfo(world: World, isProcessAlive: boolean): JsonValue {
  return {
    ...head("", 0, isProcessAlive ? "RUNNING" : "NOT RUNNING", ""),
    zones: world.agents.map((agent) => ({
      name: agent.zone,
      idc_name: "",
      region_name: "",
      status: "UNKNOWN",
      inner_status: "",
      root_server: { ip: "", role: "", zone: "", svr_port: 0 },
      servers: [
        server(agent, {
          id: 0,
          version: "",
          with_rootserver: false,
          status: isProcessAlive ? "UNAVAILABLE" : "PROCESS_STOPPED",
          ob_status: isProcessAlive ? 1 : 0,
          inner_status: "",
          start_time: GO_ZERO_TIME,
        }),
      ],
    })),
    tenants: null,
    tenant_stats: null,
  };
}

function head(name: string, id: number, status: string, version: string): Record<string, JsonValue> {
  return {
    cluster_name: name,
    cluster_id: id,
    status,
    is_community_edition: version !== "",
    is_standalone: false,
    ob_version: version,
    dead_lock_detection_enabled: version !== "",
    startup_mode: version === "" ? "" : "NORMAL",
    is_shared_storage: false,
    stats: NO_RESOURCES,
  };
}

interface ServerState {
  readonly id: number;
  readonly version: string;
  readonly with_rootserver: boolean;
  readonly status: string;
  readonly ob_status: number;
  readonly inner_status: string;
  readonly start_time: string;
}

function server(agent: Agent, { id, version, ...state }: ServerState): JsonValue {
  return {
    id,
    ip: agent.ip,
    svr_port: 2882,
    sql_port: 2881,
    version,
    ...state,
    stop_time: GO_ZERO_TIME,
    stats: { ...NO_RESOURCES, ...NO_DISK, ip: "", port: 0, zone: "" },
    architecture: "x86_64",
    data_dir: "/home/admin/oceanbase/store",
    redo_dir: "",
    log_dir: "/home/admin/oceanbase/log",
    obshell_port: agent.port,
  };
}
