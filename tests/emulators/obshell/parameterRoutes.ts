import {
  bindBody,
  bindFailure,
  type Field,
  GoNumber,
  type GoObject,
  type GoValue,
  isObject,
  requiredFailure,
} from "./binding";
import { type Call, NULL_LIST, object, param, requireClusterAgent, requireDatabase, withData } from "./call";
import { ObshellError } from "./errors";
import type { JsonValue } from "./goText";
import { BAD_REQUEST } from "./numberedErrors";
import type { Route } from "./routes";
import { PARAMETER_DEFAULTS, PARAMETER_NAMES, type ParameterName, type Tenant } from "./tenant";

const verified = { access: "verified" } as const;

/** Parameters: the path that does not stop archiving. */
export const parameterRoutes: readonly Route[] = [
  { method: "GET", pattern: "/api/v1/tenant/{name}/parameter/{param}", ...verified, handle: getOne },
  { method: "GET", pattern: "/api/v1/tenant/{name}/parameters", ...verified, handle: getSome },
  { method: "PUT", pattern: "/api/v1/tenant/{name}/parameters", ...verified, handle: setSome },
  { method: "GET", pattern: "/api/v1/obcluster/parameters", ...verified, handle: getAll },
  { method: "PATCH", pattern: "/api/v1/obcluster/parameters", ...verified, handle: setInCluster },
];

interface Description {
  readonly data_type: string;
  readonly info: string;
  readonly section: string;
}

const DESCRIPTIONS: Readonly<Record<ParameterName, Description>> = {
  log_archive_concurrency: { data_type: "INT", info: "concurrency for log_archive", section: "LOGSERVICE" },
  archive_lag_target: { data_type: "TIME", info: "the target delay for log archive", section: "ARCHIVE" },
  ha_low_thread_score: {
    data_type: "INT",
    info: "the current work thread score of ha low thread",
    section: "TENANT",
  },
};

const EDIT_LEVEL = "DYNAMIC_EFFECTIVE";

/** What the gate of these routes finds; they look at the status but not at the identity. */
interface Target {
  readonly name: string;
  readonly parameters: Readonly<Record<ParameterName, string>>;
  readonly tenant: Tenant | null;
}

function requireNormalTenant(call: Call): Target {
  const name = param(call, "name");
  if (name === "") throw ObshellError.of("tenantNameEmpty");
  try {
    requireDatabase(call);
  } catch (error) {
    throw error instanceof ObshellError ? error.wrap(`get tenant '${name}' info failed`) : error;
  }
  if (name === "sys") return { name, parameters: PARAMETER_DEFAULTS, tenant: null };
  const tenant = call.world.tenant(name);
  if (!tenant) throw ObshellError.of("tenantNotExist", name);
  if (tenant.status !== "NORMAL") throw ObshellError.of("tenantStatus", name, tenant.status);
  return { name, parameters: tenant.parameters, tenant };
}

function getOne(call: Call): JsonValue {
  const target = requireNormalTenant(call);
  const name = PARAMETER_NAMES.find((known) => known === param(call, "param"));
  return withData(null, () => {
    if (!name) throw ObshellError.of("parameterNotExist", param(call, "param"));
    // One row of those that there are.
    return parameterJson(name, target.parameters[name]);
  });
}

/**
 * The filter is a SQL LIKE pattern; nothing found is a null list. The rows are distinct over the servers:
 * a parameter that is not the same everywhere has two.
 */
function getSome(call: Call): JsonValue {
  const { parameters, tenant } = requireNormalTenant(call);
  const like = likePattern(call.query.get("filter") || "%");
  const found = PARAMETER_NAMES.filter((name) => like.test(name));
  if (found.length === 0) return NULL_LIST;
  const values = (name: ParameterName): string[] => distinct([parameters[name], onServer2(tenant, name)]);
  return { contents: found.flatMap((name) => values(name).map((value) => parameterJson(name, value))) };
}

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}

function onServer2(tenant: Tenant | null, name: ParameterName): string | undefined {
  return tenant?.parametersOnServer2[name];
}

