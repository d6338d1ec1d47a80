import type { Agent } from "./agent";
import { forceStatus } from "./archive";
import { startBackup } from "./backupJobs";
import { bodyObject } from "./binding";
import { type Change, checkedChange, type TenantPatch } from "./changeChecks";
import { bindClusterConfig, bindTenantConfig, checkClusterConfig, checkTenantConfig } from "./configParams";
import { configTemplate } from "./configTask";
import { createdDagJson } from "./dag";
import { ObshellError } from "./errors";
import { goJson } from "./goText";
import { startDag } from "./locks";
import { newKeyPair } from "./rsa";
import { newTenant, stored, type Tenant, type TenantOptions } from "./tenant";
import type { World } from "./world";

/** Applies a change that arrived as JSON. `agent` is the one that was asked. */
export function changeState(world: World, agent: Agent, input: unknown): unknown {
  const change = checkedChange(input);
  try {
    return apply(world, agent, change);
  } catch (error) {
    throw error instanceof ObshellError ? new Error(error.describe("en")) : error;
  }
}

function apply(world: World, agent: Agent, change: Change): unknown {
  switch (change.change) {
    case "tenant":
      patchTenant(world, known(world, change.name), change.set);
      return {};
    case "addTenant":
      addTenant(world, change.tenant);
      return {};
    case "dropTenant":
      known(world, change.name);
      world.tenants = world.tenants.filter((tenant) => tenant.name !== change.name);
      return {};
    case "renameTenant":
      known(world, change.name).name = change.to;
      return {};
    case "startBackup":
      startBackup(world, known(world, change.tenant), {
        type: change.type ?? "FULL",
        plusArchivelog: false,
        ...(change.durationMs === undefined ? {} : { durationMs: change.durationMs }),
      });
      return {};
    case "holdTenantLock":
      world.locks.set(known(world, change.tenant).name, { dag: null });
      return {};
    case "releaseTenantLock":
      world.locks.delete(change.tenant);
      return {};
    case "globalMaintenance":
      world.globalMaintenance = change.on;
      return {};
    case "configure":
      return configure(world, change.tenant, change.body);
    case "cluster":
      world.cluster.name = change.name ?? world.cluster.name;
      world.cluster.id = change.id ?? world.cluster.id;
      world.cluster.sysCreatedAt = change.sysCreatedTime ?? world.cluster.sysCreatedAt;
      return {};
    case "timing":
      world.timing.archiveTransitionMs = change.archiveTransitionMs ?? world.timing.archiveTransitionMs;
      world.timing.backupDurationMs = change.backupDurationMs ?? world.timing.backupDurationMs;
      return {};
    default:
      return applyToAgent(world, agent, change);
  }
}

type AgentChange = Extract<
  Change,
  {
    change:
      | "rotateKey"
      | "identity"
      | "password"
      | "agentPassword"
      | "dropSessions"
      | "database"
      | "agentDatabase"
      | "localCallers"
      | "clockSkew";
  }
>;

function applyToAgent(world: World, agent: Agent, change: AgentChange): unknown {
  switch (change.change) {
    case "rotateKey":
      agent.key = newKeyPair(change.bits ?? agent.key.bits);
      return { publicKey: agent.key.publicKey };
    case "identity":
      agent.identity = change.identity;
      return {};
    case "password":
      world.database.password = change.password;
      if (change.where !== "database") for (const member of world.agents) member.rootPassword = change.password;
      return {};
    case "agentPassword":
      if (!world.profile.hasAgentPassword) throw new Error(`obshell ${world.profile.name} has no agent password`);
      agent.agentPassword = change.password;
      return {};
    case "dropSessions":
      agent.sessions.clear();
      return {};
    case "database":
      world.database.state = change.state;
      return {};
    case "localCallers":
      agent.admitsLocalCallers = change.admitted;
      return {};
    case "clockSkew":
      agent.clockSkewMs = change.ms;
      return {};
    case "agentDatabase":
      agent.databaseReachable = change.reachable;
      return {};
  }
}

function known(world: World, name: string): Tenant {
  const tenant = world.tenant(name);
  if (!tenant) {
    const names = world.tenants.map((candidate) => candidate.name).join(", ");
    throw new Error(`no tenant ${JSON.stringify(name)}; there are: ${names}`);
  }
  return tenant;
}

function addTenant(world: World, options: TenantOptions): void {
  const clash = world.tenants.find((tenant) => tenant.name === options.name || tenant.id === options.id);
  if (clash) throw new Error(`tenant ${clash.name}(${clash.id}) exists`);
  world.tenants.push(newTenant(options, world.now, world.now));
}

function patchTenant(world: World, tenant: Tenant, patch: TenantPatch): void {
  const { archiveDestination: destination } = tenant;
  if (patch.archiveUri !== undefined) destination.uri = stored(patch.archiveUri);
  if (patch.dataUri !== undefined) tenant.dataDestination = stored(patch.dataUri);
  destination.binding = patch.binding ?? destination.binding;
  destination.pieceSwitchInterval = patch.pieceSwitchInterval ?? destination.pieceSwitchInterval;
  destination.state = patch.destinationState ?? destination.state;
  Object.assign(tenant.parameters, patch.parameters);
  if (patch.parametersOnServer2 !== undefined) tenant.parametersOnServer2 = { ...patch.parametersOnServer2 };
  if (patch.deletePolicy !== undefined) {
    tenant.deletePolicy = patch.deletePolicy && {
      name: patch.deletePolicy.name ?? "default",
      recoveryWindow: patch.deletePolicy.recoveryWindow,
    };
  }
  if (patch.archiveStatus !== undefined) forceStatus(world, tenant, patch.archiveStatus);
  tenant.logMode = patch.logMode ?? tenant.logMode;
  tenant.status = patch.status ?? tenant.status;
  tenant.inRecycleBin = patch.inRecycleBin ?? tenant.inRecycleBin;
  tenant.locked = patch.locked ?? tenant.locked;
}

function configure(world: World, tenant: string | undefined, body: Readonly<Record<string, unknown>>): unknown {
  const request = bodyObject(Buffer.from(JSON.stringify(body)));
  const template =
    tenant === undefined
      ? configTemplate({ kind: "cluster" }, checkClusterConfig(bindClusterConfig(request)))
      : configTemplate(
          { kind: "tenant", name: known(world, tenant).name },
          checkTenantConfig(bindTenantConfig(request)),
        );
  return JSON.parse(goJson(createdDagJson(world, startDag(world, template)))) as unknown;
}