function likePattern(pattern: string): RegExp {
  const escaped = pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/%/g, ".*").replace(/_/g, ".")}$`, "i");
}

function parameterJson(name: ParameterName, value: string): JsonValue {
  const { data_type, info } = DESCRIPTIONS[name];
  return { name, value, data_type, info, edit_level: EDIT_LEVEL };
}

/** One statement for all of them, names in order. */
function setSome(call: Call): undefined {
  const { name, tenant } = requireNormalTenant(call);
  const wanted = Object.entries(parametersOf(object(call))).sort(([a], [b]) => (a < b ? -1 : 1));
  const values: Record<string, string> = {};
  for (const [key, value] of wanted) {
    if (key === "" || value === null || value === undefined) throw ObshellError.of("parameterEmpty");
    values[key] = textOf(value);
  }
  for (const key of Object.keys(values)) {
    if (!PARAMETER_NAMES.some((known) => known === key)) throw ObshellError.of("parameterNotExist", key);
  }
  if (wanted.length === 0) return;
  const assignments = Object.entries(values).map(([key, value]) => `\`${key}\` = "${value}" tenant = \`${name}\``);
  try {
    call.database.setParameters(`ALTER SYSTEM SET ${assignments.join(",")}`, name, tenant ? [tenant] : [], values);
  } catch (error) {
    throw error instanceof ObshellError ? error.wrap("set tenant parameters failed").numberedAs(BAD_REQUEST) : error;
  }
}

function parametersOf(body: GoObject): GoObject {
  const found = Object.entries(body).find(([key]) => key.toLowerCase() === "parameters")?.[1];
  if (found === undefined || found === null) throw requiredFailure("SetTenantParametersParam.Parameters");
  if (isObject(found)) return found;
  throw bindFailure(
    "json: cannot unmarshal value into Go struct field SetTenantParametersParam.parameters of type map[string]interface {}",
  );
}

/** What `%v` makes of it. */
function textOf(value: GoValue | undefined): string {
  if (value instanceof GoNumber) return value.literal;
  if (Array.isArray(value)) return `[${value.map(textOf).join(" ")}]`;
  if (!isObject(value)) return value === null || value === undefined ? "<nil>" : String(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${members.map(([key, member]) => `${key}:${textOf(member)}`).join(" ")}]`;
}

/** Cluster parameters that are there so that the reply has its real shape; only the first three kinds ever change. */
const CLUSTER_PARAMETERS: readonly { name: string; section: string; type: string; level: string; info: string }[] = [
  { name: "cluster", section: "OBSERVER", type: "STRING", level: EDIT_LEVEL, info: "Name of the cluster" },
  { name: "cluster_id", section: "OBSERVER", type: "INT", level: EDIT_LEVEL, info: "ID of the cluster" },
  { name: "mysql_port", section: "OBSERVER", type: "INT", level: "READONLY", info: "" },
  { name: "ob_startup_mode", section: "OBSERVER", type: "STRING", level: "READONLY", info: "" },
  { name: "rootservice_list", section: "LOCATION_CACHE", type: "STRING_LIST", level: EDIT_LEVEL, info: "" },
  { name: "rpc_port", section: "OBSERVER", type: "INT", level: "READONLY", info: "" },
];

/** No filter and no order. */
function getAll(call: Call): JsonValue {
  requireClusterAgent(call);
  return withData(NULL_LIST, () => {
    requireDatabase(call);
    const { cluster } = call.world;
    const values: Readonly<Record<string, string>> = {
      cluster: cluster.name,
      cluster_id: String(cluster.id),
      mysql_port: "2881",
      ob_startup_mode: "NORMAL",
      rootservice_list: "127.0.0.1:2882:2881",
      rpc_port: "2882",
    };
    const ofCluster = CLUSTER_PARAMETERS.map(({ name, section, type, level, info }): JsonValue => {
      const value = values[name] ?? "";
      return {
        name,
        scope: "CLUSTER",
        edit_level: level,
        default_value: defaultOf(name, value),
        section,
        data_type: type,
        info,
        ob_parameters: servers(call).map((server) => ({ ...server, value })),
        values: [value],
        is_single_value: true,
      };
    });
    return { contents: [...ofCluster, ...PARAMETER_NAMES.map((name) => ofTenants(call, name))] };
  });
}

function defaultOf(name: string, value: string): string {
  if (name === "rootservice_list") return "";
  if (name === "cluster_id") return "0";
  return name === "cluster" ? "obcluster" : value;
}

function ofTenants(call: Call, name: ParameterName): JsonValue {
  const tenantsOn = (server: number): { tenant_id: number; tenant_name: string; value: string }[] => [
    { tenant_id: 1, tenant_name: "sys", value: PARAMETER_DEFAULTS[name] },
    ...call.world.userTenants().map((tenant) => ({
      tenant_id: tenant.id,
      tenant_name: tenant.name,
      value: (server === 1 ? onServer2(tenant, name) : undefined) ?? tenant.parameters[name],
    })),
  ];
  const rows = servers(call).map((server, index) => ({ server, tenants: tenantsOn(index) }));
  const values = distinct(rows.flatMap(({ tenants }) => tenants.map(({ value }) => value)));
  const { data_type, info, section } = DESCRIPTIONS[name];
  return {
    name,
    scope: "TENANT",
    edit_level: EDIT_LEVEL,
    default_value: PARAMETER_DEFAULTS[name],
    section,
    data_type,
    info,
    ob_parameters: rows.flatMap(({ server, tenants }) => tenants.map((tenant) => ({ ...server, ...tenant }))),
    // Repeated once per server.
    tenant_value: rows.flatMap(({ tenants }) => tenants),
    values,
    is_single_value: values.length === 1,
  };
}

function servers(call: Call): { svr_ip: string; svr_port: number; zone: string }[] {
  const { world } = call;
  const known = world.agents.map(({ ip, zone }) => ({ svr_ip: ip, svr_port: 2882, zone }));
  // Where tenants differ on a second server there is one, whether or not its agent was started.
  const isSecondNeeded = world.tenants.some((tenant) => Object.keys(tenant.parametersOnServer2).length > 0);
  return known.length === 1 && isSecondNeeded
    ? [...known, { svr_ip: "127.0.0.2", svr_port: 2882, zone: "zone2" }]
    : known;
}

const CLUSTER_PARAMETER_FIELDS: readonly Field[] = [
  ...["name", "value", "scope"].map(
    (json): Field => ({ json, go: `SetSingleObclusterParameterParam.params.${json}`, type: "string" }),
  ),
  { json: "all_user_tenant", go: "SetSingleObclusterParameterParam.params.all_user_tenant", type: "bool" },
];

/** No check of the name; every entry is checked before the first is set. */
function setInCluster(call: Call): undefined {
  requireClusterAgent(call);
  const list = Object.entries(object(call)).find(([key]) => key.toLowerCase() === "params")?.[1];
  if (!Array.isArray(list)) throw requiredFailure("SetObclusterParametersParam.Params");
  const wanted = list.map((item: GoValue, index) => bindClusterParameter(item, index));
  for (const { scope } of wanted) {
    if (scope !== "CLUSTER" && scope !== "TENANT") throw ObshellError.of("parameterScope", scope);
  }
  for (const { tenants, isForAll, scope } of wanted) {
    if (scope === "TENANT" && isForAll && tenants.length > 0) {
      const why = "parameter tenants and all_user_tenant cannot be set at the same time";
      throw ObshellError.of("illegalArgument", "tenants or all_user_tenant", why);
    }
  }
  requireDatabase(call);
  for (const item of wanted) setOneInCluster(call, item);
}

interface ClusterParameter {
  readonly name: string;
  readonly value: string;
  readonly scope: string;
  readonly tenants: readonly string[];
  readonly isForAll: boolean;
}

function bindClusterParameter(item: GoValue, index: number): ClusterParameter {
  const source = isObject(item) ? item : {};
  const body = bindBody(source, CLUSTER_PARAMETER_FIELDS);
  const required = (json: string): string => {
    const field = json.charAt(0).toUpperCase() + json.slice(1);
    const value = body.string(json);
    if (!value) throw requiredFailure(`SetObclusterParametersParam.Params[${index}].${field}`);
    return value;
  };
  const tenants = Object.entries(source).find(([key]) => key.toLowerCase() === "tenants")?.[1];
  return {
    name: required("name"),
    value: required("value"),
    scope: required("scope"),
    tenants: Array.isArray(tenants) ? tenants.filter((name): name is string => typeof name === "string") : [],
    isForAll: body.bool("all_user_tenant") ?? false,
  };
}

function setOneInCluster(call: Call, { name, value, scope, tenants, isForAll }: ClusterParameter): void {
  const assignment = `ALTER SYSTEM SET \`${name}\` = "${value}"`;
  const values = { [name]: value };
  if (scope === "CLUSTER" || (!isForAll && tenants.length === 0)) {
    call.database.setParameters(assignment, "", [], values);
  } else if (isForAll) {
    call.database.setParameters(`${assignment} TENANT = \`ALL_USER\``, "ALL_USER", call.world.userTenants(), values);
  } else {
    for (const target of tenants) {
      const tenant = call.world.tenant(target);
      call.database.setParameters(`${assignment} TENANT = \`${target}\``, target, tenant ? [tenant] : [], values);
    }
  }
}
